//! What is said about agencies.

use crate::model::{
    DateTime, ElectronicAddress, Ext, Flag, OrganizationNameInformation, PhysicalAddress, SchemeValue,
};

element! {
    /// An address of an agency.
    pub struct AgencyAddressInformation {
        agency_address_role_type: SchemeValue         => (AgencyAddressRoleType one);
        valid_from_date: Option<DateTime>             => (ValidFromDate opt);
        valid_to_date: Option<DateTime>               => (ValidToDate opt);
        physical_address: Option<PhysicalAddress>     => (PhysicalAddress one);
        electronic_address: Option<ElectronicAddress> => (ElectronicAddress one);
        ext: Option<Ext>                              => (drop) (Ext opt);
    }
    rules {
        ALL sides [physical_address] [electronic_address];
    }
}

element! {
    /// How an agency asks users who they are.
    pub struct AuthenticationPrompt {
        prompt_output: PromptOutput => (PromptOutput one);
        prompt_input: PromptInput   => (PromptInput one);
        ext: Option<Ext>            => (drop) (Ext opt);
    }
}

element! {
    /// What is shown to a user.
    pub struct PromptOutput {
        authentication_prompt_data: String      => (AuthenticationPromptData one);
        authentication_prompt_type: SchemeValue => (AuthenticationPromptType one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// What is asked of a user.
    pub struct PromptInput {
        authentication_input_type: SchemeValue       => (AuthenticationInputType one);
        authentication_data_format_type: SchemeValue => (AuthenticationDataFormatType one);
        sensitive_data_flag: Flag                    => (SensitiveDataFlag opt);
        ext: Option<Ext>                             => (drop) (Ext opt);
    }
}

element! {
    /// What is added to, or deleted from, the record of an agency.
    pub struct AgencyFields {
        organization_name_information: Vec<OrganizationNameInformation> => (OrganizationNameInformation many);
        agency_address_information: Vec<AgencyAddressInformation> => (AgencyAddressInformation many);
        authentication_prompts: Vec<AuthenticationPrompt>        => (AuthenticationPrompt many);
        application_profile_supported_types: Vec<SchemeValue>    => (ApplicationProfileSupportedType many);
        consortium_agreements: Vec<SchemeValue>                  => (ConsortiumAgreement many);
        agency_user_privilege_types: Vec<SchemeValue>            => (AgencyUserPrivilegeType many);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

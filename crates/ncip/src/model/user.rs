//! What is said about users, and how they prove who they are.

use xml::Secret;

use crate::model::{
    AgencyId, Amount, DateTime, Ext, ItemDetails, PreviousUserId, SchemeValue, UserFiscalAccount, UserId,
};

element! {
    /// Something a user gives to be known: such as a barcode or a password.
    pub struct AuthenticationInput {
        authentication_input_data: Secret            => (AuthenticationInputData one);
        authentication_data_format_type: SchemeValue => (AuthenticationDataFormatType one);
        authentication_input_type: SchemeValue       => (AuthenticationInputType one);
        ext: Option<Ext>                             => (drop) (Ext opt);
    }
}

element! {
    /// A name.
    pub struct NameInformation {
        personal_name_information: Option<PersonalNameInformation> => (PersonalNameInformation one);
        organization_name_information: Vec<OrganizationNameInformation> => (OrganizationNameInformation some);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [personal_name_information] [organization_name_information];
    }
}

element! {
    /// A person's name.
    pub struct PersonalNameInformation {
        structured_personal_user_name: Option<StructuredPersonalUserName> => (StructuredPersonalUserName opt);
        unstructured_personal_user_name: Option<String>          => (UnstructuredPersonalUserName opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL any [structured_personal_user_name unstructured_personal_user_name];
    }
}

element! {
    /// A person's name in its parts.
    pub struct StructuredPersonalUserName {
        prefix: Option<String>     => (Prefix opt);
        given_name: Option<String> => (GivenName opt);
        initials: Option<String>   => (Initials opt);
        surname: String            => (Surname one);
        suffix: Option<String>     => (Suffix opt);
        ext: Option<Ext>           => (drop) (Ext opt);
    }
}

element! {
    /// The name of an organisation.
    pub struct OrganizationNameInformation {
        organization_name_type: SchemeValue => (OrganizationNameType one);
        organization_name: String           => (OrganizationName one);
        ext: Option<Ext>                    => (drop) (Ext opt);
    }
}

element! {
    /// An address of a user.
    pub struct UserAddressInformation {
        user_address_role_type: SchemeValue           => (UserAddressRoleType one);
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
    /// Where post goes.
    pub struct PhysicalAddress {
        structured_address: Option<StructuredAddress>     => (StructuredAddress one);
        unstructured_address: Option<UnstructuredAddress> => (UnstructuredAddress one);
        physical_address_type: SchemeValue                => (PhysicalAddressType one);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
    rules {
        ALL sides [structured_address] [unstructured_address];
    }
}

element! {
    /// An address in its parts.
    pub struct StructuredAddress {
        location_within_building: Option<String> => (LocationWithinBuilding opt);
        house_name: Option<String>               => (HouseName opt);
        street: Option<String>                   => (Street opt);
        post_office_box: Option<String>          => (PostOfficeBox opt);
        district: Option<String>                 => (District opt);
        line1: Option<String>                    => (Line1 one);
        line2: Option<String>                    => (Line2 opt);
        locality: Option<String>                 => (Locality opt);
        region: Option<String>                   => (Region opt);
        country: Option<String>                  => (Country opt);
        postal_code: Option<String>              => (PostalCode opt);
        care_of: Option<String>                  => (CareOf opt);
        ext: Option<Ext>                         => (drop) (Ext opt);
    }
    rules {
        ALL any [street post_office_box district];
        ALL sides [location_within_building house_name street post_office_box district] [line1 line2];
    }
}

element! {
    /// An address as text.
    pub struct UnstructuredAddress {
        unstructured_address_type: SchemeValue => (UnstructuredAddressType one);
        unstructured_address_data: String      => (UnstructuredAddressData one);
        ext: Option<Ext>                       => (drop) (Ext opt);
    }
}

element! {
    /// An e-mail address, a telephone number and the like.
    pub struct ElectronicAddress {
        electronic_address_type: SchemeValue => (ElectronicAddressType one);
        electronic_address_data: String      => (ElectronicAddressData one);
        ext: Option<Ext>                     => (drop) (Ext opt);
    }
}

element! {
    /// What a user may do.
    pub struct UserPrivilege {
        agency_id: AgencyId                                => (UniqueAgencyId one) (AgencyId one);
        agency_user_privilege_type: SchemeValue            => (AgencyUserPrivilegeType one);
        valid_from_date: Option<DateTime>                  => (ValidFromDate opt);
        valid_to_date: Option<DateTime>                    => (ValidToDate opt);
        user_privilege_fee: Option<UserPrivilegeFee>       => (UserPrivilegeFee opt);
        user_privilege_status: Option<UserPrivilegeStatus> => (UserPrivilegeStatus opt);
        user_privilege_description: Option<String>         => (UserPrivilegeDescription opt);
        ext: Option<Ext>                                   => (drop) (Ext opt);
    }
}

element! {
    /// What a privilege costs.
    pub struct UserPrivilegeFee {
        amount: Amount                           => (Amount one);
        payment_method_type: Option<SchemeValue> => (PaymentMethodType opt);
        ext: Option<Ext>                         => (drop) (Ext opt);
    }
}

element! {
    /// Whether a privilege is in force.
    pub struct UserPrivilegeStatus {
        user_privilege_status_type: SchemeValue         => (UserPrivilegeStatusType one);
        date_of_user_privilege_status: Option<DateTime> => (DateOfUserPrivilegeStatus opt);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
}

element! {
    /// What bars a user, or warns of one.
    pub struct BlockOrTrap {
        agency_id: AgencyId               => (UniqueAgencyId one) (AgencyId one);
        block_or_trap_type: SchemeValue   => (BlockOrTrapType one);
        valid_from_date: Option<DateTime> => (ValidFromDate opt);
        valid_to_date: Option<DateTime>   => (ValidToDate opt);
        ext: Option<Ext>                  => (drop) (Ext opt);
    }
}

element! {
    /// What is told about a user where it is asked for.
    pub struct UserOptionalFields {
        name_information: Option<NameInformation>             => (NameInformation opt);
        user_address_information: Vec<UserAddressInformation> => (UserAddressInformation many);
        date_of_birth: Option<DateTime>                       => (DateOfBirth opt);
        user_languages: Vec<SchemeValue>                      => (UserLanguage many);
        user_privileges: Vec<UserPrivilege>                   => (UserPrivilege many);
        block_or_traps: Vec<BlockOrTrap>                      => (BlockOrTrap many);
        user_ids: Vec<UserId>                                 => (VisibleUserId many inside at 0) (UserId many);
        previous_user_ids: Vec<PreviousUserId>                => (drop) (PreviousUserId many);
        ext: Option<Ext>                                      => (drop) (Ext opt);
    }
}

element! {
    /// What is added to, or deleted from, the record of a user.
    pub struct UserFields {
        visible_user_ids: Vec<UserId>                         => (VisibleUserId many inside) (drop);
        authentication_inputs: Vec<AuthenticationInput>       => (AuthenticationInput many);
        name_information: Option<NameInformation>             => (NameInformation opt);
        user_address_information: Vec<UserAddressInformation> => (UserAddressInformation many);
        date_of_birth: Option<DateTime>                       => (DateOfBirth opt);
        user_languages: Vec<SchemeValue>                      => (UserLanguage many);
        user_privileges: Vec<UserPrivilege>                   => (UserPrivilege many);
        block_or_traps: Vec<BlockOrTrap>                      => (BlockOrTrap many);
        ext: Option<Ext>                                      => (drop) (Ext opt);
    }
}

element! {
    /// What a notice says.
    pub struct UserNoticeDetails {
        notice_type: SchemeValue                       => (NoticeType one);
        notice_content: Option<String>                 => (NoticeContent opt);
        notice_items: Vec<NoticeItem>                  => (NoticeItem some);
        user_fiscal_account: Option<UserFiscalAccount> => (UserFiscalAccount one);
        user_privilege: Option<UserPrivilege>          => (UserPrivilege one);
        ext: Option<Ext>                               => (drop) (Ext opt);
    }
    rules {
        ALL sides [notice_items] [user_fiscal_account] [user_privilege];
    }
}

element! {
    /// An item that a notice is about.
    pub struct NoticeItem {
        item_details: ItemDetails => (ItemDetails one);
        amount: Option<Amount>    => (Amount opt);
        ext: Option<Ext>          => (drop) (Ext opt);
    }
}

//! What one system tells another of records.

use crate::model::{
    AgencyAddressInformation, AgencyFields, AgencyId, AuthenticationPrompt, BibliographicDescription,
    BlockOrTrap, DateTime, Ext, FiscalTransactionInformation, Flag, InitiationHeader, ItemDescription,
    ItemFields, ItemId, Location, NameInformation, OrganizationNameInformation, PhysicalCondition, Problem,
    RequestId, ResponseHeader, SchemeValue, UserAddressInformation, UserFields, UserId, UserNoticeDetails,
    UserPrivilege,
};

element! {
    /// Tells that a record of an item was made.
    pub struct ItemCreated {
        initiation_header: Option<InitiationHeader>         => (InitiationHeader one) (InitiationHeader opt);
        item_id: ItemId                                     => (UniqueItemId one) (ItemId one);
        request_id: Option<RequestId>                       => (UniqueRequestId opt) (RequestId opt);
        bibliographic_description: BibliographicDescription => (BibliographicDescription one);
        item_use_restriction_types: Vec<SchemeValue>        => (ItemUseRestrictionType many);
        circulation_status: Option<SchemeValue>             => (CirculationStatus opt);
        item_description: Option<ItemDescription>           => (ItemDescription opt);
        locations: Vec<Location>                            => (Location many);
        physical_condition: Option<PhysicalCondition>       => (PhysicalCondition opt);
        security_marker: Option<SchemeValue>                => (SecurityMarker opt);
        sensitization_flag: Flag                            => (SensitizationFlag opt);
        ext: Option<Ext>                                    => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemCreated`].
    pub struct ItemCreatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that the record of an item was changed.
    pub struct ItemUpdated {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        item_id: ItemId                             => (UniqueItemId one) (ItemId one);
        delete_item_fields: Option<ItemFields>      => (DeleteItemFields opt);
        add_item_fields: Option<ItemFields>         => (AddItemFields opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemUpdated`].
    pub struct ItemUpdatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a record of a user was made.
    pub struct UserCreated {
        initiation_header: Option<InitiationHeader>           => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                                       => (UniqueUserId one) (UserId one);
        visible_user_ids: Vec<UserId>                         => (VisibleUserId many inside) (drop);
        name_information: NameInformation                     => (NameInformation one);
        user_address_information: Vec<UserAddressInformation> => (UserAddressInformation many);
        date_of_birth: Option<DateTime>                       => (DateOfBirth opt);
        user_languages: Vec<SchemeValue>                      => (UserLanguage many);
        user_privileges: Vec<UserPrivilege>                   => (UserPrivilege many);
        block_or_traps: Vec<BlockOrTrap>                      => (BlockOrTrap many);
        ext: Option<Ext>                                      => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UserCreated`].
    pub struct UserCreatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that the record of a user was changed.
    pub struct UserUpdated {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                             => (UniqueUserId one) (UserId one);
        delete_user_fields: Option<UserFields>      => (DeleteUserFields opt);
        add_user_fields: Option<UserFields>         => (AddUserFields opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UserUpdated`].
    pub struct UserUpdatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an amount was entered on a user's account.
    pub struct UserFiscalTransactionCreated {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                                          => (UniqueUserId one) (UserId one);
        fiscal_transaction_information: FiscalTransactionInformation => (FiscalTransactionInformation one);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UserFiscalTransactionCreated`].
    pub struct UserFiscalTransactionCreatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a notice was sent to a user.
    pub struct UserNoticeSent {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                             => (UniqueUserId one) (UserId one);
        date_sent: DateTime                         => (DateSent one);
        user_notice_details: UserNoticeDetails      => (UserNoticeDetails one);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UserNoticeSent`].
    pub struct UserNoticeSentResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a record of an agency was made.
    pub struct AgencyCreated {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        agency_id: AgencyId                                      => (UniqueAgencyId one) (AgencyId one);
        organization_name_information: Vec<OrganizationNameInformation> => (OrganizationNameInformation some);
        agency_address_information: Vec<AgencyAddressInformation> => (AgencyAddressInformation many);
        authentication_prompts: Vec<AuthenticationPrompt>        => (AuthenticationPrompt many);
        application_profile_supported_types: Vec<SchemeValue>    => (ApplicationProfileSupportedType many);
        consortium_agreements: Vec<SchemeValue>                  => (ConsortiumAgreement many);
        agency_user_privilege_types: Vec<SchemeValue>            => (AgencyUserPrivilegeType many);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`AgencyCreated`].
    pub struct AgencyCreatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that the record of an agency was changed.
    pub struct AgencyUpdated {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        agency_id: AgencyId                         => (UniqueAgencyId one) (AgencyId one);
        delete_agency_fields: Option<AgencyFields>  => (DeleteAgencyFields opt);
        add_agency_fields: Option<AgencyFields>     => (AddAgencyFields opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`AgencyUpdated`].
    pub struct AgencyUpdatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

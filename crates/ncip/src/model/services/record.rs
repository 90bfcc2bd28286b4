//! Records of users, items and agencies, and what changes them.

use crate::model::{
    AgencyAddressInformation, AgencyFields, AgencyId, AuthenticationInput, AuthenticationPrompt,
    BibliographicDescription, BlockOrTrap, DateTime, Ext, FiscalTransactionInformation,
    FiscalTransactionReferenceId, Flag, InitiationHeader, ItemDescription, ItemFields, ItemId,
    ItemOptionalFields, ItemReportedReturned, Location, MandatedAction, NameInformation,
    OrganizationNameInformation, PhysicalCondition, Problem, RequestId, ResponseHeader, SchemeValue,
    UserAddressInformation, UserFields, UserId, UserNoticeDetails, UserOptionalFields, UserPrivilege,
};

element! {
    /// Has a record of a user made.
    pub struct CreateUser {
        initiation_header: Option<InitiationHeader>           => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>               => (MandatedAction opt);
        user_id: Option<UserId>                               => (UniqueUserId opt) (UserId opt);
        authentication_inputs: Vec<AuthenticationInput>       => (AuthenticationInput many);
        visible_user_ids: Vec<UserId>                         => (VisibleUserId many inside) (drop);
        name_information: NameInformation                     => (NameInformation one);
        user_address_information: Vec<UserAddressInformation> => (UserAddressInformation many);
        date_of_birth: Option<DateTime>                       => (DateOfBirth opt);
        user_languages: Vec<SchemeValue>                      => (UserLanguage many);
        user_privileges: Vec<UserPrivilege>                   => (UserPrivilege many);
        block_or_traps: Vec<BlockOrTrap>                      => (BlockOrTrap many);
        ext: Option<Ext>                                      => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`CreateUser`].
    pub struct CreateUserResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        user_id: Option<UserId>                 => (UniqueUserId one) (UserId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [problems];
    }
}

element! {
    /// Has the record of a user changed.
    pub struct UpdateUser {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>         => (MandatedAction opt);
        user_id: Option<UserId>                         => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput some);
        delete_user_fields: Option<UserFields>          => (DeleteUserFields opt);
        add_user_fields: Option<UserFields>             => (AddUserFields opt);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`UpdateUser`].
    pub struct UpdateUserResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        user_id: Option<UserId>                 => (UniqueUserId one) (UserId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [problems];
    }
}

element! {
    /// Has the record of a user removed.
    pub struct DeleteUser {
        initiation_header: Option<InitiationHeader>     => (drop) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>         => (drop) (MandatedAction opt);
        user_id: Option<UserId>                         => (drop) (UserId one);
        authentication_inputs: Vec<AuthenticationInput> => (drop) (AuthenticationInput some);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`DeleteUser`].
    pub struct DeleteUserResponse {
        response_header: Option<ResponseHeader> => (drop) (ResponseHeader opt);
        problems: Vec<Problem>                  => (drop) (Problem some);
        user_id: Option<UserId>                 => (UniqueUserId one) (UserId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [problems];
    }
}

element! {
    /// Has an amount entered on a user's account.
    pub struct CreateUserFiscalTransaction {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>                  => (MandatedAction opt);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput>          => (AuthenticationInput some);
        fiscal_transaction_information: FiscalTransactionInformation => (FiscalTransactionInformation one);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`CreateUserFiscalTransaction`].
    pub struct CreateUserFiscalTransactionResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        fiscal_transaction_reference_id: Option<FiscalTransactionReferenceId> => (FiscalTransactionReferenceId one);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id fiscal_transaction_reference_id] [problems];
    }
}

element! {
    /// Has a notice sent to a user.
    pub struct SendUserNotice {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (MandatedAction opt);
        user_id: UserId                             => (UniqueUserId one) (UserId one);
        date_to_send: Option<DateTime>              => (DateToSend opt);
        user_notice_details: UserNoticeDetails      => (UserNoticeDetails one);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`SendUserNotice`].
    pub struct SendUserNoticeResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        user_id: Option<UserId>                 => (UniqueUserId one) (UserId one);
        date_sent: Option<DateTime>             => (DateSent opt);
        date_will_send: Option<DateTime>        => (DateWillSend opt);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [date_sent] [date_will_send];
        ALL sides [user_id date_sent date_will_send] [problems];
    }
}

element! {
    /// Has a record of an item made.
    pub struct CreateItem {
        initiation_header: Option<InitiationHeader>         => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>             => (MandatedAction opt);
        item_id: Option<ItemId>                             => (UniqueItemId opt) (ItemId opt);
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
    /// The answer to [`CreateItem`].
    pub struct CreateItemResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                 => (UniqueItemId one) (ItemId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id] [problems];
    }
}

element! {
    /// Has the record of an item changed.
    pub struct UpdateItem {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (MandatedAction opt);
        item_id: ItemId                             => (UniqueItemId one) (ItemId one);
        delete_item_fields: Option<ItemFields>      => (DeleteItemFields opt);
        add_item_fields: Option<ItemFields>         => (AddItemFields opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UpdateItem`].
    pub struct UpdateItemResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                 => (UniqueItemId one) (ItemId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id] [problems];
    }
}

element! {
    /// Has the record of an item removed.
    pub struct DeleteItem {
        initiation_header: Option<InitiationHeader> => (drop) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (drop) (MandatedAction opt);
        item_id: ItemId                             => (drop) (ItemId one);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`DeleteItem`].
    pub struct DeleteItemResponse {
        response_header: Option<ResponseHeader> => (drop) (ResponseHeader opt);
        problems: Vec<Problem>                  => (drop) (Problem some);
        item_id: Option<ItemId>                 => (UniqueItemId one) (ItemId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id] [problems];
    }
}

element! {
    /// Has an item's circulation status changed.
    pub struct UpdateCirculationStatus {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (MandatedAction opt);
        item_id: ItemId                             => (UniqueItemId one) (ItemId one);
        circulation_status: SchemeValue             => (CirculationStatus one);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UpdateCirculationStatus`].
    pub struct UpdateCirculationStatusResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                 => (UniqueItemId one) (ItemId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id] [problems];
    }
}

element! {
    /// Has it recorded that a user says an item is lost, missing, returned or was never borrowed.
    pub struct ReportCirculationStatusChange {
        initiation_header: Option<InitiationHeader>          => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>              => (MandatedAction opt);
        item_id: ItemId                                      => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                              => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput>      => (AuthenticationInput some);
        item_reported_returned: Option<ItemReportedReturned> => (ItemReportedReturned one);
        item_reported_never_borrowed: Flag                   => (ItemReportedNeverBorrowed one);
        item_reported_lost: Flag                             => (ItemReportedLost one);
        item_reported_missing: Flag                          => (ItemReportedMissing one);
        item_element_types: Vec<SchemeValue>                 => (ItemElementType many);
        user_element_types: Vec<SchemeValue>                 => (UserElementType many);
        ext: Option<Ext>                                     => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
        ALL sides [item_reported_returned] [item_reported_never_borrowed] [item_reported_lost] [item_reported_missing];
    }
}

element! {
    /// The answer to [`ReportCirculationStatusChange`].
    pub struct ReportCirculationStatusChangeResponse {
        response_header: Option<ResponseHeader>          => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                           => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                          => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                          => (UniqueUserId opt) (UserId opt);
        item_optional_fields: Option<ItemOptionalFields> => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields> => (UserOptionalFields opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id user_id item_optional_fields user_optional_fields] [problems];
    }
}

element! {
    /// Has a record of an agency made.
    pub struct CreateAgency {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>                  => (MandatedAction opt);
        agency_id: Option<AgencyId>                              => (UniqueAgencyId opt) (AgencyId opt);
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
    /// The answer to [`CreateAgency`].
    pub struct CreateAgencyResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        agency_id: Option<AgencyId>             => (UniqueAgencyId one) (AgencyId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [agency_id] [problems];
    }
}

element! {
    /// Has the record of an agency changed.
    pub struct UpdateAgency {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (MandatedAction opt);
        agency_id: AgencyId                         => (UniqueAgencyId one) (AgencyId one);
        delete_agency_fields: Option<AgencyFields>  => (DeleteAgencyFields opt);
        add_agency_fields: Option<AgencyFields>     => (AddAgencyFields opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`UpdateAgency`].
    pub struct UpdateAgencyResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        agency_id: Option<AgencyId>             => (UniqueAgencyId one) (AgencyId one);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [agency_id] [problems];
    }
}

//! The lookups.

use crate::model::{
    AgencyAddressInformation, AgencyId, Amount, AuthenticationInput, AuthenticationPrompt, BibInformation,
    BibliographicId, DateTime, Ext, Flag, InitiationHeader, ItemId, ItemOptionalFields, ItemTransaction,
    LoanedItem, LoanedItemsCount, OrganizationNameInformation, Positive, Problem, RequestId, RequestedItem,
    RequestedItemsCount, ResponseHeader, SchemeValue, ShippingInformation, UserFiscalAccount, UserId,
    UserOptionalFields,
};

element! {
    /// Asks about a user.
    pub struct LookupUser {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                         => (UniqueUserId one twin VisibleUserId) (UserId one);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput some);
        user_element_types: Vec<SchemeValue>            => (UserElementType many some10) (UserElementType many);
        loaned_items_desired: Flag                      => (LoanedItemsDesired opt);
        requested_items_desired: Flag                   => (RequestedItemsDesired opt);
        user_fiscal_account_desired: Flag               => (UserFiscalAccountDesired opt);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`LookupUser`].
    pub struct LookupUserResponse {
        response_header: Option<ResponseHeader>          => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                           => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        user_id: Option<UserId>                          => (UniqueUserId one) (UserId one);
        user_fiscal_accounts: Vec<UserFiscalAccount>     => (UserFiscalAccount many);
        loaned_items_counts: Vec<LoanedItemsCount>       => (LoanedItemsCount many);
        loaned_items: Vec<LoanedItem>                    => (LoanedItem many wrapped UserTransaction at 9) (LoanedItem many);
        requested_items_counts: Vec<RequestedItemsCount> => (RequestedItemsCount many);
        requested_items: Vec<RequestedItem>              => (RequestedItem many wrapped UserTransaction) (RequestedItem many);
        user_optional_fields: Option<UserOptionalFields> => (UserOptionalFields opt at 10) (UserOptionalFields opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id user_fiscal_accounts loaned_items_counts loaned_items requested_items_counts requested_items user_optional_fields] [problems];
    }
}

element! {
    /// Asks about an item.
    pub struct LookupItem {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        item_id: Option<ItemId>                     => (UniqueItemId one twin VisibleItemId) (ItemId one);
        request_id: Option<RequestId>               => (UniqueRequestId one) (RequestId one);
        item_element_types: Vec<SchemeValue>        => (ItemElementType many some10) (ItemElementType many);
        current_borrower_desired: Flag              => (CurrentBorrowerDesired opt);
        current_requesters_desired: Flag            => (CurrentRequestersDesired opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id] [request_id];
    }
}

element! {
    /// The answer to [`LookupItem`].
    pub struct LookupItemResponse {
        response_header: Option<ResponseHeader>          => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                           => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        request_id: Option<RequestId>                    => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                          => (UniqueItemId opt) (ItemId opt);
        hold_pickup_date: Option<DateTime>               => (HoldPickupDate opt);
        date_recalled: Option<DateTime>                  => (DateRecalled opt);
        item_transaction: Option<ItemTransaction>        => (ItemTransaction opt);
        item_optional_fields: Option<ItemOptionalFields> => (ItemOptionalFields opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
        ALL sides [request_id item_id hold_pickup_date date_recalled item_transaction item_optional_fields] [problems];
    }
}

element! {
    /// Asks about the items of a title or of a set of holdings.
    pub struct LookupItemSet {
        initiation_header: Option<InitiationHeader> => (drop) (InitiationHeader opt);
        bibliographic_ids: Vec<BibliographicId>     => (drop) (BibliographicId some);
        holdings_set_ids: Vec<String>               => (drop) (HoldingsSetId some);
        item_ids: Vec<ItemId>                       => (drop) (ItemId some);
        item_element_types: Vec<SchemeValue>        => (drop) (ItemElementType many);
        current_borrower_desired: Flag              => (drop) (CurrentBorrowerDesired opt);
        current_requesters_desired: Flag            => (drop) (CurrentRequestersDesired opt);
        maximum_items_count: Option<Positive>       => (drop) (MaximumItemsCount opt);
        next_item_token: Option<String>             => (drop) (NextItemToken opt);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
    rules {
        ALL sides [bibliographic_ids] [holdings_set_ids] [item_ids];
    }
}

element! {
    /// The answer to [`LookupItemSet`].
    pub struct LookupItemSetResponse {
        response_header: Option<ResponseHeader> => (drop) (ResponseHeader opt);
        problems: Vec<Problem>                  => (drop) (Problem some);
        bib_information: Vec<BibInformation>    => (drop) (BibInformation some);
        next_item_token: Option<String>         => (drop) (NextItemToken opt);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [bib_information next_item_token] [problems];
    }
}

element! {
    /// Asks about a request.
    pub struct LookupRequest {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                         => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput some);
        item_id: Option<ItemId>                         => (UniqueItemId one) (ItemId one);
        request_type: Option<SchemeValue>               => (RequestType one);
        request_id: Option<RequestId>                   => (UniqueRequestId one) (RequestId one);
        request_element_types: Vec<SchemeValue>         => (RequestElementType many);
        item_element_types: Vec<SchemeValue>            => (ItemElementType many);
        user_element_types: Vec<SchemeValue>            => (UserElementType many);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
        ALL sides [user_id authentication_inputs item_id request_type] [request_id];
    }
}

element! {
    /// The answer to [`LookupRequest`].
    pub struct LookupRequestResponse {
        response_header: Option<ResponseHeader>           => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                            => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        request_id: Option<RequestId>                     => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                           => (UniqueItemId opt) (ItemId opt);
        user_id: Option<UserId>                           => (UniqueUserId opt) (UserId opt);
        request_type: Option<SchemeValue>                 => (RequestType opt);
        request_scope_type: Option<SchemeValue>           => (RequestScopeType opt);
        request_status_type: Option<SchemeValue>          => (RequestStatusType opt);
        hold_queue_position: Option<Positive>             => (HoldQueuePosition opt);
        shipping_information: Option<ShippingInformation> => (ShippingInformation opt);
        earliest_date_needed: Option<DateTime>            => (EarliestDateNeeded opt);
        need_before_date: Option<DateTime>                => (NeedBeforeDate opt);
        pickup_date: Option<DateTime>                     => (PickupDate opt);
        pickup_location: Option<SchemeValue>              => (drop) (PickupLocation opt);
        pickup_expiry_date: Option<DateTime>              => (PickupExpiryDate opt);
        date_of_user_request: Option<DateTime>            => (DateOfUserRequest opt);
        date_available: Option<DateTime>                  => (DateAvailable opt);
        acknowledged_fee_amount: Option<Amount>           => (AcknowledgedFeeAmount opt);
        paid_fee_amount: Option<Amount>                   => (PaidFeeAmount opt);
        item_optional_fields: Option<ItemOptionalFields>  => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>  => (UserOptionalFields opt);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
        ALL sides [request_id item_id user_id request_type request_scope_type request_status_type hold_queue_position shipping_information earliest_date_needed need_before_date pickup_date pickup_location pickup_expiry_date date_of_user_request date_available acknowledged_fee_amount paid_fee_amount item_optional_fields user_optional_fields] [problems];
    }
}

element! {
    /// Asks an agency about an agency.
    pub struct LookupAgency {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        agency_id: AgencyId                         => (UniqueAgencyId one) (AgencyId one);
        agency_element_types: Vec<SchemeValue>      => (AgencyElementType some);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`LookupAgency`].
    pub struct LookupAgencyResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        agency_id: Option<AgencyId>                              => (UniqueAgencyId one) (AgencyId one);
        organization_name_information: Vec<OrganizationNameInformation> => (OrganizationNameInformation many);
        agency_address_information: Vec<AgencyAddressInformation> => (AgencyAddressInformation many);
        authentication_prompts: Vec<AuthenticationPrompt>        => (AuthenticationPrompt many);
        application_profile_supported_types: Vec<SchemeValue>    => (ApplicationProfileSupportedType many);
        consortium_agreements: Vec<SchemeValue>                  => (ConsortiumAgreement many);
        agency_user_privilege_types: Vec<SchemeValue>            => (AgencyUserPrivilegeType many);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [agency_id organization_name_information agency_address_information authentication_prompts application_profile_supported_types consortium_agreements agency_user_privilege_types] [problems];
    }
}

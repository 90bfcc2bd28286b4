//! Requests, and items taken in for them.

use crate::model::{
    Amount, AuthenticationInput, BibliographicId, DateTime, Ext, FiscalTransactionInformation, Flag,
    InitiationHeader, ItemId, ItemOptionalFields, MandatedAction, Problem, RequestFields, RequestId,
    ResponseHeader, SchemeValue, ShippingInformation, UserId, UserOptionalFields,
};

element! {
    /// Requests an item or a title for a user.
    pub struct RequestItem {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>                  => (MandatedAction opt);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput>          => (AuthenticationInput some);
        bibliographic_ids: Vec<BibliographicId>                  => (UniqueBibliographicId one) (BibliographicId many sole20);
        item_ids: Vec<ItemId>                                    => (UniqueItemId one) (ItemId many sole20);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        request_type: SchemeValue                                => (RequestType one);
        request_scope_type: SchemeValue                          => (RequestScopeType one);
        item_optional_fields: Option<ItemOptionalFields>         => (drop) (ItemOptionalFields opt);
        shipping_information: Option<ShippingInformation>        => (ShippingInformation opt);
        earliest_date_needed: Option<DateTime>                   => (EarliestDateNeeded opt);
        need_before_date: Option<DateTime>                       => (NeedBeforeDate opt);
        pickup_location: Option<SchemeValue>                     => (drop) (PickupLocation opt);
        pickup_expiry_date: Option<DateTime>                     => (PickupExpiryDate opt);
        acknowledged_fee_amount: Option<Amount>                  => (AcknowledgedFeeAmount opt);
        paid_fee_amount: Option<Amount>                          => (PaidFeeAmount opt v101) (PaidFeeAmount opt);
        acknowledged_item_use_restriction_types: Vec<SchemeValue> => (AcknowledgedItemUseRestrictionType many);
        item_element_types: Vec<SchemeValue>                     => (ItemElementType many);
        user_element_types: Vec<SchemeValue>                     => (UserElementType many);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
        SINCE_2_01 any [bibliographic_ids item_ids];
        BEFORE_2_01 sides [item_ids] [bibliographic_ids];
    }
}

element! {
    /// The answer to [`RequestItem`].
    pub struct RequestItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        required_fee_amount: Option<Amount>                      => (RequiredFeeAmount opt);
        required_item_use_restriction_types: Vec<SchemeValue>    => (RequiredItemUseRestrictionType many);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                                  => (UniqueItemId opt) (ItemId opt);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        request_type: Option<SchemeValue>                        => (RequestType one);
        request_scope_type: Option<SchemeValue>                  => (RequestScopeType one);
        shipping_information: Option<ShippingInformation>        => (ShippingInformation opt);
        date_available: Option<DateTime>                         => (DateAvailable opt);
        hold_pickup_date: Option<DateTime>                       => (HoldPickupDate opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
        ALL sides [request_id item_id user_id request_type request_scope_type shipping_information date_available hold_pickup_date fiscal_transaction_information item_optional_fields user_optional_fields] [problems required_fee_amount required_item_use_restriction_types];
    }
}

element! {
    /// Takes a request back.
    pub struct CancelRequestItem {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>         => (MandatedAction opt);
        user_id: Option<UserId>                         => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput some);
        request_id: Option<RequestId>                   => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                         => (UniqueItemId opt) (ItemId opt);
        request_type: SchemeValue                       => (RequestType one);
        request_scope_type: Option<SchemeValue>         => (RequestScopeType opt);
        acknowledged_fee_amount: Option<Amount>         => (AcknowledgedFeeAmount opt v101) (AcknowledgedFeeAmount opt);
        paid_fee_amount: Option<Amount>                 => (PaidFeeAmount opt v101) (PaidFeeAmount opt);
        item_element_types: Vec<SchemeValue>            => (ItemElementType many);
        user_element_types: Vec<SchemeValue>            => (UserElementType many);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
        ALL any [request_id item_id];
    }
}

element! {
    /// The answer to [`CancelRequestItem`].
    pub struct CancelRequestItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                                  => (UniqueItemId opt) (ItemId opt);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
        ALL sides [request_id item_id user_id fiscal_transaction_information item_optional_fields user_optional_fields] [problems];
    }
}

element! {
    /// Has a request changed.
    pub struct UpdateRequestItem {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>         => (MandatedAction opt);
        user_id: Option<UserId>                         => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput some);
        item_id: Option<ItemId>                         => (UniqueItemId one) (ItemId one);
        request_type: Option<SchemeValue>               => (RequestType one);
        request_id: Option<RequestId>                   => (UniqueRequestId one) (RequestId one);
        delete_request_fields: Option<RequestFields>    => (DeleteRequestFields opt);
        add_request_fields: Option<RequestFields>       => (AddRequestFields opt);
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
    /// The answer to [`UpdateRequestItem`].
    pub struct UpdateRequestItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        required_fee_amount: Option<Amount>                      => (RequiredFeeAmount opt);
        required_item_use_restriction_types: Vec<SchemeValue>    => (drop) (RequiredItemUseRestrictionType many new201);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        request_type: Option<SchemeValue>                        => (RequestType one);
        request_scope_type: Option<SchemeValue>                  => (RequestScopeType one);
        date_available: Option<DateTime>                         => (DateAvailable opt);
        hold_pickup_date: Option<DateTime>                       => (HoldPickupDate opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id user_id request_type request_scope_type date_available hold_pickup_date fiscal_transaction_information item_optional_fields user_optional_fields] [problems required_fee_amount required_item_use_restriction_types];
    }
}

element! {
    /// Has an item taken in for a request: a temporary record, and perhaps a hold on it.
    pub struct AcceptItem {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>                  => (MandatedAction opt);
        request_id: RequestId                                    => (UniqueRequestId one) (RequestId one);
        requested_action_type: SchemeValue                       => (RequestedActionType one);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        item_id: Option<ItemId>                                  => (UniqueItemId opt) (ItemId opt);
        date_for_return: Option<DateTime>                        => (DateForReturn opt);
        indeterminate_loan_period_flag: Flag                     => (IndeterminateLoanPeriodFlag opt);
        non_returnable_flag: Flag                                => (NonReturnableFlag opt);
        renewal_not_permitted: Flag                              => (RenewalNotPermitted opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        pickup_location: Option<SchemeValue>                     => (drop) (PickupLocation opt);
        pickup_expiry_date: Option<DateTime>                     => (drop) (PickupExpiryDate opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [date_for_return] [indeterminate_loan_period_flag] [non_returnable_flag];
    }
}

element! {
    /// The answer to [`AcceptItem`].
    pub struct AcceptItemResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        request_id: Option<RequestId>           => (UniqueRequestId one) (RequestId one);
        item_id: Option<ItemId>                 => (UniqueItemId opt) (ItemId opt);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [request_id item_id] [problems];
    }
}

//! Loans.

use crate::model::{
    Amount, AuthenticationInput, DateTime, ElectronicResource, Ext, FiscalTransactionInformation, Flag,
    InitiationHeader, ItemId, ItemOptionalFields, MandatedAction, NonNegative, Pending, Problem, RequestId,
    ResponseHeader, RoutingInformation, SchemeValue, ShippingInformation, UserId, UserOptionalFields,
};

element! {
    /// Checks an item out to a user.
    pub struct CheckOutItem {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>                  => (MandatedAction opt);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput>          => (AuthenticationInput some);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        acknowledged_fee_amount: Option<Amount>                  => (AcknowledgedFeeAmount opt);
        paid_fee_amount: Option<Amount>                          => (PaidFeeAmount opt v101) (PaidFeeAmount opt);
        acknowledged_item_use_restriction_types: Vec<SchemeValue> => (AcknowledgedItemUseRestrictionType many);
        shipping_information: Option<ShippingInformation>        => (ShippingInformation opt);
        resource_desired: Flag                                   => (ResourceDesired opt);
        desired_date_due: Option<DateTime>                       => (DesiredDateDue opt);
        item_element_types: Vec<SchemeValue>                     => (ItemElementType many);
        user_element_types: Vec<SchemeValue>                     => (UserElementType many);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`CheckOutItem`].
    pub struct CheckOutItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        required_fee_amount: Option<Amount>                      => (RequiredFeeAmount opt);
        required_item_use_restriction_types: Vec<SchemeValue>    => (RequiredItemUseRestrictionType many);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        date_due: Option<DateTime>                               => (DateDue one);
        indeterminate_loan_period_flag: Flag                     => (IndeterminateLoanPeriodFlag one);
        non_returnable_flag: Flag                                => (NonReturnableFlag one);
        renewal_count: Option<NonNegative>                       => (RenewalCount opt);
        electronic_resource: Option<ElectronicResource>          => (ElectronicResource opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [date_due] [indeterminate_loan_period_flag] [non_returnable_flag];
        ALL sides [item_id user_id date_due indeterminate_loan_period_flag non_returnable_flag renewal_count electronic_resource fiscal_transaction_information item_optional_fields user_optional_fields] [problems required_fee_amount required_item_use_restriction_types];
    }
}

element! {
    /// Checks an item in.
    pub struct CheckInItem {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (MandatedAction opt);
        item_id: ItemId                             => (UniqueItemId one) (ItemId one);
        item_element_types: Vec<SchemeValue>        => (ItemElementType many);
        user_element_types: Vec<SchemeValue>        => (UserElementType many);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`CheckInItem`].
    pub struct CheckInItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        routing_information: Option<RoutingInformation>          => (RoutingInformation opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id user_id routing_information fiscal_transaction_information item_optional_fields user_optional_fields] [problems];
    }
}

element! {
    /// Takes a check-out back, as if it had never been.
    pub struct UndoCheckOutItem {
        initiation_header: Option<InitiationHeader>     => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>         => (MandatedAction opt);
        item_id: ItemId                                 => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                         => (UniqueUserId opt) (UserId opt);
        authentication_inputs: Vec<AuthenticationInput> => (AuthenticationInput many);
        request_id: Option<RequestId>                   => (UniqueRequestId opt) (RequestId opt);
        ext: Option<Ext>                                => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`UndoCheckOutItem`].
    pub struct UndoCheckOutItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id user_id fiscal_transaction_information] [problems];
    }
}

element! {
    /// Renews a loan.
    pub struct RenewItem {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>                  => (MandatedAction opt);
        user_id: Option<UserId>                                  => (UniqueUserId one) (UserId one);
        authentication_inputs: Vec<AuthenticationInput>          => (AuthenticationInput some);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        item_element_types: Vec<SchemeValue>                     => (ItemElementType many);
        user_element_types: Vec<SchemeValue>                     => (UserElementType many);
        desired_date_due: Option<DateTime>                       => (DesiredDateDue opt);
        desired_date_for_return: Option<DateTime>                => (DesiredDateForReturn opt);
        acknowledged_fee_amount: Option<Amount>                  => (AcknowledgedFeeAmount opt);
        paid_fee_amount: Option<Amount>                          => (PaidFeeAmount opt v101) (PaidFeeAmount opt);
        acknowledged_item_use_restriction_types: Vec<SchemeValue> => (AcknowledgedItemUseRestrictionType many);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id] [authentication_inputs];
    }
}

element! {
    /// The answer to [`RenewItem`].
    pub struct RenewItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        required_fee_amount: Option<Amount>                      => (RequiredFeeAmount opt);
        required_item_use_restriction_types: Vec<SchemeValue>    => (RequiredItemUseRestrictionType many);
        pending: Option<Pending>                                 => (Pending one);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        date_due: Option<DateTime>                               => (DateDue opt);
        date_for_return: Option<DateTime>                        => (DateForReturn opt);
        renewal_count: Option<NonNegative>                       => (RenewalCount opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [pending] [item_id user_id date_due date_for_return renewal_count fiscal_transaction_information item_optional_fields user_optional_fields] [problems required_fee_amount required_item_use_restriction_types];
    }
}

element! {
    /// Calls an item back from its borrower.
    pub struct RecallItem {
        initiation_header: Option<InitiationHeader>       => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>           => (MandatedAction opt);
        item_id: ItemId                                   => (UniqueItemId one) (ItemId one);
        desired_date_due: Option<DateTime>                => (DesiredDateDue opt);
        shipping_information: Option<ShippingInformation> => (ShippingInformation opt);
        item_element_types: Vec<SchemeValue>              => (ItemElementType many);
        user_element_types: Vec<SchemeValue>              => (UserElementType many);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`RecallItem`].
    pub struct RecallItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        date_due: Option<DateTime>                               => (DateDue opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id user_id date_due fiscal_transaction_information item_optional_fields user_optional_fields] [problems];
    }
}

element! {
    /// Takes a recall back.
    pub struct CancelRecallItem {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        mandated_action: Option<MandatedAction>     => (MandatedAction opt);
        item_id: ItemId                             => (UniqueItemId one) (ItemId one);
        item_element_types: Vec<SchemeValue>        => (ItemElementType many);
        user_element_types: Vec<SchemeValue>        => (UserElementType many);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`CancelRecallItem`].
    pub struct CancelRecallItemResponse {
        response_header: Option<ResponseHeader>                  => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                                   => (ProcessingError some wrapped Problem twin MessagingError) (Problem some);
        item_id: Option<ItemId>                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id user_id fiscal_transaction_information item_optional_fields user_optional_fields] [problems];
    }
}

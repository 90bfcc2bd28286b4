//! What one system tells another of requests and loans.

use crate::model::{
    BibliographicId, DateTime, Ext, FiscalTransactionInformation, Flag, InitiationHeader, ItemId,
    ItemOptionalFields, ItemReportedReturned, NonNegative, Problem, RequestFields, RequestId, ResponseHeader,
    RoutingInformation, SchemeValue, ShippingInformation, UserId, UserOptionalFields,
};

element! {
    /// Tells that an item was requested.
    pub struct ItemRequested {
        initiation_header: Option<InitiationHeader>       => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                                   => (UniqueUserId one) (UserId one);
        item_id: Option<ItemId>                           => (UniqueItemId one) (ItemId one);
        bibliographic_id: Option<BibliographicId>         => (UniqueBibliographicId one) (BibliographicId one);
        request_id: Option<RequestId>                     => (UniqueRequestId one) (RequestId one);
        request_type: SchemeValue                         => (RequestType one);
        request_scope_type: SchemeValue                   => (RequestScopeType one);
        shipping_information: Option<ShippingInformation> => (ShippingInformation opt);
        earliest_date_needed: Option<DateTime>            => (EarliestDateNeeded opt);
        need_before_date: Option<DateTime>                => (NeedBeforeDate opt);
        pickup_location: Option<SchemeValue>              => (drop) (PickupLocation opt);
        pickup_expiry_date: Option<DateTime>              => (PickupExpiryDate opt);
        date_of_user_request: Option<DateTime>            => (DateOfUserRequest opt);
        date_available: Option<DateTime>                  => (DateAvailable opt);
        item_optional_fields: Option<ItemOptionalFields>  => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>  => (UserOptionalFields opt);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_id] [bibliographic_id request_id];
    }
}

element! {
    /// The answer to [`ItemRequested`].
    pub struct ItemRequestedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a request was changed.
    pub struct ItemRequestUpdated {
        initiation_header: Option<InitiationHeader>      => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                          => (UniqueUserId one) (UserId one);
        item_id: Option<ItemId>                          => (UniqueItemId one) (ItemId one);
        request_type: Option<SchemeValue>                => (RequestType one);
        request_id: Option<RequestId>                    => (UniqueRequestId one) (RequestId one);
        delete_request_fields: Option<RequestFields>     => (DeleteRequestFields opt);
        add_request_fields: Option<RequestFields>        => (AddRequestFields opt);
        item_optional_fields: Option<ItemOptionalFields> => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields> => (UserOptionalFields opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
    rules {
        ALL sides [user_id item_id request_type] [request_id];
    }
}

element! {
    /// The answer to [`ItemRequestUpdated`].
    pub struct ItemRequestUpdatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a request was taken back.
    pub struct ItemRequestCancelled {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                                          => (UniqueUserId one) (UserId one);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                                  => (UniqueItemId opt) (ItemId opt);
        request_type: SchemeValue                                => (RequestType one);
        request_scope_type: Option<SchemeValue>                  => (RequestScopeType opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
    }
}

element! {
    /// The answer to [`ItemRequestCancelled`].
    pub struct ItemRequestCancelledResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an item was sent off.
    pub struct ItemShipped {
        initiation_header: Option<InitiationHeader>      => (InitiationHeader one) (InitiationHeader opt);
        request_id: Option<RequestId>                    => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                          => (UniqueItemId opt) (ItemId opt);
        user_id: Option<UserId>                          => (UniqueUserId opt) (UserId opt);
        date_shipped: DateTime                           => (DateShipped one);
        shipping_information: ShippingInformation        => (ShippingInformation one);
        item_optional_fields: Option<ItemOptionalFields> => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields> => (UserOptionalFields opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
    }
}

element! {
    /// The answer to [`ItemShipped`].
    pub struct ItemShippedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an item arrived.
    pub struct ItemReceived {
        initiation_header: Option<InitiationHeader>      => (InitiationHeader one) (InitiationHeader opt);
        item_id: ItemId                                  => (UniqueItemId one) (ItemId one);
        user_id: Option<UserId>                          => (UniqueUserId opt) (UserId opt);
        request_id: Option<RequestId>                    => (UniqueRequestId opt) (RequestId opt);
        date_received: DateTime                          => (DateReceived one);
        item_optional_fields: Option<ItemOptionalFields> => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields> => (UserOptionalFields opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemReceived`].
    pub struct ItemReceivedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an item was checked out.
    pub struct ItemCheckedOut {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        user_id: UserId                                          => (UniqueUserId one) (UserId one);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        request_id: Option<RequestId>                            => (UniqueRequestId opt) (RequestId opt);
        date_due: Option<DateTime>                               => (DateDue one);
        indeterminate_loan_period_flag: Flag                     => (IndeterminateLoanPeriodFlag one);
        non_returnable_flag: Flag                                => (NonReturnableFlag one);
        electronic_resource_provided_flag: Flag                  => (ElectronicResourceProvidedFlag opt);
        renewal_count: Option<NonNegative>                       => (RenewalCount opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        shipping_information: Option<ShippingInformation>        => (ShippingInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [date_due] [indeterminate_loan_period_flag] [non_returnable_flag];
    }
}

element! {
    /// The answer to [`ItemCheckedOut`].
    pub struct ItemCheckedOutResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an item was checked in.
    pub struct ItemCheckedIn {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        routing_information: Option<RoutingInformation>          => (RoutingInformation opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemCheckedIn`].
    pub struct ItemCheckedInResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a loan was renewed.
    pub struct ItemRenewed {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        date_due: DateTime                                       => (DateDue one);
        renewal_count: Option<NonNegative>                       => (RenewalCount opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemRenewed`].
    pub struct ItemRenewedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an item was recalled.
    pub struct ItemRecalled {
        initiation_header: Option<InitiationHeader>       => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                           => (UniqueUserId opt) (UserId opt);
        item_id: ItemId                                   => (UniqueItemId one) (ItemId one);
        date_due: DateTime                                => (DateDue one);
        shipping_information: Option<ShippingInformation> => (ShippingInformation opt);
        item_optional_fields: Option<ItemOptionalFields>  => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>  => (UserOptionalFields opt);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemRecalled`].
    pub struct ItemRecalledResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that a recall was taken back.
    pub struct ItemRecallCancelled {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        user_id: Option<UserId>                                  => (UniqueUserId opt) (UserId opt);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`ItemRecallCancelled`].
    pub struct ItemRecallCancelledResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells that an item's circulation status changed.
    pub struct CirculationStatusUpdated {
        initiation_header: Option<InitiationHeader> => (InitiationHeader one) (InitiationHeader opt);
        item_id: ItemId                             => (UniqueItemId one) (ItemId one);
        circulation_status: SchemeValue             => (CirculationStatus one);
        ext: Option<Ext>                            => (drop) (Ext opt);
    }
}

element! {
    /// The answer to [`CirculationStatusUpdated`].
    pub struct CirculationStatusUpdatedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

element! {
    /// Tells what a user said became of an item.
    pub struct CirculationStatusChangeReported {
        initiation_header: Option<InitiationHeader>              => (InitiationHeader one) (InitiationHeader opt);
        item_id: ItemId                                          => (UniqueItemId one) (ItemId one);
        user_id: UserId                                          => (UniqueUserId one) (UserId one);
        item_reported_returned: Option<ItemReportedReturned>     => (ItemReportedReturned one);
        item_reported_never_borrowed: Flag                       => (ItemReportedNeverBorrowed one);
        item_reported_lost: Flag                                 => (ItemReportedLost one);
        item_reported_missing: Flag                              => (ItemReportedMissing one);
        item_optional_fields: Option<ItemOptionalFields>         => (ItemOptionalFields opt);
        user_optional_fields: Option<UserOptionalFields>         => (UserOptionalFields opt);
        fiscal_transaction_information: Option<FiscalTransactionInformation> => (FiscalTransactionInformation opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [item_reported_returned] [item_reported_never_borrowed] [item_reported_lost] [item_reported_missing];
    }
}

element! {
    /// The answer to [`CirculationStatusChangeReported`].
    pub struct CirculationStatusChangeReportedResponse {
        response_header: Option<ResponseHeader> => (ResponseHeader one) (ResponseHeader opt);
        problems: Vec<Problem>                  => (MessagingError many inside) (Problem many);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
}

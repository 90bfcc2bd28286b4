//! Loans, requests and where things go.

use crate::model::{
    Amount, BibliographicId, DateTime, ElectronicAddress, Ext, Flag, ItemId, Location, NameInformation,
    NonNegative, PhysicalAddress, Positive, RequestId, SchemeValue, UserId,
};

element! {
    /// Who has an item and who waits for it.
    pub struct ItemTransaction {
        current_borrower: Option<CurrentBorrower> => (CurrentBorrower opt);
        current_requesters: Vec<CurrentRequester> => (CurrentRequester many);
        ext: Option<Ext>                          => (drop) (Ext opt);
    }
}

element! {
    /// Who has an item.
    pub struct CurrentBorrower {
        user_id: UserId  => (UniqueUserId one) (UserId one);
        ext: Option<Ext> => (drop) (Ext opt);
    }
}

element! {
    /// Who waits for an item.
    pub struct CurrentRequester {
        user_id: UserId  => (UniqueUserId one) (UserId one);
        ext: Option<Ext> => (drop) (Ext opt);
    }
}

element! {
    /// A loan of a user.
    pub struct LoanedItem {
        item_id: ItemId                         => (UniqueItemId one) (ItemId one);
        bibliographic_ids: Vec<BibliographicId> => (drop) (BibliographicId many new202);
        reminder_level: Option<NonNegative>     => (ReminderLevel one positive) (ReminderLevel opt one20 positive20);
        date_due: Option<DateTime>              => (DateDue one);
        indeterminate_loan_period_flag: Flag    => (IndeterminateLoanPeriodFlag one);
        amount: Option<Amount>                  => (Amount one) (Amount opt one20);
        title: Option<String>                   => (drop) (Title opt);
        medium_type: Option<SchemeValue>        => (drop) (MediumType opt);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL sides [date_due] [indeterminate_loan_period_flag];
    }
}

element! {
    /// How many loans a user has of a kind.
    pub struct LoanedItemsCount {
        circulation_status: Option<SchemeValue>        => (CirculationStatus one);
        item_use_restriction_type: Option<SchemeValue> => (ItemUseRestrictionType one);
        loaned_item_count_value: NonNegative           => (LoanedItemCountValue one);
        ext: Option<Ext>                               => (drop) (Ext opt);
    }
    rules {
        ALL sides [circulation_status] [item_use_restriction_type];
    }
}

element! {
    /// A request of a user.
    pub struct RequestedItem {
        request_id: Option<RequestId>           => (UniqueRequestId opt) (RequestId opt);
        item_id: Option<ItemId>                 => (UniqueItemId opt) (ItemId opt);
        bibliographic_ids: Vec<BibliographicId> => (drop) (BibliographicId many new202);
        request_type: SchemeValue               => (RequestType one);
        request_status_type: SchemeValue        => (RequestStatusType one);
        date_placed: DateTime                   => (DatePlaced one);
        pickup_date: Option<DateTime>           => (PickupDate opt);
        pickup_location: Option<SchemeValue>    => (drop) (PickupLocation opt);
        pickup_expiry_date: Option<DateTime>    => (PickupExpiryDate opt);
        reminder_level: Option<NonNegative>     => (ReminderLevel opt positive) (ReminderLevel opt positive20);
        hold_queue_position: Option<Positive>   => (HoldQueuePosition opt);
        title: Option<String>                   => (drop) (Title opt);
        medium_type: Option<SchemeValue>        => (drop) (MediumType opt);
        ext: Option<Ext>                        => (drop) (Ext opt);
    }
    rules {
        ALL any [request_id item_id];
    }
}

element! {
    /// How many requests a user has of a kind.
    pub struct RequestedItemsCount {
        request_type: Option<SchemeValue>              => (RequestType one);
        circulation_status: Option<SchemeValue>        => (CirculationStatus one);
        item_use_restriction_type: Option<SchemeValue> => (ItemUseRestrictionType one);
        requested_item_count_value: NonNegative        => (RequestedItemCountValue one);
        ext: Option<Ext>                               => (drop) (Ext opt);
    }
    rules {
        ALL sides [request_type] [circulation_status] [item_use_restriction_type];
    }
}

element! {
    /// What is added to, or deleted from, a request.
    pub struct RequestFields {
        user_id: Option<UserId>                           => (UniqueUserId opt) (UserId opt);
        item_id: Option<ItemId>                           => (UniqueItemId opt) (ItemId opt);
        request_type: Option<SchemeValue>                 => (RequestType opt);
        request_scope_type: Option<SchemeValue>           => (RequestScopeType opt);
        request_status_type: Option<SchemeValue>          => (RequestStatusType opt);
        shipping_information: Option<ShippingInformation> => (ShippingInformation opt);
        earliest_date_needed: Option<DateTime>            => (EarliestDateNeeded opt);
        need_before_date: Option<DateTime>                => (NeedBeforeDate opt);
        pickup_location: Option<SchemeValue>              => (drop) (PickupLocation opt);
        pickup_expiry_date: Option<DateTime>              => (PickupExpiryDate opt);
        date_of_user_request: Option<DateTime>            => (DateOfUserRequest opt);
        date_available: Option<DateTime>                  => (DateAvailable opt);
        acknowledged_fee_amount: Option<Amount>           => (AcknowledgedFeeAmount opt);
        paid_fee_amount: Option<Amount>                   => (PaidFeeAmount opt v101) (PaidFeeAmount opt);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
}

element! {
    /// Where an item goes next.
    pub struct RoutingInformation {
        routing_instructions: String              => (RoutingInstructions one);
        destination: Destination                  => (Destination one);
        request_type: Option<SchemeValue>         => (RequestType opt);
        user_id: Option<UserId>                   => (UniqueUserId opt) (UserId opt);
        name_information: Option<NameInformation> => (drop) (NameInformation opt);
        ext: Option<Ext>                          => (drop) (Ext opt);
    }
}

element! {
    /// A place or a bin.
    pub struct Destination {
        bin_number: Option<String> => (BinNumber opt);
        location: Option<Location> => (Location opt);
        ext: Option<Ext>           => (drop) (Ext opt);
    }
    rules {
        ALL any [bin_number location];
    }
}

element! {
    /// How and where something is sent.
    pub struct ShippingInformation {
        shipping_instructions: Option<String>         => (ShippingInstructions opt);
        shipping_note: Option<String>                 => (ShippingNote opt);
        physical_address: Option<PhysicalAddress>     => (PhysicalAddress one);
        electronic_address: Option<ElectronicAddress> => (ElectronicAddress one);
        ext: Option<Ext>                              => (drop) (Ext opt);
    }
    rules {
        ALL sides [physical_address] [electronic_address];
    }
}

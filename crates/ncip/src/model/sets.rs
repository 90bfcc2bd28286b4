//! Titles with their holdings and items, as `LookupItemSet` tells them.

use crate::model::{
    BibliographicDescription, BibliographicId, CurrentBorrower, CurrentRequester, DateTime,
    ElectronicResource, Ext, HoldingsInformation, ItemId, ItemOptionalFields, ItemTransaction, Location,
    NonNegative, Problem, RequestId,
};

element! {
    /// A title, or why nothing is told about it.
    pub struct BibInformation {
        bibliographic_id: Option<BibliographicId>                => (drop) (BibliographicId opt);
        bibliographic_description: Option<BibliographicDescription> => (drop) (BibliographicDescription opt);
        title_hold_queue_length: Option<NonNegative>             => (drop) (TitleHoldQueueLength opt);
        current_requesters: Vec<CurrentRequester>                => (drop) (CurrentRequester many);
        holdings_sets: Vec<HoldingsSet>                          => (drop) (HoldingsSet some);
        problems: Vec<Problem>                                   => (drop) (Problem some);
    }
    rules {
        ALL sides [bibliographic_description title_hold_queue_length current_requesters holdings_sets] [problems];
    }
}

element! {
    /// A set of holdings, or why nothing is told about it.
    pub struct HoldingsSet {
        holdings_set_id: Option<String>                          => (drop) (HoldingsSetId opt);
        bibliographic_description: Option<BibliographicDescription> => (drop) (BibliographicDescription opt);
        location: Option<Location>                               => (drop) (Location opt);
        call_number: Option<String>                              => (drop) (CallNumber opt);
        summary_holdings_information: Option<HoldingsInformation> => (drop) (SummaryHoldingsInformation opt);
        electronic_resource: Option<ElectronicResource>          => (drop) (ElectronicResource opt);
        item_information: Vec<ItemInformation>                   => (drop) (ItemInformation some);
        ext: Option<Ext>                                         => (drop) (Ext opt);
        problems: Vec<Problem>                                   => (drop) (Problem some);
    }
    rules {
        ALL sides [bibliographic_description location call_number summary_holdings_information electronic_resource item_information ext] [problems];
    }
}

element! {
    /// An item of a set, or why nothing is told about it.
    pub struct ItemInformation {
        item_id: Option<ItemId>                          => (drop) (ItemId opt);
        request_ids: Vec<RequestId>                      => (drop) (RequestId many);
        current_borrower: Option<CurrentBorrower>        => (drop) (CurrentBorrower opt);
        current_requesters: Vec<CurrentRequester>        => (drop) (CurrentRequester many);
        date_due: Option<DateTime>                       => (drop) (DateDue opt);
        date_recalled: Option<DateTime>                  => (drop) (DateRecalled opt);
        hold_pickup_date: Option<DateTime>               => (drop) (HoldPickupDate opt);
        item_transaction: Option<ItemTransaction>        => (drop) (ItemTransaction opt);
        item_optional_fields: Option<ItemOptionalFields> => (drop) (ItemOptionalFields opt);
        item_note: Option<String>                        => (drop) (ItemNote opt);
        ext: Option<Ext>                                 => (drop) (Ext opt);
        problems: Vec<Problem>                           => (drop) (Problem some);
    }
    rules {
        ALL sides [request_ids current_borrower current_requesters date_due date_recalled hold_pickup_date item_transaction item_optional_fields item_note ext] [problems];
    }
}

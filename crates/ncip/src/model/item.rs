//! What is said about items.

use crate::model::{
    BibliographicItemId, BibliographicRecordId, ComponentId, DateTime, Ext, Flag, ItemId, NonNegative,
    Positive, SchemeValue,
};

element! {
    /// What an item is.
    pub struct BibliographicDescription {
        author: Option<String>                               => (Author opt);
        author_of_component: Option<String>                  => (AuthorOfComponent opt);
        bibliographic_item_ids: Vec<BibliographicItemId>     => (BibliographicItemId opt) (BibliographicItemId opt many20);
        bibliographic_record_ids: Vec<BibliographicRecordId> => (BibliographicRecordId opt) (BibliographicRecordId many single20);
        component_id: Option<ComponentId>                    => (ComponentId opt);
        edition: Option<String>                              => (Edition opt);
        pagination: Option<String>                           => (Pagination opt);
        place_of_publication: Option<String>                 => (PlaceOfPublication opt);
        publication_date: Option<String>                     => (PublicationDate opt);
        publication_date_of_component: Option<String>        => (PublicationDateOfComponent opt);
        publisher: Option<String>                            => (Publisher opt);
        series_title_number: Option<String>                  => (SeriesTitleNumber opt);
        title: Option<String>                                => (Title opt);
        title_of_component: Option<String>                   => (TitleOfComponent opt);
        bibliographic_level: Option<SchemeValue>             => (BibliographicLevel opt);
        sponsoring_body: Option<String>                      => (SponsoringBody opt);
        electronic_data_format_type: Option<SchemeValue>     => (ElectronicDataFormatType opt);
        language: Option<SchemeValue>                        => (Language opt);
        medium_type: Option<SchemeValue>                     => (MediumType opt);
        ext: Option<Ext>                                     => (drop) (Ext opt);
    }
}

element! {
    /// Which copy or volume it is.
    pub struct ItemDescription {
        visible_item_id: Option<ItemId>                   => (VisibleItemId opt inside) (drop);
        call_number: Option<String>                       => (CallNumber opt);
        copy_number: Option<String>                       => (CopyNumber opt);
        item_description_level: Option<SchemeValue>       => (ItemDescriptionLevel opt);
        holdings_information: Option<HoldingsInformation> => (HoldingsInformation opt);
        number_of_pieces: Option<Positive>                => (drop) (NumberOfPieces opt);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
}

element! {
    /// What is held of a title.
    pub struct HoldingsInformation {
        structured_holdings_data: Vec<StructuredHoldingsData> => (StructuredHoldingsData some);
        unstructured_holdings_data: Option<String>            => (UnstructuredHoldingsData one);
        ext: Option<Ext>                                      => (drop) (Ext opt);
    }
    rules {
        ALL sides [structured_holdings_data] [unstructured_holdings_data];
    }
}

element! {
    /// Holdings by enumeration and chronology.
    pub struct StructuredHoldingsData {
        holdings_enumeration: Option<HoldingsEnumeration> => (HoldingsEnumeration opt);
        holdings_chronology: Option<HoldingsChronology>   => (HoldingsChronology opt);
        ext: Option<Ext>                                  => (drop) (Ext opt);
    }
    rules {
        ALL any [holdings_enumeration holdings_chronology];
    }
}

element! {
    /// The enumeration of holdings.
    pub struct HoldingsEnumeration {
        enumeration_level_instances: Vec<EnumerationLevelInstance> => (EnumerationLevelInstance some);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// One level of it.
    pub struct EnumerationLevelInstance {
        enumeration_level: Option<Positive> => (EnumerationLevel opt);
        enumeration_caption: Option<String> => (EnumerationCaption opt);
        enumeration_value: String           => (EnumerationValue one);
        ext: Option<Ext>                    => (drop) (Ext opt);
    }
    rules {
        ALL any [enumeration_level enumeration_caption];
    }
}

element! {
    /// The chronology of holdings.
    pub struct HoldingsChronology {
        chronology_level_instances: Vec<ChronologyLevelInstance> => (ChronologyLevelInstance some);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// One level of it.
    pub struct ChronologyLevelInstance {
        chronology_level: Option<Positive> => (ChronologyLevel opt);
        chronology_caption: Option<String> => (ChronologyCaption opt);
        chronology_value: String           => (ChronologyValue one);
        ext: Option<Ext>                   => (drop) (Ext opt);
    }
    rules {
        ALL any [chronology_level chronology_caption];
    }
}

element! {
    /// Where an item is.
    pub struct Location {
        location_type: SchemeValue        => (LocationType one);
        location_name: LocationName       => (LocationName one);
        valid_from_date: Option<DateTime> => (ValidFromDate opt);
        valid_to_date: Option<DateTime>   => (ValidToDate opt);
        ext: Option<Ext>                  => (drop) (Ext opt);
    }
}

element! {
    /// The name of a place, level by level.
    pub struct LocationName {
        location_name_instances: Vec<LocationNameInstance> => (LocationNameInstance some);
        ext: Option<Ext>                                   => (drop) (Ext opt);
    }
}

element! {
    /// One level of it.
    pub struct LocationNameInstance {
        location_name_level: Positive => (LocationNameLevel one);
        location_name_value: String   => (LocationNameValue one);
        ext: Option<Ext>              => (drop) (Ext opt);
    }
}

element! {
    /// In what condition an item is.
    pub struct PhysicalCondition {
        physical_condition_type: SchemeValue       => (PhysicalConditionType one);
        physical_condition_details: Option<String> => (PhysicalConditionDetails opt);
        ext: Option<Ext>                           => (drop) (Ext opt);
    }
}

element! {
    /// A resource or where it is found.
    pub struct ElectronicResource {
        electronic_data_format_type: Option<SchemeValue> => (ElectronicDataFormatType one);
        actual_resource: Option<String>                  => (ActualResource one);
        reference_to_resource: Option<String>            => (ReferenceToResource one);
        ext: Option<Ext>                                 => (drop) (Ext opt);
    }
    rules {
        ALL sides [electronic_data_format_type actual_resource] [reference_to_resource];
    }
}

element! {
    /// What is told about an item where it is asked for.
    pub struct ItemOptionalFields {
        bibliographic_description: Option<BibliographicDescription> => (BibliographicDescription opt);
        item_use_restriction_types: Vec<SchemeValue>             => (ItemUseRestrictionType many);
        circulation_status: Option<SchemeValue>                  => (CirculationStatus opt);
        hold_queue_length: Option<NonNegative>                   => (HoldQueueLength opt);
        item_description: Option<ItemDescription>                => (ItemDescription opt);
        locations: Vec<Location>                                 => (Location many);
        physical_condition: Option<PhysicalCondition>            => (PhysicalCondition opt);
        electronic_resource: Option<ElectronicResource>          => (ElectronicResource opt);
        security_marker: Option<SchemeValue>                     => (SecurityMarker opt);
        sensitization_flag: Flag                                 => (SensitizationFlag opt);
        date_due: Option<DateTime>                               => (drop) (DateDue opt new202);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// An item in an account or a notice.
    pub struct ItemDetails {
        item_id: ItemId                                     => (UniqueItemId one) (ItemId one);
        bibliographic_description: BibliographicDescription => (BibliographicDescription one);
        date_checked_out: Option<DateTime>                  => (DateCheckedOut opt);
        date_reneweds: Vec<DateTime>                        => (DateRenewed many);
        date_due: Option<DateTime>                          => (DateDue opt);
        indeterminate_loan_period_flag: Flag                => (IndeterminateLoanPeriodFlag opt);
        non_returnable_flag: Flag                           => (NonReturnableFlag opt);
        date_returned: Option<DateTime>                     => (DateReturned opt);
        ext: Option<Ext>                                    => (drop) (Ext opt);
    }
    rules {
        ALL sides [date_due] [indeterminate_loan_period_flag] [non_returnable_flag];
    }
}

element! {
    /// What is added to, or deleted from, the record of an item.
    pub struct ItemFields {
        bibliographic_description: Option<BibliographicDescription> => (BibliographicDescription opt);
        item_use_restriction_types: Vec<SchemeValue>             => (ItemUseRestrictionType many);
        item_description: Option<ItemDescription>                => (ItemDescription opt);
        locations: Vec<Location>                                 => (Location many);
        physical_condition: Option<PhysicalCondition>            => (PhysicalCondition opt);
        security_marker: Option<SchemeValue>                     => (SecurityMarker opt);
        sensitization_flag: Flag                                 => (SensitizationFlag opt);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
}

element! {
    /// When a user says an item was returned.
    pub struct ItemReportedReturned {
        date_reported_returned: DateTime => (DateReportedReturned one);
        ext: Option<Ext>                 => (drop) (Ext opt);
    }
}

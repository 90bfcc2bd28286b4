//! What names users, items, requests and titles.

use crate::model::{AgencyId, DateTime, Ext, SchemeValue};

element! {
    /// Names an item.
    pub struct ItemId (twin has_type) {          // 1                                2                               visible, 1
        agency_id: Option<AgencyId>               => (UniqueAgencyId one)             (AgencyId opt)                  (drop);
        item_identifier_type: Option<SchemeValue> => (drop)                           (ItemIdentifierType opt)        (VisibleItemIdentifierType one);
        item_identifier_value: String             => (ItemIdentifierValue one)        (ItemIdentifierValue one)       (VisibleItemIdentifier one);
        ext: Option<Ext>                          => (drop)                           (Ext opt)                       (drop);
    }
}

element! {
    /// Names a user.
    pub struct UserId (twin has_type) {          // 1                                2                               visible, 1
        agency_id: Option<AgencyId>               => (UniqueAgencyId one)             (AgencyId opt)                  (UniqueAgencyId opt);
        user_identifier_type: Option<SchemeValue> => (drop)                           (UserIdentifierType opt)        (VisibleUserIdentifierType one);
        user_identifier_value: String             => (UserIdentifierValue one)        (UserIdentifierValue one)       (VisibleUserIdentifier one);
        ext: Option<Ext>                          => (drop)                           (Ext opt)                       (drop);
    }
}

element! {
    /// Names a request.
    pub struct RequestId {
        agency_id: Option<AgencyId>                  => (UniqueAgencyId one) (AgencyId opt);
        request_identifier_type: Option<SchemeValue> => (drop) (RequestIdentifierType opt);
        request_identifier_value: String             => (RequestIdentifierValue one);
        ext: Option<Ext>                             => (drop) (Ext opt);
    }
}

element! {
    /// Names a title.
    pub struct BibliographicId {
        bibliographic_item_id: Option<BibliographicItemId>     => (BibliographicItemId one);
        bibliographic_record_id: Option<BibliographicRecordId> => (BibliographicRecordId one);
        ext: Option<Ext>                                       => (drop) (Ext opt);
    }
    rules {
        ALL sides [bibliographic_item_id] [bibliographic_record_id];
    }
}

element! {
    /// A number that a title bears, such as an ISBN.
    pub struct BibliographicItemId {
        bibliographic_item_identifier: String                   => (BibliographicItemIdentifier one);
        bibliographic_item_identifier_code: Option<SchemeValue> => (BibliographicItemIdentifierCode opt);
        ext: Option<Ext>                                        => (drop) (Ext opt);
    }
}

element! {
    /// A record of a title in somebody's catalogue.
    pub struct BibliographicRecordId {
        bibliographic_record_identifier: String                  => (BibliographicRecordIdentifier one);
        agency_id: Option<AgencyId>                              => (UniqueAgencyId one) (AgencyId one);
        bibliographic_record_identifier_code: Option<SchemeValue> => (BibliographicRecordIdentifierCode one);
        ext: Option<Ext>                                         => (drop) (Ext opt);
    }
    rules {
        ALL sides [agency_id] [bibliographic_record_identifier_code];
    }
}

element! {
    /// Names a part of a title.
    pub struct ComponentId {
        component_identifier_type: SchemeValue => (ComponentIdentifierType one);
        component_identifier: String           => (ComponentIdentifier one);
        ext: Option<Ext>                       => (drop) (Ext opt);
    }
}

element! {
    /// A name that a user had before.
    pub struct PreviousUserId {
        agency_id: AgencyId               => (drop) (AgencyId one);
        user_identifier_value: String     => (drop) (UserIdentifierValue one);
        valid_from_date: Option<DateTime> => (drop) (ValidFromDate opt);
        valid_to_date: Option<DateTime>   => (drop) (ValidToDate opt);
        ext: Option<Ext>                  => (drop) (Ext opt);
    }
}

/// What the three ids have in common.
macro_rules! id {
    ($name:ident $value:ident) => {
        impl $name {
            /// A name that an agency gave.
            pub fn new(agency: impl Into<AgencyId>, value: impl Into<String>) -> Self {
                $name { agency_id: Some(agency.into()), ..$name::bare(value) }
            }

            /// A name of which the agency goes without saying.
            pub fn bare(value: impl Into<String>) -> Self {
                $name { $value: value.into(), ..$name::default() }
            }

            /// The name itself.
            pub fn value(&self) -> &str {
                &self.$value
            }
        }
    };
}

id!(ItemId item_identifier_value);
id!(UserId user_identifier_value);
id!(RequestId request_identifier_value);

impl ItemId {
    /// Whether it says what kind of name it is. Version 1 calls it visible then.
    fn has_type(&self) -> bool {
        self.item_identifier_type.is_some()
    }
}

impl UserId {
    /// Whether it says what kind of name it is. Version 1 calls it visible then.
    fn has_type(&self) -> bool {
        self.user_identifier_type.is_some()
    }
}

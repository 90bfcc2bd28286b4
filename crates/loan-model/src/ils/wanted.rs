//! What an ILS is asked for, and how a request names it.

use iso18626::Request;
use serde::{Deserialize, Serialize};

/// What an ILS is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "by", content = "id")]
pub enum Wanted {
    /// The item with this barcode.
    Item(String),
    /// Any item of the title with this record id.
    Title(String),
}

impl Wanted {
    /// What the ILS can be asked for: the item, if its barcode is named, else any of the title.
    pub fn by(request: &Request) -> Option<Wanted> {
        let numbers = &request.bibliographic_info.bibliographic_item_id;
        let barcode = numbers.iter().find(|id| id.code.value.eq_ignore_ascii_case("barcode"));
        barcode
            .and_then(|id| named(&id.identifier))
            .map(Wanted::Item)
            .or_else(|| record(request).map(Wanted::Title))
    }

    /// The record id of a request that names a barcode as well.
    pub fn record_beside(request: &Request) -> Option<String> {
        record(request).filter(|_| matches!(Wanted::by(request), Some(Wanted::Item(_))))
    }
}

fn record(request: &Request) -> Option<String> {
    request.bibliographic_info.supplier_unique_record_id.as_deref().and_then(named)
}

fn named(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

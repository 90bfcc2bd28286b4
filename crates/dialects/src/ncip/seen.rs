//! What an ILS tells of an item, a hold and a loan, as far as it shows whether a command was carried out.

use jiff::Timestamp;
use loan_model::ils::IlsFacts;
use ncip::{BibliographicId, LookupItemResponse, NamedBy, RequestId, RequestedItem, same_id};

/// An item.
#[derive(Debug)]
pub(crate) enum SeenItem {
    NotThere,
    There {
        /// Who has it, where that is told.
        borrower: Option<String>,
        /// Who waits for it, where that is told.
        requesters: Vec<String>,
        /// How often its loan was renewed, where that is told.
        renewals: Option<u32>,
        facts: Box<IlsFacts>,
    },
}

impl SeenItem {
    pub(crate) fn due(&self) -> Option<Timestamp> {
        match self {
            SeenItem::There { facts, .. } => facts.due,
            SeenItem::NotThere => None,
        }
    }
}

/// A hold of the user.
#[derive(Debug)]
pub(crate) struct SeenHold {
    pub(crate) id: Option<String>,
    pub(crate) item: Option<String>,
    pub(crate) records: Vec<String>,
    pub(crate) placed: Placed,
}

/// When a hold was placed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Before the command was sent.
    Before,
    /// Since then.
    Since,
    NotTold,
}

impl SeenHold {
    pub(crate) fn of(told: &RequestedItem, placed: Placed) -> Self {
        let said = |id: &str| Some(id.trim().to_owned()).filter(|id| !id.is_empty());
        SeenHold {
            id: told.request_id.as_ref().map(RequestId::value).and_then(said),
            item: told.item_id.as_ref().and_then(|item| said(item.value())),
            records: told.bibliographic_ids.iter().filter_map(record).collect(),
            placed,
        }
    }
}

fn record(id: &BibliographicId) -> Option<String> {
    let record = id.bibliographic_record_id.as_ref().map(|record| &record.bibliographic_record_identifier);
    let number = || id.bibliographic_item_id.as_ref().map(|number| &number.bibliographic_item_identifier);
    record.or_else(number).map(|id| id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// A loan of the user.
#[derive(Debug)]
pub(crate) struct SeenLoan {
    pub(crate) item: String,
    pub(crate) due: Option<Timestamp>,
}

impl SeenLoan {
    pub(crate) fn is_of(&self, item: &str) -> bool {
        same_id(item, &self.item, NamedBy::TheIdAsked) == Some(true)
    }
}

/// How often a loan was renewed. The standard has no place for it in what is told of an item; some put it into an `Ext`.
pub(crate) fn renewals_told(reply: &LookupItemResponse) -> Option<u32> {
    let fields = reply.item_optional_fields.as_ref().and_then(|fields| fields.ext.as_ref());
    let transaction = reply.item_transaction.as_ref().and_then(|transaction| transaction.ext.as_ref());
    let exts = [reply.ext.as_ref(), fields, transaction].into_iter().flatten();
    exts.filter_map(|ext| {
        let (_, rest) = ext.raw.split_once("RenewalCount")?;
        let (_, rest) = rest.split_once('>')?;
        rest.split('<').next()?.trim().parse().ok()
    })
    .next()
}

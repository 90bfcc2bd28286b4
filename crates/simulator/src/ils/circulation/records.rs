//! What an ILS keeps records of.

use jiff::Timestamp;
use serde::Serialize;

use super::HoldIds;

/// Somebody with a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Patron {
    /// The card's number.
    pub barcode: String,
    /// The number that the ILS itself uses.
    pub internal_id: String,
    /// The secret that goes with the card.
    #[serde(skip)]
    pub pin: Option<String>,
    /// The given name, for a person.
    pub given_name: Option<String>,
    /// The family name, or the library's.
    pub surname: String,
    /// A person, or a library that borrows.
    pub kind: PatronKind,
    /// Whether he may borrow.
    pub standing: Standing,
    /// When the card expires.
    pub expires: Option<Timestamp>,
    /// How many things he may have at once.
    pub most_loans: Option<u32>,
}

/// Who a patron is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatronKind {
    /// A person.
    #[default]
    Person,
    /// A library: an institutional patron.
    Library,
}

/// Whether a patron may borrow, the card's date apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// He may.
    #[default]
    Good,
    /// He may not.
    Blocked,
}

impl Patron {
    /// A person in good standing.
    pub fn person(barcode: &str, given_name: &str, surname: &str) -> Self {
        Patron {
            barcode: barcode.to_owned(),
            internal_id: String::new(),
            pin: None,
            given_name: Some(given_name.to_owned()),
            surname: surname.to_owned(),
            kind: PatronKind::Person,
            standing: Standing::Good,
            expires: None,
            most_loans: None,
        }
    }

    /// A library as a patron.
    pub fn library(barcode: &str, name: &str) -> Self {
        Patron { given_name: None, kind: PatronKind::Library, ..Patron::person(barcode, "", name) }
    }

    /// The same with a PIN.
    pub fn pin(self, pin: &str) -> Self {
        Patron { pin: Some(pin.to_owned()), ..self }
    }

    /// The same, blocked.
    pub fn blocked(self) -> Self {
        Patron { standing: Standing::Blocked, ..self }
    }

    /// Whether the card has expired.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// A thing with a barcode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its barcode.
    pub barcode: String,
    /// The title's record id; for a temporary item its barcode.
    pub record: String,
    /// Its title.
    pub title: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where it is shelved.
    pub call_number: Option<String>,
    /// Where in the building.
    pub location: String,
    /// Whether it is lent.
    pub lending: Lending,
    /// Whether it is where it should be.
    pub whereabouts: Whereabouts,
    /// Ours, or here for one loan.
    pub origin: Origin,
    /// When it must go back, for a temporary item.
    pub due_back: Option<Timestamp>,
}

/// Whether a thing is lent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lending {
    /// It is.
    #[default]
    Lends,
    /// It stays in the building.
    StaysIn,
}

/// Whether a thing is where it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whereabouts {
    /// It is, or it is on loan.
    #[default]
    InPlace,
    /// It is not found.
    Missing,
    /// It is gone.
    Lost,
}

/// Where a record of an item comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "origin")]
pub enum Origin {
    /// The library's own.
    Owned,
    /// Made for one loan.
    Temporary {
        /// For which.
        request: String,
    },
}

impl Item {
    /// A thing of the library's own that is lent.
    pub fn new(barcode: &str, record: &str, title: &str) -> Self {
        Item {
            barcode: barcode.to_owned(),
            record: record.to_owned(),
            title: title.to_owned(),
            author: None,
            call_number: None,
            location: String::new(),
            lending: Lending::Lends,
            whereabouts: Whereabouts::InPlace,
            origin: Origin::Owned,
            due_back: None,
        }
    }

    /// The same with a call number.
    pub fn call_number(self, call_number: &str) -> Self {
        Item { call_number: Some(call_number.to_owned()), ..self }
    }

    /// The same, not to be lent.
    pub fn stays_in(self) -> Self {
        Item { lending: Lending::StaysIn, ..self }
    }

    /// Whether it was made for one loan.
    pub fn is_temporary(&self) -> bool {
        matches!(self.origin, Origin::Temporary { .. })
    }

    /// Whether it was made for this one.
    pub fn is_for_request(&self, id: &str) -> bool {
        matches!(&self.origin, Origin::Temporary { request } if request == id)
    }

    pub(super) fn can_go_out(&self) -> bool {
        self.lending == Lending::Lends && self.whereabouts == Whereabouts::InPlace
    }
}

/// What somebody waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "by", content = "id")]
pub enum Wanted {
    /// The thing with this barcode.
    Item(String),
    /// Any thing of the title with this record id.
    Title(String),
}

/// Somebody waits for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The ILS's own number.
    pub number: u64,
    /// The id that the initiator gave it.
    pub request: Option<String>,
    /// Whose.
    pub patron: String,
    /// For what.
    pub wanted: Wanted,
    /// The thing that was found for it.
    pub item: Option<String>,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
    /// When it was placed.
    pub placed: Timestamp,
    /// How far it is.
    pub state: HoldState,
}

/// How far a hold is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum HoldState {
    /// Not pulled yet, or in the queue.
    Waiting,
    /// On the hold shelf.
    OnShelf,
}

/// Somebody has something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Loan {
    /// What.
    pub item: String,
    /// Who.
    pub patron: String,
    /// The id that the initiator gave it.
    pub request: Option<String>,
    /// Since when.
    pub lent: Timestamp,
    /// Until when.
    pub due: Timestamp,
    /// How often it was renewed.
    pub renewals: u32,
    /// When it was recalled, and when it was due before.
    pub recalled: Option<Recalled>,
    /// Where it was lent.
    pub location: String,
}

/// A loan was called back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Recalled {
    /// When.
    pub at: Timestamp,
    /// When it was due before.
    pub due_before: Timestamp,
}

/// Somebody owes something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Charge {
    /// The ILS's own number.
    pub number: u64,
    /// Who.
    pub patron: String,
    /// How much: `12.50`.
    pub amount: String,
    /// Of what: `USD`.
    pub currency: String,
    /// What for.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

/// Where an item is, in NCIP's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ItemStatus {
    /// Waiting for the patron on the hold shelf.
    #[serde(rename = "Available For Pickup")]
    AvailableForPickup,
    /// On the shelf.
    #[serde(rename = "Available On Shelf")]
    AvailableOnShelf,
    /// Out.
    #[serde(rename = "On Loan")]
    OnLoan,
    /// Not found.
    #[serde(rename = "Missing")]
    Missing,
    /// Gone.
    #[serde(rename = "Lost")]
    Lost,
}

impl ItemStatus {
    /// The standard's word.
    pub fn name(self) -> &'static str {
        match self {
            ItemStatus::AvailableForPickup => "Available For Pickup",
            ItemStatus::AvailableOnShelf => "Available On Shelf",
            ItemStatus::OnLoan => "On Loan",
            ItemStatus::Missing => "Missing",
            ItemStatus::Lost => "Lost",
        }
    }
}

impl Hold {
    /// The id by which the initiator knows it.
    pub fn id(&self, ids: HoldIds) -> String {
        match (&self.request, ids) {
            (Some(request), HoldIds::Echoed) => request.clone(),
            _ => self.number.to_string(),
        }
    }

    pub(super) fn is_for(&self, item: &Item) -> bool {
        match (&self.item, &self.wanted) {
            (Some(found), _) => *found == item.barcode,
            (None, Wanted::Item(barcode)) => *barcode == item.barcode,
            (None, Wanted::Title(record)) => *record == item.record,
        }
    }
}

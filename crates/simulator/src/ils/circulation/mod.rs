//! What an ILS holds: patrons, items, holds, loans, charges; and what can be done with them.
//!
//! Pure: the time is an argument, and a refusal changes nothing. It knows nothing of NCIP but the names of its problems
//! and services. Each command that was carried out is noted ([`Deed`]), so that a test can tell what was done twice.

mod deeds;
mod holds;
mod invariants;
mod items;
mod loans;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

pub use deeds::{By, Deed, Double};
pub use holds::HoldWish;
pub use items::{Acceptance, ItemWish};
pub use loans::LoanWish;

use super::refusal::Refusal;

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
    /// Where it stands on the shelf.
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

    fn can_go_out(&self) -> bool {
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
    /// The id that whoever asked gave it.
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
    /// The id that whoever asked gave it.
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

/// How an ILS goes about things.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// How long things are lent.
    pub loan: SignedDuration,
    /// How often a loan is renewed at most.
    pub most_renewals: u32,
    /// What becomes of a due date that whoever asks would like.
    pub wished_due: WishedDue,
    /// What becomes of a command that was carried out before.
    pub repeats: Repeats,
    /// By which id a hold is known.
    pub hold_ids: HoldIds,
    /// What a cancel finds after the thing went out.
    pub fulfilled_holds: FulfilledHolds,
    /// Where things are lent that nobody said a place for.
    pub home: String,
}

impl Default for Rules {
    fn default() -> Self {
        Rules {
            loan: SignedDuration::from_hours(28 * 24),
            most_renewals: 2,
            wished_due: WishedDue::Kept,
            repeats: Repeats::Refused,
            hold_ids: HoldIds::Echoed,
            fulfilled_holds: FulfilledHolds::Forgotten,
            home: "Main".to_owned(),
        }
    }
}

/// What becomes of a due date that whoever asks would like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WishedDue {
    /// It is the loan's.
    Kept,
    /// The ILS reckons its own.
    Ignored,
}

/// What becomes of a command that was carried out before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeats {
    /// It is refused.
    Refused,
    /// It is carried out again: a second temporary item, a second hold, a loan that is silently renewed.
    DoneAgain,
}

/// By which id a hold is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldIds {
    /// The one that came with it, if one came.
    Echoed,
    /// The ILS's own number only.
    Own,
}

/// What a cancel finds after the thing went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfilledHolds {
    /// Nothing.
    Forgotten,
    /// A hold that cannot be cancelled any more.
    Kept,
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

/// Everything an ILS holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Circulation {
    rules: Rules,
    patrons: BTreeMap<String, Patron>,
    items: BTreeMap<String, Item>,
    holds: Vec<Hold>,
    fulfilled: Vec<Hold>,
    loans: BTreeMap<String, Loan>,
    charges: Vec<Charge>,
    deeds: Vec<Deed>,
    numbers: u64,
}

impl Circulation {
    /// An ILS with these patrons and items.
    pub fn new(
        rules: Rules,
        patrons: impl IntoIterator<Item = Patron>,
        items: impl IntoIterator<Item = Item>,
    ) -> Self {
        let mut circulation = Circulation { rules, ..Circulation::default() };
        patrons.into_iter().for_each(|patron| circulation.add_patron(patron));
        items.into_iter().for_each(|item| circulation.add_item(item));
        circulation
    }

    /// Registers a patron; one with the same card is replaced.
    pub fn add_patron(&mut self, patron: Patron) {
        let internal_id = if patron.internal_id.is_empty() {
            (70_001 + self.patrons.len()).to_string()
        } else {
            patron.internal_id.clone()
        };
        self.patrons.insert(patron.barcode.clone(), Patron { internal_id, ..patron });
    }

    /// Puts a thing on the shelf; one with the same barcode is replaced.
    pub fn add_item(&mut self, item: Item) {
        let location = if item.location.is_empty() { self.rules.home.clone() } else { item.location.clone() };
        self.items.insert(item.barcode.clone(), Item { location, ..item });
    }

    /// How it goes about things.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Every patron.
    pub fn patrons(&self) -> impl Iterator<Item = &Patron> {
        self.patrons.values()
    }

    /// Every item, temporary ones included.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.values()
    }

    /// Every hold that is open, oldest first.
    pub fn holds(&self) -> &[Hold] {
        &self.holds
    }

    /// Every loan that is open.
    pub fn loans(&self) -> impl Iterator<Item = &Loan> {
        self.loans.values()
    }

    /// Every charge.
    pub fn charges(&self) -> &[Charge] {
        &self.charges
    }

    /// The patron with this card.
    ///
    /// # Errors
    /// When nobody has it.
    pub fn patron(&self, card: &str) -> Result<&Patron, Refusal> {
        let by_id = || self.patrons.values().find(|patron| patron.internal_id == card);
        self.patrons.get(card).or_else(by_id).ok_or(Refusal::UnknownUser)
    }

    /// The patron with this card, whose PIN is `pin`.
    ///
    /// # Errors
    /// When nobody has the card or the PIN is another's.
    pub fn authenticated(&self, card: &str, pin: &str) -> Result<&Patron, Refusal> {
        let patron = self.patron(card)?;
        if patron.pin.as_deref() == Some(pin) { Ok(patron) } else { Err(Refusal::UserAuthenticationFailed) }
    }

    /// The item with this barcode.
    ///
    /// # Errors
    /// When nothing has it.
    pub fn item(&self, barcode: &str) -> Result<&Item, Refusal> {
        self.items.get(barcode).ok_or(Refusal::UnknownItem)
    }

    /// The loan of an item, if it is on loan.
    pub fn loan(&self, barcode: &str) -> Option<&Loan> {
        self.loans.get(barcode)
    }

    /// The holds that wait for an item or lie on the shelf with it.
    pub fn holds_for<'a>(&'a self, item: &'a Item) -> impl Iterator<Item = &'a Hold> {
        self.holds.iter().filter(|hold| hold.is_for(item))
    }

    /// Where an item is.
    pub fn status(&self, item: &Item) -> ItemStatus {
        if self.loans.contains_key(&item.barcode) {
            return ItemStatus::OnLoan;
        }
        match item.whereabouts {
            Whereabouts::Missing => ItemStatus::Missing,
            Whereabouts::Lost => ItemStatus::Lost,
            Whereabouts::InPlace if self.on_hold_shelf(item) => ItemStatus::AvailableForPickup,
            Whereabouts::InPlace => ItemStatus::AvailableOnShelf,
        }
    }

    fn on_hold_shelf(&self, item: &Item) -> bool {
        self.holds_for(item).any(|hold| hold.state == HoldState::OnShelf)
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        1_000 + self.numbers
    }
}

impl Hold {
    /// The id by which it is known to whoever asked for it.
    pub fn id(&self, ids: HoldIds) -> String {
        match (&self.request, ids) {
            (Some(request), HoldIds::Echoed) => request.clone(),
            _ => self.number.to_string(),
        }
    }

    fn is_for(&self, item: &Item) -> bool {
        match (&self.item, &self.wanted) {
            (Some(found), _) => *found == item.barcode,
            (None, Wanted::Item(barcode)) => *barcode == item.barcode,
            (None, Wanted::Title(record)) => *record == item.record,
        }
    }
}

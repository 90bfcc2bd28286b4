//! What an ILS holds: patrons, items, holds, loans, charges; and what can be done with them.
//!
//! Pure: the time is an argument, and a refusal changes nothing. It knows nothing of NCIP but the names of its problems
//! and services. Each command that was carried out is noted ([`Operation`]), so that a test can tell what was done twice.

mod holds;
mod invariants;
mod items;
mod loans;
mod operations;
mod records;
mod rules;

use std::collections::BTreeMap;

pub use holds::HoldWish;
pub use items::{Acceptance, ItemWish};
pub use loans::LoanWish;
pub use operations::{By, Double, Operation};
pub use records::{
    Charge, Hold, HoldState, Item, ItemStatus, Lending, Loan, Origin, Patron, PatronKind, Recalled, Standing,
    Wanted, Whereabouts,
};
pub use rules::{FulfilledHolds, HoldIds, Repeats, Rules, TakenBarcodes, WishedDue};

use super::refusal::Refusal;

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
    operations: Vec<Operation>,
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

//! Records of items: temporary ones for a loan, and others; and charges.

use jiff::Timestamp;

use super::{
    By, Charge, Circulation, Hold, HoldState, Item, Origin, Repeats, Standing, TakenBarcodes, Wanted,
    operations::About,
};
use crate::ils::{refusal::Refusal, service::Service};

/// An item of another library that is handed over for one loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acceptance {
    /// The id of the loan.
    pub request: String,
    /// The barcode it is to have; without one the ILS makes one.
    pub barcode: Option<String>,
    /// For whom it is, where it is to wait for somebody.
    pub hold_for: Option<String>,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where it would stand on a shelf.
    pub call_number: Option<String>,
    /// When it must go back.
    pub due_back: Option<Timestamp>,
}

/// A record that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemWish {
    /// Its barcode; without one the ILS makes one.
    pub barcode: Option<String>,
    /// The id of the loan it is for, if it is for one.
    pub request: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Where it would stand on a shelf.
    pub call_number: Option<String>,
}

impl Circulation {
    /// Makes a temporary item, and puts it on the hold shelf if it is for somebody.
    ///
    /// # Errors
    /// When nobody has that card, or the barcode is taken.
    pub fn accept(&mut self, wish: Acceptance, by: By, now: Timestamp) -> Result<Item, Refusal> {
        let patron = match &wish.hold_for {
            None => None,
            Some(card) => {
                let patron = self.patron(card)?;
                if patron.standing == Standing::Blocked {
                    return Err(Refusal::UserBlocked);
                }
                Some(patron.barcode.clone())
            }
        };
        let barcode = self.free_barcode(wish.barcode.as_deref(), Refusal::CannotAcceptItem)?;
        let about =
            About { item: wish.barcode.as_deref(), patron: patron.as_deref(), request: Some(&wish.request) };
        self.note(Service::AcceptItem, by, now, about);
        let item = Item {
            author: wish.author,
            call_number: wish.call_number,
            location: self.rules.home.clone(),
            origin: Origin::Temporary { request: wish.request.clone() },
            due_back: wish.due_back,
            ..Item::new(&barcode, &barcode, wish.title.as_deref().unwrap_or("Interlibrary loan"))
        };
        self.items.insert(barcode.clone(), item.clone());
        if let Some(patron) = patron {
            let number = self.next_number();
            self.holds.push(Hold {
                number,
                request: Some(wish.request),
                patron,
                wanted: Wanted::Item(barcode.clone()),
                item: Some(barcode),
                pickup: wish.pickup,
                placed: now,
                state: HoldState::OnShelf,
            });
        }
        Ok(item)
    }

    /// Makes a record of an item.
    ///
    /// # Errors
    /// When the barcode is taken.
    pub fn create(&mut self, wish: ItemWish, by: By, now: Timestamp) -> Result<Item, Refusal> {
        let barcode = self.free_barcode(wish.barcode.as_deref(), Refusal::DuplicateItem)?;
        let about =
            About { item: wish.barcode.as_deref(), request: wish.request.as_deref(), ..About::default() };
        self.note(Service::CreateItem, by, now, about);
        let origin = wish.request.map_or(Origin::Owned, |request| Origin::Temporary { request });
        let item = Item {
            author: wish.author,
            call_number: wish.call_number,
            location: self.rules.home.clone(),
            origin,
            ..Item::new(&barcode, &barcode, wish.title.as_deref().unwrap_or("Without a title"))
        };
        self.items.insert(barcode, item.clone());
        Ok(item)
    }

    /// Removes the record of an item, and the holds on it.
    ///
    /// # Errors
    /// When there is none, or it is on loan.
    pub fn delete(&mut self, barcode: &str, by: By, now: Timestamp) -> Result<Item, Refusal> {
        self.remove(barcode, Service::DeleteItem, by, now)
    }

    /// A temporary item has arrived where it belongs, so that its record is not needed any more.
    ///
    /// # Errors
    /// When there is none, or it is on loan or the library's own.
    pub fn sent_home(&mut self, barcode: &str, now: Timestamp) -> Result<Item, Refusal> {
        if !self.item(barcode)?.is_temporary() {
            return Err(Refusal::ElementRuleViolated);
        }
        self.remove(barcode, Service::ItemReceived, By::Message, now)
    }

    fn remove(&mut self, barcode: &str, on: Service, by: By, now: Timestamp) -> Result<Item, Refusal> {
        if !self.items.contains_key(barcode) {
            return Err(Refusal::UnknownItem);
        }
        if self.loans.contains_key(barcode) {
            return Err(Refusal::ElementRuleViolated);
        }
        let item = self.items.remove(barcode).ok_or(Refusal::UnknownItem)?;
        self.holds.retain(|hold| hold.item.as_deref() != Some(barcode));
        let request = match &item.origin {
            Origin::Temporary { request } => Some(request.as_str()),
            Origin::Owned => None,
        };
        self.note(on, by, now, About { item: Some(barcode), request, ..About::default() });
        Ok(item)
    }

    /// Charges somebody.
    ///
    /// # Errors
    /// When nobody has that card or the amount is none.
    pub fn charge(
        &mut self,
        card: &str,
        (amount, currency): (&str, &str),
        reason: &str,
        by: By,
        now: Timestamp,
    ) -> Result<Charge, Refusal> {
        let patron = self.patron(card)?.barcode.clone();
        if amount.parse::<f64>().ok().is_none_or(|amount| !amount.is_finite() || amount <= 0.0) {
            return Err(Refusal::InvalidAmount);
        }
        let number = self.next_number();
        let about = About { item: Some(reason), patron: Some(&patron), ..About::default() };
        self.note(Service::CreateUserFiscalTransaction, by, now, about);
        let charge = Charge {
            number,
            patron,
            amount: amount.to_owned(),
            currency: currency.to_owned(),
            reason: reason.to_owned(),
            at: now,
        };
        self.charges.push(charge.clone());
        Ok(charge)
    }

    fn free_barcode(&mut self, wished: Option<&str>, taken: Refusal) -> Result<String, Refusal> {
        let Some(wished) = wished else {
            let number = self.next_number();
            return Ok(format!("TEMP-{number}"));
        };
        if !self.items.contains_key(wished) {
            return Ok(wished.to_owned());
        }
        let replaced =
            self.rules.taken_barcodes == TakenBarcodes::Replaced && taken == Refusal::CannotAcceptItem;
        if self.rules.repeats == Repeats::Refused && !replaced {
            return Err(taken);
        }
        let mut counted = (2..).map(|n: u32| format!("{wished}-{n}"));
        counted.find(|barcode| !self.items.contains_key(barcode)).ok_or(taken)
    }
}

//! Placing holds and taking them away.

use jiff::Timestamp;

use super::{
    By, Circulation, FulfilledHolds, Hold, HoldIds, HoldState, Item, Repeats, Standing, Wanted,
    operations::About,
};
use crate::ils::{refusal::Refusal, service::Service};

/// A hold that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldWish {
    /// Whose.
    pub patron: String,
    /// For what.
    pub wanted: Wanted,
    /// The id it comes with.
    pub request: Option<String>,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
}

impl Circulation {
    /// Puts a thing on hold for somebody.
    ///
    /// # Errors
    /// When the patron may not or there is no such thing to be had.
    pub fn request(&mut self, wish: HoldWish, by: By, now: Timestamp) -> Result<Hold, Refusal> {
        let patron = self.patron(&wish.patron)?;
        if patron.standing == Standing::Blocked {
            return Err(Refusal::UserBlocked);
        }
        if patron.has_expired(now) {
            return Err(Refusal::IneligibleToRequest);
        }
        let patron = patron.barcode.clone();
        let item = self.find_for(&wish.wanted)?;
        let same = |hold: &&Hold| hold.patron == patron && hold.wanted == wish.wanted;
        if self.rules.repeats == Repeats::Refused && self.holds.iter().any(|hold| same(&hold)) {
            return Err(Refusal::DuplicateRequest);
        }
        let number = self.next_number();
        let named = match &wish.wanted {
            Wanted::Item(id) | Wanted::Title(id) => id.clone(),
        };
        let about = About { item: Some(&named), patron: Some(&patron), request: wish.request.as_deref() };
        self.note(Service::RequestItem, by, now, about);
        let hold = Hold {
            number,
            request: wish.request,
            patron,
            wanted: wish.wanted,
            item,
            pickup: wish.pickup,
            placed: now,
            state: HoldState::Waiting,
        };
        self.holds.push(hold.clone());
        Ok(hold)
    }

    /// The hold with this id.
    ///
    /// # Errors
    /// When there is none, or its thing has gone out.
    pub fn hold(&self, id: &str) -> Result<&Hold, Refusal> {
        let ids = self.rules.hold_ids;
        let is_meant = |hold: &&Hold| {
            hold.number.to_string() == id || (ids == HoldIds::Echoed && hold.request.as_deref() == Some(id))
        };
        if let Some(hold) = self.holds.iter().find(is_meant) {
            return Ok(hold);
        }
        match self.rules.fulfilled_holds {
            FulfilledHolds::Kept if self.fulfilled.iter().any(|hold| is_meant(&hold)) => {
                Err(Refusal::RequestAlreadyProcessed)
            }
            _ => Err(Refusal::UnknownRequest),
        }
    }

    /// The hold of a patron on an item, where no id tells which.
    ///
    /// # Errors
    /// When there is none.
    pub fn hold_of(&self, patron: &str, item: &str) -> Result<&Hold, Refusal> {
        let patron = self.patron(patron)?;
        let is_for = |hold: &&Hold| match self.items.get(item) {
            Some(item) => hold.is_for(item),
            None => hold.wanted == Wanted::Title(item.to_owned()),
        };
        self.holds
            .iter()
            .filter(|hold| hold.patron == patron.barcode)
            .find(is_for)
            .ok_or(Refusal::UnknownRequest)
    }

    /// Takes a hold away; gives it back as it was.
    ///
    /// # Errors
    /// When there is none, or its thing has gone out.
    pub fn cancel(&mut self, id: &str, by: By, now: Timestamp) -> Result<Hold, Refusal> {
        let number = self.hold(id)?.number;
        let place =
            self.holds.iter().position(|hold| hold.number == number).ok_or(Refusal::UnknownRequest)?;
        let hold = self.holds.remove(place);
        let named = match &hold.wanted {
            Wanted::Item(id) | Wanted::Title(id) => id,
        };
        let about = About { item: Some(named), patron: Some(&hold.patron), request: hold.request.as_deref() };
        self.note(Service::CancelRequestItem, by, now, about);
        if let (HoldState::OnShelf, Some(item)) = (hold.state, hold.item.clone()) {
            self.shelve_for_next(&item);
        }
        Ok(hold)
    }

    /// Puts what is on hold on the hold shelf: somebody has pulled it.
    ///
    /// # Errors
    /// When there is no such hold, or its thing is not on the shelf.
    pub fn pull(&mut self, id: &str) -> Result<Hold, Refusal> {
        let hold = self.hold(id)?;
        let number = hold.number;
        let found = match &hold.item {
            Some(item) => item.clone(),
            None => {
                let here = |item: &&Item| hold.is_for(item) && self.is_free(item);
                self.items.values().find(here).ok_or(Refusal::ResourceCannotBeProvided)?.barcode.clone()
            }
        };
        let item = self.item(&found)?;
        if self.loans.contains_key(&found) || !item.can_go_out() {
            return Err(Refusal::ResourceCannotBeProvided);
        }
        if self.holds_for(item).any(|other| other.state == HoldState::OnShelf && other.number != number) {
            return Err(Refusal::ResourceCannotBeProvided);
        }
        let hold = self.holds.iter_mut().find(|hold| hold.number == number).ok_or(Refusal::UnknownRequest)?;
        hold.item = Some(found);
        hold.state = HoldState::OnShelf;
        Ok(hold.clone())
    }

    /// The thing that a new hold finds; none where it has to wait for one of several.
    fn find_for(&self, wanted: &Wanted) -> Result<Option<String>, Refusal> {
        match wanted {
            Wanted::Item(barcode) => {
                let item = self.item(barcode)?;
                if item.can_go_out() { Ok(Some(barcode.clone())) } else { Err(Refusal::ItemDoesNotCirculate) }
            }
            Wanted::Title(record) => {
                let copies = || self.items.values().filter(|item| item.record == *record);
                if copies().next().is_none() {
                    return Err(Refusal::UnknownItem);
                }
                if !copies().any(Item::can_go_out) {
                    return Err(Refusal::ItemDoesNotCirculate);
                }
                Ok(copies().find(|item| self.is_free(item)).map(|item| item.barcode.clone()))
            }
        }
    }

    fn is_free(&self, item: &Item) -> bool {
        item.can_go_out()
            && !self.loans.contains_key(&item.barcode)
            && !self.holds.iter().any(|hold| hold.item.as_deref() == Some(&item.barcode))
    }

    /// An item has come back: the hold that has waited longest gets it.
    pub(super) fn shelve_for_next(&mut self, barcode: &str) -> Option<Hold> {
        let item = self.items.get(barcode).filter(|item| item.can_go_out())?;
        let place =
            self.holds.iter().position(|hold| hold.state == HoldState::Waiting && hold.is_for(item))?;
        let hold = &mut self.holds[place];
        hold.item = Some(barcode.to_owned());
        hold.state = HoldState::OnShelf;
        Some(hold.clone())
    }

    /// The thing has gone out to somebody: the hold he had on it is done with.
    pub(super) fn fulfil(&mut self, patron: &str, item: &str) -> Option<Hold> {
        let thing = self.items.get(item)?;
        let place = self.holds.iter().position(|hold| hold.patron == patron && hold.is_for(thing))?;
        let hold = self.holds.remove(place);
        self.fulfilled.push(hold.clone());
        Some(hold)
    }
}

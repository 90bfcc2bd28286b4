//! Lending, and what follows from it.

use jiff::Timestamp;

use super::{By, Circulation, Hold, Loan, Recalled, Repeats, Standing, WishedDue, operations::About};
use crate::ils::{refusal::Refusal, service::Service};

/// A loan that somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoanWish {
    /// Who.
    pub patron: String,
    /// What.
    pub item: String,
    /// The id it comes with.
    pub request: Option<String>,
    /// When it should be due.
    pub due: Option<Timestamp>,
    /// Where it is lent.
    pub location: Option<String>,
}

impl LoanWish {
    /// A loan at the desk, without wishes.
    pub fn of(item: &str, patron: &str) -> Self {
        LoanWish {
            patron: patron.to_owned(),
            item: item.to_owned(),
            request: None,
            due: None,
            location: None,
        }
    }
}

impl Circulation {
    /// Lends a thing to somebody.
    ///
    /// # Errors
    /// When the patron may not have it, or it cannot go out.
    pub fn check_out(&mut self, wish: LoanWish, by: By, now: Timestamp) -> Result<Loan, Refusal> {
        let patron = self.patron(&wish.patron)?;
        if patron.standing == Standing::Blocked {
            return Err(Refusal::UserBlocked);
        }
        if patron.has_expired(now) {
            return Err(Refusal::IneligibleToCheckOut);
        }
        let item = self.item(&wish.item)?;
        if !item.can_go_out() {
            return Err(Refusal::ItemDoesNotCirculate);
        }
        let due = self.due(wish.due, item.due_back, now);
        if let Some(loan) = self.loans.get(&wish.item) {
            return if self.rules.repeats == Repeats::DoneAgain && loan.patron == patron.barcode {
                Ok(self.lend_again(&wish, due, by, now))
            } else {
                Err(Refusal::ResourceCannotBeProvided)
            };
        }
        let of_another =
            |hold: &Hold| hold.patron != patron.barcode && hold.item.as_deref() == Some(&item.barcode);
        let of_patron = |hold: &Hold| hold.patron == patron.barcode;
        if self.holds_for(item).any(of_another) && !self.holds_for(item).any(of_patron) {
            return Err(Refusal::ResourceCannotBeProvided);
        }
        let out = self.loans.values().filter(|loan| loan.patron == patron.barcode).count();
        if patron.most_loans.is_some_and(|most| out >= most as usize) {
            return Err(Refusal::MaximumCheckOutsExceeded);
        }
        let patron = patron.barcode.clone();
        let fulfilled = self.fulfil(&patron, &wish.item);
        let request = wish.request.or_else(|| fulfilled.and_then(|hold| hold.request));
        let about = About { item: Some(&wish.item), patron: Some(&patron), request: request.as_deref() };
        self.note(Service::CheckOutItem, by, now, about);
        let loan = Loan {
            item: wish.item.clone(),
            patron,
            request,
            lent: now,
            due,
            renewals: 0,
            recalled: None,
            location: wish.location.unwrap_or_else(|| self.rules.home.clone()),
        };
        self.loans.insert(wish.item, loan.clone());
        // Another patron for whom this copy was set aside waits again.
        for hold in &mut self.holds {
            if hold.item.as_deref() == Some(&loan.item) {
                hold.state = super::HoldState::Waiting;
            }
        }
        Ok(loan)
    }

    fn lend_again(&mut self, wish: &LoanWish, due: Timestamp, by: By, now: Timestamp) -> Loan {
        let mut loan = self.loans[&wish.item].clone();
        loan.due = due;
        loan.renewals += 1;
        let about =
            About { item: Some(&loan.item), patron: Some(&loan.patron), request: loan.request.as_deref() };
        self.note(Service::CheckOutItem, by, now, about);
        self.loans.insert(loan.item.clone(), loan.clone());
        loan
    }

    /// Takes a thing back; gives the loan that ended, and the hold it is put on the shelf for.
    ///
    /// # Errors
    /// When it is not on loan.
    pub fn check_in(&mut self, item: &str, by: By, now: Timestamp) -> Result<(Loan, Option<Hold>), Refusal> {
        let loan = self.end_loan(item, Service::CheckInItem, by, now)?;
        let next = self.shelve_for_next(item);
        Ok((loan, next))
    }

    /// Ends a loan that should not have been.
    ///
    /// # Errors
    /// When it is not on loan.
    pub fn undo_check_out(&mut self, item: &str, by: By, now: Timestamp) -> Result<Loan, Refusal> {
        self.end_loan(item, Service::UndoCheckOutItem, by, now)
    }

    fn end_loan(&mut self, item: &str, on: Service, by: By, now: Timestamp) -> Result<Loan, Refusal> {
        self.item(item)?;
        let loan = self.loans.remove(item).ok_or(Refusal::ItemNotCheckedOut)?;
        let about = About { item: Some(item), patron: Some(&loan.patron), request: loan.request.as_deref() };
        self.note(on, by, now, about);
        Ok(loan)
    }

    /// Lends a thing longer.
    ///
    /// # Errors
    /// When it is not on loan to this patron, was renewed too often, is recalled, or somebody waits for it.
    pub fn renew(
        &mut self,
        item: &str,
        card: &str,
        wished: Option<Timestamp>,
        by: By,
        now: Timestamp,
    ) -> Result<Loan, Refusal> {
        let patron = self.patron(card)?;
        if patron.standing == Standing::Blocked {
            return Err(Refusal::UserBlocked);
        }
        let thing = self.item(item)?;
        let loan = self.loans.get(item).ok_or(Refusal::ItemNotCheckedOut)?;
        if loan.patron != patron.barcode {
            return Err(Refusal::IneligibleToRenew);
        }
        if loan.recalled.is_some() || self.holds_for(thing).next().is_some() {
            return Err(Refusal::ItemNotRenewable);
        }
        if loan.renewals >= self.rules.most_renewals {
            return Err(Refusal::MaximumRenewalsExceeded);
        }
        // A renewal is reckoned from the day it was due, so that it is longer indeed.
        let from = loan.due.max(now);
        let mut renewed = loan.clone();
        renewed.due = self.due(wished, None, from);
        renewed.renewals += 1;
        let about =
            About { item: Some(item), patron: Some(&renewed.patron), request: renewed.request.as_deref() };
        self.note(Service::RenewItem, by, now, about);
        self.loans.insert(item.to_owned(), renewed.clone());
        Ok(renewed)
    }

    /// Calls a thing back: it is due sooner.
    ///
    /// # Errors
    /// When it is not on loan.
    pub fn recall(
        &mut self,
        item: &str,
        wished: Option<Timestamp>,
        by: By,
        now: Timestamp,
    ) -> Result<Loan, Refusal> {
        self.item(item)?;
        let mut loan = self.loans.get(item).ok_or(Refusal::ItemNotCheckedOut)?.clone();
        let due_before = loan.recalled.map_or(loan.due, |recalled| recalled.due_before);
        let week = now.saturating_add(jiff::SignedDuration::from_hours(7 * 24)).unwrap_or(now);
        loan.due = wished.unwrap_or(week).clamp(loan.lent, due_before.max(loan.lent));
        loan.recalled = Some(Recalled { at: now, due_before });
        let about = About { item: Some(item), patron: Some(&loan.patron), request: loan.request.as_deref() };
        self.note(Service::RecallItem, by, now, about);
        self.loans.insert(item.to_owned(), loan.clone());
        Ok(loan)
    }

    /// Takes a recall back: it is due when it was before.
    ///
    /// # Errors
    /// When it is not on loan or not recalled.
    pub fn cancel_recall(&mut self, item: &str, by: By, now: Timestamp) -> Result<Loan, Refusal> {
        self.item(item)?;
        let mut loan = self.loans.get(item).ok_or(Refusal::ItemNotCheckedOut)?.clone();
        let recalled = loan.recalled.take().ok_or(Refusal::ItemNotRecalled)?;
        loan.due = recalled.due_before;
        let about = About { item: Some(item), patron: Some(&loan.patron), request: loan.request.as_deref() };
        self.note(Service::CancelRecallItem, by, now, about);
        self.loans.insert(item.to_owned(), loan.clone());
        Ok(loan)
    }

    /// When a loan from `from` on is due.
    fn due(&self, wished: Option<Timestamp>, due_back: Option<Timestamp>, from: Timestamp) -> Timestamp {
        let own = from.saturating_add(self.rules.loan).unwrap_or(from);
        let due = match (self.rules.wished_due, wished) {
            (WishedDue::Kept, Some(wished)) => wished,
            (WishedDue::Kept, None) => due_back.map_or(own, |back| back.min(own)),
            (WishedDue::Ignored, _) => own,
        };
        due.max(from)
    }
}

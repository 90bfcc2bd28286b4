//! The desk: what patrons and staff do by themselves, with nobody asking by message.

use std::sync::Arc;

use super::{
    circulation::{By, Hold, Item, Loan, LoanWish},
    refusal::Refusal,
    server::Shared,
    wire::Notice,
};
use crate::real_time::lock;

/// The desk of an ILS. What is done there is told to the system that gets its notices.
#[derive(Clone, Debug)]
pub struct Desk(Arc<Shared>);

impl Desk {
    pub(crate) fn of(shared: Arc<Shared>) -> Self {
        Desk(shared)
    }

    /// A thing is lent to the patron with this card: he picks up what was on hold, or takes it from the shelf.
    ///
    /// # Errors
    /// When he may not have it.
    pub fn check_out(&self, item: &str, card: &str) -> Result<Loan, Refusal> {
        let now = self.0.clock.now();
        let loan = lock(&self.0.system).circulation.check_out(LoanWish::of(item, card), By::Desk, now)?;
        self.tell(Notice::CheckedOut(loan.clone()));
        Ok(loan)
    }

    /// Somebody picks up what lies on the hold shelf for him.
    ///
    /// # Errors
    /// When nothing lies there.
    pub fn pick_up(&self, card: &str, item: &str) -> Result<Loan, Refusal> {
        {
            let system = lock(&self.0.system);
            let hold = system.circulation.hold_of(card, item)?;
            if hold.state != super::circulation::HoldState::OnShelf {
                return Err(Refusal::ResourceCannotBeProvided);
            }
        }
        self.check_out(item, card)
    }

    /// A thing comes back.
    ///
    /// # Errors
    /// When it was not lent.
    pub fn check_in(&self, item: &str) -> Result<Loan, Refusal> {
        let now = self.0.clock.now();
        let (loan, _) = lock(&self.0.system).circulation.check_in(item, By::Desk, now)?;
        self.tell(Notice::CheckedIn(loan.clone()));
        Ok(loan)
    }

    /// A loan is made longer.
    ///
    /// # Errors
    /// When it cannot be.
    pub fn renew(&self, item: &str) -> Result<Loan, Refusal> {
        let now = self.0.clock.now();
        let loan = {
            let circulation = &mut lock(&self.0.system).circulation;
            let patron = circulation.loan(item).ok_or(Refusal::ItemNotCheckedOut)?.patron.clone();
            circulation.renew(item, &patron, None, By::Desk, now)?
        };
        self.tell(Notice::Renewed(loan.clone()));
        Ok(loan)
    }

    /// A loan is made shorter.
    ///
    /// # Errors
    /// When there is none.
    pub fn recall(&self, item: &str) -> Result<Loan, Refusal> {
        let now = self.0.clock.now();
        let loan = lock(&self.0.system).circulation.recall(item, None, By::Desk, now)?;
        self.tell(Notice::Recalled(loan.clone()));
        Ok(loan)
    }

    /// A patron does not want something any more.
    ///
    /// # Errors
    /// When he had no hold on it.
    pub fn cancel_hold(&self, card: &str, item: &str) -> Result<Hold, Refusal> {
        let now = self.0.clock.now();
        let hold = {
            let circulation = &mut lock(&self.0.system).circulation;
            let number = circulation.hold_of(card, item)?.number.to_string();
            circulation.cancel(&number, By::Desk, now)?
        };
        self.tell(Notice::RequestCancelled(hold.clone()));
        Ok(hold)
    }

    /// Staff pull what is on hold and put it on the hold shelf.
    ///
    /// # Errors
    /// When there is no such hold, or its thing is out.
    pub fn pull(&self, hold: &str) -> Result<Hold, Refusal> {
        let hold = lock(&self.0.system).circulation.pull(hold)?;
        self.0.touched();
        Ok(hold)
    }

    /// A thing has arrived by courier.
    ///
    /// # Errors
    /// When there is no record of it.
    pub fn receive(&self, item: &str) -> Result<Item, Refusal> {
        let at = self.0.clock.now();
        let item = lock(&self.0.system).circulation.item(item)?.clone();
        let request = match &item.origin {
            super::circulation::Origin::Temporary { request } => Some(request.clone()),
            super::circulation::Origin::Owned => None,
        };
        self.tell(Notice::Received { item: item.barcode.clone(), request, at });
        Ok(item)
    }

    fn tell(&self, notice: Notice) {
        if let Some(notifier) = &self.0.notifier {
            notifier.send(notice);
        }
        self.0.touched();
    }
}

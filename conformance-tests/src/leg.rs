//! A request as the suite's suppliers live it, and what they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::case::CaseEnd;
use crate::confirmation::Confirmation;
use crate::edition::Edition;
use crate::mailbox::Arrival;
use crate::script::Script;
use crate::wire::{Code, Delivery, Head, Say, Supplying, Symbol};

/// What a supplier was asked.
#[derive(Clone)]
pub struct Leg {
    script: Script,
    /// Which supplier.
    pub party: usize,
    /// The request as it came.
    pub asked: Arrival,
    head: Head,
    answered: Arc<AtomicBool>,
}

impl Leg {
    /// A supplier's side of a request that came.
    #[must_use]
    pub fn new(script: &Script, party: usize, asked: Arrival) -> Leg {
        let symbol = |path: &str| {
            let id = asked.message.at(path)?;
            Some(Symbol {
                authority: id.text_at("agencyIdType")?.trim().to_owned(),
                value: id.text_at("agencyIdValue")?.trim().to_owned(),
            })
        };
        let head = Head {
            supplier: symbol("header/supplyingAgencyId").or_else(|| Some(script.symbol(party))),
            requester: symbol("header/requestingAgencyId").unwrap_or_else(|| script.subject_symbol()),
            timestamp: String::new(),
            request_id: asked.text("header/requestingAgencyRequestId").to_owned(),
            supplier_request_id: Some(format!("sup-{}", script.fresh_id())),
            multiple: asked.message.text_at("header/multipleItemRequestId").map(str::to_owned),
            authentication: None,
        };
        Leg { script: script.clone(), party, asked, head, answered: Arc::default() }
    }

    /// The id under which the supplier was asked.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.head.request_id
    }

    /// The supplier's own id.
    #[must_use]
    pub fn own_id(&self) -> &str {
        self.head.supplier_request_id.as_deref().unwrap_or_default()
    }

    /// The edition this supplier speaks.
    #[must_use]
    pub fn edition(&self) -> Edition {
        self.script.edition_of(self.party)
    }

    /// The whole message for something that the supplier says: with its natural reason, and a new timestamp.
    #[must_use]
    pub fn message(&self, mut say: Say) -> Supplying {
        let answered = self.answered.swap(true, Ordering::Relaxed);
        if say.reason.is_none() {
            say.reason = Some(if answered { "StatusChange" } else { "RequestResponse" }.to_owned());
        }
        let mut head = self.head.clone();
        head.timestamp = self.script.now();
        Supplying { head, say }
    }

    /// The bytes of a message.
    #[must_use]
    pub fn xml(&self, message: &Supplying) -> String {
        message.xml(self.edition(), &message.head.timestamp)
    }

    /// The supplier says this, and it is confirmed OK.
    ///
    /// # Errors
    /// Fails the case unless it is.
    pub async fn say(&self, say: Say) -> Result<Confirmation, CaseEnd> {
        let what = format!("the supplier's {}", say.status);
        self.sends(&self.message(say)).await?.ok(what)
    }

    /// The supplier sends this message; the answer may be anything.
    ///
    /// # Errors
    /// Fails the case when there is no answer.
    pub async fn sends(&self, message: &Supplying) -> Result<Confirmation, CaseEnd> {
        self.script.post(self.party, self.xml(message)).await
    }

    /// The supplier gets this action.
    ///
    /// # Errors
    /// Fails the case when it doesn't.
    pub async fn gets(&self, action: &str) -> Result<Arrival, CaseEnd> {
        let expected = format!("the action {action} to {}", self.script.symbol(self.party));
        let id = self.id().to_owned();
        let wanted = |arrival: &Arrival| {
            arrival.kind == "requestingAgencyMessage"
                && arrival.text("action") == action
                && arrival.text("header/requestingAgencyRequestId") == id
        };
        self.script.arrival(expected, self.party, wanted).await
    }

    /// The supplier gets this action. A subject may be wary of a supplier whose line was bad: where the case may move the clock, it does so
    /// for a quarter of an hour.
    ///
    /// # Errors
    /// Fails the case when it doesn't.
    pub async fn gets_by_and_by(&self, action: &str) -> Result<Arrival, CaseEnd> {
        let wanted = |arrival: &Arrival| {
            arrival.text("action") == action && arrival.text("header/requestingAgencyRequestId") == self.id()
        };
        let steps = if self.script.may_move_the_clock() { 10 } else { 0 };
        for _ in 0..steps {
            if let Some(arrival) = self.script.seek(Duration::from_millis(500), self.party, wanted).await {
                return Ok(arrival);
            }
            self.script.advance(Duration::from_secs(90)).await?;
        }
        self.gets(action).await
    }

    /// The request does not come to the supplier any more after what it got last, whenever it came before.
    ///
    /// # Errors
    /// Fails the case when it does.
    pub async fn never_asked_again(&self) -> Result<(), CaseEnd> {
        let last = self.script.arrivals().iter().map(|arrival| arrival.n).max().unwrap_or_default();
        let again = |arrival: &Arrival| {
            arrival.party == self.party
                && arrival.n > last
                && arrival.kind == "request"
                && arrival.text("header/requestingAgencyRequestId") == self.id()
        };
        self.script.never("the request no more", again).await
    }

    /// Fails if the supplier has got this action, or gets it within the quiet time.
    ///
    /// # Errors
    /// The failure.
    pub async fn never_gets(&self, action: &str) -> Result<(), CaseEnd> {
        let expected = format!("no {action} to {}", self.script.symbol(self.party));
        let (party, id) = (self.party, self.id().to_owned());
        let unwanted = |arrival: &Arrival| {
            arrival.party == party
                && arrival.text("action") == action
                && arrival.text("header/requestingAgencyRequestId") == id
        };
        self.script.never(expected, unwanted).await
    }

    /// How often this action came, repeats of the same bytes apart.
    #[must_use]
    pub fn count(&self, action: &str) -> usize {
        let ours = |arrival: &&Arrival| {
            arrival.party == self.party
                && !arrival.repeat
                && arrival.text("action") == action
                && arrival.text("header/requestingAgencyRequestId") == self.id()
        };
        self.script.arrivals().iter().filter(ours).count()
    }
}

/// A status and nothing else.
#[must_use]
pub fn status(status: &str) -> Say {
    Say { status: status.to_owned(), ..Say::default() }
}

/// The supplier will supply.
#[must_use]
pub fn will_supply() -> Say {
    status("WillSupply")
}

/// It was shipped, and is due then.
#[must_use]
pub fn loaned(due: String) -> Say {
    let delivery =
        Delivery { items: vec!["item-1".to_owned()], via: Some("Mail".into()), ..Delivery::default() };
    Say { due: Some(due), delivery: Some(delivery), ..status("Loaned") }
}

/// It cannot be supplied.
#[must_use]
pub fn unfilled(reason: &str) -> Say {
    Say { reason_unfilled: Some(reason.into()), ..status("Unfilled") }
}

/// It might be, on other terms.
#[must_use]
pub fn retry_possible(reason: &str) -> Say {
    Say { reason_retry: Some(reason.into()), ..status("RetryPossible") }
}

/// It comes on a condition.
#[must_use]
pub fn on_condition(condition: &str) -> Say {
    let delivery = Delivery { conditions: vec![Code::from(condition)], ..Delivery::default() };
    Say { delivery: Some(delivery), note: Some("on a condition".to_owned()), ..will_supply() }
}

/// The answer to a Cancel.
#[must_use]
pub fn cancel_response(answer: &str, now: &str) -> Say {
    Say { reason: Some("CancelResponse".to_owned()), answer: Some(answer.to_owned()), ..status(now) }
}

/// The answer to a Renew.
#[must_use]
pub fn renew_response(answer: &str, now: &str, due: Option<String>) -> Say {
    Say { reason: Some("RenewResponse".to_owned()), answer: Some(answer.to_owned()), due, ..status(now) }
}

impl Say {
    /// For another reason than the natural one.
    #[must_use]
    pub fn because(mut self, reason: &str) -> Say {
        self.reason = Some(reason.to_owned());
        self
    }

    /// With a note.
    #[must_use]
    pub fn noting(mut self, note: &str) -> Say {
        self.note = Some(note.to_owned());
        self
    }
}

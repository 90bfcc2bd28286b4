//! A request as the suite's requesters live it: an `Order`, then a `Loan`.

use std::time::Duration;

use crate::case::{CaseEnd, Role};
use crate::confirmation::Confirmation;
use crate::leg::{Leg, loaned, will_supply};
use crate::mailbox::Arrival;
use crate::script::Script;
use crate::wire::{Head, Request, Requesting, Symbol};

/// A request, not yet sent.
#[derive(Clone)]
pub struct Order {
    script: Script,
    /// Who asks.
    pub requester: usize,
    /// The message.
    pub request: Request,
}

/// A request that was sent.
#[derive(Clone)]
pub struct Loan {
    script: Script,
    /// Who asked.
    pub requester: usize,
    /// The message as it was sent.
    pub request: Request,
    /// The confirmation of the request.
    pub confirmation: Confirmation,
}

impl Script {
    /// A request by the ordinary requester to the subject, naming these suppliers (of meaning to a broker only).
    ///
    /// # Errors
    /// Not applicable without such a requester.
    pub fn order(&self, suppliers: &[usize]) -> Result<Order, CaseEnd> {
        let requester = self.requester()?;
        let id = self.fresh_id();
        let head = Head {
            supplier: Some(self.subject_symbol()),
            requester: self.symbol(requester),
            timestamp: self.now(),
            request_id: id.clone(),
            supplier_request_id: None,
            multiple: None,
            authentication: None,
        };
        let mut request = Request {
            head,
            kind: Some("New".to_owned()),
            previous: None,
            service: "Loan".to_owned(),
            record: None,
            title: format!("Conformance {id}"),
            volumes: Vec::new(),
            item_ids: Vec::new(),
            bibliographic: String::new(),
            record_ids: Vec::new(),
            publication: String::new(),
            need_before: None,
            level: None,
            format: None,
            any_edition: None,
            preferred_edition: None,
            conditions: Vec::new(),
            note: None,
            suppliers: suppliers.iter().map(|&supplier| self.symbol(supplier)).collect(),
            rest: String::new(),
        };
        self.tell_scenario(&mut request)?;
        Ok(Order { script: self.clone(), requester, request })
    }

    /// Sends an ordinary request that names these suppliers.
    ///
    /// # Errors
    /// Fails the case unless it is confirmed OK.
    pub async fn borrow(&self, suppliers: &[usize]) -> Result<Loan, CaseEnd> {
        self.order(suppliers)?.send().await
    }

    /// The subject, a requester, asks a supplier of the suite's: its staff are moved to, where there is a hook for them.
    ///
    /// # Errors
    /// Not applicable without a hook; fails the case when no request comes.
    pub async fn asked_by_subject(&self, service: &str) -> Result<Leg, CaseEnd> {
        let [supplier] = self.suppliers()?;
        let title = format!("Conformance {}", self.fresh_id());
        self.expect_next();
        let order = serde_json::json!({
            "do": "request", "supplier": self.symbol(supplier), "service": service, "title": title,
        });
        self.staff(order).await?;
        let expected = format!("a request to {}", self.symbol(supplier));
        let asked = self.arrival(expected, supplier, |arrival| arrival.kind == "request").await?;
        Ok(Leg::new(self, supplier, asked))
    }

    /// A loan for cases that need any request the subject knows: at a broker it names one supplier.
    ///
    /// # Errors
    /// Fails the case unless it is confirmed OK.
    pub async fn some_loan(&self) -> Result<Loan, CaseEnd> {
        self.some_order()?.send().await
    }

    /// The request of `some_loan`, not yet sent.
    ///
    /// # Errors
    /// Not applicable without the parties for it.
    pub fn some_order(&self) -> Result<Order, CaseEnd> {
        match self.role() {
            Role::Broker => self.order(&self.suppliers::<1>()?),
            _ => self.order(&[]),
        }
    }

    /// A loan that is on its way: asked, promised and shipped, and known to be so on both sides.
    ///
    /// # Errors
    /// Fails the case when it does not come to that.
    pub async fn lent(&self, supplier: usize) -> Result<(Loan, Leg), CaseEnd> {
        let (loan, leg) = self.promised(supplier).await?;
        leg.say(loaned(self.in_days(28))).await?;
        loan.hears("Loaned").await?;
        Ok((loan, leg))
    }

    /// A loan that a supplier said it will supply, and the requester knows.
    ///
    /// # Errors
    /// Fails the case when it does not come to that.
    pub async fn promised(&self, supplier: usize) -> Result<(Loan, Leg), CaseEnd> {
        let loan = self.borrow(&[supplier]).await?;
        let leg = loan.asked(supplier).await?;
        leg.say(will_supply()).await?;
        loan.hears("WillSupply").await?;
        Ok((loan, leg))
    }
}

impl Order {
    /// By another requester.
    #[must_use]
    pub fn by(mut self, requester: usize) -> Order {
        self.requester = requester;
        self.request.head.requester = self.script.symbol(requester);
        self
    }

    /// With the message changed.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Request)) -> Order {
        change(&mut self.request);
        self
    }

    /// The message.
    #[must_use]
    pub fn xml(&self) -> String {
        self.request.xml(self.script.edition_of(self.requester))
    }

    /// Sends it and expects an OK.
    ///
    /// # Errors
    /// Fails the case otherwise.
    pub async fn send(self) -> Result<Loan, CaseEnd> {
        let confirmation = self.attempt().await?.ok("the request")?;
        Ok(self.sent(confirmation))
    }

    /// Sends it and returns the answer, whatever it is.
    ///
    /// # Errors
    /// Fails the case when there is no answer.
    pub async fn attempt(&self) -> Result<Confirmation, CaseEnd> {
        self.script.post(self.requester, self.xml()).await
    }

    /// It was sent in some other way, and confirmed so.
    #[must_use]
    pub fn sent(self, confirmation: Confirmation) -> Loan {
        self.script.bind(self.requester, &self.request.head.request_id);
        let Order { script, requester, request } = self;
        Loan { script, requester, request, confirmation }
    }
}

impl Loan {
    /// The requester's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.request.head.request_id
    }

    /// The supplier is asked. A subject may be wary of a supplier whose line was bad in an earlier case: where the case may move the clock,
    /// it does so until the subject tries again.
    ///
    /// # Errors
    /// Fails the case when it isn't.
    pub async fn asked(&self, supplier: usize) -> Result<Leg, CaseEnd> {
        let expected = format!("a request to {}", self.script.symbol(supplier));
        let title = self.request.title.clone();
        let wanted = move |arrival: &Arrival| {
            arrival.kind == "request" && arrival.text("bibliographicInfo/title") == title
        };
        let steps = if self.script.may_move_the_clock() { 10 } else { 0 };
        for _ in 0..steps {
            if let Some(asked) = self.script.seek(Duration::from_millis(500), supplier, &wanted).await {
                return Ok(Leg::new(&self.script, supplier, asked));
            }
            self.script.advance(Duration::from_secs(90)).await?;
        }
        let asked = self.script.arrival(expected, supplier, wanted).await?;
        Ok(Leg::new(&self.script, supplier, asked))
    }

    /// The supplier has not been asked, and isn't within the quiet time.
    ///
    /// # Errors
    /// Fails the case when it is.
    pub async fn never_asked(&self, supplier: usize) -> Result<(), CaseEnd> {
        let expected = format!("no request to {}", self.script.symbol(supplier));
        let title = self.request.title.clone();
        let unwanted = move |arrival: &Arrival| {
            arrival.party == supplier
                && arrival.kind == "request"
                && arrival.text("bibliographicInfo/title") == title
        };
        self.script.never(expected, unwanted).await
    }

    /// The supplier was asked once, and isn't asked again within the quiet time, in other bytes or under another id.
    ///
    /// # Errors
    /// Fails the case when it is.
    pub async fn never_asked_again(&self, supplier: usize) -> Result<(), CaseEnd> {
        let expected = format!("one request to {}", self.script.symbol(supplier));
        let title = self.request.title.clone();
        let asked_again = move |arrival: &Arrival| {
            arrival.party == supplier
                && arrival.kind == "request"
                && !arrival.taken
                && !arrival.repeat
                && arrival.text("bibliographicInfo/title") == title
        };
        self.script.never(expected, asked_again).await
    }

    /// The requester hears this status, in a message that is no Notification. What a broker may say meanwhile (`RequestReceived`,
    /// `ExpectToSupply`, Notifications, answers to a StatusRequest) is passed over; any other status before it is a failure.
    ///
    /// # Errors
    /// Fails the case when it hears something else, or nothing.
    pub async fn hears(&self, status: &str) -> Result<Arrival, CaseEnd> {
        let expected = format!("{status} to {}", self.script.symbol(self.requester));
        let id = self.id().to_owned();
        let wanted = |arrival: &Arrival| {
            let passing = matches!(arrival.status(), "RequestReceived" | "ExpectToSupply")
                || matches!(arrival.reason(), "Notification" | "StatusRequestResponse");
            let ours = arrival.kind == "supplyingAgencyMessage"
                && arrival.text("header/requestingAgencyRequestId") == id;
            ours && (arrival.status() == status && arrival.reason() != "Notification" || !passing)
        };
        let arrival = self.script.arrival(&expected, self.requester, wanted).await?;
        if arrival.status() == status {
            return Ok(arrival);
        }
        Err(CaseEnd::fail(expected, arrival.summary(), &arrival.bytes))
    }

    /// The requester gets a message that fits, wherever it is among those that nobody has looked at.
    ///
    /// # Errors
    /// Fails the case when none comes.
    pub async fn gets(&self, expected: &str, fits: impl Fn(&Arrival) -> bool) -> Result<Arrival, CaseEnd> {
        let id = self.id().to_owned();
        let ours = move |arrival: &Arrival| {
            arrival.kind == "supplyingAgencyMessage"
                && arrival.text("header/requestingAgencyRequestId") == id
                && fits(arrival)
        };
        self.script.arrival(expected, self.requester, ours).await
    }

    /// The requester gets an answer of that kind: `CancelResponse`, `RenewResponse`, `StatusRequestResponse`.
    ///
    /// # Errors
    /// Fails the case when none comes.
    pub async fn answered(&self, reason: &str) -> Result<Arrival, CaseEnd> {
        self.gets(&format!("a {reason}"), |arrival| arrival.reason() == reason).await
    }

    /// The same, with this answerYesNo.
    ///
    /// # Errors
    /// Fails the case when none comes, or the answer is the other one.
    pub async fn answered_with(&self, reason: &str, answer: &str) -> Result<Arrival, CaseEnd> {
        let arrival = self.answered(reason).await?;
        if arrival.text("messageInfo/answerYesNo") == answer {
            return Ok(arrival);
        }
        Err(CaseEnd::fail(format!("a {reason} with answerYesNo {answer}"), arrival.summary(), &arrival.bytes))
    }

    /// The message for an action, addressed as the request was.
    #[must_use]
    pub fn action(&self, action: &str) -> Requesting {
        let mut head = self.request.head.clone();
        head.timestamp = self.script.now();
        head.multiple = head.multiple.clone();
        Requesting { head, action: action.to_owned(), note: None }
    }

    /// The requester does this, and it is confirmed OK.
    ///
    /// # Errors
    /// Fails the case unless it is.
    pub async fn does(&self, action: &str) -> Result<Confirmation, CaseEnd> {
        self.sends(self.action(action)).await?.ok(format!("the action {action}"))
    }

    /// The same with a note.
    ///
    /// # Errors
    /// Fails the case unless it is confirmed OK.
    pub async fn does_with_note(&self, action: &str, note: &str) -> Result<Confirmation, CaseEnd> {
        let mut message = self.action(action);
        message.note = Some(note.to_owned());
        self.sends(message).await?.ok(format!("the action {action}"))
    }

    /// The same, addressed to another symbol than the request was.
    ///
    /// # Errors
    /// Fails the case unless it is confirmed OK.
    pub async fn does_to(&self, supplier: Symbol, action: &str) -> Result<Confirmation, CaseEnd> {
        let mut message = self.action(action);
        message.head.supplier = Some(supplier);
        self.sends(message).await?.ok(format!("the action {action}"))
    }

    /// The requester sends this message; the answer may be anything.
    ///
    /// # Errors
    /// Fails the case when there is no answer.
    pub async fn sends(&self, message: Requesting) -> Result<Confirmation, CaseEnd> {
        self.script.post(self.requester, message.xml(self.script.edition_of(self.requester))).await
    }

    /// Every status message of this loan that came to the requester, in order, repeats apart.
    #[must_use]
    pub fn heard(&self) -> Vec<Arrival> {
        let ours = |arrival: &Arrival| {
            arrival.party == self.requester
                && arrival.kind == "supplyingAgencyMessage"
                && arrival.text("header/requestingAgencyRequestId") == self.id()
                && !arrival.repeat
        };
        self.script.arrivals().into_iter().filter(ours).collect()
    }

    /// Fails if the requester has had such a message, or gets one within the quiet time.
    ///
    /// # Errors
    /// The failure.
    pub async fn never_gets(
        &self,
        expected: &str,
        unwanted: impl Fn(&Arrival) -> bool,
    ) -> Result<(), CaseEnd> {
        let id = self.id().to_owned();
        let requester = self.requester;
        let ours = move |arrival: &Arrival| {
            arrival.party == requester
                && arrival.text("header/requestingAgencyRequestId") == id
                && unwanted(arrival)
        };
        self.script.never(expected, ours).await
    }

    /// A retry of this request: a new message that names it.
    ///
    /// # Errors
    /// Not applicable without the parties for it.
    pub fn retry(&self) -> Result<Order, CaseEnd> {
        let mut order = self.script.order(&[])?.by(self.requester);
        let id = order.request.head.request_id.clone();
        order.request.suppliers.clone_from(&self.request.suppliers);
        order.request.title.clone_from(&self.request.title);
        order.request.service.clone_from(&self.request.service);
        order.request.head.request_id = id;
        order.request.kind = Some("Retry".to_owned());
        order.request.previous = Some(self.id().to_owned());
        Ok(order)
    }
}

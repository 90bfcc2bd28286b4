//! Rules that hold for every message a subject sends: looked at when the run is over, in everything that was recorded. So a vendor whose
//! messages lack a namespace reads that once, and not in each case.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::case::{CaseEnd, Role};
use crate::edition::Edition;
use crate::peers::{Part, Peers};
use crate::record::{Direction, Exchange};
use crate::script::Found;
use crate::tree::Element;

/// Everything that was seen in one edition.
pub struct Seen<'a> {
    /// The parties.
    pub peers: &'a Peers,
    /// What the subject is.
    pub role: Role,
    /// The edition.
    pub edition: Edition,
    /// What the subject sent, in order.
    pub messages: Vec<Sent<'a>>,
    /// What the subject answered.
    pub answers: Vec<Sent<'a>>,
    /// The id of each case, by its token.
    cases: &'a HashMap<String, &'static str>,
    found: RefCell<Found>,
}

/// A message or an answer of the subject.
pub struct Sent<'a> {
    /// The exchange.
    pub exchange: &'a Exchange,
    /// The party at the other end.
    pub party: usize,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The Content-Type.
    pub content_type: Option<&'a str>,
    /// What was read of it.
    pub tree: Result<Element, String>,
}

impl Sent<'_> {
    /// The element in the envelope.
    #[must_use]
    pub fn inner(&self) -> Option<&Element> {
        self.tree.as_ref().ok()?.children.first()
    }

    /// The kind of message; empty when it cannot be told.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.inner().map(|inner| inner.name.as_str()).unwrap_or_default()
    }

    /// The text at a path below the element in the envelope.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        self.inner().and_then(|inner| inner.text_at(path)).unwrap_or_default()
    }
}

impl<'a> Seen<'a> {
    pub(crate) fn new(
        peers: &'a Peers,
        role: Role,
        edition: Edition,
        exchanges: &'a [Exchange],
        cases: &'a HashMap<String, &'static str>,
    ) -> Seen<'a> {
        let mut messages = Vec::new();
        let mut answers = Vec::new();
        for exchange in exchanges.iter().filter(|exchange| exchange.edition == Some(edition)) {
            let Some(party) = exchange.party else { continue };
            let (list, bytes, content_type) = match exchange.direction {
                Direction::FromSubject => (&mut messages, &exchange.sent, &exchange.content_type),
                // Who did not answer said nothing.
                Direction::ToSubject if exchange.status.is_none() && exchange.answer.is_empty() => continue,
                Direction::ToSubject => (&mut answers, &exchange.answer, &exchange.answer_type),
            };
            let tree = Element::parse(bytes);
            list.push(Sent { exchange, party, bytes, content_type: content_type.as_deref(), tree });
        }
        Seen { peers, role, edition, messages, answers, cases, found: RefCell::default() }
    }

    /// The answers that are confirmations.
    pub fn confirmations(&self) -> impl Iterator<Item = &Sent<'a>> {
        self.answers.iter().filter(|answer| answer.kind().ends_with("Confirmation"))
    }

    /// The same; not applicable, if there are none.
    ///
    /// # Errors
    /// Says so.
    pub fn some_confirmations(&self) -> Result<Vec<&Sent<'a>>, CaseEnd> {
        let all: Vec<&Sent<'a>> = self.confirmations().collect();
        self.some(&all)?;
        Ok(all)
    }

    /// The part that a party plays.
    #[must_use]
    pub fn part(&self, party: usize) -> Part {
        self.peers.party[party].part
    }

    /// Not applicable, if there is nothing to look at.
    ///
    /// # Errors
    /// Says so.
    pub fn some<T>(&self, list: &[T]) -> Result<(), CaseEnd> {
        if list.is_empty() {
            return Err(CaseEnd::NotApplicable(
                "the subject sent nothing of the kind in this run".to_owned(),
            ));
        }
        Ok(())
    }

    /// Fails with the first of these faults, and says in which case it was and how many there are.
    ///
    /// # Errors
    /// The failure, if there is a fault.
    pub fn none(&self, expected: &str, faults: &[(String, &Sent<'_>)]) -> Result<(), CaseEnd> {
        let Some((first, sent)) = faults.first() else { return Ok(()) };
        let case = sent.exchange.case.as_ref().and_then(|token| self.cases.get(token));
        let place = case.map_or_else(|| "outside of every case".to_owned(), |case| format!("in {case}"));
        let more = if faults.len() > 1 { format!(" (and {} more)", faults.len() - 1) } else { String::new() };
        Err(CaseEnd::fail(expected, format!("{first}, {place}{more}"), sent.bytes))
    }

    /// Says what the subject does where it may choose.
    pub fn note(&self, what: impl Into<String>) {
        self.found.borrow_mut().notes.push(what.into());
    }

    /// Keeps something for the subject's profile.
    pub fn fact(&self, what: &str, value: impl Into<String>) {
        self.found.borrow_mut().facts.entry(what.to_owned()).or_default().insert(value.into());
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        self.found.borrow().notes.clone()
    }

    pub(crate) fn found(&self) -> Found {
        self.found.borrow().clone()
    }
}

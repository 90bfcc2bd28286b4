//! A small supplier, in memory. Its staff do what the staff hook says.

use std::collections::HashMap;
use std::sync::Mutex;

use conformance_tests::edition::Edition;
use conformance_tests::peers::{Part, Peers};
use conformance_tests::tree::Element;
use conformance_tests::wire::{Code, Delivery, Head, Say, Supplying};
use serde_json::Value;

use super::outbox::{NotKnownYet, Outbox};
use super::server::{Subject, value};
use super::{Error, Fault, now, outside};

pub(crate) struct Supplier {
    peers: Peers,
    fault: Option<Fault>,
    turn: Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Vec<Asked>,
    answers: HashMap<Vec<u8>, Vec<u8>>,
    lanes: HashMap<usize, Outbox>,
    sent: i64,
}

struct Asked {
    requester: usize,
    id: String,
    own_id: String,
    status: String,
    answered: bool,
    since: jiff::Timestamp,
}

impl Supplier {
    pub(crate) fn new(peers: Peers, fault: Option<Fault>) -> Supplier {
        Supplier { peers, fault, turn: Mutex::default(), state: Mutex::default() }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    /// The staff do something.
    pub(crate) fn staff(&self, order: &Value) -> Result<(), String> {
        let _turn = self.turn.lock().expect("no one panicked in there");
        let mut state = self.state.lock().expect("no one panicked in there");
        let text = |name: &str| order[name].as_str().map(str::to_owned);
        let (id, requester) = (text("request_id").unwrap_or_default(), text("requester").unwrap_or_default());
        let found = state.requests.iter().position(|asked| {
            asked.id == id && self.peers.party[asked.requester].symbol.to_string() == requester
        });
        let r = found.ok_or("no such request")?;
        let mut say = Say { due: text("due"), ..Say::default() };
        if order["do"] == "answer" {
            let yes = text("answer").as_deref() == Some("Y");
            let action = text("action").unwrap_or_default();
            say.reason = Some(format!("{action}Response"));
            say.answer = text("answer");
            say.status = match (action.as_str(), yes) {
                ("Cancel", true) => "Cancelled".to_owned(),
                ("Renew", true) => "Loaned".to_owned(),
                _ => state.requests[r].status.clone(),
            };
            if self.is(Fault::ForgottenAnswer) {
                say.answer = None;
            }
        } else {
            say.status = text("status").unwrap_or_default();
            say.retry_before = text("retry_before");
            if !self.is(Fault::ForgottenReason) {
                let reason = text("reason").map(|reason| Code::from(reason.as_str()));
                match say.status.as_str() {
                    "Unfilled" => say.reason_unfilled = reason,
                    "RetryPossible" => say.reason_retry = reason,
                    _ => {}
                }
            }
            say.offered = text("currency").zip(text("amount"));
            if let Some(condition) = text("condition") {
                say.delivery =
                    Some(Delivery { conditions: vec![condition.as_str().into()], ..Delivery::default() });
            }
        }
        self.say(&mut state, r, say);
        Ok(())
    }

    fn say(&self, state: &mut State, r: usize, mut say: Say) {
        let asked = &mut state.requests[r];
        if say.reason.is_none() {
            let first = !asked.answered && !self.is(Fault::CopiedReason);
            say.reason = Some(if first { "RequestResponse" } else { "StatusChange" }.to_owned());
            asked.answered = true;
        }
        asked.status.clone_from(&say.status);
        state.sent += 1;
        let party = &self.peers.party[asked.requester];
        let stamp = now();
        let head = Head {
            supplier: Some(self.peers.subject.clone()),
            requester: party.symbol.clone(),
            timestamp: stamp.clone(),
            request_id: asked.id.clone(),
            supplier_request_id: Some(asked.own_id.clone()),
            multiple: None,
            authentication: None,
        };
        let bytes = Supplying { head, say }.xml(party.edition, &stamp).into_bytes();
        let lane = || Outbox::to(&party.url, NotKnownYet::SentAgain);
        state.lanes.entry(asked.requester).or_insert_with(lane).send(bytes);
    }

    fn request(&self, state: &mut State, from: usize, message: &Element) -> Result<(), Error> {
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default().to_owned();
        let known = state.requests.iter().position(|asked| asked.requester == from && asked.id == id);
        let previous = message.text_at("serviceInfo/requestingAgencyPreviousRequestId");
        match message.text_at("serviceInfo/requestType") {
            Some("Reminder") if known.is_none() => return Err(value("a reminder of an unknown request")),
            Some("Reminder") => return Ok(()),
            Some("Retry") => {
                let old = state.requests.iter_mut().find(|asked| Some(asked.id.as_str()) == previous);
                let old = old.filter(|old| old.status == "RetryPossible");
                old.ok_or_else(|| value("no request that awaits a retry"))?.status = "Retried".to_owned();
                state.requests.retain(|asked| asked.status != "Retried" || asked.id != id);
            }
            _ if known.is_some_and(|r| state.requests[r].answered) && self.is(Fault::RefusesRepeats) => {
                return Err(value("what is under way is not asked for again"));
            }
            _ if known.is_some_and(|r| state.requests[r].answered) && self.is(Fault::BooksRepeats) => {
                state.requests.retain(|asked| asked.id != id);
            }
            _ if known.is_some() => return Err(value("requestingAgencyRequestId: exists")),
            _ => {}
        }
        let own_id = format!("own-{}", state.requests.len() + 1);
        let status = "RequestReceived".to_owned();
        let since = outside::now();
        state.requests.push(Asked { requester: from, id, own_id, status, answered: false, since });
        Ok(())
    }

    fn requesting(&self, state: &mut State, from: usize, message: &Element) -> Result<(), Error> {
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let r = state.requests.iter().position(|asked| asked.requester == from && asked.id == id);
        let booked = |r: &usize| {
            let age = outside::now().duration_since(state.requests[*r].since);
            !self.is(Fault::BooksLate) || age > jiff::SignedDuration::from_secs(1)
        };
        let r = r.filter(booked).ok_or_else(|| value("requestingAgencyRequestId: unknown"))?;
        let status = state.requests[r].status.clone();
        let over = matches!(status.as_str(), "Unfilled" | "Cancelled" | "LoanCompleted" | "CopyCompleted");
        let answer = |reason: &str, answer: Option<&str>| Say {
            reason: Some(reason.to_owned()),
            answer: answer.map(str::to_owned),
            status: status.clone(),
            ..Say::default()
        };
        match message.text_at("action").unwrap_or_default() {
            "StatusRequest" if self.is(Fault::SilentOnStatus) => {}
            "StatusRequest" => self.say(state, r, answer("StatusRequestResponse", None)),
            "Cancel" if over => self.say(state, r, answer("CancelResponse", Some("N"))),
            "Notification" if self.is(Fault::NotificationCounts) => {
                state.requests[r].status = "Cancelled".to_owned()
            }
            _ => {}
        }
        Ok(())
    }
}

impl Subject for Supplier {
    fn take(&self, message: &Element, _: Edition) -> Result<(), Error> {
        let symbol = message.text_at("header/requestingAgencyId/agencyIdValue").unwrap_or_default();
        let is_sender = |party: &conformance_tests::peers::Party| {
            party.part == Part::Requester && party.symbol.value == symbol
        };
        let from = self
            .peers
            .party
            .iter()
            .position(is_sender)
            .ok_or_else(|| value("requestingAgencyId: unknown"))?;
        let mut state = self.state.lock().expect("no one panicked in there");
        match message.name.as_str() {
            "request" => self.request(&mut state, from, message),
            "requestingAgencyMessage" => self.requesting(&mut state, from, message),
            _ => Err(value("a supplier takes no supplyingAgencyMessage")),
        }
    }

    fn turn(&self) -> &Mutex<()> {
        &self.turn
    }

    fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn remembered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.is(Fault::RefusesRepeats) || self.is(Fault::BooksRepeats) {
            return None;
        }
        self.state.lock().expect("no one panicked in there").answers.get(bytes).cloned()
    }

    fn remember(&self, bytes: &[u8], answer: Vec<u8>) -> Vec<u8> {
        self.state.lock().expect("no one panicked in there").answers.insert(bytes.to_vec(), answer.clone());
        answer
    }
}

//! A small requester, in memory. Its staff do what the staff hook says.

use std::collections::HashMap;
use std::sync::Mutex;

use conformance_tests::edition::Edition;
use conformance_tests::peers::{Part, Party, Peers};
use conformance_tests::tree::Element;
use conformance_tests::wire::{Head, Request, Requesting};
use serde_json::Value;

use super::outbox::{NotKnownYet, Outbox};
use super::server::{Subject, value};
use super::{Error, Fault, now};

pub(crate) struct Requester {
    peers: Peers,
    fault: Option<Fault>,
    turn: Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Vec<Open>,
    answers: HashMap<Vec<u8>, Vec<u8>>,
    lanes: HashMap<usize, Outbox>,
}

struct Open {
    supplier: usize,
    request: Request,
    supplier_id: Option<String>,
}

impl Requester {
    pub(crate) fn new(peers: Peers, fault: Option<Fault>) -> Requester {
        Requester { peers, fault, turn: Mutex::default(), state: Mutex::default() }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn supplier(&self, symbol: &str) -> Option<usize> {
        let fits = |party: &Party| party.part == Part::Supplier && party.symbol.to_string() == symbol;
        self.peers.party.iter().position(fits)
    }

    /// The staff do something.
    pub(crate) fn staff(&self, order: &Value) -> Result<(), String> {
        let _turn = self.turn.lock().expect("no one panicked in there");
        let mut state = self.state.lock().expect("no one panicked in there");
        let state = &mut *state;
        let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        let supplier = self.supplier(&text("supplier")).ok_or("no such supplier")?;
        if text("do") == "request" {
            let request = self.request(state, supplier, &text("service"), &text("title"));
            self.ask(state, supplier, request);
            return Ok(());
        }
        let id = text("request_id");
        let found = state.requests.iter().position(|open| open.request.head.request_id == id);
        let o = found.ok_or("no such request")?;
        let action = text("action");
        if action == "Retry" {
            let title = state.requests[o].request.title.clone();
            let mut request = self.request(state, supplier, "Loan", &title);
            request.kind = Some("Retry".to_owned());
            request.previous = (!self.is(Fault::ForgottenPrevious)).then_some(id);
            self.ask(state, supplier, request);
            return Ok(());
        }
        let mut head = state.requests[o].request.head.clone();
        head.timestamp = now();
        head.supplier_request_id.clone_from(&state.requests[o].supplier_id);
        let action = if self.is(Fault::WrongAction) && action == "Received" {
            "Notification".to_owned()
        } else {
            action
        };
        let message = Requesting { head, action, note: None };
        self.send(state, supplier, message.xml(self.peers.party[supplier].edition));
        Ok(())
    }

    fn request(&self, state: &State, supplier: usize, service: &str, title: &str) -> Request {
        let head = Head {
            supplier: Some(self.peers.party[supplier].symbol.clone()),
            requester: self.peers.subject.clone(),
            timestamp: now(),
            request_id: format!("r-{}", state.requests.len() + 1),
            supplier_request_id: None,
            multiple: None,
            authentication: None,
        };
        Request {
            head,
            kind: Some("New".to_owned()),
            previous: None,
            service: service.to_owned(),
            record: None,
            title: title.to_owned(),
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
            suppliers: Vec::new(),
            rest: String::new(),
        }
    }

    fn ask(&self, state: &mut State, supplier: usize, request: Request) {
        let xml = request.xml(self.peers.party[supplier].edition);
        let id = request.head.request_id.clone();
        state.requests.push(Open { supplier, request, supplier_id: None });
        self.lane(state, supplier).ask(&id, xml.into_bytes());
    }

    fn send(&self, state: &mut State, supplier: usize, xml: String) {
        self.lane(state, supplier).send(xml.into_bytes());
    }

    fn lane<'s>(&self, state: &'s mut State, supplier: usize) -> &'s Outbox {
        let url = &self.peers.party[supplier].url;
        let not_known_yet = match self.is(Fault::RefusalIsFinal) {
            true => NotKnownYet::GivenUp,
            false => NotKnownYet::SentAgain,
        };
        state.lanes.entry(supplier).or_insert_with(|| Outbox::to(url, not_known_yet))
    }
}

impl Subject for Requester {
    fn take(&self, message: &Element, _: Edition) -> Result<(), Error> {
        if message.name != "supplyingAgencyMessage" {
            return Err(value("a requester takes supplyingAgencyMessages only"));
        }
        let symbol = message.text_at("header/supplyingAgencyId/agencyIdValue").unwrap_or_default();
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let mut state = self.state.lock().expect("no one panicked in there");
        let open = state.requests.iter_mut().find(|open| open.request.head.request_id == id);
        let open = open.filter(|open| self.peers.party[open.supplier].symbol.value == symbol);
        if self.is(Fault::NotificationCounts)
            && message.text_at("messageInfo/reasonForMessage") == Some("Notification")
        {
            state.requests.retain(|open| open.request.head.request_id != id);
            return Ok(());
        }
        let open = open.ok_or_else(|| value("requestingAgencyRequestId: unknown"))?;
        let supplier = open.supplier;
        open.supplier_id = message.text_at("header/supplyingAgencyRequestId").map(str::to_owned);
        let title = open.request.title.clone();
        let confirmed = self.lane(&mut state, supplier).is_confirmed(id);
        if self.is(Fault::BooksLate) && !confirmed {
            return Err(value("requestingAgencyRequestId: unknown"));
        }
        if !self.is(Fault::RepeatsWhatIsAnswered) {
            self.lane(&mut state, supplier).answered(id);
        }
        if self.is(Fault::RetriesByItself) && message.text_at("statusInfo/status") == Some("RetryPossible") {
            let mut request = self.request(&state, supplier, "Loan", &title);
            request.kind = Some("Retry".to_owned());
            request.previous = Some(id.to_owned());
            self.ask(&mut state, supplier, request);
        }
        Ok(())
    }

    fn turn(&self) -> &Mutex<()> {
        &self.turn
    }

    fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn remembered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.state.lock().expect("no one panicked in there").answers.get(bytes).cloned()
    }

    fn remember(&self, bytes: &[u8], answer: Vec<u8>) -> Vec<u8> {
        self.state.lock().expect("no one panicked in there").answers.insert(bytes.to_vec(), answer.clone());
        answer
    }
}

//! A small broker, in memory: the rules a broker is held to, said once more in other words. `hearing` and `sending` are its other halves.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use conformance_tests::edition::{Edition, NAMESPACE};
use conformance_tests::peers::{Face, Part, Party, Peers, Trait};
use conformance_tests::tree::Element;
use conformance_tests::wire::Symbol;
use tokio::sync::mpsc::UnboundedSender;

use super::convert::{drop_child, inside, put, set, text};
use super::server::{Subject, value};
use super::{Error, Fault, outside};

pub(crate) const HOUR: i64 = 3600;
/// How often the same may be asked for again before it looks like a machine's doing.
const MANY: usize = 10;
pub(crate) const DAY: i64 = 24 * HOUR;

pub(crate) struct Broker {
    pub(crate) peers: Peers,
    pub(crate) fault: Option<Fault>,
    pub(crate) turn: Mutex<()>,
    pub(crate) state: Mutex<State>,
    pub(crate) ahead: AtomicI64,
    pub(crate) myself: std::sync::Weak<Broker>,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) loans: Vec<Loan>,
    pub(crate) answers: HashMap<Vec<u8>, Vec<u8>>,
    pub(crate) lanes: HashMap<(usize, usize), UnboundedSender<Mail>>,
    pub(crate) stamps: HashMap<usize, i64>,
    pub(crate) ids: usize,
}

pub(crate) struct Loan {
    pub(crate) requester: usize,
    pub(crate) id: String,
    pub(crate) our_id: String,
    pub(crate) addressed: Option<Symbol>,
    pub(crate) request: Element,
    pub(crate) untried: Vec<usize>,
    pub(crate) legs: Vec<Leg>,
    pub(crate) engaged: Option<usize>,
    pub(crate) heard: String,
    pub(crate) answered: bool,
    pub(crate) ended: bool,
    pub(crate) last_unfilled: Option<Element>,
    pub(crate) retries: usize,
}

pub(crate) struct Leg {
    pub(crate) supplier: usize,
    pub(crate) id: String,
    pub(crate) own_id: Option<String>,
    pub(crate) status: String,
    pub(crate) cancel: Option<Cancel>,
    pub(crate) timer: Option<(i64, Timer)>,
    pub(crate) delivered: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cancel {
    Asked,
    Declined,
    Silent,
    Late,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timer {
    Deliver,
    Answer,
    Grace,
    Ship,
    Retry,
    Reply,
}

pub(crate) struct Mail {
    pub(crate) bytes: Vec<u8>,
    pub(crate) message: Element,
    pub(crate) leg: Option<usize>,
}

impl Broker {
    pub(crate) fn new(peers: Peers, fault: Option<Fault>) -> Arc<Broker> {
        Arc::new_cyclic(|myself| Broker {
            peers,
            fault,
            turn: Mutex::default(),
            state: Mutex::default(),
            ahead: AtomicI64::new(0),
            myself: myself.clone(),
        })
    }

    pub(crate) fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no one panicked in there")
    }

    pub(crate) fn seconds(&self) -> i64 {
        outside::now().as_second() + self.ahead.load(Ordering::Relaxed)
    }

    /// Moves the clock and lets due timers run.
    pub(crate) fn advance(&self, seconds: i64) {
        let _turn = self.turn.lock().expect("no one panicked in there");
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
        let now = self.seconds();
        let mut state = self.state();
        for loan in 0..state.loans.len() {
            for leg in 0..state.loans[loan].legs.len() {
                if let Some((due, timer)) = state.loans[loan].legs[leg].timer
                    && due <= now
                {
                    state.loans[loan].legs[leg].timer = None;
                    self.timed_out(&mut state, loan, leg, timer);
                }
            }
        }
    }

    fn timed_out(&self, state: &mut State, l: usize, g: usize, timer: Timer) {
        if self.is(Fault::WaitsForEver) || state.loans[l].ended || state.loans[l].engaged != Some(g) {
            return;
        }
        if shipped(&state.loans[l].legs[g].status) {
            if self.is(Fault::TimerEndsCustody) {
                self.tell(state, l, None, "LoanCompleted", None);
            } else {
                self.ask(state, l, g, "StatusRequest", None);
                state.loans[l].legs[g].timer = Some((self.seconds() + 14 * DAY, Timer::Answer));
            }
            return;
        }
        match timer {
            Timer::Deliver => {
                state.lanes.remove(&(l, state.loans[l].legs[g].supplier));
                self.ask_next_or_end(state, l, None);
            }
            Timer::Answer | Timer::Ship | Timer::Reply => {
                self.ask(state, l, g, "Cancel", None);
                let leg = &mut state.loans[l].legs[g];
                leg.cancel = Some(Cancel::Silent);
                leg.timer = Some((self.seconds() + DAY, Timer::Grace));
            }
            Timer::Grace | Timer::Retry => self.ask_next_or_end(state, l, None),
        }
    }

    fn request(&self, from: usize, message: &Element) -> Result<(), Error> {
        let mut state = self.state();
        let state = &mut *state;
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let known = state.loans.iter().position(|loan| loan.requester == from && loan.id == id);
        let previous = message.text_at("serviceInfo/requestingAgencyPreviousRequestId");
        let ours = |id: &str| state.loans.iter().any(|loan| loan.legs.iter().any(|leg| leg.id == id));
        if ours(id) && !self.is(Fault::TakesItsOwnBack) {
            return Err(value("requestingAgencyRequestId: a request of our own has come back"));
        }
        let retries_ours = previous.is_some_and(ours);
        match message.text_at("serviceInfo/requestType") {
            Some("Retry") if retries_ours && self.is(Fault::RetriesItsOwn) => {}
            Some("Retry") => {
                let old = previous.and_then(|previous| {
                    state.loans.iter().position(|loan| loan.requester == from && loan.id == previous)
                });
                let l = old.ok_or_else(|| value("requestingAgencyPreviousRequestId: unknown"))?;
                return self.retry(state, l, message);
            }
            Some("Reminder") => {
                let l = known
                    .ok_or_else(|| value("requestingAgencyRequestId: a reminder of an unknown request"))?;
                if let Some(g) = state.loans[l].engaged {
                    self.ask(state, l, g, "StatusRequest", None);
                }
                let heard = state.loans[l].heard.clone();
                self.tell(state, l, None, &heard, Some("StatusRequestResponse"));
                return Ok(());
            }
            _ if known.is_some() && !self.is(Fault::DoubleEffect) => {
                return Err(value("requestingAgencyRequestId: already exists with another content"));
            }
            _ => {}
        }
        let title = |request: &Element| request.text_at("bibliographicInfo/title").map(str::to_owned);
        let is_same = |loan: &&Loan| loan.requester == from && title(&loan.request) == title(message);
        let with_a_broker = |loan: &Loan| {
            let supplier = |leg: &Leg| &self.peers.party[leg.supplier];
            loan.legs.iter().any(|leg| supplier(leg).traits.contains(&Trait::Broker))
        };
        let same: Vec<&Loan> = state.loans.iter().filter(is_same).collect();
        if same.len() > MANY && same.into_iter().any(with_a_broker) && !self.is(Fault::NeverSeesCircles) {
            return Err(value("requestingAgencyRequestId: it goes in a circle"));
        }
        let addressed = symbol_at(message, "header/supplyingAgencyId");
        let untried = self.rota(message, addressed.as_ref(), from)?;
        state.ids += 1;
        state.loans.push(Loan {
            requester: from,
            id: id.to_owned(),
            our_id: format!("brk-{}", state.ids),
            addressed,
            request: message.clone(),
            untried,
            legs: Vec::new(),
            engaged: None,
            heard: "RequestReceived".to_owned(),
            answered: false,
            ended: false,
            last_unfilled: None,
            retries: 0,
        });
        let l = state.loans.len() - 1;
        self.ask_next_or_end(state, l, None);
        Ok(())
    }

    fn rota(&self, message: &Element, addressed: Option<&Symbol>, from: usize) -> Result<Vec<usize>, Error> {
        let mut rota = Vec::new();
        let find = |symbol: &Symbol| {
            let fits = |party: &Party| party.part == Part::Supplier && party.symbol == *symbol;
            self.peers.party.iter().position(fits)
        };
        if let Some(symbol) = addressed.filter(|symbol| **symbol != self.peers.subject) {
            // It goes on to others where the request names them.
            rota.push(find(symbol).ok_or_else(|| value("supplyingAgencyId: unknown"))?);
        }
        let past = message
            .text_at("serviceInfo/needBeforeDate")
            .and_then(|text| text.parse::<jiff::Timestamp>().ok());
        if past.is_some_and(|date| date.as_second() < self.seconds()) {
            return Ok(Vec::new());
        }
        let mut listed: Vec<(i64, usize)> = Vec::new();
        for info in message.all("supplierInfo") {
            let order =
                info.text_at("sortOrder").and_then(|text| text.trim().parse().ok()).unwrap_or(i64::MAX);
            let symbol = symbol_at(info, "supplierCode");
            if let Some(supplier) = symbol.as_ref().and_then(find)
                && supplier != from
                && !rota.contains(&supplier)
                && !listed.iter().any(|(_, old)| *old == supplier)
            {
                listed.push((order, supplier));
            }
        }
        listed.sort_by_key(|(order, _)| *order);
        rota.extend(listed.into_iter().map(|(_, supplier)| supplier));
        Ok(rota)
    }

    fn retry(&self, state: &mut State, l: usize, message: &Element) -> Result<(), Error> {
        if state.loans[l].heard != "RetryPossible" || state.loans[l].ended {
            return Err(value("requestingAgencyPreviousRequestId: that request awaits no retry"));
        }
        state.loans[l].retries += 1;
        if state.loans[l].retries > MANY && !self.is(Fault::RetriesWithoutEnd) {
            return Err(value("requestingAgencyPreviousRequestId: it was retried often enough"));
        }
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default().to_owned();
        let changed = message.child("bibliographicInfo") != state.loans[l].request.child("bibliographicInfo");
        let from = state.loans[l].requester;
        let last = state.loans[l]
            .engaged
            .map(|g| (state.loans[l].legs[g].supplier, state.loans[l].legs[g].id.clone()));
        if changed {
            state.loans[l].untried = self.rota(message, state.loans[l].addressed.clone().as_ref(), from)?;
        }
        let loan = &mut state.loans[l];
        loan.id = id;
        loan.request = message.clone();
        loan.answered = false;
        if let Some((supplier, old_id)) = last
            && !changed
            && !self.is(Fault::RetryGoesOn)
        {
            loan.untried.insert(0, supplier);
            self.ask_next_or_end(state, l, Some(&old_id));
        } else {
            self.ask_next_or_end(state, l, None);
        }
        if self.is(Fault::StaleRetry) {
            self.tell(state, l, None, "RetryPossible", Some("StatusChange"));
        }
        Ok(())
    }

    /// Asks the next supplier, or ends the request.
    pub(crate) fn ask_next_or_end(&self, state: &mut State, l: usize, retry_of: Option<&str>) {
        state.loans[l].engaged = None;
        if state.loans[l].ended {
            return;
        }
        if state.loans[l].untried.is_empty() {
            let last = state.loans[l].last_unfilled.clone();
            self.tell(state, l, last.as_ref(), "Unfilled", None);
            if self.is(Fault::DoubleAnswer) {
                self.tell(state, l, last.as_ref(), "Unfilled", None);
            }
            state.loans[l].ended = true;
            return;
        }
        let supplier = state.loans[l].untried.remove(0);
        state.ids += 1;
        let id = if self.is(Fault::SharedIds) {
            state.loans[l].id.clone()
        } else {
            format!("d{}-{}", state.ids, l)
        };
        let party = &self.peers.party[supplier];
        let mut request = state.loans[l].request.clone();
        let own = self.peers.subject.clone();
        let seen = if party.face == Face::Transparent {
            self.peers.party[state.loans[l].requester].symbol.clone()
        } else {
            own
        };
        let stamp = self.stamp(state, supplier);
        let header = inside(&mut request, "header");
        put(header, agency("supplyingAgencyId", &party.symbol));
        put(header, agency("requestingAgencyId", &seen));
        set(header, "timestamp", &stamp);
        set(header, "requestingAgencyRequestId", &id);
        if !self.is(Fault::LeaksSecret) {
            drop_child(header, "requestingAgencyAuthentication");
        }
        drop_child(header, "supplyingAgencyRequestId");
        drop_child(&mut request, "supplierInfo");
        drop_child(&mut request, "patronInfo");
        let service = inside(&mut request, "serviceInfo");
        if service.child("serviceType").is_none() {
            set(service, "serviceType", "CopyOrLoan");
        }
        match retry_of {
            Some(old) => {
                set(service, "requestType", "Retry");
                set(service, "requestingAgencyPreviousRequestId", old);
            }
            None => {
                set(service, "requestType", "New");
                drop_child(service, "requestingAgencyPreviousRequestId");
            }
        }
        let loan = &mut state.loans[l];
        loan.legs.push(Leg {
            supplier,
            id,
            own_id: None,
            status: String::new(),
            cancel: None,
            timer: Some((self.seconds() + 4 * HOUR, Timer::Deliver)),
            delivered: false,
        });
        let g = loan.legs.len() - 1;
        loan.engaged = Some(g);
        self.mail(state, l, supplier, request, Some(g));
        self.tell(state, l, None, "ExpectToSupply", None);
        if self.is(Fault::EverybodyAtOnce) && !state.loans[l].untried.is_empty() {
            self.ask_next_or_end(state, l, None);
        }
    }
}

impl Subject for Broker {
    fn take(&self, message: &Element, _: Edition) -> Result<(), Error> {
        let (path, part) = match message.name.as_str() {
            "supplyingAgencyMessage" => ("header/supplyingAgencyId", Part::Supplier),
            _ => ("header/requestingAgencyId", Part::Requester),
        };
        let symbol = symbol_at(message, path);
        let from = self
            .peers
            .party
            .iter()
            .position(|party| party.part == part && Some(&party.symbol) == symbol.as_ref());
        let from = from.ok_or_else(|| value(&format!("{path}: unknown")))?;
        match message.name.as_str() {
            "request" => self.request(from, message),
            "supplyingAgencyMessage" => self.supplying(from, message),
            _ => self.requesting(from, message),
        }
    }

    fn turn(&self) -> &Mutex<()> {
        &self.turn
    }

    fn fault(&self) -> Option<Fault> {
        self.fault
    }

    fn remembered(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if self.is(Fault::DoubleEffect) { None } else { self.state().answers.get(bytes).cloned() }
    }

    fn remember(&self, bytes: &[u8], answer: Vec<u8>) -> Vec<u8> {
        let answer = match self.fault {
            Some(Fault::ForgottenConfirmation) => Vec::new(),
            Some(Fault::WrongEcho) => {
                let text = String::from_utf8(answer).expect("we wrote it");
                text.replace("<requestingAgencyRequestId>", "<requestingAgencyRequestId>x").into_bytes()
            }
            Some(Fault::DroppedOffset) => {
                let text = String::from_utf8(answer).expect("we wrote it");
                text.replace("+05:30<", "Z<").replace("-08:00<", "Z<").into_bytes()
            }
            _ => answer,
        };
        self.state().answers.insert(bytes.to_vec(), answer.clone());
        answer
    }
}

pub(crate) fn blank() -> Element {
    Element {
        name: "supplyingAgencyMessage".to_owned(),
        namespace: NAMESPACE.to_owned(),
        ..Element::default()
    }
}

pub(crate) fn agency(name: &str, symbol: &Symbol) -> Element {
    let mut element = text(name, "");
    element.children = vec![text("agencyIdType", &symbol.authority), text("agencyIdValue", &symbol.value)];
    element
}

pub(crate) fn symbol_at(message: &Element, path: &str) -> Option<Symbol> {
    let id = message.at(path)?;
    Some(Symbol {
        authority: id.text_at("agencyIdType")?.trim().to_owned(),
        value: id.text_at("agencyIdValue")?.trim().to_owned(),
    })
}

pub(crate) fn shipped(status: &str) -> bool {
    matches!(status, "Loaned" | "Overdue" | "Recalled" | "HoldReturn" | "ReleaseHoldReturn")
}

pub(crate) fn final_status(status: &str) -> bool {
    matches!(status, "LoanCompleted" | "CopyCompleted" | "CompletedWithoutReturn" | "Unfilled" | "Cancelled")
}

pub(crate) fn early(status: &str) -> bool {
    matches!(status, "RequestReceived" | "ExpectToSupply" | "WillSupply" | "RetryPossible" | "Unfilled")
}

pub(crate) fn is_conditional(message: &Element) -> bool {
    message.at("deliveryInfo/loanCondition").is_some()
        || message.at("messageInfo/offeredCosts").is_some()
        || message.at("retryInfo").is_some()
}

pub(crate) fn retry_until(message: &Element) -> Option<i64> {
    let text =
        message.text_at("messageInfo/retryBefore").or_else(|| message.text_at("retryInfo/retryBefore"))?;
    text.parse::<jiff::Timestamp>().ok().map(|date| date.as_second())
}

//! A small broker, in memory: the rules a broker is held to, said once more in other words.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use conformance_tests::http::Client;
use conformance_tests::peers::{Face, Part, Party, Peers};
use conformance_tests::tree::Element;
use conformance_tests::wire::{Edition, NAMESPACE, Symbol};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::convert::{drop_child, inside, put, render, set, text};
use super::server::{Subject, value};
use super::{AGAIN, Error, Fault, outside};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

pub(crate) struct Broker {
    peers: Peers,
    fault: Option<Fault>,
    turn: Mutex<()>,
    state: Mutex<State>,
    ahead: AtomicI64,
    myself: std::sync::Weak<Broker>,
}

#[derive(Default)]
struct State {
    loans: Vec<Loan>,
    answers: HashMap<Vec<u8>, Vec<u8>>,
    lanes: HashMap<(usize, usize), UnboundedSender<Mail>>,
    stamps: HashMap<usize, i64>,
    ids: usize,
}

struct Loan {
    requester: usize,
    id: String,
    our_id: String,
    addressed: Option<Symbol>,
    request: Element,
    untried: Vec<usize>,
    legs: Vec<Leg>,
    engaged: Option<usize>,
    heard: String,
    answered: bool,
    ended: bool,
    last_unfilled: Option<Element>,
}

struct Leg {
    supplier: usize,
    id: String,
    own_id: Option<String>,
    status: String,
    cancel: Option<Cancel>,
    timer: Option<(i64, Timer)>,
    delivered: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cancel {
    Asked,
    Declined,
    Silent,
    Late,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Timer {
    Deliver,
    Answer,
    Grace,
    Ship,
    Retry,
    Reply,
}

struct Mail {
    bytes: Vec<u8>,
    message: Element,
    leg: Option<usize>,
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

    fn is(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no one panicked in there")
    }

    fn seconds(&self) -> i64 {
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
                self.go_on(state, l, None);
            }
            Timer::Answer | Timer::Ship | Timer::Reply => {
                self.ask(state, l, g, "Cancel", None);
                let leg = &mut state.loans[l].legs[g];
                leg.cancel = Some(Cancel::Silent);
                leg.timer = Some((self.seconds() + DAY, Timer::Grace));
            }
            Timer::Grace | Timer::Retry => self.go_on(state, l, None),
        }
    }

    // ---- a request

    fn request(&self, from: usize, message: &Element) -> Result<(), Error> {
        let mut state = self.state();
        let state = &mut *state;
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let known = state.loans.iter().position(|loan| loan.requester == from && loan.id == id);
        let previous = message.text_at("serviceInfo/requestingAgencyPreviousRequestId");
        match message.text_at("serviceInfo/requestType") {
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
        });
        let l = state.loans.len() - 1;
        self.go_on(state, l, None);
        Ok(())
    }

    fn rota(&self, message: &Element, addressed: Option<&Symbol>, from: usize) -> Result<Vec<usize>, Error> {
        let find = |symbol: &Symbol| {
            let fits = |party: &Party| party.part == Part::Supplier && party.symbol == *symbol;
            self.peers.party.iter().position(fits)
        };
        match addressed {
            Some(symbol) if *symbol != self.peers.subject => {
                Ok(vec![find(symbol).ok_or_else(|| value("supplyingAgencyId: unknown"))?])
            }
            _ => {
                let past = message
                    .text_at("serviceInfo/needBeforeDate")
                    .and_then(|text| text.parse::<jiff::Timestamp>().ok());
                if past.is_some_and(|date| date.as_second() < self.seconds()) {
                    return Ok(Vec::new());
                }
                let mut listed: Vec<(i64, usize)> = Vec::new();
                for info in message.all("supplierInfo") {
                    let order = info
                        .text_at("sortOrder")
                        .and_then(|text| text.trim().parse().ok())
                        .unwrap_or(i64::MAX);
                    let symbol = symbol_at(info, "supplierCode");
                    if let Some(supplier) = symbol.as_ref().and_then(find)
                        && supplier != from
                        && !listed.iter().any(|(_, old)| *old == supplier)
                    {
                        listed.push((order, supplier));
                    }
                }
                listed.sort_by_key(|(order, _)| *order);
                Ok(listed.into_iter().map(|(_, supplier)| supplier).collect())
            }
        }
    }

    fn retry(&self, state: &mut State, l: usize, message: &Element) -> Result<(), Error> {
        if state.loans[l].heard != "RetryPossible" || state.loans[l].ended {
            return Err(value("requestingAgencyPreviousRequestId: that request awaits no retry"));
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
            self.go_on(state, l, Some(&old_id));
        } else {
            self.go_on(state, l, None);
        }
        Ok(())
    }

    /// Asks the next supplier, or ends the request.
    fn go_on(&self, state: &mut State, l: usize, retry_of: Option<&str>) {
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
            self.go_on(state, l, None);
        }
    }

    // ---- a supplier speaks

    fn supplying(&self, from: usize, message: &Element) -> Result<(), Error> {
        let mut state = self.state();
        let state = &mut *state;
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let anybody = self.is(Fault::AnybodySpeaks);
        let found = state.loans.iter().enumerate().find_map(|(l, loan)| {
            let g = loan.legs.iter().position(|leg| leg.id == id && (anybody || leg.supplier == from))?;
            Some((l, g))
        });
        let (l, g) = found.ok_or_else(|| value("requestingAgencyRequestId: unknown"))?;
        if let Some(own) = message.text_at("header/supplyingAgencyRequestId") {
            state.loans[l].legs[g].own_id = Some(own.to_owned());
        }
        let reason = message.text_at("messageInfo/reasonForMessage").unwrap_or_default();
        let status = message.text_at("statusInfo/status").unwrap_or_default().to_owned();
        let engaged = state.loans[l].engaged == Some(g);
        if (reason == "Notification" && !self.is(Fault::NotificationCounts)) || status.is_empty() {
            if engaged || state.loans[l].ended {
                let heard = state.loans[l].heard.clone();
                self.tell(state, l, Some(message), &heard, Some("Notification"));
            }
            return Ok(());
        }
        match reason {
            "RenewResponse" => {
                if engaged {
                    state.loans[l].legs[g].status.clone_from(&status);
                    self.tell(state, l, Some(message), &status, Some("RenewResponse"));
                }
            }
            "CancelResponse" => self.cancel_answered(state, l, g, message, &status),
            "StatusRequestResponse" if status == state.loans[l].legs[g].status => {}
            _ => self.moved(state, l, g, message, &status),
        }
        Ok(())
    }

    fn cancel_answered(&self, state: &mut State, l: usize, g: usize, message: &Element, status: &str) {
        let yes = message.text_at("messageInfo/answerYesNo") == Some("Y")
            || status == "Cancelled"
            || status == "Unfilled";
        let cancel = state.loans[l].legs[g].cancel.take();
        match cancel {
            Some(Cancel::Asked) => {
                if yes {
                    state.loans[l].ended = !self.is(Fault::CancelDoesNotStop);
                    self.tell(state, l, Some(message), "Cancelled", Some("CancelResponse"));
                    state.loans[l].engaged = None;
                    if self.is(Fault::CancelDoesNotStop) {
                        self.go_on(state, l, None);
                    }
                } else {
                    let heard = state.loans[l].heard.clone();
                    self.tell(state, l, Some(message), &heard, Some("CancelResponse"));
                }
            }
            Some(Cancel::Declined | Cancel::Silent) if yes => self.go_on(state, l, None),
            Some(Cancel::Declined) => self.go_on(state, l, None),
            Some(Cancel::Silent) => {
                state.loans[l].legs[g].timer = Some((self.seconds() + 10 * DAY, Timer::Ship));
            }
            Some(Cancel::Late) | None => {}
        }
    }

    fn moved(&self, state: &mut State, l: usize, g: usize, message: &Element, status: &str) {
        let before = state.loans[l].legs[g].status.clone();
        if final_status(&before)
            && !(before == "Unfilled" || before == "Cancelled" || before == "RetryPossible")
            || shipped(&before) && early(status)
            || before == status && before == "Unfilled"
        {
            return;
        }
        let engaged = state.loans[l].engaged == Some(g);
        if !engaged && !self.is(Fault::StatusOutOfOrder) {
            state.loans[l].legs[g].status = status.to_owned();
            match status {
                "WillSupply" | "ExpectToSupply" if !self.is(Fault::NoCancelForTheLate) => {
                    state.loans[l].legs[g].cancel = Some(Cancel::Late);
                    self.ask(state, l, g, "Cancel", None);
                }
                "Loaned" => {
                    let newer = state.loans[l].engaged;
                    if newer.is_some_and(|newer| shipped(&state.loans[l].legs[newer].status)) {
                        return;
                    }
                    if let Some(newer) = newer {
                        state.loans[l].legs[newer].cancel = Some(Cancel::Late);
                        self.ask(state, l, newer, "Cancel", None);
                    }
                    state.loans[l].engaged = Some(g);
                    state.loans[l].ended = false;
                    self.tell(state, l, Some(message), status, None);
                }
                _ => {}
            }
            return;
        }
        let cancel = state.loans[l].legs[g].cancel;
        state.loans[l].legs[g].status = status.to_owned();
        let now = self.seconds();
        state.loans[l].legs[g].timer = match status {
            "RequestReceived" | "ExpectToSupply" => state.loans[l].legs[g].timer,
            "WillSupply" if is_conditional(message) => Some((now + 4 * DAY, Timer::Reply)),
            "WillSupply" => Some((now + 10 * DAY, Timer::Ship)),
            "RetryPossible" => Some((retry_until(message).unwrap_or(now + 6 * DAY), Timer::Retry)),
            "Loaned" | "Overdue" | "Recalled" => Some((now + 60 * DAY, Timer::Answer)),
            _ => None,
        };
        match status {
            "RequestReceived" => {}
            "Unfilled" | "Cancelled" if cancel == Some(Cancel::Asked) => {
                state.loans[l].ended = true;
                self.tell(state, l, None, "Cancelled", Some("CancelResponse"));
                state.loans[l].engaged = None;
            }
            "Unfilled" | "Cancelled" => {
                state.loans[l].last_unfilled = Some(message.clone());
                let reason = message.text_at("messageInfo/reasonUnfilled").unwrap_or_default().to_owned();
                if reason == "Duplicate" {
                    state.loans[l].untried.clear();
                }
                if !state.loans[l].untried.is_empty() {
                    let heard = state.loans[l].heard.clone();
                    if self.is(Fault::InterimUnfilled) {
                        self.tell(state, l, Some(message), "Unfilled", None);
                    } else {
                        self.tell(state, l, Some(message), &heard, Some("Notification"));
                    }
                }
                self.go_on(state, l, None);
            }
            _ => {
                if matches!(cancel, Some(Cancel::Silent)) && (status == "WillSupply" || shipped(status)) {
                    state.loans[l].legs[g].cancel = None;
                }
                if status != "ExpectToSupply" {
                    self.tell(state, l, Some(message), status, None);
                }
                if matches!(status, "LoanCompleted" | "CopyCompleted" | "CompletedWithoutReturn") {
                    state.loans[l].ended = true;
                }
            }
        }
    }

    // ---- the requester speaks

    fn requesting(&self, from: usize, message: &Element) -> Result<(), Error> {
        let mut state = self.state();
        let state = &mut *state;
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let anybody = self.is(Fault::AnybodySpeaks);
        let found = state.loans.iter().position(|loan| loan.id == id && (anybody || loan.requester == from));
        let l = found.ok_or_else(|| value("requestingAgencyRequestId: unknown"))?;
        let action = message.text_at("action").unwrap_or_default().to_owned();
        let engaged = state.loans[l].engaged;
        let heard = state.loans[l].heard.clone();
        let ended = state.loans[l].ended;
        let leg_status = engaged.map(|g| state.loans[l].legs[g].status.clone()).unwrap_or_default();
        match action.as_str() {
            "StatusRequest" => {
                self.tell(state, l, None, &heard, Some("StatusRequestResponse"));
                if let Some(g) = engaged.filter(|_| !ended) {
                    self.ask(state, l, g, "StatusRequest", Some(message));
                }
            }
            "Cancel" => self.cancelled(state, l, message, &heard),
            "Renew" => match engaged.filter(|_| !ended && shipped(&leg_status)) {
                Some(g) => self.ask(state, l, g, "Renew", Some(message)),
                None => self.answer_no(state, l, "RenewResponse"),
            },
            _ => {
                if let Some(g) = engaged.filter(|_| !ended) {
                    if action == "Notification"
                        && state.loans[l].legs[g].timer.is_some_and(|(_, timer)| timer == Timer::Reply)
                    {
                        state.loans[l].legs[g].timer = Some((self.seconds() + 10 * DAY, Timer::Ship));
                    }
                    self.ask(state, l, g, &action, Some(message));
                }
            }
        }
        Ok(())
    }

    fn cancelled(&self, state: &mut State, l: usize, message: &Element, heard: &str) {
        let loan = &state.loans[l];
        if loan.ended {
            return self.answer_no(state, l, "CancelResponse");
        }
        let to = symbol_at(message, "header/supplyingAgencyId");
        let transparent = self.peers.party[loan.requester].face == Face::Transparent;
        let Some(g) = loan.engaged else { return self.answer_no(state, l, "CancelResponse") };
        let supplier = loan.legs[g].supplier;
        let declines =
            transparent && to.as_ref() == Some(&self.peers.party[supplier].symbol) && loan.addressed != to;
        if heard == "RetryPossible" {
            state.loans[l].ended = true;
            return self.tell(state, l, None, "Cancelled", Some("CancelResponse"));
        }
        if declines && !self.is(Fault::DeclineEnds) {
            state.loans[l].legs[g].cancel = Some(Cancel::Declined);
        } else {
            if !self.is(Fault::CancelDoesNotStop) {
                state.loans[l].untried.clear();
            }
            state.loans[l].legs[g].cancel = Some(Cancel::Asked);
        }
        self.ask(state, l, g, "Cancel", Some(message));
    }

    fn answer_no(&self, state: &mut State, l: usize, reason: &str) {
        let heard = state.loans[l].heard.clone();
        let mut base = blank();
        set(inside(&mut base, "messageInfo"), "answerYesNo", "N");
        self.tell(state, l, Some(&base), &heard, Some(reason));
    }

    // ---- sending

    /// Tells the requester. What the supplier wrote is the base, where there is one.
    fn tell(&self, state: &mut State, l: usize, base: Option<&Element>, status: &str, reason: Option<&str>) {
        let requester = state.loans[l].requester;
        let party = &self.peers.party[requester];
        let mut message = base.cloned().unwrap_or_else(blank);
        let original = message.text_at("messageInfo/reasonForMessage").unwrap_or_default().to_owned();
        let stamp = self.stamp(state, requester);
        let loan = &mut state.loans[l];
        let answer = if loan.answered { "StatusChange" } else { "RequestResponse" };
        if reason.is_none() {
            loan.answered = true;
        }
        if reason != Some("Notification") {
            loan.heard = status.to_owned();
        }
        let real = loan.engaged.map(|g| self.peers.party[loan.legs[g].supplier].symbol.clone());
        let shown = match (party.face, real) {
            (Face::Transparent, Some(real)) => real,
            _ => self.peers.subject.clone(),
        };
        let mut header = text("header", "");
        put(&mut header, agency("supplyingAgencyId", &shown));
        put(&mut header, agency("requestingAgencyId", &party.symbol));
        if let Some(multiple) = loan.request.text_at("header/multipleItemRequestId") {
            set(&mut header, "multipleItemRequestId", multiple);
        }
        set(&mut header, "timestamp", &stamp);
        set(&mut header, "requestingAgencyRequestId", &loan.id);
        set(&mut header, "supplyingAgencyRequestId", &loan.our_id);
        put(&mut message, header);
        let reason = reason.unwrap_or(answer);
        let reason = if self.is(Fault::CopiedReason) && !original.is_empty() { &original } else { reason };
        let info = inside(&mut message, "messageInfo");
        set(info, "reasonForMessage", reason);
        if reason == "CancelResponse" && info.child("answerYesNo").is_none() {
            set(info, "answerYesNo", "Y");
        }
        let status_info = inside(&mut message, "statusInfo");
        set(status_info, "status", status);
        if status_info.child("lastChange").is_none() {
            set(status_info, "lastChange", &stamp);
        }
        self.mail(state, l, requester, message, None);
    }

    /// Asks something of a supplier.
    fn ask(&self, state: &mut State, l: usize, g: usize, action: &str, base: Option<&Element>) {
        let supplier = state.loans[l].legs[g].supplier;
        let stamp = self.stamp(state, supplier);
        let leg = &state.loans[l].legs[g];
        let party = &self.peers.party[supplier];
        let own = self.peers.subject.clone();
        let seen = if party.face == Face::Transparent {
            self.peers.party[state.loans[l].requester].symbol.clone()
        } else {
            own
        };
        let mut message = Element {
            name: "requestingAgencyMessage".to_owned(),
            namespace: NAMESPACE.to_owned(),
            ..Element::default()
        };
        let mut header = text("header", "");
        put(&mut header, agency("supplyingAgencyId", &party.symbol));
        put(&mut header, agency("requestingAgencyId", &seen));
        if let Some(multiple) = state.loans[l].request.text_at("header/multipleItemRequestId") {
            set(&mut header, "multipleItemRequestId", multiple);
        }
        set(&mut header, "timestamp", &stamp);
        set(&mut header, "requestingAgencyRequestId", &leg.id);
        if let Some(own) = leg.own_id.as_ref().filter(|_| !self.is(Fault::ForgottenSupplierId)) {
            set(&mut header, "supplyingAgencyRequestId", own);
        }
        put(&mut message, header);
        set(&mut message, "action", action);
        if let Some(note) = base.and_then(|base| base.text_at("note")) {
            set(&mut message, "note", note);
        }
        self.mail(state, l, supplier, message, Some(g));
    }

    fn stamp(&self, state: &mut State, party: usize) -> String {
        let now = outside::now().as_millisecond() + 1000 * self.ahead.load(Ordering::Relaxed);
        let last = state.stamps.entry(party).or_default();
        *last = now.max(*last + 1);
        jiff::Timestamp::from_millisecond(*last).map(|stamp| format!("{stamp:.3}")).unwrap_or_default()
    }

    fn mail(&self, state: &mut State, l: usize, party: usize, message: Element, leg: Option<usize>) {
        let bytes = self.spoil(render(&message, self.edition_for(party)), &message);
        let lane = state.lanes.entry((l, party)).or_insert_with(|| {
            let (sender, mut receiver) = unbounded_channel::<Mail>();
            let broker = self.myself.upgrade().expect("the broker lives while it sends");
            tokio::spawn(async move {
                while let Some(mail) = receiver.recv().await {
                    broker.deliver(l, party, mail, receiver.is_closed()).await;
                }
            });
            sender
        });
        let _ = lane.send(Mail { bytes, message, leg });
    }

    fn edition_for(&self, party: usize) -> Edition {
        let edition = self.peers.party[party].edition;
        if self.is(Fault::WrongOrder) { edition.other() } else { edition }
    }

    fn spoil(&self, bytes: Vec<u8>, message: &Element) -> Vec<u8> {
        let text = String::from_utf8(bytes).expect("we wrote it");
        let spoilt = match self.fault {
            Some(Fault::LostNamespace) => text.replace(&format!(" xmlns=\"{NAMESPACE}\""), ""),
            Some(Fault::BareVersion) => text.replace("ill:version", "version"),
            Some(Fault::FloatCosts) => {
                let amount = message.text_at("messageInfo/offeredCosts/monetaryValue");
                let amount = amount.or_else(|| message.text_at("retryInfo/offeredCosts/monetaryValue"));
                match amount.and_then(|amount| amount.parse::<f32>().ok().map(|float| (amount, float))) {
                    Some((amount, float)) => text.replace(&format!(">{amount}<"), &format!(">{float}<")),
                    None => text,
                }
            }
            Some(Fault::LostScheme) => {
                let mut text = text;
                while let Some(start) = text.find(" ill:scheme=\"") {
                    let end = text[start + 13..].find('"').map_or(text.len(), |end| start + 14 + end);
                    text.replace_range(start..end, "");
                }
                text
            }
            _ => text,
        };
        spoilt.into_bytes()
    }

    async fn deliver(&self, l: usize, party: usize, mut mail: Mail, _closed: bool) {
        let url = &self.peers.party[party].url;
        let client =
            Client::new(url, self.peers.party[party].headers.clone(), Duration::from_secs(2)).expect("a URL");
        for _ in 0..400 {
            if !self.state().lanes.contains_key(&(l, party)) {
                return;
            }
            let answer =
                client.send("POST", Some("application/xml"), &Default::default(), mail.bytes.clone()).await;
            if let Ok(answer) = answer {
                let tree = Element::parse(&answer.body).ok();
                let confirmation = tree.as_ref().and_then(|tree| tree.children.first());
                let confirmation = confirmation.filter(|element| element.name.ends_with("Confirmation"));
                if let Some(confirmation) = confirmation
                    && !(self.is(Fault::IgnoresErrorBody) && answer.status >= 400)
                {
                    let refused = confirmation.text_at("confirmationHeader/messageStatus") == Some("ERROR");
                    return self.arrived(l, &mail, refused);
                }
                if self.is(Fault::HtmlIsDelivered) && answer.status == 200 {
                    return self.arrived(l, &mail, false);
                }
                if self.is(Fault::FollowsRedirect) && answer.status == 302 {
                    let there = url.split("/").take(3).collect::<Vec<_>>().join("/") + "/elsewhere";
                    let other =
                        Client::new(&there, Default::default(), Duration::from_secs(2)).expect("a URL");
                    let _ = other
                        .send("POST", Some("application/xml"), &Default::default(), mail.bytes.clone())
                        .await;
                }
            }
            outside::pause(AGAIN).await;
            if self.is(Fault::RestampedResend) {
                let mut state = self.state();
                let stamp = self.stamp(&mut state, party);
                set(inside(&mut mail.message, "header"), "timestamp", &stamp);
                mail.bytes = render(&mail.message, self.edition_for(party));
            }
        }
    }

    /// What the far side's confirmation means.
    fn arrived(&self, l: usize, mail: &Mail, refused: bool) {
        let _turn = self.turn.lock().expect("no one panicked in there");
        let mut state = self.state();
        let state = &mut *state;
        let Some(g) = mail.leg else { return };
        let is_request = mail.message.name == "request";
        if is_request && !refused {
            let leg = &mut state.loans[l].legs[g];
            leg.delivered = true;
            if leg.timer.is_some_and(|(_, timer)| timer == Timer::Deliver) {
                leg.timer = Some((self.seconds() + 3 * DAY, Timer::Answer));
            }
        }
        if !refused {
            return;
        }
        if is_request {
            if state.loans[l].engaged == Some(g) {
                self.go_on(state, l, None);
            }
            return;
        }
        match mail.message.text_at("action").unwrap_or_default() {
            "Renew" => self.answer_no(state, l, "RenewResponse"),
            "Cancel" => match state.loans[l].legs[g].cancel.take() {
                Some(Cancel::Asked) => self.answer_no(state, l, "CancelResponse"),
                Some(Cancel::Declined | Cancel::Silent) => self.go_on(state, l, None),
                _ => {}
            },
            "StatusRequest" => {}
            action => {
                let mut base = blank();
                set(inside(&mut base, "messageInfo"), "note", &format!("{action} was refused"));
                let heard = state.loans[l].heard.clone();
                self.tell(state, l, Some(&base), &heard, Some("Notification"));
            }
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
            _ => answer,
        };
        self.state().answers.insert(bytes.to_vec(), answer.clone());
        answer
    }
}

fn blank() -> Element {
    Element {
        name: "supplyingAgencyMessage".to_owned(),
        namespace: NAMESPACE.to_owned(),
        ..Element::default()
    }
}

fn agency(name: &str, symbol: &Symbol) -> Element {
    let mut element = text(name, "");
    element.children = vec![text("agencyIdType", &symbol.authority), text("agencyIdValue", &symbol.value)];
    element
}

fn symbol_at(message: &Element, path: &str) -> Option<Symbol> {
    let id = message.at(path)?;
    Some(Symbol {
        authority: id.text_at("agencyIdType")?.trim().to_owned(),
        value: id.text_at("agencyIdValue")?.trim().to_owned(),
    })
}

fn shipped(status: &str) -> bool {
    matches!(status, "Loaned" | "Overdue" | "Recalled" | "HoldReturn" | "ReleaseHoldReturn")
}

fn final_status(status: &str) -> bool {
    matches!(status, "LoanCompleted" | "CopyCompleted" | "CompletedWithoutReturn" | "Unfilled" | "Cancelled")
}

fn early(status: &str) -> bool {
    matches!(status, "RequestReceived" | "ExpectToSupply" | "WillSupply" | "RetryPossible" | "Unfilled")
}

fn is_conditional(message: &Element) -> bool {
    message.at("deliveryInfo/loanCondition").is_some()
        || message.at("messageInfo/offeredCosts").is_some()
        || message.at("retryInfo").is_some()
}

fn retry_until(message: &Element) -> Option<i64> {
    let text =
        message.text_at("messageInfo/retryBefore").or_else(|| message.text_at("retryInfo/retryBefore"))?;
    text.parse::<jiff::Timestamp>().ok().map(|date| date.as_second())
}

//! From events to the state. Must look at nothing but the state and the event.

use iso18626::{Action, ReasonForMessage, Status};
use loan_model::names::LegId;

use super::{
    event::{Event, SameItem},
    phases::{LegState, Phase},
    state::{Arrival, CancelWish, FirstAnswer, LastReported, Leg, Renewal, Requester, RotaMay, State},
};
use crate::{
    interpreter::{Evolve, Standing},
    messages::{recent_retries, replace},
};
use ranking::Verdict;

impl Evolve for State {
    type Event = Event;

    fn open(event: &Event) -> Option<State> {
        let Event::Opened { peer, symbol, name, face, kind, addressed, request, at, .. } = event else {
            return None;
        };
        Some(State {
            requester: Requester {
                peer: peer.clone(),
                symbol: symbol.clone(),
                name: name.clone(),
                face: *face,
                kind: *kind,
            },
            addressed: addressed.clone(),
            request: request.clone(),
            earlier_ids: Vec::new(),
            retried: Vec::new(),
            standing: Standing::new(Phase::Locating, *at),
            rota: Default::default(),
            rota_may: RotaMay::default(),
            only: None,
            tried: Vec::new(),
            legs: Vec::new(),
            current: None,
            dispatched: 0,
            told: None,
            answered: FirstAnswer::Awaited,
            final_answer: None,
            reason_unfilled: None,
            cancel: CancelWish::None,
        })
    }

    fn apply(&mut self, event: &Event) {
        match event {
            Event::Opened { .. } | Event::Withdrawn { .. } => {}
            Event::SentToSupplier { leg, action } => {
                if *action == Action::Received {
                    self.with_leg(*leg, |leg| leg.arrival = Arrival::Known);
                }
            }
            Event::Common(event) => {
                event.apply(&mut self.standing);
            }
            Event::Retried { request, item, at } => {
                let id = &self.request.header.requesting_agency_request_id;
                if *id != request.header.requesting_agency_request_id {
                    self.earlier_ids.push(id.clone());
                }
                self.request = request.clone();
                self.retried.push(*at);
                self.retried = recent_retries(&self.retried, *at).to_vec();
                self.answered = FirstAnswer::Awaited;
                if *item == SameItem::Another {
                    self.tried.clear();
                    self.current = None;
                    self.reason_unfilled = None;
                    self.rota = Default::default();
                }
                self.standing.changed_at = *at;
            }
            Event::LocateAsked { only } => self.only = only.clone(),
            Event::RotaSet { rota, at, .. } => {
                self.rota = rota.clone();
                self.standing.changed_at = *at;
            }
            Event::PassedOver { peer, why } => {
                for entry in self.rota.entries.iter_mut().filter(|entry| entry.peer == *peer) {
                    entry.verdict = Verdict::PassedOver { why: *why };
                }
            }
            Event::RotaClosed => self.rota_may = RotaMay::End,
            Event::LegOpened { leg, peer, symbol, name, face, at } => {
                self.tried.push(peer.clone());
                self.current = Some(*leg);
                self.legs.push(Leg::new(peer.clone(), symbol.clone(), name.clone(), *face, *at));
                self.standing.changed_at = *at;
            }
            Event::Dispatched { leg, id, at } => {
                self.dispatched += 1;
                self.with_leg(*leg, |leg| leg.ids.push(id.clone()));
                self.standing.changed_at = *at;
            }
            Event::LegMoved { leg, from, to, rule, at } => {
                self.with_leg(*leg, |leg| leg.move_to(*from, *to, rule, *at));
                self.standing.changed_at = *at;
            }
            Event::CurrentSet { leg } => self.current = Some(*leg),
            Event::Heard { leg, heard } => {
                if heard.status == Some(Status::Unfilled) {
                    self.reason_unfilled = heard.reason_unfilled.clone();
                }
                self.with_leg(*leg, |leg| {
                    replace(&mut leg.said.status, &heard.status);
                    replace(&mut leg.said.supplier_request_id, &heard.supplier_request_id);
                    replace(&mut leg.said.due_date, &heard.due_date);
                    replace(&mut leg.said.retry_before, &heard.retry_before);
                    match heard.status {
                        Some(Status::Unfilled) => leg.said.reason_unfilled.clone_from(&heard.reason_unfilled),
                        _ => replace(&mut leg.said.reason_unfilled, &heard.reason_unfilled),
                    }
                    if heard.lender.is_some() {
                        leg.former.extend(std::mem::replace(&mut leg.said.lender, heard.lender.clone()));
                    }
                });
            }
            Event::SentToRequester { reason, stands, final_answer, at, .. } => {
                self.told = Some(LastReported { status: stands.clone(), at: *at });
                if *reason == ReasonForMessage::RequestResponse {
                    self.answered = FirstAnswer::Given;
                }
                replace(&mut self.final_answer, final_answer);
                self.standing.changed_at = *at;
            }
            Event::TermsHeard { leg, terms } => self.with_leg(*leg, |leg| leg.terms = terms.clone()),
            Event::Doubted { leg, status } => self.with_leg(*leg, |leg| leg.doubted = Some(status.clone())),
            Event::TermsAgreed { leg } => self.with_leg(*leg, |leg| leg.agreed = leg.terms.clone()),
            Event::RenewalAsked { leg } => self.with_leg(*leg, |leg| leg.renewal = Renewal::Asked),
            Event::RenewalAnswered { leg } => self.with_leg(*leg, |leg| leg.renewal = Renewal::None),
            Event::PromiseVoided { leg } => self.with_leg(*leg, |leg| {
                leg.said.status = Some(Status::ExpectToSupply);
                leg.said.retry_before = None;
                if leg.state == LegState::Cancelling {
                    leg.before = Some(LegState::Expecting);
                }
            }),
            Event::CancelPressed { leg, how } => self.with_leg(*leg, |leg| leg.pressed = Some(*how)),
            Event::CancelAsked { wish } => self.cancel = *wish,
            Event::CancelAnswered => self.cancel = CancelWish::None,
        }
    }
}

impl State {
    /// Changes a leg; an event about one that was never opened changes nothing.
    fn with_leg(&mut self, leg: LegId, change: impl FnOnce(&mut Leg)) {
        if let Some(leg) = self.legs.get_mut(leg.0 as usize) {
            change(leg);
        }
    }
}

impl Leg {
    fn move_to(&mut self, from: LegState, to: LegState, rule: &str, at: jiff::Timestamp) {
        if to == LegState::Cancelling {
            self.before = Some(if from == LegState::CancelPending { LegState::Promised } else { from });
        }
        self.pressed = None;
        let over = to.is_final() || to == LegState::PassedOver;
        self.ended_by = over.then(|| rule.to_owned());
        let out_by = self.out_by.take().or_else(|| Some(rule.to_owned()));
        self.out_by = out_by.filter(|_| over || to == LegState::CancelPending);
        self.state = to;
        self.since = at;
    }
}

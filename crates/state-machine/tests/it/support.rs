//! A small world around the machine: it keeps the state, the timers, the lanes and what was sent.

use std::collections::{BTreeMap, BTreeSet};

use acts::Act;
use iso18626::{
    BibliographicInfo, DateTime, Message, Request, RequestHeader, RequestingAgencyMessage, ServiceInfo,
    ServiceType, Status, SupplyingAgencyMessage,
};
use jiff::{SignedDuration, Timestamp};
use loan_model::{
    MayHaveArrived, PeerId, Symbol,
    facts::{BrokerFacts, Face, PeerFacts},
    ils::{IlsProblem, IlsProblemKind},
    names::{LegId, OutboundKind, OutboundRef, Party, TimerName},
    sealed::SealedFields,
};
use ranking::{Balances, Basis, Candidate, Criterion, RotaTable, RoutingFacts, rank};
use state_machine::{
    brokering::{Addressing, Context, Event, Input, LegState, Phase, State, Unconfirmed, decide},
    interpreter::{self, DeliveryOutcome, Effect, evolve, replay},
};

use crate::oracle::words::{self, Step};

/// What the broker decides.
pub(crate) type Decision = interpreter::Decision<Event>;

pub(crate) const KEY: &str = "01k8zq0000000000000000test";
pub(crate) const ASKER: &str = "asker";
/// A Monday.
pub(crate) const START: &str = "2026-11-02T15:00:00Z";

/// A message that was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) to: Party,
    pub(crate) peer: PeerId,
    pub(crate) message: Message,
    pub(crate) sealed: SealedFields,
    pub(crate) kind: OutboundKind,
}

pub(crate) struct World {
    pub(crate) now: Timestamp,
    pub(crate) broker: BrokerFacts,
    pub(crate) peers: BTreeMap<PeerId, PeerFacts>,
    pub(crate) state: Option<State>,
    pub(crate) events: Vec<Event>,
    pub(crate) sent: Vec<Sent>,
    pub(crate) unconfirmed: Vec<Unconfirmed>,
    pub(crate) timers: BTreeMap<TimerName, Timestamp>,
    pub(crate) locate: Option<(Vec<PeerId>, Option<PeerId>)>,
    pub(crate) resting: Vec<PeerId>,
    pub(crate) incidents: BTreeSet<String>,
    pub(crate) known: Vec<(PeerId, String, Party)>,
    pub(crate) closed: usize,
    pub(crate) last: Decision,
    /// What is written down of each step, if it is.
    pub(crate) journal: Option<Vec<Step>>,
    /// How far `sent` was looked at.
    seen: usize,
}

pub(crate) fn peer(name: &str) -> PeerId {
    PeerId::new(name)
}

pub(crate) fn symbol(name: &str) -> Symbol {
    Symbol::new("ISIL", &name.to_uppercase())
}

pub(crate) fn facts(name: &str) -> PeerFacts {
    PeerFacts::new(peer(name), symbol(name))
}

pub(crate) fn asked() -> Request {
    Request {
        header: RequestHeader {
            supplying_agency_id: Some(symbol("broker").to_agency_id()),
            requesting_agency_id: symbol(ASKER).to_agency_id(),
            multiple_item_request_id: Some("several-1".to_owned()),
            timestamp: DateTime::from_lexical(START),
            requesting_agency_request_id: "asker-1".to_owned(),
            ..RequestHeader::default()
        },
        bibliographic_info: BibliographicInfo {
            title: Some("A title".to_owned()),
            ..BibliographicInfo::default()
        },
        service_info: Some(ServiceInfo { service_type: ServiceType::Loan, ..ServiceInfo::default() }),
        ..Request::default()
    }
}

impl World {
    /// An asker and these suppliers; nothing has happened yet.
    pub(crate) fn new(suppliers: &[&str]) -> World {
        let mut peers: BTreeMap<_, _> = suppliers.iter().map(|name| (peer(name), facts(name))).collect();
        peers.insert(peer(ASKER), facts(ASKER));
        World {
            now: START.parse().unwrap(),
            broker: BrokerFacts {
                symbol: symbol("broker"),
                other_symbols: Vec::new(),
                name: "Broker".to_owned(),
                addressed: Default::default(),
                retries_per_hour: 10,
            },
            peers,
            state: None,
            events: Vec::new(),
            sent: Vec::new(),
            unconfirmed: Vec::new(),
            timers: BTreeMap::new(),
            locate: None,
            resting: Vec::new(),
            incidents: BTreeSet::new(),
            known: Vec::new(),
            closed: 0,
            last: Decision::default(),
            journal: None,
            seen: 0,
        }
    }

    /// The request has come and suppliers are located; the first has been asked, and took the request.
    pub(crate) fn asking(suppliers: &[&str]) -> World {
        let mut world = World::new(suppliers);
        world.ask();
        world.deliver(0);
        world.take();
        world
    }

    /// The first supplier has shipped.
    pub(crate) fn on_loan(suppliers: &[&str]) -> World {
        let mut world = World::asking(suppliers);
        world.supplier(0, Status::Loaned);
        world.take();
        world
    }

    pub(crate) fn facts_mut(&mut self, name: &str) -> &mut PeerFacts {
        self.peers.get_mut(&peer(name)).unwrap()
    }

    pub(crate) fn transparent(mut self) -> World {
        for facts in self.peers.values_mut() {
            (facts.face, facts.supplier_face) = (Face::Transparent, Face::Transparent);
        }
        self
    }

    pub(crate) fn try_decide(&self, input: &Input) -> Decision {
        let peers = |id: &PeerId| self.peers.get(id).cloned();
        let context = Context {
            now: self.now,
            key: KEY,
            broker: &self.broker,
            peers: &peers,
            registry_version: 7,
            unconfirmed: &self.unconfirmed,
        };
        decide(self.state.as_ref(), input, &context)
    }

    /// Decides and carries out.
    pub(crate) fn give(&mut self, input: Input) -> Decision {
        let decision = self.try_decide(&input);
        let before = self.state.clone();
        for event in &decision.events {
            self.state = evolve(self.state.take(), event);
            if self.journal.is_some() {
                continue;
            }
            let text = serde_json::to_string(event).unwrap();
            let read: Event = serde_json::from_str(&text).unwrap();
            assert_eq!(read, *event, "an event reads as it was written");
        }
        if let Some(journal) = &mut self.journal {
            journal.push(words::brokering(before.as_ref(), &input, &decision, self.state.as_ref()));
        }
        self.events.extend(decision.events.iter().cloned());
        for effect in &decision.effects {
            self.carry_out(effect);
        }
        self.last = decision.clone();
        decision
    }

    fn carry_out(&mut self, effect: &Effect) {
        match effect {
            Effect::Send { out: OutboundRef { to, kind }, peer, message, sealed } => {
                self.unconfirmed.push(Unconfirmed {
                    to: *to,
                    kind: kind.clone(),
                    may_have_arrived: MayHaveArrived::No,
                });
                self.sent.push(Sent {
                    to: *to,
                    peer: peer.clone(),
                    message: (**message).clone(),
                    sealed: *sealed,
                    kind: kind.clone(),
                });
            }
            Effect::Withdraw { out: OutboundRef { to, kind } } => {
                self.unconfirmed.retain(|message| message.to != *to || message.kind != *kind);
            }
            Effect::Locate { exclude, only } => self.locate = Some((exclude.clone(), only.clone())),
            Effect::SetTimer { name, at } => {
                self.timers.insert(*name, *at);
            }
            Effect::ClearTimer { name } => {
                self.timers.remove(name);
            }
            Effect::RaiseIncident { slug, .. } => {
                self.incidents.insert((*slug).to_owned());
            }
            Effect::ResolveIncident { slug, .. } => {
                self.incidents.remove(slug);
            }
            Effect::KnowAs { peer, id, party } => self.known.push((peer.clone(), id.clone(), *party)),
            Effect::Close => self.closed += 1,
            Effect::Reopen | Effect::Count { .. } => {}
            Effect::CallIls { .. }
            | Effect::CancelIlsCall { .. }
            | Effect::AbandonIlsCall { .. }
            | Effect::HurryIlsCall { .. }
            | Effect::NotifyStaff { .. }
            | Effect::KnowItem { .. } => panic!("not an effect of the broker: {effect:?}"),
        }
    }

    /// The request comes, and suppliers are located in the order in which they were named.
    pub(crate) fn ask(&mut self) {
        self.ask_with(asked(), Addressing::Broker);
    }

    pub(crate) fn ask_with(&mut self, request: Request, addressed: Addressing) {
        self.give(Input::Request { message: Box::new(request), from: peer(ASKER), addressed });
        self.locate();
    }

    /// Candidates are gathered and ranked, as the gateway does it.
    pub(crate) fn locate(&mut self) {
        if let Some(rota) = self.rota() {
            self.give(Input::Located(rota));
        }
    }

    pub(crate) fn rota(&mut self) -> Option<RotaTable> {
        let (exclude, only) = self.locate.take()?;
        let state = self.state.as_ref()?;
        let candidates = self
            .peers
            .values()
            .filter(|facts| only.as_ref().is_none_or(|only| *only == facts.id))
            .map(|facts| Candidate {
                facts: facts.clone(),
                basis: Basis::Group { priority: 1 },
                record_id: None,
                holding: None,
            })
            .collect();
        let routing = RoutingFacts {
            now: self.now,
            request: KEY.to_owned(),
            requester: state.requester().clone(),
            requester_symbols: vec![state.requester_symbol().clone()],
            came_from: state.came_from().cloned(),
            exclude,
            resting: self.resting.clone(),
            need_before: None,
            skip_closed_days: 5,
            balances: Balances::new(),
            local_supply: Default::default(),
            // Equals in the order of their names: a test says who comes first.
            criteria: Criterion::DEFAULT.iter().copied().filter(|by| *by != Criterion::Turn).collect(),
        };
        Some(rank(candidates, &routing))
    }

    pub(crate) fn state(&self) -> &State {
        self.state.as_ref().expect("there is a request")
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state().phase()
    }

    pub(crate) fn leg(&self, leg: u32) -> LegState {
        self.state().summary().legs[leg as usize].state
    }

    pub(crate) fn leg_peer(&self, leg: u32) -> PeerId {
        self.state().summary().legs[leg as usize].peer.clone()
    }

    pub(crate) fn outcome(&mut self, to: Party, kind: OutboundKind, outcome: DeliveryOutcome) -> Decision {
        if !matches!(outcome, DeliveryOutcome::Undeliverable { .. }) {
            self.unconfirmed.retain(|message| message.to != to || message.kind != kind);
        }
        self.give(Input::Delivery { out: OutboundRef { to, kind }, outcome })
    }

    /// The supplier took the request.
    pub(crate) fn deliver(&mut self, leg: u32) -> Decision {
        self.outcome(Party::Leg(LegId(leg)), OutboundKind::Request, DeliveryOutcome::Confirmed)
    }

    /// An attempt to deliver may have arrived.
    pub(crate) fn attempted(&mut self, leg: u32) {
        for message in self.unconfirmed.iter_mut().filter(|message| message.to == Party::Leg(LegId(leg))) {
            message.may_have_arrived = MayHaveArrived::Yes;
        }
    }

    /// Time passes until this timer runs out.
    pub(crate) fn run_out(&mut self, timer: TimerName) -> Decision {
        let at =
            self.timers.remove(&timer).unwrap_or_else(|| panic!("{timer} runs; there are {:?}", self.timers));
        self.now = self.now.max(at);
        self.give(Input::Timer(timer))
    }

    pub(crate) fn pass(&mut self, hours: i64) {
        self.now += SignedDuration::from_hours(hours);
    }

    pub(crate) fn staff(&mut self, act: Act) -> Decision {
        self.give(Input::Staff { act, by: "an operator".to_owned(), reason: "a reason".to_owned() })
    }

    /// What was sent since the last look, each as `party kind`, with `N` or `Y` where it answers.
    pub(crate) fn take(&mut self) -> Vec<String> {
        let new = self.sent[self.seen..].iter().map(|sent| {
            let answer = match &sent.message {
                Message::SupplyingAgencyMessage(report) => report.message_info.answer_yes_no.as_ref(),
                _ => None,
            };
            let answer = answer.map(|answer| format!(" {answer}")).unwrap_or_default();
            format!("{} {}{answer}", sent.to, sent.kind)
        });
        let new = new.collect();
        self.seen = self.sent.len();
        new
    }

    pub(crate) fn last_report(&self) -> &SupplyingAgencyMessage {
        self.sent
            .iter()
            .rev()
            .find_map(|sent| match &sent.message {
                Message::SupplyingAgencyMessage(report) => Some(report),
                _ => None,
            })
            .expect("the requester was told something")
    }

    pub(crate) fn report(&self, status: &Status) -> &SupplyingAgencyMessage {
        self.sent
            .iter()
            .rev()
            .find_map(|sent| match &sent.message {
                Message::SupplyingAgencyMessage(report) if report.status_info.status == *status => {
                    Some(report)
                }
                _ => None,
            })
            .expect("the requester was told so")
    }

    pub(crate) fn requests(&self) -> Vec<(&Request, SealedFields)> {
        self.sent
            .iter()
            .filter_map(|sent| match &sent.message {
                Message::Request(request) => Some((request, sent.sealed)),
                _ => None,
            })
            .collect()
    }

    pub(crate) fn actions(&self) -> Vec<&RequestingAgencyMessage> {
        self.sent
            .iter()
            .filter_map(|sent| match &sent.message {
                Message::RequestingAgencyMessage(message) => Some(message),
                _ => None,
            })
            .collect()
    }

    /// The rule that decided.
    pub(crate) fn rule(&self) -> &'static str {
        self.last.rules.first().expect("a rule decided").rule
    }

    pub(crate) fn used(&self, rule: &str) -> bool {
        self.last.rules.iter().any(|used| used.rule == rule)
    }

    /// Replaying the events gives the state, also after both were written down.
    pub(crate) fn check_replay(&self) {
        assert_eq!(replay::<State>(&self.events), self.state);
        let text = serde_json::to_string(&self.state).unwrap();
        assert_eq!(serde_json::from_str::<Option<State>>(&text).unwrap(), self.state);
    }
}

/// A problem of an ILS, as its adapter tells the machines.
pub(crate) fn problem_named(name: &str) -> IlsProblem {
    let kind = match name {
        "Unknown User" => IlsProblemKind::UnknownUser,
        "Unknown Item" => IlsProblemKind::UnknownItem,
        "Duplicate Item" => IlsProblemKind::DuplicateItem,
        "Unsupported Service" => IlsProblemKind::UnsupportedService,
        name if name.contains("User") => IlsProblemKind::User(name.to_owned()),
        name => IlsProblemKind::Other(name.to_owned()),
    };
    IlsProblem { kind, detail: None }
}

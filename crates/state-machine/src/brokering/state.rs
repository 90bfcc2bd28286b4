//! Where a request and its legs stand. Must never hold patron data or a note.

use iso18626::{DateTime, Open, ReasonUnfilled, Request, Status};
use jiff::Timestamp;
use loan_model::{
    PeerId, Symbol,
    facts::{Face, PeerKind},
    lender::Lender,
    names::{LegId, Party},
};
use serde::{Deserialize, Serialize};

use super::{
    event::Heard,
    input::Addressing,
    phases::{LegState, Phase},
};
use crate::interpreter::{Incident, Standing, Wait};
use ranking::{RotaEntry, RotaTable};

/// A request under brokering. Made and changed by [`evolve`](crate::interpreter::evolve) alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(crate) requester: Requester,
    pub(crate) addressed: Addressing,
    /// The latest request, without its sealed parts.
    pub(crate) request: Box<Request>,
    /// Ids under which the requester named it before.
    #[serde(default)]
    pub(crate) earlier_ids: Vec<String>,
    /// When it was retried in the hour before its latest retry, that one included.
    #[serde(default)]
    pub(crate) retried: Vec<Timestamp>,
    #[serde(flatten)]
    pub(crate) standing: Standing<Phase>,
    #[serde(default)]
    pub(crate) rota: RotaTable,
    /// Whether the rota may still move on.
    #[serde(default)]
    pub(crate) rota_may: RotaMay,
    /// The one member that suppliers are looked for among, if it is one.
    #[serde(default)]
    pub(crate) only: Option<PeerId>,
    /// Who has had a turn.
    #[serde(default)]
    pub(crate) tried: Vec<PeerId>,
    #[serde(default)]
    pub(crate) legs: Vec<Leg>,
    /// The leg that the requester's messages belong to.
    #[serde(default)]
    pub(crate) current: Option<LegId>,
    /// How many requests were sent downstream.
    #[serde(default)]
    pub(crate) dispatched: u32,
    /// What the requester was last told.
    #[serde(default)]
    pub(crate) told: Option<LastReported>,
    /// Whether the requester has had an answer since its last request or retry.
    #[serde(default)]
    pub(crate) answered: FirstAnswer,
    /// The final answer, once it was given.
    #[serde(default)]
    pub(crate) final_answer: Option<Status>,
    /// Why the last supplier could not fill it.
    #[serde(default)]
    pub(crate) reason_unfilled: Option<Open<ReasonUnfilled>>,
    /// Whether it is to be cancelled.
    #[serde(default)]
    pub(crate) cancel: CancelWish,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Requester {
    pub(crate) peer: PeerId,
    pub(crate) symbol: Symbol,
    pub(crate) name: String,
    pub(crate) face: Face,
    pub(crate) kind: PeerKind,
}

/// One supplier's leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Leg {
    pub(crate) peer: PeerId,
    pub(crate) symbol: Symbol,
    pub(crate) name: String,
    pub(crate) face: Face,
    pub(crate) state: LegState,
    /// Where it stood before a cancel.
    #[serde(default)]
    pub(crate) before: Option<LegState>,
    /// The ids of the requests sent to it, latest last.
    #[serde(default)]
    pub(crate) ids: Vec<String>,
    /// What it said last.
    #[serde(flatten)]
    pub(crate) said: Heard,
    /// What it said that nothing had led up to.
    #[serde(default)]
    pub(crate) doubted: Option<Status>,
    /// Who had the request behind it, if it is a broker, before the one that has it now.
    #[serde(default)]
    pub(crate) former: Vec<Lender>,
    /// The terms it named last.
    #[serde(default)]
    pub(crate) terms: Vec<String>,
    /// The terms that were agreed.
    #[serde(default)]
    pub(crate) agreed: Vec<String>,
    #[serde(default)]
    pub(crate) renewal: Renewal,
    /// How far it was pressed for the answer to the cancel that is with it.
    #[serde(default)]
    pub(crate) pressed: Option<Pressed>,
    /// Whether the requester has said that its item has come.
    #[serde(default)]
    pub(crate) arrival: Arrival,
    /// The rule by which its way out began: a cancel of ours, or its end.
    #[serde(default)]
    pub(crate) out_by: Option<String>,
    /// The rule by which it ended or was passed over.
    #[serde(default)]
    pub(crate) ended_by: Option<String>,
    pub(crate) since: Timestamp,
}

/// Whether the requester has said that a supplier's item has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Arrival {
    #[default]
    Unknown,
    Known,
}

/// Whether the requester has had an answer since its last request or retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FirstAnswer {
    #[default]
    Awaited,
    Given,
}

/// Whether the request is to be cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelWish {
    /// Nobody.
    #[default]
    None,
    /// The requester cancels the request, and waits for the answer.
    All,
    /// The requester cancels with this supplier only.
    Other,
    /// Staff cancel the request.
    ByStaff,
}

/// How far a supplier was pressed for the answer to a cancel that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pressed {
    /// It was asked what became of it.
    Asked,
    /// It was cancelled once more, since its answer was none.
    CancelledAgain,
}

/// Whether the rota may move on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RotaMay {
    #[default]
    MoveOn,
    End,
}

/// Whether the requester waits for the answer to a Renew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Renewal {
    #[default]
    None,
    Asked,
}

/// What the requester was last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastReported {
    /// The status.
    pub status: Status,
    /// When.
    pub at: Timestamp,
}

/// A request at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Where it stands.
    pub phase: Phase,
    /// Who asks.
    pub requester: PeerId,
    /// The requester's symbol.
    pub requester_symbol: Symbol,
    /// The requester's own id of the request.
    pub requester_request_id: String,
    /// What is asked for.
    pub title: Option<String>,
    /// Copy, loan or either.
    pub service: Option<String>,
    /// The supplier it is with now, or was with last.
    pub supplier: Option<PeerId>,
    /// What the requester was last told.
    pub told: Option<LastReported>,
    /// The legs, in the order in which they were asked.
    pub legs: Vec<LegSummary>,
    /// The rota, with those passed over.
    pub rota: RotaTable,
    /// What is awaited, and until when.
    pub waits: Vec<Wait>,
    /// Open incidents.
    pub incidents: Vec<Incident>,
    /// When it came.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// A leg at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegSummary {
    /// Which.
    pub leg: LegId,
    /// The supplier.
    pub peer: PeerId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: LegState,
    /// The ids of the requests sent to it, latest last.
    pub ids: Vec<String>,
    /// Its own id of the request.
    pub supplier_request_id: Option<String>,
    /// The status it last told.
    pub status: Option<Status>,
    /// When the item is due.
    pub due_date: Option<DateTime>,
    /// Why it ended or was passed over.
    pub ended_by: Option<String>,
    /// Since when it stands there.
    pub since: Timestamp,
}

impl State {
    /// The request at a glance.
    pub fn summary(&self) -> Summary {
        Summary {
            phase: self.standing.phase,
            requester: self.requester.peer.clone(),
            requester_symbol: self.requester.symbol.clone(),
            requester_request_id: self.request.header.requesting_agency_request_id.clone(),
            title: self.title().map(str::to_owned),
            service: self.request.service_info.as_ref().map(|service| service.service_type.to_string()),
            supplier: self.current.map(|leg| self.leg(leg).peer.clone()),
            told: self.told.clone().map(|told| LastReported { status: self.stands(), ..told }),
            legs: self.legs_with_ids().map(|(id, leg)| leg.summary(id)).collect(),
            rota: self.rota.clone(),
            waits: self.standing.waits.iter().cloned().collect(),
            incidents: self.standing.incidents.iter().cloned().collect(),
            opened_at: self.standing.opened_at,
            changed_at: self.standing.changed_at,
        }
    }

    /// Where the requester takes the request to stand. A retry that is offered no more is none: the request is with a supplier.
    pub(crate) fn stands(&self) -> Status {
        match &self.told {
            Some(LastReported { status: Status::RetryPossible, .. })
                if self.standing.phase != Phase::RetryOffered =>
            {
                Status::ExpectToSupply
            }
            Some(told) => told.status.clone(),
            None => Status::RequestReceived,
        }
    }

    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.standing.phase
    }

    /// The requester.
    pub fn requester(&self) -> &PeerId {
        &self.requester.peer
    }

    /// The requester's symbol, as the request had it.
    pub fn requester_symbol(&self) -> &Symbol {
        &self.requester.symbol
    }

    /// The requester's name.
    pub fn requester_name(&self) -> &str {
        &self.requester.name
    }

    /// The latest request, without its sealed parts: what suppliers are located for.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The broker that the request came from, if it came from one.
    pub fn came_from(&self) -> Option<&PeerId> {
        (self.requester.kind == PeerKind::Broker).then_some(&self.requester.peer)
    }

    /// Each supplier's leg, in the order in which they were asked.
    pub fn legs(&self) -> impl DoubleEndedIterator<Item = (LegId, &PeerId)> {
        self.legs_with_ids().map(|(id, leg)| (id, &leg.peer))
    }

    /// The peer at the other end of a message.
    pub fn peer_of(&self, party: Party) -> Option<&PeerId> {
        match party {
            Party::Requester => Some(&self.requester.peer),
            Party::Leg(leg) => self.legs.get(leg.0 as usize).map(|leg| &leg.peer),
            Party::Supplier | Party::Library => None,
        }
    }

    /// Who was asked, where that stands, and what it said last.
    pub fn asked(&self) -> impl Iterator<Item = (&PeerId, LegState, Option<&Status>)> {
        self.legs.iter().map(|leg| (&leg.peer, leg.state, leg.said.status.as_ref()))
    }

    /// Every peer that the state names.
    pub fn peers(&self) -> Vec<&PeerId> {
        let asked = self.legs().map(|(_, peer)| peer);
        let mut peers: Vec<_> = asked.chain(self.rota.entries.iter().map(|entry| &entry.peer)).collect();
        peers.push(&self.requester.peer);
        peers.sort();
        peers.dedup();
        peers
    }

    /// The id that `peer` of this party knows the request by: what its messages name.
    pub fn id_for(&self, party: Party) -> Option<&str> {
        match party {
            Party::Requester => Some(&self.request.header.requesting_agency_request_id),
            Party::Leg(leg) => {
                self.legs.get(leg.0 as usize).and_then(|leg| leg.ids.last()).map(String::as_str)
            }
            Party::Supplier | Party::Library => None,
        }
    }

    pub(crate) fn title(&self) -> Option<&str> {
        let bibliographic = &self.request.bibliographic_info;
        bibliographic.title.as_deref().or(bibliographic.title_of_component.as_deref())
    }

    pub(crate) fn leg(&self, leg: LegId) -> &Leg {
        &self.legs[leg.0 as usize]
    }

    pub(crate) fn legs_with_ids(&self) -> impl DoubleEndedIterator<Item = (LegId, &Leg)> {
        self.legs.iter().enumerate().map(|(number, leg)| (LegId(number as u32), leg))
    }

    /// The leg whose status is not believed, as long as staff have not looked.
    pub(crate) fn doubted(&self) -> Option<(LegId, &Status)> {
        self.legs_with_ids()
            .filter(|(id, _)| self.standing.incidents.has("supplier.contradicts", Party::Leg(*id).into()))
            .find_map(|(id, leg)| Some((id, leg.doubted.as_ref()?)))
    }

    /// Whether another supplier may be asked.
    pub(crate) fn rota_open(&self) -> bool {
        self.rota_may == RotaMay::MoveOn
    }

    /// The next supplier of the rota that has had no turn.
    pub(crate) fn next_in_rota(&self) -> Option<&RotaEntry> {
        self.rota.chosen().find(|entry| !self.tried.contains(&entry.peer)).filter(|_| self.rota_open())
    }
}

impl Leg {
    pub(crate) fn new(peer: PeerId, symbol: Symbol, name: String, face: Face, since: Timestamp) -> Self {
        Leg {
            peer,
            symbol,
            name,
            face,
            state: LegState::Sending,
            before: None,
            ids: Vec::new(),
            said: Heard::default(),
            doubted: None,
            former: Vec::new(),
            terms: Vec::new(),
            agreed: Vec::new(),
            renewal: Renewal::None,
            pressed: None,
            arrival: Arrival::Unknown,
            out_by: None,
            ended_by: None,
            since,
        }
    }

    /// The symbol of the library that lends: its own, or of one behind it.
    pub(crate) fn lends(&self) -> &Symbol {
        self.said.lender.as_ref().map_or(&self.symbol, |lender| &lender.symbol)
    }

    /// Whether it, or a library that has had the request behind it, has this symbol.
    pub(crate) fn is_called(&self, symbol: &Symbol) -> bool {
        [&self.symbol, self.lends()].contains(&symbol) || self.former.iter().any(|it| it.symbol == *symbol)
    }

    fn summary(&self, leg: LegId) -> LegSummary {
        LegSummary {
            leg,
            peer: self.peer.clone(),
            symbol: self.symbol.clone(),
            name: self.name.clone(),
            state: self.state,
            ids: self.ids.clone(),
            supplier_request_id: self.said.supplier_request_id.clone(),
            status: self.said.status.clone(),
            due_date: self.said.due_date.clone(),
            ended_by: self.ended_by.clone(),
            since: self.since,
        }
    }
}

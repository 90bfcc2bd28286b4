//! Where a request and its legs stand. Must never hold patron data or a note.

use iso18626::{DateTime, Open, ReasonUnfilled, Request, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    input::Addressing,
    names::{LegId, Party, TimerName},
};
use crate::{
    PeerId, Symbol,
    facts::{Face, PeerKind},
    ranking::RotaTable,
};

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Suppliers are being looked for.
    Locating,
    /// A supplier has been asked.
    Asking,
    /// A supplier named a condition; the requester must agree or decline.
    Conditional,
    /// A supplier offered a retry; the requester must retry.
    RetryOffered,
    /// The broker lets go of a supplier and waits whether it agrees.
    Parting,
    /// The requester cancels; the supplier has been asked.
    Cancelling,
    /// An item is in somebody's hands.
    OnLoan,
    /// Over: a copy was delivered, or the item came back or was settled.
    Completed,
    /// Over: nobody could fill it.
    Unfilled,
    /// Over: it was withdrawn.
    Cancelled,
    /// Over: staff closed it.
    Closed,
}

/// Where a supplier's leg stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegState {
    /// The request is on its way.
    Sending,
    /// The supplier has it.
    Asked,
    /// It expects to supply; nothing is promised.
    Expecting,
    /// It will supply.
    Promised,
    /// It named a condition.
    Conditional,
    /// It offered a retry.
    RetryOffered,
    /// The requester's cancel is with it.
    Cancelling,
    /// The broker's own cancel is with it.
    Parting,
    /// Passed over; it may not know yet.
    Left,
    /// It has sent the item.
    Loaned,
    /// The item should have been back.
    Overdue,
    /// It wants the item back early.
    Recalled,
    /// The item is on its way back.
    Returning,
    /// Over: it could not supply.
    Unfilled,
    /// Over: it let the request go.
    Cancelled,
    /// Over: it delivered a copy.
    CopyCompleted,
    /// Over: the item is back.
    LoanCompleted,
    /// Over: the item will not come back.
    CompletedWithoutReturn,
    /// Over: staff closed it.
    Closed,
}

/// A request under brokering. Made and changed by [`super::evolve`] alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    pub(crate) requester: Requester,
    pub(crate) addressed: Addressing,
    /// The latest request, without its sealed parts.
    pub(crate) request: Box<Request>,
    /// Ids under which the requester named it before.
    #[serde(default)]
    pub(crate) earlier_ids: Vec<String>,
    pub(crate) phase: Phase,
    #[serde(default)]
    pub(crate) rota: RotaTable,
    /// How often suppliers were located.
    #[serde(default)]
    pub(crate) located: u32,
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
    pub(crate) told: Option<Told>,
    /// Whether the requester has had an answer since its last request or retry.
    #[serde(default)]
    pub(crate) answered: Answered,
    /// The final answer, once it was given.
    #[serde(default)]
    pub(crate) final_answer: Option<Status>,
    /// Why the last supplier could not fill it.
    #[serde(default)]
    pub(crate) reason_unfilled: Option<Open<ReasonUnfilled>>,
    /// The requester wants it cancelled.
    #[serde(default)]
    pub(crate) cancel: CancelWish,
    #[serde(default)]
    pub(crate) waits: Vec<WaitSummary>,
    #[serde(default)]
    pub(crate) incidents: Vec<IncidentSummary>,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
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
    /// Its own id of the request.
    #[serde(default)]
    pub(crate) supplier_request_id: Option<String>,
    /// The status it last told.
    #[serde(default)]
    pub(crate) status: Option<Status>,
    #[serde(default)]
    pub(crate) due_date: Option<DateTime>,
    #[serde(default)]
    pub(crate) retry_before: Option<DateTime>,
    /// Why it was left, or could not supply.
    #[serde(default)]
    pub(crate) ended_by: Option<String>,
    pub(crate) since: Timestamp,
}

/// Whether the requester has had an answer since its last request or retry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answered {
    #[default]
    NotYet,
    Yes,
}

/// Whether the requester wants the request cancelled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CancelWish {
    #[default]
    None,
    /// Yes, and it waits for the answer.
    Asked,
}

/// What the requester was last told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
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
    pub told: Option<Told>,
    /// The legs, in the order in which they were asked.
    pub legs: Vec<LegSummary>,
    /// The rota, with those passed over.
    pub rota: RotaTable,
    /// What is awaited, and until when.
    pub waits: Vec<WaitSummary>,
    /// Open incidents.
    pub incidents: Vec<IncidentSummary>,
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
    /// Why it ended or was left.
    pub ended_by: Option<String>,
    /// Since when it stands there.
    pub since: Timestamp,
}

/// Something that is awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitSummary {
    /// The timer that ends the wait.
    pub timer: TimerName,
    /// Until when.
    pub until: Timestamp,
    /// What for, in words.
    pub why: String,
}

/// Something that needs staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSummary {
    /// Its stable name.
    pub slug: String,
    /// A sentence for people.
    pub text: String,
    /// Whom it is about.
    pub party: Party,
    /// Since when.
    pub since: Timestamp,
}

impl Phase {
    /// Every phase.
    pub const ALL: &[Phase] = &[
        Phase::Locating,
        Phase::Asking,
        Phase::Conditional,
        Phase::RetryOffered,
        Phase::Parting,
        Phase::Cancelling,
        Phase::OnLoan,
        Phase::Completed,
        Phase::Unfilled,
        Phase::Cancelled,
        Phase::Closed,
    ];

    /// Whether the request is over.
    pub fn is_final(self) -> bool {
        matches!(self, Phase::Completed | Phase::Unfilled | Phase::Cancelled | Phase::Closed)
    }

    /// Its name: `retry-offered`.
    pub fn as_str(self) -> &'static str {
        match self {
            Phase::Locating => "locating",
            Phase::Asking => "asking",
            Phase::Conditional => "conditional",
            Phase::RetryOffered => "retry-offered",
            Phase::Parting => "parting",
            Phase::Cancelling => "cancelling",
            Phase::OnLoan => "on-loan",
            Phase::Completed => "completed",
            Phase::Unfilled => "unfilled",
            Phase::Cancelled => "cancelled",
            Phase::Closed => "closed",
        }
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl LegState {
    /// Every state.
    pub const ALL: &[LegState] = &[
        LegState::Sending,
        LegState::Asked,
        LegState::Expecting,
        LegState::Promised,
        LegState::Conditional,
        LegState::RetryOffered,
        LegState::Cancelling,
        LegState::Parting,
        LegState::Left,
        LegState::Loaned,
        LegState::Overdue,
        LegState::Recalled,
        LegState::Returning,
        LegState::Unfilled,
        LegState::Cancelled,
        LegState::CopyCompleted,
        LegState::LoanCompleted,
        LegState::CompletedWithoutReturn,
        LegState::Closed,
    ];

    /// Whether the item is in somebody's hands.
    pub fn is_custody(self) -> bool {
        matches!(self, LegState::Loaned | LegState::Overdue | LegState::Recalled | LegState::Returning)
    }

    /// Whether the leg is over for good.
    pub fn is_final(self) -> bool {
        matches!(
            self,
            LegState::Unfilled
                | LegState::Cancelled
                | LegState::CopyCompleted
                | LegState::LoanCompleted
                | LegState::CompletedWithoutReturn
                | LegState::Closed
        )
    }

    /// Whether the supplier is deliberately engaged: asked, and neither passed over nor done.
    pub fn is_engaged(self) -> bool {
        !self.is_final() && !matches!(self, LegState::Left)
    }

    /// Its name: `retry-offered`.
    pub fn as_str(self) -> &'static str {
        match self {
            LegState::Sending => "sending",
            LegState::Asked => "asked",
            LegState::Expecting => "expecting",
            LegState::Promised => "promised",
            LegState::Conditional => "conditional",
            LegState::RetryOffered => "retry-offered",
            LegState::Cancelling => "cancelling",
            LegState::Parting => "parting",
            LegState::Left => "left",
            LegState::Loaned => "loaned",
            LegState::Overdue => "overdue",
            LegState::Recalled => "recalled",
            LegState::Returning => "returning",
            LegState::Unfilled => "unfilled",
            LegState::Cancelled => "cancelled",
            LegState::CopyCompleted => "copy-completed",
            LegState::LoanCompleted => "loan-completed",
            LegState::CompletedWithoutReturn => "completed-without-return",
            LegState::Closed => "closed",
        }
    }
}

impl std::fmt::Display for LegState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl State {
    /// The request at a glance.
    pub fn summary(&self) -> Summary {
        Summary {
            phase: self.phase,
            requester: self.requester.peer.clone(),
            requester_symbol: self.requester.symbol.clone(),
            requester_request_id: self.request.header.requesting_agency_request_id.clone(),
            title: self.title().map(str::to_owned),
            service: self.request.service_info.as_ref().map(|service| service.service_type.to_string()),
            supplier: self.current.map(|leg| self.leg(leg).peer.clone()),
            told: self.told.clone(),
            legs: (0..).zip(&self.legs).map(|(number, leg)| leg.summary(LegId(number))).collect(),
            rota: self.rota.clone(),
            waits: self.waits.clone(),
            incidents: self.incidents.clone(),
            opened_at: self.opened_at,
            changed_at: self.changed_at,
        }
    }

    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The requester.
    pub fn requester(&self) -> &PeerId {
        &self.requester.peer
    }

    /// The requester's symbol, as the request had it.
    pub fn requester_symbol(&self) -> &Symbol {
        &self.requester.symbol
    }

    /// The latest request, without its sealed parts: what suppliers are located for.
    pub fn request(&self) -> &Request {
        &self.request
    }

    /// The broker that the request came from, if it came from one.
    pub fn came_from(&self) -> Option<&PeerId> {
        (self.requester.kind == PeerKind::Broker).then_some(&self.requester.peer)
    }

    /// The peer at the other end of a message.
    pub fn peer_of(&self, party: Party) -> Option<&PeerId> {
        match party {
            Party::Requester => Some(&self.requester.peer),
            Party::Leg(leg) => self.legs.get(leg.0 as usize).map(|leg| &leg.peer),
        }
    }

    /// Every peer that the state names.
    pub fn peers(&self) -> Vec<&PeerId> {
        let mut peers = vec![&self.requester.peer];
        peers.extend(self.legs.iter().map(|leg| &leg.peer));
        peers.extend(self.rota.entries.iter().map(|entry| &entry.peer));
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
        }
    }

    pub(crate) fn title(&self) -> Option<&str> {
        let bibliographic = &self.request.bibliographic_info;
        bibliographic.title.as_deref().or(bibliographic.title_of_component.as_deref())
    }

    pub(crate) fn leg(&self, leg: LegId) -> &Leg {
        &self.legs[leg.0 as usize]
    }
}

impl Leg {
    fn summary(&self, leg: LegId) -> LegSummary {
        LegSummary {
            leg,
            peer: self.peer.clone(),
            symbol: self.symbol.clone(),
            name: self.name.clone(),
            state: self.state,
            ids: self.ids.clone(),
            supplier_request_id: self.supplier_request_id.clone(),
            status: self.status.clone(),
            due_date: self.due_date.clone(),
            ended_by: self.ended_by.clone(),
            since: self.since,
        }
    }
}

//! What can happen to a request under brokering, and what a decision may look at.

use acts::Act;
use iso18626::{Request, RequestingAgencyMessage, SupplyingAgencyMessage};
use jiff::Timestamp;
use loan_model::{
    MayHaveArrived, PeerId,
    facts::{BrokerFacts, PeerFacts},
    lender::Lender,
    names::{LegId, OutboundKind, OutboundRef, Party, TimerName},
};
use ranking::RotaTable;
use serde::{Deserialize, Serialize};

use crate::DeliveryOutcome;

/// Something that happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A request: a new one where there is no state yet, a retry or a reminder where there is.
    Request {
        /// Without its sealed parts (see [`loan_model::sealed::split_sealed`]).
        message: Box<Request>,
        /// The peer that sent it.
        from: PeerId,
        /// To whom it is addressed.
        addressed: Addressing,
    },
    /// The requester's message.
    Requesting {
        /// As it came.
        message: Box<RequestingAgencyMessage>,
        /// The peer that sent it.
        from: PeerId,
    },
    /// A supplier's message.
    Supplying {
        /// The leg that its request id belongs to.
        leg: LegId,
        /// As it came.
        message: Box<SupplyingAgencyMessage>,
        /// The peer that sent it.
        from: PeerId,
        /// Who really lends, where a broker says so.
        lender: Option<Lender>,
    },
    /// The request to a supplier has come back to the broker, as a request of somebody else's.
    CameBack {
        /// The leg whose supplier, another broker, asks for it in turn.
        leg: LegId,
    },
    /// A message of a supplier's was not taken: it says nothing that counts.
    NotTaken {
        /// The leg of that supplier.
        leg: LegId,
    },
    /// What became of a message that was sent.
    Delivery {
        /// Which message.
        out: OutboundRef,
        /// What became of it.
        outcome: DeliveryOutcome,
    },
    /// Candidates, in order: the answer to [`Effect::Locate`](crate::Effect::Locate).
    Located(RotaTable),
    /// A timer has run out.
    Timer(TimerName),
    /// Staff act.
    Staff {
        /// What is done.
        act: Act,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
}

/// To whom a request is addressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "to", content = "peer")]
pub enum Addressing {
    /// The broker, or nobody.
    Broker,
    /// A member.
    Member(PeerId),
    /// A symbol that nobody has.
    Unknown,
}

/// What a decision may look at besides the state and the input.
pub struct Context<'a> {
    /// Now; never earlier than the request's last decision.
    pub now: Timestamp,
    /// The request's own id: 26 base-32 characters.
    pub key: &'a str,
    /// The broker.
    pub broker: &'a BrokerFacts,
    /// The peers, from one version of the registry.
    pub peers: &'a dyn Fn(&PeerId) -> Option<PeerFacts>,
    /// The version of the registry.
    pub registry_version: u64,
    /// The messages of this request that are not confirmed yet.
    pub unconfirmed: &'a [Unconfirmed],
}

impl Context<'_> {
    /// Whether a message to a leg that is not confirmed yet may have arrived.
    pub fn waits(&self, leg: LegId, kind: &OutboundKind) -> Option<MayHaveArrived> {
        let waits = self.unconfirmed.iter().find(|it| it.to == Party::Leg(leg) && it.kind == *kind);
        waits.map(|message| message.may_have_arrived)
    }
}

/// A message that is not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unconfirmed {
    /// To whom.
    pub to: Party,
    /// What kind.
    pub kind: OutboundKind,
    /// Whether it may have arrived.
    pub may_have_arrived: MayHaveArrived,
}

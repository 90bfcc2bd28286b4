//! What happened, as it is kept. [`evolve`](crate::interpreter::evolve) alone makes the state, and looks at nothing but events. Must never hold patron data or a
//! note; a variant's meaning never changes, new ones are added.

use iso18626::{Action, DateTime, Open, ReasonForMessage, ReasonUnfilled, Request, Status};
use jiff::Timestamp;
use loan_model::{
    PeerId, Symbol,
    facts::{Face, PeerKind},
    lender::Lender,
    names::{LegId, OutboundKind},
};
use serde::{Deserialize, Serialize};

use super::{
    input::Addressing,
    phases::{LegState, Phase},
    state::{CancelWish, Pressed},
};
use crate::interpreter::Common;
use ranking::{PassedOver, RotaTable};

/// Something that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields say what the sentences say")]
pub enum Event {
    /// The request came.
    Opened {
        peer: PeerId,
        /// The requester's symbol, as the request has it.
        symbol: Symbol,
        name: String,
        /// Whose symbols it sees.
        face: Face,
        kind: PeerKind,
        addressed: Addressing,
        /// The request, without its sealed parts.
        request: Box<Request>,
        registry_version: u64,
        at: Timestamp,
    },
    /// The requester asks again, with other terms.
    Retried { request: Box<Request>, item: SameItem, at: Timestamp },
    /// Suppliers are looked for, perhaps among one member alone.
    LocateAsked {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<PeerId>,
    },
    /// Suppliers were located: every candidate.
    RotaSet { rota: RotaTable, registry_version: u64, at: Timestamp },
    /// A supplier of the rota is passed over when its turn comes.
    PassedOver { peer: PeerId, why: PassedOver },
    /// No other supplier will be asked.
    RotaClosed,
    /// A supplier has its turn.
    LegOpened { leg: LegId, peer: PeerId, symbol: Symbol, name: String, face: Face, at: Timestamp },
    /// A request was sent to a supplier, under this id.
    Dispatched { leg: LegId, id: String, at: Timestamp },
    /// A leg moved.
    LegMoved { leg: LegId, from: LegState, to: LegState, rule: String, at: Timestamp },
    /// A leg is the one that the requester's messages belong to.
    CurrentSet { leg: LegId },
    /// What a supplier said that matters later; what it did not say is left out.
    Heard {
        leg: LegId,
        #[serde(flatten)]
        heard: Heard,
    },
    /// The requester was sent a message.
    SentToRequester {
        reason: ReasonForMessage,
        status: Status,
        /// Where the requester takes the request to stand after it.
        stands: Status,
        /// The final answer, if it is that.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        final_answer: Option<Status>,
        at: Timestamp,
    },
    /// A supplier was sent a message.
    SentToSupplier { leg: LegId, action: Action },
    /// A message to a supplier was taken out of its lane, by this rule; it was not delivered.
    Withdrawn { leg: LegId, message: OutboundKind, rule: String },
    /// A supplier named terms: conditions and costs.
    TermsHeard { leg: LegId, terms: Vec<String> },
    /// A supplier said what nothing had led up to: it is not believed.
    Doubted { leg: LegId, status: Status },
    /// They are agreed.
    TermsAgreed { leg: LegId },
    /// The requester waits for the answer to a Renew.
    RenewalAsked { leg: LegId },
    /// It has it.
    RenewalAnswered { leg: LegId },
    /// What a library behind a broker promised or offered is void: the broker asks its next one.
    PromiseVoided { leg: LegId },
    /// A supplier was pressed for the answer to a cancel.
    CancelPressed { leg: LegId, how: Pressed },
    /// The request is to be cancelled: for whom, and how far.
    CancelAsked { wish: CancelWish },
    /// That is answered.
    CancelAnswered,
    /// What happens in every machine.
    #[serde(untagged)]
    Common(Common<Phase>),
}

/// What a supplier said that matters later.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the fields say it")]
pub struct Heard {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Its own id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supplier_request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<DateTime>,
    /// Until when a retry is possible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_before: Option<DateTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason_unfilled: Option<Open<ReasonUnfilled>>,
    /// Who really lends, where that is another than before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lender: Option<Lender>,
}

/// Whether a retry asks for the same item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SameItem {
    /// The bibliographic data are the same.
    Same,
    /// They are not.
    Another,
}

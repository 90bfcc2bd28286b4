//! What happened, as it is kept. [`super::evolve`] alone makes the state, and looks at nothing but events. Must never hold patron data or a
//! note; a variant's meaning never changes, new ones are added.

use iso18626::{Action, DateTime, Open, ReasonForMessage, ReasonUnfilled, Request, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    decision::Table,
    input::Addressing,
    names::{LegId, Party, TimerName},
    phases::{LegState, Phase},
    state::CancelWish,
};
use crate::{
    PeerId, Symbol,
    acts::ActKind,
    facts::{Face, PeerKind},
    ranking::{PassedOver, RotaTable},
};

/// Something that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The request came.
    Opened {
        /// The requester.
        peer: PeerId,
        /// Its symbol, as the request has it.
        symbol: Symbol,
        /// Its name.
        name: String,
        /// Whose symbols it sees.
        face: Face,
        /// What it is.
        kind: PeerKind,
        /// To whom the request is addressed.
        addressed: Addressing,
        /// The request, without its sealed parts.
        request: Box<Request>,
        /// The version of the facts used.
        snapshot: u64,
        /// When.
        at: Timestamp,
    },
    /// The requester asks again, with other terms.
    Retried {
        /// The new request, without its sealed parts.
        request: Box<Request>,
        /// Whether the same item is asked for.
        item: SameItem,
        /// When.
        at: Timestamp,
    },
    /// Suppliers are looked for.
    LocateAsked {
        /// Among this one alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        only: Option<PeerId>,
    },
    /// Suppliers were located.
    RotaSet {
        /// Every candidate.
        rota: RotaTable,
        /// The version of the facts used.
        snapshot: u64,
        /// When.
        at: Timestamp,
    },
    /// A supplier of the rota is passed over when its turn comes.
    PassedOver {
        /// Which.
        peer: PeerId,
        /// Why.
        why: PassedOver,
    },
    /// Nobody else will be asked.
    RotaClosed,
    /// A supplier has its turn.
    LegOpened {
        /// Its leg.
        leg: LegId,
        /// The supplier.
        peer: PeerId,
        /// Its symbol.
        symbol: Symbol,
        /// Its name.
        name: String,
        /// Whose symbols it sees.
        face: Face,
        /// When.
        at: Timestamp,
    },
    /// A request was sent to a supplier.
    Dispatched {
        /// The leg.
        leg: LegId,
        /// The id it goes under.
        id: String,
        /// When.
        at: Timestamp,
    },
    /// The request moved.
    PhaseMoved {
        /// From.
        from: Phase,
        /// To.
        to: Phase,
        /// By which rule.
        rule: String,
        /// When.
        at: Timestamp,
    },
    /// A leg moved.
    LegMoved {
        /// The leg.
        leg: LegId,
        /// From.
        from: LegState,
        /// To.
        to: LegState,
        /// By which rule.
        rule: String,
        /// When.
        at: Timestamp,
    },
    /// A leg is the one that the requester's messages belong to.
    CurrentSet {
        /// The leg.
        leg: LegId,
    },
    /// What a supplier said that matters later.
    Heard {
        /// The leg.
        leg: LegId,
        /// The status, if it told one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Status>,
        /// Its own id of the request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supplier_request_id: Option<String>,
        /// When the item is due.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due_date: Option<DateTime>,
        /// Until when a retry is possible.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_before: Option<DateTime>,
        /// Why it cannot supply.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason_unfilled: Option<Open<ReasonUnfilled>>,
    },
    /// The requester was sent a message.
    Told {
        /// Why.
        reason: ReasonForMessage,
        /// The status in it.
        status: Status,
        /// Where the requester takes the request to stand after it.
        stands: Status,
        /// Whether it is the final answer, and which.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        final_answer: Option<Status>,
        /// When.
        at: Timestamp,
    },
    /// A supplier was sent a message.
    Asked {
        /// The leg.
        leg: LegId,
        /// What it is asked or told.
        action: Action,
    },
    /// A supplier named terms.
    TermsHeard {
        /// The leg.
        leg: LegId,
        /// Conditions and costs.
        terms: Vec<String>,
    },
    /// They are agreed.
    TermsAgreed {
        /// The leg.
        leg: LegId,
    },
    /// The requester waits for the answer to a Renew.
    RenewalAsked {
        /// The leg.
        leg: LegId,
    },
    /// It has it.
    RenewalAnswered {
        /// The leg.
        leg: LegId,
    },
    /// Somebody wants the request cancelled.
    CancelAsked {
        /// Who, and how far.
        wish: CancelWish,
    },
    /// That is answered.
    CancelAnswered,
    /// Something is awaited.
    WaitStarted {
        /// The timer that ends the wait.
        timer: TimerName,
        /// Until when.
        until: Timestamp,
        /// What for, in words.
        why: String,
    },
    /// It is not awaited any more.
    WaitEnded {
        /// The timer.
        timer: TimerName,
    },
    /// Something needs staff.
    IncidentRaised {
        /// Its stable name.
        slug: String,
        /// A sentence for people.
        text: String,
        /// Whom it is about.
        party: Party,
        /// Since when.
        at: Timestamp,
    },
    /// It does not any more.
    IncidentSettled {
        /// Its stable name.
        slug: String,
        /// Whom it was about.
        party: Party,
    },
    /// Staff acted.
    StaffActed {
        /// What was done.
        act: ActKind,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// Something came that changes nothing.
    Ignored {
        /// Which table says so.
        table: Table,
        /// The rule.
        rule: String,
        /// What it says, for people.
        why: String,
    },
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

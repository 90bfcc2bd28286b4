//! What happened, as it is kept. [`super::evolve`] alone makes the state, and looks at nothing but events. Must never hold patron data or
//! a note; a variant's meaning never changes, new ones are added.

use iso18626::{ReasonForMessage, Request, Status};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    phases::{Phase, VolumeState},
    state::{IlsLoan, StepStands},
};
use crate::{
    PeerId,
    acts::ActKind,
    hosted::{Ticket, TimerName, VolumeNo},
};

/// Something that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The request came.
    Opened {
        /// Our id of it.
        id: String,
        /// The peer that sent it.
        peer: PeerId,
        /// The request, without its sealed parts.
        request: Box<Request>,
        /// The version of the facts used.
        snapshot: u64,
        /// When.
        at: Timestamp,
    },
    /// The requester asks again.
    Retried {
        /// The new request, without its sealed parts.
        request: Box<Request>,
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
    /// A volume was taken in.
    VolumeAdded {
        /// Which.
        volume: VolumeNo,
        /// Its barcode, where it has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barcode: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// A volume moved.
    VolumeMoved {
        /// Which.
        volume: VolumeNo,
        /// From.
        from: VolumeState,
        /// To.
        to: VolumeState,
        /// By which rule.
        rule: String,
        /// When.
        at: Timestamp,
    },
    /// What the ILS said of a volume.
    VolumeHeard {
        /// Which.
        volume: VolumeNo,
        /// Whether the ILS has it on loan, if that is the news.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<IlsLoan>,
        /// When it is due in the ILS, if it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// A volume is damaged.
    VolumeDamaged {
        /// Which.
        volume: VolumeNo,
    },
    /// The ILS is asked something.
    StepAsked {
        /// Which asking.
        ticket: Ticket,
        /// When.
        at: Timestamp,
    },
    /// How that came out.
    StepSettled {
        /// Which asking.
        ticket: Ticket,
        /// How it stands now.
        stands: StepStands,
        /// When.
        at: Timestamp,
    },
    /// The ILS has placed the hold.
    HoldPlaced {
        /// The ILS's own id of it, where it gave one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<String>,
    },
    /// The hold was given up.
    HoldGivenUp,
    /// Where the ILS says that the item stands.
    Located {
        /// The call number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        call_number: Option<String>,
        /// Where in the building.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        location: Option<String>,
        /// Its barcode, where the ILS chose it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        item: Option<String>,
    },
    /// When staff want it back.
    DueWished {
        /// When.
        due: Timestamp,
    },
    /// The loan is due.
    DueSet {
        /// When.
        due: Timestamp,
    },
    /// Until when the requester may ask again.
    RetryOffered {
        /// When.
        before: Timestamp,
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
    /// The requester has the item.
    Received {
        /// When we heard so.
        at: Timestamp,
    },
    /// The requester wants to cancel, and waits for the answer.
    CancelAsked,
    /// It has the answer.
    CancelAnswered,
    /// The requester wants to renew, and waits for the answer.
    RenewalAsked {
        /// Since when.
        at: Timestamp,
    },
    /// It has the answer.
    RenewalAnswered,
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
        /// Which volume it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        volume: Option<VolumeNo>,
        /// Since when.
        at: Timestamp,
    },
    /// It does not any more.
    IncidentSettled {
        /// Its stable name.
        slug: String,
        /// Which volume it was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        volume: Option<VolumeNo>,
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
        /// The rule.
        rule: String,
        /// What it says, for people.
        why: String,
    },
}

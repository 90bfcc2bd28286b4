//! What happened, as it is kept. [`evolve`](crate::interpreter::evolve) alone makes the state, and looks at nothing but events. Must never hold patron data or
//! a note; a variant's meaning never changes, new ones are added.

use iso18626::{ReasonForMessage, Request, Status};
use jiff::Timestamp;
use loan_model::{PeerId, names::VolumeNo};
use serde::{Deserialize, Serialize};

use super::{
    phases::{Phase, VolumeState},
    state::IlsLoan,
};
use crate::{hosted::CallEvent, interpreter::Common};

/// Something that happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields say what the sentences say")]
pub enum Event {
    /// The request came.
    Opened {
        /// Our id of it.
        id: String,
        peer: PeerId,
        /// The request, without its sealed parts.
        request: Box<Request>,
        registry_version: u64,
        at: Timestamp,
    },
    /// The requester asks again.
    Retried { request: Box<Request>, at: Timestamp },
    /// A volume was taken in.
    VolumeAdded {
        volume: VolumeNo,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barcode: Option<String>,
        at: Timestamp,
    },
    /// A volume moved.
    VolumeMoved { volume: VolumeNo, from: VolumeState, to: VolumeState, rule: String, at: Timestamp },
    /// What the ILS said of a volume.
    VolumeHeard {
        volume: VolumeNo,
        /// Whether the ILS has it on loan, if that is the news.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        loan: Option<IlsLoan>,
        /// When it is due in the ILS, if it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
        /// How often the ILS has renewed it, if it said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renewals: Option<u32>,
    },
    /// A volume is damaged.
    VolumeDamaged { volume: VolumeNo },
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
    DueWished { due: Timestamp },
    /// When the loan is due.
    DueSet { due: Timestamp },
    /// Until when the requester may ask again.
    RetryOffered { before: Timestamp },
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
    /// The requester has the item.
    Received { at: Timestamp },
    /// The requester wants to cancel, and waits for the answer.
    CancelAsked,
    /// It has the answer.
    CancelAnswered,
    /// The requester wants to renew, and waits for the answer.
    RenewalAsked { at: Timestamp },
    /// It has the answer.
    RenewalAnswered,
    /// What happens to a call of the ILS.
    #[serde(untagged)]
    Call(CallEvent),
    /// What happens in every machine.
    #[serde(untagged)]
    Common(Common<Phase>),
}

//! What the gateway is to do about a decision of a hosted library's machine, after it is durable.

use iso18626::Message;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    ils::IlsCommand,
    names::{OutboundRef, Ticket, TimerName, VolumeNo},
};
use crate::{PeerId, sealed::Carry};

/// Something the gateway does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send the partner a message.
    Send {
        /// What it is; comes back with its outcome.
        out: OutboundRef,
        /// To which peer.
        peer: PeerId,
        /// The message, whole but for its sealed parts.
        message: Box<Message>,
        /// Which sealed parts are put back.
        carry: Carry,
    },
    /// Ask the ILS. The answer comes back as an input with the same ticket.
    Ask {
        /// Which asking.
        ticket: Ticket,
        /// What is asked.
        command: Box<IlsCommand>,
    },
    /// Do not ask the ILS this after all, if it has not been asked yet. No answer follows.
    Unask {
        /// Which asking.
        ticket: Ticket,
    },
    /// Tell the staff of a library that is told by mail.
    Tell {
        /// What about.
        occasion: Occasion,
    },
    /// Start a timer, or move it.
    SetTimer {
        /// Which.
        name: TimerName,
        /// When it runs out.
        at: Timestamp,
    },
    /// Stop a timer.
    ClearTimer {
        /// Which.
        name: TimerName,
    },
    /// Show staff that something needs them. One that is open under the same slug and volume is not shown twice.
    RaiseIncident {
        /// A stable name, such as `ils.step-failed`.
        slug: &'static str,
        /// A sentence for people, without patron data.
        text: String,
        /// Which volume it is about.
        volume: Option<VolumeNo>,
    },
    /// An incident is over.
    SettleIncident {
        /// Its name.
        slug: String,
        /// Which volume it was about.
        volume: Option<VolumeNo>,
    },
    /// From now on messages of `peer` about `id` belong to this request.
    KnowAs {
        /// The peer.
        peer: PeerId,
        /// The id under which it names the request.
        id: String,
    },
    /// From now on what the ILS tells about this item belongs to this request.
    KnowItem {
        /// The barcode in the library's ILS.
        barcode: String,
        /// Which volume it is.
        volume: VolumeNo,
    },
    /// The request is over; nothing is awaited any more. Late messages are still answered.
    Close,
    /// The request is not over any more.
    Reopen,
    /// Count something.
    Count {
        /// What.
        name: &'static str,
    },
}

/// What the staff of a library are told about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// Lending: there is a new request to pull.
    NewRequest,
    /// Lending: the requester has agreed to the condition; it can be shipped.
    ConditionAgreed,
    /// Lending: the requester wants to cancel.
    CancelAsked,
    /// Lending: the requester wants to keep it longer.
    RenewalAsked,
    /// Lending: it is on its way back.
    OnItsWayBack,
    /// Lending: it should have come back.
    Overdue,
    /// Borrowing: somebody will supply.
    WillBeSupplied,
    /// Borrowing: there is a condition to answer.
    ConditionNamed,
    /// Borrowing: it is on its way.
    Shipped,
    /// Borrowing: nobody could supply it.
    Unfilled,
    /// Borrowing: the supplier wants it back.
    Recalled,
    /// Borrowing: it is due back.
    DueBack,
    /// Borrowing: it is there as a copy, at this place.
    CopyReady,
}

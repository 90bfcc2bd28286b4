//! What the gateway is to do about a decision, after it is durable.

use iso18626::Message;
use jiff::Timestamp;

use super::names::{OutboundKind, Party, TimerName};
use crate::{PeerId, sealed::Carry};

/// Something the gateway does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a message.
    Send {
        /// To whom.
        to: Party,
        /// To which peer.
        peer: PeerId,
        /// The message, whole but for its sealed parts; its timestamp is now, and may be moved on to keep the lane in order.
        message: Box<Message>,
        /// Which sealed parts of the requester's latest request are put back.
        carry: Carry,
        /// What kind it is; comes back with its outcome.
        kind: OutboundKind,
    },
    /// Take a message out of its lane: one that was never attempted, or one whose delivery plan is at an end. No outcome follows.
    Withdraw {
        /// To whom it was to go.
        to: Party,
        /// What kind it is.
        kind: OutboundKind,
    },
    /// Find candidates, rank them, and come back with [`super::Input::Located`]. If that is lost, the locate timer asks again.
    Locate {
        /// Not these.
        exclude: Vec<PeerId>,
        /// Only this one: the request is addressed to it.
        only: Option<PeerId>,
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
    /// Show staff that something needs them. One that is open under the same slug and party is not shown twice.
    RaiseIncident {
        /// A stable name, such as `supplier.silent`.
        slug: &'static str,
        /// A sentence for people, without patron data.
        text: String,
        /// Whom it is about.
        party: Party,
    },
    /// An incident is over.
    SettleIncident {
        /// Its name.
        slug: String,
        /// Whom it was about.
        party: Party,
    },
    /// From now on messages of `peer` about `id` belong to this request, and to this leg.
    KnowAs {
        /// The peer.
        peer: PeerId,
        /// The id under which it names the request.
        id: String,
        /// The requester's side, or a leg.
        party: Party,
    },
    /// The request is over; nothing is awaited any more. Late messages are still answered.
    Close,
    /// The request is not over any more: a late item has turned up.
    Reopen,
    /// Count something.
    Count {
        /// What.
        name: &'static str,
    },
}

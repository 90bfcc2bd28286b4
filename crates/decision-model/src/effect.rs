//! What the gateway is to do about a decision, after it is durable.

use iso18626::Message;
use jiff::Timestamp;

use loan_model::{
    NotificationKind, PeerId,
    ils::{IlsCommand, StepId},
    names::{About, OutboundRef, Party, TimerName, VolumeNo},
    sealed::SealedFields,
};

/// Something the gateway does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a message.
    Send {
        /// To whom, and what it is; comes back with its outcome.
        out: OutboundRef,
        /// To which peer.
        peer: PeerId,
        /// The message, whole but for its sealed parts; its timestamp is now, and may be moved on to keep the lane in order.
        message: Box<Message>,
        /// Which sealed parts of the latest request are put back.
        sealed: SealedFields,
    },
    /// Take a message out of its lane: one that was never attempted, or one whose delivery plan is at an end. No outcome follows.
    Withdraw {
        /// Which.
        out: OutboundRef,
    },
    /// Call the ILS. The answer comes back as an input with the same id.
    CallIls {
        /// The call's id.
        step: StepId,
        /// What is asked.
        command: Box<IlsCommand>,
    },
    /// Do not make this call after all, if it has not been made yet. No answer follows.
    CancelIlsCall {
        /// The call's id.
        step: StepId,
    },
    /// Nobody wants this call any more: it leaves its lane. Where an attempt may be under way, that one ends it, and its answer is kept.
    AbandonIlsCall {
        /// The call's id.
        step: StepId,
    },
    /// Make this call now, if it waits: staff want it asked again.
    HurryIlsCall {
        /// The call's id.
        step: StepId,
    },
    /// Notify the staff of a library that works by mail.
    NotifyStaff {
        /// What about.
        kind: NotificationKind,
    },
    /// Find candidates, rank them, and come back with [`crate::brokering::Input::Located`]. If that is lost, the locate timer asks again.
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
    /// Show staff that something needs them. One that is open under the same slug and about the same is not shown twice.
    RaiseIncident {
        /// A stable name, such as `supplier.silent`.
        slug: &'static str,
        /// A sentence for people, without patron data.
        text: String,
        /// What it is about.
        about: About,
    },
    /// An incident is over.
    ResolveIncident {
        /// Its name.
        slug: String,
        /// What it was about.
        about: About,
    },
    /// From now on messages of `peer` about `id` belong to this request, and to this party of it.
    KnowAs {
        /// The peer.
        peer: PeerId,
        /// The id under which it names the request.
        id: String,
        /// The requester, a leg, or the library that the request is of.
        party: Party,
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
    /// The request is not over any more: a late item has turned up.
    Reopen,
    /// Count something.
    Count {
        /// What.
        name: &'static str,
    },
}

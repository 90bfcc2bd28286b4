//! The ports of the outbox: where a lane leads ([`Router`]), and what carries a message there ([`Transport`]). Values without a protocol: must
//! never know how a message travels, nor hold a secret.

use std::{fmt, num::NonZeroU32, sync::Arc, time::Duration};

use iso18626::ErrorData;
use jiff::{SignedDuration, Timestamp};
use loan_model::MayHaveArrived;
use net::BoxFuture;
use persistence::LaneEntry;

use super::{Breaker, Outcome, RetryPlan};

/// Knows where lanes lead, by the present registry.
pub trait Router: Send + Sync {
    /// How messages get to a peer, as its lane names it. Asked before each attempt.
    fn route(&self, peer: &str) -> Route;
}

/// How messages get to a peer.
#[derive(Debug, Clone)]
pub enum Route {
    /// Over this connection.
    Open(Arc<Connection>),
    /// Not now: they wait until the registry changes.
    Paused,
    /// Not at all, and why.
    None(String),
}

/// A peer's connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// What carries a message.
    pub transport: Arc<dyn Transport>,
    /// How many messages are under way to the peer at once.
    pub concurrency: NonZeroU32,
    /// How many messages it gets in a time.
    pub rate: Option<Rate>,
    /// When a message is tried again, and when no more.
    pub plan: RetryPlan,
    /// When the peer is left alone for a while.
    pub breaker: Breaker,
}

/// Carries messages of one kind: to another library, to a machine of this gateway, to an ILS, to staff.
pub trait Transport: fmt::Debug + Send + Sync {
    /// Carries one message once, and tells what came of it.
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt>;
}

/// A message to be carried.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Its place in its lane.
    pub entry: LaneEntry,
    /// The bytes as they were rendered.
    pub bytes: Vec<u8>,
    /// Their media type.
    pub content_type: String,
    /// Whether an earlier attempt may have arrived.
    pub earlier: MayHaveArrived,
}

/// What came of one attempt.
#[derive(Debug, Clone)]
pub enum Attempt {
    /// The receiver has answered.
    Answered {
        /// What it means.
        outcome: Outcome,
        /// The answer as it came, if it is to be kept.
        exchange: Option<Exchange>,
    },
    /// The receiver is well and answered, and its answer settles nothing: it says that it cannot do it just now, or nothing that could be used.
    Unusable {
        /// What it said, for an operator. Never more than codes and our own words.
        why: String,
        /// The answer as it came, if it is to be kept.
        exchange: Option<Exchange>,
        /// What it means if nothing else comes.
        at_last: AtLast,
    },
    /// There was no answer.
    NoAnswer {
        /// Why, for an operator.
        why: String,
        /// When the receiver asks to be tried again.
        rest: Option<Rest>,
        /// Whether the message may have arrived.
        may_have_arrived: MayHaveArrived,
        /// Whose trouble it seems to be.
        blames: Blames,
    },
}

/// Whose trouble it seems to be that there was no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blames {
    /// The receiver's: it cannot be reached.
    Peer,
    /// The receiver's, it seems: it has the message and does not answer it, or can do nothing just now. Where others go through, the message's.
    Answering {
        /// The HTTP status that said so, if one did.
        status: Option<u16>,
    },
    /// The line's: one of the two certificates is not taken, and nothing goes over a line that is not checked.
    Certificate,
    /// The way's: the receiver is there and lets nothing in, for a lapsed key, a moved address or too much at once. Every message will fare so until
    /// that is mended.
    Door {
        /// The HTTP status that said so.
        status: u16,
    },
    /// The message's, perhaps.
    Message {
        /// The HTTP status that it was met with.
        status: u16,
        /// What it means, if others go through.
        at_last: AtLast,
    },
}

impl Blames {
    /// What a message was met with, where it may be about that message. How many a receiver takes in a time is about none.
    pub(super) fn met(&self) -> Option<Met> {
        match self {
            Self::Peer | Self::Certificate | Self::Door { status: 429 } => None,
            Self::Answering { .. } | Self::Message { status: 500.., .. } => Some(Met::Trouble),
            Self::Door { status } | Self::Message { status, .. } => Some(Met::Status(*status)),
        }
    }
}

/// What a message was met with, as far as it is the same each time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// This HTTP status.
    Status(u16),
    /// Trouble over there: which, changes with what stands in front of the receiver.
    Trouble,
}

/// What becomes of a message whose answers settled nothing, to the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AtLast {
    /// It is undeliverable.
    Undeliverable,
    /// It is refused, as each of the answers said.
    Refused(Vec<ErrorData>),
}

/// When a receiver asks to be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// So long after its answer.
    For(SignedDuration),
    /// At that time.
    Until(Timestamp),
}

/// The answer to a message, as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The HTTP status, where it came over HTTP.
    pub status: Option<u16>,
    /// Its media type.
    pub content_type: Option<String>,
    /// Its bytes. They may carry patron data: they are to be kept sealed, and never logged.
    pub body: Vec<u8>,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A rate: so many in a minute, and so many at once after a rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many in a minute.
    pub per_minute: NonZeroU32,
    /// How many at once.
    pub burst: NonZeroU32,
}

/// How many messages a connection takes in a time, and when one is tried again, as the registry's file says it.
pub fn limits(rate: registry::Rate, retry: &registry::RetryPlan) -> (Rate, RetryPlan) {
    let signed = |wait: Duration| SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    let per_minute = u64::from(rate.count()) * 60 / rate.period().as_secs().max(1);
    let rate = Rate { per_minute: at_least_one(per_minute), burst: at_least_one(rate.count().into()) };
    let plan = RetryPlan {
        first: signed(retry.first.duration()),
        factor: retry.factor,
        longest: signed(retry.longest.duration()),
        give_up_after: signed(retry.give_up_after.duration()),
        ..RetryPlan::default()
    };
    (rate, plan)
}

/// A count of at least one.
pub fn at_least_one(count: u64) -> NonZeroU32 {
    NonZeroU32::new(u32::try_from(count).unwrap_or(u32::MAX)).unwrap_or(NonZeroU32::MIN)
}

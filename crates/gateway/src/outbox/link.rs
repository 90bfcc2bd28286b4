//! What the outbox must know of a peer's connection, and who tells it. Plain values: must never hold a secret longer than the registry's
//! snapshot does.

use std::{fmt, num::NonZeroU32, sync::Arc};

use hyper::{
    Uri,
    body::Bytes,
    header::{HeaderName, HeaderValue},
};
use iso18626::ReadOptions;
use jiff::Timestamp;
use net::{BoxFuture, http::ClientLimits};
use persistence::{Arrival, LaneEntry};

use super::{Breaker, Exchange, Outcome, RetryPlan};

/// Who knows the peers: the registry's present snapshot.
pub trait Peers: Send + Sync {
    /// How messages get to a peer. Read before each attempt.
    fn route(&self, peer: &str) -> Route;
}

/// How messages get to a peer.
#[derive(Debug, Clone)]
pub enum Route {
    /// Over this connection.
    Open(Arc<Link>),
    /// Not now: they wait until the registry changes.
    Paused,
    /// Not at all, and why.
    None(String),
}

/// How one message is carried.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "one is kept for each peer")]
pub enum Way {
    /// Posted, as ISO 18626 has it.
    Post(Post),
    /// Given to somebody who carries it.
    Courier(Arc<dyn Courier>),
}

/// Where messages are posted.
#[derive(Debug, Clone)]
pub struct Post {
    /// The address.
    pub url: Uri,
    /// Headers sent with each message: credentials, mostly.
    pub headers: Vec<Header>,
    /// Deadlines and sizes.
    pub limits: ClientLimits,
    /// How answers are read.
    pub read: ReadOptions,
}

/// Somebody who carries what is not posted: to a machine of this gateway, to an ILS, to staff.
pub trait Courier: fmt::Debug + Send + Sync {
    /// Carries it once, and tells what came of it.
    fn carry(&self, parcel: Parcel) -> BoxFuture<'_, Carried>;
}

/// Something to be carried.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Its place in its lane.
    pub entry: LaneEntry,
    /// The frozen bytes.
    pub bytes: Bytes,
    /// Their media type.
    pub content_type: String,
    /// Whether it may be there already.
    pub repeat: Repeat,
}

/// Whether an earlier attempt may have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// None has.
    First,
    /// One may have.
    Repeat,
}

/// What came of carrying something.
#[derive(Debug, Clone)]
pub enum Carried {
    /// Whoever it was for has answered.
    Told {
        /// What came of it.
        outcome: Outcome,
        /// The answer as it came, if it is to be kept.
        exchange: Option<Exchange>,
    },
    /// There was no answer.
    NoAnswer {
        /// Why, for an operator.
        why: String,
        /// When it asks to be tried again.
        rest: Option<Timestamp>,
        /// Whether it may have arrived.
        arrival: Arrival,
    },
}

/// A peer's connection.
#[derive(Debug, Clone)]
pub struct Link {
    /// How each message is carried.
    pub way: Way,
    /// How many messages are under way to the peer at once.
    pub concurrency: NonZeroU32,
    /// How many messages it gets in a time.
    pub rate: Option<Rate>,
    /// When a message is tried again, and when no more.
    pub plan: RetryPlan,
    /// When the peer is left alone for a while.
    pub breaker: Breaker,
}

/// A header, whose value is never shown.
#[derive(Clone)]
pub struct Header {
    /// Its name.
    pub name: HeaderName,
    /// Its value.
    pub value: HeaderValue,
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: ***", self.name)
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

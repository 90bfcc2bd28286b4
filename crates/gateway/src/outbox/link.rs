//! What the outbox must know of a peer's connection, and who tells it. Plain values: must never hold a secret longer than the registry's
//! snapshot does.

use std::{num::NonZeroU32, sync::Arc};

use hyper::{
    Uri,
    header::{HeaderName, HeaderValue},
};
use iso18626::ReadOptions;

use super::{Breaker, RetryPlan};
use crate::http::ClientLimits;

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

/// A peer's connection.
#[derive(Debug, Clone)]
pub struct Link {
    /// Where messages are posted.
    pub url: Uri,
    /// Headers sent with each message: credentials, mostly.
    pub headers: Vec<Header>,
    /// Deadlines and sizes.
    pub limits: ClientLimits,
    /// How many messages are under way to the peer at once.
    pub concurrency: NonZeroU32,
    /// How many messages it gets in a time.
    pub rate: Option<Rate>,
    /// When a message is tried again, and when no more.
    pub plan: RetryPlan,
    /// When the peer is left alone for a while.
    pub breaker: Breaker,
    /// How its answers are read.
    pub read: ReadOptions,
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

//! What the gateway takes from outside as parameters: time, identifiers, the network. The store is the fourth. All other code of
//! this crate must never read a clock, make randomness or open a socket itself; clippy's disallowed methods keep that.

mod real;
mod stepped;

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::io::{AsyncRead, AsyncWrite};

pub use self::{
    real::{RealClock, RealNet, SystemIds},
    stepped::SteppedClock,
};

/// A future in a box, which any thread may poll.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The parameters of a gateway.
#[derive(Clone)]
pub struct Seams {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Arc<dyn Ids>,
    /// The network.
    pub net: Arc<dyn Net>,
}

impl Seams {
    /// The system's own.
    pub fn real() -> Self {
        Self { clock: Arc::new(RealClock), ids: Arc::new(SystemIds), net: Arc::new(RealNet) }
    }
}

impl std::fmt::Debug for Seams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seams").finish_non_exhaustive()
    }
}

/// Time, of two kinds. Dates (`now`, `sleep_until`) are what requests live by: working days, timers, the next attempt, rates. A
/// stepped clock moves them at will. Pauses (`monotonic`, `pause`) bound a socket's silence; a stepped clock leaves them alone, for a
/// peer does not answer faster because the calendar was turned over.
pub trait Clock: Send + Sync {
    /// The date.
    fn now(&self) -> Timestamp;

    /// Resolves when the date is `at` or later.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;

    /// An instant that never goes back.
    fn monotonic(&self) -> Instant;

    /// Resolves after that long.
    fn pause(&self, long: Duration) -> BoxFuture<'static, ()>;
}

/// The date in milliseconds since 1970, as the store keeps dates.
pub fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The date of these milliseconds since 1970; a date out of the calendar's range becomes its end.
pub fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
}

/// The time was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time was up")]
pub struct TimeUp;

/// What the future gives, if it gives it in time.
///
/// # Errors
/// When the time is up first.
pub async fn within<T>(
    clock: &dyn Clock,
    long: Duration,
    future: impl Future<Output = T>,
) -> Result<T, TimeUp> {
    tokio::select! {
        biased;
        value = future => Ok(value),
        () = clock.pause(long) => Err(TimeUp),
    }
}

/// Where identifiers and jitter come from.
pub trait Ids: Send + Sync {
    /// A number nobody can guess.
    fn random(&self) -> u128;
}

/// The network.
pub trait Net: Send + Sync {
    /// Listens there.
    fn listen(&self, at: SocketAddr) -> BoxFuture<'_, io::Result<Box<dyn Listener>>>;

    /// Connects to a host (a name or an address), trying each of its addresses, within the time given.
    fn connect<'a>(
        &'a self,
        host: &'a str,
        port: u16,
        within: Duration,
    ) -> BoxFuture<'a, io::Result<Box<dyn Stream>>>;
}

/// Something that listens.
pub trait Listener: Send + Sync {
    /// Where it listens: the port too when it was left to the system.
    ///
    /// # Errors
    /// When the system cannot say.
    fn local_addr(&self) -> io::Result<SocketAddr>;

    /// The next connection, and whom it comes from.
    fn accept(&self) -> BoxFuture<'_, io::Result<(Box<dyn Stream>, SocketAddr)>>;
}

/// A connection.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

//! What comes from outside, as parameters: time, randomness, the network. (The store is the fourth.) All other code must never read a clock,
//! draw randomness or open a socket itself; clippy's disallowed methods keep that.

mod stepped;
mod system;

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
    stepped::SteppedClock,
    system::{RealClock, RealNet, SystemRandom},
};

/// A future in a box, which any thread may poll.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The parameters of a gateway.
#[derive(Clone)]
pub struct Seams {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// The network.
    pub net: Arc<dyn Net>,
}

impl Seams {
    /// The system's own.
    pub fn real() -> Self {
        Self { clock: Arc::new(RealClock), random: Arc::new(SystemRandom), net: Arc::new(RealNet) }
    }
}

impl std::fmt::Debug for Seams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seams").finish_non_exhaustive()
    }
}

/// Time, of two kinds. Dates (`now`, `sleep_until`) are what requests live by: working days, timers, the next attempt, rates. A
/// stepped clock moves them at will. Durations (`monotonic`, `sleep`) bound a socket's silence; a stepped clock leaves them alone, since a
/// peer does not answer faster when the date is advanced.
pub trait Clock: Send + Sync {
    /// The date.
    fn now(&self) -> Timestamp;

    /// Resolves when the date is `at` or later.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;

    /// An instant that never goes back.
    fn monotonic(&self) -> Instant;

    /// Resolves after that long, whatever becomes of the date.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// A future did not complete in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time was up")]
pub struct Elapsed;

/// The output of the future, if it completes in time.
///
/// # Errors
/// When the time is up first.
pub async fn timeout<T>(
    clock: &dyn Clock,
    duration: Duration,
    future: impl Future<Output = T>,
) -> Result<T, Elapsed> {
    tokio::select! {
        biased;
        value = future => Ok(value),
        () = clock.sleep(duration) => Err(Elapsed),
    }
}

/// Where identifiers, secrets and jitter come from.
pub trait Random: Send + Sync {
    /// A number that cannot be guessed.
    fn next_u128(&self) -> u128;
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
        timeout: Duration,
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

//! The outside world as the suite touches it: the clock, time limits, the network. A black box under test lives in real time behind
//! real sockets, so the suite uses the real ones, and only here.
#![expect(
    clippy::disallowed_methods,
    reason = "the suite is outside of the gateway and plays over real sockets in real time"
)]

use std::future::Future;
use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};

pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// `None` when the time was up first.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    tokio::time::timeout(limit, future).await.ok()
}

/// Lets time pass: for what is slow on purpose (a peer that drips its bytes), and to see that nothing more comes; never to wait for something
/// to happen.
pub(crate) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}

pub(crate) async fn listen(address: &str) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}

pub(crate) async fn connect(address: &str) -> io::Result<TcpStream> {
    TcpStream::connect(address).await
}

/// A seed nobody chose: it makes the ids of one run differ from another's.
pub(crate) fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_nanos() as u64 ^ (u64::from(std::process::id()) << 40)
}

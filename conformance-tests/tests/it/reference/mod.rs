//! Small correct subjects to try the suite on, each with switches that make it wrong in one way. They are a second opinion on the rules,
//! and share nothing with the gateway.

pub(crate) mod broker;
pub(crate) mod convert;
pub(crate) mod faults;
mod hearing;
pub(crate) mod outbox;
pub(crate) mod requester;
pub(crate) mod self_acting;
mod sending;
pub(crate) mod server;
pub(crate) mod supplier;

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

pub(crate) use faults::Fault;

/// An error type and its value.
pub(crate) type Error = (&'static str, String);

/// The real clock and the real network, in one place.
#[expect(clippy::disallowed_methods, reason = "a subject under test lives in real time, on real sockets")]
pub(crate) mod outside {
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpStream};

    pub(crate) fn now() -> jiff::Timestamp {
        jiff::Timestamp::now()
    }

    pub(crate) async fn listen(address: &str) -> TcpListener {
        TcpListener::bind(address).await.expect("a free port")
    }

    pub(crate) async fn connect(address: &str) -> std::io::Result<TcpStream> {
        TcpStream::connect(address).await
    }

    /// `None` when the time was up first.
    pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
        tokio::time::timeout(limit, future).await.ok()
    }

    pub(crate) async fn pause(time: Duration) {
        tokio::time::sleep(time).await;
    }
}

/// Now, and later than any time before.
pub(crate) fn now() -> String {
    static LAST: AtomicI64 = AtomicI64::new(0);
    let now = outside::now().as_millisecond();
    let last = LAST.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
    let stamp = now.max(last.unwrap_or(now) + 1);
    jiff::Timestamp::from_millisecond(stamp).map(|stamp| format!("{stamp:.3}")).expect("a time of today")
}

/// How long a sender waits before it sends again.
pub(crate) const AGAIN: Duration = Duration::from_millis(250);

//! The seams, the server and the client over real sockets on loopback, against callers and peers that misbehave.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod http_server;
mod seams;
mod tls;

use std::time::Duration;

use net::{Clock, RealClock};

/// How long a test waits for what must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Waits until something is so.
pub(crate) async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let end = RealClock.monotonic() + PATIENCE;
    while !so().await {
        assert!(RealClock.monotonic() < end, "it never was so: {what}");
        RealClock.sleep(Duration::from_millis(2)).await;
    }
}

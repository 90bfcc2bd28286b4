//! What tests of several crates need: texts that are checked in, peers on loopback that misbehave as a script says, waiting for what must happen, certificates, and
//! a log that is caught. For tests only, and always a dev-dependency. Must never know a crate of ours: a test of a low crate would have
//! to wait until everything is built.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "peers are outside of the gateway's seams")]

mod authority;
mod checked_in;
mod log;
mod peer;
mod socket_ils;
mod tls;

use std::time::Duration;

pub use self::{
    authority::{Authority, Day, Issued},
    checked_in::{difference_from_checked_in, same_as_checked_in},
    log::Log,
    peer::{FakePeer, Play, Post, confirmation, confirmed, header, http},
    socket_ils::{Act, SocketIls, dead_port},
    tls::Identity,
};

/// How long a test waits for what must happen.
pub const TIMEOUT: Duration = Duration::from_secs(20);

/// Waits until something is so.
pub async fn until(what: &str, so: impl AsyncFn() -> bool) {
    let end = tokio::time::Instant::now() + TIMEOUT;
    while !so().await {
        assert!(tokio::time::Instant::now() < end, "it never was so: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

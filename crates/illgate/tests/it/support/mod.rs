//! What the tests of the whole share: a gateway in a process of its own, a bare HTTP client, the official schemas of both protocols.

pub(crate) mod daemon;
pub(crate) mod http;
#[path = "../../../../iso18626/tests/it/official.rs"]
pub(crate) mod official;
#[path = "../../../../ncip/tests/it/oracle.rs"]
#[allow(dead_code, reason = "it also finds the messages of others, which are not looked for here")]
pub(crate) mod oracle;
pub(crate) mod sources;
pub(crate) mod terms;

pub(crate) mod world;

use std::{net::SocketAddr, time::Duration};

/// How long anything may take before a test calls it stuck.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// Waits until `check` gives something; `what` says what for.
#[expect(clippy::disallowed_methods, reason = "a test of a real process waits in real time, for a condition")]
pub(crate) fn wait_for<T>(
    what: impl Fn() -> String,
    limit: Duration,
    mut check: impl FnMut() -> Option<T>,
) -> T {
    let until = std::time::Instant::now() + limit;
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(std::time::Instant::now() < until, "not within {limit:?}: {}", what());
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A loopback address that nobody listens on.
#[expect(
    clippy::disallowed_methods,
    reason = "the gateway must come back on the same port after it was killed"
)]
pub(crate) fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    listener.local_addr().expect("a listener has an address")
}

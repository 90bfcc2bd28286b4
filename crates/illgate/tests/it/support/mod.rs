//! What the tests of the whole share: a gateway in a process of its own, a bare HTTP client, the official schemas.

pub(crate) mod daemon;
pub(crate) mod http;
#[path = "../../../../iso18626/tests/it/official.rs"]
pub(crate) mod official;

use std::time::Duration;

/// How long anything may take before a test calls it stuck.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `check` gives something.
#[expect(clippy::disallowed_methods, reason = "a test of a real process waits in real time, for a condition")]
pub(crate) fn wait_for<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        if let Some(found) = check() {
            return found;
        }
        assert!(std::time::Instant::now() < until, "{what}: not within {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

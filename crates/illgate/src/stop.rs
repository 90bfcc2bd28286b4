//! When to stop: the signals that ask for it. Must never stop anything itself.

use std::fmt;

use tokio::signal::unix::{SignalKind, signal};

/// Why something stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Interrupt,
    Terminate,
    /// Whoever started it is gone.
    Orphaned,
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Orphaned => "whoever started it is gone",
        })
    }
}

/// Resolves when the process is asked to stop.
pub(crate) async fn asked() -> Asked {
    tokio::select! {
        () = heard(SignalKind::interrupt()) => Asked::Interrupt,
        () = heard(SignalKind::terminate()) => Asked::Terminate,
    }
}

async fn heard(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
        }
        // Where the system gives no handler the signal ends the process by itself.
        Err(_) => std::future::pending().await,
    }
}

/// Resolves when standard input is closed: its other end was held by whoever started this.
pub(crate) async fn orphaned() -> Asked {
    use tokio::io::AsyncReadExt;
    let mut input = tokio::io::stdin();
    let mut byte = [0];
    while input.read(&mut byte).await.is_ok_and(|read| read > 0) {}
    Asked::Orphaned
}

//! When to stop: the signals that ask for it. Must never stop anything itself.

use std::fmt;

use errors::slug;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::exit::Failure;

/// Why something stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StopCause {
    Interrupt,
    Terminate,
    /// The process that started it has ended.
    Orphaned,
}

impl fmt::Display for StopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
            Self::Orphaned => "the process that started it has ended",
        })
    }
}

/// The signals that ask for it. From the moment this is made they no longer end the process by themselves.
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// Listens for them.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| {
            signal(kind).map_err(|why| {
                Failure::new(slug!("system.no-signals"), format!("signals cannot be heard: {why}"))
            })
        };
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Resolves when the process is asked to stop.
    pub(crate) async fn asked(&mut self) -> StopCause {
        tokio::select! {
            _ = self.interrupt.recv() => StopCause::Interrupt,
            _ = self.terminate.recv() => StopCause::Terminate,
        }
    }
}

/// Resolves when standard input is closed: its other end was held by the process that started this one.
pub(crate) async fn orphaned() -> StopCause {
    use tokio::io::AsyncReadExt;
    let mut input = tokio::io::stdin();
    let mut byte = [0];
    while input.read(&mut byte).await.is_ok_and(|read| read > 0) {}
    StopCause::Orphaned
}

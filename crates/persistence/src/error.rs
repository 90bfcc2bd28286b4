//! What can go wrong with the store, by blame. Must never carry a payload: patron data could be in it.

use std::path::PathBuf;

use errors::{Slug, slug};

use crate::{RequestId, StoredReply, corrupt::Corrupt, engine::EngineError};

/// The store could not do what was asked of it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The store could not be opened.
    #[error("cannot open the store at {}: {why}", at.display())]
    Open {
        /// The file or folder.
        at: PathBuf,
        /// The reason, in the engine's words.
        why: String,
    },
    /// The store was written by a newer release.
    #[error(
        "the store has schema {found}, this release knows up to {known}: run the release that wrote it, or a newer one"
    )]
    Newer {
        /// The schema found.
        found: u8,
        /// The newest schema this release knows.
        known: u8,
    },
    /// The store has stopped after a failure; nothing is read or written any more until it is opened again.
    #[error("the store has stopped: {reason}. Mend the cause and start again; nothing acknowledged is lost")]
    Stopped {
        /// The first failure.
        reason: String,
    },
    /// One kept value is damaged; only what needs it is affected.
    #[error(
        "a kept value is damaged: {0}. Run `illgate store check`, and restore from a backup if it is needed"
    )]
    Corrupt(Corrupt),
    /// An engine read failed.
    #[error("the store cannot read: {0}")]
    Engine(#[from] EngineError),
    /// A backup or an export cannot be read or written.
    #[error("{at}: {why}")]
    Dump {
        /// The file and line.
        at: String,
        /// What is wrong.
        why: String,
    },
    /// A listing cannot go on from there.
    #[error("`{text}` is not a valid cursor of a listing: begin the listing anew")]
    BadCursor {
        /// What was given.
        text: String,
    },
    /// Randomness or a file beside the store failed.
    #[error("{what}: {why}")]
    System {
        /// What was being done.
        what: &'static str,
        /// The reason, in the system's words.
        why: String,
    },
    /// A value has another version than the one it was to replace.
    #[error("{what} has moved on: read it again")]
    Conflict {
        /// The value.
        what: String,
    },
}

impl StoreError {
    /// The name under which it is shown.
    pub const fn slug(&self) -> Slug {
        match self {
            Self::Open { .. } | Self::Newer { .. } => slug!("store.unusable"),
            Self::Stopped { .. } => slug!("store.stopped"),
            Self::Corrupt(_) => slug!("store.damaged"),
            Self::Engine(_) | Self::System { .. } => slug!("store.failed"),
            Self::Dump { .. } => slug!("store.dump"),
            Self::BadCursor { .. } => slug!("api.bad-cursor"),
            Self::Conflict { .. } => slug!("store.conflict"),
        }
    }
}

impl From<Corrupt> for StoreError {
    fn from(corrupt: Corrupt) -> Self {
        Self::Corrupt(corrupt)
    }
}

/// A commit was not made. Nothing of it was kept.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommitError {
    /// The request (or one of its lanes) was changed by another commit: read it again and decide anew.
    #[error("{0} has moved on: read it again and decide anew")]
    Conflict(RequestId),
    /// The same input was handled before: give its sender the stored reply.
    #[error("this input was handled before")]
    DedupeExists(Box<StoredReply>),
    /// An external id that was to be claimed belongs to a request already.
    #[error("the external id `{key}` belongs to a request already")]
    ExternalTaken {
        /// The external id.
        key: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

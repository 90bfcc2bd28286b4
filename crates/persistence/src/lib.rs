//! What the gateway keeps, and how: typed tables over thin engines. One durable commit an input; bodies sealed under data keys that lie
//! apart; damage found by checksum. Knows no protocol and no state machine: must never interpret a state, an event or a message.
//!
//! [`Store::open`] gives a [`Store`]; [`Store::commit`] is the one way a request changes.
//!
//! ```
//! use persistence::{Commit, CommitError, MemoryDisk, Record, RequestId, Store, SystemEntropy, UnixMillis, Version};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::memory(&MemoryDisk::new(), Box::new(SystemEntropy))?;
//! let now = UnixMillis::new(1_790_000_000_000);
//! let request = RequestId::new(now, 7);
//! let record = Record { at: now, events: b"[]".to_vec(), ..Record::default() };
//! let committed = store.commit(Commit::new(request, Version::NEW, record.clone(), b"{}".to_vec())).await?;
//!
//! // A decision made on an older version is refused: read the request again and decide anew.
//! store.commit(Commit::new(request, committed.version, record.clone(), b"{}".to_vec())).await?;
//! let late = store.commit(Commit::new(request, committed.version, record, b"{}".to_vec())).await;
//! assert!(matches!(late, Err(CommitError::Conflict(_))));
//! # Ok(())
//! # }
//! ```
//!
//! In the store's folder lie the engine's files and, apart from them, `keyring/` with the data keys, which no backup of the store
//! contains. A failed write, or damage in what the gateway runs on, stops the store ([`Store::failed`]); damage elsewhere is
//! [`StoreError::Corrupt`] for the one request.

mod check;
mod corrupt;
mod documents;
mod dump;
pub mod engine;
mod entropy;
mod error;
mod frame;
mod ids;
mod intake;
mod keyring;
mod keys;
mod lanes;
mod library_incidents;
mod log;
mod marks;
mod model;
mod reads;
mod retention;
mod runner;
mod store;
mod time;
mod timers;

pub use self::{
    check::CheckReport,
    corrupt::Corrupt,
    documents::Document,
    dump::{import, restore},
    engine::{EngineKind, Fault, MemoryDisk},
    entropy::{Entropy, SystemEntropy},
    error::{CommitError, StoreError},
    ids::{BadId, IntakeId, MessageId, RequestId},
    intake::{Intake, IntakeEntry, IntakeLimits, IntakeOutcome, IntakeSource},
    lanes::{LaneEntry, LaneKey, LaneOp, Standing, Written},
    library_incidents::{LibraryIncident, Raised},
    marks::Seen,
    model::{
        Body, Commit, Committed, ExternalOp, Lifecycle, Opened, Place, Record, RequestRow, Role, Step,
        StoredBody, StoredReply, Version, WorklistOp,
    },
    reads::{Cursor, Listing, Page},
    retention::{Erasure, Pruned, Retention},
    store::{Store, StoreConfig},
    time::UnixMillis,
    timers::{Timer, TimerOp},
};

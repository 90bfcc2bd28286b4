//! What the gateway keeps, and how: typed tables over thin engines. One durable commit an input; bodies sealed under data keys that lie
//! apart; damage found by checksum. Knows no protocol and no state machine: must never interpret a state, an event or a message.
//!
//! [`Store::open`] gives a [`Store`]; [`Store::commit`] is the one way a request changes.

mod check;
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
mod log;
mod model;
mod reads;
mod retention;
mod runner;
mod store;
mod timers;

pub use self::{
    check::CheckReport,
    documents::Document,
    dump::{import, restore},
    engine::{EngineKind, Fault, MemoryDisk},
    entropy::{Entropy, SystemEntropy},
    error::{CommitError, Corrupt, StoreError},
    ids::{BadId, IntakeId, MessageId, RequestId},
    intake::{Intake, IntakeEntry, IntakeLimits, IntakeOutcome, IntakeSource},
    lanes::{LaneEntry, LaneKey, LaneOp, Standing},
    model::{
        Body, Commit, Committed, ExternalOp, KeptBody, Lifecycle, Opened, Place, Record, Role, Step, Stored,
        StoredReply, Version, WorklistOp,
    },
    reads::{Cursor, Listing, Page},
    retention::{Erasure, Pruned, Retention},
    store::{Store, StoreConfig},
    timers::{Timer, TimerOp},
};

//! NCIP (Z39.83): one message model, two wire versions with their editions, the scheme table and the loss report.
//!
//! The model ([`model`]) is what the rest of the gateway speaks; its fields bear the names of 2.02. Which of them a
//! version can say, where, how often and by what name, is beside each field in the same table, and the reader,
//! the writer and the loss report all come from that table. Nothing here opens a file or a socket, reads a clock,
//! fetches what a document refers to, or knows of ISO 18626.

#[macro_use]
mod declare;

mod agencies;
pub mod body;
mod column;
mod convert;
mod diagnostic;
pub mod framing;
mod loss;
mod misplaced;
pub mod model;
mod parts;
mod read;
pub mod schemes;
mod stray;
mod substance;
mod user;
mod version;
mod write;

pub use agencies::VisitAgencies;
pub use body::{Body, Direction, Message, OtherService, Service, ServiceKind};
pub use diagnostic::Diagnostic;
pub use loss::{Fate, Loss};
pub use model::*;
pub use parts::{Another, Named, NamedBy, same_id};
pub use read::{Ending, ReadOptions, Reading, read};
pub use substance::SUBSTANCE;
pub use version::{NAMESPACE, UnknownVersion, Version};
pub use write::{DocTypeDeclaration, NamespaceUse, UserForm, WriteOptions, Written, convert, write};
pub use xml::{Extra, Quoted, Schemes, Secret, Severity, Unreadable, UnreadableKind, WriteError, pretty};

//! ISO 18626: one message model, two wire editions, code lists and the loss report.
//!
//! The model ([`model`]) is what the rest of the gateway speaks. It carries every element of every edition;
//! which of them an edition can say, where and how often, is beside each field in the same table, and the
//! reader, the writer, the schema and the loss report all come from that table. Nothing here opens a file or a
//! socket, reads a clock, or knows of NCIP.

#[macro_use]
mod declare;

pub mod codes;
mod confirm;
mod convert;
mod described;
mod diagnostic;
mod edition;
pub mod lexical;
mod link;
mod loss;
pub mod model;
pub mod open_codes;
pub mod open_lists;
mod read;
mod schema;
mod standard_number;
mod wire;
mod write;

pub use codes::*;
pub use confirm::{Confirm, TimestampEcho, confirm};
pub use described::DESCRIPTION;
pub use diagnostic::Diagnostic;
pub use edition::{Edition, UnknownEdition};
pub use lexical::{DateTime, Decimal};
pub use link::is_link;
pub use loss::{Fate, Loss};
pub use model::*;
pub use open_codes::*;
pub use open_lists::*;
pub use read::{NamespaceRule, ReadOptions, Reading, read};
pub use schema::{messages, xsd};
pub use write::{WriteOptions, Written, convert, write};
pub use xml::{Extra, Quoted, Schemes, Secret, Severity, Unreadable, UnreadableKind, WriteError, pretty};

//! ISO 18626: one message model, two wire editions, code lists and the loss report.
//!
//! The model ([`model`]) is what the rest of the gateway speaks. It carries every element of every edition;
//! which of them an edition can say, where and how often, stands beside each field in the same table, and the
//! reader, the writer, the schema and the loss report all come from that table. Nothing here opens a file or a
//! socket, reads a clock, or knows of NCIP.

#[macro_use]
mod declare;

pub mod codes;
pub mod lexical;
pub mod model;
pub mod open_codes;

pub use codes::*;
pub use lexical::{DateTime, Decimal};
pub use model::*;
pub use open_codes::*;

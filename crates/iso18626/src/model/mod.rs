//! The message model: every element of every edition, one struct each.
//!
//! Each table row is one field and its place in the two wire editions. A cell says position, name and cardinality
//! (`one`, `opt`, `many`, `empty` = mandatory but may be empty), or, where the edition has no such element, what
//! becomes of the value: `note "Label"` (a labelled line in the message's note), `drop`, or `moved` (a conversion
//! takes it to another parent).

mod common;
mod confirmation;
mod message;
mod request;
mod requesting;
mod supplying;

pub use common::*;
pub use confirmation::*;
pub use message::*;
pub use request::*;
pub use requesting::*;
pub use supplying::*;

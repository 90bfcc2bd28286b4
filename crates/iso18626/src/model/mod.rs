//! The message model: every element of every edition, one struct each.
//!
//! Each table row is one field and its place in the two wire editions; `crate::declare` explains the cells.

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

//! The NCIP half of the suite: any NCIP responder, router or initiator can be its subject. As the ISO 18626 half, it writes and reads
//! messages by its own means and knows the protocol only.
//!
//! The suite plays *members*: libraries that send to the subject, each with an ILS that answers behind it, in both versions and over both
//! transports. To an initiator it plays the ILSs alone, which keep what they are told; the subject's staff are moved by the hook. A message
//! belongs to a case by the token in the ids that the case chose.

pub mod cases;
pub mod form;
mod ils;
pub mod lending;
pub mod members;
pub mod messages;
pub mod reply;
mod run;
mod script;
pub mod shelves;
mod talk;
mod terms;
pub mod wire;

pub use ils::{Does, Received};
pub use members::{Member, Members};
pub use run::{NcipSuite, run};
pub use script::Script;
pub use wire::{Transport, Version, Wire};

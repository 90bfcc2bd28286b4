//! The NCIP half of the suite: any NCIP responder, router or initiator can be its subject. As the ISO 18626 half, it writes and reads
//! messages by its own means and knows the protocol only.
//!
//! The suite plays *members*: libraries that send to the subject, each with an ILS that answers behind it, in both versions and over both
//! transports. A message belongs to a case by the token in the ids that the case chose.

pub mod cases;
mod ils;
pub mod members;
pub mod messages;
pub mod reply;
mod run;
mod script;
mod talk;
pub mod wire;

pub use ils::{Does, Received};
pub use members::{Member, Members};
pub use run::{NcipSuite, run};
pub use script::Script;
pub use wire::{Transport, Version, Wire};

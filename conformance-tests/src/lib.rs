//! A conformance suite for ISO 18626 and NCIP: any endpoint can be its subject, be it a broker, a supplier, a requester or an NCIP responder. The suite plays all other
//! parties over real sockets, and knows the protocol only: it imports no crate of the gateway, and writes and reads messages by its own
//! means, so that a fault in the gateway's codec cannot hide itself.
//!
//! Start with [`run()`], or with [`Suite`] where the subject must learn the parties' addresses first.

pub mod case;
mod cases;
pub mod catalogue;
pub mod confirmation;
pub mod deviations;
pub mod edition;
pub mod grammar;
pub mod http;
pub mod leg;
pub mod line;
mod lists;
pub mod loan;
pub mod mailbox;
pub mod ncip;
mod parties;
pub mod peers;
mod real_time;
pub mod record;
pub mod render;
pub mod report;
pub mod run;
pub mod scenarios;
pub mod script;
pub mod subject;
mod token;
pub mod tree;
pub mod watch;
pub mod wire;

pub use case::{Failure, Role, Source, Verdict};
pub use catalogue::Case;
pub use deviations::Deviations;
pub use edition::Edition;
pub use line::Line;
pub use peers::Peers;
pub use report::{CaseResult, Report, Standing};
pub use run::{Options, Progress, Suite, run};
pub use scenarios::Scenarios;
pub use subject::{Hook, Subject};
pub use wire::Symbol;

/// Every case, in the catalogue's order: ISO 18626 first, then NCIP.
pub fn catalogue() -> impl Iterator<Item = &'static Case> {
    cases::all().chain(ncip::cases::all())
}

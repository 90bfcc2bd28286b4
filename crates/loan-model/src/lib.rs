//! What a loan is told in, for the machines and for all that stands around them: who the libraries are and what is known of them, their
//! calendars, the names of parts, messages and timers, the calls of an ILS. Values only: must never decide anything, and never know a
//! machine's states.

mod arrival;
pub mod calendar;
pub mod facts;
pub mod hosted;
pub mod ils;
pub mod ledger;
pub mod lender;
mod machine_kind;
pub mod messages;
pub mod names;
mod notification;
pub mod open;
pub mod sealed;
pub mod summary;
mod symbol;
pub mod terms;

pub use arrival::MayHaveArrived;
pub use machine_kind::{MachineKind, NoSuchMachine};
pub use notification::NotificationKind;
pub use symbol::{BadSymbol, PeerId, Symbol};

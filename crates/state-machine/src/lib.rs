//! Pure machines of interlibrary loan: who may do what, when, and what follows. Must never read a clock, make randomness, or touch a
//! socket or a file: time, ids and facts are arguments.
//!
//! [`brokering`] stands between a requester and its suppliers: [`brokering::decide`] turns an input into events, effects and a reply;
//! [`brokering::evolve`] turns events into the state. [`borrowing`] and [`lending`] are the two sides of a hosted library, and [`hosted`]
//! holds what they share; [`interpreter`] carries out the tables of all three. [`acts`] are what staff can do in any of them. [`ranking`]
//! puts candidates in order. [`facts`] are what the machines are told about libraries; the registry projects them.

pub mod acts;
mod arrival;
pub mod borrowing;
pub mod brokering;
pub mod calendar;
pub mod facts;
pub mod hosted;
mod ils;
pub mod interpreter;
pub mod lending;
mod machine_kind;
mod messages;
pub mod names;
mod notification;
pub mod ranking;
pub mod sealed;
mod symbol;
mod terms;

pub use arrival::MayHaveArrived;
pub use machine_kind::{MachineKind, NoSuchMachine, NoSuchPhase};
pub use symbol::{BadSymbol, PeerId, Symbol};

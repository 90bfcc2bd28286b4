//! Pure machines of interlibrary loan: who may do what, when, and what follows. Must never read a clock, make randomness, or touch a
//! socket or a file: time, ids and facts are arguments.
//!
//! [`brokering`] is between a requester and its suppliers: [`brokering::decide`] turns an input into events, effects and a reply;
//! [`interpreter::evolve`] turns events into the state. [`borrowing`] and [`lending`] are the two sides of a hosted library, and [`hosted`]
//! holds what they share; [`interpreter`] carries out the tables of all three.

pub mod borrowing;
pub mod brokering;
pub mod hosted;
pub mod interpreter;
pub mod lending;
pub mod phases;
mod refusals;

pub(crate) use loan_model::messages;

//! The borrowing machine from outside: whole loans with and without notices, crossing messages, an ILS that fails, and random histories.

mod copies;
mod dates;
pub(crate) mod histories;
mod ils;
mod loans;
mod renewals;
mod sending;
mod staff;
mod through_the_broker;
mod world;
mod world_ils;

//! The gateway over real sockets on loopback, against peers that misbehave in every way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broker;
mod fake;
mod hosted;
mod log;
mod manual;
mod ncip;
mod outbox;
mod timers;

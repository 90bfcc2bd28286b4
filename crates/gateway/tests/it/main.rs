//! The whole gateway over real sockets on loopback.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broker;
mod hosted;
mod ncip;
mod secured;

//! The gateway over TLS, as its callers and its operator see it.

mod certificates;
mod clients;
mod outgoing;
mod world;

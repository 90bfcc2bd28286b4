//! The link to an ILS over real sockets, against systems that misbehave in every way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod link;

//! The lanes and the timers, with a store in memory and a stepped clock, against peers that misbehave in every way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod outbox;
mod timers;

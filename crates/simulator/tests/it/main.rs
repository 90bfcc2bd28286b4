//! Simulated libraries from outside: the language, and two libraries talking to each other over real sockets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod broker;
mod defaults;
mod faults;
mod ils;
mod language;
mod played;
mod sets;
mod support;
mod surviving;

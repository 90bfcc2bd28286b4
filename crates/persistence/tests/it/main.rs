//! The store, from outside: the contract every engine keeps, crashes, damage, erasure.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod contract;
mod damage;
mod dump;
mod engines;
mod forgetting;
mod kill;
mod support;

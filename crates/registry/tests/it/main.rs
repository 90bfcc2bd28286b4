//! The registry from outside: files in, look-ups and projections out.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod candidates;
mod changes;
mod facts;
mod hosted;
mod lookups;
mod ncip;
mod pages;
mod problems;
mod proofs;
mod proposals;
mod support;

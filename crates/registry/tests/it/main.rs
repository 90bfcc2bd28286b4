//! The registry from outside: files in, look-ups and projections out.

mod candidates;
mod changes;
mod facts;
mod lookups;
mod pages;
mod problems;
mod proposals;
mod support;

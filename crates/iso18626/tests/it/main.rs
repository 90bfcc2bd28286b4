//! The codec against the standard: any message, other systems' messages.

mod arbitrary;
mod corpus;
mod fuzz_corpus;
mod official;
mod roundtrip;
mod schemas;

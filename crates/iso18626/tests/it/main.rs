//! The codec against the standard: any message, other systems' messages.

mod arbitrary;
mod confirmations;
mod conversions;
mod corpus;
mod fuzz_corpus;
mod hostile;
mod official;
mod quoting;
mod roundtrip;
mod schemas;
mod schemes;
mod tolerance;
mod values;

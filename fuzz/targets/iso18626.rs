//! Any bytes at all, read as an ISO 18626 message.
#![no_main]

#[path = "../properties/iso18626.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));

//! Any bytes at all, read as a message of NCIP.
#![no_main]

#[path = "../properties/ncip.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| property::holds(bytes));

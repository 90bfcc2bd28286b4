//! Libraries without automation: the pages behind the links, and mail over a real SMTP server.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod desk;
mod mail;
mod pages;

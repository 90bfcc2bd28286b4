//! `/api/v1`: what the command line and the console call. Loopback, with a token.

pub mod model;

//! The seams, the server and the client over real sockets on loopback, against callers and peers that misbehave.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod http_server;
mod https;
mod peer_tls;
mod seams;
mod tls;

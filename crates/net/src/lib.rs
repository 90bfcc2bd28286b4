//! What listens and connects: clock, randomness and sockets as seams ([`Seams`]), HTTP/1.1 both ways ([`http`]), TLS, and limits on
//! connections and on what goes over them. Knows no protocol above HTTP and holds no state of a request: must never look into a
//! message, and never try again by itself.

pub mod http;

mod connect;
mod exchange;
mod first_byte;
mod limiter;
mod seams;
mod server;
mod tls;
mod write_guard;

pub use self::{
    connect::{Secured, connect},
    exchange::{Exchange, Unflushed, keep_until_answered},
    seams::{
        BoxFuture, Clock, Elapsed, Listener, Net, Random, RealClock, RealNet, Seams, SteppedClock, Stream,
        SystemRandom, timeout,
    },
    server::{Caller, Connection, ConnectionHandler, Server, ServerLimits, StopSignal, Tasks},
    tls::{
        BadCertificate, BadFingerprint, Cause, Certificate, CertificateFiles, ClientAuthorities, Fingerprint,
        Look, PeerTls, ServerTls, ServerTlsSettings, Shown, ShownToPeer, Tls, TlsVersions,
    },
    write_guard::WriteGuard,
};

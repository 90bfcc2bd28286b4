//! HTTP/1.1, both ways, over the network seam: a server that bounds whoever calls it, and a client that bounds whoever it calls. Knows
//! no message: must never look into a body.

mod body;
mod client;
mod connector;
mod guard;
mod own_tls;
mod seats;
mod server;
mod timer;
mod tls;

pub use self::{
    body::{BodyError, RequestBody},
    client::{Answer, ClientLimits, Failure, HttpClient, Outgoing, Sent},
    connector::Secured,
    own_tls::{BadCertificate, CertificateFiles, OwnTls},
    server::{Handler, Server, ServerLimits, Source},
    tls::Tls,
};
pub(crate) use self::{
    connector::connect,
    guard::WriteGuard,
    seats::{Seat, Seats},
};

/// Where links that are given out begin: `https://ill.example.org`; nothing, where the text is no such place.
pub fn web_base(text: &str) -> Option<hyper::Uri> {
    let uri: hyper::Uri = text.trim_end_matches('/').parse().ok()?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    (web && uri.host().is_some() && uri.query().is_none()).then_some(uri)
}

//! TLS, both ways. Must never let a peer's certificate pass unchecked, nor log a key.

mod client;
mod server;

pub use self::{
    client::Tls,
    server::{BadCertificate, CertificateFiles, ServerTls},
};

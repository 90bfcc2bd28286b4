//! TLS, both ways. Must never let a peer's certificate pass unchecked, nor log a key.

mod certificate;
mod client;
mod clients;
mod files;
mod fingerprint;
mod pinned;
mod server;
mod versions;

pub use self::{
    certificate::Certificate,
    client::Tls,
    files::{BadCertificate, CertificateFiles},
    fingerprint::{BadFingerprint, Fingerprint},
    server::{ClientAuthorities, Look, ServerTls, ServerTlsSettings, Shown},
    versions::TlsVersions,
};

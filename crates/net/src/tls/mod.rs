//! TLS, both ways. Must never let a peer's certificate pass unchecked, nor log a key.

mod cause;
mod certificate;
mod client;
mod clients;
mod files;
mod fingerprint;
mod peer;
mod server;
mod verifier;
mod versions;

pub use self::{
    cause::Cause,
    certificate::Certificate,
    client::Tls,
    files::{BadCertificate, CertificateFiles},
    fingerprint::{BadFingerprint, Fingerprint},
    peer::{PeerTls, ShownToPeer},
    server::{ClientAuthorities, Look, ServerTls, ServerTlsSettings, Shown},
    versions::TlsVersions,
};

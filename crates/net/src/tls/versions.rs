//! Which versions and ciphers of TLS are spoken. Must never name one without forward secrecy.

use std::sync::Arc;

use rustls::{SupportedProtocolVersion, crypto::CryptoProvider, crypto::aws_lc_rs, version};

/// The oldest version of TLS that is spoken, and with it the ciphers: 1.3 with AES-GCM and ChaCha20-Poly1305, and 1.2 with the same and
/// ephemeral elliptic curves alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TlsVersions {
    /// TLS 1.2 and 1.3.
    #[default]
    From12,
    /// TLS 1.3 alone.
    From13,
}

static FROM_12: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];
static FROM_13: &[&SupportedProtocolVersion] = &[&version::TLS13];

impl TlsVersions {
    pub(super) fn list(self) -> &'static [&'static SupportedProtocolVersion] {
        match self {
            Self::From12 => FROM_12,
            Self::From13 => FROM_13,
        }
    }
}

/// The ciphers.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

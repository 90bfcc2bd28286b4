//! The certificates that outgoing connections trust. Must never let a certificate pass unchecked.

use std::sync::Arc;

use errors::slug;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt;

use super::{
    Fingerprint, PeerTls,
    verifier::{Believed, Verifier},
    versions::provider,
};

/// The settings of outgoing TLS. Clones share them.
#[derive(Debug, Clone)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Trusts the certificates that the system trusts. Where it trusts none, peers with `http` can be reached and peers with `https` cannot.
    pub fn system() -> Self {
        let config = builder().with_platform_verifier().map(|config| config.with_no_client_auth());
        config.map(|config| Self(Arc::new(config))).unwrap_or_else(|why| {
            tracing::warn!(slug = %slug!("tls.no-roots"), %why, "the system names no certificates to trust: peers with https cannot be reached");
            Self::nobody()
        })
    }

    /// Trusts nobody.
    pub fn nobody() -> Self {
        Self(Arc::new(builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()))
    }

    /// Trusts one certificate, whatever name it is for and whoever signed it.
    pub fn exactly(certificate: Fingerprint) -> Self {
        let verifier = Arc::new(Verifier::new(Believed::Exactly(certificate)));
        let config = builder().dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        Self(Arc::new(config))
    }

    /// The same with what holds for one peer besides.
    ///
    /// # Errors
    /// What of that cannot be used, without a key.
    pub fn for_peer(&self, peer: &PeerTls) -> Result<Self, String> {
        if *peer == PeerTls::default() {
            return Ok(self.clone());
        }
        peer.over(&self.0).map(|config| Self(Arc::new(config)))
    }

    /// With settings of one's own.
    pub fn new(config: Arc<ClientConfig>) -> Self {
        Self(config)
    }

    /// The settings, to speak something other than HTTP over TLS.
    pub fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.0)
    }
}

pub(super) fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3: both are compiled in")
}

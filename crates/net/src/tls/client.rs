//! The certificates that outgoing connections trust. Must never let a certificate pass unchecked.

use std::sync::Arc;

use errors::slug;
use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs};
use rustls_platform_verifier::BuilderVerifierExt;

/// The settings of outgoing TLS. Clones share them.
#[derive(Debug, Clone)]
pub struct Tls(Arc<ClientConfig>);

impl Tls {
    /// Trusts the certificates that the system trusts. Where it trusts none, peers with `http` can be reached and peers with `https` cannot.
    pub fn system() -> Self {
        let config = builder().with_platform_verifier().map(|config| config.with_no_client_auth());
        Self(Arc::new(config.unwrap_or_else(|why| {
            tracing::warn!(slug = %slug!("tls.no-roots"), %why, "the system names no certificates to trust: peers with https cannot be reached");
            builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
        })))
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

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider knows TLS 1.2 and 1.3: both are compiled in")
}

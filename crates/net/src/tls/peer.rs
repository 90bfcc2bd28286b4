//! What holds for one peer: whose certificates are believed there, which of them, and what we show. Must never take a certificate that is
//! not checked in one way at least.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    client::WebPkiServerVerifier,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::{
    Fingerprint,
    client::builder,
    verifier::{Believed, Verifier},
    versions::provider,
};

/// What holds for one peer, besides what holds for all.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PeerTls {
    /// The authorities that are believed there, in PEM; those of the system where nobody is named.
    pub authorities: Option<String>,
    /// The certificates, or their keys, of which it must show one. Without authorities nobody need have signed it, and no name need fit.
    pub pins: Vec<Fingerprint>,
    /// What we show there.
    pub shown: Option<ShownToPeer>,
}

/// A certificate that we show, with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownToPeer {
    /// The certificate and those between it and its root, in PEM.
    pub certificate: String,
    /// Its key, in PEM.
    pub key: String,
}

impl PeerTls {
    /// The settings for this peer, where `usual` holds for all.
    pub(super) fn over(&self, usual: &ClientConfig) -> Result<ClientConfig, String> {
        let mut config = if self.authorities.is_none() && self.pins.is_empty() {
            usual.clone()
        } else {
            let chain = self.authorities.as_deref().map(chain).transpose()?;
            let verifier = Verifier::new(Believed::Peer { pins: self.pins.clone(), chain });
            builder().dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth()
        };
        if let Some(ShownToPeer { certificate, key }) = &self.shown {
            let certificates = certificates("the certificate that it is shown", certificate)?;
            // What stands there may be a key after all: it is not repeated.
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| {
                "the key of the certificate that it is shown: there is none in PEM that can be read"
                    .to_owned()
            })?;
            let shown = builder()
                .with_root_certificates(RootCertStore::empty())
                .with_client_auth_cert(certificates, key)
                .map_err(|why| {
                    format!("the certificate that it is shown and its key cannot be used together: {why}")
                })?;
            config.client_auth_cert_resolver = shown.client_auth_cert_resolver;
        }
        Ok(config)
    }
}

fn certificates(what: &str, pem: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(found) if found.is_empty() => Err(format!("{what}: there is no certificate in PEM")),
        Ok(found) => Ok(found),
        Err(why) => Err(format!("{what}: {why}")),
    }
}

fn chain(pem: &str) -> Result<Arc<WebPkiServerVerifier>, String> {
    let what = "the authorities that are believed there";
    let mut roots = RootCertStore::empty();
    for certificate in certificates(what, pem)? {
        roots.add(certificate).map_err(|why| format!("{what}: {why}"))?;
    }
    let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build();
    built.map_err(|why| format!("{what}: {why}"))
}

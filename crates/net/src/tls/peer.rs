//! What holds for one peer: whose certificates are believed there, which of them, and what we show. Must never take a certificate that is
//! not checked in one way at least.

use std::{fmt, sync::Arc};

use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime, pem::PemObject},
};

use super::{Certificate, Fingerprint, client::builder, versions::provider};

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
            let verifier = Verifier { pins: self.pins.clone(), chain, provider: provider() };
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

/// Checks what one peer shows.
#[derive(Debug)]
struct Verifier {
    pins: Vec<Fingerprint>,
    chain: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
}

/// It shows a certificate that is none of those that it may show.
#[derive(thiserror::Error)]
#[error(
    "it is none of the pinned ones: the SHA-256 of what is shown is {certificate}, that of its key {key}"
)]
struct NotPinned {
    certificate: Fingerprint,
    key: Fingerprint,
}

impl fmt::Debug for NotPinned {
    /// The sentence: rustls shows operators this form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        shown: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(chain) = &self.chain {
            chain.verify_server_cert(shown, between, name, ocsp, now)?;
            if self.pins.is_empty() {
                return Ok(ServerCertVerified::assertion());
            }
        }
        let certificate = Certificate::read(shown).map_err(|_| CertificateError::BadEncoding)?;
        let (fingerprint, key) = (certificate.fingerprint, certificate.key);
        if !self.pins.iter().any(|pin| [fingerprint, key].contains(pin)) {
            let why = NotPinned { certificate: fingerprint, key };
            return Err(CertificateError::Other(OtherError(Arc::new(why))).into());
        }
        if certificate.ends.as_second() < i64::try_from(now.as_secs()).unwrap_or(i64::MAX) {
            return Err(CertificateError::Expired.into());
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, shown, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, shown, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

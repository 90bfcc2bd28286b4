//! Checks what servers show where the authorities of the system are not what decides. Must never let one pass that does not hold its key.

use std::{fmt, sync::Arc};

use rustls::{
    CertificateError, DigitallySignedStruct, Error, OtherError, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

use super::{Certificate, Fingerprint, versions::provider};

/// Whose certificate is believed.
#[derive(Debug)]
pub(super) enum Believed {
    /// This one, whatever name it is for, whoever signed it and however old it is.
    Exactly(Fingerprint),
    /// That of a peer.
    Peer {
        /// Which it may show, or with which keys; any, where there are none.
        pins: Vec<Fingerprint>,
        /// Who must have signed it, and for its name; nobody need have, where nothing is said.
        chain: Option<Arc<WebPkiServerVerifier>>,
    },
}

/// Checks what a server shows.
#[derive(Debug)]
pub(super) struct Verifier {
    believed: Believed,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    pub(super) fn new(believed: Believed) -> Self {
        Self { believed, provider: provider() }
    }
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
        let (pins, chain) = match &self.believed {
            Believed::Exactly(certificate) if Fingerprint::of(shown) == *certificate => {
                return Ok(ServerCertVerified::assertion());
            }
            Believed::Exactly(_) => return Err(CertificateError::ApplicationVerificationFailure.into()),
            Believed::Peer { pins, chain } => (pins, chain),
        };
        if let Some(chain) = chain {
            chain.verify_server_cert(shown, between, name, ocsp, now)?;
            if pins.is_empty() {
                return Ok(ServerCertVerified::assertion());
            }
        }
        let certificate = Certificate::read(shown).map_err(|_| CertificateError::BadEncoding)?;
        let (fingerprint, key) = (certificate.fingerprint, certificate.key);
        if !pins.iter().any(|pin| [fingerprint, key].contains(pin)) {
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

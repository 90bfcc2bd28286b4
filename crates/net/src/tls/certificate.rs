//! What a certificate says of itself. Reads only; must never be taken for a check of one.

use jiff::Timestamp;
use x509_cert::{
    Certificate as X509,
    der::{Decode, Encode},
    ext::pkix::{SubjectAltName, name::GeneralName},
    time::Time,
};

use super::Fingerprint;

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Its own.
    pub fingerprint: Fingerprint,
    /// That of its key, which may outlive it.
    pub key: Fingerprint,
    /// Until when it is valid.
    pub ends: Timestamp,
    /// Its subject's alternative names: DNS names in lower case, URIs as they stand.
    pub names: Vec<String>,
}

impl Certificate {
    /// Reads it from DER.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub fn read(der: &[u8]) -> Result<Self, String> {
        let read = X509::from_der(der).map_err(|why| why.to_string())?;
        let read = read.tbs_certificate();
        let named = read.get_extension::<SubjectAltName>().map_err(|why| why.to_string())?;
        // A DNS name has no colon and a URI has one: neither may pass for the other.
        let names =
            named.into_iter().flat_map(|(_, SubjectAltName(names))| names).filter_map(|name| match name {
                GeneralName::DnsName(name) => {
                    Some(name.as_str().to_ascii_lowercase()).filter(|name| !name.contains(':'))
                }
                GeneralName::UniformResourceIdentifier(name) => {
                    Some(name.as_str().to_owned()).filter(|name| name.contains(':'))
                }
                _ => None,
            });
        let key = read.subject_public_key_info().to_der().map_err(|why| why.to_string())?;
        Ok(Self {
            fingerprint: Fingerprint::of(der),
            key: Fingerprint::of(&key),
            ends: told(read.validity().not_after),
            names: names.collect(),
        })
    }
}

/// A time that a certificate or a list tells.
pub(super) fn told(time: Time) -> Timestamp {
    // A date beyond what can be told is as good as no end.
    i64::try_from(time.to_unix_duration().as_secs())
        .ok()
        .and_then(|at| Timestamp::from_second(at).ok())
        .unwrap_or(Timestamp::MAX)
}

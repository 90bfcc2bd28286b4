//! What a certificate says of itself. Reads only; must never be taken for a check of one.

use jiff::Timestamp;
use x509_parser::{
    extensions::{GeneralName, ParsedExtension},
    parse_x509_certificate,
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
        let (_, read) = parse_x509_certificate(der).map_err(|why| why.to_string())?;
        // A date beyond what can be told is as good as no end.
        let ends = Timestamp::from_second(read.validity().not_after.timestamp()).unwrap_or(Timestamp::MAX);
        let named = read.extensions().iter().find_map(|extension| match extension.parsed_extension() {
            ParsedExtension::SubjectAlternativeName(named) => Some(&named.general_names),
            _ => None,
        });
        // A DNS name has no colon and a URI has one: neither may pass for the other.
        let names = named.into_iter().flatten().filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(name.to_ascii_lowercase()).filter(|name| !name.contains(':')),
            GeneralName::URI(name) => Some((*name).to_owned()).filter(|name| name.contains(':')),
            _ => None,
        });
        Ok(Self {
            fingerprint: Fingerprint::of(der),
            key: Fingerprint::of(read.public_key().raw),
            ends,
            names: names.collect(),
        })
    }
}

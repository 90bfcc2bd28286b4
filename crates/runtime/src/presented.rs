//! What the sender of a message presents to prove who it is, and the port that judges it. Values without a protocol: a message over HTTP, over
//! a bare connection and from inside this gateway present themselves alike. Must never show a secret.

use std::{fmt, net::SocketAddr};

use loan_model::{PeerId, Symbol};
use registry::Registry;

/// What came with a message that may prove its sender.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// The address that the connection comes from.
    pub address: SocketAddr,
    /// The client's certificate, as it was verified.
    pub certificate: Option<Certificate>,
    /// The headers, by their names in lower case; none without HTTP.
    pub headers: Vec<(String, String)>,
    /// What the message itself holds: `requestingAgencyAuthentication`, `FromAgencyAuthentication`.
    pub credential: Option<Credential>,
}

/// A client's certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The SHA-256 of its DER form.
    pub fingerprint: [u8; 32],
    /// Its subject's alternative names.
    pub names: Vec<String>,
}

/// A secret in a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(String);

impl Credential {
    /// The secret, as the message has it.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret, to be compared and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Presented {
    /// What a connection without HTTP presents.
    pub fn at(address: SocketAddr) -> Self {
        Self { address, certificate: None, headers: Vec::new(), credential: None }
    }

    /// The same, with what the message holds.
    #[must_use]
    pub fn with_credential(self, credential: Option<Credential>) -> Self {
        Self { credential, ..self }
    }
}

impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Presented")
            .field("address", &self.address)
            .field("certificate", &self.certificate)
            .field("headers", &names)
            .field("credential", &self.credential)
            .finish()
    }
}

/// What a message claims, and what there is to prove it.
#[derive(Debug)]
pub struct Claim<'a> {
    /// The library that it claims to come from.
    pub peer: &'a PeerId,
    /// The symbol that it uses.
    pub symbol: &'a Symbol,
    /// What its sender presents.
    pub presented: &'a Presented,
    /// The registry.
    pub registry: &'a Registry,
}

/// Proves that a message comes from the library whose symbol it uses.
pub trait Authenticator: Send + Sync {
    /// Whether the claim can be believed.
    ///
    /// # Errors
    /// Why it can not.
    fn prove(&self, claim: &Claim<'_>) -> Result<(), Unproven>;
}

/// A claim that was not proved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unproven {
    /// Whether other credentials would help.
    pub remedy: Remedy,
    /// Why, in words; without secrets.
    pub why: String,
}

/// What would make a claim believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Other credentials.
    Credentials,
    /// None that the sender has: the registry must say otherwise.
    Registry,
}

/// Believes a message from an address that the registry has for the library, or from any where it has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByAddress;

impl Authenticator for ByAddress {
    fn prove(&self, claim: &Claim<'_>) -> Result<(), Unproven> {
        let address = claim.presented.address.ip();
        if claim.registry.accepts_from(claim.peer, address) {
            return Ok(());
        }
        let why = format!("{} may not be used from the address {address}", claim.symbol);
        Err(Unproven { remedy: Remedy::Registry, why })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let presented = Presented {
            headers: vec![("authorization".to_owned(), "Bearer s3cret".to_owned())],
            ..Presented::at(([127, 0, 0, 1], 1).into())
        };
        let shown = format!("{:?}", presented.with_credential(Some(Credential::new("s3cret"))));
        assert!(!shown.contains("s3cret") && shown.contains("authorization"), "{shown}");
    }
}

//! What the sender of a message presents to prove who it is, and the port that judges it. Values without a protocol: a message over HTTP, over
//! a bare connection and from inside this gateway present themselves alike. Must never show a secret.

use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use loan_model::{PeerId, Symbol};
use net::{
    Caller, Certificate,
    http::{Locality, RequestHead, Source, text_headers},
};
use registry::Registry;

/// What came with a message that may prove its sender.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    /// The address that the connection comes from.
    pub address: SocketAddr,
    /// Whether that is a program on this machine, with nothing between.
    pub locality: Locality,
    /// The client's certificate, as it was verified.
    pub certificate: Option<Arc<Certificate>>,
    /// The headers, by their names in lower case; none without HTTP.
    pub headers: Vec<(String, String)>,
    /// The secret in the path that it was posted to.
    pub in_path: Option<Credential>,
    /// What the message itself holds: `requestingAgencyAuthentication`, `FromAgencyAuthentication`.
    pub credential: Option<Credential>,
}

/// A secret in a message or a path.
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
        let locality = Locality::of_address(address);
        Self { address, locality, certificate: None, headers: Vec::new(), in_path: None, credential: None }
    }

    /// The same, with the certificate that the caller showed.
    pub fn by(caller: Caller) -> Self {
        Self { certificate: caller.certificate, ..Self::at(caller.source) }
    }

    /// What the head of an HTTP request presents. Its extensions hold the [`Source`], the [`Locality`], the certificate that the caller
    /// showed, and the [`Credential`] that stood in
    /// the path. Where nobody says where the caller is, it is elsewhere.
    pub fn by_http(head: &RequestHead) -> Self {
        let source = head.extensions.get::<Source>();
        let address = source.map_or_else(|| SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), |source| source.0);
        Self {
            locality: head.extensions.get().copied().unwrap_or(Locality::Elsewhere),
            headers: text_headers(&head.headers),
            certificate: head.extensions.get().cloned(),
            in_path: head.extensions.get::<Credential>().cloned(),
            ..Self::at(address)
        }
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
            .field("locality", &self.locality)
            .field("certificate", &self.certificate)
            .field("headers", &names)
            .field("in_path", &self.in_path)
            .field("credential", &self.credential)
            .finish()
    }
}

/// In which protocol a message comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// ISO 18626.
    Iso18626,
    /// NCIP.
    Ncip,
}

/// What a message claims, and what there is to prove it.
#[derive(Debug)]
pub struct Claim<'a> {
    /// How it came.
    pub protocol: Protocol,
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
    /// In whose name the message came.
    pub library: PeerId,
    /// What would help.
    pub remedy: Remedy,
    /// Why, in words; without secrets.
    pub why: String,
}

/// What would make a claim believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Other credentials.
    Credentials,
    /// Another address, or that the registry has this one.
    Address,
    /// None that the sender has: the registry must know one.
    Proof,
    /// None that the sender has: a secret of ours cannot be read.
    Operator,
    /// The same after so long: too many came without the right proof.
    Waiting(Duration),
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

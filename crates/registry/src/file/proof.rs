//! The tables about how a library proves that a message is its own. Must never hold a secret, only say where one is kept.

use net::Fingerprint;

use crate::{
    CertificateName, HeaderName, SecretRef,
    binding::{table, words},
};

table! {
    /// A way in which a library proves that a message is its own. One that holds is enough: while a secret is changed, the old and the new one
    /// both stand here.
    pub struct ProofSettings in Section {
        /// What carries the secret, or `certificate`.
        by: ProofBy = required,
        /// Where the secret is kept; every way but `certificate` needs it.
        secret: Option<SecretRef> = optional,
        /// The header, for `header`.
        header: Option<HeaderName> = optional,
        /// The user, for `basic`.
        user: Option<String> = optional,
        /// A name in the certificate, for `certificate`: one of its subject's alternative names, a DNS name or a URI. Any certificate with it is
        /// the library's that an authority of `server.client_authorities` (illgate.toml) has signed: a renewed one as well.
        name: Option<CertificateName> = optional,
        /// The SHA-256 of the certificate, for `certificate` in place of `name`: of this one alone.
        fingerprint: Option<Fingerprint> = optional,
    }
}

/// What carries the secret that proves a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofBy {
    /// `Authorization: Bearer SECRET`.
    Bearer,
    /// A header of its own.
    Header,
    /// `Authorization: Basic`.
    Basic,
    /// The path that it posts to.
    Path,
    /// The message itself.
    Message,
    /// No secret: the certificate that it shows.
    Certificate,
}

words! { ProofBy {
    "bearer" => Bearer "`Authorization: Bearer SECRET`",
    "header" => Header "a header that `header` names",
    "basic" => Basic "`Authorization: Basic`, with this secret as the password of `user`",
    "path" => Path "the path: it posts to `/iso18626/in/SECRET` or `/ncip/in/SECRET`, for a system in which staff can set a URL and nothing else",
    "message" => Message "the message: `requestingAgencyAuthentication`, or `FromAgencyAuthentication`",
    "certificate" => Certificate "no secret but the certificate that its system shows when it connects by TLS, which `name` or `fingerprint` says",
} }

/// Who is believed that has nothing to prove itself with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unproven {
    /// Whoever calls from this machine.
    #[default]
    Loopback,
    /// Nobody.
    Refuse,
    /// Everybody.
    Accept,
}

impl Unproven {
    /// Its word in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Unproven::Loopback => "loopback",
            Unproven::Refuse => "refuse",
            Unproven::Accept => "accept",
        }
    }
}

words! { Unproven {
    "loopback" => Loopback "a caller on this machine, with nothing between",
    "refuse" => Refuse "nobody",
    "accept" => Accept "everybody who knows a symbol: for trying out in a closed network, never else",
} }

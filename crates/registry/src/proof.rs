//! How a library proves that a message is its own: what it may present, and whose addresses are its alone. Must never hold a secret.

use std::net::IpAddr;

use loan_model::{PeerId, facts::PeerStanding};
use net::{Certificate, Fingerprint};

use crate::{
    AddressRange, CertificateName, HeaderName, Registry, SecretRef,
    file::{Library, ProofBy, ProofSettings, Unproven},
};

/// A way in which a library proves that a message is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// What carries the secret.
    pub carrier: Carrier,
    /// Where the secret is kept.
    pub secret: SecretRef,
}

impl Proof {
    /// Whether it is the secret of an ILS, which counts over NCIP alone.
    pub fn is_for_ncip(&self) -> bool {
        self.carrier == Carrier::NcipMessage
    }
}

/// What carries a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// `Authorization: Bearer`.
    Bearer,
    /// A header.
    Header(HeaderName),
    /// `Authorization: Basic`, of this user.
    Basic(String),
    /// The path.
    Path,
    /// The message.
    Message,
    /// The message, over NCIP alone.
    NcipMessage,
}

/// Which certificate proves a library that shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientProof {
    /// Any with this name that is verified.
    Named(CertificateName),
    /// This one.
    Exactly(Fingerprint),
}

impl ClientProof {
    /// Whether it is that certificate.
    pub fn fits(&self, shown: &Certificate) -> bool {
        match self {
            Self::Named(name) => name.is_in(shown),
            Self::Exactly(fingerprint) => *fingerprint == shown.fingerprint,
        }
    }
}

impl Registry {
    /// Who is believed that has nothing to prove itself with.
    pub fn unproven(&self) -> Unproven {
        self.file.broker.unproven
    }

    /// Whether messages of this library may come from this address.
    pub fn accepts_from(&self, id: &PeerId, address: IpAddr) -> bool {
        self.library(id).is_some_and(|library| {
            library.accept_from.is_empty() || library.accept_from.iter().any(|range| range.contains(address))
        })
    }

    /// Whether a message from this address is the library's: a narrow range of its own holds the address, and none of another library does that
    /// does not speak for this one. A wide range says where messages may come from, not whose they are.
    pub fn address_proves(&self, id: &PeerId, address: IpAddr) -> bool {
        let has = |library: &Library| narrow(library).any(|range| range.contains(address));
        self.library(id).is_some_and(has) && !self.strangers(id).any(has)
    }

    /// Whether the registry knows anything by which a message of this library could be proved, of the secrets those that count for it.
    pub fn can_prove(&self, id: &PeerId, counts: impl Fn(&Proof) -> bool) -> bool {
        self.speakers(id).any(|speaker| {
            proofs(speaker).any(|proof| counts(&proof))
                || client_proofs(speaker).next().is_some()
                || narrow(speaker).next().is_some()
        })
    }

    /// The other libraries that do not speak for this one. A retired one sends nothing.
    fn strangers<'a>(&'a self, id: &'a PeerId) -> impl Iterator<Item = &'a Library> {
        self.libraries().filter(move |other| {
            other.id != *id && other.status != PeerStanding::Retired && !self.is_behind(id, &other.id)
        })
    }

    /// Who is believed for where it calls from, or not at all, and whose addresses do not prove what they seem to: a sentence for each, with
    /// the libraries.
    pub(crate) fn proof_warnings(&self) -> Vec<String> {
        let speaks = |library: &&Library| !library.symbols.is_empty() && self.may_send(library);
        let unproven: Vec<&str> = self
            .libraries()
            .filter(speaks)
            .filter(|library| {
                let by_iso = self.connection(&library.id).is_some();
                !self.can_prove(&library.id, |proof| !by_iso || !proof.is_for_ncip())
            })
            .map(|library| library.id.as_str())
            .collect();
        let without = |library: &&Library| library.status != PeerStanding::Retired && !has_proof(library);
        let shared = self.libraries().filter(without).filter_map(|library| {
            let overlaps = |other: &&Library| narrow(library).any(|one| narrow(other).any(|two| one.overlaps(two)));
            let other = self.strangers(&library.id).find(overlaps)?;
            Some(format!(
                "library {}: accept_from has addresses that library {} has too: they do not prove it; give it a [[library.proof]]",
                library.id, other.id
            ))
        });
        let wide = self.libraries().filter(without).filter_map(|library| {
            let range = library.accept_from.iter().find(|range| !range.is_narrow())?;
            Some(format!(
                "library {}: accept_from has {range}, which is too wide to be its alone: it does not prove it; name its own addresses, or give it a [[library.proof]]",
                library.id
            ))
        });
        let believed = match self.unproven() {
            Unproven::Loopback => "messages in their name are taken from this machine only",
            Unproven::Refuse => "messages in their name are refused",
            Unproven::Accept => "messages in their name are believed, whoever sends them",
        };
        let unproven = (!unproven.is_empty()).then(|| {
            format!(
                "without a proof of who they are (accept_from or [[library.proof]]): {}; {believed} (broker.unproven)",
                unproven.join(", ")
            )
        });
        unproven.into_iter().chain(shared).chain(wide).collect()
    }

    /// Whether a library sends messages at all.
    fn may_send(&self, library: &Library) -> bool {
        library.status != PeerStanding::Retired
            && (self.connection(&library.id).is_some() || self.ncip(&library.id).is_some())
    }
}

/// What a library may present, the secret that it was given for NCIP among it.
pub fn proofs(library: &Library) -> impl Iterator<Item = Proof> {
    let by_ncip = library.connection.as_ref().and_then(|connection| connection.ncip.accept_secret.clone());
    let by_ncip = by_ncip.map(|secret| Proof { carrier: Carrier::NcipMessage, secret });
    library.proofs.iter().filter_map(proof).chain(by_ncip)
}

/// Which certificates are a library's.
pub fn client_proofs(library: &Library) -> impl Iterator<Item = ClientProof> {
    library.proofs.iter().filter(|settings| settings.by == ProofBy::Certificate).filter_map(|settings| {
        let named = settings.name.clone().map(ClientProof::Named);
        named.or(settings.fingerprint.map(ClientProof::Exactly))
    })
}

fn has_proof(library: &Library) -> bool {
    proofs(library).next().is_some() || client_proofs(library).next().is_some()
}

/// The ranges of a library that may be its alone.
fn narrow(library: &Library) -> impl Iterator<Item = &AddressRange> {
    library.accept_from.iter().filter(|range| range.is_narrow())
}

fn proof(settings: &ProofSettings) -> Option<Proof> {
    let carrier = match settings.by {
        ProofBy::Bearer => Carrier::Bearer,
        ProofBy::Header => Carrier::Header(settings.header.clone()?),
        ProofBy::Basic => Carrier::Basic(settings.user.clone()?),
        ProofBy::Path => Carrier::Path,
        ProofBy::Message => Carrier::Message,
        ProofBy::Certificate => return None,
    };
    Some(Proof { carrier, secret: settings.secret.clone()? })
}

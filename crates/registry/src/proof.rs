//! How a library proves that a message is its own: what it may present, and whose addresses are its alone. Must never hold a secret.

use std::net::IpAddr;

use loan_model::PeerId;

use crate::{
    AddressRange, HeaderName, Registry, SecretRef,
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

impl Registry {
    /// Who is believed that has nothing to prove itself with.
    pub fn unproven(&self) -> Unproven {
        self.file.broker.unproven
    }

    /// Who may send with the library's symbols: itself, and those that it is part of or reached through.
    pub fn speakers<'a>(&'a self, id: &'a PeerId) -> impl Iterator<Item = &'a Library> {
        let above = self.libraries().filter(move |other| self.is_behind(id, &other.id));
        self.library(id).into_iter().chain(above.filter(move |other| other.id != *id))
    }

    /// Whether messages of this library may come from this address.
    pub fn accepts_from(&self, id: &PeerId, address: IpAddr) -> bool {
        self.library(id).is_some_and(|library| {
            library.accept_from.is_empty() || library.accept_from.iter().any(|range| range.contains(address))
        })
    }

    /// Whether a message from this address is the library's: it is one of its addresses, and no other library has it that does not speak for
    /// this one.
    pub fn address_proves(&self, id: &PeerId, address: IpAddr) -> bool {
        let has = |library: &Library| library.accept_from.iter().any(|range| range.contains(address));
        self.library(id).is_some_and(has)
            && !self.libraries().any(|other| other.id != *id && has(other) && !self.is_behind(id, &other.id))
    }

    /// Whether neither speaks for the other.
    fn is_another(&self, one: &PeerId, other: &PeerId) -> bool {
        one != other && !self.is_behind(one, other) && !self.is_behind(other, one)
    }

    /// Who is believed for where it calls from, or not at all: a sentence for each kind, with the libraries.
    pub(crate) fn proof_warnings(&self) -> Vec<String> {
        let speaks = |library: &&Library| !library.symbols.is_empty() && self.may_send(library);
        let unproven: Vec<&str> = self
            .libraries()
            .filter(speaks)
            .filter(|library| {
                self.speakers(&library.id)
                    .all(|speaker| proofs(speaker).next().is_none() && speaker.accept_from.is_empty())
            })
            .map(|library| library.id.as_str())
            .collect();
        let shared = self.libraries().filter(|library| proofs(library).next().is_none()).filter_map(|library| {
            let others = self.libraries().filter(|other| self.is_another(&library.id, &other.id));
            let overlap = |other: &&Library| {
                library.accept_from.iter().any(|one| other.accept_from.iter().any(|two| one.overlaps(two)))
            };
            let other = others.filter(|other| !other.accept_from.is_empty()).find(overlap)?;
            Some(format!(
                "library {}: accept_from has addresses that library {} has too: there they prove neither; give each a [[library.proof]]",
                library.id, other.id
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
        unproven.into_iter().chain(shared).collect()
    }

    /// Whether a library sends messages at all.
    fn may_send(&self, library: &Library) -> bool {
        use loan_model::facts::PeerStanding;
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

fn proof(settings: &ProofSettings) -> Option<Proof> {
    let carrier = match settings.by {
        ProofBy::Bearer => Carrier::Bearer,
        ProofBy::Header => Carrier::Header(settings.header.clone()?),
        ProofBy::Basic => Carrier::Basic(settings.user.clone()?),
        ProofBy::Path => Carrier::Path,
        ProofBy::Message => Carrier::Message,
    };
    Some(Proof { carrier, secret: settings.secret.clone() })
}

impl AddressRange {
    /// Whether some address lies in both.
    fn overlaps(&self, other: &AddressRange) -> bool {
        self.contains(other.first()) || other.contains(self.first())
    }
}

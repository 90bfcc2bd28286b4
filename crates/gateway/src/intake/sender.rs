//! Who sends a message: the library that owns the symbol it uses, if it can be believed. Must never take a message for a library that
//! did not send it.

use std::net::SocketAddr;

use hyper::{HeaderMap, StatusCode};
use iso18626::{ErrorType, Message};
use registry::Registry;
use state_machine::{PeerId, Symbol};

use super::{Intake, Told, answer::Refusal};

/// What a message claims, and what there is to prove it.
#[derive(Debug)]
pub struct Claim<'a> {
    /// The library that it claims to come from.
    pub peer: &'a PeerId,
    /// The symbol that it uses.
    pub symbol: &'a Symbol,
    /// Where the connection comes from.
    pub source: SocketAddr,
    /// The headers it came with.
    pub headers: &'a HeaderMap,
    /// The message itself.
    pub message: Said<'a>,
    /// The registry.
    pub registry: &'a Registry,
}

/// A message of either protocol.
#[derive(Debug, Clone, Copy)]
pub enum Said<'a> {
    /// ISO 18626.
    Iso18626(&'a Message),
    /// NCIP.
    Ncip(&'a ncip::Message),
}

/// Proves that a message comes from the library whose symbol it uses.
pub trait Authenticator: Send + Sync {
    /// Whether the claim can be believed.
    ///
    /// # Errors
    /// Why it can not.
    fn prove(&self, claim: &Claim<'_>) -> Result<(), Unproven>;
}

/// A claim was not proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproven {
    /// 401 where better credentials would help, 403 where they would not.
    pub status: StatusCode,
    /// Why, in words; without secrets.
    pub why: String,
}

/// Believes whoever calls from an address that the registry has for the library, or from anywhere where it has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByAddress;

impl Authenticator for ByAddress {
    fn prove(&self, claim: &Claim<'_>) -> Result<(), Unproven> {
        if claim.registry.accepts_from(claim.peer, claim.source.ip()) {
            return Ok(());
        }
        let why = format!("{} may not be used from the address {}", claim.symbol, claim.source.ip());
        Err(Unproven { status: StatusCode::FORBIDDEN, why })
    }
}

/// Whether who sends a message has to be proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Proof {
    /// It came from outside.
    Wanted,
    /// It never left this gateway.
    Inside,
}

/// Who sent a message.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    /// The library.
    pub(super) peer: PeerId,
    /// The symbol it used.
    pub(super) symbol: Symbol,
}

/// Nobody can be made out.
pub(super) enum NoSender {
    /// It is not who it claims to be.
    Unproven(Unproven),
    /// The message names nobody that is known.
    Refused(Refusal),
}

impl Intake {
    pub(super) fn sender(&self, told: &Told) -> Result<Sender, NoSender> {
        let message = &told.reading.message;
        let (element, agency) = match message {
            Message::SupplyingAgencyMessage(_) => ("supplyingAgencyId", message.supplying_agency()),
            _ => ("requestingAgencyId", message.requesting_agency()),
        };
        let refused = |sentence: &str, value: Option<&Symbol>| {
            NoSender::Refused(Refusal {
                kind: ErrorType::UnrecognisedDataValue,
                element,
                sentence: sentence.to_owned(),
                value: value.map(ToString::to_string),
            })
        };
        let agency = agency
            .filter(|agency| !agency.value.trim().is_empty())
            .ok_or_else(|| refused("it is missing: who sends this?", None))?;
        let symbol = Symbol::from(agency);
        if told.snapshot.registry.is_broker(&symbol) {
            let sentence = "is this broker's own symbol: only it may send with it";
            return Err(refused(sentence, Some(&symbol)));
        }
        let peer = told
            .snapshot
            .owner(&symbol)
            .ok_or_else(|| refused("is not known to this broker", Some(&symbol)))?
            .clone();
        let claim = Claim {
            peer: &peer,
            symbol: &symbol,
            source: told.received.from,
            headers: &told.received.headers,
            message: Said::Iso18626(message),
            registry: &told.snapshot.registry,
        };
        if told.received.proof == Proof::Wanted {
            self.authenticator.prove(&claim).map_err(NoSender::Unproven)?;
        }
        Ok(Sender { peer, symbol })
    }
}

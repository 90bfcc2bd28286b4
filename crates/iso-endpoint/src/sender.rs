//! Who sends a message: the library that owns the symbol it uses, if it can be believed. Must never take a message for a library that
//! did not send it.

use iso18626::{ErrorType, Message};
use loan_model::{PeerId, Symbol};
use registry::{BROKER_AS_PEER, Registry};
use runtime::presented::{Claim, Credential, Protocol, Unproven};

use super::{Entrance, Intake, ParsedMessage, answer::Refusal};

/// Who sent a message.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    /// The library.
    pub(super) peer: PeerId,
    /// The symbol it used.
    pub(super) symbol: Symbol,
}

impl Sender {
    /// Whether it speaks about what this peer asked for or was asked for: it is the peer, shares its symbols, is the broker through which that
    /// is reached, or reached through it.
    pub(super) fn speaks_for(&self, peer: &PeerId, registry: &Registry) -> bool {
        *peer == self.peer || registry.speaks_for(peer, &self.symbol) || registry.is_behind(peer, &self.peer)
    }

    /// The others that it speaks for: those that it is part of or reached through, and those that are part of it or reached through it.
    pub(super) fn family<'a>(&'a self, registry: &'a Registry) -> impl Iterator<Item = &'a PeerId> {
        let all = registry.libraries().map(|library| &library.id);
        all.filter(move |id| **id != self.peer && self.speaks_for(id, registry))
    }
}

/// Nobody can be made out.
pub(super) enum NoSender {
    /// It is not who it claims to be.
    Unproven(Unproven),
    /// The message names somebody whom the registry does not know.
    Stranger(Box<Stranger>),
    /// The message names nobody who may send it.
    Refused(Refusal),
}

/// Somebody whom the registry does not know.
pub(super) struct Stranger {
    /// The symbol.
    pub(super) symbol: Symbol,
    /// What is answered, if nobody speaks for it.
    pub(super) refusal: Refusal,
}

impl Intake {
    pub(super) fn sender(&self, parsed: &ParsedMessage) -> Result<Sender, NoSender> {
        if let Entrance::ToLibrary(_) = parsed.received.entrance {
            let symbol = parsed.snapshot.broker().symbol.clone();
            return Ok(Sender { peer: PeerId::new(BROKER_AS_PEER), symbol });
        }
        let message = &parsed.reading.message;
        let (element, agency) = match message {
            Message::SupplyingAgencyMessage(_) => ("supplyingAgencyId", message.supplying_agency()),
            _ => ("requestingAgencyId", message.requesting_agency()),
        };
        let refusal = |sentence: &str, value: Option<&Symbol>| Refusal {
            kind: ErrorType::UnrecognisedDataValue,
            element,
            sentence: sentence.to_owned(),
            value: value.map(ToString::to_string),
        };
        let refused = |sentence: &str, value: Option<&Symbol>| NoSender::Refused(refusal(sentence, value));
        let agency = agency
            .filter(|agency| !agency.value.trim().is_empty())
            .ok_or_else(|| refused("it is missing: who sends this?", None))?;
        let symbol = Symbol::from(agency);
        if parsed.snapshot.registry.is_broker(&symbol) {
            let sentence = "is this broker's own symbol: only it may send with it";
            return Err(refused(sentence, Some(&symbol)));
        }
        let Some(peer) = parsed.snapshot.owner(&symbol).cloned() else {
            let refusal = refusal("is not known to this broker", Some(&symbol));
            return Err(NoSender::Stranger(Box::new(Stranger { symbol, refusal })));
        };
        if let Entrance::Outside(presented) = &parsed.received.entrance {
            let presented = presented.clone().with_credential(credential(message));
            let claim = Claim {
                protocol: Protocol::Iso18626,
                peer: &peer,
                symbol: &symbol,
                presented: &presented,
                registry: &parsed.snapshot.registry,
            };
            self.authenticator.prove(&claim).map_err(NoSender::Unproven)?;
        }
        Ok(Sender { peer, symbol })
    }
}

/// The credential that a message itself holds.
pub(super) fn credential(message: &Message) -> Option<Credential> {
    let authentication = match message {
        Message::Request(message) => &message.header.requesting_agency_authentication,
        Message::SupplyingAgencyMessage(message) => &message.header.requesting_agency_authentication,
        Message::RequestingAgencyMessage(message) => &message.header.requesting_agency_authentication,
        _ => return None,
    };
    let code = authentication.as_ref()?.security_code.as_ref()?;
    Some(Credential::new(code.expose()))
}

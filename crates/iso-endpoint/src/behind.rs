//! Libraries behind another broker: who speaks for one that no registry knows, and which it is that lends. Must never take a message in a
//! stranger's name from anybody else than the broker that asked or was asked, nor about a request in which it has no part.

use iso18626::{Message, SupplyingAgencyMessage};
use loan_model::{
    PeerId, Symbol,
    facts::{PeerFacts, PeerKind},
    lender::{Lender, named_in},
    names::Party,
};
use runtime::{
    presented::{Claim, Protocol},
    requests::{StepError, any_key, supplier_key},
};

use super::{
    Entrance, Intake, ParsedMessage, Sender,
    answer::{self, Answer},
    input::Incoming,
    sender::{NoSender, Stranger, credential},
};

impl Intake {
    /// The broker that speaks in a stranger's name: the one that asked, or was asked, under the id which the message has.
    pub(super) async fn speaker_for(
        &self,
        stranger: Stranger,
        parsed: &ParsedMessage,
    ) -> Result<Result<Sender, NoSender>, Answer> {
        let Stranger { symbol, refusal } = stranger;
        let message = &parsed.reading.message;
        let broker = self.broker_in_it(message, parsed).await?;
        let (Some(broker), Entrance::Outside(presented)) = (broker, &parsed.received.entrance) else {
            return Ok(Err(NoSender::Refused(refusal)));
        };
        let presented = presented.clone().with_credential(credential(message));
        let registry = &parsed.snapshot.registry;
        let own = parsed.snapshot.facts(&broker).map_or(&symbol, |facts| &facts.symbol);
        let claim = Claim {
            protocol: Protocol::Iso18626,
            peer: &broker,
            symbol: own,
            presented: &presented,
            registry,
        };
        if let Err(unproven) = self.authenticator.prove(&claim) {
            return Ok(Err(NoSender::Unproven(unproven)));
        }
        tracing::info!(%symbol, %broker, "a broker speaks in the name of a library behind it that is not registered");
        Ok(Ok(Sender { peer: broker, symbol }))
    }

    /// The broker that asked under the id which a message has, or was asked under it by us; itself or for a library behind it.
    async fn broker_in_it(
        &self,
        message: &Message,
        parsed: &ParsedMessage,
    ) -> Result<Option<PeerId>, Answer> {
        let id = message.requesting_agency_request_id().unwrap_or_default();
        let key = match message {
            Message::SupplyingAgencyMessage(_) => supplier_key(id),
            Message::RequestingAgencyMessage(_) => any_key(id),
            _ => return Ok(None),
        };
        let found = self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))?;
        let Some(request) = found else { return Ok(None) };
        let loaded = self.requests.load(request).await;
        let loaded = loaded.map_err(|failed: StepError<()>| answer::failed(&failed))?;
        let party = loaded.and_then(|loaded| {
            let party = match message {
                Message::SupplyingAgencyMessage(_) => *loaded.stored.meta.known.get(&key)?,
                _ => Party::Requester,
            };
            loaded.stored.state.brokering()?.peer_of(party).cloned()
        });
        Ok(party.as_ref().and_then(|peer| parsed.snapshot.facts(peer)).and_then(broker_of).cloned())
    }
}

/// The broker through which a peer is reached, or that it is.
fn broker_of(facts: &PeerFacts) -> Option<&PeerId> {
    let itself = || (facts.kind == PeerKind::Broker).then_some(&facts.id);
    facts.behind.as_ref().or_else(itself)
}

impl Incoming {
    /// Which library lends, by what the broker says that was asked, itself or for a library behind it.
    pub(super) fn lender(&self, asked: &PeerId, message: &SupplyingAgencyMessage) -> Option<Lender> {
        let snapshot = &self.parsed.snapshot;
        let broker = snapshot.facts(asked).and_then(broker_of)?;
        let is_a_broker =
            |symbol: &Symbol| snapshot.registry.is_broker(symbol) || snapshot.owner(symbol) == Some(broker);
        let symbol = named_in(message).find(|symbol| !is_a_broker(symbol))?;
        let known = snapshot.owner(&symbol).and_then(|peer| snapshot.facts(peer));
        let (name, peer) = known.map(|facts| (facts.name.clone(), facts.id.clone())).unzip();
        Some(Lender { symbol, name, peer })
    }
}

//! Messages of a broker in the name of a library that no registry knows: it is one behind that broker. Must never take such a message from
//! anybody else than the broker that was asked, nor about a request that it was not asked for.

use iso18626::Message;
use loan_model::{PeerId, facts::PeerKind};
use runtime::{
    presented::Claim,
    requests::{StepError, supplier_key},
};

use super::{
    Entrance, Intake, ParsedMessage, Sender,
    answer::{self, Answer},
    sender::{NoSender, Stranger, credential},
};

impl Intake {
    /// The broker that speaks in a stranger's name: the one that was asked under the id which the message has.
    pub(super) async fn speaker_for(
        &self,
        stranger: Stranger,
        parsed: &ParsedMessage,
    ) -> Result<Result<Sender, NoSender>, Answer> {
        let Stranger { symbol, refusal } = stranger;
        let message = &parsed.reading.message;
        let (Message::SupplyingAgencyMessage(told), Entrance::Outside(presented)) =
            (message, &parsed.received.entrance)
        else {
            return Ok(Err(NoSender::Refused(refusal)));
        };
        let Some(broker) = self.broker_asked(&told.header.requesting_agency_request_id, parsed).await? else {
            return Ok(Err(NoSender::Refused(refusal)));
        };
        let presented = presented.clone().with_credential(credential(message));
        let registry = &parsed.snapshot.registry;
        let own = parsed.snapshot.facts(&broker).map_or(&symbol, |facts| &facts.symbol);
        let claim = Claim { peer: &broker, symbol: own, presented: &presented, registry };
        if let Err(unproven) = self.authenticator.prove(&claim) {
            return Ok(Err(NoSender::Unproven(unproven)));
        }
        tracing::info!(%symbol, %broker, "a broker speaks in the name of a library behind it that is not registered");
        Ok(Ok(Sender { peer: broker, symbol }))
    }

    /// The broker that was asked under an id of ours, itself or for a library behind it.
    async fn broker_asked(&self, id: &str, parsed: &ParsedMessage) -> Result<Option<PeerId>, Answer> {
        let key = supplier_key(id);
        let found = self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))?;
        let Some(request) = found else { return Ok(None) };
        let loaded = self.requests.load(request).await;
        let loaded = loaded.map_err(|failed: StepError<()>| answer::failed(&failed))?;
        let asked = loaded.and_then(|loaded| {
            let party = *loaded.stored.meta.known.get(&key)?;
            loaded.stored.state.brokering()?.peer_of(party).cloned()
        });
        let facts = asked.as_ref().and_then(|peer| parsed.snapshot.facts(peer));
        Ok(facts.and_then(|facts| match &facts.behind {
            Some(broker) => Some(broker.clone()),
            None => (facts.kind == PeerKind::Broker).then(|| facts.id.clone()),
        }))
    }
}

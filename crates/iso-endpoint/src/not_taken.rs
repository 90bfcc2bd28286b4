//! Messages that are not taken although they name a request that is here: each stands in that request's timeline, and staff are told where it
//! is the engaged supplier's. Must never take anything of such a message but that it came, nor let anybody fill a timeline.

use dialects::iso18626::Resends;
use iso18626::{AgencyId, Message};
use loan_model::{
    PeerId, Symbol,
    names::{LegId, Party},
};
use persistence::{IntakeId, RequestId};
use runtime::{
    registry_view::Snapshot,
    requests::{
        Input, Loaded, LoggedInputKind, StepError, StepInput, any_key, borrowing_key, lending_key,
        requester_key, supplier_key, word,
    },
};
use state_machine::brokering;

use super::{Entrance, Intake, Received, Sender, dedupe};

/// How many such messages a request's timeline shows. What comes after them is found among what was not taken alone.
const MOST: u32 = 50;
/// How long a symbol of nobody known may be to be shown.
const SYMBOL: usize = 64;

/// A message that is not taken, as far as it could be read.
pub(super) struct NotTaken<'a> {
    pub(super) received: &'a Received,
    pub(super) message: &'a Message,
    /// Who sent it, if that could be made out.
    pub(super) sender: Option<&'a Sender>,
    /// Why it is not taken, without values.
    pub(super) why: &'a str,
    /// Where it is kept, if it is.
    pub(super) kept: Option<IntakeId>,
}

impl Intake {
    /// Shows it with the request that it names, if there is one.
    pub(super) async fn show(&self, it: &NotTaken<'_>) -> Result<(), StepError<()>> {
        let snapshot = self.view.snapshot();
        let Some(request) = self.named_by(it, &snapshot).await? else { return Ok(()) };
        let made = self.requests.step(request, |loaded| {
            let loaded = loaded.filter(|loaded| loaded.stored.meta.not_taken < MOST).ok_or(())?;
            Ok(it.input(loaded, &snapshot))
        });
        match made.await {
            // A message that comes again is shown once.
            Ok(_) | Err(StepError::Declined(()) | StepError::Repeated(_)) => Ok(()),
            Err(failed) => Err(failed),
        }
    }

    async fn named_by(
        &self,
        it: &NotTaken<'_>,
        snapshot: &Snapshot,
    ) -> Result<Option<RequestId>, StepError<()>> {
        for key in it.keys() {
            let found = self.store.find_external(&key).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        if let Some(key) = it.key_of_anybody()
            && let Some(found) = self.store.find_external(&key).await?
            && let Some(loaded) = self.requests.load(found).await?
            && it.has_part_in(&loaded, snapshot)
        {
            return Ok(Some(found));
        }
        // Our own id of it, which a requester knows from us.
        let Message::RequestingAgencyMessage(message) = it.message else { return Ok(None) };
        let id = message.header.supplying_agency_request_id.as_deref();
        Ok(id.and_then(|id| format!("req_{id}").parse().ok()))
    }
}

impl NotTaken<'_> {
    fn id(&self) -> &str {
        self.message.requesting_agency_request_id().unwrap_or_default()
    }

    /// The keys of the requests that it may be about; the first that there is counts. Where nobody is known to have sent it, those alone that
    /// nobody guesses: by our own ids.
    fn keys(&self) -> Vec<String> {
        let id = self.id();
        let from = self.sender.map(|sender| &sender.peer);
        let asked = |id: &str| from.map(|peer| requester_key(peer, id));
        let keys = match (self.message, &self.received.entrance) {
            _ if id.trim().is_empty() => Vec::new(),
            (Message::SupplyingAgencyMessage(_), Entrance::ToLibrary(library)) => {
                vec![Some(borrowing_key(library, id))]
            }
            (_, Entrance::ToLibrary(library)) => vec![Some(lending_key(library, id))],
            (Message::Request(request), _) => {
                let service = request.service_info.as_ref();
                let previous = service.and_then(|it| it.requesting_agency_previous_request_id.as_deref());
                vec![asked(id), previous.and_then(asked)]
            }
            (Message::RequestingAgencyMessage(_), _) => vec![asked(id)],
            _ => vec![Some(supplier_key(id))],
        };
        keys.into_iter().flatten().collect()
    }

    /// The key of whatever request has its id with anybody. Such ids are guessed easily: who has no part in that request is not about it.
    fn key_of_anybody(&self) -> Option<String> {
        let is_for_broker = !matches!(self.received.entrance, Entrance::ToLibrary(_));
        let may_be = is_for_broker && !matches!(self.message, Message::Request(_));
        self.sender.filter(|_| may_be && !self.id().trim().is_empty()).map(|_| any_key(self.id()))
    }

    /// Whether its sender made the request, or was asked.
    fn has_part_in(&self, loaded: &Loaded, snapshot: &Snapshot) -> bool {
        let Some((sender, state)) = self.sender.zip(loaded.stored.state.brokering()) else { return false };
        let speaks_for = |peer: &PeerId| sender.speaks_for(peer, &snapshot.registry);
        speaks_for(state.requester()) || state.legs().any(|(_, peer)| speaks_for(peer))
    }

    fn input(&self, loaded: &Loaded, snapshot: &Snapshot) -> StepInput {
        let is_told = matches!(self.message, Message::SupplyingAgencyMessage(_));
        let leg = is_told.then(|| self.leg(loaded, snapshot)).flatten();
        let party = match (leg, loaded.stored.meta.known.get(&supplier_key(self.id()))) {
            (Some(leg), _) => Party::Leg(leg),
            (None, Some(party)) => *party,
            (None, None) if is_told && loaded.stored.meta.library.is_some() => Party::Supplier,
            (None, None) => Party::Requester,
        };
        let nobody = PeerId::new("");
        let from = self.sender.map(|sender| &sender.peer);
        let kind = LoggedInputKind::NotTaken {
            from: from.cloned(),
            named: self.named(),
            party,
            text: word(self.message),
            why: self.why.to_owned(),
            intake: self.kept,
        };
        let input = leg.map(|leg| Input::Brokering(brokering::Input::NotTaken { leg }));
        let mut work = StepInput::new(kind, input);
        // Not the key of a message that is taken: once it can be, it is.
        let resends = from.map_or(Resends::SameTimestamp, |peer| snapshot.resends(peer));
        let mut key = b"not-taken|".to_vec();
        key.extend(dedupe::key(from.unwrap_or(&nobody), self.message, resends));
        work.dedupe = vec![key];
        work
    }

    /// The supplier's leg whose message it is. Whoever writes under an id of ours and is not known to be another is the one that was asked.
    fn leg(&self, loaded: &Loaded, snapshot: &Snapshot) -> Option<LegId> {
        let state = loaded.stored.state.brokering()?;
        let is_of = |leg: &LegId| match (self.sender, state.peer_of(Party::Leg(*leg))) {
            (Some(sender), Some(peer)) => sender.speaks_for(peer, &snapshot.registry),
            (sender, _) => sender.is_none(),
        };
        match loaded.stored.meta.known.get(&supplier_key(self.id())) {
            Some(Party::Leg(leg)) => Some(*leg).filter(is_of),
            _ => self.sender.and_then(|_| state.legs().map(|(leg, _)| leg).rfind(is_of)),
        }
    }

    /// Who it says it is from, where nobody is known to have sent it.
    fn named(&self) -> Option<Symbol> {
        let agency = match self.message {
            Message::SupplyingAgencyMessage(_) => self.message.supplying_agency(),
            _ => self.message.requesting_agency(),
        };
        let is_shown = |agency: &&AgencyId| {
            let parts = [&agency.id_type.value, &agency.value];
            parts.iter().all(|part| {
                !part.is_empty()
                    && part.len() <= SYMBOL
                    && part.chars().all(|letter| letter.is_ascii_graphic() && letter != ':')
            })
        };
        agency.filter(|_| self.sender.is_none()).filter(is_shown).map(Symbol::from)
    }
}

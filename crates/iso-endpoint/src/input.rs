//! What a message is to its request: by which key the request is found, whether its sender is party to it, and which input it makes. The same
//! for a message from outside and for one from inside this gateway. Must never read the store or answer anybody.

use dialects::iso18626::Resends;
use iso18626::{BibliographicItemId, DESCRIPTION, ErrorType, Message, Request, RequestType, WriteOptions};
use loan_model::{
    PeerId, Symbol,
    facts::PeerStanding,
    names::{OutboundKind, Party},
    sealed::split_sealed,
};
use persistence::{Body, LaneEntry, Standing};
use runtime::requests::{
    EntryChange, Input, Loaded, LoggedInputKind, Outbound, StepInput, borrowing_key, lending_key, redacted,
    requester_key, supplier_key, word,
};
use state_machine::{
    brokering::{self, Addressing},
    hosted,
};

use super::{
    Entrance, ParsedMessage, Sender,
    answer::{self, Refusal},
    dedupe,
};

/// A message whose sender is known, on its way to its request.
pub(super) struct Incoming {
    pub(super) parsed: ParsedMessage,
    pub(super) sender: Sender,
    /// The id by which it names its request.
    id: String,
    /// By what a repeat of it is known.
    pub(super) dedupe: Vec<u8>,
}

/// What a message says of its request, when there is none by its id.
pub(super) enum Unfound {
    /// It asks for something new.
    New,
    /// It asks anew for what was asked under this id before.
    After(String),
    /// It speaks of a request that there should be.
    Missing,
}

impl Incoming {
    /// A message that names its request by this id.
    pub(super) fn new(parsed: ParsedMessage, sender: Sender, id: String) -> Self {
        let resends = match &parsed.received.entrance {
            Entrance::ToLibrary(_) => Resends::SameTimestamp,
            Entrance::Outside(_) | Entrance::FromLibrary => parsed.snapshot.resends(&sender.peer),
        };
        let dedupe = dedupe::key(&sender.peer, &parsed.reading.message, resends);
        Self { parsed, sender, id, dedupe }
    }

    pub(super) fn message(&self) -> &Message {
        &self.parsed.reading.message
    }

    /// The hosted library that it is for; none where it is for the broker.
    pub(super) fn library(&self) -> Option<&PeerId> {
        match &self.parsed.received.entrance {
            Entrance::ToLibrary(library) => Some(library),
            Entrance::Outside(_) | Entrance::FromLibrary => None,
        }
    }

    /// The id by which it names its request.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// The key under which its request is found.
    pub(super) fn key(&self) -> String {
        match (self.message(), self.library()) {
            (Message::SupplyingAgencyMessage(_), Some(library)) => borrowing_key(library, &self.id),
            (Message::SupplyingAgencyMessage(_), None) => supplier_key(&self.id),
            _ => self.asked_as(&self.id),
        }
    }

    /// The key of a request that its sender makes under this id.
    pub(super) fn asked_as(&self, id: &str) -> String {
        match self.library() {
            Some(library) => lending_key(library, id),
            None => requester_key(&self.sender.peer, id),
        }
    }

    /// The keys of a request that those make under this id for whom its sender speaks. To a hosted library nobody speaks but the broker.
    pub(super) fn asked_by_others_as(&self, id: &str) -> Vec<String> {
        let for_broker =
            self.library().is_none() && !matches!(self.message(), Message::SupplyingAgencyMessage(_));
        let family = for_broker.then(|| self.sender.family(&self.parsed.snapshot.registry));
        family.into_iter().flatten().map(|peer| requester_key(peer, id)).collect()
    }

    /// What it says of its request, when there is none by its id.
    pub(super) fn unfound(&self) -> Unfound {
        let Message::Request(request) = self.message() else { return Unfound::Missing };
        let service = request.service_info.as_ref();
        match service.and_then(|service| service.request_type.as_ref()) {
            Some(RequestType::Reminder) => Unfound::Missing,
            Some(RequestType::Retry) => {
                let previous = service.and_then(|it| it.requesting_agency_previous_request_id.as_deref());
                previous.map_or(Unfound::New, |previous| Unfound::After(previous.to_owned()))
            }
            _ => Unfound::New,
        }
    }

    /// A new request must not reuse the id of another.
    pub(super) fn reused(&self) -> Option<Refusal> {
        let Message::Request(request) = self.message() else { return None };
        let kind = request.service_info.as_ref().and_then(|service| service.request_type.as_ref());
        let again = matches!(kind, Some(RequestType::Retry | RequestType::Reminder));
        (!again).then(|| about_id(Some(&self.id), "already exists: it is the id of another request"))
    }

    /// Who makes a new request must take part as a requester. (Open requests go on whatever becomes of that.) The broker asks a hosted
    /// library as the lender that it is.
    pub(super) fn may_not_ask(&self) -> Option<Refusal> {
        if self.library().is_some() {
            return None;
        }
        let facts = self.parsed.snapshot.facts(&self.sender.peer)?;
        let why = match facts.standing {
            PeerStanding::Invited => "has not joined yet",
            PeerStanding::Retired => "does not take part any more",
            _ if !facts.roles.borrows => "does not take part as a requester",
            PeerStanding::Testing | PeerStanding::Active | PeerStanding::Paused => return None,
        };
        let sentence = format!("{} {why}", self.sender.symbol);
        Some(Refusal {
            kind: ErrorType::UnrecognisedDataValue,
            element: "requestingAgencyId",
            sentence,
            value: None,
        })
    }

    /// A request must say what it asks for. The broker says so of its own to the libraries that it asks.
    pub(super) fn asks_for_nothing(&self) -> Option<Refusal> {
        let Message::Request(request) = self.message() else { return None };
        let kind = request.service_info.as_ref().and_then(|service| service.request_type.as_ref());
        if self.library().is_some() || kind == Some(&RequestType::Reminder) || request.says_what_is_wanted() {
            return None;
        }
        Some(Refusal {
            kind: ErrorType::UnrecognisedDataElement,
            element: "bibliographicInfo",
            sentence: format!("says nothing of what is wanted: expected {DESCRIPTION}"),
            value: None,
        })
    }

    /// There is no request by its id.
    pub(super) fn not_an_id(&self) -> Refusal {
        about_id(Some(&self.id), "is not the id of a request here")
    }

    /// Its request is one of others.
    pub(super) fn wrong_party(&self) -> Refusal {
        let (element, who) = match (self.library(), self.message()) {
            (Some(library), _) => ("supplyingAgencyId", library.to_string()),
            (None, Message::SupplyingAgencyMessage(_)) => {
                ("supplyingAgencyId", self.sender.symbol.to_string())
            }
            (None, _) => ("requestingAgencyId", self.sender.symbol.to_string()),
        };
        let sentence = format!("{who} is not a party to this request");
        Refusal { kind: ErrorType::UnrecognisedDataValue, element, sentence, value: None }
    }

    /// What it is to its request, as that stands: to a new one where there is none. `claim` is the key that its id gets.
    pub(super) fn input(
        &self,
        claim: Option<&String>,
        loaded: Option<&Loaded>,
    ) -> Result<StepInput, Refusal> {
        let message = self.message();
        let reading = &self.parsed.reading;
        let (party, from) = self.party(claim, loaded)?;
        let (bare, sealed) = match message.clone() {
            Message::Request(mut request) => {
                let numbers = &mut request.bibliographic_info.bibliographic_item_id;
                numbers.iter_mut().for_each(BibliographicItemId::call_by_its_code);
                let (bare, parts) = split_sealed(request);
                (Message::Request(bare), Some(parts))
            }
            other => (other, None),
        };
        let input = match self.library() {
            Some(_) => Input::hosted(hosted::Input::Message { message: Box::new(bare), from: from.clone() }),
            None => Input::Brokering(self.to_broker(bare, party, from.clone())?),
        };
        let spoken_of = loaded.and_then(|loaded| self.spoken_of(party, loaded));
        let what = LoggedInputKind::Message {
            from,
            party,
            kind: message.kind(),
            text: word(message),
            edition: reading.edition,
            version: reading.known_version().unwrap_or_default().to_owned(),
            diagnostics: self
                .parsed
                .received
                .oddity
                .iter()
                .cloned()
                .chain(reading.diagnostics.iter().map(ToString::to_string))
                .collect(),
            extras: reading.extras.iter().map(|extra| extra.path.clone()).collect(),
        };
        let mut input = StepInput::new(what, Some(input));
        input.library = self.library().cloned();
        input.raw_in = Some(Body {
            content_type: self.parsed.received.content_type.clone(),
            plaintext: self.parsed.received.bytes.to_vec(),
            redacted: redacted(message, &WriteOptions::new(reading.edition)),
        });
        input.sealed = sealed;
        input.entry = spoken_of.map(EntryChange::Arrived);
        input.dedupe = vec![self.dedupe.clone()];
        input.claim = claim.cloned();
        input.answering = Some(Box::new(answer::answering(&self.parsed, Some(&self.sender))));
        Ok(input)
    }

    /// The request that the sender speaks of and has not confirmed: it need not go again.
    fn spoken_of(&self, party: Party, loaded: &Loaded) -> Option<LaneEntry> {
        let (Message::SupplyingAgencyMessage(_), Party::Leg(_)) = (self.message(), party) else {
            return None;
        };
        // An answer to the request before a retry tells nothing of the retry.
        let current = loaded.stored.state.brokering()?.id_for(party)?;
        let request = Outbound::Message { to: party, kind: OutboundKind::Request };
        let mut lanes = loaded.lanes.iter();
        let entry = lanes.find(|entry| entry.attempts > 0 && Outbound::read(&entry.kind) == request)?;
        (current == self.id && entry.standing != Standing::Withdrawn).then(|| entry.clone())
    }

    fn to_broker(&self, message: Message, party: Party, from: PeerId) -> Result<brokering::Input, Refusal> {
        Ok(match (message, party) {
            (Message::Request(request), _) => {
                let addressed = self.addressed(&request);
                brokering::Input::Request { message: Box::new(request), from, addressed }
            }
            (Message::RequestingAgencyMessage(message), _) => {
                brokering::Input::Requesting { message: Box::new(message), from }
            }
            (Message::SupplyingAgencyMessage(message), Party::Leg(leg)) => {
                let lender = self.lender(&from, &message);
                brokering::Input::Supplying { leg, message: Box::new(message), from, lender }
            }
            (Message::SupplyingAgencyMessage(_), _) => return Err(self.wrong_party()),
            _ => return Err(about_id(None, "a confirmation is no message about a request")),
        })
    }

    /// Whose side the sender is on, and as which peer.
    fn party(&self, claim: Option<&String>, loaded: Option<&Loaded>) -> Result<(Party, PeerId), Refusal> {
        let sender = &self.sender;
        if let Some(library) = self.library() {
            if loaded.is_some_and(|loaded| loaded.stored.meta.library.as_ref() != Some(library)) {
                return Err(self.wrong_party());
            }
            let party = match self.message() {
                Message::SupplyingAgencyMessage(_) => Party::Supplier,
                _ => Party::Requester,
            };
            return Ok((party, sender.peer.clone()));
        }
        let wrong = || self.wrong_party();
        let Some(loaded) = loaded else { return Ok((Party::Requester, sender.peer.clone())) };
        let state = loaded.stored.state.brokering().ok_or_else(wrong)?;
        let known = &loaded.stored.meta.known;
        match self.message() {
            Message::SupplyingAgencyMessage(_) => {
                let party = *known.get(&self.key()).ok_or_else(wrong)?;
                let peer = state.peer_of(party).ok_or_else(wrong)?.clone();
                let speaks = sender.speaks_for(&peer, &self.parsed.snapshot.registry);
                if speaks { Ok((party, peer)) } else { Err(wrong()) }
            }
            _ => {
                let requester = state.requester();
                let known = claim.is_some()
                    || known.contains_key(&self.key())
                    || known.contains_key(&requester_key(requester, &self.id));
                let speaks = sender.speaks_for(requester, &self.parsed.snapshot.registry);
                if known && speaks { Ok((Party::Requester, requester.clone())) } else { Err(wrong()) }
            }
        }
    }

    fn addressed(&self, request: &Request) -> Addressing {
        let snapshot = &self.parsed.snapshot;
        let agency = request.header.supplying_agency_id.as_ref();
        let Some(agency) = agency.filter(|it| !it.value.trim().is_empty()) else {
            return Addressing::Broker;
        };
        let symbol = Symbol::from(agency);
        if snapshot.registry.is_broker(&symbol) {
            return Addressing::Broker;
        }
        snapshot.owner(&symbol).cloned().map_or(Addressing::Unknown, Addressing::Member)
    }
}

/// What is wrong with the id of a request.
pub(super) fn about_id(id: Option<&str>, sentence: &str) -> Refusal {
    Refusal {
        kind: ErrorType::UnrecognisedDataValue,
        element: "requestingAgencyRequestId",
        sentence: sentence.to_owned(),
        value: id.map(str::to_owned),
    }
}

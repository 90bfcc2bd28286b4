//! Requests that come back: another broker that we asked, asks us in turn. Such a request is told by an id of ours in it; where those were
//! taken out on the way, by what else shows that it was with us already, while a request for the same thing is with another broker; at the
//! last by how many there are. Must never take several copies for a book club for a circle.

mod turns;

use iso18626::{Message, Request};
use loan_model::{
    PeerId,
    facts::{PeerFacts, PeerKind, fill_requester},
    names::{HOP, LegId, Party, REFERENCE},
};
use persistence::RequestId;
use runtime::{
    registry_view::Snapshot,
    requests::{Input, Loaded, LoggedInputKind, StepError, StepInput, supplier_key, word},
};
use state_machine::{
    brokering::{self, LegState},
    interpreter::Incident,
};

use self::turns::{Turn, thing};
use super::{
    Intake,
    answer::{self, Answer, Refusal},
    input::{Incoming, about_id},
};

pub use self::turns::Turns;

/// The incident that staff see.
const CIRCLE: &str = "request.circle";
/// So many requests of one library for the same thing may be with other brokers that have not answered one of them; what comes after them has
/// come round, for all that shows.
const MOST: usize = 24;
/// So many are enough, where what we add to a request is no more than its library's name: that one may write by itself, now and then.
const FEW: usize = 3;
/// How many requests for the same thing are looked at.
const LOOKED_AT: usize = 32;

/// What a new request began as: a request here, and the leg of the supplier that was asked for it.
struct BeganAs {
    request: RequestId,
    leg: LegId,
    loaded: Loaded,
}

impl Intake {
    /// What is answered to a request that is one of our own, come back; staff find it with the request that it was.
    pub(super) async fn circle(&self, incoming: &Incoming) -> Result<Option<Refusal>, Answer> {
        let Some(BeganAs { request, leg, loaded }) = self.began_as(incoming).await? else { return Ok(None) };
        let refusal = about_id(
            Some(incoming.id()),
            "is a request of this broker's own that has come back: ask another supplier",
        );
        // What comes round again and again is told once: the timeline must not grow with each turn.
        let summary = loaded.stored.state.brokering().map(brokering::State::summary);
        let is_it = |incident: &Incident| incident.slug == CIRCLE && incident.about == Party::Leg(leg).into();
        if summary.is_some_and(|summary| summary.incidents.iter().any(is_it)) {
            return Ok(Some(refusal));
        }
        let sender = &incoming.sender;
        let what = LoggedInputKind::Message {
            from: sender.peer.clone(),
            party: Party::Leg(leg),
            kind: incoming.message().kind(),
            text: word(incoming.message()),
            edition: incoming.parsed.reading.edition,
            version: incoming.parsed.reading.known_version().unwrap_or_default().to_owned(),
            diagnostics: Vec::new(),
            extras: Vec::new(),
        };
        let made = self.requests.step(request, |_| {
            let input = brokering::Input::CameBack { leg };
            Ok::<_, Refusal>(StepInput::new(what.clone(), Some(Input::Brokering(input))))
        });
        made.await.map_err(|failed| answer::failed(&failed))?;
        Ok(Some(refusal))
    }

    async fn began_as(&self, incoming: &Incoming) -> Result<Option<BeganAs>, Answer> {
        let Message::Request(request) = incoming.message() else { return Ok(None) };
        if incoming.library().is_some() {
            return Ok(None);
        }
        for id in ids(request) {
            let key = supplier_key(&id);
            let found = self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))?;
            let Some(request) = found else { continue };
            let Some(loaded) = self.loaded(request).await? else { continue };
            if let Some(Party::Leg(leg)) = loaded.stored.meta.known.get(&key).copied() {
                return Ok(Some(BeganAs { request, leg, loaded }));
            }
        }
        self.gone_round(incoming, request).await
    }

    /// What shows without an id that it was with us already: a request for the same thing is with another broker, and this one has what we add to
    /// a request, or is a broker's in the name of who made that one. Nothing of copies of one thing, which are as their library writes each.
    async fn gone_round(&self, incoming: &Incoming, request: &Request) -> Result<Option<BeganAs>, Answer> {
        let (snapshot, by) = (&incoming.parsed.snapshot, &incoming.sender.peer);
        let info = &request.bibliographic_info;
        let is_a_broker = snapshot.facts(by).is_some_and(|facts| facts.kind == PeerKind::Broker);
        let (mut unanswered, mut enough, mut last) = (0, MOST, None);
        for Turn { by: first, request: earlier, thing: of } in self.turns.of(info).into_iter().take(LOOKED_AT)
        {
            if first != *by && !is_a_broker {
                continue;
            }
            let Some(loaded) = self.loaded(earlier).await? else { continue };
            let Some(state) = loaded.stored.state.brokering() else { continue };
            let Some((leg, stands)) = with_another_broker(state, snapshot) else { continue };
            let shows = match first == *by {
                true => what_we_add(request, state, snapshot),
                false => names_its_requester(request, state, snapshot).then_some(Shows::Enough),
            };
            let counts = first == *by && of == thing(info) && is_unanswered(stands);
            unanswered += usize::from(counts);
            match shows {
                Some(Shows::Enough) => return Ok(Some(BeganAs { request: earlier, leg, loaded })),
                Some(Shows::Little) => enough = FEW,
                None => {}
            }
            if counts && last.is_none() {
                last = Some(BeganAs { request: earlier, leg, loaded });
            }
        }
        Ok(last.filter(|_| unanswered >= enough))
    }

    async fn loaded(&self, request: RequestId) -> Result<Option<Loaded>, Answer> {
        let loaded = self.requests.load(request).await;
        loaded.map_err(|failed: StepError<()>| answer::failed(&failed))
    }
}

/// The ids in a request that may be ours: its own, that of the request it repeats, and those that each of our brokers has put into it.
fn ids(request: &Request) -> Vec<String> {
    let service = request.service_info.as_ref();
    let previous = service.and_then(|service| service.requesting_agency_previous_request_id.as_deref());
    let hops = request.bibliographic_info.bibliographic_record_id.iter();
    let hops = hops.filter(|record| record.code.value == HOP).map(|record| record.identifier.as_str());
    let note = service.and_then(|service| service.note.as_deref()).unwrap_or_default();
    let referred = note.split(REFERENCE).skip(1).filter_map(|rest| {
        rest.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-').next()
    });
    let own = request.header.requesting_agency_request_id.as_str();
    std::iter::once(own).chain(previous).chain(hops).chain(referred).map(str::to_owned).collect()
}

/// The supplier that a request is with, where that is another broker or behind one and has not sent the item, and how that stands.
fn with_another_broker(state: &brokering::State, snapshot: &Snapshot) -> Option<(LegId, LegState)> {
    let is_brokered = |peer: &PeerId| snapshot.facts(peer).is_some_and(PeerFacts::is_brokered);
    let legs = state.legs().zip(state.asked());
    let with = |stands: LegState| !stands.is_final() && !stands.is_custody();
    let open = legs.filter(|((_, peer), (_, stands, _))| is_brokered(peer) && with(*stands));
    open.map(|((leg, _), (_, stands, _))| (leg, stands)).last()
}

fn is_unanswered(stands: LegState) -> bool {
    matches!(stands, LegState::Sending | LegState::Asked | LegState::Expecting)
}

/// Whether a broker asks for the library that made the earlier request, by its symbol or its name.
fn names_its_requester(request: &Request, earlier: &brokering::State, snapshot: &Snapshot) -> bool {
    let known = snapshot.facts(earlier.requester());
    let info = earlier.request().requesting_agency_info.clone().unwrap_or_default();
    let told = fill_requester(info, known, earlier.requester_name());
    let named = request.requesting_agency_info.as_ref().and_then(|info| info.name.as_deref());
    named.is_some_and(|named| told.name.is_some_and(|name| name.trim().eq_ignore_ascii_case(named.trim())))
}

/// How much it shows that a request has what we add to one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// It was with us.
    Enough,
    /// It may have been.
    Little,
}

/// What a request has of that which we have added to an earlier one of the same library, and which that library had left out.
fn what_we_add(request: &Request, earlier: &brokering::State, snapshot: &Snapshot) -> Option<Shows> {
    let known = snapshot.facts(earlier.requester());
    let said = earlier.request().requesting_agency_info.clone().unwrap_or_default();
    let filled = fill_requester(said.clone(), known, earlier.requester_name());
    let has_info = said != filled && request.requesting_agency_info.as_ref() == Some(&filled);
    let has_address = said.address.is_empty() && !filled.address.is_empty();
    let delivery = known.map(|facts| &facts.delivery_info).filter(|delivery| !delivery.is_empty());
    let has_delivery = earlier.request().requested_delivery_info.is_empty()
        && delivery.is_some_and(|delivery| *delivery == request.requested_delivery_info);
    match has_info {
        _ if has_delivery => Some(Shows::Enough),
        true if has_address => Some(Shows::Enough),
        true => Some(Shows::Little),
        false => None,
    }
}

//! Requests that come back: another broker that we asked, asks us in turn. Such a request is told by an id of ours in it; where that was
//! rewritten on the way, by how often the same requester asks for the same thing while the thing is with another broker. Must never take
//! several copies for a book club for a circle.

use std::{
    collections::{BTreeMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use iso18626::{BibliographicInfo, Message, Request};
use jiff::{SignedDuration, Timestamp};
use loan_model::{
    PeerId,
    facts::PeerFacts,
    names::{HOP, LegId, Party},
};
use persistence::RequestId;
use runtime::requests::{Input, Loaded, LoggedInputKind, StepError, StepInput, supplier_key, word};
use state_machine::{brokering, interpreter::Incident};

use super::{
    Intake,
    answer::{self, Answer, Refusal},
    input::{Incoming, about_id},
};

/// The incident that staff see.
const CIRCLE: &str = "request.circle";
/// In how long a time the same request is counted.
const WINDOW: SignedDuration = SignedDuration::from_mins(10);
/// How often the same may be asked for in that time while it is with another broker.
const MOST: usize = 50;
/// How many requesters and things are remembered.
const REMEMBERED: usize = 10_000;

/// The requests for one thing, each with when it came.
type Times = VecDeque<(Timestamp, RequestId)>;

/// How often each requester asked for each thing lately.
#[derive(Debug, Default)]
pub struct Turns(Mutex<BTreeMap<(PeerId, u64), Times>>);

impl Turns {
    /// Notes that it was asked for.
    pub(super) fn note(&self, incoming: &Incoming, request: RequestId) {
        let Some(key) = key(incoming) else { return };
        let now = incoming.parsed.received.at;
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= REMEMBERED {
            turns.retain(|_, times| times.back().is_some_and(|(last, _)| now.duration_since(*last) < WINDOW));
        }
        if turns.len() < REMEMBERED || turns.contains_key(&key) {
            let times = turns.entry(key).or_default();
            times.push_back((now, request));
            times.retain(|(at, _)| now.duration_since(*at) < WINDOW);
        }
    }

    /// The last request for the same, if there were too many.
    fn too_many(&self, incoming: &Incoming) -> Option<RequestId> {
        let key = key(incoming)?;
        let now = incoming.parsed.received.at;
        let turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = turns.get(&key)?;
        let recent = times.iter().filter(|(at, _)| now.duration_since(*at) < WINDOW).count();
        times.back().filter(|_| recent >= MOST).map(|(_, request)| *request)
    }
}

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
            let key = supplier_key(id);
            let found = self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))?;
            let Some(request) = found else { continue };
            let Some(loaded) = self.loaded(request).await? else { continue };
            if let Some(Party::Leg(leg)) = loaded.stored.meta.known.get(&key).copied() {
                return Ok(Some(BeganAs { request, leg, loaded }));
            }
        }
        let Some(request) = self.turns.too_many(incoming) else { return Ok(None) };
        let Some(loaded) = self.loaded(request).await? else { return Ok(None) };
        let is_brokered =
            |peer: &PeerId| incoming.parsed.snapshot.facts(peer).is_some_and(PeerFacts::is_brokered);
        let state = loaded.stored.state.brokering();
        let leg = state.and_then(|state| state.legs().rfind(|(_, peer)| is_brokered(peer)));
        let leg = leg.map(|(leg, _)| leg);
        Ok(leg.map(|leg| BeganAs { request, leg, loaded }))
    }

    async fn loaded(&self, request: RequestId) -> Result<Option<Loaded>, Answer> {
        let loaded = self.requests.load(request).await;
        loaded.map_err(|failed: StepError<()>| answer::failed(&failed))
    }
}

/// The ids in a request that may be ours: its own, that of the request it repeats, and those that each of our brokers has put into it.
fn ids(request: &Request) -> impl Iterator<Item = &str> {
    let service = request.service_info.as_ref();
    let previous = service.and_then(|service| service.requesting_agency_previous_request_id.as_deref());
    let hops = request.bibliographic_info.bibliographic_record_id.iter();
    let hops = hops.filter(|record| record.code.value == HOP).map(|record| record.identifier.as_str());
    std::iter::once(request.header.requesting_agency_request_id.as_str()).chain(previous).chain(hops)
}

/// Who asks, and for what.
fn key(incoming: &Incoming) -> Option<(PeerId, u64)> {
    let Message::Request(request) = incoming.message() else { return None };
    Some((incoming.sender.peer.clone(), thing(&request.bibliographic_info)))
}

/// What is asked for, as a number. Each list is told from the next.
fn thing(info: &BibliographicInfo) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&info.title, &info.author, &info.title_of_component, &info.volume, &info.issue).hash(&mut hasher);
    (&info.pages_requested, &info.supplier_unique_record_id).hash(&mut hasher);
    let numbers = info.bibliographic_item_id.iter().map(|number| &number.identifier);
    numbers.collect::<Vec<_>>().hash(&mut hasher);
    // A mark of ours is another one each time; a record may be all that says what is wanted.
    let records = info.bibliographic_record_id.iter().filter(|record| record.code.value != HOP);
    records.map(|record| &record.identifier).collect::<Vec<_>>().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use iso18626::{BibliographicItemId, BibliographicRecordId, Open};

    use super::*;

    #[test]
    fn things_are_told_apart_by_where_each_word_stands() {
        let titled = |title: &str, author: &str| BibliographicInfo {
            title: Some(title.to_owned()),
            author: Some(author.to_owned()),
            ..BibliographicInfo::default()
        };
        let numbered = |numbers: &[&str], records: &[&str]| BibliographicInfo {
            bibliographic_item_id: numbers
                .iter()
                .map(|number| BibliographicItemId {
                    identifier: (*number).to_owned(),
                    code: Open::new("ISBN"),
                })
                .collect(),
            bibliographic_record_id: records
                .iter()
                .map(|record| BibliographicRecordId {
                    identifier: (*record).to_owned(),
                    code: Open::new("OCLC"),
                })
                .collect(),
            ..BibliographicInfo::default()
        };
        for (one, other) in [
            (titled("a", "bc"), titled("ab", "c")),
            (numbered(&["1", "2"], &[]), numbered(&["1"], &["2"])),
            (numbered(&[], &["1"]), numbered(&["1"], &[])),
        ] {
            assert_ne!(thing(&one), thing(&other), "{one:?} and {other:?}");
            assert_eq!(thing(&one), thing(&one.clone()));
        }
    }
}

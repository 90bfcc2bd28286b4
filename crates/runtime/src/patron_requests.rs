//! Patrons' requests to hosted libraries: what a patron asks for becomes a request here, by NCIP, the API or staff. Who the patron is goes into
//! the sealed bytes and a keyed hash, and nowhere else. Must never decide what becomes of the request: that is its machine's.

use std::sync::Arc;

use iso18626::{
    BibliographicItemId, BibliographicRecordId, DESCRIPTION, DateTime, Edition, Message, Open, PatronInfo,
    PublicationInfo, Request, ServiceInfo, ServiceType, SupplierInfo, WriteOptions,
};
use jiff::{SignedDuration, Timestamp};
use loan_model::{PeerId, facts::PeerStanding, hosted::HostedFacts, sealed::split_sealed};
use net::Seams;
use persistence::{Body, RequestId, Store};
use state_machine::hosted::{self, Origin, Over};

use crate::{
    digest_key::HashKey,
    input_span,
    registry_view::{RegistryView, Snapshot},
    requests::{
        Input, LoggedInputKind, Requests, StepError, StepInput, StepOutcome, XML, bare, read_stored,
        redacted, shared_key,
    },
    stored_time::timestamp,
};

/// The longest name of a place to pick something up.
const PLACE: usize = 100;

/// Takes patrons' requests.
pub struct PatronRequests {
    /// The commit loop.
    pub requests: Arc<Requests>,
    /// The store.
    pub store: Store,
    /// The registry.
    pub view: Arc<RegistryView>,
    /// Time and randomness.
    pub seams: Seams,
    /// The key under which patrons are told apart.
    pub secret: HashKey,
    /// One at a time: of two that are the same, the second must see the first.
    pub asking: tokio::sync::Mutex<()>,
}

/// What a patron wants. Not to be shown: it names the patron.
#[derive(Clone, Default)]
pub struct PatronRequest {
    /// The patron's barcode.
    pub patron: String,
    /// A loan, a copy, or either.
    pub service: Option<ServiceType>,
    /// The title.
    pub title: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The title of the article or chapter.
    pub title_of_component: Option<String>,
    /// The pages.
    pub pages: Option<String>,
    /// The volumes.
    pub volumes: Vec<String>,
    /// The edition.
    pub edition: Option<String>,
    /// The publisher.
    pub publisher: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// ISBNs, ISSNs and ISMNs.
    pub numbers: Vec<BibliographicItemId>,
    /// Record numbers, each with whose they are.
    pub records: Vec<(String, String)>,
    /// Barcodes of particular items, each with the agency whose it is where that is known.
    pub items: Vec<(Option<String>, String)>,
    /// Of no use after this.
    pub need_before: Option<Timestamp>,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
    /// What the patron wrote.
    pub note: Option<String>,
}

/// How a patron's request came.
#[derive(Clone, Debug)]
pub struct Provenance {
    /// By which way.
    pub origin: Origin,
    /// By what a repeat of the message that brought it is known.
    pub once: Option<String>,
    /// The sender's own id of it.
    pub theirs: Option<String>,
}

/// What became of a patron's request.
#[derive(Debug)]
pub enum Placed {
    /// It is a request now.
    Made(RequestId, Box<StepOutcome>),
    /// It has been one since the same message came before.
    Before(RequestId),
}

/// Why a patron's request was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// There is no such library.
    #[error("the registry has no library `{0}`")]
    UnknownLibrary(PeerId),
    /// The library is not hosted here.
    #[error("`{0}` speaks ISO 18626 itself: its patrons ask there")]
    NotHosted(PeerId),
    /// The library does not borrow now.
    #[error("`{library}` {why}")]
    MayNotAsk {
        /// Which.
        library: PeerId,
        /// Why.
        why: &'static str,
    },
    /// No patron is named.
    #[error("a patron is missing: whose request is it?")]
    NoPatron,
    /// The pick-up place cannot be one.
    #[error("the place to pick it up is none: {PLACE} printable characters at most")]
    Pickup,
    /// Nothing says what is wanted.
    #[error("nothing says what is wanted: {DESCRIPTION} is missing")]
    Nothing,
    /// An item is wanted, and whose it is nobody says.
    #[error(
        "no other library is named that has the item, and nothing else is said of it: its agency, or {DESCRIPTION}, is missing"
    )]
    NoHolder,
    /// It has no valid form as a request.
    #[error("it cannot be written as a request: {0}")]
    Unwritable(String),
    /// It could not be committed.
    #[error("{0}")]
    Failed(StepError),
}

impl PatronRequests {
    /// Makes a request of what a patron wants.
    pub async fn ask(
        &self,
        library: &PeerId,
        wanted: PatronRequest,
        provenance: Provenance,
    ) -> Result<Placed, PlaceError> {
        let snapshot = self.view.snapshot();
        let facts = may_ask(&snapshot, library)?;
        input_span::tell_peer(library);
        if wanted.patron.trim().is_empty() {
            return Err(PlaceError::NoPatron);
        }
        let pickup = pickup(wanted.pickup.as_deref().unwrap_or_default())?;
        let things = things(&wanted);
        if things.is_empty() {
            return Err(PlaceError::Nothing);
        }
        let keys: Vec<String> =
            things.iter().map(|thing| self.secret.wish(library, &wanted.patron, thing)).collect();
        let _one_at_a_time = self.asking.lock().await;
        if let Some(once) = &provenance.once
            && let Some(before) = self.find(once).await?
        {
            return Ok(Placed::Before(before));
        }
        let now = self.seams.clock.now();
        let duplicate_of = self.duplicate(&keys, facts.duplicate_window, now).await?;
        let request = self.requests.new_id();
        let whose = self.owner_key(library, &wanted.patron, request);
        let holders = holders(&snapshot, library, &wanted);
        let without_description =
            if wanted.items.is_empty() { PlaceError::Nothing } else { PlaceError::NoHolder };
        let mut whole = self.written(request, wanted, facts, now);
        holders.name_in(&mut whole);
        if !whole.says_what_is_wanted() {
            return Err(without_description);
        }
        let message = Message::Request(whole.clone());
        let options = WriteOptions::new(Edition::V2021_2);
        let bytes = iso18626::write(&message, &options)
            .map_err(|why| PlaceError::Unwritable(format!("{} has no valid form", why.path)))?
            .bytes;
        let body =
            Body { content_type: XML.to_owned(), plaintext: bytes, redacted: redacted(&message, &options) };
        let (bare, parts) = split_sealed(whole);
        let made = self.requests.step(request, |_| {
            let input = hosted::Input::Ask {
                request: Box::new(bare.clone()),
                origin: provenance.origin,
                duplicate_of: duplicate_of.clone(),
                pickup: pickup.clone(),
            };
            let mut work = StepInput::new(
                LoggedInputKind::PatronRequest { origin: provenance.origin },
                Some(Input::hosted(input)),
            );
            work.library = Some(library.clone());
            work.raw_in = Some(body.clone());
            work.sealed = Some(parts.clone());
            work.known = keys.clone();
            work.known.extend(keys.iter().map(|key| shared_key(key, request)));
            work.known.push(whose.clone());
            work.known.extend(provenance.theirs.as_ref().map(|id| sender_id_key(library, id)));
            work.claim = provenance.once.clone();
            Ok(work)
        });
        let stepped = made.await.map_err(PlaceError::Failed)?;
        Ok(Placed::Made(request, Box::new(stepped)))
    }

    /// By what it is known whose request it is, without saying who.
    pub fn owner_key(&self, library: &PeerId, patron: &str, request: RequestId) -> String {
        self.secret.wish(library, patron, &request.to_string())
    }

    /// The request that is known by this external key.
    pub async fn find(&self, key: &str) -> Result<Option<RequestId>, PlaceError> {
        self.store.find_external(key).await.map_err(|why| PlaceError::Failed(why.into()))
    }

    /// The request that the same patron made for the same thing within the window, if it is not over.
    async fn duplicate(
        &self,
        keys: &[String],
        window: SignedDuration,
        now: Timestamp,
    ) -> Result<Option<String>, PlaceError> {
        for key in keys {
            let Some(request) = self.find(key).await? else { continue };
            let made = timestamp(request.made_at());
            if now.duration_since(made) >= window {
                continue;
            }
            let stored = self.store.request(request).await.map_err(|why| PlaceError::Failed(why.into()))?;
            // What cannot be read is no reason to send somebody away.
            let kept = stored.as_ref().and_then(|stored| read_stored(stored).ok());
            let summary = kept.and_then(|kept| kept.state.hosted());
            if summary.is_some_and(|summary| summary.over == Over::Open) {
                return Ok(Some(request.to_string()));
            }
        }
        Ok(None)
    }

    /// The patron's request as a request to the broker, whole.
    fn written(
        &self,
        request: RequestId,
        wanted: PatronRequest,
        facts: &HostedFacts,
        now: Timestamp,
    ) -> Request {
        let mut whole = Request::default();
        whole.header.supplying_agency_id = Some(facts.broker.to_agency_id());
        whole.header.requesting_agency_id = facts.symbol.to_agency_id();
        whole.header.timestamp = DateTime::from_instant(now);
        whole.header.requesting_agency_request_id = bare(request);
        let info = &mut whole.bibliographic_info;
        info.title = wanted.title;
        info.author = wanted.author;
        info.title_of_component = wanted.title_of_component;
        info.pages_requested = wanted.pages;
        info.volume = wanted.volumes;
        info.edition = wanted.edition;
        info.bibliographic_item_id = wanted.numbers;
        info.bibliographic_record_id = wanted
            .records
            .into_iter()
            .map(|(code, identifier)| BibliographicRecordId { code: Open::new(code), identifier })
            .collect();
        if wanted.publisher.is_some() || wanted.published.is_some() {
            whole.publication_info = Some(PublicationInfo {
                publisher: wanted.publisher,
                publication_date: wanted.published,
                ..PublicationInfo::default()
            });
        }
        whole.service_info = Some(ServiceInfo {
            service_type: wanted.service.unwrap_or(ServiceType::Loan),
            need_before_date: wanted.need_before.map(DateTime::from_instant),
            note: wanted.note,
            ..ServiceInfo::default()
        });
        whole.patron_info = Some(PatronInfo { patron_id: Some(wanted.patron), ..PatronInfo::default() });
        whole
    }
}

/// Who has what is wanted, as far as the wish says so: a number that another member gave.
#[derive(Default)]
struct Holders {
    suppliers: Vec<SupplierInfo>,
    /// The item that is wanted, where one member alone is named: nobody else's items are called so.
    barcode: Option<String>,
}

fn holders(snapshot: &Snapshot, library: &PeerId, wanted: &PatronRequest) -> Holders {
    let records = wanted.records.iter().map(|(source, id)| (Some(source), Some(id), None));
    let items = wanted.items.iter().map(|(agency, barcode)| (agency.as_ref(), None, Some(barcode)));
    let mut holders = Holders::default();
    for (agency, record, barcode) in items.chain(records) {
        let holder = agency.and_then(|agency| snapshot.registry.by_agency(agency));
        let Some(symbol) = holder.filter(|it| it.id != *library).and_then(|it| it.symbols.first()) else {
            continue;
        };
        let code = Some(symbol.to_agency_id());
        let at =
            holders.suppliers.iter().position(|known| known.supplier_code == code).unwrap_or_else(|| {
                let sort_order = Some((holders.suppliers.len() + 1).to_string());
                holders.suppliers.push(SupplierInfo {
                    sort_order,
                    supplier_code: code,
                    ..SupplierInfo::default()
                });
                holders.suppliers.len() - 1
            });
        let numbered =
            |id: &String| BibliographicRecordId { code: Open::new(symbol.value()), identifier: id.clone() };
        let known = &mut holders.suppliers[at].bibliographic_record_id;
        *known = known.take().or_else(|| record.map(numbered));
        holders.barcode = holders.barcode.take().or_else(|| barcode.cloned());
    }
    if holders.suppliers.len() > 1 {
        holders.barcode = None;
    }
    holders
}

impl Holders {
    /// Lets the request say so: they are asked, in this order.
    fn name_in(self, request: &mut Request) {
        request.supplier_info = self.suppliers;
        request.bibliographic_info.bibliographic_item_id.extend(
            self.barcode
                .map(|barcode| BibliographicItemId { code: Open::new("Barcode"), identifier: barcode }),
        );
    }
}

/// The key under which a sender's own id of a patron's request is known.
pub fn sender_id_key(library: &PeerId, id: &str) -> String {
    format!("theirs|{library}|{id}")
}

/// A place to pick something up, as it is kept; nothing where none is named.
pub fn pickup(said: &str) -> Result<Option<String>, PlaceError> {
    let said = said.trim();
    if said.chars().count() > PLACE || said.chars().any(char::is_control) {
        return Err(PlaceError::Pickup);
    }
    Ok(Some(said.to_owned()).filter(|place| !place.is_empty()))
}

fn may_ask<'a>(snapshot: &'a Snapshot, library: &PeerId) -> Result<&'a HostedFacts, PlaceError> {
    let facts = snapshot.facts(library).ok_or_else(|| PlaceError::UnknownLibrary(library.clone()))?;
    if !snapshot.registry.is_hosted(library) {
        return Err(PlaceError::NotHosted(library.clone()));
    }
    let may_not = |why| Err(PlaceError::MayNotAsk { library: library.clone(), why });
    match facts.standing {
        PeerStanding::Invited => return may_not("has not joined yet"),
        PeerStanding::Retired => return may_not("does not take part any more"),
        _ if !facts.roles.borrows => return may_not("does not take part as a requester"),
        PeerStanding::Testing | PeerStanding::Active | PeerStanding::Paused => {}
    }
    snapshot.hosted(library).ok_or_else(|| PlaceError::NotHosted(library.clone()))
}

/// By what the same thing is known again: each of its numbers, else what it is called.
fn things(wanted: &PatronRequest) -> Vec<String> {
    let part = [wanted.title_of_component.as_deref(), wanted.pages.as_deref()];
    let part: String = part.into_iter().flatten().chain(wanted.volumes.iter().map(String::as_str)).collect();
    let mut things: Vec<String> = wanted.items.iter().map(|(_, barcode)| barcode.clone()).collect();
    things.extend(
        wanted.numbers.iter().map(|number| {
            format!("{} {}{part}", number.code.value.to_lowercase(), digits(&number.identifier))
        }),
    );
    things.extend(wanted.records.iter().map(|(whose, id)| format!("{whose} {id}{part}")));
    things.extend(wanted.records.iter().map(|(_, id)| id.clone()).filter(|_| part.is_empty()));
    if let Some(title) = wanted.title.as_ref().or(wanted.title_of_component.as_ref()) {
        let author = wanted.author.as_deref().unwrap_or_default();
        things.push(format!("title {} / {}{part}", title.trim(), author.trim()));
    }
    things.retain(|thing| !thing.trim().is_empty());
    things
}

/// A standard number without its hyphens.
fn digits(number: &str) -> String {
    number.chars().filter(|digit| digit.is_ascii_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use iso18626::BibliographicItemIdCode;

    use super::*;

    #[test]
    fn a_thing_is_known_by_its_numbers_and_by_what_it_is_called() {
        let wish = PatronRequest {
            title: Some("Dune".to_owned()),
            author: Some("Herbert".to_owned()),
            numbers: vec![BibliographicItemId::of(BibliographicItemIdCode::ISBN, "0-441-01359-7")],
            ..PatronRequest::default()
        };
        assert_eq!(things(&wish), ["isbn 0441013597", "title Dune / Herbert"]);
        let volume = PatronRequest { volumes: vec!["2".to_owned()], ..wish };
        assert_eq!(things(&volume)[0], "isbn 04410135972", "another volume is another thing");
        assert!(things(&PatronRequest::default()).is_empty());
    }
}

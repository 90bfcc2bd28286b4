//! Requests: listed, shown, watched, acted on.

use std::{collections::BTreeSet, str::FromStr, sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue},
    response::{IntoResponse, Response},
};
use errors::slug;
use hyper::header::CONTENT_TYPE;
use ils::{QUEUED, QueuedCommand};
use iso18626::{BibliographicItemId, BibliographicItemIdCode, ServiceType};
use loan_model::PeerId;
use net::timeout;
use persistence::{
    Cursor, Listing, MessageId, Opened, RequestId, RequestRow, Role, Step as StoredStep, StoredBody,
};
use runtime::{
    patron_requests::{PatronRequest, Placed, Provenance},
    requests::{
        ATTENTION, Because, EVERYBODY, Kind, StepOutcome, any_key, read_stored, related_keys, supplier_key,
    },
};
use serde::Deserialize;
use state_machine::{hosted::Origin, phases};
use tokio::sync::broadcast::error::RecvError;

use super::{
    Api, Shared, lines,
    model::{Ask, AskOrigin, Done, Reason, Related, RequestDetail, RequestPage, Watched},
    problem::Failure,
    registry::library,
    timeline,
};

/// How long a watcher is kept waiting; shorter than most clients wait.
const WATCH: Duration = Duration::from_secs(20);
/// How many steps of a timeline are read at a time.
const STEPS: usize = 500;
/// How many requests a page has at most.
const MAX_PAGE: usize = 500;
/// How many pages are searched for requests that fit before the caller is told to go on.
const SEARCHED: usize = 20;

/// Which requests to list.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    limit: Option<usize>,
    cursor: Option<String>,
    machine: Option<String>,
    phase: Option<String>,
    library: Option<String>,
    peer: Option<String>,
}

/// The same, read.
struct Filter {
    machine: Option<Kind>,
    phase: Option<String>,
    /// Only requests of this hosted library.
    library: Option<PeerId>,
    /// Only where this library is on either side: the names it goes by.
    peer: Option<BTreeSet<String>>,
}

impl Which {
    /// The hosted library whose requests are meant, if one is.
    pub(super) fn library(&self) -> Option<&str> {
        self.library.as_deref()
    }

    /// Whether it asks for what only requests have, or for more of them.
    pub(super) fn is_of_requests(&self) -> bool {
        [&self.cursor, &self.machine, &self.phase, &self.peer].into_iter().any(Option::is_some)
    }

    fn filter(&self, api: &Api) -> Result<Filter, Failure> {
        let snapshot = api.view.snapshot();
        let machine = self.machine.as_deref().map(Kind::from_str).transpose();
        let machine = machine.map_err(|why| Failure::bad(why.to_string()))?;
        if let Some(phase) = &self.phase {
            phases::check(machine, phase).map_err(|why| Failure::bad(why.to_string()))?;
        }
        let of = |id: &Option<String>| id.as_deref().map(|id| library(&snapshot, id)).transpose();
        let names = |of: &registry::Library| {
            let symbols = of.symbols.iter().map(ToString::to_string);
            symbols.chain([of.id.to_string()]).collect()
        };
        Ok(Filter {
            machine,
            phase: self.phase.clone(),
            library: of(&self.library)?.map(|library| library.id.clone()),
            peer: of(&self.peer)?.map(names),
        })
    }
}

impl Filter {
    fn fits(&self, line: &super::model::RequestLine) -> bool {
        let is = |wanted: Option<&str>, is: Option<&str>| wanted.is_none() || wanted == is;
        is(self.machine.map(Kind::as_str), Some(&line.machine))
            && is(self.phase.as_deref(), Some(&line.phase))
            && is(self.library.as_ref().map(PeerId::as_str), line.library.as_deref())
            && self.peer.as_ref().is_none_or(|names| {
                names.contains(&line.requester)
                    || line.supplier.as_ref().is_some_and(|name| names.contains(name))
            })
    }
}

pub(super) async fn list(
    State(api): Shared,
    Query(which): Query<Which>,
) -> Result<Json<RequestPage>, Failure> {
    page(&api, Listing::All, &which).await.map(Json)
}

/// The list of requests that need staff.
pub(super) fn attention() -> Listing {
    Listing::Worklist { list: ATTENTION.to_owned(), library: EVERYBODY.to_owned() }
}

pub(super) async fn page(api: &Api, listing: Listing, which: &Which) -> Result<RequestPage, Failure> {
    let filter = which.filter(api)?;
    let limit = which.limit.unwrap_or(50).clamp(1, MAX_PAGE);
    let mut page = RequestPage::default();
    let mut cursor = which.cursor.clone().map(Cursor::new);
    for _ in 0..SEARCHED {
        // No more than fit: the cursor is after the last one read.
        let left = limit - page.requests.len();
        let (found, next) = api.store.list(listing.clone(), cursor, left).await?;
        for stored in found {
            match stored.map_err(|corrupt| corrupt.to_string()).and_then(|stored| lines::line(&stored)) {
                Ok(line) if filter.fits(&line) => page.requests.push(line),
                Ok(_) => {}
                Err(why) => page.damaged.push(why),
            }
        }
        page.next = next.as_ref().map(|cursor| cursor.as_str().to_owned());
        cursor = next;
        if cursor.is_none() || page.requests.len() >= limit {
            break;
        }
    }
    Ok(page)
}

pub(super) async fn show(State(api): Shared, Path(id): Path<String>) -> Result<Json<RequestDetail>, Failure> {
    let found = find(&api, &id).await?;
    // The queue before the request: what leaves it in between is a step of the request's by then, and never missing from both.
    let lanes = api.store.request_lanes(found.request).await?;
    let stored = load(&api, found.request).await?;
    let steps = steps(&api, stored.request, 1).await?;
    let related = related(&api, &stored).await?;
    lines::detail(&stored, &api.view.snapshot(), related, &lanes, &steps).map(Json).map_err(Failure::bug)
}

/// The other records of the same loan: of a hosted borrower, of the broker, of hosted lenders.
async fn related(api: &Api, of: &RequestRow) -> Result<Vec<Related>, Failure> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::from([of.request]);
    let mut keys = related_keys(&read_stored(of).map_err(Failure::bug)?);
    while let Some(key) = keys.pop() {
        let Some(request) = api.store.find_external(&key).await? else { continue };
        if !seen.insert(request) {
            continue;
        }
        let stored = load(api, request).await?;
        // What cannot be read is shown where it is looked for itself.
        let Ok(kept) = read_stored(&stored) else { continue };
        let line = lines::of_stored(request, stored.version.number(), &kept);
        keys.extend(related_keys(&kept));
        found.push(Related { id: line.id, machine: line.machine, library: line.library, phase: line.phase });
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(found)
}

#[derive(Debug, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    after: u64,
}

pub(super) async fn watch(
    State(api): Shared,
    Path(id): Path<String>,
    Query(After { after }): Query<After>,
) -> Result<Json<Watched>, Failure> {
    let request = find(&api, &id).await?.request;
    let mut committed = api.watchers.subscribe();
    let mut steps = steps(&api, request, after + 1).await?;
    if steps.is_empty() {
        let newer = async {
            loop {
                match committed.recv().await {
                    Ok(step) if step.request == request && step.version > after => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                }
            }
        };
        // Nothing new in time is an answer, too.
        let _ = timeout(&*api.seams.clock, WATCH, newer).await;
        steps = self::steps(&api, request, after + 1).await?;
    }
    let stored = load(&api, request).await?;
    Ok(Json(Watched {
        request: lines::line(&stored).map_err(Failure::bug)?,
        steps: steps.iter().map(timeline::step).collect::<Result<_, _>>().map_err(Failure::bug)?,
    }))
}

/// Which form of a message is wanted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Form {
    /// As it was, if that is still there.
    #[default]
    Whole,
    /// The redacted form.
    Redacted,
}

#[derive(Debug, Deserialize)]
pub(super) struct FormOf {
    #[serde(default)]
    form: Form,
}

pub(super) async fn message(
    State(api): Shared,
    Path((id, name)): Path<(String, String)>,
    Query(FormOf { form }): Query<FormOf>,
) -> Result<Response, Failure> {
    let request = find(&api, &id).await?.request;
    let unknown = || Failure::new(slug!("message.unknown"), "the request has no such message");
    let body = match name.split_once('/') {
        None => {
            let message: MessageId = name.parse().map_err(|why| Failure::bad(format!("{why}")))?;
            api.store.body(message).await?.ok_or_else(unknown)?
        }
        Some((step, role)) => {
            let step: u64 = step.parse().map_err(|_| unknown())?;
            let role = match role {
                "in" => Role::In,
                "reply" => Role::Reply,
                _ => return Err(unknown()),
            };
            let steps = api.store.records(request, step, 1).await?;
            let step = steps.into_iter().find(|found| found.number == step).ok_or_else(unknown)?;
            step.bodies.into_iter().find(|body| body.role == role).ok_or_else(unknown)?
        }
    };
    bytes(body, form)
}

fn bytes(body: StoredBody, form: Form) -> Result<Response, Failure> {
    let (which, bytes) = match (body.plaintext, body.redacted, form) {
        (Opened::Plain(bytes), _, Form::Whole) => ("whole", bytes),
        (_, Some(redacted), _) => ("redacted", redacted),
        _ => {
            let detail = "the message's bytes are gone: they were erased, or retention took them";
            return Err(Failure::new(slug!("message.erased"), detail));
        }
    };
    // What an ILS is asked is frozen with what is needed to understand the answer: people want the message.
    let (bytes, content_type) = match serde_json::from_slice::<QueuedCommand>(&bytes) {
        Ok(queued) if body.content_type == QUEUED => (queued.xml.into_bytes(), "application/xml".to_owned()),
        _ => (bytes, body.content_type),
    };
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::try_from(content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    headers.insert(HeaderName::from_static("illgate-bytes"), HeaderValue::from_static(which));
    Ok(response)
}

fn numbers(said: Option<String>, code: BibliographicItemIdCode) -> impl Iterator<Item = BibliographicItemId> {
    let numbers = said.into_iter().map(move |said| BibliographicItemId::of(code, &said));
    numbers.filter(|number| !number.identifier.is_empty())
}

/// A patron of a hosted library asks for something.
pub(super) async fn ask(State(api): Shared, Json(ask): Json<Ask>) -> Result<Json<Done>, Failure> {
    let service = match ask.service.as_deref() {
        None => None,
        Some("Loan") => Some(ServiceType::Loan),
        Some("Copy") => Some(ServiceType::Copy),
        Some("CopyOrLoan") => Some(ServiceType::CopyOrLoan),
        Some(other) => {
            return Err(Failure::bad(format!("`{other}` is not a service: say Loan, Copy or CopyOrLoan")));
        }
    };
    let came = Provenance {
        origin: match ask.origin {
            None | Some(AskOrigin::Rest) => Origin::Rest,
            Some(AskOrigin::Staff) => Origin::Staff,
        },
        once: None,
        theirs: None,
    };
    let wish = PatronRequest {
        patron: ask.patron,
        service,
        title: ask.title,
        author: ask.author,
        title_of_component: ask.title_of_component,
        pages: ask.pages,
        volumes: ask.volumes,
        edition: ask.edition,
        numbers: numbers(ask.isbn, BibliographicItemIdCode::ISBN)
            .chain(numbers(ask.issn, BibliographicItemIdCode::ISSN))
            .collect(),
        records: ask.records.into_iter().collect(),
        items: ask.items.into_iter().map(|item| (item.agency, item.barcode)).collect(),
        need_before: ask.need_before,
        pickup: ask.pickup,
        note: ask.note,
        ..PatronRequest::default()
    };
    match api.desk.ask(&PeerId::new(ask.library), wish, came).await? {
        Placed::Made(request, stepped) => Ok(Json(done(request, &stepped))),
        Placed::Before(request) => {
            Err(Failure::bug(format!("{request} was made by a message that has no key")))
        }
    }
}

pub(super) async fn erase(
    State(api): Shared,
    Path(id): Path<String>,
    Json(reason): Json<Reason>,
) -> Result<Json<Done>, Failure> {
    let request = find(&api, &id).await?.request;
    let because = because(reason.by, reason.reason)?;
    let stepped = api.requests.erase(request, &because).await?;
    Ok(Json(done(request, &stepped)))
}

/// Who acts and why: a reason is never empty.
pub(super) fn because(by: Option<String>, reason: String) -> Result<Because, Failure> {
    if reason.trim().is_empty() {
        return Err(Failure::bad("say why: `reason` is kept with the request"));
    }
    let by = by.filter(|by| !by.trim().is_empty()).unwrap_or_else(|| "api".to_owned());
    Ok(Because { by, reason })
}

pub(super) fn done(request: RequestId, stepped: &StepOutcome) -> Done {
    Done {
        request: lines::of_stored(request, stepped.version, &stepped.stored),
        rules: stepped.rules.iter().map(timeline::rule).collect(),
        message: None,
        waits: None,
    }
}

/// The request that an id means: ours, one under which a supplier knows it, or the requester's.
pub(super) async fn find(api: &Api, id: &str) -> Result<RequestRow, Failure> {
    let prefixed = if id.starts_with("req_") { id.to_owned() } else { format!("req_{id}") };
    if let Ok(request) = prefixed.parse::<RequestId>()
        && let Some(stored) = api.store.request(request).await?
    {
        return Ok(stored);
    }
    for key in [supplier_key(id), any_key(id)] {
        if let Some(request) = api.store.find_external(&key).await? {
            return load(api, request).await;
        }
    }
    Err(Failure::new(slug!("request.unknown"), format!("no request is known as `{id}`")))
}

async fn load(api: &Api, request: RequestId) -> Result<RequestRow, Failure> {
    api.store
        .request(request)
        .await?
        .ok_or_else(|| Failure::bug(format!("{request} is in an index and not in the store")))
}

async fn steps(api: &Arc<Api>, request: RequestId, mut from: u64) -> Result<Vec<StoredStep>, Failure> {
    let mut all = Vec::new();
    loop {
        let page = api.store.records(request, from, STEPS).await?;
        let full = page.len() == STEPS;
        from = page.last().map_or(from, |last| last.number + 1);
        all.extend(page);
        if !full {
            return Ok(all);
        }
    }
}

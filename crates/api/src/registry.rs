//! The registry's file given and taken, and libraries with their queues. A file takes effect whole or not at all, without a restart.

use std::collections::BTreeSet;

use axum::{
    Json,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use errors::slug;
use hyper::header::{CONTENT_TYPE, ETAG, HeaderValue};
use loan_model::PeerId;
use persistence::{Lifecycle, Listing, StoreError};
use ranking::RotaEntry;
use registry::{ConnectionKind, Library, Refused, Registry};
use runtime::{
    destination::Destination,
    outbox::{CircuitState, PeerStatus},
    peer_warnings,
    registry_view::{DOCUMENT, Snapshot},
    requests::{self, Preview},
};
use serde::Deserialize;

use super::{
    Api, Shared, incidents,
    lines::rota_line,
    model::{Applied, Counter, Fault, PeerDetail, PeerLine, PeerQueue, Peers, Rota, RotaPreview},
    problem::Failure,
    timeline::word,
};

/// How many requests are read at a time when it is asked which libraries they name.
const PAGE: usize = 500;

pub(super) async fn export(State(api): Shared) -> Response {
    let snapshot = api.view.snapshot();
    let mut response = snapshot.registry.export(snapshot.version).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/toml; charset=utf-8"));
    if let Ok(etag) = HeaderValue::try_from(format!("\"{}\"", snapshot.version)) {
        headers.insert(ETAG, etag);
    }
    response
}

#[derive(Debug, Deserialize)]
pub(super) struct How {
    #[serde(default)]
    dry_run: bool,
}

pub(super) async fn apply(
    State(api): Shared,
    Query(How { dry_run }): Query<How>,
    text: String,
) -> Result<Json<Applied>, Failure> {
    let _one_at_a_time = api.applying.lock().await;
    let snapshot = api.view.snapshot();
    let referenced = referenced(&api, &snapshot.registry, &text).await?;
    let proposal =
        snapshot.registry.propose(snapshot.version, &text, &|id| referenced.contains(id)).map_err(refused)?;
    let changes: Vec<String> = proposal.changes.iter().map(ToString::to_string).collect();
    let warnings = proposal.registry.warnings();
    // A first file counts even if it says what holds by default.
    if changes.is_empty() && snapshot.version > 0 {
        return Ok(Json(Applied { changes, warnings, version: snapshot.version, applied: !dry_run }));
    }
    let version = snapshot.version + 1;
    if dry_run {
        return Ok(Json(Applied { changes, warnings, version, applied: false }));
    }
    let document = proposal.registry.to_toml();
    let kept = api.store.put_document(DOCUMENT, snapshot.version, document.as_bytes()).await;
    let version = kept.map_err(|why| match why {
        StoreError::Conflict { .. } => stale(why.to_string()),
        other => other.into(),
    })?;
    api.view.replace(proposal.registry, version);
    api.outbox.peers_changed();
    tracing::info!(
        version,
        changes = changes.len(),
        warnings = warnings.len(),
        "a registry file was applied"
    );
    Ok(Json(Applied { changes, warnings, version, applied: true }))
}

fn refused(refused: Refused) -> Failure {
    let sentence = refused.to_string();
    match refused {
        Refused::Problems(problems) => {
            let faults = problems.into_iter().map(|problem| Fault {
                line: problem.line,
                column: problem.column,
                key: problem.key,
                sentence: problem.sentence,
            });
            Failure::new(slug!("registry.invalid"), sentence).with(faults.collect())
        }
        Refused::Stale { .. } => stale(sentence),
    }
}

fn stale(detail: String) -> Failure {
    Failure::new(slug!("registry.stale"), detail)
}

/// Which libraries open requests and lanes name; looked up only where a library would go.
async fn referenced(api: &Api, old: &Registry, text: &str) -> Result<BTreeSet<PeerId>, Failure> {
    let mut found = BTreeSet::new();
    let Ok(new) = Registry::parse_toml(text) else { return Ok(found) };
    if old.libraries().all(|library| new.library(&library.id).is_some()) {
        return Ok(found);
    }
    let lanes = api.store.lanes().await?;
    found.extend(lanes.iter().filter_map(|entry| Destination::of(&entry.lane.peer).library().cloned()));
    let mut cursor = None;
    loop {
        let (page, next) = api.store.list(Listing::All, cursor, PAGE).await?;
        for stored in page.into_iter().flatten().filter(|stored| stored.lifecycle == Lifecycle::Open) {
            if let Ok(kept) = requests::read_stored(&stored) {
                found.extend(kept.state.brokering().into_iter().flat_map(|state| state.peers()).cloned());
                found.extend(kept.meta.library);
            }
        }
        cursor = next;
        if cursor.is_none() {
            return Ok(found);
        }
    }
}

pub(super) async fn peers(State(api): Shared) -> Result<Json<Peers>, Failure> {
    let snapshot = api.view.snapshot();
    let queues = Queues::read(&api).await?;
    let peers = snapshot.registry.libraries().map(|library| line(&snapshot, library, &queues)).collect();
    Ok(Json(Peers { registry_version: snapshot.version, peers }))
}

pub(super) async fn peer(State(api): Shared, Path(id): Path<String>) -> Result<Json<PeerDetail>, Failure> {
    let snapshot = api.view.snapshot();
    let library = library(&snapshot, &id)?;
    let warnings = peer_warnings::of(&api.store, &library.id).await?;
    // A damaged incident is shown among all of them.
    let standing = api.store.library_incidents(Some(library.id.as_str())).await?.into_iter().flatten();
    Ok(Json(PeerDetail {
        line: line(&snapshot, library, &Queues::read(&api).await?),
        warnings: warnings.into_iter().map(|(name, value)| Counter { name, value }).collect(),
        incidents: standing.map(incidents::line).collect(),
    }))
}

/// Who would be asked now if the library asked for something and named nobody.
pub(super) async fn rota(State(api): Shared, Path(id): Path<String>) -> Result<Json<Rota>, Failure> {
    let snapshot = api.view.snapshot();
    let library = library(&snapshot, &id)?;
    let Preview { rota, balances } = api.requests.preview(&library.id);
    let line = |entry: &RotaEntry| {
        let balance = balances.get(&entry.peer).copied().unwrap_or_default();
        let goal = snapshot.facts(&entry.peer).map_or(0, |facts| facts.balance_goal);
        RotaPreview {
            line: rota_line(entry),
            lent: balance.lent,
            open: balance.open,
            borrowed: balance.borrowed,
            goal,
        }
    };
    Ok(Json(Rota {
        library: library.id.to_string(),
        lenders: rota.entries.iter().map(line).collect(),
        nobody: rota.why_nobody().filter(|_| rota.chosen().next().is_none()),
    }))
}

/// The library that an id or a symbol means.
pub(super) fn library<'a>(snapshot: &'a Snapshot, id: &str) -> Result<&'a Library, Failure> {
    let by_symbol = || snapshot.registry.by_symbol(&id.parse().ok()?);
    snapshot.registry.library(&PeerId::new(id)).or_else(by_symbol).ok_or_else(|| {
        let detail = format!("the registry has no library with the id or symbol `{id}`");
        Failure::new(slug!("peer.unknown"), detail)
    })
}

/// How all queues stand.
struct Queues {
    lanes: Vec<persistence::LaneEntry>,
    status: Vec<PeerStatus>,
}

impl Queues {
    async fn read(api: &Api) -> Result<Self, Failure> {
        Ok(Self { lanes: api.store.lanes().await?, status: api.outbox.status() })
    }

    /// A library has up to three queues: its own, that to its ILS and that of its mail. Where one of them is in trouble, it is that one
    /// which is told of.
    fn of(&self, library: &PeerId) -> PeerQueue {
        let is_its = |peer: &str| Destination::of(peer).library() == Some(library);
        let own = || self.lanes.iter().filter(|entry| is_its(&entry.lane.peer));
        let mut queue = PeerQueue {
            queued: own().count(),
            held: own().filter(|entry| entry.standing != persistence::Standing::Ready).count(),
            circuit: "unused".to_owned(),
            ..PeerQueue::default()
        };
        let trouble = |status: &&PeerStatus| {
            (matches!(status.circuit, CircuitState::Open { .. }), status.failures, status.last_good)
        };
        if let Some(status) = self.status.iter().filter(|status| is_its(&status.peer)).max_by_key(trouble) {
            (queue.circuit, queue.open_until) = match status.circuit {
                CircuitState::Closed => ("closed".to_owned(), None),
                CircuitState::Open { until } => ("open".to_owned(), Some(until)),
                CircuitState::HalfOpen => ("half-open".to_owned(), None),
            };
            queue.sending = status.sending;
            queue.failures = status.failures;
            queue.last_error = status.last_error.clone();
            queue.last_good = status.last_good;
        }
        queue
    }
}

fn line(snapshot: &Snapshot, library: &Library, queues: &Queues) -> PeerLine {
    let connection = snapshot.registry.connection(&library.id);
    let (speaks, address) = reached(&snapshot.registry, &library.id).unzip();
    PeerLine {
        id: library.id.to_string(),
        name: library.name.clone(),
        symbols: library.symbols.iter().map(ToString::to_string).collect(),
        kind: word(&library.kind),
        standing: word(&library.status),
        borrows: library.borrows,
        lends: word(&library.lends),
        speaks,
        url: address,
        edition: connection.as_ref().map(|it| it.edition.to_string()),
        face: connection.as_ref().map(|it| word(&it.face)).unwrap_or_default(),
        supplier_face: connection.as_ref().map(|it| word(&it.supplier_face)).unwrap_or_default(),
        queue: queues.of(&library.id),
    }
}

/// What a library is spoken to in, and where; nothing where it cannot be reached.
fn reached(registry: &Registry, id: &PeerId) -> Option<(String, String)> {
    match registry.kind_of_connection(id)? {
        ConnectionKind::Iso18626 => {
            let connection = registry.connection(id)?;
            Some((format!("ISO 18626 {}", connection.edition), connection.url.as_str().to_owned()))
        }
        ConnectionKind::Ncip => {
            let connection = registry.ncip(id)?;
            let settings = &connection.settings;
            Some((format!("NCIP {} ({})", settings.version, settings.preset), connection.address.to_string()))
        }
        ConnectionKind::Manual => Some(("mail".to_owned(), registry.manual(id)?.mail_to.join(", "))),
    }
}

//! The gateway's state, its store and its clock.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use errors::slug;
use hyper::{
    body::{Bytes, Frame},
    header::{CONTENT_TYPE, HeaderValue},
};
use jiff::SignedDuration;
use net::ServerTls;
use persistence::{Retention, Standing};
use runtime::{peer_warnings, stored_time::unix_millis};
use tokio::sync::mpsc;

use super::{
    Shared,
    model::{
        Advance, Advanced, BackedUp, Backup, ClockKind, Counter, Prune, Pruned, ShownCertificate, Status,
    },
    problem::Failure,
    requests::attention,
};

/// A day.
const DAY: Duration = Duration::from_secs(86_400);
/// How many requests that need staff are counted.
const COUNTED: usize = 1000;
/// How many pieces of an export wait for a slow reader.
const PIECES: usize = 16;

pub(super) async fn status(State(api): Shared) -> Result<Json<Status>, Failure> {
    let snapshot = api.view.snapshot();
    let lanes = api.store.lanes().await?;
    let (needing, _) = api.store.list(attention(), None, COUNTED).await?;
    let counters = api.store.counters("").await?;
    Ok(Json(Status {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: api.started_at,
        now: api.seams.clock.now(),
        listen: api.listen.clone(),
        ncip_listen: api.ncip_listen.clone(),
        certificates: api.certificates.iter().map(|tls| shown(tls)).collect(),
        engine: api.engine.to_owned(),
        free_bytes: api.space.free_space().await.ok().filter(|bytes| *bytes != u64::MAX),
        intake: api.gate.state().into(),
        registry_version: snapshot.version,
        libraries: snapshot.registry.libraries().count(),
        queued: lanes.len(),
        held: lanes.iter().filter(|entry| entry.standing != Standing::Ready).count(),
        attention: needing.len(),
        library_incidents: api.store.library_incidents(None).await?.len(),
        counters: counters
            .into_iter()
            .filter(|(name, _)| !ils::counts::is_ours(name) && !peer_warnings::is_one(name))
            .map(|(name, value)| Counter { name, value })
            .collect(),
        clock: if api.stepped.is_some() { ClockKind::Stepped } else { ClockKind::Real },
    }))
}

fn shown(tls: &ServerTls) -> ShownCertificate {
    let shown = tls.shown();
    let shown = shown.borrow();
    ShownCertificate {
        named_by: tls.named_by().to_owned(),
        ends: shown.ends,
        fingerprint: shown.certificate.fingerprint.to_string(),
    }
}

pub(super) async fn backup(
    State(api): Shared,
    Json(backup): Json<Backup>,
) -> Result<Json<BackedUp>, Failure> {
    let path = absolute(&backup.path)?;
    let keyring = backup.keyring.as_deref().map(absolute).transpose()?;
    let rows = api.store.backup(&path).await?;
    if let Some(keyring) = keyring {
        api.store.backup_keyring(&keyring).await?;
    }
    tracing::info!(rows, path = %path.display(), "a backup was written");
    Ok(Json(BackedUp { rows }))
}

fn absolute(path: &str) -> Result<PathBuf, Failure> {
    let path = Path::new(path);
    if path.is_absolute() {
        return Ok(path.to_owned());
    }
    Err(Failure::bad("name the file with its absolute path: the gateway runs in a folder of its own"))
}

pub(super) async fn export(State(api): Shared) -> Response {
    let (pieces, body) = mpsc::channel(PIECES);
    let store = api.store.clone();
    tokio::spawn(async move {
        let end = pieces.clone();
        if let Err(why) = store.export(Pieces(pieces)).await {
            tracing::warn!(slug = %slug!("store.failed"), %why, "an export broke off");
            // A reader must not take what came for the whole.
            let _ = end.send(Err(io::Error::other("the export broke off"))).await;
        }
    });
    let mut response = Body::new(Streamed(body)).into_response();
    let lines = HeaderValue::from_static("application/jsonl");
    response.headers_mut().insert(CONTENT_TYPE, lines);
    response
}

/// What the store writes an export to: runs on a thread of the store's.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let gone = |_| io::Error::new(io::ErrorKind::BrokenPipe, "nobody reads the export any more");
        self.0.blocking_send(Ok(Bytes::copy_from_slice(bytes))).map_err(gone)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What the reader of an export gets.
struct Streamed(mpsc::Receiver<io::Result<Bytes>>);

impl hyper::body::Body for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(cx).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

pub(super) async fn prune(State(api): Shared, Json(prune): Json<Prune>) -> Result<Json<Pruned>, Failure> {
    let days = |days: Option<u32>, default: Option<Duration>| days.map(|days| days * DAY).or(default);
    let policy = Retention {
        raw_after: days(prune.raw_days, api.retention.raw_after),
        events_after: days(prune.events_days, api.retention.events_after),
        intake_after: days(prune.intake_days, api.retention.intake_after),
    };
    let pruned = api.store.prune(policy, unix_millis(api.seams.clock.now())).await?;
    Ok(Json(Pruned { raw: pruned.raw, events: pruned.events, intake: pruned.intake }))
}

pub(super) async fn advance(
    State(api): Shared,
    Json(Advance { advance_seconds }): Json<Advance>,
) -> Result<Json<Advanced>, Failure> {
    let Some(clock) = &api.stepped else {
        let detail = "this gateway keeps the system's time: only a demo or a test can advance the clock";
        return Err(Failure::new(slug!("clock.real"), detail));
    };
    let seconds = i64::try_from(advance_seconds).unwrap_or(i64::MAX);
    clock.advance(SignedDuration::from_secs(seconds));
    Ok(Json(Advanced { now: api.seams.clock.now() }))
}

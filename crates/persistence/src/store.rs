//! The store: opening it, and the one durable commit. Must never answer before the batch is durable.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use serde::{Deserialize, Serialize};

use crate::{
    Commit, CommitError, Committed, ExternalOp, Lifecycle, MemoryDisk, Place, RequestId, UnixMillis, Version,
    WorklistOp,
    engine::{Assert, Batch, Direction, Engine, EngineKind, Outcome, Span},
    entropy::Entropy,
    error::StoreError,
    frame,
    keyring::{Keyring, SlotId},
    keys,
    keys::{
        CLOSED, COUNTER, DEDUPE, EXTERNAL, Key, LOG, MESSAGE, META, REQUEST, STRIPPED, TIMELINE, WORKLIST,
    },
    lanes,
    log::{self, Pointer},
    runner::{Base, Health, Runner},
    timers,
};

/// How much of the log's end is verified on opening.
const TAIL: usize = 64;

/// Where and how a store is kept.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The engine.
    pub engine: EngineKind,
    /// The folder of its files.
    pub dir: PathBuf,
}

/// An open store. Clones share it; it closes, and unlocks its files, with the last of them.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    runner: Runner,
    next: AtomicU64,
    days: tokio::sync::Mutex<HashMap<u64, SlotId>>,
    dir: PathBuf,
}

/// What a request's row says besides the state.
#[derive(Serialize, Deserialize)]
pub(crate) struct RequestHead {
    pub(crate) slot: SlotId,
    pub(crate) lifecycle: Lifecycle,
}

/// What an assert of a commit stands for.
enum AssertMeaning {
    Moved(RequestId),
    Repeated(RequestId, Vec<u8>),
    Taken(String),
}

impl Store {
    /// Opens a store, making it where there is none. Blocks: it reads the end of the log and the keyring.
    ///
    /// # Errors
    /// When its files cannot be opened or are in use, a newer release wrote it, or what the gateway runs on is damaged.
    pub fn open(config: &StoreConfig, entropy: Box<dyn Entropy>) -> Result<Self, StoreError> {
        let failed = |why: String| StoreError::Open { at: config.dir.clone(), why };
        let memory = match &config.engine {
            EngineKind::Memory(disk) => Some(disk),
            _ => {
                make_private(&config.dir).map_err(|why| failed(why.to_string()))?;
                None
            }
        };
        let engine = Engine::open(&config.engine, &config.dir).map_err(|why| failed(why.to_string()))?;
        check_schema(&engine)?;
        let next = check_tail(&engine)?;
        let keyring = Keyring::open(&config.dir, memory, entropy)
            .map_err(|why| failed(format!("the keyring cannot be opened: {why}")))?;
        let runner = Runner::start(Base { engine, keyring, health: Health::new() })
            .map_err(|why| failed(format!("its threads cannot be started: {why}")))?;
        Ok(Self(Arc::new(Inner {
            runner,
            next: AtomicU64::new(next),
            days: tokio::sync::Mutex::default(),
            dir: config.dir.clone(),
        })))
    }

    /// Opens a store in memory, for tests and simulation.
    ///
    /// # Errors
    /// When what lies on the disk is damaged.
    pub fn memory(disk: &MemoryDisk, entropy: Box<dyn Entropy>) -> Result<Self, StoreError> {
        Self::open(&StoreConfig { engine: EngineKind::Memory(disk.clone()), dir: PathBuf::new() }, entropy)
    }

    /// Resolves when the store has stopped, with the reason. The process must then exit.
    pub async fn failed(&self) -> String {
        let mut stopped = self.runner().base().health.watch();
        match stopped.wait_for(Option::is_some).await {
            Ok(reason) => reason.clone().unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    }

    /// Makes one commit.
    ///
    /// # Errors
    /// As `commit_all`.
    pub async fn commit(&self, commit: Commit) -> Result<Committed, CommitError> {
        let mut all = self.commit_all(vec![commit]).await?;
        Ok(all.remove(0))
    }

    /// Makes commits of different requests, all or none. Durable when it resolves. (Of two commits of one request the second
    /// conflicts: it was decided before the first.)
    ///
    /// # Errors
    /// When a request has moved on, an input is a repeat, an external id is taken, or the store has stopped.
    pub async fn commit_all(&self, commits: Vec<Commit>) -> Result<Vec<Committed>, CommitError> {
        let mut new_keys = NewKeys { store: self, slots: Vec::new() };
        let mut batch = Batch::default();
        let mut meanings = Vec::new();
        let mut committed = Vec::new();
        for commit in commits {
            if committed.iter().any(|other: &Committed| other.request == commit.request) {
                return Err(CommitError::Conflict(commit.request));
            }
            let timers = if commit.timers.is_empty() {
                Vec::new()
            } else {
                let request = commit.request;
                self.runner().read(move |base| timers::of_request(base, request)).await?
            };
            committed.push(self.add(commit, &timers, &mut batch, &mut meanings, &mut new_keys)?);
        }
        // From here on the keys may be in use: a write whose outcome is unknown must not give them back.
        let slots = std::mem::take(&mut new_keys.slots);
        let Outcome::Skipped { assert } = self.runner().write(batch).await? else { return Ok(committed) };
        new_keys.slots = slots;
        drop(new_keys);
        match meanings.into_iter().nth(assert) {
            Some(AssertMeaning::Repeated(request, key)) => match self.dedupe(request, key).await? {
                Some(reply) => Err(CommitError::DedupeExists(Box::new(reply))),
                None => Err(CommitError::Conflict(request)),
            },
            Some(AssertMeaning::Taken(key)) => Err(CommitError::ExternalTaken { key }),
            Some(AssertMeaning::Moved(request)) => Err(CommitError::Conflict(request)),
            None => {
                Err(self.runner().base().health.stop("the engine named an assert that was not made").into())
            }
        }
    }

    fn add(
        &self,
        commit: Commit,
        timers: &[crate::Timer],
        batch: &mut Batch,
        meanings: &mut Vec<AssertMeaning>,
        new_keys: &mut NewKeys<'_>,
    ) -> Result<Committed, StoreError> {
        let keyring = &self.runner().base().keyring;
        let Commit { request, expect, record, state, .. } = commit;
        let row = request_key(request);
        let slot = match expect.slot {
            Some(slot) => slot,
            None => new_keys.key(request)?,
        };
        let number = expect.number + 1;

        for key in commit.dedupe {
            meanings.push(AssertMeaning::Repeated(request, key.clone()));
            let at = dedupe_key(request, &key);
            batch.asserts.push(Assert::Absent(at.clone()));
            put(batch, at, 0, &number.to_be_bytes());
        }
        meanings.push(AssertMeaning::Moved(request));
        batch.asserts.push(match expect.number {
            0 => Assert::Absent(row.clone()),
            version => Assert::At(row.clone(), version),
        });

        let pointer = Pointer::new(self.0.next.fetch_add(1, Ordering::Relaxed));
        let at = pointer.key();
        let value =
            log::write(&at, keyring, (request, number, slot), &record).map_err(system("sealing a body"))?;
        batch.puts.push((at, value));
        put(batch, timeline_key(request, number), 0, &frame::pack(&pointer, &[]));
        for (message, _) in &record.rendered_out {
            put(batch, message_key(*message), 0, &frame::pack(&pointer, &[]));
        }
        let head = RequestHead { slot, lifecycle: commit.lifecycle };
        put(batch, row, number, &frame::pack(&head, &[&state]));
        if let Lifecycle::Closed { at } = commit.lifecycle {
            put(batch, closed_key(at, request), 0, &[]);
        }
        add_indexes(batch, meanings, request, commit.external, commit.worklists);

        let mut entries = Vec::new();
        for (index, op) in (0u64..).zip(commit.lanes) {
            let asserts = batch.asserts.len();
            entries.extend(lanes::add(batch, request, record.at, (number << 16) | index, op));
            meanings.extend((asserts..batch.asserts.len()).map(|_| AssertMeaning::Moved(request)));
        }
        timers::add(batch, request, timers, &commit.timers);
        for (name, more) in commit.counters {
            batch.adds.push((counter_key(&name), more));
        }
        Ok(Committed { request, version: Version { number, slot: Some(slot) }, lanes: entries })
    }

    pub(crate) fn runner(&self) -> &Runner {
        &self.0.runner
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.0.dir
    }

    pub(crate) fn days(&self) -> &tokio::sync::Mutex<HashMap<u64, SlotId>> {
        &self.0.days
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("dir", &self.0.dir).finish_non_exhaustive()
    }
}

/// Data keys made for commits that may yet fail: given back when dropped.
struct NewKeys<'a> {
    store: &'a Store,
    slots: Vec<(SlotId, RequestId)>,
}

impl NewKeys<'_> {
    fn key(&mut self, request: RequestId) -> Result<SlotId, StoreError> {
        let keyring = &self.store.runner().base().keyring;
        let slot = keyring.make(request.to_bytes()).map_err(system("making a data key"))?;
        self.slots.push((slot, request));
        Ok(slot)
    }
}

impl Drop for NewKeys<'_> {
    fn drop(&mut self) {
        for (slot, request) in &self.slots {
            self.store.runner().base().keyring.release(*slot, request.to_bytes());
        }
    }
}

fn add_indexes(
    batch: &mut Batch,
    meanings: &mut Vec<AssertMeaning>,
    request: RequestId,
    external: Vec<ExternalOp>,
    worklists: Vec<WorklistOp>,
) {
    for op in external {
        match op {
            ExternalOp::Claim(id) => {
                let key = external_key(&id);
                batch.asserts.push(Assert::Absent(key.clone()));
                meanings.push(AssertMeaning::Taken(id));
                put(batch, key, 0, &request.to_bytes());
            }
            ExternalOp::Set(id) => put(batch, external_key(&id), 0, &request.to_bytes()),
            ExternalOp::Clear(id) => batch.deletes.push(external_key(&id)),
        }
    }
    for op in worklists {
        match op {
            WorklistOp::Enter(place) => put(batch, worklist_key(&place, request), 0, &[]),
            WorklistOp::Leave(place) => batch.deletes.push(worklist_key(&place, request)),
        }
    }
}

fn check_schema(engine: &Engine) -> Result<(), StoreError> {
    let key = schema_key();
    match engine.get(&key)? {
        // The byte is looked at before the checksum: a newer release may frame its values otherwise.
        Some(value) => match value.get(8) {
            Some(&found) if found > frame::SCHEMA => Err(StoreError::Newer { found, known: frame::SCHEMA }),
            _ => Ok(frame::read(&key, &value).map(|_| ())?),
        },
        None => {
            let everything = Span { from: vec![0], to: vec![u8::MAX] };
            if !engine.scan(&everything, 1, Direction::Up)?.is_empty() {
                return Err(keys::corrupt(
                    &key,
                    "it is missing: the store is what an unfinished restore left",
                )
                .into());
            }
            let mut batch = Batch::default();
            put(&mut batch, key, 0, &[]);
            engine.write(&[batch])?;
            Ok(())
        }
    }
}

/// Verifies the end of the log and gives the next free number.
fn check_tail(engine: &Engine) -> Result<u64, StoreError> {
    let tail = engine.scan(&Span::prefix(vec![LOG]), TAIL, Direction::Down)?;
    for (key, value) in &tail {
        log::parse(key, value)?;
    }
    match tail.first() {
        Some((key, _)) => Ok(Pointer::of_key(key)?.number() + 1),
        None => Ok(1),
    }
}

/// Makes a folder that its owner only can enter, and makes sure that it stays.
pub(crate) fn make_private(dir: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    match dir.canonicalize()?.parent() {
        Some(parent) => std::fs::File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

pub(crate) fn system(what: &'static str) -> impl Fn(std::io::Error) -> StoreError {
    move |why| StoreError::System { what, why: why.to_string() }
}

pub(crate) fn put(batch: &mut Batch, key: Vec<u8>, version: u64, payload: &[u8]) {
    let value = frame::write(&key, version, payload);
    batch.puts.push((key, value));
}

pub(crate) fn schema_key() -> Vec<u8> {
    Key::new(META).raw(b"schema").done()
}

pub(crate) fn request_key(request: RequestId) -> Vec<u8> {
    Key::new(REQUEST).request(request).done()
}

pub(crate) fn timeline_key(request: RequestId, step: u64) -> Vec<u8> {
    Key::new(TIMELINE).request(request).number(step).done()
}

pub(crate) fn dedupe_key(request: RequestId, key: &[u8]) -> Vec<u8> {
    Key::new(DEDUPE).request(request).raw(key).done()
}

pub(crate) fn message_key(message: crate::MessageId) -> Vec<u8> {
    Key::new(MESSAGE).raw(&message.to_bytes()).done()
}

pub(crate) fn external_key(id: &str) -> Vec<u8> {
    Key::new(EXTERNAL).raw(id.as_bytes()).done()
}

pub(crate) fn counter_key(name: &str) -> Vec<u8> {
    Key::new(COUNTER).raw(name.as_bytes()).done()
}

pub(crate) fn closed_key(at: UnixMillis, request: RequestId) -> Vec<u8> {
    Key::new(CLOSED).time(at).request(request).done()
}

pub(crate) fn stripped_key(at: UnixMillis, request: RequestId) -> Vec<u8> {
    Key::new(STRIPPED).time(at).request(request).done()
}

pub(crate) fn worklist_prefix(list: &str, library: &str) -> Vec<u8> {
    Key::new(WORKLIST).text(list).text(library).done()
}

fn worklist_key(place: &Place, request: RequestId) -> Vec<u8> {
    let prefix = worklist_prefix(&place.list, &place.library);
    [prefix, Key::new(keys::WORKLIST).time(place.since).request(request).done()[1..].to_vec()].concat()
}

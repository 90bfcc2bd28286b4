//! sled as an engine. Its `flush` is not an fsync and its blob files are never synced: so the file is synced here before
//! anything is answered, and a large value is cut into pieces. Must never let a reader see what is not yet durable.

use std::{
    fs::File,
    path::Path,
    sync::{PoisonError, RwLock},
};

use ::sled::{
    Db, IVec, Mode, Tree,
    transaction::{
        ConflictableTransactionError, TransactionError, TransactionalTree, UnabortableTransactionError,
    },
};

use super::{Batch, Direction, EngineError, Outcome, Pair, Rows, Sink, Span, apply};

pub(super) const FOLDER: &str = "illgate.sled";
/// The longest piece: sled keeps longer values in files that it never syncs.
const CHUNK_LEN: usize = 8000;
/// Pieces sort after every key.
const PIECES: u8 = u8::MAX;
const LOCK_TRIES: u32 = 40;
const LOCK_PAUSE: std::time::Duration = std::time::Duration::from_millis(25);
const WHOLE: u8 = 0;
const CUT: u8 = 1;

/// An open sled folder.
#[derive(Debug)]
pub struct SledEngine {
    db: Db,
    file: File,
    /// Held by the writer until what it wrote is durable.
    durable: RwLock<()>,
}

impl SledEngine {
    pub(super) fn open(dir: &Path) -> Result<Self, EngineError> {
        let folder = dir.join(FOLDER);
        let config = ::sled::Config::new()
            .path(&folder)
            .mode(Mode::HighThroughput)
            .flush_every_ms(None)
            .cache_capacity(64 << 20);
        let db = open_patiently(&config)?;
        db.flush().map_err(failed)?;
        let file = File::open(folder.join("db")).map_err(failed)?;
        for place in [folder.as_path(), dir] {
            File::open(place).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        file.sync_all().map_err(failed)?;
        Ok(Self { db, file, durable: RwLock::new(()) })
    }

    pub(super) fn write(&self, batches: &[Batch]) -> Result<Vec<Outcome>, EngineError> {
        let _alone = self.durable.write().unwrap_or_else(PoisonError::into_inner);
        let tree: &Tree = &self.db;
        let outcomes = tree
            .transaction(|rows| {
                batches
                    .iter()
                    .map(|batch| apply(&mut Transaction(rows), batch))
                    .collect::<Result<Vec<_>, _>>()
                    .map_err(|stop| match stop {
                        Stop::Engine(why) => ConflictableTransactionError::Abort(why),
                        Stop::Again(why) => why.into(),
                    })
            })
            .map_err(|why| match why {
                TransactionError::Abort(why) => why,
                TransactionError::Storage(why) => failed(why),
            })?;
        self.db.flush().map_err(failed)?;
        self.file.sync_data().map_err(failed)?;
        Ok(outcomes)
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let _durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        let Some(head) = self.db.get(key).map_err(failed)? else { return Ok(None) };
        self.whole(key, &head).map(Some)
    }

    pub(super) fn scan(
        &self,
        span: &Span,
        limit: usize,
        direction: Direction,
    ) -> Result<Vec<Pair>, EngineError> {
        let _durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        let mut range = self.db.range(span.from.as_slice()..span.to.as_slice());
        let mut pairs = Vec::new();
        while pairs.len() < limit {
            let next = match direction {
                Direction::Up => range.next(),
                Direction::Down => range.next_back(),
            };
            let Some(next) = next else { break };
            let (key, head) = next.map_err(failed)?;
            let value = self.whole(&key, &head)?;
            pairs.push((key.to_vec(), value));
        }
        Ok(pairs)
    }

    pub(super) fn walk(&self, sink: &mut Sink<'_>) -> Result<(), EngineError> {
        let _durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        for pair in self.db.range::<&[u8], _>(..&[PIECES][..]) {
            let (key, head) = pair.map_err(failed)?;
            sink(&key, &self.whole(&key, &head)?)?;
        }
        Ok(())
    }

    pub(super) fn verify(&self) -> Result<(), EngineError> {
        let _durable = self.durable.read().unwrap_or_else(PoisonError::into_inner);
        self.db.verify_integrity().map_err(failed)
    }

    fn whole(&self, key: &[u8], head: &IVec) -> Result<Vec<u8>, EngineError> {
        join(key, head, |piece| self.db.get(piece).map_err(failed))
    }
}

/// A sled that was dropped in this process may hold its lock a little longer, until its own threads end.
#[expect(
    clippy::disallowed_methods,
    reason = "sled tells nobody when its threads end, and opening blocks anyway"
)]
fn open_patiently(config: &::sled::Config) -> Result<Db, EngineError> {
    let mut tries = 0;
    loop {
        match config.open() {
            Err(::sled::Error::Io(why)) if tries < LOCK_TRIES && why.to_string().contains("lock") => {
                tries += 1;
                std::thread::sleep(LOCK_PAUSE);
            }
            opened => return opened.map_err(failed),
        }
    }
}

/// Cuts a value: what stands under the key, and its pieces.
fn cut(key: &[u8], value: &[u8]) -> (Vec<u8>, Vec<Pair>) {
    if value.len() < CHUNK_LEN {
        return ([&[WHOLE], value].concat(), Vec::new());
    }
    let pieces: Vec<_> = (0u32..)
        .zip(value.chunks(CHUNK_LEN))
        .map(|(index, part)| (piece_key(key, index), part.to_vec()))
        .collect();
    let version = &value[..8];
    ([&[CUT], version, &(pieces.len() as u32).to_be_bytes()].concat(), pieces)
}

fn count(head: &[u8]) -> u32 {
    match head {
        [CUT, _, _, _, _, _, _, _, _, a, b, c, d] => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => 0,
    }
}

fn join<E: From<EngineError>>(
    key: &[u8],
    head: &[u8],
    mut get: impl FnMut(Vec<u8>) -> Result<Option<IVec>, E>,
) -> Result<Vec<u8>, E> {
    if let Some((&WHOLE, value)) = head.split_first() {
        return Ok(value.to_vec());
    }
    let mut value = Vec::new();
    for index in 0..count(head) {
        match get(piece_key(key, index))? {
            Some(piece) => value.extend_from_slice(&piece),
            None => return Err(failed(format!("a piece of {} is missing", crate::keys::hex(key))).into()),
        }
    }
    Ok(value)
}

fn piece_key(key: &[u8], index: u32) -> Vec<u8> {
    [&[PIECES], key, &index.to_be_bytes()].concat()
}

struct Transaction<'a>(&'a TransactionalTree);

enum Stop {
    Engine(EngineError),
    Again(UnabortableTransactionError),
}

impl From<EngineError> for Stop {
    fn from(why: EngineError) -> Self {
        Self::Engine(why)
    }
}

impl From<UnabortableTransactionError> for Stop {
    fn from(why: UnabortableTransactionError) -> Self {
        Self::Again(why)
    }
}

impl Rows for Transaction<'_> {
    type Error = Stop;

    fn row(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        let Some(head) = self.0.get(key)? else { return Ok(None) };
        join(key, &head, |piece| Ok(self.0.get(piece)?)).map(Some)
    }

    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), Stop> {
        let (head, pieces) = cut(key, value);
        let before = self.0.insert(key, head)?.map_or(0, |old| count(&old));
        for index in pieces.len() as u32..before {
            self.0.remove(piece_key(key, index))?;
        }
        for (at, piece) in pieces {
            self.0.insert(at, piece)?;
        }
        Ok(())
    }

    fn delete(&mut self, key: &[u8]) -> Result<(), Stop> {
        let before = self.0.remove(key)?.map_or(0, |old| count(&old));
        for index in 0..before {
            self.0.remove(piece_key(key, index))?;
        }
        Ok(())
    }
}

fn failed(why: impl std::fmt::Display) -> EngineError {
    EngineError { engine: "sled", why: why.to_string() }
}

//! The thin engines under the tables: a sorted map of bytes that is written in batches.
//! Must never interpret a value beyond its version (its first eight bytes, big-endian) and its counters.

mod memory;
mod redb;
mod sled;

use std::path::Path;

pub use self::memory::{Fault, MemoryDisk};
use self::{redb::RedbEngine, sled::SledEngine};

/// What is written together or not at all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// What must hold; if one does not, the batch is skipped, alone.
    pub asserts: Vec<Assert>,
    /// Keys and their new values.
    pub puts: Vec<(Vec<u8>, Vec<u8>)>,
    /// Keys that go.
    pub deletes: Vec<Vec<u8>>,
    /// Counters and what is added to each.
    pub adds: Vec<(Vec<u8>, i64)>,
}

impl Batch {
    /// About how many bytes it writes.
    pub fn size(&self) -> usize {
        self.puts.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>()
            + self.deletes.iter().map(Vec::len).sum::<usize>()
    }
}

/// What must hold of a key before a batch is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assert {
    /// There is no such key.
    Absent(Vec<u8>),
    /// Its value begins with this version.
    At(Vec<u8>, u64),
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is durable.
    Done,
    /// The assert of this index did not hold; nothing of the batch was written.
    Skipped {
        /// The index of the assert.
        assert: usize,
    },
}

/// Which way a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the lowest key up.
    Up,
    /// From the highest key down.
    Down,
}

/// Keys from the first (included) to the last (not included).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The lowest key.
    pub from: Vec<u8>,
    /// The key after the highest.
    pub to: Vec<u8>,
}

impl Span {
    /// All the keys that begin with `prefix`.
    pub fn prefix(prefix: Vec<u8>) -> Self {
        let to = crate::keys::after(&prefix);
        Self { from: prefix, to }
    }
}

/// A key and its value.
pub type Pair = (Vec<u8>, Vec<u8>);

/// What takes each pair of a walk over everything.
pub type Sink<'a> = dyn FnMut(&[u8], &[u8]) -> Result<(), EngineError> + 'a;

/// An engine failed, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{engine}: {why}")]
pub struct EngineError {
    /// The engine.
    pub engine: &'static str,
    /// What it said.
    pub why: String,
}

/// Which engine keeps the store.
#[derive(Debug, Clone, Default)]
pub enum EngineKind {
    /// redb: embedded, no set-up.
    #[default]
    Redb,
    /// sled: embedded.
    Sled,
    /// Memory, for tests and simulation.
    Memory(MemoryDisk),
}

impl EngineKind {
    /// Its name in the configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Redb => "redb",
            Self::Sled => "sled",
            Self::Memory(_) => "memory",
        }
    }
}

/// An open engine.
#[derive(Debug)]
pub enum Engine {
    /// redb.
    Redb(RedbEngine),
    /// sled.
    Sled(SledEngine),
    /// Memory.
    Memory(MemoryDisk),
}

impl Engine {
    /// Opens the engine's files in a folder, making them where they are missing.
    ///
    /// # Errors
    /// When they cannot be opened, belong to another engine, or are in use by another process.
    pub fn open(kind: &EngineKind, dir: &Path) -> Result<Self, EngineError> {
        let (own, other) = (kind.name(), [("redb", redb::FILE), ("sled", sled::FOLDER)]);
        for (name, file) in other {
            if name != own && !matches!(kind, EngineKind::Memory(_)) && dir.join(file).exists() {
                let why = format!(
                    "{} holds a store of {name}; export it and import it to change engines",
                    dir.display()
                );
                return Err(EngineError { engine: own, why });
            }
        }
        match kind {
            EngineKind::Redb => RedbEngine::open(dir).map(Self::Redb),
            EngineKind::Sled => SledEngine::open(dir).map(Self::Sled),
            EngineKind::Memory(disk) => Ok(Self::Memory(disk.clone())),
        }
    }

    /// Writes the batches in order; what is `Done` is durable when it returns.
    ///
    /// # Errors
    /// When the engine fails: then what became of the batches is unknown, and the store must stop.
    pub fn write(&self, batches: &[Batch]) -> Result<Vec<Outcome>, EngineError> {
        match self {
            Self::Redb(engine) => engine.write(batches),
            Self::Sled(engine) => engine.write(batches),
            Self::Memory(engine) => engine.write(batches),
        }
    }

    /// The value of a key.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        match self {
            Self::Redb(engine) => engine.get(key),
            Self::Sled(engine) => engine.get(key),
            Self::Memory(engine) => engine.get(key),
        }
    }

    /// Up to `limit` pairs of a span. Holds nothing between calls.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn scan(&self, span: &Span, limit: usize, direction: Direction) -> Result<Vec<Pair>, EngineError> {
        if span.from >= span.to {
            return Ok(Vec::new());
        }
        match self {
            Self::Redb(engine) => engine.scan(span, limit, direction),
            Self::Sled(engine) => engine.scan(span, limit, direction),
            Self::Memory(engine) => engine.scan(span, limit, direction),
        }
    }

    /// Hands over every pair as of one moment, in the order of the keys.
    ///
    /// # Errors
    /// When the engine fails, or the sink.
    pub fn walk(&self, sink: &mut Sink<'_>) -> Result<(), EngineError> {
        match self {
            Self::Redb(engine) => engine.walk(sink),
            Self::Sled(engine) => engine.walk(sink),
            Self::Memory(engine) => engine.walk(sink),
        }
    }

    /// Has the engine verify its own file, where it can.
    ///
    /// # Errors
    /// When it finds damage.
    pub fn verify(&self) -> Result<(), EngineError> {
        match self {
            Self::Redb(_) | Self::Memory(_) => Ok(()),
            Self::Sled(engine) => engine.verify(),
        }
    }
}

/// The rows of an open transaction.
trait Rows {
    type Error: From<EngineError>;
    fn row(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, Self::Error>;
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), Self::Error>;
    fn delete(&mut self, key: &[u8]) -> Result<(), Self::Error>;
}

/// Applies one batch: the same on every engine.
fn apply<R: Rows>(rows: &mut R, batch: &Batch) -> Result<Outcome, R::Error> {
    for (index, assert) in batch.asserts.iter().enumerate() {
        let holds = match assert {
            Assert::Absent(key) => rows.row(key)?.is_none(),
            Assert::At(key, version) => {
                rows.row(key)?.is_some_and(|value| value.starts_with(&version.to_be_bytes()))
            }
        };
        if !holds {
            return Ok(Outcome::Skipped { assert: index });
        }
    }
    for key in &batch.deletes {
        rows.delete(key)?;
    }
    for (key, value) in &batch.puts {
        rows.put(key, value)?;
    }
    for (key, more) in &batch.adds {
        let sum = match rows.row(key)? {
            None => *more,
            Some(value) => read_counter(key, &value)?.saturating_add(*more),
        };
        rows.put(key, &write_counter(key, sum))?;
    }
    Ok(Outcome::Done)
}

/// A counter as it is kept: eight bytes and their checksum.
pub fn write_counter(key: &[u8], sum: i64) -> [u8; 12] {
    let mut out = [0; 12];
    out[..8].copy_from_slice(&sum.to_be_bytes());
    let mut crc = crc32fast::Hasher::new();
    crc.update(key);
    crc.update(&out[..8]);
    out[8..].copy_from_slice(&crc.finalize().to_be_bytes());
    out
}

/// Reads a counter.
///
/// # Errors
/// When its checksum is wrong.
pub fn read_counter(key: &[u8], value: &[u8]) -> Result<i64, EngineError> {
    let mut sum = [0; 8];
    if value.len() == 12 {
        sum.copy_from_slice(&value[..8]);
    }
    let sum = i64::from_be_bytes(sum);
    if write_counter(key, sum) == value {
        Ok(sum)
    } else {
        Err(EngineError { engine: "counter", why: format!("{} is damaged", crate::keys::hex(key)) })
    }
}

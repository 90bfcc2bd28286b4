//! Memory as an engine, for tests and simulation: it loses, tears and refuses writes on demand.
//! Must never be offered for production.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{Batch, Direction, EngineError, Outcome, Pair, Rows, Sink, Span, apply};

type Map = BTreeMap<Vec<u8>, Vec<u8>>;

/// What happens to the next write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails, and nothing of it is kept.
    Refuse,
    /// It fails, though all of it is kept: the answer was lost.
    FailAfter,
    /// It seems to succeed, but is gone after a crash.
    Lose,
    /// It seems to succeed, but after a crash half of its last value is missing.
    Tear,
}

/// A disk in memory; clones share it, so that a store can be opened on it again.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk(Arc<Mutex<Disk>>);

#[derive(Debug, Default)]
struct Disk {
    seen: Map,
    durable: Map,
    fault: Option<Fault>,
    keyring: Vec<u8>,
    erased: Vec<u8>,
}

impl MemoryDisk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes the next write go wrong.
    pub fn fail_next(&self, fault: Fault) {
        self.disk().fault = Some(fault);
    }

    /// Power is cut: only what is durable is left.
    pub fn crash(&self) {
        let disk = &mut *self.disk();
        disk.seen = disk.durable.clone();
    }

    /// Flips a bit of every value whose key begins with `prefix`; tells how many there were.
    pub fn damage(&self, prefix: &[u8]) -> usize {
        let disk = &mut *self.disk();
        let mut hit = 0;
        for (key, value) in disk.seen.iter_mut().filter(|(key, _)| key.starts_with(prefix)) {
            if let Some(last) = value.last_mut() {
                *last ^= 1;
                hit += 1;
            }
            disk.durable.insert(key.clone(), value.clone());
        }
        hit
    }

    /// Every byte that is kept outside the keyring.
    pub fn bytes(&self) -> Vec<u8> {
        self.disk()
            .durable
            .iter()
            .flat_map(|(key, value)| [key.as_slice(), value.as_slice()].concat())
            .collect()
    }

    pub(crate) fn keyring<T>(&self, edit: impl FnOnce(&mut Vec<u8>, &mut Vec<u8>) -> T) -> T {
        let disk = &mut *self.disk();
        edit(&mut disk.keyring, &mut disk.erased)
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn write(&self, batches: &[Batch]) -> Result<Vec<Outcome>, EngineError> {
        let disk = &mut *self.disk();
        let fault = disk.fault.take();
        if fault == Some(Fault::Refuse) {
            return Err(failed("the write was refused"));
        }
        let mut edit = Edit { map: &mut disk.seen, touched: Vec::new() };
        let outcomes = batches.iter().map(|batch| apply(&mut edit, batch)).collect::<Result<_, _>>()?;
        let touched = edit.touched;
        if fault == Some(Fault::Lose) {
            return Ok(outcomes);
        }
        for key in &touched {
            match disk.seen.get(key) {
                Some(value) => disk.durable.insert(key.clone(), value.clone()),
                None => disk.durable.remove(key),
            };
        }
        match fault {
            Some(Fault::Tear) => {
                let last = touched.iter().rev().find(|key| disk.durable.contains_key(*key));
                if let Some(value) = last.and_then(|key| disk.durable.get_mut(key)) {
                    value.truncate(value.len() / 2);
                }
                Ok(outcomes)
            }
            Some(Fault::FailAfter) => Err(failed("the sync failed")),
            _ => Ok(outcomes),
        }
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.disk().seen.get(key).cloned())
    }

    pub(super) fn scan(
        &self,
        span: &Span,
        limit: usize,
        direction: Direction,
    ) -> Result<Vec<Pair>, EngineError> {
        let disk = self.disk();
        let pairs = disk
            .seen
            .range(span.from.clone()..span.to.clone())
            .map(|(key, value)| (key.clone(), value.clone()));
        Ok(match direction {
            Direction::Up => pairs.take(limit).collect(),
            Direction::Down => pairs.rev().take(limit).collect(),
        })
    }

    pub(super) fn walk(&self, sink: &mut Sink<'_>) -> Result<(), EngineError> {
        let all = self.disk().seen.clone();
        all.iter().try_for_each(|(key, value)| sink(key, value))
    }
}

struct Edit<'a> {
    map: &'a mut Map,
    touched: Vec<Vec<u8>>,
}

impl Rows for Edit<'_> {
    type Error = EngineError;

    fn row(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.map.get(key).cloned())
    }

    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        self.map.insert(key.to_vec(), value.to_vec());
        self.touched.push(key.to_vec());
        Ok(())
    }

    fn delete(&mut self, key: &[u8]) -> Result<(), EngineError> {
        self.map.remove(key);
        self.touched.push(key.to_vec());
        Ok(())
    }
}

fn failed(why: &str) -> EngineError {
    EngineError { engine: "memory", why: why.to_owned() }
}

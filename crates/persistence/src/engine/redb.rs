//! redb as an engine: one table, one durable transaction a group. Must never commit without its own fsync.

use std::path::Path;

use ::redb::{Builder, Database, ReadableDatabase, ReadableTable, Table, TableDefinition};

use super::{Batch, Direction, EngineError, Outcome, Pair, Rows, Sink, Span, apply};

pub(super) const FILE: &str = "illgate.redb";
/// How much of the file is kept in memory.
const CACHE: usize = 128 << 20;
const ROWS: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("rows");

/// An open redb file.
#[derive(Debug)]
pub struct RedbEngine(Database);

impl RedbEngine {
    pub(super) fn open(dir: &Path) -> Result<Self, EngineError> {
        let engine = Self(Builder::new().set_cache_size(CACHE).create(dir.join(FILE)).map_err(failed)?);
        engine.write(&[])?;
        // The file itself is synced by redb, its entry in the folder is not.
        let synced = std::fs::File::open(dir).and_then(|folder| folder.sync_all());
        synced.map_err(|why| EngineError { engine: "redb", why: why.to_string() })?;
        Ok(engine)
    }

    pub(super) fn write(&self, batches: &[Batch]) -> Result<Vec<Outcome>, EngineError> {
        let mut transaction = self.0.begin_write().map_err(failed)?;
        transaction.set_quick_repair(true);
        let outcomes = {
            let mut table = transaction.open_table(ROWS).map_err(failed)?;
            batches.iter().map(|batch| apply(&mut table, batch)).collect::<Result<_, _>>()?
        };
        transaction.commit().map_err(failed)?;
        Ok(outcomes)
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        let table = self.0.begin_read().map_err(failed)?.open_table(ROWS).map_err(failed)?;
        Ok(table.get(key).map_err(failed)?.map(|value| value.value().to_vec()))
    }

    pub(super) fn scan(
        &self,
        span: &Span,
        limit: usize,
        direction: Direction,
    ) -> Result<Vec<Pair>, EngineError> {
        let table = self.0.begin_read().map_err(failed)?.open_table(ROWS).map_err(failed)?;
        let mut range = table.range(span.from.as_slice()..span.to.as_slice()).map_err(failed)?;
        let mut pairs = Vec::new();
        while pairs.len() < limit {
            let next = match direction {
                Direction::Up => range.next(),
                Direction::Down => range.next_back(),
            };
            let Some(next) = next else { break };
            let (key, value) = next.map_err(failed)?;
            pairs.push((key.value().to_vec(), value.value().to_vec()));
        }
        Ok(pairs)
    }

    pub(super) fn walk(&self, sink: &mut Sink<'_>) -> Result<(), EngineError> {
        let table = self.0.begin_read().map_err(failed)?.open_table(ROWS).map_err(failed)?;
        for pair in table.iter().map_err(failed)? {
            let (key, value) = pair.map_err(failed)?;
            sink(key.value(), value.value())?;
        }
        Ok(())
    }
}

impl Rows for Table<'_, &'static [u8], &'static [u8]> {
    type Error = EngineError;

    fn row(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, EngineError> {
        Ok(self.get(key).map_err(failed)?.map(|value| value.value().to_vec()))
    }

    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<(), EngineError> {
        self.insert(key, value).map(|_| ()).map_err(failed)
    }

    fn delete(&mut self, key: &[u8]) -> Result<(), EngineError> {
        self.remove(key).map(|_| ()).map_err(failed)
    }
}

fn failed(why: impl Into<::redb::Error>) -> EngineError {
    EngineError { engine: "redb", why: why.into().to_string() }
}

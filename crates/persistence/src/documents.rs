//! Registry documents: opaque, versioned, every version kept. Must never look inside.

use crate::{
    Store,
    engine::{Assert, Batch, Outcome},
    error::StoreError,
    frame,
    keys::{DOCUMENT, HISTORY, Key},
    runner::Base,
    store::put,
};

/// A document as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its version, from 1.
    pub version: u64,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Store {
    /// The document of this kind.
    ///
    /// # Errors
    /// `Corrupt` when it is damaged; else when the store has stopped.
    pub async fn document(&self, kind: &str) -> Result<Option<Document>, StoreError> {
        let key = Key::new(DOCUMENT).raw(kind.as_bytes()).done();
        self.runner().read(move |base| read(base, &key)).await
    }

    /// An earlier (or the present) version of a document.
    ///
    /// # Errors
    /// `Corrupt` when it is damaged; else when the store has stopped.
    pub async fn document_at(&self, kind: &str, version: u64) -> Result<Option<Document>, StoreError> {
        let key = history_key(kind, version);
        self.runner().read(move |base| read(base, &key)).await
    }

    /// Replaces a document of version `expected` (0: there is none yet); gives its new version.
    ///
    /// # Errors
    /// `Conflict` when it has another version; else when the store has stopped.
    pub async fn put_document(&self, kind: &str, expected: u64, bytes: &[u8]) -> Result<u64, StoreError> {
        let key = Key::new(DOCUMENT).raw(kind.as_bytes()).done();
        let version = expected + 1;
        let mut batch = Batch::default();
        batch.asserts.push(match expected {
            0 => Assert::Absent(key.clone()),
            version => Assert::At(key.clone(), version),
        });
        put(&mut batch, key, version, bytes);
        put(&mut batch, history_key(kind, version), version, bytes);
        match self.runner().write(batch).await? {
            Outcome::Done => Ok(version),
            Outcome::Skipped { .. } => Err(StoreError::Conflict { what: format!("document `{kind}`") }),
        }
    }
}

fn history_key(kind: &str, version: u64) -> Vec<u8> {
    Key::new(HISTORY).text(kind).number(version).done()
}

fn read(base: &Base, key: &[u8]) -> Result<Option<Document>, StoreError> {
    let Some(value) = base.engine.get(key)? else { return Ok(None) };
    let framed = frame::read(key, &value)?;
    Ok(Some(Document { version: framed.version, bytes: framed.payload }))
}

//! What needs staff and belongs to no request: incidents about a library. One that stands is not raised again, whatever raises it and how
//! often. Must never hold patron data: nothing here is sealed.

use serde::{Deserialize, Serialize};

use crate::{
    Store, UnixMillis,
    corrupt::Corrupt,
    engine::{Assert, Batch, Direction, Outcome, Span},
    error::StoreError,
    frame,
    keys::{INCIDENT, Key, Parts},
    runner::Base,
    store::{counter_key, put},
};

/// How many of one name may stand about one library: one that has more is not told of them all.
const MOST: usize = 20;

/// An incident about a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryIncident {
    /// The library, or the setting that it is about.
    pub library: String,
    /// Its stable name.
    pub slug: String,
    /// What tells it from others of its name at the library.
    pub kind: String,
    /// A sentence.
    pub text: String,
    /// Since when it stands.
    pub since: UnixMillis,
}

/// What became of an incident that was raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Raised {
    /// It stands from now on.
    New,
    /// It stood before.
    Standing,
    /// The library has as many of this name as are kept.
    TooMany,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    text: String,
    since: UnixMillis,
}

impl Store {
    /// Raises an incident, where it does not stand yet; a new one is added to `counters`. Durable when it resolves.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn raise_library_incident(
        &self,
        incident: LibraryIncident,
        counters: &[(String, i64)],
    ) -> Result<Raised, StoreError> {
        let of_name = named(&incident.library, &incident.slug);
        let key = of_name.clone().raw(incident.kind.as_bytes()).done();
        let (at, prefix) = (key.clone(), of_name.done());
        let standing = self.runner().read(move |base| standing(base, &at, prefix)).await?;
        if let Some(raised) = standing {
            return Ok(raised);
        }
        let adds = counters.iter().map(|(name, more)| (counter_key(name), *more)).collect();
        let mut batch = Batch { asserts: vec![Assert::Absent(key.clone())], adds, ..Batch::default() };
        let kept = Kept { text: incident.text, since: incident.since };
        put(&mut batch, key, 0, &frame::pack(&kept, &[]));
        Ok(match self.runner().write(batch).await? {
            Outcome::Done => Raised::New,
            Outcome::Skipped { .. } => Raised::Standing,
        })
    }

    /// The incidents about libraries, or about one, by library and name. One that is damaged hides no other.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn library_incidents(
        &self,
        library: Option<&str>,
    ) -> Result<Vec<Result<LibraryIncident, Corrupt>>, StoreError> {
        let prefix = library.map_or(Key::new(INCIDENT), |library| Key::new(INCIDENT).text(library)).done();
        self.runner()
            .read(move |base| {
                let pairs = base.engine.scan(&Span::prefix(prefix), usize::MAX, Direction::Up)?;
                Ok(pairs.iter().map(|(key, value)| read(key, value)).collect())
            })
            .await
    }

    /// Takes away the incidents about a library, or those of one name; tells how many there were.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn resolve_library_incidents(
        &self,
        library: &str,
        slug: Option<&str>,
    ) -> Result<usize, StoreError> {
        let prefix = match slug {
            Some(slug) => named(library, slug),
            None => Key::new(INCIDENT).text(library),
        };
        let span = Span::prefix(prefix.done());
        let pairs =
            self.runner().read(move |base| Ok(base.engine.scan(&span, usize::MAX, Direction::Up)?)).await?;
        let deletes: Vec<_> = pairs.into_iter().map(|(key, _)| key).collect();
        let gone = deletes.len();
        if gone > 0 {
            self.runner().write(Batch { deletes, ..Batch::default() }).await?;
        }
        Ok(gone)
    }
}

/// What begins the keys of a library's incidents of one name.
fn named(library: &str, slug: &str) -> Key {
    Key::new(INCIDENT).text(library).text(slug)
}

/// Why it need not be raised, if so.
fn standing(base: &Base, key: &[u8], of_name: Vec<u8>) -> Result<Option<Raised>, StoreError> {
    if base.engine.get(key)?.is_some() {
        return Ok(Some(Raised::Standing));
    }
    let others = base.engine.scan(&Span::prefix(of_name), MOST, Direction::Up)?;
    Ok((others.len() >= MOST).then_some(Raised::TooMany))
}

pub(crate) fn read(key: &[u8], value: &[u8]) -> Result<LibraryIncident, Corrupt> {
    let (kept, _): (Kept, _) = frame::unpack(key, &frame::read(key, value)?.payload)?;
    let mut parts = Parts::new(key);
    let (library, slug) = (parts.text()?, parts.text()?);
    Ok(LibraryIncident { library, slug, kind: parts.rest(), text: kept.text, since: kept.since })
}

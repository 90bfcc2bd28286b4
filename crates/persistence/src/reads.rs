//! Reading what was committed: requests, timelines, bodies, indexes. Must never change anything.

use crate::{
    MessageId, RequestId, RequestRow, Role, Step, Store, StoredBody, StoredReply, Version,
    corrupt::Corrupt,
    engine::{Direction, Span, read_counter},
    error::StoreError,
    frame,
    keys::{self, COUNTER, Key, Parts, REQUEST, TIMELINE},
    log::{self, Pointer},
    runner::Base,
    store::{
        RequestHead, counter_key, dedupe_key, external_key, message_key, request_key, timeline_key,
        worklist_prefix,
    },
};

/// Which requests to list, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listing {
    /// All of them.
    All,
    /// Those on a library's worklist.
    Worklist {
        /// The list.
        list: String,
        /// Whose list.
        library: String,
    },
}

/// Where a listing goes on. Opaque; printable in a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(String);

/// A page of a listing, and where it goes on.
pub type Page = (Vec<Result<RequestRow, Corrupt>>, Option<Cursor>);

impl Cursor {
    /// A cursor that was printed before.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Its printed form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Store {
    /// A request as it stands.
    ///
    /// # Errors
    /// `Corrupt` when its row is damaged; else when the store has stopped.
    pub async fn request(&self, id: RequestId) -> Result<Option<RequestRow>, StoreError> {
        self.runner().read(move |base| find_row(base, id)).await
    }

    /// A page of requests, newest first, and where it goes on. A damaged request is in the page as its error.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn list(
        &self,
        listing: Listing,
        from: Option<Cursor>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.runner().read(move |base| list(base, &listing, from.as_ref(), limit)).await
    }

    /// Up to `limit` steps of a request's timeline, from step `from` on, with their bodies opened.
    ///
    /// # Errors
    /// `Corrupt` when one is damaged; else when the store has stopped.
    pub async fn records(&self, id: RequestId, from: u64, limit: usize) -> Result<Vec<Step>, StoreError> {
        self.runner()
            .read(move |base| {
                let to = keys::after(&Key::new(TIMELINE).request(id).done());
                let span = Span { from: timeline_key(id, from), to };
                let mut steps = Vec::new();
                for (key, value) in base.engine.scan(&span, limit, Direction::Up)? {
                    let at = pointer(&key, &value)?;
                    let Some(logged) = log::read(base, at)? else {
                        return Err(keys::corrupt(&key, "its record is missing").into());
                    };
                    steps.push(logged.open(&at.key(), &base.keyring)?);
                }
                Ok(steps)
            })
            .await
    }

    /// The bytes of a message that was rendered to be sent.
    ///
    /// # Errors
    /// `Corrupt` when they are damaged; else when the store has stopped.
    pub async fn body(&self, message: MessageId) -> Result<Option<StoredBody>, StoreError> {
        self.runner()
            .read(move |base| {
                let Some(at) = find(base, &message_key(message))? else { return Ok(None) };
                part(base, at, Role::Out(message))
            })
            .await
    }

    /// Which request an external id belongs to.
    ///
    /// # Errors
    /// `Corrupt` when the entry is damaged; else when the store has stopped.
    pub async fn find_external(&self, id: &str) -> Result<Option<RequestId>, StoreError> {
        let key = external_key(id);
        self.runner()
            .read(move |base| {
                let Some(value) = base.engine.get(&key)? else { return Ok(None) };
                let bytes = frame::read(&key, &value)?.payload;
                let bytes = bytes.try_into().map_err(|_| keys::corrupt(&key, "it is not a request id"))?;
                Ok(Some(RequestId::from_bytes(bytes)))
            })
            .await
    }

    /// Which requests external ids that begin so belong to, each once, in the order of the ids.
    ///
    /// # Errors
    /// `Corrupt` when an entry is damaged; else when the store has stopped.
    pub async fn find_externals(&self, prefix: &str) -> Result<Vec<RequestId>, StoreError> {
        let span = Span::prefix(external_key(prefix));
        self.runner()
            .read(move |base| {
                let mut requests = Vec::new();
                for (key, value) in base.engine.scan(&span, usize::MAX, Direction::Up)? {
                    let bytes = frame::read(&key, &value)?.payload;
                    let bytes =
                        bytes.try_into().map_err(|_| keys::corrupt(&key, "it is not a request id"))?;
                    let request = RequestId::from_bytes(bytes);
                    if !requests.contains(&request) {
                        requests.push(request);
                    }
                }
                Ok(requests)
            })
            .await
    }

    /// The stored reply to an input of a request that was handled before.
    ///
    /// # Errors
    /// `Corrupt` when it is damaged; else when the store has stopped.
    pub async fn dedupe(&self, request: RequestId, key: Vec<u8>) -> Result<Option<StoredReply>, StoreError> {
        self.runner()
            .read(move |base| {
                let key = dedupe_key(request, &key);
                let Some(value) = base.engine.get(&key)? else { return Ok(None) };
                let payload = frame::read(&key, &value)?.payload;
                let step = payload.first_chunk().ok_or_else(|| keys::corrupt(&key, "it is cut short"))?;
                let step = u64::from_be_bytes(*step);
                let reply = match find(base, &timeline_key(request, step))? {
                    Some(at) => part(base, at, Role::Reply)?,
                    None => None,
                };
                Ok(Some(StoredReply { request, step, reply }))
            })
            .await
    }

    /// A counter; one that was never added to is 0.
    ///
    /// # Errors
    /// When it is damaged or the store has stopped.
    pub async fn counter(&self, name: &str) -> Result<i64, StoreError> {
        let key = counter_key(name);
        self.runner()
            .read(move |base| match base.engine.get(&key)? {
                Some(value) => Ok(read_counter(&key, &value)?),
                None => Ok(0),
            })
            .await
    }

    /// All counters whose name begins with `prefix`.
    ///
    /// # Errors
    /// When one is damaged or the store has stopped.
    pub async fn counters(&self, prefix: &str) -> Result<Vec<(String, i64)>, StoreError> {
        let span = Span::prefix(Key::new(COUNTER).raw(prefix.as_bytes()).done());
        self.runner()
            .read(move |base| {
                let pairs = base.engine.scan(&span, usize::MAX, Direction::Up)?;
                pairs
                    .iter()
                    .map(|(key, value)| Ok((Parts::new(key).rest(), read_counter(key, value)?)))
                    .collect()
            })
            .await
    }
}

pub(crate) fn find_row(base: &Base, id: RequestId) -> Result<Option<RequestRow>, StoreError> {
    let key = request_key(id);
    match base.engine.get(&key)? {
        Some(value) => Ok(Some(read_row(&key, &value)?)),
        None => Ok(None),
    }
}

pub(crate) fn read_row(key: &[u8], value: &[u8]) -> Result<RequestRow, Corrupt> {
    let framed = frame::read(key, value)?;
    let (head, mut blobs): (RequestHead, _) = frame::unpack(key, &framed.payload)?;
    Ok(RequestRow {
        request: Parts::new(key).request()?,
        version: Version { number: framed.version, slot: Some(head.slot) },
        lifecycle: head.lifecycle,
        state: blobs.pop().unwrap_or_default(),
    })
}

pub(crate) fn pointer(key: &[u8], value: &[u8]) -> Result<Pointer, Corrupt> {
    Ok(frame::unpack(key, &frame::read(key, value)?.payload)?.0)
}

fn find(base: &Base, key: &[u8]) -> Result<Option<Pointer>, StoreError> {
    match base.engine.get(key)? {
        Some(value) => Ok(Some(pointer(key, &value)?)),
        None => Ok(None),
    }
}

fn part(base: &Base, at: Pointer, role: Role) -> Result<Option<StoredBody>, StoreError> {
    let Some(logged) = log::read(base, at)? else { return Ok(None) };
    let step = logged.open(&at.key(), &base.keyring)?;
    Ok(step.bodies.into_iter().find(|body| body.role == role))
}

fn list(base: &Base, listing: &Listing, from: Option<&Cursor>, limit: usize) -> Result<Page, StoreError> {
    let prefix = match listing {
        Listing::All => vec![REQUEST],
        Listing::Worklist { list, library } => worklist_prefix(list, library),
    };
    let mut span = Span::prefix(prefix.clone());
    if let Some(Cursor(text)) = from {
        let rest = unhex(text).ok_or_else(|| StoreError::BadCursor { text: text.clone() })?;
        span.to = [prefix.clone(), rest].concat();
    }
    let pairs = base.engine.scan(&span, limit, Direction::Down)?;
    let next = match pairs.last() {
        Some((key, _)) if pairs.len() == limit => Some(Cursor(keys::hex(&key[prefix.len()..]))),
        _ => None,
    };
    let mut page = Vec::new();
    for (key, value) in &pairs {
        let read = match listing {
            Listing::All => read_row(key, value),
            Listing::Worklist { .. } => {
                let id = key.last_chunk().ok_or_else(|| keys::corrupt(key, "its key is cut short"))?;
                match find_row(base, RequestId::from_bytes(*id)) {
                    Ok(Some(stored)) => Ok(stored),
                    Ok(None) => Err(keys::corrupt(key, "its request is missing")),
                    Err(StoreError::Corrupt(corrupt)) => Err(corrupt),
                    Err(other) => return Err(other),
                }
            }
        };
        page.push(read);
    }
    Ok((page, next))
}

pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).map(|value| value as u8)).collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| digits.chunks(2).map(|pair| (pair[0] << 4) | pair[1]).collect())
}

//! Lanes: outbound messages in order, one lane a request and peer. An entry is one row: where its body lies, its attempts, whether it
//! is held. Deciding when to send is the gateway's: must never do that.

use serde::{Deserialize, Serialize};

use crate::{
    MessageId, RequestId, Store, UnixMillis,
    corrupt::Corrupt,
    engine::{Assert, Batch, Outcome, Span},
    error::StoreError,
    frame,
    keys::{Key, LANE, Parts},
    runner::Base,
};

/// How many rows are read at a time.
const PAGE: usize = 1000;

/// One request's messages to one peer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LaneKey {
    /// The request.
    pub request: RequestId,
    /// The peer, as the gateway names it.
    pub peer: String,
}

/// A message that waits in a lane. Change it by its methods and hand it back in a `LaneOp::Update`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneEntry {
    /// The lane.
    pub lane: LaneKey,
    /// Its place: entries of a lane are sent in this order.
    pub seq: u64,
    /// The message; `Store::body` has its bytes.
    pub message: MessageId,
    /// What kind of message, in the gateway's words.
    pub kind: String,
    /// When it was pushed.
    pub queued_at: UnixMillis,
    /// How often sending it was begun.
    pub attempts: u32,
    /// Whether any attempt may have written something to the peer.
    pub written: Written,
    /// When to try next.
    pub next_at: UnixMillis,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Whether it may be sent.
    pub standing: Standing,
    pub(crate) version: u64,
}

/// What the attempts so far may have written to the peer. What follows from it is decided above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Written {
    /// Nothing: it cannot have arrived.
    Nothing,
    /// An attempt was begun, and nothing proves that it wrote nothing.
    Perhaps,
}

/// Whether an entry may be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "standing")]
pub enum Standing {
    /// It may.
    Ready,
    /// An incident holds it, and so its lane.
    Held {
        /// The incident.
        incident: String,
    },
    /// Nobody wants it any more: no attempt is begun, and one that is under way ends it.
    Withdrawn,
}

impl LaneEntry {
    /// Before an attempt: should nothing more be heard of it, the next is at `next_at`, and this one may have arrived.
    pub fn attempting(mut self, next_at: UnixMillis) -> Self {
        self.attempts += 1;
        self.written = Written::Perhaps;
        self.next_at = next_at;
        self
    }

    /// After an attempt that failed; `written` is what is known of all attempts so far.
    pub fn failed(mut self, next_at: UnixMillis, error: impl Into<String>, written: Written) -> Self {
        self.written = written;
        self.next_at = next_at;
        self.last_error = Some(error.into());
        self
    }

    /// Held by an incident.
    pub fn held(mut self, incident: impl Into<String>) -> Self {
        self.standing = Standing::Held { incident: incident.into() };
        self
    }

    /// Not wanted any more, though an attempt may be under way.
    pub fn withdrawn(mut self) -> Self {
        self.standing = Standing::Withdrawn;
        self
    }

    /// To be sent anew, with a fresh plan.
    pub fn requeued(mut self, next_at: UnixMillis) -> Self {
        self.standing = Standing::Ready;
        self.attempts = 0;
        self.next_at = next_at;
        self
    }

    fn key(&self) -> Vec<u8> {
        lane_prefix(&self.lane).number(self.seq).done()
    }
}

/// A change of a lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaneOp {
    /// A message at the end of a lane of this request.
    Push {
        /// The peer.
        peer: String,
        /// The message.
        message: MessageId,
        /// What kind of message.
        kind: String,
        /// When to try first.
        next_at: UnixMillis,
    },
    /// An entry as it is from now on (attempts, hold, requeue).
    Update(LaneEntry),
    /// An entry that is confirmed, refused or dropped.
    Remove(LaneEntry),
}

#[derive(Serialize, Deserialize)]
struct Row {
    message: MessageId,
    kind: String,
    queued_at: UnixMillis,
    attempts: u32,
    written: Written,
    next_at: UnixMillis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
    #[serde(flatten)]
    standing: Standing,
}

impl Store {
    /// Every lane entry, lane by lane, in the order of sending.
    ///
    /// # Errors
    /// When the store has stopped; a damaged entry stops it.
    pub async fn lanes(&self) -> Result<Vec<LaneEntry>, StoreError> {
        self.runner().read(|base| scan(base, Span::prefix(vec![LANE]))).await
    }

    /// The entries of one request's lanes.
    ///
    /// # Errors
    /// When the store has stopped; a damaged entry stops it.
    pub async fn request_lanes(&self, request: RequestId) -> Result<Vec<LaneEntry>, StoreError> {
        self.runner().read(move |base| scan(base, Span::prefix(Key::new(LANE).request(request).done()))).await
    }

    /// The entries of one lane.
    ///
    /// # Errors
    /// When the store has stopped; a damaged entry stops it.
    pub async fn lane(&self, lane: LaneKey) -> Result<Vec<LaneEntry>, StoreError> {
        self.runner().read(move |base| scan(base, Span::prefix(lane_prefix(&lane).done()))).await
    }

    /// Replaces an entry outside a commit: a failed attempt changes no request.
    ///
    /// # Errors
    /// `Conflict` when the entry was changed or removed meanwhile; else when the store has stopped.
    pub async fn update_lane(&self, entry: LaneEntry) -> Result<LaneEntry, StoreError> {
        let mut batch = Batch::default();
        let what = format!("lane entry of {}", entry.message);
        let entry = update(&mut batch, entry);
        match self.runner().write(batch).await? {
            Outcome::Done => Ok(entry),
            Outcome::Skipped { .. } => Err(StoreError::Conflict { what }),
        }
    }
}

/// Adds a change to a batch; gives the entry as it then stands.
pub(crate) fn add(
    batch: &mut Batch,
    request: RequestId,
    at: UnixMillis,
    seq: u64,
    op: LaneOp,
) -> Option<LaneEntry> {
    match op {
        LaneOp::Push { peer, message, kind, next_at } => {
            let entry = LaneEntry {
                lane: LaneKey { request, peer },
                seq,
                message,
                kind,
                queued_at: at,
                attempts: 0,
                written: Written::Nothing,
                next_at,
                last_error: None,
                standing: Standing::Ready,
                version: 1,
            };
            put(batch, &entry);
            Some(entry)
        }
        LaneOp::Update(entry) => Some(update(batch, entry)),
        LaneOp::Remove(entry) => {
            batch.asserts.push(Assert::At(entry.key(), entry.version));
            batch.deletes.push(entry.key());
            None
        }
    }
}

fn update(batch: &mut Batch, mut entry: LaneEntry) -> LaneEntry {
    batch.asserts.push(Assert::At(entry.key(), entry.version));
    entry.version += 1;
    put(batch, &entry);
    entry
}

fn put(batch: &mut Batch, entry: &LaneEntry) {
    let row = Row {
        message: entry.message,
        kind: entry.kind.clone(),
        queued_at: entry.queued_at,
        attempts: entry.attempts,
        written: entry.written,
        next_at: entry.next_at,
        last_error: entry.last_error.clone(),
        standing: entry.standing.clone(),
    };
    let key = entry.key();
    let value = frame::write(&key, entry.version, &frame::pack(&row, &[]));
    batch.puts.push((key, value));
}

fn scan(base: &Base, mut span: Span) -> Result<Vec<LaneEntry>, StoreError> {
    let mut entries = Vec::new();
    loop {
        let page = base.vital_scan(&span, PAGE)?;
        for (key, value) in &page {
            entries.push(read(key, value)?);
        }
        match page.last() {
            Some((key, _)) if page.len() == PAGE => span.from = [key.as_slice(), &[0]].concat(),
            _ => return Ok(entries),
        }
    }
}

pub(crate) fn read(key: &[u8], value: &[u8]) -> Result<LaneEntry, Corrupt> {
    let framed = frame::read(key, value)?;
    let (row, _): (Row, _) = frame::unpack(key, &framed.payload)?;
    let mut parts = Parts::new(key);
    Ok(LaneEntry {
        lane: LaneKey { request: parts.request()?, peer: parts.text()? },
        seq: parts.number()?,
        message: row.message,
        kind: row.kind,
        queued_at: row.queued_at,
        attempts: row.attempts,
        written: row.written,
        next_at: row.next_at,
        last_error: row.last_error,
        standing: row.standing,
        version: framed.version,
    })
}

fn lane_prefix(lane: &LaneKey) -> Key {
    Key::new(LANE).request(lane.request).text(&lane.peer)
}

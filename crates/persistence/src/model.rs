//! What the gateway hands over to be kept, and what it gets back. Plain values: must never touch an engine.

use serde::{Deserialize, Serialize};

use crate::{MessageId, RequestId, UnixMillis, keyring::SlotId, lanes::LaneOp, timers::TimerOp};

/// The version of a request that a decision was made on; a commit replaces exactly that one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    pub(crate) number: u64,
    pub(crate) slot: Option<SlotId>,
}

impl Version {
    /// The request must not exist yet.
    pub const NEW: Self = Self { number: 0, slot: None };

    /// How many commits the request has had.
    pub fn number(self) -> u64 {
        self.number
    }
}

/// One durable step of one request.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The request.
    pub request: RequestId,
    /// The version that the decision was made on.
    pub expect: Version,
    /// What happened, for the log.
    pub record: Record,
    /// The state after it, as JSON.
    pub state: Vec<u8>,
    /// Whether the request is closed after it.
    pub lifecycle: Lifecycle,
    /// The keys under which a repeat of this input finds its stored reply.
    pub dedupe: Vec<Vec<u8>>,
    /// External ids.
    pub external: Vec<ExternalOp>,
    /// Worklists entered and left.
    pub worklists: Vec<WorklistOp>,
    /// Outbound messages.
    pub lanes: Vec<LaneOp>,
    /// Timers of this request.
    pub timers: Vec<TimerOp>,
    /// Counters and what is added to each.
    pub counters: Vec<(String, i64)>,
}

impl Commit {
    /// A commit that only keeps a record and a state.
    pub fn new(request: RequestId, expect: Version, record: Record, state: Vec<u8>) -> Self {
        Self {
            request,
            expect,
            record,
            state,
            lifecycle: Lifecycle::Open,
            dedupe: Vec::new(),
            external: Vec::new(),
            worklists: Vec::new(),
            lanes: Vec::new(),
            timers: Vec::new(),
            counters: Vec::new(),
        }
    }
}

/// Whether a request is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Lifecycle {
    /// It goes on.
    Open,
    /// It ended; retention counts from here.
    Closed {
        /// When.
        at: UnixMillis,
    },
}

/// One input and all that came of it.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// When.
    pub at: UnixMillis,
    /// The input, described without patron data, as JSON.
    pub input: Vec<u8>,
    /// The events, as JSON.
    pub events: Vec<u8>,
    /// The bytes that came in.
    pub raw_in: Option<Body>,
    /// The messages rendered to be sent.
    pub rendered_out: Vec<(MessageId, Body)>,
    /// The reply to the sender.
    pub reply: Option<Body>,
}

/// A byte string that may carry patron data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Its media type.
    pub content_type: String,
    /// The bytes as they are. On disk they are sealed under the request's data key.
    pub plaintext: Vec<u8>,
    /// A redacted form, which stays readable after erasure.
    pub redacted: Option<Vec<u8>>,
}

/// What was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// The request.
    pub request: RequestId,
    /// Its version now: what the next commit expects.
    pub version: Version,
    /// The lane entries that were pushed or updated, as they stand now.
    pub lanes: Vec<crate::LaneEntry>,
}

/// A request as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// The request.
    pub request: RequestId,
    /// Its version.
    pub version: Version,
    /// Whether it is closed.
    pub lifecycle: Lifecycle,
    /// Its state, as JSON.
    pub state: Vec<u8>,
}

/// A step of a request's timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The version the request had after it.
    pub number: u64,
    /// When.
    pub at: UnixMillis,
    /// The input, described without patron data, as JSON.
    pub input: Vec<u8>,
    /// The events, as JSON.
    pub events: Vec<u8>,
    /// The byte strings in, out and replied.
    pub bodies: Vec<StoredBody>,
}

/// What a kept byte string was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "role", content = "message")]
pub enum Role {
    /// It came in.
    In,
    /// It was rendered to be sent.
    Out(MessageId),
    /// It answered the sender.
    Reply,
}

/// A kept byte string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    /// What it was.
    pub role: Role,
    /// Its media type.
    pub content_type: String,
    /// The bytes, if they are still there.
    pub plaintext: Opened,
    /// The redacted form.
    pub redacted: Option<Vec<u8>>,
}

/// A sealed byte string, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// The bytes as they were.
    Plain(Vec<u8>),
    /// They were erased, or retention took them: the data key is not there.
    Erased,
}

/// What a repeated input gets again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReply {
    /// The request it belongs to.
    pub request: RequestId,
    /// The step that handled the input first.
    pub step: u64,
    /// The reply, if there was one.
    pub reply: Option<StoredBody>,
}

/// An external id of a request: how the other side names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExternalOp {
    /// The id must be free, and is this request's from now on.
    Claim(String),
    /// The id is this request's from now on, also where another request had it.
    Set(String),
    /// The id is no longer known.
    Clear(String),
}

/// A worklist entered or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorklistOp {
    /// The request is on the list.
    Enter(Place),
    /// The request is no longer on the list: the place it entered.
    Leave(Place),
}

/// A place on a worklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The list.
    pub list: String,
    /// Whose list.
    pub library: String,
    /// Since when: the list is sorted by it.
    pub since: UnixMillis,
}

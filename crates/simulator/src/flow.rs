//! The flow log: every exchange of a library, in and out, as it happened.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use iso18626::{Message, MessageStatus};
use jiff::Timestamp;
use serde::Serialize;
use tokio::sync::watch;

use crate::real_time::{lock, within};

/// How many exchanges a library remembers unless it is told otherwise.
pub(crate) const REMEMBERED: usize = 5_000;

/// Which way a message went, seen from the library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// It came.
    In,
    /// It was sent.
    Out,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "why")]
pub enum Outcome {
    /// Confirmed with OK.
    Confirmed,
    /// A repeat: the earlier confirmation was given again.
    Repeated,
    /// Confirmed with ERROR.
    Refused(String),
    /// No confirmation: what came instead.
    Failed(String),
    /// Answered wrongly because the scenario says so.
    Faulted(String),
}

/// One exchange: a message and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct FlowEntry {
    /// Running number within the library.
    pub number: u64,
    /// When it was done, by the library's clock.
    pub at: Timestamp,
    /// The library's symbol.
    pub library: String,
    /// In or out.
    pub direction: Direction,
    /// The other side: the symbol it used, or its URL where it used none.
    pub peer: String,
    /// The wire element, such as `supplyingAgencyMessage`; `unreadable` where it could not be told.
    pub kind: String,
    /// The requester's id of the request.
    pub request: Option<String>,
    /// What the message says, in few words, such as `Loaned (StatusChange)`.
    pub says: String,
    /// Which attempt this was, from 1; repeats in are not counted.
    pub attempt: u32,
    /// What became of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The message, indented, without patron data.
    pub xml: String,
    /// The message.
    #[serde(skip)]
    pub message: Option<Message>,
    /// The message's bytes as they went over the wire.
    #[serde(skip)]
    pub bytes: Arc<[u8]>,
    /// The bytes of what came back, if anything did.
    #[serde(skip)]
    pub answer: Arc<[u8]>,
}

type OnEntry = Arc<dyn Fn(&FlowEntry) + Send + Sync>;

/// The exchanges of one library.
#[derive(Clone)]
pub struct FlowLog {
    entries: Arc<Mutex<VecDeque<FlowEntry>>>,
    last: Arc<watch::Sender<u64>>,
    on_entry: Option<OnEntry>,
    remembered: usize,
}

/// What was waited for did not happen in time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{library}: {wanted} not seen within {waited:?}; seen: {seen}")]
pub struct NotSeen {
    /// Whose log.
    pub library: String,
    /// What was waited for.
    pub wanted: String,
    /// For how long.
    pub waited: Duration,
    /// What happened instead.
    pub seen: String,
}

impl FlowLog {
    pub(crate) fn new(on_entry: Option<OnEntry>, remembered: usize) -> Self {
        FlowLog { entries: Arc::default(), last: Arc::new(watch::Sender::new(0)), on_entry, remembered }
    }

    /// Every exchange that is remembered, oldest first.
    pub fn entries(&self) -> Vec<FlowEntry> {
        lock(&self.entries).iter().cloned().collect()
    }

    /// The exchanges of one request.
    pub fn of_request(&self, id: &str) -> Vec<FlowEntry> {
        lock(&self.entries).iter().filter(|entry| entry.request.as_deref() == Some(id)).cloned().collect()
    }

    /// The log as a JSON array.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(&self.entries()).unwrap_or_else(|problem| format!("[\"{problem}\"]"))
    }

    /// The first exchange, now or within `deadline`, that `matches`.
    ///
    /// # Errors
    /// When there was none in time; it says what there was.
    pub async fn wait_for(
        &self,
        wanted: &str,
        deadline: Duration,
        matches: impl Fn(&FlowEntry) -> bool,
    ) -> Result<FlowEntry, NotSeen> {
        self.when(wanted, deadline, |entries| entries.iter().find(|entry| matches(entry)).cloned()).await
    }

    /// Waits until the whole log, oldest first, `holds` what is wanted.
    ///
    /// # Errors
    /// When it did not in time; it says what there was.
    pub async fn wait_until(
        &self,
        wanted: &str,
        deadline: Duration,
        holds: impl Fn(&[FlowEntry]) -> bool,
    ) -> Result<(), NotSeen> {
        self.when(wanted, deadline, |entries| holds(entries).then_some(())).await
    }

    async fn when<T>(
        &self,
        wanted: &str,
        deadline: Duration,
        find: impl Fn(&[FlowEntry]) -> Option<T>,
    ) -> Result<T, NotSeen> {
        let mut changes = self.last.subscribe();
        let found = within(deadline, async {
            loop {
                changes.borrow_and_update();
                if let Some(found) = find(lock(&self.entries).make_contiguous()) {
                    return Some(found);
                }
                if changes.changed().await.is_err() {
                    return None;
                }
            }
        });
        found.await.flatten().ok_or_else(|| {
            let entries = lock(&self.entries);
            NotSeen {
                library: entries.front().map(|entry| entry.library.clone()).unwrap_or_default(),
                wanted: wanted.to_owned(),
                waited: deadline,
                seen: entries.iter().map(FlowEntry::to_string).collect::<Vec<_>>().join("; "),
            }
        })
    }

    pub(crate) fn push(&self, entry: FlowEntry) {
        tracing::debug!(library = %entry.library, request = entry.request, "{entry}");
        let entry = {
            let mut entries = lock(&self.entries);
            let number = entries.back().map_or(1, |last| last.number + 1);
            let entry = FlowEntry { number, ..entry };
            if entries.len() >= self.remembered {
                entries.pop_front();
            }
            entries.push_back(entry.clone());
            entry
        };
        if let Some(on_entry) = &self.on_entry {
            on_entry(&entry);
        }
        self.last.send_replace(entry.number);
    }
}

impl std::fmt::Debug for FlowLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FlowLog({} entries)", lock(&self.entries).len())
    }
}

impl std::fmt::Display for FlowEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let arrow = match self.direction {
            Direction::In => "<-",
            Direction::Out => "->",
        };
        write!(f, "{} {arrow} {}: {} {}", self.library, self.peer, self.kind, self.says)?;
        match &self.outcome {
            Outcome::Confirmed => f.write_str(": OK"),
            Outcome::Repeated => f.write_str(": repeated, OK"),
            Outcome::Refused(why) => write!(f, ": ERROR {why}"),
            Outcome::Failed(why) => write!(f, ": no confirmation, {why} (attempt {})", self.attempt),
            Outcome::Faulted(what) => write!(f, ": answered wrongly ({what})"),
        }
    }
}

/// What a message says, in few words.
pub(crate) fn says(message: &Message) -> String {
    match message {
        Message::Request(request) => {
            let service = request.service_info.as_ref();
            let kind = service.and_then(|s| s.request_type.as_ref()).map_or("New", |kind| kind.as_str());
            let what = service.map_or("", |s| s.service_type.as_str());
            let title = request.bibliographic_info.title.as_deref().unwrap_or("without a title");
            format!("{kind} {what}: {title}")
        }
        Message::SupplyingAgencyMessage(message) => {
            let info = &message.message_info;
            let answer = info.answer_yes_no.as_ref().map(|answer| format!(" {answer}")).unwrap_or_default();
            format!("{} ({}{answer})", message.status_info.status, info.reason_for_message)
        }
        Message::RequestingAgencyMessage(message) => message.action.to_string(),
        Message::RequestConfirmation(c) => status_word(&c.confirmation_header.message_status),
        Message::SupplyingAgencyMessageConfirmation(c) => status_word(&c.confirmation_header.message_status),
        Message::RequestingAgencyMessageConfirmation(c) => status_word(&c.confirmation_header.message_status),
    }
}

fn status_word(status: &MessageStatus) -> String {
    status.to_string()
}

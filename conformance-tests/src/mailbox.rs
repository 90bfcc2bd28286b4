//! What came for one case, and how its parties answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::real_time;
use crate::tree::Element;

/// What came for one case.
#[derive(Default)]
pub(crate) struct Mailbox {
    inner: Mutex<Inbox>,
    changed: Notify,
}

#[derive(Default)]
struct Inbox {
    arrivals: Vec<Arrival>,
    presets: Vec<Preset>,
}

/// A message from the subject.
#[derive(Clone, Debug)]
pub struct Arrival {
    /// To which party.
    pub party: usize,
    /// Its kind: the name of the element in the envelope.
    pub kind: String,
    /// The element in the envelope.
    pub message: Element,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Its place among everything that was recorded.
    pub n: usize,
    /// Whether the same bytes had come to the same party before.
    pub repeat: bool,
    /// Whether a case has looked at it.
    pub(crate) taken: bool,
}

impl Arrival {
    /// The text at a path below the message: `header/timestamp`.
    #[must_use]
    pub fn text(&self, path: &str) -> &str {
        self.message.text_at(path).unwrap_or_default()
    }

    /// The status it carries, if any.
    #[must_use]
    pub fn status(&self) -> &str {
        self.text("statusInfo/status")
    }

    /// The reasonForMessage it carries, if any.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.text("messageInfo/reasonForMessage")
    }

    /// In a few words, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let words = [self.status(), self.reason(), self.text("messageInfo/answerYesNo"), self.text("action")];
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        if words.is_empty() { self.kind.clone() } else { format!("{} ({})", self.kind, words.join(", ")) }
    }
}

/// How the next fitting message is answered.
struct Preset {
    party: usize,
    kind: &'static str,
    word: &'static str,
    left: usize,
    reply: Reply,
}

/// An answer of a party.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A confirmation with status OK.
    Confirm,
    /// The same under another HTTP status.
    ConfirmAs(u16),
    /// A confirmation with status ERROR, under this HTTP status.
    Refuse(u16, &'static str, &'static str),
    /// Something that is no confirmation: HTTP status, Content-Type, body.
    Plain(u16, &'static str, &'static str),
    /// A redirect to this path at the same address.
    Redirect(&'static str),
    /// The connection closes without an answer.
    Close,
    /// A confirmation about another request.
    OfAnotherRequest,
    /// A confirmation of another kind of message.
    OfAnotherKind,
    /// Half a confirmation, then the connection closes.
    Truncate,
    /// No answer, and the connection stays open until the subject gives up or the gate opens.
    Hang(Gate),
    /// A confirmation, once the gate opens.
    Held(Gate),
    /// A confirmation whose bytes come a few at a time.
    Drip,
}

impl Reply {
    /// Whether it makes the party look like one that is hard to reach, for which a subject may wait before it tries again.
    pub(crate) fn is_bad_line(&self) -> bool {
        match self {
            Reply::Confirm | Reply::ConfirmAs(_) | Reply::Refuse(..) => false,
            Reply::OfAnotherRequest | Reply::OfAnotherKind => true,
            Reply::Plain(..) | Reply::Redirect(_) | Reply::Close | Reply::Truncate => true,
            Reply::Hang(_) | Reply::Held(_) | Reply::Drip => true,
        }
    }
}

/// Closed until it is opened, once for all.
#[derive(Clone, Debug)]
pub struct Gate(Arc<watch::Sender<bool>>);

impl Default for Gate {
    fn default() -> Self {
        Gate(Arc::new(watch::Sender::new(false)))
    }
}

impl Gate {
    /// Opens it.
    pub fn open(&self) {
        self.0.send_replace(true);
    }

    pub(crate) async fn opened(&self) {
        let mut receiver = self.0.subscribe();
        let _ = receiver.wait_for(|open| *open).await;
    }
}

impl Mailbox {
    pub(crate) fn deliver(
        &self,
        party: usize,
        kind: &str,
        message: &Element,
        bytes: &[u8],
        n: usize,
    ) -> Reply {
        let mut inbox = self.inbox();
        let repeat = inbox.arrivals.iter().any(|old| old.party == party && old.bytes == bytes);
        let arrival = Arrival {
            party,
            kind: kind.to_owned(),
            message: message.clone(),
            bytes: bytes.to_vec(),
            n,
            repeat,
            taken: false,
        };
        let fits = |preset: &Preset| {
            preset.party == party
                && preset.left > 0
                && (preset.kind.is_empty() || preset.kind == kind)
                && (preset.word.is_empty()
                    || [arrival.text("action"), arrival.status()].contains(&preset.word))
        };
        let mut reply = Reply::Confirm;
        if let Some(preset) = inbox.presets.iter_mut().find(|preset| fits(preset)) {
            preset.left -= 1;
            reply = preset.reply.clone();
        }
        inbox.arrivals.push(arrival);
        drop(inbox);
        self.changed.notify_waiters();
        reply
    }

    /// The next `times` messages of that kind (and with that action or status) at that party are answered so.
    pub(crate) fn preset(
        &self,
        party: usize,
        kind: &'static str,
        word: &'static str,
        times: usize,
        reply: Reply,
    ) {
        self.inbox().presets.push(Preset { party, kind, word, left: times, reply });
    }

    /// The case is over: from now on every message is confirmed, and nothing is held back. A party that goes on being difficult would
    /// harm the cases that come after.
    pub(crate) fn settle(&self) {
        for preset in std::mem::take(&mut self.inbox().presets) {
            if let Reply::Hang(gate) | Reply::Held(gate) = preset.reply {
                gate.open();
            }
        }
    }

    /// Waits until `look` finds what it looks for. `None` when the time was up first.
    pub(crate) async fn until<T>(
        &self,
        limit: Duration,
        mut look: impl FnMut(&mut Vec<Arrival>) -> Option<T>,
    ) -> Option<T> {
        real_time::within(limit, async {
            loop {
                let changed = self.changed.notified();
                tokio::pin!(changed);
                changed.as_mut().enable();
                if let Some(found) = look(&mut self.inbox().arrivals) {
                    return found;
                }
                changed.await;
            }
        })
        .await
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.inbox().arrivals.clone()
    }

    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

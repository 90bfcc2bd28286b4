//! What is open in a request of a hosted library: the clocks that run, and what needs staff. Both machines keep the same two lists; they
//! are changed by events alone. Must never decide anything.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{TimerName, VolumeNo};

/// What is awaited: one wait a timer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Waits(Vec<Wait>);

/// Something that is awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Wait {
    timer: TimerName,
    until: Timestamp,
    why: String,
}

impl Waits {
    /// Starts a wait, or starts it anew.
    pub(crate) fn start(&mut self, timer: TimerName, until: Timestamp, why: &str) {
        self.end(timer);
        self.0.push(Wait { timer, until, why: why.to_owned() });
    }

    /// Ends a wait.
    pub(crate) fn end(&mut self, timer: TimerName) {
        self.0.retain(|wait| wait.timer != timer);
    }

    /// Whether it is awaited.
    pub(crate) fn has(&self, timer: TimerName) -> bool {
        self.0.iter().any(|wait| wait.timer == timer)
    }

    /// Whether it is awaited, and the wait is over.
    pub(crate) fn is_due(&self, timer: TimerName, now: Timestamp) -> bool {
        self.0.iter().any(|wait| wait.timer == timer && wait.until <= now)
    }

    /// The timers that run.
    pub(crate) fn running(&self) -> Vec<TimerName> {
        self.0.iter().map(|wait| wait.timer).collect()
    }

    /// Timer, until when, and what for: for people.
    pub(crate) fn summary(&self) -> Vec<(TimerName, Timestamp, String)> {
        self.0.iter().map(|wait| (wait.timer, wait.until, wait.why.clone())).collect()
    }
}

/// What needs staff: one incident a slug and volume.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Incidents(Vec<Incident>);

/// Something that needs staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Incident {
    slug: String,
    text: String,
    #[serde(default)]
    volume: Option<VolumeNo>,
    since: Timestamp,
}

impl Incidents {
    /// Opens one.
    pub(crate) fn raise(&mut self, slug: &str, text: &str, volume: Option<VolumeNo>, since: Timestamp) {
        self.0.push(Incident { slug: slug.to_owned(), text: text.to_owned(), volume, since });
    }

    /// Closes one.
    pub(crate) fn settle(&mut self, slug: &str, volume: Option<VolumeNo>) {
        self.0.retain(|open| open.slug != slug || open.volume != volume);
    }

    /// Whether this one is open.
    pub(crate) fn has(&self, slug: &str, volume: Option<VolumeNo>) -> bool {
        self.0.iter().any(|open| open.slug == slug && open.volume == volume)
    }

    /// Whether one of such a name is open, of the request or of any volume.
    pub(crate) fn any(&self, named: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|open| named(&open.slug))
    }

    /// Those of such a name.
    pub(crate) fn named(&self, named: impl Fn(&str) -> bool) -> Vec<(String, Option<VolumeNo>)> {
        self.0.iter().filter(|open| named(&open.slug)).map(|open| (open.slug.clone(), open.volume)).collect()
    }

    /// Slug, sentence and volume: for people.
    pub(crate) fn summary(&self) -> Vec<(String, String, Option<VolumeNo>)> {
        self.0.iter().map(|open| (open.slug.clone(), open.text.clone(), open.volume)).collect()
    }
}

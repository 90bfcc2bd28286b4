//! What is open in a request: the clocks that run, and what needs staff. Changed by what happens alone; must never decide anything.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::{About, TimerName};

/// What is awaited: one wait a timer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Waits(Vec<Wait>);

/// Something that is awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The timer that ends the wait.
    pub timer: TimerName,
    /// Until when.
    pub until: Timestamp,
    /// What for, in words.
    pub why: String,
}

impl Waits {
    /// Starts a wait, or starts it anew.
    pub fn start(&mut self, timer: TimerName, until: Timestamp, why: &str) {
        self.end(timer);
        self.0.push(Wait { timer, until, why: why.to_owned() });
    }

    /// Ends a wait.
    pub fn end(&mut self, timer: TimerName) {
        self.0.retain(|wait| wait.timer != timer);
    }

    /// Whether it is awaited.
    pub fn has(&self, timer: TimerName) -> bool {
        self.0.iter().any(|wait| wait.timer == timer)
    }

    /// Whether it is awaited, and the wait is over.
    pub fn is_due(&self, timer: TimerName, now: Timestamp) -> bool {
        self.0.iter().any(|wait| wait.timer == timer && wait.until <= now)
    }

    /// The timers that run.
    pub fn running(&self) -> Vec<TimerName> {
        self.0.iter().map(|wait| wait.timer).collect()
    }

    /// Each wait.
    pub fn iter(&self) -> impl Iterator<Item = &Wait> {
        self.0.iter()
    }
}

/// What needs staff: one incident a slug and what it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Incidents(Vec<Incident>);

/// Something that needs staff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its stable name.
    pub slug: String,
    /// A sentence for people.
    pub text: String,
    /// What it is about.
    pub about: About,
    /// Since when.
    pub since: Timestamp,
}

impl Incidents {
    /// Opens one.
    pub fn raise(&mut self, slug: &str, text: &str, about: About, since: Timestamp) {
        self.0.push(Incident { slug: slug.to_owned(), text: text.to_owned(), about, since });
    }

    /// Closes one.
    pub fn resolve(&mut self, slug: &str, about: About) {
        self.0.retain(|open| open.slug != slug || open.about != about);
    }

    /// Whether this one is open.
    pub fn has(&self, slug: &str, about: About) -> bool {
        self.0.iter().any(|open| open.slug == slug && open.about == about)
    }

    /// Whether one of such a name is open, whatever it is about.
    pub fn any(&self, named: impl Fn(&str) -> bool) -> bool {
        self.0.iter().any(|open| named(&open.slug))
    }

    /// Those of such a name.
    pub fn named(&self, named: impl Fn(&str) -> bool) -> Vec<(String, About)> {
        self.0.iter().filter(|open| named(&open.slug)).map(|open| (open.slug.clone(), open.about)).collect()
    }

    /// Each one.
    pub fn iter(&self) -> impl Iterator<Item = &Incident> {
        self.0.iter()
    }

    /// Whether nothing needs staff.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

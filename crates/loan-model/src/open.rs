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
    /// How often it was raised since then.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_once(times: &u32) -> bool {
    *times == 1
}

/// When staff are told of an incident that is raised again while it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tells {
    /// Not again.
    Once,
    /// Each time: it has news.
    EachTime,
}

impl Incidents {
    /// Opens one, or gives an open one its newest sentence.
    pub fn raise(&mut self, slug: &str, text: &str, about: About, now: Timestamp) {
        let open = self.find(slug, about);
        let (since, times) = open.map_or((now, 1), |open| (open.since, open.times.saturating_add(1)));
        self.resolve(slug, about);
        self.0.push(Incident { slug: slug.to_owned(), text: text.to_owned(), about, since, times });
    }

    /// What one says that is to be raised; nothing, where it is open and has no news.
    pub fn saying(&self, slug: &str, about: About, text: String, tells: Tells) -> Option<String> {
        match self.find(slug, about) {
            None => Some(text),
            Some(open) if tells == Tells::EachTime => {
                let before = open.times;
                Some(format!("{text} This is the newest; {before} more like it, since {}.", open.since))
            }
            Some(_) => None,
        }
    }

    /// Closes one.
    pub fn resolve(&mut self, slug: &str, about: About) {
        self.0.retain(|open| open.slug != slug || open.about != about);
    }

    /// Whether this one is open.
    pub fn has(&self, slug: &str, about: About) -> bool {
        self.find(slug, about).is_some()
    }

    fn find(&self, slug: &str, about: About) -> Option<&Incident> {
        self.0.iter().find(|open| open.slug == slug && open.about == about)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::VolumeNo;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3600).expect("it is in range")
    }

    #[test]
    fn each_unclear_notice_is_seen_and_what_is_known_is_not_told_again() {
        for (slug, tells) in [("notice.unclear", Tells::EachTime), ("hold.gone", Tells::Once)] {
            let again = tells == Tells::EachTime;
            let mut incidents = Incidents::default();
            let mut said = Vec::new();
            for (hour, text) in [(1, "Lent."), (2, "Taken back."), (3, "Taken back.")] {
                let about = About::Volume(VolumeNo(1));
                if let Some(text) = incidents.saying(slug, about, text.to_owned(), tells) {
                    incidents.raise(slug, &text, About::Volume(VolumeNo(1)), at(hour));
                    said.push(text);
                }
            }
            assert_eq!(said.len(), if again { 3 } else { 1 }, "{slug}: {said:?}");
            let [open] = &incidents.0[..] else { panic!("{incidents:?}") };
            assert_eq!((open.since, open.times as usize), (at(1), said.len()), "{slug}");
            assert_eq!(Some(&open.text), said.last(), "{slug}");
            assert_eq!(
                open.text.starts_with("Taken back. ") && open.text.contains("2 more"),
                again,
                "{slug}"
            );
        }
    }

    #[test]
    fn one_that_an_older_release_wrote_was_raised_once() {
        let now = Incident {
            slug: "hold.gone".to_owned(),
            text: "x".to_owned(),
            about: About::Volume(VolumeNo(1)),
            since: at(1),
            times: 1,
        };
        let written = serde_json::to_string(&now).expect("it can be written");
        assert!(!written.contains("times"), "{written}");
        assert_eq!(serde_json::from_str::<Incident>(&written).expect("it is as it was"), now);
    }
}

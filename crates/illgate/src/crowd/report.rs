//! What came of a crowd of requests: how each kind ended, how fast it went, and where books differ.

use std::{collections::BTreeMap, time::Duration};

use serde::Serialize;

use super::judge::{Facts, judge};
use crate::output::{Colour, Table, Tone};

/// How many differences are printed; all of them are in the JSON.
const SHOWN: usize = 40;

/// What came of all requests.
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    requests: usize,
    peers: usize,
    milliseconds: u128,
    /// How each kind ended.
    kinds: BTreeMap<&'static str, Kind>,
    discrepancies: Vec<Discrepancy>,
}

/// How the requests of a kind ended.
#[derive(Debug, Default, Serialize)]
struct Kind {
    requests: usize,
    ends: BTreeMap<String, usize>,
    wrong: usize,
}

/// A difference between books.
#[derive(Debug, Serialize)]
struct Discrepancy {
    request: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    what: String,
}

impl Report {
    /// Nothing yet, between so many peers.
    pub(super) fn between(peers: usize) -> Self {
        Self { peers, ..Self::default() }
    }

    /// The same, with how long it took.
    pub(super) fn in_time(self, took: Duration) -> Self {
        Self { milliseconds: took.as_millis(), ..self }
    }

    /// Whether all books agree.
    pub(super) fn is_well(&self) -> bool {
        self.discrepancies.is_empty()
    }

    /// Counts a request, and keeps what is wrong with it.
    pub(super) fn add(&mut self, request: &str, facts: &Facts<'_>) {
        self.requests += 1;
        let found = judge(facts);
        let kind = self.kinds.entry(facts.part.play.name).or_default();
        kind.requests += 1;
        let end = facts.end.as_ref().map_or_else(|_| "no end".to_owned(), ToString::to_string);
        *kind.ends.entry(end).or_default() += 1;
        kind.wrong += usize::from(!found.is_empty());
        let title = &facts.part.title;
        let wrong = found.into_iter().map(|what| Discrepancy {
            request: request.to_owned(),
            title: title.clone(),
            what,
        });
        self.discrepancies.extend(wrong);
    }

    /// Keeps something wrong that belongs to no request that was asked.
    pub(super) fn astray(&mut self, about: &str, what: String) {
        self.discrepancies.push(Discrepancy { request: about.to_owned(), title: String::new(), what });
    }

    /// As people read it.
    pub(super) fn text(&self, colour: Colour) -> String {
        let mut table = Table::new(&["KIND", "REQUESTS", "ENDED AS", "WRONG"]);
        for (name, kind) in &self.kinds {
            let ends: Vec<String> = kind.ends.iter().map(|(end, count)| format!("{count} {end}")).collect();
            let tone = if kind.wrong == 0 { Tone::Plain } else { Tone::Bad };
            table.toned([
                (Tone::Plain, (*name).to_owned()),
                (Tone::Plain, kind.requests.to_string()),
                (Tone::Plain, ends.join(", ")),
                (tone, kind.wrong.to_string()),
            ]);
        }
        let mut text = table.print(colour);
        let seconds = Duration::from_millis(u64::try_from(self.milliseconds).unwrap_or(u64::MAX));
        let seconds = seconds.as_secs_f64().max(0.001);
        let count = u32::try_from(self.requests).map_or(f64::from(u32::MAX), f64::from);
        text += &format!(
            "{} requests between {} peers in {seconds:.1} s: {:.0} a second.\n",
            self.requests,
            self.peers,
            count / seconds
        );
        for Discrepancy { request, title, what } in self.discrepancies.iter().take(SHOWN) {
            text += &format!(
                "{} {what} {}\n",
                colour.paint(Tone::Bad, request),
                colour.paint(Tone::Faint, title)
            );
        }
        let verdict = match self.discrepancies.len() {
            0 => colour.paint(Tone::Good, "Every request ended as everybody's books say."),
            wrong => colour.paint(Tone::Bad, format!("The books differ {wrong} times.")),
        };
        text + &verdict + "\n"
    }
}

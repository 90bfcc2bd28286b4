//! What came of a run, as data. The other forms (terminal, JUnit, HTML) are written from it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::case::{Role, Verdict};
use crate::catalogue::Case;
use crate::deviations::Deviations;
use crate::line::Line;
use crate::peers::Peers;
use crate::record::{Direction, Exchange};
use crate::run::Options;
use crate::subject::Subject;

/// The suite's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A run's report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The suite's version.
    pub suite: String,
    /// The subject's name.
    pub subject: String,
    /// Where it listens.
    pub url: String,
    /// What it is.
    pub role: Role,
    /// In which editions it was tested.
    pub editions: Vec<Line>,
    /// The seed: with it, the same ids are written again.
    pub seed: u64,
    /// When the run began.
    pub began: String,
    /// How long it took.
    pub milliseconds: u64,
    /// How many different cases were run, whatever came of them.
    pub cases: usize,
    /// How many results there are of each verdict.
    pub verdicts: BTreeMap<String, usize>,
    /// Whether the run as a whole passed: something was tested, nothing failed or was inconclusive but what was expected to, and nothing passed
    /// that was expected to fail.
    pub ok: bool,
    /// What was learnt about the subject.
    pub profile: BTreeMap<String, BTreeSet<String>>,
    /// Each case in each edition.
    pub results: Vec<CaseResult>,
    /// What went over the wire and belongs to none of them.
    #[serde(default)]
    pub others: Vec<Shown>,
}

/// What came of one case in one edition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct CaseResult {
    /// The case's id.
    pub case: String,
    /// The edition.
    pub edition: Line,
    /// The case's area.
    pub area: String,
    /// The case's title.
    pub title: String,
    /// What it sends.
    pub sends: String,
    /// What it expects.
    pub expects: String,
    /// Why.
    pub why: String,
    /// On what authority.
    pub source: String,
    /// What came of it.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Whether that was expected.
    pub standing: Standing,
    /// How long it took.
    pub milliseconds: u64,
    /// What went over the wire.
    pub exchanges: Vec<Shown>,
    #[serde(skip)]
    token: String,
}

/// How a verdict stands to the file of known deviations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// The file says nothing about it.
    Plain,
    /// It was expected to fail, and does.
    KnownDeviation(String),
    /// It was expected to fail, and does not: the file must be shortened.
    NoLongerDeviates(String),
}

/// An exchange as the report shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Shown {
    /// Milliseconds since the run began.
    pub at: u64,
    /// Who sent the message.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The message.
    pub message: String,
    /// The HTTP status of the answer.
    pub status: Option<u16>,
    /// The answer.
    pub answer: String,
}

/// No message in the report is longer.
const SHOWN: usize = 20_000;

impl CaseResult {
    pub(crate) fn new(
        case: &Case,
        edition: Line,
        verdict: Verdict,
        milliseconds: u64,
        token: String,
    ) -> CaseResult {
        CaseResult {
            case: case.id.to_owned(),
            edition,
            area: case.area.to_owned(),
            title: case.title.to_owned(),
            sends: case.sends.to_owned(),
            expects: case.expects.to_owned(),
            why: case.why.to_owned(),
            source: case.source.to_string(),
            verdict,
            standing: Standing::Plain,
            milliseconds,
            exchanges: Vec::new(),
            token,
        }
    }

    pub(crate) fn expect(&mut self, deviations: &Deviations) {
        let Some(reason) = deviations.reason(&self.case, self.edition) else { return };
        self.standing = match self.verdict {
            Verdict::Fail(_) | Verdict::Inconclusive { .. } => Standing::KnownDeviation(reason.to_owned()),
            Verdict::Pass | Verdict::Note { .. } => Standing::NoLongerDeviates(reason.to_owned()),
            Verdict::NotApplicable { .. } => Standing::Plain,
        };
    }

    /// The token of its case.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Whether something was learnt of the subject, good or bad.
    fn is_told(&self) -> bool {
        matches!(self.verdict, Verdict::Pass | Verdict::Note { .. } | Verdict::Fail(_))
    }

    /// Whether the run as a whole fails because of it.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        match self.standing {
            Standing::Plain => matches!(self.verdict, Verdict::Fail(_) | Verdict::Inconclusive { .. }),
            Standing::KnownDeviation(_) => false,
            Standing::NoLongerDeviates(_) => true,
        }
    }
}

impl Report {
    #[expect(clippy::too_many_arguments, reason = "called in one place, with what a run has learnt")]
    pub(crate) fn new(
        subject: &Subject,
        peers: &Peers,
        options: &Options,
        seed: u64,
        began: jiff::Timestamp,
        milliseconds: u64,
        mut results: Vec<CaseResult>,
        profile: BTreeMap<String, BTreeSet<String>>,
        exchanges: &[Exchange],
    ) -> Report {
        let mut by_token: BTreeMap<&str, Vec<&Exchange>> = BTreeMap::new();
        for exchange in exchanges {
            if let Some(token) = &exchange.case {
                by_token.entry(token).or_default().push(exchange);
            }
        }
        for result in &mut results {
            let own = by_token.get(result.token.as_str()).into_iter().flatten();
            result.exchanges = own.map(|exchange| Shown::new(exchange, subject, peers)).collect();
        }
        let own: BTreeSet<&str> = results.iter().map(|result| result.token.as_str()).collect();
        let others =
            exchanges.iter().filter(|it| !it.case.as_deref().is_some_and(|token| own.contains(token)));
        let others = others.map(|exchange| Shown::new(exchange, subject, peers)).collect();
        Report { others, ..Report::assemble(subject, options, seed, began, milliseconds, results, profile) }
    }

    /// A report of results that have their exchanges.
    pub(crate) fn assemble(
        subject: &Subject,
        options: &Options,
        seed: u64,
        began: jiff::Timestamp,
        milliseconds: u64,
        mut results: Vec<CaseResult>,
        profile: BTreeMap<String, BTreeSet<String>>,
    ) -> Report {
        let order: Vec<&str> = crate::catalogue().map(|case| case.id).collect();
        let place = |id: &str| order.iter().position(|other| *other == id);
        results.sort_by_key(|result| (place(&result.case), result.edition));
        let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
        for result in &results {
            *verdicts.entry(result.verdict.word().to_owned()).or_default() += 1;
        }
        Report {
            suite: VERSION.to_owned(),
            subject: subject.name.clone(),
            url: subject.url.clone(),
            role: subject.role,
            editions: options.lines(subject.role),
            seed,
            began: began.to_string(),
            milliseconds,
            cases: results.iter().map(|result| &result.case).collect::<BTreeSet<_>>().len(),
            verdicts,
            ok: results.iter().any(CaseResult::is_told) && !results.iter().any(CaseResult::is_bad),
            profile,
            results,
            others: Vec::new(),
        }
    }

    /// What came of the run, in one sentence: `All passed (445 passed, 10 notes, 4 not applicable).`
    #[must_use]
    pub fn verdict(&self) -> String {
        if !self.results.iter().any(CaseResult::is_told) {
            return format!("Nothing was tested: {}.", self.reasons().join("; "));
        }
        if !self.ok {
            let failed: BTreeSet<&str> =
                self.results.iter().filter(|it| it.is_bad()).map(|it| it.case.as_str()).collect();
            return format!("{} of {} cases failed.", failed.len(), self.cases);
        }
        let words = [
            ("pass", "passed"),
            ("note", "notes"),
            ("fail", "known to fail"),
            ("inconclusive", "known to be inconclusive"),
            ("not applicable", "not applicable"),
        ];
        let counted = words
            .iter()
            .filter_map(|(verdict, word)| self.verdicts.get(*verdict).map(|count| format!("{count} {word}")));
        format!("All passed ({}).", counted.collect::<Vec<_>>().join(", "))
    }

    /// Why cases were not applicable or inconclusive, most frequent first, each with how many it concerns.
    fn reasons(&self) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for result in &self.results {
            if let Verdict::NotApplicable { why } | Verdict::Inconclusive { why } = &result.verdict {
                *counts.entry(why).or_default() += 1;
            }
        }
        let mut reasons: Vec<(&str, usize)> = counts.into_iter().collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        reasons.into_iter().take(3).map(|(why, count)| format!("{why} ({count} cases)")).collect()
    }

    /// The results that make the run fail, in the catalogue's order.
    pub fn bad(&self) -> impl Iterator<Item = &CaseResult> {
        self.results.iter().filter(|result| result.is_bad())
    }

    /// The results of a verdict: `pass`, `fail`, ...
    pub fn of<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a CaseResult> {
        self.results.iter().filter(move |result| result.verdict.word() == word)
    }

    /// As JSON.
    ///
    /// # Errors
    /// A sentence, if a value cannot be written.
    pub fn to_json(&self) -> Result<String, String> {
        serde_json::to_string_pretty(self).map_err(|error| error.to_string())
    }
}

impl Shown {
    fn new(exchange: &Exchange, subject: &Subject, peers: &Peers) -> Shown {
        let party =
            exchange.party.map_or_else(|| "?".to_owned(), |index| peers.party[index].symbol.to_string());
        let (from, to) = match exchange.direction {
            Direction::ToSubject => (party, subject.name.clone()),
            Direction::FromSubject => (subject.name.clone(), party),
        };
        Shown {
            at: exchange.at,
            from,
            to,
            message: shown(&exchange.sent),
            status: exchange.status,
            answer: shown(&exchange.answer),
        }
    }
}

fn shown(bytes: &[u8]) -> String {
    let cut = &bytes[..bytes.len().min(SHOWN)];
    let mut text = String::from_utf8_lossy(cut).into_owned();
    if cut.len() < bytes.len() {
        text += &format!("... ({} bytes in all)", bytes.len());
    }
    text
}

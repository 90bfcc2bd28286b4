//! The report for a terminal: what failed first, then what was noted, then the sums.

use std::collections::BTreeMap;

use super::marked::{Mark, Marked};
use crate::case::Verdict;
use crate::report::{CaseResult, Report, Standing};

/// One case in one line, for a run's progress.
#[must_use]
pub fn line(result: &CaseResult) -> String {
    let word = match &result.standing {
        Standing::Plain => result.verdict.word().to_owned(),
        Standing::KnownDeviation(_) => format!("{} (known)", result.verdict.word()),
        Standing::NoLongerDeviates(_) => format!("{} (was known to fail)", result.verdict.word()),
    };
    format!("{word:<14} {:<4} {:<7} {}", result.case, result.edition.to_string(), result.title)
}

/// The whole report.
#[must_use]
pub fn terminal(report: &Report) -> String {
    let mut out = String::new();
    let (bad, others): (Vec<_>, Vec<_>) = report.results.iter().partition(|result| result.is_bad());
    for result in bad.into_iter().chain(others) {
        if let Some(text) = detail(result) {
            out += &format!("{}\n{text}\n", line(result));
        }
    }
    out += &format!("{} {} at {}, suite {}\n", report.role, report.subject, report.url, report.suite);
    let mut areas: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut order = Vec::new();
    for result in &report.results {
        if !order.contains(&result.area.as_str()) {
            order.push(&result.area);
        }
        *areas.entry(&result.area).or_default().entry(result.verdict.word()).or_default() += 1;
    }
    for area in order {
        out += &format!("  {area:<30} {}\n", sums(&areas[area]));
    }
    let all: BTreeMap<&str, usize> =
        report.verdicts.iter().map(|(word, count)| (word.as_str(), *count)).collect();
    let seconds = report.milliseconds / 1000;
    out += &format!("{} cases in {seconds} s: {}\n", report.cases, sums(&all));
    out += &format!("{}\n", report.verdict());
    out
}

fn sums(counts: &BTreeMap<&str, usize>) -> String {
    let words = ["pass", "note", "fail", "inconclusive", "not applicable"];
    let parts = words.iter().filter_map(|word| counts.get(word).map(|count| format!("{count} {word}")));
    parts.collect::<Vec<_>>().join(", ")
}

fn detail(result: &CaseResult) -> Option<String> {
    let reason = match &result.standing {
        Standing::Plain => String::new(),
        Standing::KnownDeviation(reason) => format!("    known: {reason}\n"),
        Standing::NoLongerDeviates(reason) => {
            format!("    it passes now: take it out of the known deviations ({reason})\n")
        }
    };
    let text = match &result.verdict {
        Verdict::Fail(failure) => {
            let mut text = format!("    expected: {}\n    got:      {}\n", failure.expected, failure.got);
            for (line, mark) in Marked::of(failure).iter().flat_map(Marked::excerpt) {
                let sign = if mark == Mark::Here { '>' } else { ' ' };
                text += &format!("    {sign} {line}\n");
            }
            text + &format!("    why it matters: {} ({})\n", result.why, result.source)
        }
        Verdict::Inconclusive { why } => format!("    {why}\n"),
        Verdict::Note { what } => what.iter().map(|what| format!("    {what}\n")).collect(),
        Verdict::Pass | Verdict::NotApplicable { .. } => String::new(),
    };
    (!text.is_empty() || !reason.is_empty()).then(|| text + &reason)
}

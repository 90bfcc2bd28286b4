//! The report as one page that needs nothing else: fit to send to a consortium, to print, and to read without a script.

use std::collections::BTreeMap;

use super::escape;
use super::marked::{Mark, Marked, indented};
use crate::case::Verdict;
use crate::report::{CaseResult, Report, Shown, Standing};

const STYLE: &str = "
:root { color-scheme: light dark; --good: #1a7f37; --bad: #b3261e; --mild: #8a5a00; --dim: #6b7280; --line: #8885; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.word { font-weight: 600; white-space: nowrap; } .pass { color: var(--good); } .fail, .inconclusive { color: var(--bad); } .note { color: var(--mild); } .not-applicable, .dim { color: var(--dim); }
details.case { border-bottom: 1px solid var(--line); padding: .35rem 0; } details.case > summary { cursor: pointer; display: flex; gap: .8rem; }
summary .id { width: 3rem; font-weight: 600; } summary .ed { width: 4rem; } summary .t { flex: 1; }
dl { display: grid; grid-template-columns: 7rem 1fr; gap: .2rem .8rem; margin: .6rem 0; } dt { color: var(--dim); } dd { margin: 0; }
pre { background: #8881; padding: .6rem; overflow-x: auto; font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 24rem; }
@media print { details { break-inside: avoid; } body { max-width: none; } }
";

/// The whole report.
#[must_use]
pub fn html(report: &Report) -> String {
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>ISO 18626 conformance: {name}</title><style>{STYLE}</style></head><body><main>\n\
         <h1>ISO 18626 conformance</h1>\n<p>{name}, as {role}, at <code>{url}</code></p>\n",
        name = escape(&report.subject),
        role = report.role,
        url = escape(&report.url)
    );
    let editions: Vec<String> = report.editions.iter().map(ToString::to_string).collect();
    let class = if report.ok { "pass" } else { "fail" };
    let verdict = format!("<strong class=\"{class}\">{}</strong>", report.verdict());
    out += &format!(
        "<p>{verdict} {} cases in the editions {}; run on {} in {} s by suite {} with seed {}.</p>\n",
        report.cases,
        editions.join(" and "),
        escape(&report.began),
        report.milliseconds / 1000,
        escape(&report.suite),
        report.seed
    );
    out += &failures(report);
    out += &summary(report);
    out += &profile(report);
    for area in areas(report) {
        out += &format!("<h2>{}</h2>\n", escape(area));
        for result in report.results.iter().filter(|result| result.area == area) {
            out += &case(result);
        }
    }
    out += &others(report);
    out += "<p class=\"dim\">A <em>note</em> is not a fault: the standard is silent there, or real systems differ, and the subject may \
            choose. <em>Not applicable</em> cases need a party or a hook that this run did not have.</p>\n";
    out + "</main></body></html>\n"
}

/// What failed, before anything else, each with the way to all of it.
fn failures(report: &Report) -> String {
    let mut out = String::new();
    for result in report.bad() {
        let (expected, got) = match &result.verdict {
            Verdict::Fail(failure) => (failure.expected.as_str(), failure.got.as_str()),
            Verdict::Inconclusive { why } => ("a result", why.as_str()),
            Verdict::Pass | Verdict::Note { .. } | Verdict::NotApplicable { .. } => {
                ("a failure, as a known deviation", result.verdict.word())
            }
        };
        out += &format!(
            "<tr><th scope=\"row\"><a href=\"#{id}-{edition}\">{id} {edition}</a></th><td>{}</td><td>{}</td><td>{}</td></tr>\n",
            escape(&result.title),
            escape(expected),
            escape(got),
            id = result.case,
            edition = result.edition,
        );
    }
    match out.as_str() {
        "" => out,
        rows => format!(
            "<h2>What failed</h2>\n<table><thead><tr><th scope=\"col\">Case</th><th scope=\"col\">What should hold</th>\
             <th scope=\"col\">Expected</th><th scope=\"col\">Got</th></tr></thead><tbody>\n{rows}</tbody></table>\n"
        ),
    }
}

/// The messages that belong to no case.
fn others(report: &Report) -> String {
    if report.others.is_empty() {
        return String::new();
    }
    let shown: String = report.others.iter().map(exchange).collect();
    format!(
        "<h2>Other messages</h2>\n<details><summary>{} messages that belong to no case</summary>\n{shown}</details>\n",
        report.others.len()
    )
}

fn areas(report: &Report) -> Vec<&str> {
    let mut areas: Vec<&str> = Vec::new();
    for result in &report.results {
        if !areas.contains(&result.area.as_str()) {
            areas.push(&result.area);
        }
    }
    areas
}

fn summary(report: &Report) -> String {
    let words = ["pass", "note", "fail", "inconclusive", "not applicable"];
    let mut out = "<h2>Summary</h2>\n<table><thead><tr><th scope=\"col\">Area</th>".to_owned();
    for word in words {
        out += &format!("<th scope=\"col\" class=\"n\">{word}</th>");
    }
    out += "</tr></thead><tbody>\n";
    for area in areas(report) {
        out += &format!("<tr><th scope=\"row\">{}</th>", escape(area));
        for word in words {
            let own = report.of(word).filter(|result| result.area == area).count();
            out +=
                &format!("<td class=\"n\">{}</td>", if own == 0 { String::new() } else { own.to_string() });
        }
        out += "</tr>\n";
    }
    out += "<tr><th scope=\"row\">All</th>";
    for word in words {
        out += &format!("<td class=\"n\">{}</td>", report.verdicts.get(word).unwrap_or(&0));
    }
    out + "</tr></tbody></table>\n"
}

fn profile(report: &Report) -> String {
    if report.profile.is_empty() {
        return String::new();
    }
    let mut out = "<h2>Profile</h2>\n<p>What the subject was seen to do.</p>\n<table><tbody>\n".to_owned();
    for (what, values) in &report.profile {
        let values: Vec<String> = values.iter().map(|value| escape(value)).collect();
        out += &format!("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escape(what), values.join("<br>"));
    }
    out += "</tbody></table>\n";
    let mut choices: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for result in report.of("note") {
        if let Verdict::Note { what } = &result.verdict {
            for what in what {
                choices.entry(what).or_default().push(&result.case);
            }
        }
    }
    if choices.is_empty() {
        return out;
    }
    out += "<h2>Choices the standard leaves open</h2>\n<table><tbody>\n";
    for (what, mut cases) in choices {
        cases.dedup();
        out += &format!("<tr><td>{}</td><td class=\"n\">{}</td></tr>\n", escape(what), cases.join(", "));
    }
    out + "</tbody></table>\n"
}

fn case(result: &CaseResult) -> String {
    let word = result.verdict.word();
    let open = if result.is_bad() { " open" } else { "" };
    let mut out = format!(
        "<details class=\"case\" id=\"{id}-{edition}\"{open}><summary><span class=\"id\">{id}</span>\
         <span class=\"ed dim\">{edition}</span><span class=\"t\">{title}</span>\
         <span class=\"word {class}\">{word}</span></summary>\n<dl>",
        id = result.case,
        edition = result.edition,
        title = escape(&result.title),
        class = word.replace(' ', "-")
    );
    let mut row = |name: &str, text: &str| {
        out += &format!("<dt>{name}</dt><dd>{}</dd>", escape(text));
    };
    row("Sends", &result.sends);
    row("Expects", &result.expects);
    row("Because", &result.why);
    row("Source", &result.source);
    match &result.standing {
        Standing::Plain => {}
        Standing::KnownDeviation(reason) => row("Known", reason),
        Standing::NoLongerDeviates(reason) => row("Was known", reason),
    }
    match &result.verdict {
        Verdict::Fail(failure) => {
            row("Expected", &failure.expected);
            row("Got", &failure.got);
        }
        Verdict::Inconclusive { why } | Verdict::NotApplicable { why } => row("Why", why),
        Verdict::Note { what } => row("Note", &what.join("; ")),
        Verdict::Pass => {}
    }
    out += "</dl>\n";
    if let Verdict::Fail(failure) = &result.verdict
        && let Some(marked) = Marked::of(failure)
    {
        let lines = marked.lines().map(|(line, mark)| match mark {
            Mark::Here => format!("<mark>{}</mark>\n", escape(line)),
            Mark::None => format!("{}\n", escape(line)),
        });
        out += &format!("<pre>{}</pre>\n", lines.collect::<String>());
    }
    if !result.exchanges.is_empty() {
        out += &format!("<details><summary>The exchange: {} messages</summary>\n", result.exchanges.len());
        out += &result.exchanges.iter().map(exchange).collect::<String>();
        out += "</details>\n";
    }
    out + "</details>\n"
}

fn exchange(shown: &Shown) -> String {
    let status = shown.status.map_or_else(|| "no answer".to_owned(), |status| format!("HTTP {status}"));
    let mut out = format!(
        "<p class=\"dim\">{:.3} s: {} to {}</p>\n<pre>{}</pre>\n",
        shown.at as f64 / 1000.0,
        escape(&shown.from),
        escape(&shown.to),
        escape(&indented(&shown.message))
    );
    out += &format!("<p class=\"dim\">{status}</p>\n");
    if !shown.answer.is_empty() {
        out += &format!("<pre>{}</pre>\n", escape(&indented(&shown.answer)));
    }
    out
}

//! The report as JUnit XML, which build servers read: one suite an area, one test a case and edition.

use super::escape;
use crate::case::Verdict;
use crate::report::{Report, Standing};

/// The whole report.
#[must_use]
pub fn junit(report: &Report) -> String {
    let mut areas: Vec<&str> = Vec::new();
    for result in &report.results {
        if !areas.contains(&result.area.as_str()) {
            areas.push(&result.area);
        }
    }
    let seconds = |milliseconds: u64| format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ISO 18626 {}\" time=\"{}\">\n",
        report.role,
        seconds(report.milliseconds)
    );
    for area in areas {
        let own: Vec<_> = report.results.iter().filter(|result| result.area == area).collect();
        let failed = own.iter().filter(|result| result.is_bad()).count();
        let skipped =
            own.iter().filter(|result| matches!(result.verdict, Verdict::NotApplicable { .. })).count();
        out += &format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failed}\" skipped=\"{skipped}\">\n",
            escape(area),
            own.len()
        );
        for result in own {
            out += &format!(
                "    <testcase classname=\"{}\" name=\"{} [{}] {}\" time=\"{}\">",
                escape(area),
                result.case,
                result.edition,
                escape(&result.title),
                seconds(result.milliseconds)
            );
            out += &match (&result.verdict, &result.standing) {
                (_, Standing::NoLongerDeviates(reason)) => {
                    format!(
                        "<failure message=\"it passes, and is a known deviation\">{}</failure>",
                        escape(reason)
                    )
                }
                (Verdict::Fail(_) | Verdict::Inconclusive { .. }, Standing::KnownDeviation(reason)) => {
                    format!("<skipped message=\"known deviation: {}\"/>", escape(reason))
                }
                (Verdict::Fail(failure), _) => format!(
                    "<failure message=\"{}\">expected: {}\ngot: {}\n\n{}</failure>",
                    escape(&failure.got),
                    escape(&failure.expected),
                    escape(&failure.got),
                    escape(&failure.bytes)
                ),
                (Verdict::Inconclusive { why }, _) => format!("<failure message=\"{}\"/>", escape(why)),
                (Verdict::NotApplicable { why }, _) => format!("<skipped message=\"{}\"/>", escape(why)),
                (Verdict::Note { what }, _) => {
                    format!("<system-out>{}</system-out>", escape(&what.join("\n")))
                }
                (Verdict::Pass, _) => String::new(),
            };
            out += "</testcase>\n";
        }
        out += "  </testsuite>\n";
    }
    out + "</testsuites>\n"
}

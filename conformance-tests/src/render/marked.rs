//! XML for people: a line for each element, and which of the lines a failure is about. The bytes themselves are in the JSON report.

use crate::case::Failure;

/// How many lines around the marked one are shown where there is little room.
const AROUND: usize = 4;

/// A message in lines.
pub(super) struct Marked {
    lines: Vec<String>,
    at: Option<usize>,
}

impl Marked {
    /// What a failure shows, if it shows XML or another text.
    pub(super) fn of(failure: &Failure) -> Option<Marked> {
        if failure.bytes.is_empty() {
            return None;
        }
        let lines: Vec<String> = indented(&failure.bytes).lines().map(str::to_owned).collect();
        let at = offending(&lines, failure);
        Some(Marked { lines, at })
    }

    /// Every line, and whether it is the one.
    pub(super) fn lines(&self) -> impl Iterator<Item = (&str, Mark)> {
        self.lines.iter().enumerate().map(|(place, line)| {
            let mark = if self.at == Some(place) { Mark::Here } else { Mark::None };
            (line.as_str(), mark)
        })
    }

    /// The lines around the one, or the first.
    pub(super) fn excerpt(&self) -> impl Iterator<Item = (&str, Mark)> {
        let from = self.at.unwrap_or(0).saturating_sub(AROUND);
        self.lines().skip(from).take(2 * AROUND + 1)
    }
}

/// Whether a line is the one that a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It is.
    Here,
    /// It is not, or it is not known.
    None,
}

/// The line that the words of a failure name: an element by its path or name, else a value that is quoted.
fn offending(lines: &[String], failure: &Failure) -> Option<usize> {
    let words = [&failure.got, &failure.expected];
    let named = words.iter().flat_map(|text| names(text)).find_map(|path| line_of(lines, &path));
    named.or_else(|| {
        let values = words.iter().flat_map(|text| text.split('"').skip(1).step_by(2));
        values.filter(|value| !value.is_empty()).find_map(|value| {
            let text = format!(">{value}<");
            lines.iter().position(|line| line.contains(&text))
        })
    })
}

/// The words of a sentence that are names of elements: `<name>`, `a/path`, `camelCase`.
fn names(text: &str) -> Vec<String> {
    let is_of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '<' | '>');
    text.split(|c| !is_of_a_name(c))
        .filter(|word| {
            let starts = word.starts_with('<') || word.starts_with(|c: char| c.is_ascii_lowercase());
            starts && (word.contains(['<', '/']) || word.contains(|c: char| c.is_ascii_uppercase()))
        })
        .map(|word| word.trim_matches(['<', '>', '/']).to_owned())
        .collect()
}

/// The line at which the last element of a path begins, below those before it.
fn line_of(lines: &[String], path: &str) -> Option<usize> {
    let mut from = 0;
    let mut found = None;
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let place = lines[from..].iter().position(|line| begins(line, name))? + from;
        (found, from) = (Some(place), place);
    }
    found
}

/// Whether an element of this name begins in a line, with a prefix or without.
fn begins(line: &str, name: &str) -> bool {
    line.match_indices(name).any(|(place, _)| {
        let before = line[..place].rsplit(|c: char| c.is_ascii_alphanumeric() || c == ':').next();
        let after = line[place + name.len()..].chars().next();
        let opens = line[..place].ends_with('<') || line[..place].ends_with(':') && before == Some("");
        opens && after.is_none_or(|c| matches!(c, '>' | ' ' | '/'))
    })
}

/// A line for each element: enough to read XML that was written in one line.
pub(super) fn indented(xml: &str) -> String {
    if !xml.starts_with('<') || xml.contains(">\n") && xml.matches(">\n").count() > 3 {
        return xml.to_owned();
    }
    let mut out = String::with_capacity(xml.len() * 2);
    let mut depth = 0usize;
    let mut rest = xml;
    while let Some(place) = rest.find("><") {
        let (tag, after) = rest.split_at(place + 1);
        out += tag;
        let opened = tag.rfind('<').map(|start| &tag[start..]).unwrap_or_default();
        if !opened.starts_with("</")
            && !opened.starts_with("<?")
            && !opened.ends_with("/>")
            && !tag.contains("</")
        {
            depth += 1;
        }
        if after.starts_with("</") {
            depth = depth.saturating_sub(1);
        }
        out.push('\n');
        out += &"  ".repeat(depth.min(20));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    const XML: &str = "<m><header><id>1</id></header><returnInfo><name>Lending</name></returnInfo><info><status>Loaned</status></info></m>";

    fn marked(expected: &str, got: &str) -> Option<String> {
        let failure = Failure { expected: expected.to_owned(), got: got.to_owned(), bytes: XML.to_owned() };
        let marked = Marked::of(&failure).expect("it shows something");
        let here = marked.lines().find(|(_, mark)| *mark == Mark::Here);
        here.map(|(line, _)| line.trim().to_owned())
    }

    #[test]
    fn the_line_that_a_failure_names_is_marked() {
        for (expected, got, line) in [
            ("returnInfo/name \"Lending Desk\"", "\"Lending\"", Some("<name>Lending</name>")),
            ("the name of the desk", "\"Lending\"", Some("<name>Lending</name>")),
            ("an order as in the schema", "<status> before <info>", Some("<status>Loaned</status>")),
            ("returnInfo", "none", Some("<returnInfo>")),
            ("a request to the supplier", "nothing", None),
        ] {
            assert_eq!(marked(expected, got).as_deref(), line, "{expected}: {got}");
        }
    }

    #[test]
    fn a_prefix_does_not_hide_an_element() {
        assert!(begins("  <iso:status>Loaned", "status"));
        assert!(!begins("  <statusInfo>", "status"));
        assert!(!begins("  </status>", "status"));
    }
}

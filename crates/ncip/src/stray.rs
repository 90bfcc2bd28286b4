//! Problems that stand where no version has them: in the other version's form, beside or inside of data, in an `Ext`, or as an element of
//! another name that is an error's. An answer with one of them is a refusal, so none may be missed. Must never guess what a problem means.

use xml::{Limits, Node, Text};

use crate::Problem;

/// What is said where a problem says nothing.
pub(crate) const NO_REASON: &str = "no reason given";

/// A problem, and the offset of its element.
pub(crate) struct Found {
    pub(crate) problem: Problem,
    pub(crate) offset: usize,
}

/// Every problem of a document, in its order, wherever it stands.
pub(crate) fn problems(text: &Text<'_>, limits: &Limits) -> Vec<Found> {
    let lower = text.as_str().to_ascii_lowercase();
    if !WORDS.iter().any(|word| lower.contains(word)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    // What is not well-formed is no answer anyway.
    if let Ok(root) = xml::tree(text, limits) {
        search(&root, "", &mut found);
    }
    found
}

/// Words in the names of errors.
const WORDS: [&str; 5] = ["problem", "error", "exception", "failure", "fault"];

/// Whether it is an error's name.
pub(crate) fn is_error(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace("default", "");
    WORDS.iter().any(|word| name.contains(word))
}

/// Whether it is what a version calls a problem: one that says nothing is a problem all the same.
fn is_problem(name: &str) -> bool {
    matches!(name, "Problem" | "ProcessingError" | "MessagingError")
}

/// Whether a problem stands where a message should.
pub(crate) fn is_the_root(text: &Text<'_>, limits: &Limits) -> bool {
    xml::tree(text, limits).is_ok_and(|root| is_problem(&root.name))
}

/// Whether a piece of XML begins with a problem.
pub(crate) fn holds_a_problem(text: &str) -> bool {
    let name = text.trim_start().strip_prefix('<').unwrap_or_default();
    let name = name.split(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).next().unwrap_or_default();
    is_problem(name.rsplit(':').next().unwrap_or_default())
}

/// Elements of which each may have problems of its own, beside others that have none.
fn has_its_own(name: &str) -> bool {
    matches!(name, "BibInformation" | "HoldingsSet" | "ItemInformation")
}

fn search(node: &Node, parent: &str, found: &mut Vec<Found>) {
    if node.name == "Problem" && has_its_own(parent) {
        return;
    }
    if !is_error(&node.name) {
        node.children.iter().for_each(|child| search(child, &node.name, found));
        return;
    }
    let parts = || node.children.iter().filter(|child| is_problem(&child.name));
    if is_problem(&node.name) && parts().next().is_some() {
        parts().for_each(|child| search(child, &node.name, found));
    } else if let Some(problem) = problem(node) {
        found.push(Found { problem, offset: node.offset });
    }
}

/// What an element says is wrong. Nothing where it only has an error's name.
fn problem(node: &Node) -> Option<Problem> {
    let mut said = Said::default();
    said.read(node);
    let mut words = said.words.into_iter();
    let kind = said.kind.or_else(|| words.next());
    let kind = match kind {
        Some(kind) if is_problem(&node.name) || !says_that_all_is_well(&kind) => kind,
        None if is_problem(&node.name) => NO_REASON.to_owned(),
        _ => return None,
    };
    let rest = || Some(words.collect::<Vec<_>>().join("; ")).filter(|text| !text.is_empty());
    Some(Problem {
        problem_type: crate::SchemeValue { scheme: said.scheme, value: kind },
        problem_detail: said.detail.or_else(rest),
        problem_element: Some(said.element.join("/")).filter(|text| !text.is_empty()),
        problem_value: said.value,
        ext: None,
    })
}

/// Whether the text of an element with an error's name says that there was none.
fn says_that_all_is_well(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    matches!(text.trim_matches(['0', '.', ' ']), "" | "false" | "no" | "none" | "ok" | "success" | "n/a")
}

#[derive(Default)]
struct Said {
    kind: Option<String>,
    scheme: Option<String>,
    detail: Option<String>,
    element: Vec<String>,
    value: Option<String>,
    words: Vec<String>,
}

impl Said {
    fn read(&mut self, node: &Node) {
        let text = || Some(node.text.clone()).filter(|text| !text.is_empty());
        match node.name.as_str() {
            "ProblemType" | "ProcessingErrorType" | "MessagingErrorType" if self.kind.is_none() => {
                let part = |name: &str| node.children.iter().find(|child| child.name == name);
                let said = |node: &Node| Some(node.text.clone()).filter(|text| !text.is_empty());
                self.scheme = part("Scheme").and_then(said);
                self.kind = part("Value").and_then(said).or_else(text);
            }
            "ProblemDetail" if self.detail.is_none() => self.detail = text(),
            "ProblemElement" | "ElementName" => self.element.extend(text()),
            "ProblemValue" | "ProcessingErrorValue" | "MessagingErrorValue" => self.value = text(),
            _ => {
                self.words.extend(text());
                node.children.iter().for_each(|child| self.read(child));
            }
        }
    }
}

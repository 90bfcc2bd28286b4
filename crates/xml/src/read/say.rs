//! What the reader says of a document.

use super::{Document, NamespaceRule};
use crate::finding::{About, Finding, Quoted, Severity};
use crate::schema::{Content, Group, MAX_ROWS, Need, Schema};

/// The most findings that are kept of one document.
const MAX_FINDINGS: usize = 200;

impl Document<'_> {
    pub(super) fn missing_in(&mut self, schema: &'static Schema, seen: &[u16; MAX_ROWS], offset: usize) {
        if schema.group == Group::Choice {
            if seen.iter().all(|count| *count == 0) {
                let names: Vec<_> = schema.places(self.edition).map(|(_, _, place)| place.name).collect();
                let sentence = format!("one of `{}` is missing", names.join("`, `"));
                self.find(About::Missing(None), Severity::Error, offset, sentence);
            }
            return;
        }
        let edition = self.edition;
        let count = |row: usize| usize::from(seen[row]);
        let demands = schema.demands(edition, count);
        for rows in schema.unmet(edition, &demands, count) {
            let name = |row: &usize| schema.rows[*row].cells[edition].place().map(|place| place.name);
            let names: Vec<_> = rows.iter().filter_map(name).collect();
            let sentence = format!("one of `{}` is missing", names.join("`, `"));
            self.find(About::Missing(None), Severity::Error, offset, sentence);
        }
        for (row, description, place) in schema.places(edition) {
            if seen[row] > 0 && demands.excludes(row) {
                let sentence =
                    format!("`{}` is present together with an element that excludes it", place.name);
                self.find(About::Surplus, Severity::Warning, offset, sentence);
            }
            if seen[row] > 0 || !place.is_mandatory() || demands.excludes(row) {
                continue;
            }
            let severity = match place.need {
                Need::Mandatory => Severity::Error,
                _ => Severity::Warning,
            };
            let list = match place.content(description) {
                Content::Text(text) => text.lexical.code_list(),
                Content::Secret | Content::Elements(_) | Content::Raw => None,
            };
            self.path.push(place.name);
            self.find(About::Missing(list), severity, offset, format!("`{}` is missing", place.name));
            self.path.pop();
        }
    }

    pub(super) fn namespace_missing(&mut self, offset: usize) {
        if self.findings.iter().any(|finding| finding.about == About::Namespace) {
            return;
        }
        let severity = match self.expect.namespace {
            NamespaceRule::Required => Severity::Error,
            NamespaceRule::MayBeMissing => Severity::Warning,
        };
        let sentence = format!("the namespace {} is missing", self.expect.namespaces[0]);
        self.find(About::Namespace, severity, offset, sentence);
    }

    pub(super) fn unqualified(&mut self, offset: usize, name: &str) {
        let sentence = format!("the attribute `{name}` has no namespace");
        self.find(About::Attribute, Severity::Warning, offset, sentence);
    }

    pub(super) fn unknown_attribute(&mut self, offset: usize, name: &str) {
        let sentence = format!("the attribute `{}` is not known here", plain_name(name));
        self.find(About::Attribute, Severity::Warning, offset, sentence);
    }

    pub(super) fn unknown_entity(&mut self, offset: usize) {
        let sentence = "an entity is not declared: only the five of XML are known".to_owned();
        self.find(About::Break, Severity::Error, offset, sentence);
    }

    pub(super) fn find(&mut self, about: About, severity: Severity, offset: usize, sentence: String) {
        self.find_value(about, severity, offset, (sentence, None));
    }

    /// The same for a value that does not fit.
    pub(super) fn find_value(
        &mut self,
        about: About,
        severity: Severity,
        offset: usize,
        (sentence, quoted): (String, Option<Quoted>),
    ) {
        // Warnings never crowd out the first errors: whether a message is taken depends on them.
        let full = self.findings.len() >= MAX_FINDINGS;
        let errors = || self.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        if full && (severity == Severity::Warning || errors() >= MAX_FINDINGS) {
            return;
        }
        let path = self.spoken_path();
        self.findings.push(Finding { about, severity, path, offset, sentence, quoted });
    }

    pub(super) fn spoken_path(&mut self) -> String {
        self.scratch.clear();
        for name in &self.path {
            self.scratch.push('/');
            self.scratch.push_str(name);
        }
        self.scratch.clone()
    }
}

/// A name that no table has, if it can be one: a piece of a value after a `<` that was not escaped reads like a name too, and is not told.
pub(super) fn plain_name(name: &str) -> &str {
    let plain = name.len() <= Quoted::MAX && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    if plain { name } else { "…" }
}

//! Reading a message from bytes, tolerantly.

use std::fmt;

use serde::Serialize;

use crate::{Diagnostic, Edition, Message, Severity};

/// How to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// How much is taken.
    pub limits: xml::Limits,
    /// Whether the namespace must be there.
    pub namespace: NamespaceRule,
}

/// Whether a message must stand in the standard's namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NamespaceRule {
    /// It must.
    #[default]
    Required,
    /// Elements in no namespace are taken for the standard's: some systems leave it out.
    MayBeMissing,
}

/// What was read. Also for a message with errors: what could be read stands in `message`, the rest is the default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The message.
    pub message: Message,
    /// Its edition: what its version says or, where that lies, its content.
    pub edition: Edition,
    /// The `version` as declared; empty where it is missing.
    pub version: String,
    /// What is wrong with it, in the order of the document.
    pub diagnostics: Vec<Diagnostic>,
    /// Elements that no edition knows, kept aside.
    pub extras: Vec<Extra>,
}

impl Reading {
    /// Whether the message can be acted on: nothing worse than warnings.
    pub fn is_acceptable(&self) -> bool {
        self.errors().next().is_none()
    }

    /// The diagnostics for which the message is answered with an error.
    pub fn errors(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|d| d.severity == Severity::Error)
    }
}

/// An element that no edition knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Extra {
    /// Where it stood.
    pub path: String,
    /// The element as it came.
    pub raw: String,
}

/// Not even the kind of message could be told, so that no confirmation is possible.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Unreadable {
    /// What kind of obstacle it was.
    pub kind: UnreadableKind,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, in words.
    pub sentence: String,
}

/// Why nothing could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnreadableKind {
    /// A limit was met.
    TooLarge,
    /// It is not XML that can be read.
    NotXml,
    /// It is XML, but no ISO 18626 message.
    NotAMessage,
}

impl Unreadable {
    /// Whether a limit was met.
    pub fn too_large(&self) -> bool {
        self.kind == UnreadableKind::TooLarge
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.sentence)
    }
}

/// Reads one message.
pub fn read(bytes: &[u8], options: &ReadOptions) -> Result<Reading, Unreadable> {
    let _ = (bytes, options);
    Err(Unreadable {
        kind: UnreadableKind::NotXml,
        line: 1,
        column: 1,
        sentence: "reading is not built yet".to_owned(),
    })
}

/// The same document, indented for people.
pub fn pretty(bytes: &[u8]) -> Result<String, Unreadable> {
    read(bytes, &ReadOptions::default()).map(|reading| reading.version)
}

//! A document of which nothing can be read, and where it stops.

use std::fmt;

use crate::{Break, BreakKind, Text};

/// Not even the kind of document could be told.
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
    /// It is XML, but no message of the protocol.
    NotAMessage,
}

impl Unreadable {
    /// A break in a text; in none, where the bytes could not even be decoded.
    pub fn new(text: Option<&Text<'_>>, broken: Break) -> Self {
        let (line, column) = text.map_or((1, 1), |text| text.place(broken.offset));
        let kind = match broken.kind {
            BreakKind::Limit => UnreadableKind::TooLarge,
            BreakKind::IllFormed => UnreadableKind::NotXml,
            BreakKind::Foreign => UnreadableKind::NotAMessage,
        };
        Unreadable { kind, line, column, sentence: broken.sentence }
    }

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

//! What the reader has to say about a document.

use serde::Serialize;

use crate::Text;

/// The place where a document cannot be read further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// Byte offset into the decoded text.
    pub offset: usize,
    /// What kind of obstacle it is.
    pub kind: BreakKind,
    /// What is wrong, in words.
    pub sentence: String,
}

/// Why a document cannot be read further.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BreakKind {
    /// A limit was met.
    Limit,
    /// It is not well-formed, or asks for what is refused (DOCTYPE).
    IllFormed,
    /// It is not the kind of document expected.
    Foreign,
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Not as the standard has it, but the meaning is plain: the message is taken.
    Warning,
    /// Something that must be there is not, or cannot be understood: the message cannot be acted on.
    Error,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// A mandatory element, or a mandatory element's value, is not there. Names the code list, if it has one.
    Missing(Option<&'static str>),
    /// An element is in the wrong place.
    Order,
    /// An element occurs more often than it may.
    Surplus,
    /// An element of another edition.
    Foreign,
    /// An element that no edition knows.
    Unknown,
    /// A value that its type does not allow. Names the code list, if it is one.
    Value(Option<&'static str>),
    /// An attribute that does not belong there, or is not qualified.
    Attribute,
    /// Text between elements.
    Stray,
    /// The namespace is missing.
    Namespace,
    /// The bytes are not in the encoding that they should be in, or hold what XML forbids: it was read past.
    Encoding,
    /// The document breaks off.
    Break,
}

/// One thing that is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub about: About,
    /// How bad it is.
    pub severity: Severity,
    /// The element, from the root.
    pub path: String,
    /// Byte offset into the decoded text.
    pub offset: usize,
    /// What is wrong and what was expected, in words. It names elements and never quotes what they hold.
    pub sentence: String,
    /// What the element held, where that does not fit.
    pub quoted: Option<Quoted>,
}

/// What a value that does not fit held, cut short: for the answer to its sender alone. It could be anything that somebody put into the wrong
/// element, so it has no `Display`, no `Serialize`, and a `Debug` without the value.
#[derive(Clone, PartialEq, Eq)]
pub struct Quoted(String);

impl Quoted {
    /// How many characters are quoted.
    pub const MAX: usize = 40;

    /// The beginning of a value.
    pub fn new(value: &str) -> Self {
        let mut short: String = value.chars().take(Self::MAX).collect();
        if short.len() < value.len() {
            short.push('…');
        }
        Quoted(short)
    }

    /// A sentence with the value behind it, as its sender is told.
    pub fn after(&self, sentence: &str) -> String {
        format!("{sentence}: `{}`", self.0)
    }
}

impl std::fmt::Debug for Quoted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Quoted(..)")
    }
}

/// An element that no edition knows, or one too many, kept as it came. What is in it is not known, so a secret could be: it is not shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Extra {
    /// Where it stood.
    pub path: String,
    /// The element as it came.
    pub raw: String,
}

impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extra").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Findings with their lines and columns, in the order of the document: what is missing is found at the end of its parent, and belongs to
/// its beginning.
pub fn placed(findings: Vec<Finding>, text: &Text<'_>) -> Vec<(Finding, (u32, u32))> {
    let offsets: Vec<usize> = findings.iter().map(|finding| finding.offset).collect();
    let mut placed: Vec<_> = std::iter::zip(findings, text.places(&offsets)).collect();
    placed.sort_by_key(|(_, place)| *place);
    placed
}

//! What is said about a message that is not as the standard has it.

use std::fmt;

use serde::Serialize;
use xml::{Quoted, Severity};

use crate::ProblemKind;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Whether the message can still be taken.
    pub severity: Severity,
    /// The element, from the root: `/NCIPMessage/LookupUser/UserId`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong and what was expected, in words. It names elements and never quotes what they hold.
    pub sentence: String,
    /// What the element held, where that does not fit: for the answer to the sender alone.
    #[serde(skip)]
    pub quoted: Option<Quoted>,
    /// What a reply calls it.
    #[serde(serialize_with = "by_name")]
    pub problem: ProblemKind,
}

impl Diagnostic {
    /// The element's own name.
    pub fn element(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// What is wrong, as the sender of the message is told: with the value that does not fit. It must not be logged or kept.
    pub fn for_sender(&self) -> String {
        match &self.quoted {
            Some(quoted) => quoted.after(&self.sentence),
            None => self.sentence.clone(),
        }
    }
}

/// As it may be logged and kept: place, element and what was expected.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.line, self.column, self.path, self.sentence)
    }
}

fn by_name<S: serde::Serializer>(kind: &ProblemKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

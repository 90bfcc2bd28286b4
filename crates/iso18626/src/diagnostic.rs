//! What is said about a message that is not as the standard has it.

use std::fmt;

use serde::Serialize;
use xml::Severity;

use crate::ErrorType;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Whether the message can still be taken.
    pub severity: Severity,
    /// The element, from the root: `/ISO18626Message/request/header/timestamp`.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong, in words. Quotes codes and names, never the content of free text.
    pub sentence: String,
    /// What a confirmation calls it.
    pub error_type: ErrorType,
}

impl Diagnostic {
    /// The element's own name.
    pub fn element(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.line, self.column, self.path, self.sentence)
    }
}

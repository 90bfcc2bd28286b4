//! What a message loses, or carries elsewhere, when it is said in another version.

use std::fmt;

use serde::Serialize;

/// One element that a version cannot say as it stands, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// The element, from the message: `/CheckOutItem/ResourceDesired`.
    pub path: String,
    /// What became of its value.
    pub fate: Fate,
    /// The same in words.
    pub sentence: String,
}

/// What became of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Fate {
    /// It is in another element now.
    Moved {
        /// Where.
        to: String,
    },
    /// It is gone.
    Dropped,
    /// The version demands what the message did not say; this was written instead.
    Filled {
        /// With what.
        with: String,
    },
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.sentence)
    }
}

//! Known deviations: a file of failures that are expected, each with a written reason. An expected failure that passes fails the run, so the
//! list only shrinks.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::line::Line;

/// The file.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviations {
    /// The known deviations.
    #[serde(default)]
    pub deviation: Vec<Deviation>,
}

/// One known deviation.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deviation {
    /// The case.
    pub case: String,
    /// In which edition; in each, if it isn't said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<Line>,
    /// Why it fails, and why that is accepted.
    pub reason: String,
}

impl Deviations {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence: not readable, a reason that is empty, a case that does not exist.
    pub fn load(path: &Path) -> Result<Deviations, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Deviations::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// As for `load`.
    pub fn parse(text: &str) -> Result<Deviations, String> {
        let deviations: Deviations = toml::from_str(text).map_err(|error| error.to_string())?;
        for deviation in &deviations.deviation {
            if deviation.reason.trim().is_empty() {
                return Err(format!("the deviation {} has no reason", deviation.case));
            }
            if !crate::catalogue().any(|case| case.id == deviation.case) {
                return Err(format!("there is no case {}", deviation.case));
            }
        }
        Ok(deviations)
    }

    /// Why this case is expected to fail, if it is.
    #[must_use]
    pub fn reason(&self, case: &str, edition: Line) -> Option<&str> {
        let fits = |deviation: &&Deviation| {
            deviation.case == case && deviation.edition.is_none_or(|expected| expected == edition)
        };
        self.deviation.iter().find(fits).map(|deviation| deviation.reason.as_str())
    }
}

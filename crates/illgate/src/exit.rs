//! How a command ends: the exit codes, declared once, and the error that carries one. Must never print: `output` does.

use std::process::ExitCode;

use persistence::StoreError;

/// What to do where the store cannot be had.
pub(crate) const STORE_TAKEN: &str =
    "one process at a time has the store: where a gateway runs on it (`illgate status`), stop that first";

/// Declares the exit codes: the enum, and the text that `illgate --help` ends with.
macro_rules! exit_codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal;)*) => {
        /// Why a command ended as it did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Exit {
            $($(#[doc = $doc])+ $name = $code,)*
        }

        impl Exit {
            /// Every code with what it means.
            pub(crate) const ALL: &[(Exit, &str)] = &[$((Exit::$name, concat!($($doc),+)),)*];
        }
    };
}

exit_codes! {
    /// Done.
    Ok = 0;
    /// Done, and something is wrong or was refused: a message with errors, a check with findings, nothing by that name.
    Finding = 1;
    /// The command line could not be understood.
    Usage = 2;
    /// No gateway answers.
    Unreachable = 3;
    /// The configuration is wrong.
    Configuration = 4;
    /// The store cannot be opened, is locked, has failed or is damaged.
    Store = 5;
    /// A file, an address or the system refused.
    System = 6;
    /// The gateway, or this program, failed: a fault to report.
    Fault = 7;
}

impl Exit {
    /// The text for the end of `--help`.
    pub(crate) fn help() -> String {
        let lines = Self::ALL.iter().map(|(exit, means)| format!("\n  {}  {}", *exit as u8, means.trim()));
        std::iter::once("Exit codes:".to_owned()).chain(lines).collect()
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work: a stable slug, a sentence, and what to do.
#[derive(Debug, thiserror::Error, serde::Serialize)]
#[error("{sentence}")]
pub(crate) struct Failure {
    #[serde(skip)]
    pub(crate) exit: Exit,
    /// The same word wherever the fault is shown.
    pub(crate) slug: String,
    /// What happened, and where.
    pub(crate) sentence: String,
    /// Each thing that is wrong, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) details: Vec<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(exit: Exit, slug: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { exit, slug: slug.into(), sentence: sentence.into(), details: Vec::new(), hint: None }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn details(mut self, details: Vec<String>) -> Self {
        self.details = details;
        self
    }

    /// A file could not be read or written.
    pub(crate) fn file(path: &std::path::Path, why: &std::io::Error) -> Self {
        Self::new(Exit::System, "file.unusable", format!("{}: {why}", path.display()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(Exit::Store, "store.failed", error.to_string());
        match error {
            StoreError::Open { .. } | StoreError::Engine(_) => failure.hint(STORE_TAKEN),
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_told_apart_and_explained() {
        let codes: std::collections::BTreeSet<u8> = Exit::ALL.iter().map(|(exit, _)| *exit as u8).collect();
        assert_eq!(codes.len(), Exit::ALL.len());
        assert!(Exit::ALL.iter().all(|(_, means)| means.trim().ends_with('.')));
    }
}

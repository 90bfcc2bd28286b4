//! How a command ends: the exit codes, declared once, and the error that carries one. Must never print: `output` does.

use std::process::ExitCode;

use errors::slug;
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
        Self::new(Exit::System, slug!("file.unusable").as_str(), format!("{}: {why}", path.display()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(Exit::Store, slug!("store.failed").as_str(), error.to_string());
        match error {
            StoreError::Open { .. } | StoreError::Engine(_) => failure.hint(STORE_TAKEN),
            _ => failure,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The names of errors that a source makes failures of: the second argument of `Failure::new`.
    fn slugs(source: &str, found: &mut Vec<String>) {
        for call in source.split("Failure::new(").skip(1) {
            let second = call.split_once(',').map_or("", |(_, rest)| rest.trim_start());
            found.extend(
                second.strip_prefix('"').and_then(|text| text.split_once('"')).map(|it| it.0.to_owned()),
            );
        }
    }

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the sources") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("exit.rs") {
                slugs(&std::fs::read_to_string(&path).expect("a source"), found);
            }
        }
    }

    #[test]
    fn every_failure_of_a_command_has_a_page_that_explains_it() {
        let mut found = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 30, "the sources are read: {found:?}");
        for slug in found {
            assert!(errors::Slug::find(&slug).is_some(), "`{slug}` is not declared in crate errors");
        }
    }

    #[test]
    fn every_code_is_told_apart_and_explained() {
        let codes: std::collections::BTreeSet<u8> = Exit::ALL.iter().map(|(exit, _)| *exit as u8).collect();
        assert_eq!(codes.len(), Exit::ALL.len());
        assert!(Exit::ALL.iter().all(|(_, means)| means.trim().ends_with('.')));
    }
}

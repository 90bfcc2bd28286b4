//! How a command ends: the exit codes, declared once, and the error that carries one. Must never print: `output` does.

use std::process::ExitCode;

use errors::{Blame, Slug, slug};
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
    /// Done, and something is wrong: a message with errors, a check with findings.
    Finding = 1;
    /// What was asked cannot be: the command line, what it names, or what a request or a file allows.
    Asked = 2;
    /// Not now: no gateway answers, or the disk, the network or the system refused. The same may succeed later.
    NotNow = 3;
    /// What is configured is wrong: the configuration, the registry, or what they name.
    Settings = 4;
    /// What answered, another library's system or another gateway, did not as it should.
    Peer = 5;
    /// A fault of the program: please report it.
    Fault = 6;
}

impl Exit {
    /// How a command ends that failed by an error of this blame. Every failure ends by this; what clap refuses ends with the code of
    /// `Asked` too.
    const fn of(blame: Blame) -> Self {
        match blame {
            Blame::Operator => Self::Asked,
            Blame::Temporary => Self::NotNow,
            Blame::Settings => Self::Settings,
            Blame::Peer => Self::Peer,
            Blame::Ours => Self::Fault,
        }
    }

    /// The text for the end of `--help`.
    pub(crate) fn help() -> String {
        let lines = Self::ALL.iter().map(|(exit, means)| format!("\n  {}  {}", *exit as u8, means.trim()));
        let end = "\nCodes from 2 on tell whose the error is; `illgate explain NAME` says it of each error.";
        std::iter::once("Exit codes:".to_owned()).chain(lines).chain([end.to_owned()]).collect()
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
    /// The same word wherever the fault is shown.
    pub(crate) slug: String,
    /// Whose it is.
    pub(crate) blame: Blame,
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
    pub(crate) fn new(slug: Slug, sentence: impl Into<String>) -> Self {
        Self::named(slug.as_str(), slug.blame(), sentence)
    }

    /// What a gateway says is wrong, under the name that it gives. One that is not known here is of another release.
    pub(crate) fn told(slug: &str, sentence: impl Into<String>) -> Self {
        let blame = Slug::find(slug).map_or(Blame::Peer, Slug::blame);
        Self::named(slug, blame, sentence)
    }

    fn named(slug: &str, blame: Blame, sentence: impl Into<String>) -> Self {
        Self { slug: slug.to_owned(), blame, sentence: sentence.into(), details: Vec::new(), hint: None }
    }

    /// How the command ends by it.
    pub(crate) const fn exit(&self) -> Exit {
        Exit::of(self.blame)
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
        Self::new(slug!("file.unusable"), format!("{}: {why}", path.display()))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let failure = Self::new(error.slug(), error.to_string());
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
    fn every_failure_ends_with_the_code_of_its_blame() {
        for (slug, code) in [
            (slug!("request.unknown"), 2),
            (slug!("usage.date"), 2),
            (slug!("api.unreachable"), 3),
            (slug!("config.invalid"), 4),
            (slug!("api.unreadable"), 5),
            (slug!("gateway.fault"), 6),
        ] {
            let failure = Failure::new(slug, "it failed");
            assert_eq!((failure.exit() as u8, failure.blame), (code, slug.blame()), "{slug}");
        }
        let seen: std::collections::BTreeSet<u8> =
            errors::ALL.iter().map(|slug| Failure::told(slug.as_str(), "").exit() as u8).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [2, 3, 4, 5, 6], "each blame has a code of its own");
    }

    #[test]
    fn an_error_of_another_release_is_of_the_gateway_that_told_it() {
        let failure = Failure::told("moon.full", "the moon is full");
        assert_eq!((failure.slug.as_str(), failure.exit()), ("moon.full", Exit::Peer));
    }

    #[test]
    fn a_mistake_that_clap_finds_has_the_code_of_what_cannot_be_asked() {
        let refused = <crate::cli::Cli as clap::Parser>::try_parse_from(["illgate", "reqests"]);
        assert_eq!(refused.map(|_| ()).map_err(|why| why.exit_code()), Err(i32::from(Exit::Asked as u8)));
    }

    #[test]
    fn every_code_is_told_apart_and_explained() {
        let codes: std::collections::BTreeSet<u8> = Exit::ALL.iter().map(|(exit, _)| *exit as u8).collect();
        assert_eq!(codes.len(), Exit::ALL.len());
        assert!(Exit::ALL.iter().all(|(_, means)| means.trim().ends_with('.')));
    }
}

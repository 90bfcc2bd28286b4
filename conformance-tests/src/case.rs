//! Whom a case is for, on what authority it expects what it expects, and what can come of it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What the subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// It is between requesters and suppliers.
    Broker,
    /// It is asked.
    Supplier,
    /// It asks.
    Requester,
    /// It answers NCIP.
    #[serde(rename = "ncip-responder")]
    NcipResponder,
    /// It asks ILSs by NCIP.
    #[serde(rename = "ncip-initiator")]
    NcipInitiator,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Broker => "broker",
            Role::Supplier => "supplier",
            Role::Requester => "requester",
            Role::NcipResponder => "ncip-responder",
            Role::NcipInitiator => "ncip-initiator",
        })
    }
}

impl std::str::FromStr for Role {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        [Role::Broker, Role::Supplier, Role::Requester, Role::NcipResponder, Role::NcipInitiator]
            .into_iter()
            .find(|role| role.to_string() == text)
            .ok_or_else(|| {
                format!(
                    "{text:?} is no role: say broker, supplier, requester, ncip-responder or ncip-initiator"
                )
            })
    }
}

/// On what authority a case expects what it expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The standard or its schema says so.
    Standard(&'static str),
    /// NCIP, or its schema, says so.
    Ncip(&'static str),
    /// The published use cases of the standard's maintainers say so.
    UseCase(&'static str),
    /// The standard is silent; this is what works between systems in practice.
    Practice(&'static str),
    /// A rule of HTTP or XML.
    Web(&'static str),
}

impl Source {
    /// Whether the standard itself says nothing about it.
    #[must_use]
    pub fn is_silent(self) -> bool {
        matches!(self, Source::Practice(_))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Standard(text) => write!(f, "ISO 18626, {text}"),
            Source::Ncip(text) => write!(f, "NCIP, {text}"),
            Source::UseCase(text) => write!(f, "ISO 18626 use cases, {text}"),
            Source::Practice(text) => write!(f, "the standard is silent; practice: {text}"),
            Source::Web(text) => write!(f, "{text}"),
        }
    }
}

/// Whether a case may run beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It may.
    Together,
    /// It needs the subject's clock, or the subject, for itself.
    Alone,
}

/// Why a script ended before its end.
#[derive(Clone, Debug)]
pub enum CaseEnd {
    /// The subject did something else than expected.
    Fail(Failure),
    /// The case has no meaning for this subject or this set of parties.
    NotApplicable(String),
    /// It cannot be told.
    Inconclusive(String),
}

/// What was expected, and what came.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Failure {
    /// What was expected.
    pub expected: String,
    /// What came instead.
    pub got: String,
    /// The bytes that show it, as text.
    pub bytes: String,
}

impl CaseEnd {
    /// A failure.
    pub fn fail(expected: impl Into<String>, got: impl Into<String>, bytes: &[u8]) -> CaseEnd {
        let bytes = String::from_utf8_lossy(bytes).into_owned();
        CaseEnd::Fail(Failure { expected: expected.into(), got: got.into(), bytes })
    }
}

/// What came of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// As expected.
    Pass,
    /// As may be, where vendors may choose: the standard is silent, or real systems differ.
    Note {
        /// What the subject does.
        what: Vec<String>,
    },
    /// Not as expected.
    Fail(Failure),
    /// Without meaning for this subject or this set of parties.
    NotApplicable {
        /// Why.
        #[serde(rename = "because")]
        why: String,
    },
    /// It could not be told.
    Inconclusive {
        /// Why.
        #[serde(rename = "because")]
        why: String,
    },
}

impl Verdict {
    /// In one word.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::Note { .. } => "note",
            Verdict::Fail(_) => "fail",
            Verdict::NotApplicable { .. } => "not applicable",
            Verdict::Inconclusive { .. } => "inconclusive",
        }
    }
}

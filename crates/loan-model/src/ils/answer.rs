//! What came of a command to an ILS.

use serde::{Deserialize, Serialize};

use super::{IlsFacts, IlsProblem, IlsProblemKind, PatronStanding};
use crate::MayHaveArrived;

/// What came of a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
pub enum IlsAnswer {
    /// It was done, now or before: a repeat that finds its work done counts as done.
    Done {
        /// What the ILS said.
        #[serde(default)]
        facts: Box<IlsFacts>,
    },
    /// The ILS says no. Asking again the same way is of no use.
    Refused {
        /// Why.
        problems: Vec<IlsProblem>,
    },
    /// No answer that could be understood, however often it was asked.
    Failed {
        /// What went wrong last, without patron data.
        why: String,
        /// Whether it may have been done all the same.
        may_have_arrived: MayHaveArrived,
    },
}

impl IlsAnswer {
    /// Whether it was not done, and what the ILS refused was taken for done: it had nothing to do.
    pub fn was_tolerated(&self) -> bool {
        matches!(self, IlsAnswer::Done { facts } if !facts.tolerated.is_empty())
    }

    /// Whether it is a no with such a problem.
    pub fn has(&self, problem: impl Fn(&IlsProblemKind) -> bool) -> bool {
        match self {
            IlsAnswer::Refused { problems } => problems.iter().any(|one| problem(&one.kind)),
            IlsAnswer::Done { .. } | IlsAnswer::Failed { .. } => false,
        }
    }

    /// How a patron stands who was looked up. One of whom nothing is said was found, and that is enough.
    pub fn standing(&self) -> Option<PatronStanding> {
        match self {
            IlsAnswer::Done { facts } => Some(facts.patron.unwrap_or(PatronStanding::Good)),
            IlsAnswer::Refused { .. } if self.has(|kind| *kind == IlsProblemKind::UnknownUser) => {
                Some(PatronStanding::Unknown)
            }
            IlsAnswer::Refused { .. } if self.has(|kind| matches!(kind, IlsProblemKind::User(_))) => {
                Some(PatronStanding::Blocked)
            }
            IlsAnswer::Refused { .. } | IlsAnswer::Failed { .. } => None,
        }
    }
}

//! Which machine a request is run by, and where its requests can stand. Must never know a request.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{
    borrowing::{self, Borrowing},
    brokering,
    hosted::{Machine, Over},
    lending::{self, Lending},
};

/// Which machine a request is run by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MachineKind {
    /// The broker's, between a requester and its suppliers.
    #[default]
    Brokering,
    /// A hosted library's, as a requester.
    Borrowing,
    /// A hosted library's, as a supplier.
    Lending,
}

impl MachineKind {
    /// Every one.
    pub const ALL: &[MachineKind] = &[MachineKind::Brokering, MachineKind::Borrowing, MachineKind::Lending];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Brokering => "brokering",
            Self::Borrowing => Borrowing::NAME,
            Self::Lending => Lending::NAME,
        }
    }

    /// Where its requests can stand, as its table has it, and where they are over.
    pub fn phases(self) -> Vec<(&'static str, Over)> {
        fn all<P: Copy>(
            phases: &[P],
            name: fn(P) -> &'static str,
            is_final: fn(P) -> bool,
        ) -> Vec<(&'static str, Over)> {
            let over = |phase| if is_final(phase) { Over::Closed } else { Over::Open };
            phases.iter().map(|&phase| (name(phase), over(phase))).collect()
        }
        match self {
            Self::Brokering => {
                all(brokering::Phase::ALL, brokering::Phase::as_str, brokering::Phase::is_final)
            }
            Self::Borrowing => {
                all(borrowing::Phase::ALL, borrowing::Phase::as_str, borrowing::Phase::is_final)
            }
            Self::Lending => all(lending::Phase::ALL, lending::Phase::as_str, lending::Phase::is_final),
        }
    }

    /// Whether a request that stands there is over, as far as this release knows.
    pub fn over(self, phase: &str) -> Option<Over> {
        self.phases().into_iter().find(|(name, _)| *name == phase).map(|(_, over)| over)
    }

    /// Whether that is a phase of this machine, or of any where none is named.
    ///
    /// # Errors
    /// When it is none, with those that there are.
    pub fn check_phase(machine: Option<MachineKind>, phase: &str) -> Result<(), NoSuchPhase> {
        let machines = machine.as_ref().map_or(MachineKind::ALL, std::slice::from_ref);
        if machines.iter().any(|machine| machine.over(phase).is_some()) {
            return Ok(());
        }
        Err(NoSuchPhase { phase: phase.to_owned(), machines: machines.to_vec() })
    }
}

impl FromStr for MachineKind {
    type Err = NoSuchMachine;

    fn from_str(text: &str) -> Result<Self, NoSuchMachine> {
        let found = MachineKind::ALL.iter().copied().find(|machine| machine.as_str() == text);
        found.ok_or_else(|| NoSuchMachine { name: text.to_owned() })
    }
}

/// A text that names no machine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no machine: there are {}", named(MachineKind::ALL.iter().map(|machine| machine.as_str())))]
pub struct NoSuchMachine {
    /// The text.
    pub name: String,
}

/// A text that names no phase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{phase}` is no phase of {}", .machines.iter().map(|it| phases_of(*it)).collect::<Vec<_>>().join("; nor of "))]
pub struct NoSuchPhase {
    /// The text.
    pub phase: String,
    /// Of which machines it was to be one.
    pub machines: Vec<MachineKind>,
}

fn phases_of(machine: MachineKind) -> String {
    let phases = machine.phases();
    format!("{}: it has {}", machine.as_str(), named(phases.iter().map(|(name, _)| *name)))
}

fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_machine_knows_its_own_phases_and_where_they_end() {
        assert_eq!(MachineKind::Lending.over("on-pull-list"), Some(Over::Open));
        assert_eq!(MachineKind::Borrowing.over("refused"), Some(Over::Closed));
        assert_eq!(MachineKind::Brokering.over("on-pull-list"), None);
        for machine in MachineKind::ALL {
            assert_eq!(machine.as_str().parse(), Ok(*machine));
            let over = machine.phases().iter().filter(|(_, over)| *over == Over::Closed).count();
            assert!(over >= 4, "{machine:?}");
        }
    }

    #[test]
    fn a_wrong_phase_is_answered_with_those_there_are() {
        assert_eq!(MachineKind::check_phase(None, "on-pull-list"), Ok(()));
        assert_eq!(MachineKind::check_phase(Some(MachineKind::Lending), "on-pull-list"), Ok(()));
        let said =
            MachineKind::check_phase(Some(MachineKind::Brokering), "on-pull-list").unwrap_err().to_string();
        assert!(
            said.starts_with("`on-pull-list` is no phase of brokering: it has locating, asking"),
            "{said}"
        );
        let said = MachineKind::check_phase(None, "onloan").unwrap_err().to_string();
        assert!(said.contains("; nor of borrowing: ") && said.contains("; nor of lending: "), "{said}");
    }
}

//! Where the requests of each machine can stand, as its table has it. Must never know a request.

use loan_model::MachineKind;

use crate::{borrowing, brokering, hosted::Over, interpreter::TableState, lending};

/// Where a machine's requests can stand, and where they are over.
pub fn phases(machine: MachineKind) -> Vec<(&'static str, Over)> {
    fn all<P: TableState>() -> Vec<(&'static str, Over)> {
        let over = |phase: P| if phase.is_end() { Over::Closed } else { Over::Open };
        P::STATES.iter().map(|&phase| (phase.name(), over(phase))).collect()
    }
    match machine {
        MachineKind::Brokering => all::<brokering::Phase>(),
        MachineKind::Borrowing => all::<borrowing::Phase>(),
        MachineKind::Lending => all::<lending::Phase>(),
    }
}

/// Whether a request of the machine that stands there is over, as far as this release knows.
pub fn over(machine: MachineKind, phase: &str) -> Option<Over> {
    phases(machine).into_iter().find(|(name, _)| *name == phase).map(|(_, over)| over)
}

/// Whether that is a phase of this machine, or of any where none is named.
///
/// # Errors
/// When it is none, with those that there are.
pub fn check(machine: Option<MachineKind>, phase: &str) -> Result<(), NoSuchPhase> {
    let machines = machine.as_ref().map_or(MachineKind::ALL, std::slice::from_ref);
    if machines.iter().any(|machine| over(*machine, phase).is_some()) {
        return Ok(());
    }
    Err(NoSuchPhase { phase: phase.to_owned(), machines: machines.to_vec() })
}

/// A text that names no phase.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{phase}` is no phase of {}", .machines.iter().map(|it| listed(*it)).collect::<Vec<_>>().join("; nor of "))]
pub struct NoSuchPhase {
    /// The text.
    pub phase: String,
    /// Of which machines it was to be one.
    pub machines: Vec<MachineKind>,
}

fn listed(machine: MachineKind) -> String {
    let names: Vec<_> = phases(machine).into_iter().map(|(name, _)| name).collect();
    format!("{}: it has {}", machine.as_str(), names.join(", "))
}

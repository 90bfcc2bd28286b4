//! Which machine a request is run by. Must never know a request.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

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
            Self::Borrowing => "borrowing",
            Self::Lending => "lending",
        }
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

fn named<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

//! The errors that an operator can meet, each under a name that stays: the same in logs, incidents, problems of the API and on the command
//! line. Each is declared once, in `table`, with whose it is. What it means and what to do about it is in the command-line crate, so
//! that a changed sentence rebuilds little. Must never hold prose.

mod page;
mod table;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::{
    page::{ErrorPage, find, nearest},
    table::ALL,
};

/// Whose an error is: what has to change before it goes away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// Another library's system, or another caller: what it sends or how it answers.
    Peer,
    /// What is configured: `illgate.toml`, the registry, or what they name.
    Settings,
    /// What was asked of the gateway by its staff or operator, or a matter that waits for them.
    Operator,
    /// A fault of the program.
    Ours,
    /// Load, the disk, the network: the same may succeed later.
    Temporary,
}

impl Blame {
    /// Its word, in logs as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Peer => "peer",
            Self::Settings => "settings",
            Self::Operator => "operator",
            Self::Ours => "ours",
            Self::Temporary => "temporary",
        }
    }
}

/// The name of an error of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Slug {
    name: &'static str,
    blame: Blame,
}

impl Slug {
    /// The error of that name; outside of constants, [`slug!`](crate::slug) is the way to one.
    ///
    /// # Panics
    /// When the table has no such error. In a constant that is an error of the compiler.
    pub const fn of(name: &str) -> Self {
        let mut at = 0;
        while at < ALL.len() {
            if same(ALL[at].name.as_bytes(), name.as_bytes()) {
                return ALL[at];
            }
            at += 1;
        }
        panic!("no error has this name: declare it in the table of crate errors, and write its page")
    }

    /// The error of that name, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        ALL.iter().find(|slug| slug.name == name).copied()
    }

    pub(crate) const fn new(name: &'static str, blame: Blame) -> Self {
        Self { name, blame }
    }

    /// As text.
    pub const fn as_str(self) -> &'static str {
        self.name
    }

    /// Whose it is.
    pub const fn blame(self) -> Blame {
        self.blame
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The name of an error, looked up while compiling: one that the table lacks does not compile.
#[macro_export]
macro_rules! slug {
    ($name:literal) => {
        const { $crate::Slug::of($name) }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_name_is_declared_once_as_area_and_name() {
        let mut seen = BTreeSet::new();
        for slug in ALL {
            assert!(seen.insert(slug.as_str()), "{slug} is declared twice");
            let (area, name) = slug.as_str().split_once('.').expect("an area and a name");
            for word in [area, name] {
                let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                assert!(plain && !word.is_empty(), "{slug}");
            }
        }
        assert!(ALL.is_sorted_by_key(|slug| slug.as_str()), "people look them up: they are in order");
    }

    #[test]
    fn a_name_is_found_with_its_blame() {
        assert_eq!(Slug::find("store.no-space").map(Slug::blame), Some(Blame::Temporary));
        assert_eq!(slug!("gateway.fault").blame(), Blame::Ours);
        assert_eq!(Slug::find("store"), None);
    }
}

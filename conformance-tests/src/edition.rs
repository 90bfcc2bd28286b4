//! The editions of ISO 18626 on the wire, and their namespace.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The one namespace of every edition.
pub const NAMESPACE: &str = "http://illtransactions.org/2013/iso18626";

/// A wire edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Edition {
    /// ISO 18626:2017, schema 1.2.
    #[serde(rename = "1.2")]
    V1_2,
    /// ISO 18626:2021, schema 2021-2.
    #[serde(rename = "2021-2")]
    V2021_2,
}

impl Edition {
    /// Both.
    pub const ALL: [Edition; 2] = [Edition::V1_2, Edition::V2021_2];

    /// The other one.
    #[must_use]
    pub fn other(self) -> Edition {
        match self {
            Edition::V1_2 => Edition::V2021_2,
            Edition::V2021_2 => Edition::V1_2,
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Edition::V1_2 => "1.2",
            Edition::V2021_2 => "2021-2",
        })
    }
}

impl FromStr for Edition {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Edition::ALL
            .into_iter()
            .find(|edition| edition.to_string() == text)
            .ok_or_else(|| format!("{text:?} is no edition: say 1.2 or 2021-2"))
    }
}

//! The wire editions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A wire edition that can be written. They share one namespace and are not valid in each other's schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Edition {
    /// 2014: 1.2 without `multipleItemRequestId`, `requestSubType`, `startDate` and `endDate`. Also 1.0.
    #[serde(rename = "1.1")]
    V1_1,
    /// 2017.
    #[default]
    #[serde(rename = "1.2")]
    V1_2,
    /// 2021. Also 2021-1 and 2021-3.
    #[serde(rename = "2021-2")]
    V2021_2,
}

impl Edition {
    /// Every edition, oldest first.
    pub const ALL: [Edition; 3] = [Edition::V1_1, Edition::V1_2, Edition::V2021_2];

    /// The edition's own name, which is also what it writes as `version`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Edition::V1_1 => "1.1",
            Edition::V1_2 => "1.2",
            Edition::V2021_2 => "2021-2",
        }
    }

    /// Its column in the tables.
    pub(crate) const fn column(self) -> usize {
        match self {
            Edition::V1_1 => 0,
            Edition::V1_2 => 1,
            Edition::V2021_2 => 2,
        }
    }

    /// The edition that a `version` attribute means, however systems spell it: `1.2`, `v1_2_2017`, `2021-3`.
    pub fn from_version(version: &str) -> Option<Self> {
        let version = version.trim().trim_start_matches(['v', 'V']).replace('_', ".");
        match version.as_str() {
            v if v.starts_with("2021") => Some(Edition::V2021_2),
            v if v.starts_with("1.2") || v.starts_with("2017") => Some(Edition::V1_2),
            v if v.starts_with("1.0") || v.starts_with("1.1") || v.starts_with("2014") || v == "1" => {
                Some(Edition::V1_1)
            }
            _ => None,
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Not the name of an edition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no edition of ISO 18626: 1.1, 1.2 and 2021-2 are")]
pub struct UnknownEdition(String);

impl FromStr for Edition {
    type Err = UnknownEdition;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Edition::ALL
            .into_iter()
            .find(|edition| edition.as_str() == name)
            .ok_or_else(|| UnknownEdition(name.to_owned()))
    }
}

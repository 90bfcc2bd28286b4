//! The wire versions.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A wire version that can be written. Those of 1 share one form and those of 2 another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Version {
    /// 2002.
    #[serde(rename = "1.0")]
    V1_0,
    /// 2004: 1.0 with `LookupRequest`, `PaidFeeAmount` and element types that may be left out.
    #[serde(rename = "1.01")]
    V1_01,
    /// 2008.
    #[serde(rename = "2.0")]
    V2_0,
    /// 2010: 2.0 with several ids in `RequestItem`.
    #[serde(rename = "2.01")]
    V2_01,
    /// 2012: 2.01 with `LookupItemSet`.
    #[default]
    #[serde(rename = "2.02")]
    V2_02,
}

/// The namespace of version 2. Version 1 has none.
pub const NAMESPACE: &str = "http://www.niso.org/2008/ncip";

impl Version {
    /// Every version, oldest first.
    pub const ALL: [Version; 5] =
        [Version::V1_0, Version::V1_01, Version::V2_0, Version::V2_01, Version::V2_02];

    /// The version's number.
    pub const fn as_str(self) -> &'static str {
        match self {
            Version::V1_0 => "1.0",
            Version::V1_01 => "1.01",
            Version::V2_0 => "2.0",
            Version::V2_01 => "2.01",
            Version::V2_02 => "2.02",
        }
    }

    /// What it writes in its root's attribute `version`.
    pub const fn attribute(self) -> &'static str {
        match self {
            Version::V1_0 => "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd",
            Version::V1_01 => "http://www.niso.org/ncip/v1_01/imp1/dtd/ncip_v1_01.dtd",
            Version::V2_0 => "http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_0.xsd",
            Version::V2_01 => "http://www.niso.org/schemas/ncip/v2_0/imp1/xsd/ncip_v2_01.xsd",
            Version::V2_02 => "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd",
        }
    }

    /// The version that an attribute means, however systems spell it.
    pub fn from_attribute(attribute: &str) -> Option<Self> {
        let attribute = attribute.trim();
        let file = attribute.rsplit('/').next().unwrap_or(attribute).to_ascii_lowercase().replace('.', "_");
        let newest_first =
            ["2_02", "2_01", "2_0", "1_01", "1_0"].into_iter().zip(Version::ALL.into_iter().rev());
        for (spelled, version) in newest_first {
            if file.contains(spelled) {
                return Some(version);
            }
        }
        match file.as_str() {
            "2" => Some(Version::V2_02),
            "1" => Some(Version::V1_0),
            _ => None,
        }
    }

    /// Its namespace, if it has one.
    pub const fn namespace(self) -> Option<&'static str> {
        match self {
            Version::V1_0 | Version::V1_01 => None,
            Version::V2_0 | Version::V2_01 | Version::V2_02 => Some(NAMESPACE),
        }
    }

    /// Its column in the tables.
    pub(crate) const fn column(self) -> usize {
        match self {
            Version::V1_0 => 0,
            Version::V1_01 => 1,
            Version::V2_0 => 2,
            Version::V2_01 => 3,
            Version::V2_02 => 4,
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Not the number of a version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of NCIP: 1.0, 1.01, 2.0, 2.01 and 2.02 are")]
pub struct UnknownVersion(String);

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Version::ALL
            .into_iter()
            .find(|version| version.as_str() == name)
            .ok_or_else(|| UnknownVersion(name.to_owned()))
    }
}

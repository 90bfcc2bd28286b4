//! Versions and transports of NCIP.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A version, as the suite writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Version {
    /// NCIP 1.0, which every version 1 system reads.
    #[serde(rename = "1")]
    V1,
    /// NCIP 2.02.
    #[serde(rename = "2.02")]
    V2,
}

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// HTTP POST.
    Http,
    /// A bare connection; a message ends with the end tag of its root.
    Tcp,
}

/// A version over a transport. Prints as `ncip-1`, `ncip-2.02/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Wire {
    /// The version.
    pub version: Version,
    /// The transport.
    pub transport: Transport,
}

impl Version {
    /// The namespace of version 2; version 1 has none.
    pub const NAMESPACE: &str = "http://www.niso.org/2008/ncip";

    /// The value of the attribute `version`.
    #[must_use]
    pub fn attribute(self) -> &'static str {
        match self {
            Version::V1 => "http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd",
            Version::V2 => "http://www.niso.org/schemas/ncip/v2_02/ncip_v2_02.xsd",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Version {
        match self {
            Version::V1 => Version::V2,
            Version::V2 => Version::V1,
        }
    }
}

impl Wire {
    /// Version 1 over HTTP.
    pub const V1: Wire = Wire { version: Version::V1, transport: Transport::Http };
    /// Version 2.02 over HTTP.
    pub const V2: Wire = Wire { version: Version::V2, transport: Transport::Http };
    /// Version 1 over a bare connection.
    pub const V1_TCP: Wire = Wire { version: Version::V1, transport: Transport::Tcp };
    /// Version 2.02 over a bare connection.
    pub const V2_TCP: Wire = Wire { version: Version::V2, transport: Transport::Tcp };
    /// Both versions over both transports.
    pub const ALL: &[Wire] = &[Wire::V1, Wire::V2, Wire::V1_TCP, Wire::V2_TCP];
    /// Both versions over HTTP.
    pub const HTTP: &[Wire] = &[Wire::V1, Wire::V2];
    /// Both versions over a bare connection.
    pub const TCP: &[Wire] = &[Wire::V1_TCP, Wire::V2_TCP];
    /// Version 1 over either.
    pub const OLD: &[Wire] = &[Wire::V1, Wire::V1_TCP];
    /// Version 2.02 over either.
    pub const NEW: &[Wire] = &[Wire::V2, Wire::V2_TCP];
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Version::V1 => "1",
            Version::V2 => "2.02",
        })
    }
}

impl fmt::Display for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match self.transport {
            Transport::Http => "",
            Transport::Tcp => "/tcp",
        };
        write!(f, "ncip-{}{transport}", self.version)
    }
}

impl FromStr for Wire {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Wire::ALL.iter().copied().find(|wire| wire.to_string() == text).ok_or_else(|| {
            format!("{text:?} is no NCIP edition: say ncip-1, ncip-2.02, ncip-1/tcp or ncip-2.02/tcp")
        })
    }
}

impl Serialize for Wire {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Wire {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

//! What a case was run in: an edition of ISO 18626, or a version of NCIP over a transport. The same word in every report.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::edition::Edition;
use crate::ncip::Wire;

/// An edition or version. Prints as `1.2`, `2021-2`, `ncip-1`, `ncip-2.02/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// An edition of ISO 18626.
    Iso(Edition),
    /// A version of NCIP, over a transport.
    Ncip(Wire),
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Iso(edition) => edition.fmt(f),
            Line::Ncip(wire) => wire.fmt(f),
        }
    }
}

impl FromStr for Line {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("ncip") { text.parse().map(Line::Ncip) } else { text.parse().map(Line::Iso) }
    }
}

impl From<Edition> for Line {
    fn from(edition: Edition) -> Line {
        Line::Iso(edition)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Line {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

//! To whom a lane leads: what its name says.

use std::fmt;

use loan_model::PeerId;
use registry::BROKER_AS_PEER;

/// What the name of a lane to an ILS begins with.
const ILS: &str = "ils:";
/// What the name of a lane to staff begins with.
const MAIL: &str = "mail:";

/// To whom a lane leads, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The broker inside this gateway.
    Broker,
    /// A library.
    Library(PeerId),
    /// The ILS of a hosted library.
    Ils(PeerId),
    /// The staff of a hosted library.
    Staff(PeerId),
}

impl Destination {
    /// The destination that a lane's name says.
    pub fn of(peer: &str) -> Self {
        match (peer, peer.strip_prefix(ILS), peer.strip_prefix(MAIL)) {
            (BROKER_AS_PEER, ..) => Self::Broker,
            (_, Some(library), _) => Self::Ils(PeerId::new(library)),
            (_, _, Some(library)) => Self::Staff(PeerId::new(library)),
            _ => Self::Library(PeerId::new(peer)),
        }
    }

    /// The library that it is, or belongs to.
    pub fn library(&self) -> Option<&PeerId> {
        match self {
            Self::Broker => None,
            Self::Library(library) | Self::Ils(library) | Self::Staff(library) => Some(library),
        }
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broker => f.write_str(BROKER_AS_PEER),
            Self::Library(library) => library.fmt(f),
            Self::Ils(library) => write!(f, "{ILS}{library}"),
            Self::Staff(library) => write!(f, "{MAIL}{library}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[test]
    fn a_destination_reads_as_it_is_written() {
        for name in ["@broker", "north", "ils:north", "mail:north"] {
            assert_eq!(Destination::of(name).to_string(), name);
        }
    }
}

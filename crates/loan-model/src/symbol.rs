//! Who a library is: its symbol on the wire, and its id in the registry.

use std::{fmt, str::FromStr};

use iso18626::{AgencyId, Open};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A library's symbol on the wire, written `ISIL:US-CO-X`. The authority's letter case does not matter; the value's does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol {
    authority: String,
    value: String,
}

/// A text that is not a symbol.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a symbol: write authority and value with a colon between, as in ISIL:US-CO-X")]
pub struct BadSymbol(pub String);

impl Symbol {
    /// The symbol `value` of the list `authority`.
    pub fn new(authority: &str, value: &str) -> Self {
        Symbol { authority: authority.trim().to_ascii_uppercase(), value: value.trim().to_owned() }
    }

    /// Whose list it is in, in capitals.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// The symbol itself.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// As it is in a message.
    pub fn to_agency_id(&self) -> AgencyId {
        AgencyId { id_type: Open::new(self.authority.clone()), value: self.value.clone() }
    }
}

impl From<&AgencyId> for Symbol {
    fn from(id: &AgencyId) -> Self {
        Symbol::new(&id.id_type.value, &id.value)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.authority, self.value)
    }
}

impl FromStr for Symbol {
    type Err = BadSymbol;

    fn from_str(text: &str) -> Result<Self, BadSymbol> {
        match text.split_once(':') {
            Some((authority, value)) if !authority.trim().is_empty() && !value.trim().is_empty() => {
                Ok(Symbol::new(authority, value))
            }
            _ => Err(BadSymbol(text.to_owned())),
        }
    }
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(D::Error::custom)
    }
}

/// A library's id in the registry, a slug such as `denver-public`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PeerId(String);

impl PeerId {
    /// The id as it is in the registry.
    pub fn new(id: impl Into<String>) -> Self {
        PeerId(id.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_reads_prints_and_forgives_the_case_of_its_authority() {
        let symbol: Symbol = "isil:US-CO-x".parse().unwrap();
        assert_eq!(symbol.to_string(), "ISIL:US-CO-x");
        assert_eq!(Symbol::from(&symbol.to_agency_id()), symbol);
        assert_ne!(symbol, Symbol::new("ISIL", "US-CO-X"));
        for bad in ["", "ISIL", "ISIL:", ":X"] {
            assert!(bad.parse::<Symbol>().is_err(), "{bad}");
        }
    }
}

//! Ids of the registry's own.

use std::fmt;

use loan_model::Symbol;

use crate::binding::Text;

/// A group's id in the registry, a slug such as `front-range`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(String);

impl GroupId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Text for GroupId {
    const WHAT: &'static str = "an id: small letters, digits and hyphens";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["valley"];

    fn parse(text: &str) -> Result<Self, String> {
        <loan_model::PeerId as Text>::parse(text).map(|id| GroupId(id.as_str().to_owned()))
    }

    fn print(&self) -> String {
        self.0.clone()
    }

    fn blank() -> Self {
        GroupId(String::new())
    }
}

/// A symbol as symbols are told apart: letter case does not matter, since no list of symbols uses case alone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SymbolKey(String, String);

impl From<&Symbol> for SymbolKey {
    fn from(symbol: &Symbol) -> Self {
        SymbolKey(symbol.authority().to_uppercase(), symbol.value().to_uppercase())
    }
}

//! Ids of the registry's own.

use std::fmt;

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

//! What an ILS and its initiators have agreed on.

/// What was agreed on with the initiators.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreement {
    /// The agencies that may ask; any where none is named.
    pub agencies: Vec<String>,
    /// The profile, for a dialect that wants one; the dialect's own where none is named.
    pub profile: Option<String>,
    /// The secret, for a dialect that wants one; none where none is named.
    pub secret: Option<String>,
}

impl Agreement {
    /// Whether an agency may ask.
    pub(crate) fn knows(&self, agency: Option<&str>) -> bool {
        self.agencies.is_empty()
            || agency.is_some_and(|agency| self.agencies.iter().any(|known| known == agency))
    }
}

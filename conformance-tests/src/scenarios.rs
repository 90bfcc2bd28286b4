//! How a subject that acts by itself is told what to do: by a marker in the request, which it understands. A mock does so, or a broker that
//! finds suppliers by a record's id. Which marker means what is the subject's, and stands in a table.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::wire::{Request, Symbol};

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenarios {
    /// Where in a request the marker stands.
    pub place: Place,
    /// What a supplier does by itself, by its marker.
    #[serde(default)]
    pub scenario: Vec<Scenario>,
    /// How a broker is told whom to ask.
    #[serde(default)]
    pub suppliers: Option<SupplierMarker>,
}

/// Where a marker stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// In bibliographicInfo/supplierUniqueRecordId.
    #[default]
    RecordId,
    /// In serviceInfo/note.
    Note,
}

/// What a supplier does by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Statuses and answers in their order: `WillSupply Loaned`, `WillSupply Loaned Renew=N`.
    pub does: String,
    /// By what it is told to.
    pub marker: String,
}

/// How a broker is told whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SupplierMarker {
    /// One supplier; `{symbol}` is its symbol.
    pub each: String,
    /// What stands between two.
    pub between: String,
}

impl Scenarios {
    /// Reads the file.
    ///
    /// # Errors
    /// A sentence: not readable, a scenario without a marker, one that is there twice or that no case asks for.
    pub fn load(path: &Path) -> Result<Scenarios, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Scenarios::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Reads the file's text.
    ///
    /// # Errors
    /// As for `load`.
    pub fn parse(text: &str) -> Result<Scenarios, String> {
        let table: Scenarios = toml::from_str(text).map_err(|error| error.to_string())?;
        for (place, scenario) in table.scenario.iter().enumerate() {
            if scenario.marker.trim().is_empty() {
                return Err(format!("the scenario {:?} has no marker", scenario.does));
            }
            let needed = || crate::catalogue().flat_map(|case| case.does).copied();
            if !needed().any(|does| same(does, &scenario.does)) {
                let all: std::collections::BTreeSet<&str> = needed().collect();
                let all = all.into_iter().map(|does| format!("{does:?}")).collect::<Vec<_>>().join(", ");
                return Err(format!(
                    "no case asks for the scenario {:?}; those that one asks for are {all}",
                    scenario.does
                ));
            }
            if table.scenario[..place].iter().any(|other| same(&other.does, &scenario.does)) {
                return Err(format!("the scenario {:?} is there twice", scenario.does));
            }
        }
        if table.suppliers.as_ref().is_some_and(|suppliers| !suppliers.each.contains("{symbol}")) {
            return Err("suppliers.each must say where the {symbol} stands".to_owned());
        }
        Ok(table)
    }

    /// Tells a supplier what to do, by its request.
    ///
    /// # Errors
    /// A sentence, if it has no scenario for that.
    pub(crate) fn tell(&self, request: &mut Request, does: &str) -> Result<(), String> {
        let found = self.scenario.iter().find(|scenario| same(&scenario.does, does));
        let scenario = found.ok_or_else(|| format!("the subject has no scenario {does:?}"))?;
        self.mark(request, scenario.marker.clone());
        Ok(())
    }

    /// Tells a broker whom to ask, by its request.
    pub(crate) fn tell_suppliers(&self, request: &mut Request, suppliers: &[Symbol]) {
        if let Some(marker) = self.suppliers.as_ref().filter(|_| !suppliers.is_empty()) {
            let each = suppliers.iter().map(|symbol| marker.each.replace("{symbol}", &symbol.to_string()));
            self.mark(request, each.collect::<Vec<_>>().join(&marker.between));
        }
    }

    fn mark(&self, request: &mut Request, marker: String) {
        match self.place {
            Place::RecordId => request.record = Some(marker),
            Place::Note => request.note = Some(marker),
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

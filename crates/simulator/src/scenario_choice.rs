//! Which scenario is played for a request: the request's own words, a title, the library's own, or to supply.

use iso18626::Request;

use crate::scenario::{ScenarioError, SupplierScenario};

/// What a request may begin a line of its note, its record id or a bibliographic record id with.
const CALLS: [&str; 2] = ["sim:", "scenario:"];

/// The scenarios of one library.
#[derive(Debug, Default)]
pub(crate) struct Scenarios {
    own: Option<SupplierScenario>,
    named: Vec<(String, SupplierScenario)>,
    titles: Vec<(String, SupplierScenario)>,
}

impl Scenarios {
    pub(crate) fn new(own: Option<SupplierScenario>) -> Self {
        Scenarios { own, ..Scenarios::default() }
    }

    /// The later of two scenarios of one name holds.
    pub(crate) fn name(&mut self, name: &str, scenario: SupplierScenario) {
        self.named.insert(0, (name.to_owned(), scenario));
    }

    pub(crate) fn for_title(&mut self, part: &str, scenario: SupplierScenario) {
        self.titles.insert(0, (part.to_owned(), scenario));
    }

    /// The scenario for a request. An error says what is wrong with the scenario that the request brings along.
    pub(crate) fn choose(&self, request: &Request) -> Result<SupplierScenario, ScenarioError> {
        if let Some(text) = called_for(request) {
            let named = self.named.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
            return match named {
                Some((_, scenario)) => Ok(scenario.clone()),
                None => text.parse(),
            };
        }
        let title = request.bibliographic_info.title.as_deref().unwrap_or_default();
        let by_title = self.titles.iter().find(|(part, _)| title.contains(part.as_str()));
        let chosen = by_title.map(|(_, scenario)| scenario).or(self.own.as_ref());
        Ok(chosen.cloned().unwrap_or_else(SupplierScenario::supplies))
    }
}

/// The text after `sim:` or `scenario:`, to the end of its line.
fn called_for(request: &Request) -> Option<&str> {
    let note = request.service_info.as_ref().and_then(|service| service.note.as_deref());
    let record = request.bibliographic_info.supplier_unique_record_id.as_deref();
    let records = request.bibliographic_info.bibliographic_record_id.iter().map(|id| id.identifier.as_str());
    let lines = note.into_iter().chain(record).chain(records).flat_map(str::lines);
    lines.map(str::trim).find_map(|line| {
        CALLS.iter().find_map(|call| {
            let at = line.get(..call.len())?;
            at.eq_ignore_ascii_case(call).then(|| line[call.len()..].trim())
        })
    })
}

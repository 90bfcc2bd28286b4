//! Who really lends, where a broker stands for libraries behind it. Must never hold more of a message than a symbol.

use std::fmt;

use iso18626::SupplyingAgencyMessage;
use serde::{Deserialize, Serialize};

use crate::{PeerId, Symbol};

/// How brokers begin the line of a note that names who lends.
pub const LABEL: &str = "Supplier: ";
/// How long a symbol in a note may be.
const LONGEST: usize = 64;

/// A library that lends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lender {
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name, where the registry has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which it is, where the registry has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<PeerId>,
}

/// Its name and symbol.
impl fmt::Display for Lender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name}, {}", self.symbol),
            None => self.symbol.fmt(f),
        }
    }
}

/// The symbols that a message names as the lender's, the surest first: in its note, where the item goes back to, in its header. Some brokers
/// leave the library in the header that was asked first; a note says who lends in so many words.
pub fn named_in(message: &SupplyingAgencyMessage) -> impl Iterator<Item = Symbol> {
    let returns = message.return_info.as_ref().and_then(|info| info.return_agency_id.as_ref());
    let note = message.message_info.note.as_deref().and_then(in_note);
    let agency = |agency: &iso18626::AgencyId| Symbol::from(agency);
    let named = [note, returns.map(agency), Some(agency(&message.header.supplying_agency_id))];
    named.into_iter().flatten().filter(|symbol| !symbol.authority().is_empty() && !symbol.value().is_empty())
}

/// `Supplier: ISIL:XX-NORTH`, as brokers begin a note, with or without a name before the symbol.
fn in_note(note: &str) -> Option<Symbol> {
    let named = note.lines().find_map(|line| line.trim().strip_prefix(LABEL))?;
    named.split([' ', ',', ';', '(', ')']).find_map(|word| {
        let is_code = |text: &str| {
            !text.is_empty()
                && text.len() <= LONGEST
                && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_/.".contains(letter))
        };
        let (authority, value) = word.split_once(':')?;
        (is_code(authority) && is_code(value)).then(|| Symbol::new(authority, value))
    })
}

#[cfg(test)]
mod tests {
    use iso18626::{AgencyId, Open, ReturnInfo};

    use super::*;

    #[test]
    fn a_lender_is_read_from_a_note_in_each_form_that_brokers_write() {
        for (note, found) in [
            ("Supplier: ISIL:XX-A", Some("ISIL:XX-A")),
            ("Supplier: isil:XX-A, not on the shelf", Some("ISIL:XX-A")),
            ("Supplier: North library, ISIL:XX-A, does not supply", Some("ISIL:XX-A")),
            ("Vendor: Any\nSupplier: North library, ISIL:XX-A (through South, ISIL:XX-B)", Some("ISIL:XX-A")),
            ("Supplier: the main library: upstairs", None),
            ("ISIL:XX-A is our supplier: ask there", None),
            ("", None),
        ] {
            assert_eq!(in_note(note).map(|symbol| symbol.to_string()).as_deref(), found, "{note}");
        }
    }

    #[test]
    fn what_names_the_lender_is_looked_for_in_note_return_address_and_header() {
        let agency = |value: &str| AgencyId { id_type: Open::new("ISIL"), value: value.to_owned() };
        let mut message = SupplyingAgencyMessage::default();
        assert_eq!(named_in(&message).count(), 0);
        message.header.supplying_agency_id = agency("XX-A");
        message.message_info.note = Some("Supplier: ISIL:XX-B".to_owned());
        message.return_info =
            Some(ReturnInfo { return_agency_id: Some(agency("XX-C")), ..ReturnInfo::default() });
        let named: Vec<String> = named_in(&message).map(|symbol| symbol.value().to_owned()).collect();
        assert_eq!(named, ["XX-B", "XX-C", "XX-A"]);
    }
}

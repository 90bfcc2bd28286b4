//! Symbols in one string: `ISIL:US-CO-A`.

use iso18626::AgencyId;

/// The agency id that `symbol` means; without an authority it is taken for an ISIL.
pub fn agency_id(symbol: &str) -> AgencyId {
    let (authority, value) = symbol.split_once(':').unwrap_or(("ISIL", symbol));
    AgencyId { id_type: iso18626::Open::new(authority.trim()), value: value.trim().to_owned() }
}

/// The agency id in one string.
pub fn symbol(agency: &AgencyId) -> String {
    format!("{}:{}", agency.id_type.value, agency.value)
}

/// Whether two agency ids mean one library: letter case is no difference.
pub(crate) fn same_agency(one: &AgencyId, other: &AgencyId) -> bool {
    symbol(one).eq_ignore_ascii_case(&symbol(other))
}

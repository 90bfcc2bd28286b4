//! What an ILS means by its words: circulation statuses, and problems in free text.

use loan_model::ils::{CirculationStatus, IlsProblemKind};
use ncip::{ItemOptionalFields, Problem, ProblemKind};

/// Where an item is, by NCIP's words and others that are seen.
pub(crate) fn circulation_status(word: &str) -> CirculationStatus {
    let word = letters(word);
    // In this order: "Not Available" and "Checked In" are parts of others.
    let table: &[(&str, CirculationStatus)] = &[
        ("pickup", CirculationStatus::OnHold),
        ("hold", CirculationStatus::OnHold),
        ("onloan", CirculationStatus::OnLoan),
        ("checkedout", CirculationStatus::OnLoan),
        ("recalled", CirculationStatus::OnLoan),
        ("charged", CirculationStatus::OnLoan),
        ("transit", CirculationStatus::InTransit),
        ("transfer", CirculationStatus::InTransit),
        ("lost", CirculationStatus::Lost),
        ("missing", CirculationStatus::Lost),
        ("claimed", CirculationStatus::Lost),
        ("notavailable", CirculationStatus::NotAvailable),
        ("unavailable", CirculationStatus::NotAvailable),
        ("process", CirculationStatus::NotAvailable),
        ("onorder", CirculationStatus::NotAvailable),
        ("binder", CirculationStatus::NotAvailable),
        ("withdrawn", CirculationStatus::NotAvailable),
        ("available", CirculationStatus::Available),
        ("checkedin", CirculationStatus::Available),
        ("onshelf", CirculationStatus::Available),
        ("reshelved", CirculationStatus::Available),
    ];
    let found = table.iter().find(|(part, _)| word.contains(part));
    found.map_or(CirculationStatus::Other, |(_, status)| *status)
}

/// Which problem a name is: the standard's where it has one, else the ILS's own.
pub(crate) fn problem_kind(name: &str) -> IlsProblemKind {
    let is = |kind: ProblemKind| name.eq_ignore_ascii_case(kind.as_str());
    if is(ProblemKind::UnknownUser) {
        IlsProblemKind::UnknownUser
    } else if is(ProblemKind::UnknownItem) {
        IlsProblemKind::UnknownItem
    } else if is(ProblemKind::DuplicateItem) {
        IlsProblemKind::DuplicateItem
    } else if is(ProblemKind::UnsupportedService) {
        IlsProblemKind::UnsupportedService
    } else if name.to_ascii_lowercase().contains("user") {
        IlsProblemKind::User(name.to_owned())
    } else {
        IlsProblemKind::Other(name.to_owned())
    }
}

/// Where an item is shelved, and its call number.
pub(crate) fn place(fields: &ItemOptionalFields) -> (Option<String>, Option<String>) {
    let location = fields.locations.first().map(|location| {
        let levels = &location.location_name.location_name_instances;
        levels.iter().map(|level| level.location_name_value.trim()).collect::<Vec<_>>().join(", ")
    });
    let call_number = fields.item_description.as_ref().and_then(|item| item.call_number.clone());
    let said = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    (said(location), said(call_number))
}

/// The standard's name of a problem that an ILS names in its own words, as far as these tell.
pub(crate) fn kind(problem: &Problem) -> Option<ProblemKind> {
    problem.known().or_else(|| {
        kind_of_text(&problem.problem_type.value)
            .or_else(|| problem.problem_detail.as_deref().and_then(kind_of_text))
    })
}

/// The standard's name of what a free text says.
pub(crate) fn kind_of_text(text: &str) -> Option<ProblemKind> {
    let text = letters(text);
    let has = |parts: &[&str]| parts.iter().all(|part| text.contains(part));
    let table: &[(&[&str], ProblemKind)] = &[
        (&["unkownuser"], ProblemKind::UnknownUser),
        (&["unkown", "item"], ProblemKind::UnknownItem),
        (&["user", "notfound"], ProblemKind::UnknownUser),
        (&["patron", "notfound"], ProblemKind::UnknownUser),
        (&["invalid", "patron"], ProblemKind::UnknownUser),
        (&["unknown", "patron"], ProblemKind::UnknownUser),
        (&["unknown", "user"], ProblemKind::UnknownUser),
        (&["user", "blocked"], ProblemKind::UserBlocked),
        (&["patron", "blocked"], ProblemKind::UserBlocked),
        (&["patron", "barred"], ProblemKind::UserBlocked),
        (&["barcode", "inuse"], ProblemKind::DuplicateItem),
        (&["barcode", "exists"], ProblemKind::DuplicateItem),
        (&["item", "exists"], ProblemKind::DuplicateItem),
        (&["duplicate", "barcode"], ProblemKind::DuplicateItem),
        (&["duplicate", "item"], ProblemKind::DuplicateItem),
        (&["duplicate", "request"], ProblemKind::DuplicateRequest),
        (&["already", "hold"], ProblemKind::DuplicateRequest),
        (&["already", "requested"], ProblemKind::DuplicateRequest),
        (&["notcheckedout"], ProblemKind::ItemNotCheckedOut),
        (&["notonloan"], ProblemKind::ItemNotCheckedOut),
        (&["already", "checkedout"], ProblemKind::ItemAlreadyCheckedOut),
        (&["ischeckedout"], ProblemKind::ItemAlreadyCheckedOut),
        (&["already", "onloan"], ProblemKind::ItemAlreadyCheckedOut),
        (&["item", "notfound"], ProblemKind::UnknownItem),
        (&["unknown", "item"], ProblemKind::UnknownItem),
        (&["request", "notfound"], ProblemKind::UnknownRequest),
        (&["hold", "notfound"], ProblemKind::UnknownRequest),
        (&["unknown", "request"], ProblemKind::UnknownRequest),
        (&["unsupported", "service"], ProblemKind::UnsupportedService),
    ];
    table.iter().find(|(parts, _)| has(parts)).map(|(_, kind)| *kind)
}

/// The letters and digits of a text, all small: spelling with spaces or without means the same.
pub(crate) fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circulation_statuses() {
        for (word, status) in [
            ("Available On Shelf", CirculationStatus::Available),
            ("Available For Pickup", CirculationStatus::OnHold),
            ("On Loan", CirculationStatus::OnLoan),
            ("On loan ", CirculationStatus::OnLoan),
            ("Checked In ", CirculationStatus::Available),
            ("Checked Out", CirculationStatus::OnLoan),
            ("In Transit Between Library Locations", CirculationStatus::InTransit),
            ("Pending Transfer", CirculationStatus::InTransit),
            ("Not Available", CirculationStatus::NotAvailable),
            ("In Process", CirculationStatus::NotAvailable),
            ("Lost", CirculationStatus::Lost),
            ("Missing", CirculationStatus::Lost),
            ("Claimed Returned Or Never Borrowed", CirculationStatus::Lost),
            ("Waiting To Be Reshelved", CirculationStatus::Available),
            ("Circulation Status Undefined", CirculationStatus::Other),
            ("", CirculationStatus::Other),
        ] {
            assert_eq!(circulation_status(word), status, "{word}");
        }
    }

    #[test]
    fn problems_in_free_text() {
        for (text, kind) in [
            ("Unkown User", Some(ProblemKind::UnknownUser)),
            ("User is blocked", Some(ProblemKind::UserBlocked)),
            ("Item is not checked out", Some(ProblemKind::ItemNotCheckedOut)),
            ("Item is checked out", Some(ProblemKind::ItemAlreadyCheckedOut)),
            ("Barcode is in use", Some(ProblemKind::DuplicateItem)),
            ("An item with this barcode already exists", Some(ProblemKind::DuplicateItem)),
            ("Not On Loan", Some(ProblemKind::ItemNotCheckedOut)),
            ("Patron not found", Some(ProblemKind::UnknownUser)),
            ("The cellar is flooded", None),
        ] {
            assert_eq!(kind_of_text(text), kind, "{text}");
        }
    }
}

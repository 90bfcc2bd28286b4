//! The lists of NCIP whose terms are looked at: a strict reader looks a term up by its list and itself. The suite's own reading of the standard.

use crate::tree::Element;

/// An element and the terms of its list.
const TABLE: &[(&str, &[&str])] = &[
    (
        "AuthenticationInputType",
        &["Barcode Id", "Password", "PIN", "Secondary Confirmation String", "User Id", "X.509 Certificate"],
    ),
    (
        "CirculationStatus",
        &[
            "Available For Pickup",
            "Available On Shelf",
            "Circulation Status Undefined",
            "Claimed Returned Or Never Borrowed",
            "In Process",
            "In Transit Between Library Locations",
            "Lost",
            "Missing",
            "Not Available",
            "On Loan",
            "On Order",
            "Pending Transfer",
            "Recalled",
            "Waiting To Be Reshelved",
        ],
    ),
    (
        "ItemElementType",
        &[
            "Bibliographic Description",
            "Circulation Status",
            "Electronic Resource",
            "Hold Queue Length",
            "Item Description",
            "Item Use Restriction Type",
            "Location",
            "Physical Condition",
            "Security Marker",
            "Sensitization Flag",
        ],
    ),
    (
        "OrganizationNameType",
        &[
            "Abbreviation Or Acronym",
            "Alternative Name",
            "Converted Name",
            "Distinguished Name",
            "Official Name",
            "Translated Name",
            "Transliterated Name",
        ],
    ),
    ("RequestScopeType", &["Bibliographic Item", "Item"]),
    (
        "RequestStatusType",
        &[
            "Available For Pickup",
            "Cannot Fulfill Request",
            "Expired",
            "In Process",
            "Need to Accept Conditions",
            "Requested Via ILL",
        ],
    ),
    ("RequestType", &["Estimate", "Hold", "Loan", "Non-returnable Copy", "Stack Retrieval"]),
    (
        "RequestedActionType",
        &["Circulate", "Circulate And Notify", "Hold For Pickup", "Hold For Pickup And Notify"],
    ),
    (
        "UserElementType",
        &[
            "Authentication Input",
            "Block Or Trap",
            "Date Of Birth",
            "Name Information",
            "Previous User Id",
            "User Address Information",
            "User Id",
            "User Language",
            "User Privilege",
        ],
    ),
];

/// A term and its scheme, whichever way the version writes them.
fn said(element: &Element) -> (String, String) {
    let term = element.text_at("Value").unwrap_or(&element.text).trim().to_owned();
    let attribute = element.attribute("Scheme").map(|scheme| scheme.value.as_str());
    let scheme = element.text_at("Scheme").or(attribute).unwrap_or_default().trim().to_owned();
    (term, scheme)
}

/// A term of a list, or the type of a problem, that comes without its scheme: a sentence.
#[must_use]
pub(super) fn without_scheme(element: &Element) -> Option<String> {
    let (term, scheme) = said(element);
    let listed = TABLE.iter().any(|(name, terms)| *name == element.name && terms.contains(&term.as_str()));
    if (listed || element.name == "ProblemType") && scheme.is_empty() {
        return Some(format!("{} {term:?} without its scheme", element.name));
    }
    element.children.iter().find_map(without_scheme)
}

/// A word that is not on the list of its element and says no list of its own: a sentence.
#[must_use]
pub(super) fn unlisted(element: &Element) -> Option<String> {
    let (term, scheme) = said(element);
    let row = TABLE.iter().find(|(name, _)| *name == element.name);
    let is_the_standards = scheme.is_empty() || scheme.contains("niso.org/ncip/");
    if let Some((name, terms)) = row
        && is_the_standards
        && !terms.contains(&term.as_str())
    {
        return Some(format!("{name} {term:?}, which is on no list"));
    }
    element.children.iter().find_map(unlisted)
}

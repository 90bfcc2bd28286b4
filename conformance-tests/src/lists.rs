//! The open code lists of ISO 18626 that the suite writes values of, and where they are. A strict reader looks a value up by its list and
//! itself, so each goes out with its list. The suite's own reading of the standard.

use crate::edition::Edition;
use crate::tree::Element;

const LISTS: &str = "http://illtransactions.org/ISO18626/OpenCodeList/";

/// An element, its lists in 1.2 and in 2021-2, and those of its values that the suite writes.
const TABLE: &[(&str, [&str; 2], &[&str])] = &[
    ("agencyIdType", ["AgencyIdTypeList-V1.0", "AgencyIdTypeList-V2.0"], &["ISIL", "DNUCNI"]),
    ("bibliographicItemIdentifierCode", ["BibliographicItemIdCodeList-V1.0"; 2], &["ISBN", "ISSN", "ISMN"]),
    ("bibliographicRecordIdentifierCode", ["BibliographicRecordIdCodeList-V1.0"; 2], &["OCLC", "LCCN"]),
    ("courierName", ["CourierNameList-V1.0"; 2], &["DB Schenker", "DHL", "Fedex", "PostNord AB", "UPS"]),
    ("deliveredFormat", ["DeliveredFormatList-V1.0"; 2], FORMATS),
    ("deliveryMethod", ["DeliveryMethodList-V1.0"; 2], &["Courier", "Email", "Mail", "URL"]),
    ("electronicAddressType", ["ElectronicAddressType-V1.0"; 2], &["Email", "FTP"]),
    ("itemFormat", ["ItemFormatList-V1.0"; 2], FORMATS),
    (
        "loanCondition",
        ["LoanConditionList-V1.0"; 2],
        &[
            "LibraryUseOnly",
            "NoReproduction",
            "SignatureRequired",
            "SpecCollSupervReq",
            "WatchLibraryUseOnly",
        ],
    ),
    ("patronType", ["PatronTypeList-V1.0"; 2], &["Adult", "Child", "Faculty", "Staff", "Student"]),
    ("paymentMethod", ["PaymentMethodList-V1.0"; 2], &["IFM", "CreditCard"]),
    ("preferredFormat", ["PreferredFormatList-V1.0"; 2], FORMATS),
    ("publicationType", ["PublicationTypeList-V1.0"; 2], &["Article", "Book", "Journal"]),
    (
        "reasonRetry",
        ["ReasonRetryList-V1.0", "ReasonRetryList-V2.0"],
        &[
            "AtBindery",
            "CostExceedsMaxCost",
            "NotCurrentAvailableForILL",
            "NotFoundAsCited",
            "OnLoan",
            "OnOrder",
        ],
    ),
    (
        "reasonUnfilled",
        ["ReasonUnfilledList-V1.0"; 2],
        &["NonCirculating", "NotAvailableForILL", "NotHeld", "NotOnShelf", "PolicyProblem", "PoorCondition"],
    ),
    ("sentVia", ["SentViaList-V1.0"; 2], &["Email", "Mail", "URL"]),
    ("serviceLevel", ["ServiceLevelList-V1.0"; 2], &["Express", "Normal", "Rush", "Standard", "Urgent"]),
];

const FORMATS: &[&str] = &["PDF", "PaperCopy", "Printed"];

/// The same message, each listed value with its list. Of a text, only whole elements without attributes are looked at.
#[must_use]
pub(crate) fn listed(edition: Edition, message: &str) -> String {
    let mut written = message.to_owned();
    for (element, lists, values) in TABLE {
        if !written.contains(&format!("<{element}>")) {
            continue;
        }
        let list = lists[usize::from(edition == Edition::V2021_2)];
        for value in *values {
            let bare = format!("<{element}>{value}</{element}>");
            let with_list = format!("<{element} ill:scheme=\"{LISTS}{list}\">{value}</{element}>");
            written = written.replace(&bare, &with_list);
        }
    }
    for (element, list) in [
        ("currencyCode", "https://www.iso.org/iso-4217-currency-codes.html"),
        ("country", "https://www.iso.org/iso-3166-country-codes.html"),
    ] {
        written = written.replace(&format!("<{element}>"), &format!("<{element} ill:scheme=\"{list}\">"));
    }
    written
}

/// A listed value that comes without its list: a sentence.
#[must_use]
pub(crate) fn bare_value(element: &Element) -> Option<String> {
    let value = element.text.trim();
    let row = TABLE.iter().find(|(name, ..)| *name == element.name);
    if row.is_some_and(|(.., values)| values.contains(&value)) && element.attribute("scheme").is_none() {
        return Some(format!("{} {value:?} without its list", element.name));
    }
    element.children.iter().find_map(bare_value)
}

/// A listed value whose list is none of its element, in whatever edition: a sentence.
#[must_use]
pub(crate) fn of_another_list(element: &Element) -> Option<String> {
    let value = element.text.trim();
    let row = TABLE.iter().find(|(name, _, values)| *name == element.name && values.contains(&value));
    if let (Some((_, lists, _)), Some(scheme)) = (row, element.attribute("scheme")) {
        let said = scheme.value.to_ascii_lowercase();
        // However the list is reached, its name is the last part of the address.
        let said = said.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let is_one = lists.iter().any(|list| {
            said.starts_with(list.split("-V").next().unwrap_or(list).to_ascii_lowercase().as_str())
        });
        if !is_one {
            return Some(format!("{} {value:?} of the list {:?}", element.name, scheme.value));
        }
    }
    element.children.iter().find_map(of_another_list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_values_carry_the_list_of_their_edition_and_no_others_do() {
        let bare = "<agencyIdType>ISIL</agencyIdType><agencyIdType>MINE</agencyIdType><note>ISIL</note>";
        for (edition, version) in [(Edition::V1_2, "V1.0"), (Edition::V2021_2, "V2.0")] {
            let written = listed(edition, bare);
            let list =
                format!("<agencyIdType ill:scheme=\"{LISTS}AgencyIdTypeList-{version}\">ISIL</agencyIdType>");
            assert_eq!(written, bare.replace("<agencyIdType>ISIL</agencyIdType>", &list));
        }
    }
}

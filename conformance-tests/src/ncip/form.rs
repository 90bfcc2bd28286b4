//! What an initiator's message looks like by the schema of its version, as far as the suite checks it: one line a service, in order. The
//! suite's own reading of the standard.

use super::reply::Read;
use super::wire::Version;
use crate::tree::Element;

/// The content of each initiation. `?` may be missing, `*` may be missing or repeated, `+` may be repeated, `a/b` one of the two, `:2` in
/// version 2 only. Ids have `Unique` before their name in version 1.
const CONTENT: &[(&str, &str)] = &[
    (
        "LookupUser",
        "InitiationHeader UserId/AuthenticationInput+ UserElementType* LoanedItemsDesired? RequestedItemsDesired? \
         UserFiscalAccountDesired? Ext?:2",
    ),
    (
        "LookupItem",
        "InitiationHeader ItemId/RequestId ItemElementType* CurrentBorrowerDesired? CurrentRequestersDesired? Ext?:2",
    ),
    (
        "RequestItem",
        "InitiationHeader MandatedAction? UserId/AuthenticationInput+ ItemId/BibliographicId+ RequestId? RequestType \
         RequestScopeType ItemOptionalFields?:2 ShippingInformation? EarliestDateNeeded? NeedBeforeDate? PickupLocation?:2 \
         PickupExpiryDate? AcknowledgedFeeAmount? PaidFeeAmount? AcknowledgedItemUseRestrictionType* ItemElementType* \
         UserElementType* Ext?:2",
    ),
    (
        "CancelRequestItem",
        "InitiationHeader MandatedAction? UserId/AuthenticationInput+ RequestId? ItemId? RequestType RequestScopeType? \
         AcknowledgedFeeAmount?:2 PaidFeeAmount?:2 ItemElementType* UserElementType* Ext?:2",
    ),
    (
        "AcceptItem",
        "InitiationHeader MandatedAction? RequestId RequestedActionType UserId? ItemId? DateForReturn? \
         IndeterminateLoanPeriodFlag? NonReturnableFlag? RenewalNotPermitted? FiscalTransactionInformation? \
         ItemOptionalFields? UserOptionalFields? PickupLocation?:2 PickupExpiryDate?:2 Ext?:2",
    ),
    (
        "CheckOutItem",
        "InitiationHeader MandatedAction? UserId/AuthenticationInput+ ItemId RequestId? AcknowledgedFeeAmount? \
         PaidFeeAmount? AcknowledgedItemUseRestrictionType* ShippingInformation? ResourceDesired? DesiredDateDue? \
         ItemElementType* UserElementType* Ext?:2",
    ),
    ("CheckInItem", "InitiationHeader MandatedAction? ItemId ItemElementType* UserElementType* Ext?:2"),
    ("DeleteItem", "InitiationHeader MandatedAction? ItemId Ext?:2"),
];

const HEADER: &str = "FromSystemId? FromSystemAuthentication? FromAgencyId FromAgencyAuthentication? OnBehalfOfAgency? ToSystemId? \
     ToAgencyId ApplicationProfileType? Ext?:2";

/// Elements whose content is a value of a code list.
const CODES: &[&str] =
    &["UserElementType", "ItemElementType", "RequestType", "RequestScopeType", "RequestedActionType"];

/// What is wrong with the envelope and the order of elements, if anything: a sentence.
#[must_use]
pub fn wrong(read: &Read, version: Version) -> Option<String> {
    envelope(read, version).or_else(|| body(read, version)).or_else(|| codes(&read.tree, version))
}

/// What is wrong with the root.
#[must_use]
pub fn envelope(read: &Read, version: Version) -> Option<String> {
    let root = &read.tree;
    if read.version != version {
        return Some(format!("it is in version {}, and the ILS speaks {version}", read.version));
    }
    if root.name != "NCIPMessage" {
        return Some(format!("the root is <{}>", root.name));
    }
    let Some(attribute) = root.attribute("version") else {
        return Some("the root has no attribute `version`".to_owned());
    };
    let known = match version {
        Version::V1 => attribute.value.starts_with("http://www.niso.org/ncip/v1_0"),
        Version::V2 => attribute.value.starts_with("http://www.niso.org/schemas/ncip/v2_0"),
    };
    if !known {
        return Some(format!("`version` says {:?}", attribute.value));
    }
    if version == Version::V2 && attribute.namespace != Version::NAMESPACE {
        return Some("`version` is not in the namespace: the schema wants it prefixed".to_owned());
    }
    match root.children.len() {
        1 => None,
        other => Some(format!("{other} elements under the root, and not one")),
    }
}

/// What is wrong with the service's element and its header.
fn body(read: &Read, version: Version) -> Option<String> {
    let body = read.body()?;
    if let Some((_, content)) = CONTENT.iter().find(|(service, _)| *service == body.name)
        && let Some(wrong) = order(body, content, version)
    {
        return Some(wrong);
    }
    let Some(header) = body.child("InitiationHeader") else {
        return Some("there is no InitiationHeader: who asks whom?".to_owned());
    };
    order(header, HEADER, version)
}

/// Whether the children are as the line says.
fn order(element: &Element, content: &str, version: Version) -> Option<String> {
    let mut rest = element.children.as_slice();
    for word in content.split_whitespace() {
        let (word, of_2) = word.strip_suffix(":2").map_or((word, false), |word| (word, true));
        if of_2 && version == Version::V1 {
            continue;
        }
        let names = word.trim_end_matches(['?', '*', '+']);
        let fits = |child: &Element| names.split('/').any(|name| child.name == in_version(name, version));
        let count = rest.iter().take_while(|child| fits(child)).count();
        let most = if word.ends_with(['*', '+']) { usize::MAX } else { 1 };
        if count == 0 && !word.ends_with(['?', '*']) {
            let got = rest.first().map_or("the end", |child| child.name.as_str());
            return Some(format!("{}: expected {names}, found {got}", element.name));
        }
        if count > most {
            return Some(format!("{names} occurs {count} times in {}", element.name));
        }
        rest = &rest[count..];
    }
    rest.first().map(|child| format!("{} is out of place in {}", child.name, element.name))
}

fn in_version(name: &str, version: Version) -> String {
    match (name, version) {
        ("UserId" | "ItemId" | "RequestId" | "BibliographicId", Version::V1) => format!("Unique{name}"),
        _ => name.to_owned(),
    }
}

/// Values of code lists: a pair of scheme and value in version 1, a text in version 2.
#[must_use]
pub fn codes(element: &Element, version: Version) -> Option<String> {
    let name = element.name.as_str();
    if CODES.contains(&name) || (name == "UniqueAgencyId" && version == Version::V1) {
        let pair = element.child("Scheme").is_some() && element.text_at("Value").is_some();
        let text = element.children.is_empty() && !element.text.trim().is_empty();
        match version {
            Version::V1 if !pair => return Some(format!("{name} is no pair of Scheme and Value")),
            Version::V2 if !text => return Some(format!("{name} is no plain text")),
            Version::V1 | Version::V2 => {}
        }
    }
    element.children.iter().find_map(|child| codes(child, version))
}

#[cfg(test)]
mod tests {
    use super::super::messages as write;
    use super::*;

    #[test]
    fn what_the_suite_itself_writes_is_in_form() {
        for version in [Version::V1, Version::V2] {
            let header = write::header(version, "A", "B");
            let user = write::user(version, "B", "1");
            let item = write::item(version, "B", "2");
            for text in [
                write::lookup_user(version, &header, &user),
                write::lookup_item(version, &header, &item),
                write::request_item(version, &header, &user, &item, &write::request(version, "A", "3")),
            ] {
                let read = Read::parse(text.as_bytes()).expect("NCIP");
                assert_eq!(wrong(&read, version), None, "{text}");
                assert!(wrong(&read, version.other()).is_some());
            }
            let swapped =
                write::envelope(version, &write::element("CheckInItem", &format!("{item}{header}")));
            assert!(wrong(&Read::parse(swapped.as_bytes()).expect("NCIP"), version).is_some());
        }
    }
}

//! Whether the coded elements of a message, in either protocol, are what the lists of the standards say: a listed term has its list's
//! scheme, and a term that claims a list of the standard is on it.

use iso18626::{
    AgencyIdType, BibliographicItemIdCode, BibliographicRecordIdCode, BillingMethod, CopyrightCompliance,
    Country, CourierName, CurrencyCode, DeliveryMethod, ElectronicAddressType, ItemFormat, LoanCondition,
    OpenList, PatronType, PaymentMethod, PublicationType, ReasonRetry, ReasonUnfilled, ServiceLevel,
};

/// A coded element of ISO 18626 and how its list is asked.
type Coded = (&'static str, fn(&str, &str, usize) -> Option<&'static str>, fn(&str) -> bool);

const fn coded<L: OpenList>(name: &'static str) -> Coded {
    (name, L::list_of, L::is_standard)
}

const CODED: &[Coded] = &[
    coded::<AgencyIdType>("agencyIdType"),
    coded::<BibliographicItemIdCode>("bibliographicItemIdentifierCode"),
    coded::<BibliographicRecordIdCode>("bibliographicRecordIdentifierCode"),
    coded::<BillingMethod>("billingMethod"),
    coded::<CopyrightCompliance>("copyrightCompliance"),
    coded::<Country>("country"),
    coded::<CourierName>("courierName"),
    coded::<CurrencyCode>("currencyCode"),
    coded::<ItemFormat>("deliveredFormat"),
    coded::<DeliveryMethod>("deliveryMethod"),
    coded::<ElectronicAddressType>("electronicAddressType"),
    coded::<ItemFormat>("itemFormat"),
    coded::<LoanCondition>("loanCondition"),
    coded::<PatronType>("patronType"),
    coded::<PaymentMethod>("paymentMethod"),
    coded::<ItemFormat>("preferredFormat"),
    coded::<PublicationType>("publicationType"),
    coded::<ReasonRetry>("reasonRetry"),
    coded::<ReasonUnfilled>("reasonUnfilled"),
    coded::<DeliveryMethod>("sentVia"),
    coded::<ServiceLevel>("serviceLevel"),
];

/// What is wrong with the codes of a message of ISO 18626.
pub(crate) fn wrong_codes(text: &str) -> Option<String> {
    CODED.iter().find_map(|(name, list_of, is_standard)| {
        pieces(text, name).into_iter().find_map(|(scheme, value)| {
            // Some cases lie about their edition: the list of either is right.
            let lists = [1, 2].map(|column| list_of(&value, name, column));
            let right = match scheme.as_deref() {
                None => lists == [None, None],
                Some(scheme) => lists.contains(&Some(scheme)) || !is_standard(scheme),
            };
            (!right).then(|| format!("{name} {value:?} in {scheme:?}, and its list is {lists:?}"))
        })
    })
}

/// What is wrong with the terms of a message of NCIP.
pub(crate) fn wrong_terms(text: &str) -> Option<String> {
    let names = ncip::schemes::elements().filter(|name| !name.ends_with("AgencyId"));
    names.filter(|name| !ncip::schemes::terms(name).is_empty()).find_map(|name| {
        pieces(text, name).into_iter().find_map(|(scheme, term)| {
            let own = ncip::schemes::of_element(name);
            let listed = ncip::schemes::lists(name, &term);
            let right = match &scheme {
                None => !listed,
                Some(scheme) => listed || Some(scheme.as_str()) != own,
            };
            (!right).then(|| format!("{name} {term:?} in {scheme:?}, and its scheme is {own:?}"))
        })
    })
}

/// Every element of a name: its scheme and its value, as an attribute and text or as two elements.
fn pieces(text: &str, name: &str) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    for piece in text.split(&format!("<{name}")).skip(1) {
        let Some((tag, rest)) = piece.split_once('>') else { continue };
        if !tag.is_empty() && !tag.starts_with(' ') {
            continue;
        }
        let apart = |part: &str| {
            let (_, inside) = rest.split_once(&format!("<{part}"))?;
            let (_, inside) = inside.split_once('>')?;
            inside.split('<').next().map(str::to_owned)
        };
        let (scheme, value) = match rest.starts_with("<Scheme") {
            true => (apart("Scheme"), apart("Value").unwrap_or_default()),
            false => {
                let scheme = tag.split_once("cheme=\"").and_then(|(_, said)| said.split('"').next());
                (scheme.map(str::to_owned), rest.split('<').next().unwrap_or_default().to_owned())
            }
        };
        found.push((scheme, value));
    }
    found
}

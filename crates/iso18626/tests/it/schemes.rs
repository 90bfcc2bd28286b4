//! Listed values carry the list that has them, in every place of every message and edition; the schemes of others stay.

use iso18626::{
    AgencyIdType, BibliographicItemIdCode, BibliographicRecordIdCode, BillingMethod, CopyrightCompliance,
    CourierName, DeliveryInfo, DeliveryMethod, Edition, ElectronicAddressType, ItemFormat, LoanCondition,
    Message, MessageInfo, Open, OpenList, PatronType, PaymentMethod, PublicationType, ReadOptions,
    ReasonRetry, ReasonUnfilled, Request, RequestConfirmation, RequestingAgencyMessage,
    RequestingAgencyMessageConfirmation, RetryInfo, ReturnInfo, Schemes, ServiceLevel, ShippingInfo,
    SupplyingAgencyMessage, SupplyingAgencyMessageConfirmation, WriteOptions, read, write,
};
use xml::schema::{Content, Group, Lexical};
use xml::{Element, Slot};

use crate::official::Official;

const LISTS: &str = "http://illtransactions.org/ISO18626/OpenCodeList/";

/// A coded element: its list until 2017, its list since 2021, its values.
struct Coded {
    name: &'static str,
    lists: [&'static str; 2],
    values: &'static [&'static str],
    /// Values that only one of the two lists has.
    only: [&'static [&'static str]; 2],
}

const fn coded(name: &'static str, list: &'static str, values: &'static [&'static str]) -> Coded {
    Coded { name, lists: [list; 2], values, only: [&[]; 2] }
}

const RETRY_SINCE: &[&str] = &[
    "CourierNotSupp",
    "MultiVolAvail",
    "MustMeetLoanCondition",
    "ReqEditionNotPossible",
    "ReqFormatNotPossible",
    "ReqPayMethodNotSupported",
    "ReqServLevelNotSupp",
    "ReqServTypeNotPossible",
];
const FORMATS_SINCE: &[&str] = &["EPUB", "EPUB2", "EPUB3", "UltraHD"];

const TABLE: &[Coded] = &[
    Coded {
        name: "agencyIdType",
        lists: ["AgencyIdTypeList-V1.0", "AgencyIdTypeList-V2.0"],
        values: AgencyIdType::CODES,
        only: [&[], &["ICOLC"]],
    },
    coded(
        "bibliographicItemIdentifierCode",
        "BibliographicItemIdCodeList-V1.0",
        BibliographicItemIdCode::CODES,
    ),
    coded(
        "bibliographicRecordIdentifierCode",
        "BibliographicRecordIdCodeList-V1.0",
        BibliographicRecordIdCode::CODES,
    ),
    coded("billingMethod", "BillingMethodList-V1.0", BillingMethod::CODES),
    coded("copyrightCompliance", "CopyrightComplianceList-V1.0", CopyrightCompliance::CODES),
    coded("courierName", "CourierNameList-V1.0", CourierName::CODES),
    Coded {
        name: "deliveredFormat",
        lists: ["DeliveredFormatList-V1.0", "ItemFormatList-V1.0"],
        values: ItemFormat::CODES,
        only: [&[], FORMATS_SINCE],
    },
    Coded {
        name: "deliveryMethod",
        lists: ["SentViaList-V1.0", "DeliveryMethodList-V1.0"],
        values: DeliveryMethod::CODES,
        only: [&["Ariel"], &["Courier"]],
    },
    coded("electronicAddressType", "ElectronicAddressType-V1.0", ElectronicAddressType::CODES),
    Coded {
        name: "itemFormat",
        lists: ["ItemFormatList-V1.0"; 2],
        values: ItemFormat::CODES,
        only: [&[], FORMATS_SINCE],
    },
    coded("loanCondition", "LoanConditionList-V1.0", LoanCondition::CODES),
    coded("patronType", "PatronTypeList-V1.0", PatronType::CODES),
    coded("paymentMethod", "PaymentMethodList-V1.0", PaymentMethod::CODES),
    Coded {
        name: "preferredFormat",
        lists: ["PreferredFormatList-V1.0", "ItemFormatList-V1.0"],
        values: ItemFormat::CODES,
        only: [&[], FORMATS_SINCE],
    },
    coded("publicationType", "PublicationTypeList-V1.0", PublicationType::CODES),
    Coded {
        name: "reasonRetry",
        lists: ["ReasonRetryList-V1.0", "ReasonRetryList-V2.0"],
        values: ReasonRetry::CODES,
        only: [&["LoanPossible"], RETRY_SINCE],
    },
    coded("reasonUnfilled", "ReasonUnfilledList-V1.0", ReasonUnfilled::CODES),
    Coded {
        name: "sentVia",
        lists: ["SentViaList-V1.0", "DeliveryMethodList-V1.0"],
        values: DeliveryMethod::CODES,
        only: [&["Ariel"], &["Courier"]],
    },
    coded("serviceLevel", "ServiceLevelList-V1.0", ServiceLevel::CODES),
    coded("currencyCode", "https://www.iso.org/iso-4217-currency-codes.html", &["EUR", "USD"]),
    coded("country", "https://www.iso.org/iso-3166-country-codes.html", &["DK", "US"]),
    coded("region", "https://www.iso.org/iso-3166-country-codes.html#2012_iso3166-2", &["US-CO", "DK-84"]),
];

fn row(name: &str) -> &'static Coded {
    TABLE
        .iter()
        .find(|row| row.name == name)
        .unwrap_or_else(|| panic!("{name} is coded, and not in the table"))
}

/// The list of a value, as the table has it.
fn list(row: &Coded, value: &str, edition: Edition) -> String {
    let now = usize::from(edition == Edition::V2021_2);
    let generation = match row.only {
        [old, _] if old.contains(&value) => 0,
        [_, new] if new.contains(&value) => 1,
        _ => now,
    };
    match row.lists[generation] {
        whole if whole.starts_with("https:") => whole.to_owned(),
        list => format!("{LISTS}{list}"),
    }
}

/// Fills every place that an edition has; codes get the value of this number in their list.
fn fill(element: &mut dyn Element, edition: usize, number: usize, scheme: Option<&str>) {
    let schema = element.schema();
    let chosen: Vec<usize> = schema.places(edition).map(|(row, ..)| row).collect();
    for (at, (row, description, place)) in schema.places(edition).enumerate() {
        if schema.group == Group::Choice && at != number % chosen.len() {
            continue;
        }
        let count = element.count(row);
        let slot = if count == 0 { element.open(row) } else { element.get_mut(row, 0) };
        match (slot, place.content(description)) {
            (Slot::Element(child), _) => fill(child, edition, number, scheme),
            (Slot::Leaf(leaf), Content::Text(text)) => match text.lexical {
                Lexical::String if text.attribute.is_some() => {
                    let values = row_of(place.name);
                    leaf.set(values[number % values.len()], scheme);
                }
                Lexical::String => leaf.set("a text", None),
                Lexical::DateTime => leaf.set("2026-01-31T12:00:00Z", None),
                Lexical::Code(list) => leaf.set(list.codes[0].value, None),
                _ => leaf.set("1", None),
            },
            _ => {}
        }
    }
}

fn row_of(name: &str) -> &'static [&'static str] {
    row(name).values
}

/// Every kind of message with something in every place.
fn messages(edition: Edition, number: usize, scheme: Option<&str>) -> Vec<Message> {
    let column = match edition {
        Edition::V1_1 => 0,
        Edition::V1_2 => 1,
        Edition::V2021_2 => 2,
    };
    fn made<T: Element + Default>(column: usize, number: usize, scheme: Option<&str>) -> T {
        let mut element = T::default();
        fill(&mut element, column, number, scheme);
        element
    }
    macro_rules! made {
        () => {
            made(column, number, scheme)
        };
    }
    let open = |name: &str| match scheme {
        Some(scheme) => (row_of(name)[number % row_of(name).len()], Some(scheme)),
        None => (row_of(name)[number % row_of(name).len()], None),
    };
    fn code<L: OpenList>((value, scheme): (&str, Option<&str>)) -> Option<Open<L>> {
        Some(match scheme {
            Some(scheme) => Open::with_scheme(value, scheme),
            None => Open::new(value),
        })
    }
    vec![
        Message::Request(made::<Request>(column, number, scheme)),
        Message::RequestConfirmation(made::<RequestConfirmation>(column, number, scheme)),
        Message::SupplyingAgencyMessage(SupplyingAgencyMessage {
            header: made!(),
            message_info: MessageInfo {
                reason_for_message: iso18626::ReasonForMessage::StatusChange,
                reason_unfilled: code(open("reasonUnfilled")),
                reason_retry: code(open("reasonRetry")),
                ..MessageInfo::default()
            },
            status_info: made!(),
            retry_info: Some(made::<RetryInfo>(2, number, scheme)),
            delivery_info: Some(made::<DeliveryInfo>(column, number, scheme)),
            shipping_info: Some(made::<ShippingInfo>(2, number, scheme)),
            return_info: Some(made::<ReturnInfo>(column, number, scheme)),
        }),
        Message::SupplyingAgencyMessageConfirmation(made::<SupplyingAgencyMessageConfirmation>(
            column, number, scheme,
        )),
        Message::RequestingAgencyMessage(made::<RequestingAgencyMessage>(column, number, scheme)),
        Message::RequestingAgencyMessageConfirmation(made::<RequestingAgencyMessageConfirmation>(
            column, number, scheme,
        )),
    ]
}

/// Every coded element of a message: name, scheme, value.
fn codes(text: &str, edition: Edition) -> Vec<(String, Option<String>, String)> {
    let names = TABLE.iter().map(|row| row.name);
    let mut found = Vec::new();
    for name in names.filter(|name| !(edition == Edition::V2021_2 && *name == "region")) {
        for piece in text.split(&format!("<{name}")).skip(1) {
            let Some((tag, rest)) = piece.split_once('>') else { continue };
            if !tag.is_empty() && !tag.starts_with(' ') {
                continue;
            }
            let scheme = tag.split('"').nth(1).map(str::to_owned);
            let value = rest.split('<').next().unwrap_or_default().to_owned();
            found.push((name.to_owned(), scheme, value));
        }
    }
    found
}

fn written(message: &Message, edition: Edition, schemes: Schemes) -> String {
    let options = WriteOptions { schemes, ..WriteOptions::new(edition) };
    let written = write(message, &options).unwrap_or_else(|why| panic!("{edition}: {why}"));
    String::from_utf8(written.bytes).expect("UTF-8")
}

#[test]
fn every_listed_value_carries_the_list_that_has_it() {
    let most = TABLE.iter().map(|row| row.values.len()).max().unwrap_or_default();
    for edition in Edition::ALL {
        let mut seen = Vec::new();
        let mut all = Vec::new();
        for number in 0..most {
            for message in messages(edition, number, None) {
                let text = written(&message, edition, Schemes::Written);
                for (name, scheme, value) in codes(&text, edition) {
                    let expected = list(row(&name), &value, edition);
                    assert_eq!(scheme.as_deref(), Some(expected.as_str()), "{edition}: {name} {value}");
                    seen.push(name);
                }
                all.push(text.into_bytes());
            }
        }
        let later = ["courierName", "deliveryMethod", "itemFormat"];
        let first = ["deliveredFormat", "preferredFormat", "sentVia", "region"];
        let gone = if edition == Edition::V2021_2 { &first[..] } else { &later[..] };
        for row in TABLE.iter().filter(|row| !gone.contains(&row.name)) {
            assert!(seen.iter().any(|name| name == row.name), "{edition}: no {}", row.name);
        }
        if edition != Edition::V1_1
            && let Some(official) = Official::find()
        {
            official.assert_valid(edition, all.iter().map(Vec::as_slice));
        }
    }
}

#[test]
fn a_peer_that_chokes_on_schemes_gets_none_and_foreign_ones_stay() {
    for edition in Edition::ALL {
        for message in messages(edition, 0, None) {
            let text = written(&message, edition, Schemes::LeftOut);
            assert!(!text.contains("scheme="), "{edition}: {text}");
            // What another peer said in the standard's list is left out as well.
            let listed = written(&message, edition, Schemes::Written);
            let relayed = read(listed.as_bytes(), &ReadOptions::default()).expect("it is ISO 18626").message;
            assert!(!written(&relayed, edition, Schemes::LeftOut).contains("scheme="), "{edition}");
        }
        for schemes in [Schemes::Written, Schemes::LeftOut] {
            for message in messages(edition, 0, Some("urn:somebody:else")) {
                let text = written(&message, edition, schemes);
                for (name, scheme, value) in codes(&text, edition) {
                    assert_eq!(scheme.as_deref(), Some("urn:somebody:else"), "{edition}: {name} {value}");
                }
            }
        }
    }
}

#[test]
fn the_list_of_one_edition_becomes_that_of_the_other() {
    for (from, to) in [(Edition::V1_2, Edition::V2021_2), (Edition::V2021_2, Edition::V1_2)] {
        for message in messages(from, 0, None) {
            let text = written(&message, from, Schemes::Written);
            let relayed = read(text.as_bytes(), &ReadOptions::default()).expect("it is ISO 18626").message;
            let text = written(&relayed, to, Schemes::Written);
            // A region was a plain text in 2021.
            for (name, scheme, value) in codes(&text, to).into_iter().filter(|(name, ..)| name != "region") {
                let expected = list(row(&name), &value, to);
                assert_eq!(scheme.as_deref(), Some(expected.as_str()), "{from} to {to}: {name} {value}");
            }
        }
    }
}

#[test]
fn what_is_on_no_list_claims_none() {
    for value in ["isil", "RESHARE", "", "AU\u{2013}CopyrightActS50\u{2013}1"] {
        for edition in Edition::ALL {
            let mut request = Request::default();
            request.header.requesting_agency_id.id_type = Open::new(value);
            request.header.timestamp = iso18626::DateTime::from_lexical("2026-01-31T12:00:00Z");
            let text = written(&Message::Request(request), edition, Schemes::Written);
            assert!(text.contains(&format!("<agencyIdType>{value}</agencyIdType>")), "{edition}: {text}");
        }
    }
    assert!(!ReasonUnfilled::CODES.contains(&"Duplicate") && !ReasonRetry::CODES.contains(&"LoanCondition"));
    assert_eq!(ReasonRetry::from_wire("LoanCondition"), Some(ReasonRetry::MustMeetLoanCondition));
}

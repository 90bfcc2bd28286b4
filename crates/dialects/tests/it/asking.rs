//! What a patron asks for through another system.

use dialects::ncip::{AskedService, ItemAt, Preset, RecordId, ask};
use ncip::{
    AuthenticationInput, BibliographicDescription, BibliographicId, BibliographicItemId,
    BibliographicRecordId, DateTime, ItemId, ItemOptionalFields, RequestId, RequestItem, UserId,
};

use crate::support::{CARD, at, settings};

fn input(kind: &str, data: &str) -> AuthenticationInput {
    AuthenticationInput {
        authentication_input_type: kind.into(),
        authentication_input_data: data.into(),
        ..AuthenticationInput::default()
    }
}

#[test]
fn everything_that_is_told_is_read() {
    let record = BibliographicId {
        bibliographic_record_id: Some(BibliographicRecordId {
            bibliographic_record_identifier: "ocm123".to_owned(),
            bibliographic_record_identifier_code: Some("OCLC".into()),
            ..BibliographicRecordId::default()
        }),
        ..BibliographicId::default()
    };
    let number = BibliographicItemId {
        bibliographic_item_identifier: "9780000000002".to_owned(),
        bibliographic_item_identifier_code: Some("ISBN".into()),
        ..BibliographicItemId::default()
    };
    let described = BibliographicDescription {
        title: Some(" Dust & Bread ".to_owned()),
        author: Some("A. Miller".to_owned()),
        publisher: Some("Mill Press".to_owned()),
        publication_date: Some("1999".to_owned()),
        bibliographic_item_ids: vec![number],
        ..BibliographicDescription::default()
    };
    let message = RequestItem {
        user_id: Some(UserId::bare(CARD)),
        bibliographic_ids: vec![record],
        item_ids: vec![ItemId::bare("31234000123456"), ItemId::new("PINE", "B-2")],
        request_id: Some(RequestId::bare("D-5")),
        request_type: "Non-returnable Copy".into(),
        request_scope_type: "Bibliographic Item".into(),
        need_before_date: Some(DateTime::from_lexical("2026-12-24")),
        pickup_location: Some("MAIN".into()),
        item_optional_fields: Some(ItemOptionalFields {
            bibliographic_description: Some(described),
            ..ItemOptionalFields::default()
        }),
        ..RequestItem::default()
    };
    let asking = ask(&message, &settings(Preset::PlainV2));
    assert_eq!(asking.patron.as_deref(), Some(CARD));
    assert!(!format!("{asking:?}").contains(CARD));
    assert_eq!((asking.request.as_deref(), asking.pickup.as_deref()), (Some("D-5"), Some("MAIN")));
    let id = |id: &str, source: &str| RecordId { id: id.to_owned(), source: Some(source.to_owned()) };
    assert_eq!(asking.records, [id("ocm123", "OCLC"), id("9780000000002", "ISBN")]);
    let item = |barcode: &str, agency: Option<&str>| ItemAt {
        barcode: barcode.to_owned(),
        agency: agency.map(str::to_owned),
    };
    assert_eq!(asking.items, [item("31234000123456", None), item("B-2", Some("PINE"))]);
    assert_eq!(asking.description.title.as_deref(), Some("Dust & Bread"));
    assert_eq!(asking.description.standard_number.as_deref(), Some("9780000000002"));
    assert_eq!(
        (asking.publisher.as_deref(), asking.published.as_deref()),
        (Some("Mill Press"), Some("1999"))
    );
    assert_eq!(asking.service, AskedService::Copy);
    assert_eq!(asking.need_before, Some(at("2026-12-25T06:59:59Z")), "the whole of that day, there");
}

#[test]
fn a_card_is_read_and_a_pin_never() {
    let by = |inputs: Vec<AuthenticationInput>| {
        let message = RequestItem { authentication_inputs: inputs, ..RequestItem::default() };
        let asking = ask(&message, &settings(Preset::PlainV1));
        assert_eq!(asking.service, AskedService::Loan);
        asking.patron
    };
    assert_eq!(by(vec![input("PIN", "4711"), input("Barcode Id", CARD)]).as_deref(), Some(CARD));
    assert_eq!(by(vec![input("Password", "4711")]), None);
    assert_eq!(by(Vec::new()), None);
}

#[test]
fn standard_numbers_are_known_by_any_of_their_names_and_by_their_form() {
    let item = |code: Option<&str>, number: &str| BibliographicId {
        bibliographic_item_id: Some(BibliographicItemId {
            bibliographic_item_identifier: number.to_owned(),
            bibliographic_item_identifier_code: code.map(Into::into),
            ..BibliographicItemId::default()
        }),
        ..BibliographicId::default()
    };
    let record = |code: Option<&str>, agency: Option<&str>, number: &str| BibliographicId {
        bibliographic_record_id: Some(BibliographicRecordId {
            bibliographic_record_identifier: number.to_owned(),
            bibliographic_record_identifier_code: code.map(Into::into),
            agency_id: agency.map(Into::into),
            ..BibliographicRecordId::default()
        }),
        ..BibliographicId::default()
    };
    let isbn = ("9780140328721", Some("ISBN"));
    for (id, (number, source)) in [
        (item(Some("ISBN"), "9780140328721"), isbn),
        (item(Some("ISBN-13"), "978-0-14-032872-1"), isbn),
        (item(Some("ISBN13"), "978 0 14 032872 1"), isbn),
        (item(Some("isbn"), "9780140328721"), isbn),
        (item(None, "9780140328721"), isbn),
        (item(Some(" "), "ISBN 978-0-14-032872-1"), isbn),
        (item(Some("ISBN-10"), "0-8044-2957-x"), ("080442957X", Some("ISBN"))),
        (item(Some("eISSN"), "00280836"), ("0028-0836", Some("ISSN"))),
        (item(None, "0028-0836"), ("0028-0836", Some("ISSN"))),
        (item(Some("ISBN"), "978 (set)"), ("978 (set)", Some("ISBN"))),
        (item(None, "9780140328722"), ("9780140328722", None)),
        (record(Some("ISBN-13"), None, "9780140328721"), isbn),
        (record(Some("rft.isbn"), Some("PINE"), "9780140328721"), isbn),
        (record(None, None, "9780140328721"), isbn),
        (record(None, Some("PINE"), "9780140328721"), ("9780140328721", Some("PINE"))),
        (record(Some("OCLC"), None, "9780140328721"), ("9780140328721", Some("OCLC"))),
    ] {
        let message = RequestItem { bibliographic_ids: vec![id.clone()], ..RequestItem::default() };
        let asking = ask(&message, &settings(Preset::PlainV2));
        let known = RecordId { id: number.to_owned(), source: source.map(str::to_owned) };
        assert_eq!(asking.records, [known], "{id:?}");
        let standard = source.is_some_and(|source| ["ISBN", "ISSN"].contains(&source));
        assert_eq!(asking.description.standard_number.is_some(), standard, "{id:?}");
    }
}

#[test]
fn an_id_that_names_nobody_hides_no_card() {
    for blank in ["", "  ", "\n"] {
        let message = RequestItem {
            user_id: Some(UserId::bare(blank)),
            authentication_inputs: vec![
                input("Password", "4711"),
                input("Barcode Id", " "),
                input("Barcode Id", CARD),
            ],
            ..RequestItem::default()
        };
        assert_eq!(ask(&message, &settings(Preset::PlainV1)).patron.as_deref(), Some(CARD), "{blank:?}");
    }
}

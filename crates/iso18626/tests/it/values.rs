//! Values by themselves: dates, codes, and a message's two stored forms.

use iso18626::{
    Address, DateTime, Edition, ElectronicAddress, ElectronicAddressType, LoanCondition, Message, Open,
    PatronInfo, ReasonUnfilled, Request, RequestedDeliveryInfo, RequestingAgencyAuthentication, YesNo,
};

#[test]
fn a_date_keeps_its_form_and_tells_its_instant() {
    let instant = |text: &str| DateTime::from_lexical(text).instant().map(|instant| instant.to_string());
    for (text, meant) in [
        ("2026-01-31T12:00:00Z", Some("2026-01-31T12:00:00Z")),
        ("2026-01-31T12:00:00.5+01:00", Some("2026-01-31T11:00:00.5Z")),
        ("2026-01-31T12:00:00", Some("2026-01-31T12:00:00Z")),
        ("2026-01-31T24:00:00Z", Some("2026-02-01T00:00:00Z")),
        ("2026-01-31T24:00:00.0-01:00", Some("2026-02-01T01:00:00Z")),
        ("2026-01-31 12:00:00Z", None),
        ("2026-01-31", None),
        ("", None),
    ] {
        assert_eq!(instant(text).as_deref(), meant, "{text}");
    }
    let written = DateTime::from_instant("2026-01-31T12:00:00.25Z".parse().expect("it is an instant"));
    assert_eq!(written.as_str(), "2026-01-31T12:00:00.250Z");
}

#[test]
fn open_codes_are_matched_tolerantly_and_written_as_they_came() {
    assert_eq!(Open::<LoanCondition>::new(" libraryuseonly ").code(), Some(LoanCondition::LibraryUseOnly));
    assert_eq!(
        Open::<iso18626::CopyrightCompliance>::new("AU\u{2013}CopyrightActS50\u{2013}1").code(),
        Some(iso18626::CopyrightCompliance::AUCopyrightActS501)
    );
    assert_eq!(Open::<ReasonUnfilled>::new("duplicate").code(), Some(ReasonUnfilled::Duplicate));
    let other = Open::<ReasonUnfilled>::with_scheme("Whim", "urn:x");
    assert_eq!((other.code(), other.value.as_str()), (None, "Whim"));
}

#[test]
fn editions_have_one_name_everywhere() {
    for edition in Edition::ALL {
        assert_eq!(edition.to_string().parse(), Ok(edition));
        assert_eq!(serde_json::to_string(&edition).ok(), Some(format!("\"{edition}\"")));
        assert_eq!(Edition::from_version(edition.as_str()), Some(edition));
    }
    assert!("1.3".parse::<Edition>().is_err());
}

fn sealed() -> Message {
    let mut request = Request::default();
    request.header.requesting_agency_authentication = Some(RequestingAgencyAuthentication {
        account_id: Some("account".to_owned()),
        security_code: Some("MARKER".into()),
    });
    let address = Address::Electronic(ElectronicAddress {
        address_type: ElectronicAddressType::Email.into(),
        data: "MARKER@x.example".to_owned(),
    });
    request.requested_delivery_info =
        vec![RequestedDeliveryInfo { address: Some(address.clone()), ..RequestedDeliveryInfo::default() }];
    request.patron_info = Some(PatronInfo {
        patron_id: Some("MARKER".to_owned()),
        surname: Some("MARKER".to_owned()),
        send_to_patron: Some(YesNo::Y),
        address: vec![address],
        ..PatronInfo::default()
    });
    Message::Request(request)
}

#[test]
fn the_redacted_form_holds_neither_patron_nor_secret() {
    let message = sealed();
    let text = |message: &Message| message.canonical();
    assert!(text(&message).contains("MARKER"));
    let redacted = text(&message.redacted());
    assert!(!redacted.contains("MARKER"), "{redacted}");
    assert!(redacted.contains("account"), "and the rest");
}

#[test]
fn no_json_of_a_message_has_its_password() {
    let mut message = sealed();
    if let Message::Request(request) = &mut message {
        request.patron_info = None;
        request.requested_delivery_info.clear();
    }
    let stored = serde_json::to_value(&message).expect("it is JSON");
    let shown = serde_json::to_value(message.shown()).expect("it is JSON");
    let authentication = "/request/header/requesting_agency_authentication";
    assert_eq!(stored.pointer(authentication), Some(&serde_json::json!({ "account_id": "account" })));
    let secret = serde_json::json!({ "account_id": "account", "security_code": "***" });
    assert_eq!(shown.pointer(authentication), Some(&secret));
    assert!(!format!("{message:?}").contains("MARKER"));
}

#[test]
fn the_canonical_form_tells_any_two_messages_apart() {
    let message = sealed();
    assert_eq!(message.canonical(), message.clone().canonical());
    assert_ne!(message.canonical(), message.redacted().canonical());
}

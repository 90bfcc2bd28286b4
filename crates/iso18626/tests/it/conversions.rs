//! What a message becomes in another edition, and what the loss report says of it.

use iso18626::{
    Action, Address, AgencyId, Costs, DateTime, Decimal, DeliveryInfo, DeliveryMethod, Edition, Fate,
    LoanCondition, Loss, Message, Open, PhysicalAddress, PreferredEdition, ReasonForMessage, Request,
    RequestSubType, RequestingAgencyMessage, RetryInfo, Schemes, ServiceInfo, ServiceType, ShippingInfo,
    Status, SupplierInfo, SupplyingAgencyMessage, WriteOptions, YesNo, convert, write,
};

fn date(text: &str) -> DateTime {
    DateTime::from_lexical(text)
}

fn costs(value: &str) -> Costs {
    Costs { currency_code: Open::new("EUR"), monetary_value: Decimal::from_lexical(value) }
}

fn supplying(change: impl FnOnce(&mut SupplyingAgencyMessage)) -> Message {
    let mut message = SupplyingAgencyMessage::default();
    message.header.timestamp = date("2026-01-31T12:00:00Z");
    message.message_info.reason_for_message = ReasonForMessage::StatusChange;
    message.status_info.status = Status::Loaned;
    message.status_info.last_change = date("2026-01-31T12:00:00Z");
    change(&mut message);
    Message::SupplyingAgencyMessage(message)
}

fn request(change: impl FnOnce(&mut Request)) -> Message {
    let mut message = Request::default();
    message.header.supplying_agency_id = Some(AgencyId::default());
    message.header.timestamp = date("2026-01-31T12:00:00Z");
    message.service_info = Some(ServiceInfo { service_type: ServiceType::Loan, ..ServiceInfo::default() });
    change(&mut message);
    Message::Request(message)
}

fn requesting(action: Action) -> Message {
    let mut message = RequestingAgencyMessage { action, ..RequestingAgencyMessage::default() };
    message.header.timestamp = date("2026-01-31T12:00:00Z");
    Message::RequestingAgencyMessage(message)
}

/// Converts, and checks that the same can be written.
fn converted(message: &Message, options: &WriteOptions) -> (Message, Vec<Loss>) {
    let (converted, losses) = convert(message, options);
    let written = write(message, options).expect("what is converted can be written");
    assert_eq!(written.losses, losses);
    (converted, losses)
}

/// Without the schemes of listed values, which have tests of their own.
fn bare(edition: Edition) -> WriteOptions {
    WriteOptions { schemes: Schemes::LeftOut, ..WriteOptions::new(edition) }
}

fn to_supplying(message: &Message, edition: Edition) -> (SupplyingAgencyMessage, Vec<(String, Fate)>) {
    match converted(message, &bare(edition)) {
        (Message::SupplyingAgencyMessage(message), losses) => (message, fates(losses)),
        (other, _) => panic!("{}", other.kind()),
    }
}

fn to_request(message: &Message, edition: Edition) -> (Request, Vec<(String, Fate)>) {
    match converted(message, &bare(edition)) {
        (Message::Request(message), losses) => (message, fates(losses)),
        (other, _) => panic!("{}", other.kind()),
    }
}

fn fates(losses: Vec<Loss>) -> Vec<(String, Fate)> {
    losses
        .into_iter()
        .map(|loss| {
            let element = loss.path.rsplit('/').next().unwrap_or_default().to_owned();
            (element, loss.fate)
        })
        .collect()
}

fn noted(element: &str, label: &str) -> (String, Fate) {
    (element.to_owned(), Fate::Noted { label: label.to_owned() })
}

fn dropped(element: &str) -> (String, Fate) {
    (element.to_owned(), Fate::Dropped)
}

#[test]
fn terms_of_a_retry_stand_in_message_info_in_1_2() {
    let message = supplying(|m| {
        m.retry_info = Some(RetryInfo {
            offered_costs: vec![costs("12.50"), costs("20.00")],
            retry_before: Some(date("2026-02-01T00:00:00Z")),
            loan_condition: vec![LoanCondition::LibraryUseOnly.into(), LoanCondition::NoReproduction.into()],
            ..RetryInfo::default()
        });
    });
    let written = write(&message, &WriteOptions::new(Edition::V1_2)).expect("it can be written");
    let text = String::from_utf8(written.bytes).expect("it is UTF-8");
    assert!(text.contains(
        "<offeredCosts><currencyCode ill:scheme=\"https://www.iso.org/iso-4217-currency-codes.html\">EUR</currencyCode><monetaryValue>12.50</monetaryValue></offeredCosts><retryBefore>2026-02-01T00:00:00Z</retryBefore></messageInfo>"
    ), "{text}");
    let (first, losses) = to_supplying(&message, Edition::V1_2);
    assert_eq!(
        first.message_info.note.as_deref(),
        Some("Loan condition: LibraryUseOnly\nLoan condition: NoReproduction\nOffered costs: EUR 20.00")
    );
    let retry = first.retry_info.expect("the model has one home for it");
    assert_eq!(retry.offered_costs, [costs("12.50")]);
    assert_eq!(
        losses,
        [
            noted("loanCondition", "Loan condition"),
            noted("loanCondition", "Loan condition"),
            noted("offeredCosts", "Offered costs")
        ]
    );
    let (same, losses) = to_supplying(&message, Edition::V2021_2);
    assert_eq!(Message::SupplyingAgencyMessage(same), message);
    assert_eq!(losses, []);
}

#[test]
fn what_1_2_has_no_element_for_goes_to_the_note_after_what_stands_there() {
    let message = supplying(|m| {
        m.message_info.note = Some("Handle with care".to_owned());
        m.shipping_info = Some(ShippingInfo {
            courier_name: Some(Open::new("DHL")),
            tracking_id: vec!["1".to_owned(), "2".to_owned()],
            insurance: Some(YesNo::Y),
            ..ShippingInfo::default()
        });
        m.delivery_info = Some(DeliveryInfo {
            date_sent: date("2026-01-31T12:00:00Z"),
            item_id: vec!["a".to_owned(), "b".to_owned()],
            url: Some("https://x.example/1".to_owned()),
            address: Some(Address::Physical(PhysicalAddress {
                line1: Some("1 High St".to_owned()),
                locality: Some("Town".to_owned()),
                ..PhysicalAddress::default()
            })),
            loan_condition: vec![LoanCondition::LibraryUseOnly.into(), LoanCondition::NoReproduction.into()],
            delivery_costs: vec![costs("1"), costs("2")],
            ..DeliveryInfo::default()
        });
    });
    let (first, losses) = to_supplying(&message, Edition::V1_2);
    let delivery = first.delivery_info.expect("it is there");
    assert_eq!(delivery.item_id, ["a, b"], "several items are joined");
    assert_eq!(delivery.loan_condition, [LoanCondition::LibraryUseOnly.into()]);
    assert_eq!(delivery.delivery_costs, [costs("1")]);
    assert_eq!(first.shipping_info, None);
    assert_eq!(
        first.message_info.note.as_deref(),
        Some(
            "Handle with care\nURL: https://x.example/1\nDelivered to: 1 High St, Town\nLoan condition: NoReproduction\n\
             Delivery costs: EUR 2\nCourier: DHL\nTracking id: 1\nTracking id: 2\nInsurance: Y"
        )
    );
    let moved = Fate::Moved { to: "one `itemId`, joined".to_owned() };
    assert_eq!(
        losses,
        [
            ("itemId".to_owned(), moved),
            noted("URL", "URL"),
            noted("address", "Delivered to"),
            noted("loanCondition", "Loan condition"),
            noted("deliveryCosts", "Delivery costs"),
            noted("courierName", "Courier"),
            noted("trackingId", "Tracking id"),
            noted("trackingId", "Tracking id"),
            noted("insurance", "Insurance"),
        ]
    );
}

#[test]
fn a_status_that_1_2_does_not_know_becomes_the_one_last_heard() {
    for status in [Status::HoldReturn, Status::ReleaseHoldReturn] {
        let message = supplying(|m| m.status_info.status = status.clone());
        let options = WriteOptions { last_heard: Some(Status::Overdue), ..WriteOptions::new(Edition::V1_2) };
        let (Message::SupplyingAgencyMessage(first), losses) = converted(&message, &options) else {
            panic!("it is")
        };
        assert_eq!(first.status_info.status, Status::Overdue);
        assert_eq!(first.message_info.reason_for_message, ReasonForMessage::Notification);
        assert_eq!(first.message_info.note, Some(format!("Status: {status}")));
        assert_eq!(fates(losses), [noted("status", "Status")]);
        let (same, losses) = to_supplying(&message, Edition::V2021_2);
        assert_eq!((same.status_info.status, losses), (status, vec![]));
    }
}

#[test]
fn an_action_that_1_2_does_not_know_becomes_a_notification() {
    for action in [Action::Lost, Action::HoldReturn] {
        let message = requesting(action.clone());
        let (first, losses) = converted(&message, &WriteOptions::new(Edition::V1_2));
        let Message::RequestingAgencyMessage(first) = first else { panic!("it is") };
        assert_eq!(first.action, Action::Notification);
        assert_eq!(first.note, Some(format!("Action: {action}")));
        assert_eq!(fates(losses), [noted("action", "Action")]);
        assert_eq!(converted(&message, &WriteOptions::new(Edition::V2021_2)), (message, vec![]));
    }
}

#[test]
fn the_preferred_edition_and_any_edition_stand_for_each_other() {
    let wanted = |preferred: Option<PreferredEdition>, any: Option<YesNo>| {
        request(|m| {
            let service = m.service_info.get_or_insert_default();
            service.preferred_edition = preferred;
            service.any_edition = any;
        })
    };
    for (preferred, any, note) in [
        (PreferredEdition::AnyEdition, YesNo::Y, None),
        (PreferredEdition::ThisEdition, YesNo::N, None),
        (PreferredEdition::MostRecentEdition, YesNo::N, Some("Preferred edition: MostRecentEdition")),
    ] {
        let (first, losses) = to_request(&wanted(Some(preferred), None), Edition::V1_2);
        let service = first.service_info.expect("it is there");
        assert_eq!((service.any_edition, service.preferred_edition), (Some(any), None));
        assert_eq!(service.note.as_deref(), note);
        assert_eq!(losses.len(), 1);
    }
    for (any, preferred) in
        [(YesNo::Y, PreferredEdition::AnyEdition), (YesNo::N, PreferredEdition::ThisEdition)]
    {
        let (second, _) = to_request(&wanted(None, Some(any.clone())), Edition::V2021_2);
        let service = second.service_info.expect("it is there");
        assert_eq!((service.any_edition, service.preferred_edition), (Some(any), Some(preferred)));
    }
}

#[test]
fn a_request_to_1_2_keeps_its_terms_in_the_note() {
    let message = request(|m| {
        m.bibliographic_info.author_id = Some("0000".to_owned());
        m.bibliographic_info.volume = vec!["1".to_owned(), "2".to_owned()];
        m.header.consortial_id = Some(AgencyId { id_type: Open::new("ISIL"), value: "C".to_owned() });
        let service = m.service_info.get_or_insert_default();
        service.loan_condition = vec![LoanCondition::LibraryUseOnly.into()];
        service.request_sub_type = RequestSubType::ALL.to_vec();
    });
    let (first, losses) = to_request(&message, Edition::V1_2);
    let service = first.service_info.expect("it is there");
    assert_eq!(first.bibliographic_info.volume, ["1, 2"]);
    assert_eq!(service.request_sub_type.len(), 3);
    assert_eq!(
        service.note.as_deref(),
        Some(
            "Author id: 0000\nRequest subtype: TransferRequest\nRequest subtype: SupplyingLibrarysChoice\nLoan condition: LibraryUseOnly"
        )
    );
    assert_eq!(losses[0], dropped("consortialId"));
    assert_eq!(losses.len(), 6, "{losses:?}");
}

#[test]
fn a_request_to_2021_2_loses_what_is_gone_there() {
    let message = request(|m| {
        m.header.supplying_agency_request_id = Some("s-1".to_owned());
        m.service_info = None;
        m.supplier_info = vec![SupplierInfo { sort_order: Some("-1".to_owned()), ..SupplierInfo::default() }];
        m.requested_delivery_info.push(iso18626::RequestedDeliveryInfo {
            address: Some(Address::Physical(PhysicalAddress {
                region: Some(Open::with_scheme("SE-AB", "urn:iso:3166-2")),
                ..PhysicalAddress::default()
            })),
            ..iso18626::RequestedDeliveryInfo::default()
        });
    });
    let (second, losses) = to_request(&message, Edition::V2021_2);
    assert_eq!(second.service_info.map(|s| s.service_type), Some(ServiceType::CopyOrLoan));
    assert_eq!(
        losses,
        [
            ("serviceInfo".to_owned(), Fate::Filled { with: "CopyOrLoan".to_owned() }),
            dropped("supplyingAgencyRequestId"),
            dropped("sortOrder"),
            dropped("@scheme"),
        ]
    );
    let (first, losses) = to_request(&message, Edition::V1_2);
    assert_eq!((Message::Request(first), losses), (message, vec![]), "1.2 has all of it");
}

#[test]
fn message_headers_of_2021_2_have_no_common_id_and_no_authentication() {
    let message = supplying(|m| {
        m.header.multiple_item_request_id = Some("m".to_owned());
        m.header.requesting_agency_authentication = Some(iso18626::RequestingAgencyAuthentication {
            account_id: Some("a".to_owned()),
            security_code: Some("s".into()),
        });
    });
    let (second, losses) = to_supplying(&message, Edition::V2021_2);
    assert_eq!(second.header.multiple_item_request_id, None);
    assert_eq!(losses, [dropped("multipleItemRequestId"), dropped("requestingAgencyAuthentication")]);
}

#[test]
fn edition_1_1_is_1_2_without_what_it_added() {
    let message = request(|m| {
        m.header.multiple_item_request_id = Some("m".to_owned());
        let service = m.service_info.get_or_insert_default();
        service.request_sub_type = vec![RequestSubType::PatronRequest];
        service.start_date = Some(date("2026-02-01T00:00:00Z"));
        service.end_date = Some(date("2026-03-01T00:00:00Z"));
    });
    let (_, losses) = to_request(&message, Edition::V1_1);
    assert_eq!(
        losses,
        [
            dropped("multipleItemRequestId"),
            dropped("requestSubType"),
            dropped("startDate"),
            dropped("endDate")
        ]
    );
    assert_eq!(to_request(&message, Edition::V1_2).1, []);
    let written = write(&message, &WriteOptions::new(Edition::V1_1)).expect("it can be written");
    assert!(!String::from_utf8_lossy(&written.bytes).contains("multipleItemRequestId"));
}

#[test]
fn what_an_edition_demands_is_filled_and_reported() {
    let message = supplying(|m| {
        m.status_info = iso18626::StatusInfo::default();
        m.delivery_info = Some(DeliveryInfo::default());
    });
    let options = WriteOptions { last_heard: Some(Status::WillSupply), ..WriteOptions::new(Edition::V1_2) };
    let (Message::SupplyingAgencyMessage(filled), losses) = converted(&message, &options) else {
        panic!("it is")
    };
    assert_eq!(filled.status_info.status, Status::WillSupply);
    assert_eq!(filled.status_info.last_change, filled.header.timestamp);
    assert_eq!(filled.delivery_info.map(|d| d.date_sent), Some(filled.header.timestamp));
    assert_eq!(losses.len(), 3);
}

#[test]
fn what_has_no_valid_form_is_refused_by_name() {
    let message = supplying(|m| m.status_info.status = Status::Unknown("Lent".to_owned()));
    let refused = write(&message, &WriteOptions::new(Edition::V1_2)).expect_err("it is refused");
    assert_eq!(refused.path, "/ISO18626Message/supplyingAgencyMessage/statusInfo/status");
    let message = requesting(Action::default());
    let refused = write(&message, &WriteOptions::new(Edition::V2021_2)).expect_err("it is refused");
    assert_eq!(refused.path, "/ISO18626Message/requestingAgencyMessage/action");
}

#[test]
fn the_version_written_is_the_peers() {
    let options = WriteOptions { version: Some("2021-3".to_owned()), ..WriteOptions::new(Edition::V2021_2) };
    let written = write(&requesting(Action::Renew), &options).expect("it can be written");
    let text = String::from_utf8(written.bytes).expect("it is UTF-8");
    assert!(text.contains(
        "<ISO18626Message xmlns=\"http://illtransactions.org/2013/iso18626\" xmlns:ill=\"http://illtransactions.org/2013/iso18626\" ill:version=\"2021-3\">"
    ));
}

/// What `itemId`, `URL` and the way of delivery are in a written message.
fn delivery_on_the_wire(bytes: &[u8]) -> Vec<(String, String)> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let names = ["itemId", "URL", "sentVia", "deliveryMethod", "note"];
    let mut found = Vec::new();
    for name in names {
        let (begins, ends) = (format!("<{name}"), format!("</{name}>"));
        for part in text.split(&begins).skip(1).filter(|part| part.starts_with(['>', ' '])) {
            let held = part.split(&ends).next().and_then(|part| part.split_once('>'));
            found.push((name.to_owned(), held.map(|(_, text)| text.to_owned()).unwrap_or_default()));
        }
    }
    found
}

#[test]
fn the_link_of_a_copy_has_its_place_in_each_edition() {
    const LINK: &str = "https://copies.example.org/get?a=1&b=2,3";
    const WRITTEN: &str = "https://copies.example.org/get?a=1&amp;b=2,3";
    let sent = |items: &[&str], url: Option<&str>, method: Option<DeliveryMethod>| {
        supplying(|m| {
            m.status_info.status = Status::CopyCompleted;
            m.delivery_info = Some(DeliveryInfo {
                date_sent: date("2026-01-31T12:00:00Z"),
                item_id: items.iter().map(|&item| item.to_owned()).collect(),
                url: url.map(str::to_owned),
                delivery_method: method.map(Open::from),
                ..DeliveryInfo::default()
            });
        })
    };
    let by_url = Some(DeliveryMethod::URL);
    type Wire<'a> = &'a [(&'a str, &'a str)];
    let rows: &[(Message, Wire<'_>, Wire<'_>)] = &[
        (
            sent(&[], Some(LINK), by_url),
            &[("itemId", WRITTEN), ("sentVia", "URL")],
            &[("URL", WRITTEN), ("deliveryMethod", "URL")],
        ),
        (sent(&[], Some(LINK), None), &[("itemId", WRITTEN), ("sentVia", "URL")], &[("URL", WRITTEN)]),
        (
            sent(&["A", "B"], Some(LINK), by_url),
            &[("itemId", WRITTEN), ("sentVia", "URL"), ("note", "Item: A\nItem: B")],
            &[("itemId", "A"), ("itemId", "B"), ("URL", WRITTEN), ("deliveryMethod", "URL")],
        ),
        // What travels by mail keeps its number, whatever it looks like.
        (
            sent(&[LINK], None, Some(DeliveryMethod::Mail)),
            &[("itemId", WRITTEN), ("sentVia", "Mail")],
            &[("itemId", WRITTEN), ("deliveryMethod", "Mail")],
        ),
        (
            sent(&["A"], Some(LINK), Some(DeliveryMethod::Courier)),
            &[("itemId", "A"), ("sentVia", "Courier"), ("note", &format!("URL: {WRITTEN}"))],
            &[("itemId", "A"), ("URL", WRITTEN), ("deliveryMethod", "Courier")],
        ),
    ];
    let read = |bytes: &[u8]| {
        let reading = iso18626::read(bytes, &iso18626::ReadOptions::default()).expect("it can be read");
        assert!(reading.diagnostics.is_empty(), "{:?}", reading.diagnostics);
        reading.message
    };
    for (message, first, second) in rows {
        for (edition, other, wire) in
            [(Edition::V1_2, Edition::V2021_2, first), (Edition::V2021_2, Edition::V1_2, second)]
        {
            let bytes = write(message, &edition.into()).expect("it can be written").bytes;
            let wire: Vec<_> =
                wire.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
            assert_eq!(delivery_on_the_wire(&bytes), wire, "{edition}: {message:?}");
            // There and back: what the other edition has its own place for stays in it.
            let once = read(&bytes);
            let there = write(&once, &other.into()).expect("it can be written").bytes;
            let Message::SupplyingAgencyMessage(again) =
                read(&write(&read(&there), &edition.into()).expect("so can it").bytes)
            else {
                panic!("it is")
            };
            let Message::SupplyingAgencyMessage(before) = once else { panic!("it is") };
            let link = |message: &SupplyingAgencyMessage| {
                message.delivery_info.as_ref().and_then(|it| it.url.clone())
            };
            let noted = again.message_info.note.as_deref().unwrap_or_default();
            assert!(link(&again) == link(&before) || noted.contains(LINK), "{edition}: {again:?}");
            for item in before.delivery_info.iter().flat_map(|it| &it.item_id) {
                let kept = again.delivery_info.iter().any(|it| it.item_id.contains(item));
                assert!(kept || noted.contains(&format!("Item: {item}")), "{edition}: {again:?}");
            }
        }
    }
    // As some send it in either edition.
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let message = sent(&[LINK], None, by_url);
        let Message::SupplyingAgencyMessage(read) =
            read(&write(&message, &edition.into()).expect("it can").bytes)
        else {
            panic!("it is")
        };
        let delivery = read.delivery_info.expect("it is there");
        assert_eq!((delivery.url.as_deref(), delivery.item_id), (Some(LINK), vec![]), "{edition}");
    }
}

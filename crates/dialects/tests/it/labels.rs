//! Costs, conditions and addresses in the note.

use dialects::{
    iso18626::{Dialect, DialectName, NoteLabels},
    labels,
};
use iso18626::{
    Address, BillingInfo, Costs, Decimal, DeliveryInfo, Message, Open, PhysicalAddress, Request,
    RequestedDeliveryInfo, RetryInfo, ReturnInfo, ServiceInfo, SupplyingAgencyMessage,
};

fn costs(value: &str) -> Costs {
    Costs { currency_code: Open::new("USD"), monetary_value: Decimal::from_lexical(value) }
}

fn address() -> PhysicalAddress {
    PhysicalAddress {
        line1: Some("1 Shore Road".to_owned()),
        postal_code: Some("4711".to_owned()),
        locality: Some("Seaside".to_owned()),
        country: Some(Open::new("US")),
        ..PhysicalAddress::default()
    }
}

fn note_of(message: &Message) -> Option<&str> {
    match message {
        Message::Request(request) => {
            request.service_info.as_ref().and_then(|service| service.note.as_deref())
        }
        Message::SupplyingAgencyMessage(report) => report.message_info.note.as_deref(),
        _ => None,
    }
}

fn report() -> SupplyingAgencyMessage {
    SupplyingAgencyMessage {
        delivery_info: Some(DeliveryInfo {
            loan_condition: vec![Open::new("LibraryUseOnly")],
            delivery_costs: vec![costs("2.00")],
            ..DeliveryInfo::default()
        }),
        retry_info: Some(RetryInfo {
            loan_condition: vec![Open::new("NoReproduction")],
            offered_costs: vec![costs("12.50")],
            ..RetryInfo::default()
        }),
        return_info: Some(ReturnInfo {
            name: Some("Seaside Public Library".to_owned()),
            physical_address: Some(address()),
            ..ReturnInfo::default()
        }),
        ..SupplyingAgencyMessage::default()
    }
}

#[test]
fn costs_conditions_and_addresses_are_labelled_lines_of_the_note() {
    let whole = report();
    let mut said = whole.clone();
    said.message_info.note = Some("Handle with care".to_owned());
    let mut message = Message::SupplyingAgencyMessage(said);
    labels::write(&mut message);
    let lines = [
        "Handle with care",
        "Condition: LibraryUseOnly",
        "Condition: NoReproduction",
        "Cost: 2.00 USD",
        "Cost: 12.50 USD",
        "Return to: Seaside Public Library, 1 Shore Road, 4711, Seaside, US",
    ];
    assert_eq!(note_of(&message).unwrap(), lines.join("\n"));
    let Message::SupplyingAgencyMessage(labelled) = &message else { unreachable!() };
    assert_eq!(labelled.delivery_info, whole.delivery_info, "the elements stay");

    let before = message.clone();
    labels::write(&mut message);
    assert_eq!(message, before, "no line stands twice");

    let mut message = Message::Request(Request {
        service_info: Some(ServiceInfo::default()),
        billing_info: Some(BillingInfo { maximum_costs: Some(costs("20")), ..BillingInfo::default() }),
        requested_delivery_info: vec![RequestedDeliveryInfo {
            address: Some(Address::Physical(address())),
            ..RequestedDeliveryInfo::default()
        }],
        ..Request::default()
    });
    labels::write(&mut message);
    assert_eq!(note_of(&message), Some("Maximum cost: 20 USD\nDeliver to: 1 Shore Road, 4711, Seaside, US"));
}

#[test]
fn a_message_without_any_keeps_its_note() {
    for mut message in [
        Message::SupplyingAgencyMessage(SupplyingAgencyMessage {
            return_info: Some(ReturnInfo {
                name: Some("A library".to_owned()),
                physical_address: Some(PhysicalAddress::default()),
                ..ReturnInfo::default()
            }),
            ..SupplyingAgencyMessage::default()
        }),
        Message::Request(Request { service_info: Some(ServiceInfo::default()), ..Request::default() }),
    ] {
        labels::write(&mut message);
        assert_eq!(note_of(&message), None);
    }
}

#[test]
fn the_dialects_that_read_notes_alone_have_them() {
    for dialect in Dialect::ALL {
        let has = dialect.note_labels == NoteLabels::Written;
        assert_eq!(has, dialect.name == DialectName::Alma, "{}", dialect.name);
    }
}

//! What goes through the broker, and what it looks like on the other side.

use iso18626::{
    Action, DateTime, DeliveryInfo, Open, PatronInfo, ReasonForMessage, RequestType, RequestingAgencyInfo,
    ReturnInfo, ServiceType, Status, SupplierInfo, YesNo,
};
use loan_model::{facts::PatronData, sealed::SealedFields};
use state_machine::brokering::{Addressing, Input, LegState, Phase};

use crate::support::{ASKER, KEY, World, asked, peer, symbol};

#[test]
fn opaque_headers_carry_the_brokers_symbol() {
    let mut world = World::on_loan(&["first"]);
    let (request, _) = world.requests()[0];
    assert_eq!(request.header.requesting_agency_id, symbol("broker").to_agency_id());
    assert_eq!(request.header.supplying_agency_id, Some(symbol("first").to_agency_id()));
    assert_eq!(world.last_report().header.supplying_agency_id, symbol("broker").to_agency_id());
    assert_eq!(world.last_report().header.requesting_agency_id, symbol(ASKER).to_agency_id());
    world.asker(Action::Received);
    assert_eq!(world.actions()[0].header.requesting_agency_id, symbol("broker").to_agency_id());
    let chosen = world.report(&Status::ExpectToSupply);
    assert_eq!(chosen.message_info.note.as_deref(), Some("Supplier: first, ISIL:FIRST"));
}

#[test]
fn transparent_headers_carry_both_real_symbols() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.ask();
    world.deliver(0);
    let (request, _) = world.requests()[0];
    assert_eq!(request.header.requesting_agency_id, symbol(ASKER).to_agency_id());
    assert_eq!(world.last_report().header.supplying_agency_id, symbol("first").to_agency_id());
    assert_eq!(world.last_report().message_info.note, None);
    world.unfilled(0, "NotOnShelf");
    assert_eq!(
        world.last_report().header.supplying_agency_id,
        symbol("second").to_agency_id(),
        "the new supplier speaks for itself"
    );
    world.asker_to("second", Action::StatusRequest);
    assert_eq!(world.actions()[0].header.requesting_agency_id, symbol(ASKER).to_agency_id());
}

#[test]
fn a_request_to_a_member_is_answered_under_the_members_symbol() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    request.header.supplying_agency_id = Some(symbol("first").to_agency_id());
    world.ask_with(request, Addressing::Member(peer("first")));
    assert_eq!(world.last_report().header.supplying_agency_id, symbol("first").to_agency_id());
}

#[test]
fn a_request_to_nobody_is_answered_by_the_broker() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    request.header.supplying_agency_id = None;
    world.ask_with(request, Addressing::Broker);
    assert_eq!(world.last_report().header.supplying_agency_id, symbol("broker").to_agency_id());
}

#[test]
fn a_downstream_request_carries_the_real_requester_and_the_registry_fills_gaps() {
    let mut world = World::new(&["first"]);
    let requester = world.facts_mut(ASKER);
    requester.agency_info = Some(RequestingAgencyInfo {
        name: Some("Asker Library".to_owned()),
        contact_name: Some("Desk".to_owned()),
        ..RequestingAgencyInfo::default()
    });
    requester.delivery_info = vec![iso18626::RequestedDeliveryInfo {
        sort_order: Some("1".to_owned()),
        ..iso18626::RequestedDeliveryInfo::default()
    }];
    let mut request = asked();
    request.requesting_agency_info =
        Some(RequestingAgencyInfo { name: Some("As it says".to_owned()), ..RequestingAgencyInfo::default() });
    world.ask_with(request, Addressing::Broker);
    let (request, _) = world.requests()[0];
    let info = request.requesting_agency_info.as_ref().unwrap();
    assert_eq!((info.name.as_deref(), info.contact_name.as_deref()), (Some("As it says"), Some("Desk")));
    assert_eq!(request.requested_delivery_info.len(), 1);
}

#[test]
fn an_upstream_loaned_carries_the_real_lenders_return_info() {
    let mut world = World::asking(&["first"]);
    world.supplier(0, Status::Loaned);
    let info = world.last_report().return_info.clone().unwrap();
    assert_eq!(info.return_agency_id, Some(symbol("first").to_agency_id()));
    assert_eq!(info.name.as_deref(), Some("first"));

    let mut world = World::asking(&["first"]);
    world.facts_mut("first").return_info =
        Some(ReturnInfo { name: Some("First, Returns".to_owned()), ..ReturnInfo::default() });
    let mut message = world.said(0, ReasonForMessage::StatusChange, Status::Loaned);
    message.return_info =
        Some(ReturnInfo { return_agency_id: Some(symbol("depot").to_agency_id()), ..ReturnInfo::default() });
    world.supplier_says(0, message);
    let info = world.last_report().return_info.clone().unwrap();
    assert_eq!(info.return_agency_id, Some(symbol("depot").to_agency_id()), "as the lender says");
    assert_eq!(info.name.as_deref(), Some("First, Returns"), "gaps from the registry");
}

#[test]
fn the_patron_goes_downstream_as_far_as_policy_lets_it() {
    for (policy, carry) in [
        (PatronData::None, SealedFields::Note),
        (PatronData::Token, SealedFields::Note),
        (PatronData::Full, SealedFields::Everything),
    ] {
        let mut world = World::new(&["first"]);
        world.facts_mut("first").patron_data = policy;
        // What is left of a patron after the sealed parts are taken out.
        let mut request = asked();
        request.patron_info = Some(PatronInfo::default());
        world.ask_with(request, Addressing::Broker);
        let (request, carried) = world.requests()[0];
        assert_eq!(carried, carry);
        let id = request.patron_info.as_ref().map(|patron| patron.patron_id.clone());
        match policy {
            PatronData::None => assert_eq!(id, None),
            PatronData::Token => assert_eq!(id, Some(Some(format!("patron-{KEY}")))),
            PatronData::Full => assert_eq!(id, Some(None), "put back when it is rendered"),
        }
    }
    let mut world = World::new(&["first"]);
    world.ask();
    assert_eq!(world.requests()[0].0.patron_info, None, "no token where there is no patron");
}

#[test]
fn the_suppliers_own_id_is_echoed_in_every_later_message() {
    let mut world = World::asking(&["first"]);
    world.supplier(0, Status::WillSupply);
    world.asker(Action::StatusRequest);
    assert_eq!(world.actions()[0].header.supplying_agency_request_id.as_deref(), Some("first-own"));
    assert_eq!(world.last_report().header.supplying_agency_request_id.as_deref(), Some(KEY));
}

#[test]
fn what_several_requests_have_in_common_is_relayed() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::StatusRequest);
    assert_eq!(world.requests()[0].0.header.multiple_item_request_id.as_deref(), Some("several-1"));
    assert_eq!(world.actions()[0].header.multiple_item_request_id.as_deref(), Some("several-1"));
    assert_eq!(world.last_report().header.multiple_item_request_id.as_deref(), Some("several-1"));
}

#[test]
fn secrets_of_the_requester_stay_with_the_broker() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    request.header.requesting_agency_authentication = Some(Default::default());
    world.ask_with(request, Addressing::Broker);
    assert_eq!(world.requests()[0].0.header.requesting_agency_authentication, None);
}

#[test]
fn a_supplier_learns_only_its_own_holding() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    for name in ["first", "elsewhere"] {
        request.supplier_info.push(SupplierInfo {
            supplier_code: Some(symbol(name).to_agency_id()),
            ..SupplierInfo::default()
        });
    }
    world.ask_with(request, Addressing::Broker);
    let codes: Vec<_> = world.requests()[0].0.supplier_info.iter().map(|i| i.supplier_code.clone()).collect();
    assert_eq!(codes, [Some(symbol("first").to_agency_id())]);
}

#[test]
fn a_request_without_service_info_gets_what_the_newer_edition_demands() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    request.service_info = None;
    world.ask_with(request, Addressing::Broker);
    let service = world.requests()[0].0.service_info.clone().unwrap();
    assert_eq!(service.service_type, iso18626::ServiceType::CopyOrLoan);
}

#[test]
fn dates_terms_and_parcels_are_relayed() {
    let mut world = World::asking(&["first"]);
    let mut message = world.said(0, ReasonForMessage::RequestResponse, Status::Loaned);
    message.message_info.note = Some("Handle with care".to_owned());
    message.status_info.due_date = Some(DateTime::from_lexical("2026-12-01T00:00:00Z"));
    message.delivery_info = Some(DeliveryInfo {
        date_sent: DateTime::from_lexical("2026-11-02"),
        item_id: vec!["item-1".to_owned()],
        loan_condition: vec![Open::new("LibraryUseOnly")],
        ..DeliveryInfo::default()
    });
    world.supplier_says(0, message.clone());
    let report = world.last_report();
    assert_eq!(report.delivery_info, message.delivery_info);
    assert_eq!(report.status_info.due_date, message.status_info.due_date);
    assert_eq!(report.message_info.note.as_deref(), Some("Supplier: first, ISIL:FIRST\nHandle with care"));
    // The broker knows the due date when it is asked.
    world.asker(Action::StatusRequest);
    assert_eq!(world.last_report().status_info.due_date, message.status_info.due_date);
}

#[test]
fn the_requesters_words_are_relayed_and_kept_out_of_events() {
    let mut world = World::on_loan(&["first"]);
    world.asker_writes(Action::Notification, Some("Ms Marker says hello"));
    assert_eq!(world.actions()[0].note.as_deref(), Some("Ms Marker says hello"));
    let mut message = world.said(0, ReasonForMessage::Notification, Status::Loaned);
    message.message_info.note = Some("Hello Ms Marker".to_owned());
    world.supplier_says(0, message);
    assert_eq!(
        world.last_report().message_info.note.as_deref(),
        Some("Supplier: first, ISIL:FIRST\nHello Ms Marker")
    );
    let kept = serde_json::to_string(&(&world.events, &world.state)).unwrap();
    assert!(!kept.contains("Marker"));
}

#[test]
fn a_renewal_is_relayed_both_ways() {
    let mut world = World::on_loan(&["first"]);
    world.supplier(0, Status::Overdue);
    world.take();
    world.asker(Action::Renew);
    let mut answer = world.said(0, ReasonForMessage::RenewResponse, Status::Loaned);
    answer.message_info.answer_yes_no = Some(YesNo::Y);
    answer.status_info.due_date = Some(DateTime::from_lexical("2027-01-01T00:00:00Z"));
    world.supplier_says(0, answer);
    assert_eq!(world.take(), ["leg-0 action/Renew", "requester report/RenewResponse/Loaned Y"]);
    assert_eq!(
        world.last_report().status_info.due_date,
        Some(DateTime::from_lexical("2027-01-01T00:00:00Z"))
    );
    assert_eq!(world.leg(0), LegState::Loaned);
}

#[test]
fn a_status_request_is_answered_at_once_and_news_follow_as_a_status_change() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::StatusRequest);
    assert_eq!(
        world.take(),
        ["requester report/StatusRequestResponse/ExpectToSupply", "leg-0 action/StatusRequest"]
    );
    let answer = world.said(0, ReasonForMessage::StatusRequestResponse, Status::WillSupply);
    world.supplier_says(0, answer.clone());
    assert_eq!(world.take(), ["requester report/StatusChange/WillSupply"]);
    world.supplier_says(0, answer);
    assert!(world.take().is_empty() && world.used("no-news"));
}

#[test]
fn a_reminder_makes_no_request() {
    let mut world = World::asking(&["first"]);
    let mut request = asked();
    request.service_info.as_mut().unwrap().request_type = Some(RequestType::Reminder);
    let reminder =
        Input::Request { message: Box::new(request), from: peer(ASKER), addressed: Addressing::Broker };
    world.give(reminder.clone());
    assert_eq!(world.take(), ["leg-0 action/StatusRequest", "requester report/Notification/ExpectToSupply"]);
    let nobody = World::new(&["first"]).give(reminder);
    assert!(matches!(nobody.reply, state_machine::interpreter::Reply::Error(_)));
}

#[test]
fn every_other_message_is_relayed() {
    let mut world = World::on_loan(&["first"]);
    for (action, kind) in [
        (Action::Received, "leg-0 action/Received"),
        (Action::ShippedForward, "leg-0 action/ShippedForward"),
        (Action::Notification, "leg-0 action/Notification"),
        (Action::HoldReturn, "leg-0 action/HoldReturn"),
        (Action::Lost, "leg-0 action/Lost"),
        (Action::ShippedReturn, "leg-0 action/ShippedReturn"),
    ] {
        world.asker(action);
        assert_eq!(world.take(), [kind]);
    }
    let mut world = World::on_loan(&["first"]);
    for (status, kind) in [
        (Status::Overdue, "requester report/StatusChange/Overdue"),
        (Status::Recalled, "requester report/StatusChange/Recalled"),
        (Status::HoldReturn, "requester report/StatusChange/HoldReturn"),
        (Status::ReleaseHoldReturn, "requester report/StatusChange/ReleaseHoldReturn"),
        (Status::CompletedWithoutReturn, "requester report/StatusChange/CompletedWithoutReturn"),
    ] {
        world.supplier(0, status);
        assert_eq!(world.take(), [kind]);
    }
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn what_is_lost_needs_staff_until_its_supplier_has_said_what_follows() {
    for status in [Status::CompletedWithoutReturn, Status::LoanCompleted] {
        let mut world = World::on_loan(&["first"]);
        world.asker(Action::Lost);
        assert!(world.incidents.contains("item.lost"));
        world.supplier(0, status.clone());
        assert_eq!((world.phase(), world.incidents.len()), (Phase::Completed, 0), "{status}");
    }
}

#[test]
fn holding_a_return_leaves_the_status_last_heard() {
    let mut world = World::on_loan(&["first"]);
    world.supplier(0, Status::HoldReturn);
    assert_eq!(world.state().summary().told.unwrap().status, Status::Loaned);
}

#[test]
fn a_copy_ends_the_request_and_its_receipt_is_relayed() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    request.service_info.as_mut().unwrap().service_type = ServiceType::Copy;
    world.ask_with(request, Addressing::Broker);
    world.deliver(0);
    world.take();
    let mut message = world.said(0, ReasonForMessage::StatusChange, Status::CopyCompleted);
    message.delivery_info = Some(DeliveryInfo {
        date_sent: DateTime::from_instant(world.now),
        url: Some("https://copies.example/1".to_owned()),
        ..DeliveryInfo::default()
    });
    world.supplier_says(0, message);
    assert_eq!(world.take(), ["requester report/StatusChange/CopyCompleted"]);
    assert_eq!(
        world.last_report().delivery_info.as_ref().unwrap().url.as_deref(),
        Some("https://copies.example/1")
    );
    assert_eq!(world.phase(), Phase::Completed);
    world.asker(Action::Received);
    assert_eq!(world.take(), ["leg-0 action/Received"]);
}

#[test]
fn expect_to_supply_is_relayed_when_it_says_more() {
    let mut world = World::asking(&["first"]);
    world.supplier(0, Status::ExpectToSupply);
    assert!(world.take().is_empty(), "the requester heard so when the supplier was chosen");
    let mut message = world.said(0, ReasonForMessage::StatusChange, Status::ExpectToSupply);
    message.status_info.expected_delivery_date = Some(DateTime::from_lexical("2026-11-20T00:00:00Z"));
    world.supplier_says(0, message);
    assert_eq!(world.take(), ["requester report/StatusChange/ExpectToSupply"]);
    assert!(world.last_report().status_info.expected_delivery_date.is_some());
}

//! The rota: dispatch, the next supplier, the end.

use iso18626::{Action, Open, ReasonForMessage, RequestType, Status};
use loan_model::{
    facts::{Addressed, ExpectToSupplyAs, InterimUnfilled, Lends, LocalSupply, PeerKind, PeerStanding},
    names::{Clock, LegId},
};
use ranking::{Nobody, PassedOver, RotaTable, Verdict};
use state_machine::{
    brokering::{Addressing, Input, LegState, Phase},
    interpreter::Reply,
};

use crate::support::{ASKER, KEY, World, asked, peer, symbol};

#[test]
fn a_loan_runs_from_the_request_to_its_end() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    assert_eq!(world.take(), ["leg-0 request", "requester report/RequestResponse/ExpectToSupply"]);
    world.deliver(0);
    world.supplier(0, Status::WillSupply);
    world.supplier(0, Status::Loaned);
    assert_eq!(world.phase(), Phase::OnLoan);
    world.asker(Action::Received);
    world.asker(Action::ShippedReturn);
    assert_eq!(world.leg(0), LegState::Returning);
    world.supplier(0, Status::LoanCompleted);
    assert_eq!(
        world.take(),
        [
            "requester report/StatusChange/WillSupply",
            "requester report/StatusChange/Loaned",
            "leg-0 action/Received",
            "leg-0 action/ShippedReturn",
            "requester report/StatusChange/LoanCompleted",
        ]
    );
    assert_eq!((world.phase(), world.closed), (Phase::Completed, 1));
    assert!(world.timers.is_empty(), "nothing is awaited: {:?}", world.timers);
    world.check_replay();
}

#[test]
fn unfilled_moves_the_rota_on_and_the_requester_hears_both() {
    let mut world = World::asking(&["first", "second"]);
    world.unfilled(0, "NotOnShelf");
    assert_eq!(
        world.take(),
        [
            "requester report/Notification/ExpectToSupply",
            "leg-1 request",
            "requester report/StatusChange/ExpectToSupply",
        ]
    );
    let interim = world
        .sent
        .iter()
        .find_map(|sent| match &sent.message {
            iso18626::Message::SupplyingAgencyMessage(m) if m.message_info.reason_unfilled.is_some() => {
                Some(m)
            }
            _ => None,
        })
        .unwrap();
    assert_eq!(interim.message_info.reason_unfilled, Some(Open::new("NotOnShelf")));
    assert_eq!((world.leg(0), world.leg(1)), (LegState::Unfilled, LegState::Sending));
}

#[test]
fn the_end_of_the_rota_is_one_unfilled_with_the_last_reason() {
    let mut world = World::asking(&["first", "second"]);
    world.unfilled(0, "NotOnShelf");
    world.deliver(1);
    world.take();
    world.unfilled(1, "NonCirculating");
    assert_eq!(world.take(), ["requester report/StatusChange/Unfilled"]);
    assert_eq!(world.last_report().message_info.reason_unfilled, Some(Open::new("NonCirculating")));
    assert_eq!((world.phase(), world.closed), (Phase::Unfilled, 1));
    world.check_replay();
}

#[test]
fn a_rota_of_nobody_is_unfilled_as_the_first_answer() {
    let mut world = World::new(&[]);
    world.ask();
    assert_eq!(world.take(), ["requester report/RequestResponse/Unfilled"]);
    assert_eq!(world.phase(), Phase::Unfilled);
}

#[test]
fn a_terminal_reason_ends_the_rota_at_once() {
    let mut world = World::asking(&["first", "second"]);
    world.unfilled(0, "Duplicate");
    assert_eq!(world.take(), ["requester report/StatusChange/Unfilled"]);
    assert_eq!(world.last_report().message_info.reason_unfilled, Some(Open::new("Duplicate")));
}

#[test]
fn the_interim_unfilled_carries_unfilled_where_the_dialect_has_it_so() {
    let mut world = World::asking(&["first", "second"]);
    world.facts_mut(ASKER).interim_unfilled = InterimUnfilled::Unfilled;
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.take()[0], "requester report/Notification/Unfilled");
    assert_eq!(world.state().summary().told.unwrap().status, Status::ExpectToSupply);
    world.asker(Action::StatusRequest);
    assert_eq!(world.last_report().status_info.status, Status::ExpectToSupply, "it was no answer");
}

#[test]
fn expect_to_supply_is_a_notification_where_the_dialect_has_it_so() {
    let mut world = World::new(&["first"]);
    world.facts_mut(ASKER).expect_to_supply = ExpectToSupplyAs::Notification;
    world.ask();
    assert_eq!(world.take()[1], "requester report/Notification/ExpectToSupply");
    world.supplier(0, Status::WillSupply);
    assert_eq!(
        world.take(),
        ["requester report/RequestResponse/WillSupply"],
        "a notification is no first answer"
    );
}

#[test]
fn each_downstream_request_has_a_fresh_short_id_and_is_new() {
    let mut world = World::asking(&["first", "second"]);
    world.unfilled(0, "NotOnShelf");
    let ids: Vec<String> =
        world.requests().iter().map(|(r, _)| r.header.requesting_agency_request_id.clone()).collect();
    assert_eq!(ids, [format!("{KEY}-1"), format!("{KEY}-2")]);
    for id in &ids {
        assert!(id.len() <= 32 && id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{id}");
        assert!(world.known.iter().any(|(_, known, _)| known == id));
    }
    for (request, _) in world.requests() {
        let service = request.service_info.as_ref().unwrap();
        assert_eq!(service.request_type, Some(RequestType::New));
        assert_eq!(service.requesting_agency_previous_request_id, None);
    }
}

/// What the requester reads at the end of a rota that asked nobody.
fn why_nobody(world: &mut World) -> String {
    world.ask();
    assert_eq!(world.phase(), Phase::Unfilled);
    world.report(&Status::Unfilled).message_info.note.clone().unwrap_or_default()
}

#[test]
fn an_empty_rota_says_why() {
    let mut world = World::new(&["first", "second"]);
    world.facts_mut("first").standing = PeerStanding::Paused;
    world.facts_mut("second").roles.lends = Lends::No;
    let why = why_nobody(&mut world);
    assert!(why.starts_with("No library could be asked: "), "{why}");
    for said in ["ISIL:FIRST: it does not take requests now", "ISIL:SECOND: it does not lend"] {
        assert!(why.contains(said), "{why}");
    }

    let mut world = World::new(&[]);
    world.give(Input::Request {
        message: Box::new(asked()),
        from: peer(ASKER),
        addressed: Addressing::Broker,
    });
    world.give(Input::Located(RotaTable { entries: Vec::new(), nobody: Some(Nobody::NoGroup) }));
    let note = world.report(&Status::Unfilled).message_info.note.clone().unwrap();
    assert_eq!(
        note,
        "No library could be asked: the requester is in no group, and the request names no library"
    );
}

#[test]
fn a_peer_that_does_not_answer_comes_last_in_a_new_rota() {
    let mut world = World::new(&["first", "second"]);
    world.resting = vec![peer("first")];
    world.ask();
    assert_eq!(world.leg_peer(0), peer("second"));
    world.deliver(0);
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.leg_peer(1), peer("first"), "it is asked all the same");
}

#[test]
fn a_request_to_a_member_is_a_rota_of_one() {
    let mut world = World::new(&["first", "second"]);
    world.ask_with(asked(), Addressing::Member(peer("second")));
    assert_eq!(world.leg_peer(0), peer("second"));
    world.deliver(0);
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.phase(), Phase::Unfilled);
}

#[test]
fn a_request_to_a_member_goes_on_where_policy_says_so() {
    let mut world = World::new(&["first", "second"]);
    world.broker.addressed = Addressed::GoesOn;
    world.ask_with(asked(), Addressing::Member(peer("second")));
    world.deliver(0);
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.phase(), Phase::Locating);
    assert_eq!(world.locate, Some((vec![peer("second")], None)), "among all but those tried");
    world.locate();
    assert_eq!(world.leg_peer(1), peer("first"));
    world.deliver(1);
    world.unfilled(1, "NotOnShelf");
    assert_eq!(world.phase(), Phase::Unfilled, "it goes on once");
}

#[test]
fn a_request_to_an_unknown_symbol_is_refused() {
    let mut world = World::new(&["first"]);
    let mut request = asked();
    request.header.supplying_agency_id = Some(symbol("nobody").to_agency_id());
    let decision = world.give(Input::Request {
        message: Box::new(request),
        from: peer(ASKER),
        addressed: Addressing::Unknown,
    });
    assert!(decision.events.is_empty() && world.state.is_none());
    let Reply::Error(errors) = decision.reply else { panic!("refused") };
    assert_eq!(errors[0].error_type, iso18626::ErrorType::UnrecognisedDataValue);
    let value = errors[0].error_value.as_deref();
    assert_eq!(value, Some("supplyingAgencyId: expected the broker or a library here"), "it quotes nothing");
}

#[test]
fn a_request_never_goes_back_to_the_broker_it_came_from() {
    let mut world = World::new(&["behind", "first"]);
    world.facts_mut(ASKER).kind = PeerKind::Broker;
    world.facts_mut("behind").behind = Some(peer(ASKER));
    // The other broker asks for one of its members, under the member's symbol.
    let mut request = asked();
    request.header.requesting_agency_id = symbol("member-elsewhere").to_agency_id();
    world.ask_with(request, Addressing::Broker);
    let passed: Vec<_> = world
        .state()
        .summary()
        .rota
        .entries
        .into_iter()
        .filter(|entry| entry.verdict == Verdict::PassedOver { why: PassedOver::CameFromThere })
        .map(|entry| entry.peer)
        .collect();
    assert_eq!(passed, [peer(ASKER), peer("behind")]);
    assert_eq!(world.leg_peer(0), peer("first"));
}

#[test]
fn candidates_that_do_not_come_are_asked_for_again() {
    let mut world = World::new(&["first"]);
    world.give(Input::Request {
        message: Box::new(asked()),
        from: peer(ASKER),
        addressed: Addressing::Member(peer("first")),
    });
    world.locate = None;
    world.run_out(Clock::Locate.of_request());
    assert_eq!(world.locate, Some((vec![], Some(peer("first")))), "for the same member");
    world.locate();
    assert_eq!(world.phase(), Phase::Asking);
}

#[test]
fn candidates_that_nobody_waits_for_change_nothing() {
    let mut world = World::asking(&["first", "second"]);
    let rota = world.state().summary().rota;
    let before = world.state.clone();
    world.give(Input::Located(rota));
    assert_eq!(world.rule(), "located-late");
    assert_eq!(world.state, before);
}

#[test]
fn a_supplier_that_was_paused_meanwhile_is_passed_over() {
    let mut world = World::asking(&["first", "second", "third"]);
    world.facts_mut("second").standing = PeerStanding::Paused;
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.leg_peer(1), peer("third"));
}

#[test]
fn a_requester_among_its_own_suppliers_is_passed_over_and_told_where_it_wants_so() {
    for (rule, told) in [(LocalSupply::Skip, 0), (LocalSupply::Tell, 1)] {
        let mut world = World::new(&["first"]);
        world.facts_mut(ASKER).local_supply = rule;
        world.ask();
        let notices = world.take().iter().filter(|sent| sent.contains("Notification")).count();
        assert_eq!(notices, told);
        assert_eq!(world.leg_peer(0), peer("first"));
    }
}

#[test]
fn need_before_ends_a_rota_that_has_not_shipped() {
    let mut request = asked();
    request.service_info.as_mut().unwrap().need_before_date =
        Some(iso18626::DateTime::from_lexical("2026-11-03T00:00:00Z"));
    let mut world = World::new(&["first", "second"]);
    world.ask_with(request.clone(), Addressing::Broker);
    world.deliver(0);
    world.take();
    world.run_out(Clock::NeedBefore.of_request());
    assert_eq!((world.phase(), world.take()), (Phase::CancelPending, vec!["leg-0 action/Cancel".to_owned()]));
    world.run_out(Clock::Grace.of(LegId(0)));
    assert_eq!(world.take(), ["requester report/StatusChange/Unfilled"], "nobody else is asked");

    let mut world = World::new(&["first", "second"]);
    world.ask_with(request, Addressing::Broker);
    world.supplier(0, Status::Loaned);
    world.take();
    world.run_out(Clock::NeedBefore.of_request());
    assert_eq!(world.phase(), Phase::OnLoan);
    assert!(world.take().is_empty(), "what has shipped runs on");
}

#[test]
fn a_request_with_a_known_id_and_another_content_is_refused() {
    let mut world = World::asking(&["first"]);
    let before = world.state.clone();
    let decision = world.give(Input::Request {
        message: Box::new(asked()),
        from: peer(ASKER),
        addressed: Addressing::Broker,
    });
    assert!(matches!(decision.reply, Reply::Error(_)));
    assert_eq!(world.state, before);
}

#[test]
fn the_first_answer_after_the_request_is_the_response_even_when_it_is_the_shipment() {
    let mut world = World::new(&["first"]);
    world.facts_mut(ASKER).expect_to_supply = ExpectToSupplyAs::Notification;
    world.ask();
    let message = world.said(0, ReasonForMessage::StatusChange, Status::Loaned);
    world.supplier_says(0, message);
    assert_eq!(world.take().last().unwrap(), "requester report/RequestResponse/Loaned");
    let message = world.said(0, ReasonForMessage::RequestResponse, Status::Overdue);
    world.supplier_says(0, message);
    assert_eq!(world.take(), ["requester report/StatusChange/Overdue"], "reasons are never copied");
}

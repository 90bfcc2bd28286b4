//! Cancels: of the request, of one supplier, too early, too late.

use iso18626::{Action, Status, YesNo};
use loan_model::{
    facts::{CancelToSupplier, Face},
    names::{Clock, LegId, OutboundKind},
};
use state_machine::brokering::{Addressing, Event, Input, LegState, Phase};

use crate::support::{ASKER, World, asked, peer, symbol};

#[test]
fn a_cancel_before_any_supplier_was_asked_is_answered_by_the_broker() {
    let mut world = World::new(&["first"]);
    world.give(Input::Request {
        message: Box::new(asked()),
        from: peer(ASKER),
        addressed: Addressing::Broker,
    });
    world.asker(Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
    assert_eq!(world.phase(), Phase::Cancelled);
    world.locate();
    assert_eq!(world.rule(), "located-late");
}

#[test]
fn a_cancel_asks_the_supplier_and_its_yes_is_relayed() {
    let mut world = World::asking(&["first", "second"]);
    world.asker(Action::Cancel);
    assert_eq!((world.take(), world.phase()), (vec!["leg-0 action/Cancel".to_owned()], Phase::Cancelling));
    world.cancel_response(0, YesNo::Y, Status::Cancelled);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
    assert_eq!((world.phase(), world.closed), (Phase::Cancelled, 1));
    world.check_replay();
}

#[test]
fn a_no_is_relayed_and_the_request_goes_on_without_untried_suppliers() {
    let mut world = World::asking(&["first", "second"]);
    world.supplier(0, Status::WillSupply);
    world.asker(Action::Cancel);
    world.take();
    world.cancel_response(0, YesNo::N, Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/WillSupply N"]);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));
    assert!(world.timers.contains_key(&Clock::Ship.of(LegId(0))));
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.phase(), Phase::Unfilled, "untried suppliers were dropped at once");
}

#[test]
fn a_no_because_it_has_shipped_leaves_the_loan_running() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.cancel_response(0, YesNo::N, Status::Loaned);
    assert_eq!(
        world.take(),
        ["requester report/CancelResponse/ExpectToSupply N", "requester report/StatusChange/Loaned"]
    );
    assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Loaned));
}

#[test]
fn a_cancel_of_a_loan_is_answered_no() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/Loaned N"]);
    assert_eq!(world.phase(), Phase::OnLoan);
}

#[test]
fn a_cancel_of_a_request_that_never_left_withdraws_it() {
    let mut world = World::new(&["first"]);
    world.ask();
    world.take();
    world.asker(Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
    assert!(!world.unconfirmed.iter().any(|message| message.to != loan_model::names::Party::Requester));
    assert_eq!(world.leg(0), LegState::Cancelled);
}

#[test]
fn silence_on_a_cancel_counts_as_yes() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.run_out(Clock::Grace.of(LegId(0)));
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Cancelled, LegState::PassedOver));
}

#[test]
fn an_opaque_cancel_always_ends_the_request() {
    let mut world = World::asking(&["first", "second"]);
    world.asker_to("first", Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelling);
}

/// A requester that sees its suppliers and whose Cancel to one of them asks for the next.
fn asks_for_the_next() -> World {
    let mut world = World::new(&["first", "second"]).transparent();
    world.facts_mut(ASKER).cancel_to_supplier = CancelToSupplier::NextSupplier;
    world.ask();
    world.deliver(0);
    world.take();
    world
}

#[test]
fn by_its_dialect_a_cancel_to_the_supplier_takes_another_one_and_is_always_answered() {
    let mut world = asks_for_the_next();
    world.asker_to("first", Action::Cancel);
    assert_eq!((world.take(), world.phase()), (vec!["leg-0 action/Cancel".to_owned()], Phase::CancelPending));
    world.cancel_response(0, YesNo::Y, Status::Cancelled);
    assert_eq!(world.leg_peer(1), peer("second"));
    assert_eq!(
        world.take(),
        [
            "requester report/CancelResponse/Cancelled Y",
            "requester report/Notification/ExpectToSupply",
            "leg-1 request",
            "requester report/StatusChange/ExpectToSupply"
        ],
        "the yes is that supplier's; the request goes on"
    );
    world.check_replay();

    let mut world = asks_for_the_next();
    world.asker_to("first", Action::Cancel);
    world.take();
    world.cancel_response(0, YesNo::N, Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/WillSupply N"], "a no is heard");
    assert_eq!(world.phase(), Phase::Asking);

    let mut world = asks_for_the_next();
    world.supplier(0, Status::RetryPossible);
    world.take();
    world.asker_to("first", Action::Cancel);
    assert_eq!(world.take()[0], "requester report/CancelResponse/Cancelled Y");
    assert_eq!(world.leg_peer(1), peer("second"));
}

#[test]
fn a_plain_requester_s_cancel_ends_the_request_whichever_supplier_it_names() {
    for named in ["first", "second"] {
        let mut world = World::new(&["first", "second"]).transparent();
        world.ask();
        world.deliver(0);
        world.unfilled(0, "NotOnShelf");
        world.deliver(1);
        world.take();
        world.asker_to(named, Action::Cancel);
        assert_eq!(
            (world.take(), world.phase()),
            (vec!["leg-1 action/Cancel".to_owned()], Phase::Cancelling)
        );
        world.cancel_response(1, YesNo::Y, Status::Cancelled);
        assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
        assert_eq!(world.phase(), Phase::Cancelled);
    }
}

/// Whatever a supplier says while a requester's cancel is on its way to it, the cancel is sent and its answer decides; only what it says of
/// an item, or that it is out of it, decides before.
#[test]
fn a_cancel_that_crosses_a_status_is_sent_and_its_answer_decides() {
    for status in [Status::RequestReceived, Status::ExpectToSupply, Status::WillSupply] {
        for answer in [YesNo::Y, YesNo::N] {
            let mut world = asks_for_the_next();
            world.asker_to("first", Action::Cancel);
            world.supplier(0, status.clone());
            let waits =
                |it: &state_machine::brokering::Unconfirmed| it.kind == OutboundKind::Action(Action::Cancel);
            assert!(world.unconfirmed.iter().any(waits), "{status}: the cancel is sent");
            assert_eq!(
                (world.take(), world.phase()),
                (vec!["leg-0 action/Cancel".to_owned()], Phase::CancelPending)
            );
            world.cancel_response(0, answer.clone(), status.clone());
            let said = world.take();
            assert!(said[0].starts_with("requester report/CancelResponse/"), "{said:?}");
            assert!(said[0].ends_with(&format!(" {answer}")), "{said:?}");
            let kept = world.leg(0) == LegState::Promised;
            assert_eq!((kept, world.phase()), (answer == YesNo::N, Phase::Asking), "{status} {answer}");
        }
    }
}

#[test]
fn a_promise_that_crosses_a_cancel_of_the_request_counts_after_a_no() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.supplier(0, Status::WillSupply);
    world.take();
    world.cancel_response(0, YesNo::N, Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/WillSupply N"]);
    assert_eq!(world.leg(0), LegState::Promised);
    assert!(world.timers.contains_key(&Clock::Ship.of(LegId(0))));
}

#[test]
fn what_is_withdrawn_is_an_event_with_its_rule() {
    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(LegId(0)));
    world.supplier(0, Status::WillSupply);
    let withdrawn = Event::Withdrawn {
        leg: LegId(0),
        message: OutboundKind::Action(Action::Cancel),
        rule: "promises-while-cancel-pending".to_owned(),
    };
    assert!(world.events.contains(&withdrawn));
}

#[test]
fn a_transparent_cancel_to_the_broker_ends_the_request() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.ask();
    world.asker(Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelled);
}

#[test]
fn a_cancel_of_a_request_to_one_member_ends_it_whatever_the_face() {
    let mut world = World::new(&["first", "second"]);
    world.facts_mut(ASKER).face = Face::Transparent;
    let mut request = asked();
    request.header.supplying_agency_id = Some(symbol("first").to_agency_id());
    world.ask_with(request, Addressing::Member(peer("first")));
    world.deliver(0);
    world.asker_to("first", Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelling);
}

#[test]
fn a_cancel_to_a_supplier_that_was_passed_over_is_answered_no() {
    let mut world = asks_for_the_next();
    world.unfilled(0, "NotOnShelf");
    world.take();
    world.asker_to("first", Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/ExpectToSupply N"]);
    assert_eq!(world.leg(1), LegState::Sending);
}

#[test]
fn a_cancel_while_a_retry_is_offered_is_answered_by_the_broker() {
    let mut world = World::asking(&["first", "second"]);
    world.supplier(0, Status::RetryPossible);
    world.take();
    world.asker(Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
}

#[test]
fn a_cancel_that_meets_our_own_waits_for_its_answer() {
    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(LegId(0)));
    world.take();
    world.asker(Action::Cancel);
    assert!(world.take().is_empty(), "no second cancel");
    world.cancel_response(0, YesNo::Y, Status::Cancelled);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
}

#[test]
fn a_cancel_twice_is_one_cancel_and_afterwards_it_is_cancelled() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.asker(Action::Cancel);
    assert!(world.take().is_empty());
    world.cancel_response(0, YesNo::Y, Status::Cancelled);
    world.take();
    world.asker(Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
}

#[test]
fn unfilled_under_a_cancel_is_a_yes() {
    let mut world = World::asking(&["first", "second"]);
    world.asker(Action::Cancel);
    world.take();
    world.unfilled(0, "NotOnShelf");
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
}

//! Cancels: of the request, of one supplier, too early, too late.

use iso18626::{Action, Status, YesNo};
use loan_model::{
    facts::Face,
    names::{Clock, LegId},
};
use state_machine::brokering::{Addressing, Input, LegState, Phase};

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

#[test]
fn a_transparent_cancel_to_the_supplier_takes_another_one() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.ask();
    world.deliver(0);
    world.take();
    world.asker_to("first", Action::Cancel);
    assert_eq!((world.take(), world.phase()), (vec!["leg-0 action/Cancel".to_owned()], Phase::CancelPending));
    world.cancel_response(0, YesNo::Y, Status::Cancelled);
    assert_eq!(world.leg_peer(1), peer("second"));
    assert!(!world.take().iter().any(|sent| sent.contains("CancelResponse")), "a yes is not passed on");

    let mut world = World::new(&["first", "second"]).transparent();
    world.ask();
    world.deliver(0);
    world.asker_to("first", Action::Cancel);
    world.take();
    world.cancel_response(0, YesNo::N, Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/ExpectToSupply N"], "a no is heard");
    assert_eq!(world.phase(), Phase::Asking);
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
    let mut world = World::new(&["first", "second"]).transparent();
    world.ask();
    world.deliver(0);
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

//! Silence: each clock, the grace after it, and what comes too late.

use iso18626::{Status, YesNo};
use loan_model::{
    MayHaveArrived,
    names::{Clock, LegId, OutboundKind, Party},
};
use state_machine::{
    brokering::{Input, LegState, Phase},
    interpreter::DeliveryOutcome,
};

use crate::support::World;

const FIRST: LegId = LegId(0);

fn undeliverable(may_have_arrived: MayHaveArrived) -> DeliveryOutcome {
    DeliveryOutcome::Undeliverable { why: "no route".to_owned(), may_have_arrived }
}

/// The first supplier was silent, and is passed over.
fn passed_over() -> World {
    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(FIRST));
    world.run_out(Clock::Grace.of(FIRST));
    world.deliver(1);
    world.take();
    world
}

#[test]
fn a_silent_supplier_is_cancelled_and_after_a_grace_the_rota_moves_on() {
    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(FIRST));
    assert_eq!((world.take(), world.phase()), (vec!["leg-0 action/Cancel".to_owned()], Phase::CancelPending));
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.take()[1..], ["leg-1 request", "requester report/StatusChange/ExpectToSupply"]);
    assert_eq!(world.leg(0), LegState::PassedOver);
    world.check_replay();
}

#[test]
fn expect_to_supply_alone_does_not_stop_the_answer_clock() {
    let mut world = World::asking(&["first", "second"]);
    let timer = Clock::Answer.of(FIRST);
    let until = world.timers[&timer];
    world.pass(10);
    world.supplier(0, Status::ExpectToSupply);
    assert_eq!(world.timers[&timer], until);
    world.supplier(0, Status::WillSupply);
    assert!(!world.timers.contains_key(&timer));
}

#[test]
fn a_promise_that_does_not_ship_is_cancelled_too() {
    let mut world = World::asking(&["first", "second"]);
    world.supplier(0, Status::WillSupply);
    world.take();
    world.run_out(Clock::Ship.of(FIRST));
    assert_eq!(world.take(), ["leg-0 action/Cancel"]);
}

#[test]
fn a_yes_or_unfilled_within_the_grace_moves_the_rota_on() {
    for yes in [true, false] {
        let mut world = World::asking(&["first", "second"]);
        world.run_out(Clock::Answer.of(FIRST));
        if yes {
            world.cancel_response(0, YesNo::Y, Status::Cancelled);
        } else {
            world.unfilled(0, "NotOnShelf");
        }
        assert_eq!(world.leg(1), LegState::Sending);
    }
}

#[test]
fn a_no_or_will_supply_or_loaned_within_the_grace_keeps_the_leg() {
    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(FIRST));
    world.cancel_response(0, YesNo::N, Status::ExpectToSupply);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));

    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(FIRST));
    world.take();
    world.supplier(0, Status::WillSupply);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));
    assert_eq!(world.take(), ["requester report/StatusChange/WillSupply"]);

    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(FIRST));
    world.supplier(0, Status::Loaned);
    assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Loaned));
}

#[test]
fn a_late_promise_gets_a_cancel() {
    let mut world = passed_over();
    world.supplier(0, Status::WillSupply);
    assert_eq!(world.take(), ["leg-0 action/Cancel"]);
    assert_eq!((world.leg(0), world.leg(1)), (LegState::PassedOver, LegState::Asked));
}

#[test]
fn a_late_shipment_becomes_the_loan_and_the_newer_leg_is_cancelled() {
    let mut world = passed_over();
    world.supplier(0, Status::Loaned);
    assert_eq!(world.take(), ["leg-1 action/Cancel", "requester report/StatusChange/Loaned"]);
    assert_eq!(
        (world.leg(0), world.leg(1), world.phase()),
        (LegState::Loaned, LegState::PassedOver, Phase::OnLoan)
    );
    assert_eq!(world.state().summary().supplier, Some(world.leg_peer(0)));
    world.check_replay();
}

#[test]
fn a_late_shipment_meets_a_newer_request_that_never_left() {
    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(FIRST));
    world.run_out(Clock::Grace.of(FIRST));
    world.take();
    world.supplier(0, Status::Loaned);
    assert_eq!(world.take(), ["requester report/StatusChange/Loaned"], "the newer one is withdrawn");
    assert_eq!(world.leg(1), LegState::Cancelled);
}

#[test]
fn if_both_shipped_each_runs_to_its_own_return() {
    let mut world = passed_over();
    world.supplier(0, Status::Loaned);
    world.take();
    world.supplier(1, Status::Loaned);
    assert_eq!(world.take(), ["requester report/Notification/Loaned"]);
    assert!(world.incidents.contains("loan.double"));
    world.supplier(0, Status::LoanCompleted);
    assert_eq!(world.take(), ["requester report/Notification/Loaned"]);
    assert_eq!((world.phase(), world.leg(1)), (Phase::OnLoan, LegState::Loaned));
    world.asker(iso18626::Action::ShippedReturn);
    assert_eq!(world.take(), ["leg-1 action/ShippedReturn"], "the requester's messages are the other's now");
    world.supplier(1, Status::LoanCompleted);
    assert_eq!(world.take(), ["requester report/StatusChange/LoanCompleted"]);
    assert_eq!(world.phase(), Phase::Completed);
    world.check_replay();
}

#[test]
fn a_shipment_after_the_end_opens_the_request_again() {
    let mut world = World::asking(&["first"]);
    world.run_out(Clock::Answer.of(FIRST));
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.phase(), Phase::Unfilled);
    world.take();
    world.supplier(0, Status::Loaned);
    assert_eq!(world.take(), ["requester report/Notification/Unfilled"], "the final answer was given");
    assert_eq!(world.phase(), Phase::OnLoan);
    assert!(world.incidents.contains("loan.after-end"));
    world.supplier(0, Status::LoanCompleted);
    assert_eq!(world.take(), ["requester report/Notification/Unfilled"]);
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn a_request_that_cannot_have_arrived_is_withdrawn_and_the_rota_moves_on() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.take();
    world.run_out(Clock::Deliver.of(FIRST));
    assert_eq!(world.take()[1], "leg-1 request");
    assert_eq!(world.leg(0), LegState::Cancelled);
    assert!(!world.unconfirmed.iter().any(|message| message.to == Party::Leg(FIRST)));

    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.outcome(Party::Leg(FIRST), OutboundKind::Request, undeliverable(MayHaveArrived::No));
    assert_eq!((world.leg(0), world.leg(1)), (LegState::Cancelled, LegState::Sending));
}

#[test]
fn a_request_that_may_have_arrived_is_followed_by_a_cancel() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.take();
    world.attempted(0);
    world.run_out(Clock::Deliver.of(FIRST));
    assert_eq!(world.take()[0], "leg-0 action/Cancel");
    assert_eq!((world.leg(0), world.leg(1)), (LegState::PassedOver, LegState::Sending));
    // Its plan ends: the cancel behind it gets its turn.
    world.outcome(Party::Leg(FIRST), OutboundKind::Request, undeliverable(MayHaveArrived::Yes));
    let left: Vec<_> = world.unconfirmed.iter().filter(|m| m.to == Party::Leg(FIRST)).collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].kind, OutboundKind::Action(iso18626::Action::Cancel));

    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.take();
    world.attempted(0);
    world.outcome(Party::Leg(FIRST), OutboundKind::Request, undeliverable(MayHaveArrived::Yes));
    assert_eq!(world.take()[0], "leg-0 action/Cancel");
}

#[test]
fn the_deliver_clock_is_four_hours() {
    let mut world = World::new(&["first"]);
    world.ask();
    assert_eq!(world.timers[&Clock::Deliver.of(FIRST)], "2026-11-02T19:00:00Z".parse().unwrap());
}

#[test]
fn while_an_item_is_out_a_timer_only_asks() {
    let mut world = World::on_loan(&["first"]);
    for _ in 0..3 {
        world.run_out(Clock::Custody.of(FIRST));
        assert_eq!(world.take(), ["leg-0 action/StatusRequest"]);
        assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Loaned));
    }
    assert!(world.incidents.contains("loan.quiet"));
}

#[test]
fn a_timer_that_nobody_awaits_changes_nothing() {
    let mut world = World::asking(&["first"]);
    let before = world.state.clone();
    // Too early, and one that does not run.
    for timer in [Clock::Answer.of(FIRST), Clock::Ship.of(FIRST)] {
        world.give(Input::Timer(timer));
        assert_eq!(world.rule(), "timer-not-awaited");
    }
    assert_eq!(world.state, before);
}

//! A cancel that another broker took and does not answer: it is asked once, cancelled once more where it says no more than that it has the
//! request, and then the clock decides.

use acts::Act;
use iso18626::{Action, ReasonForMessage, Status, YesNo};
use loan_model::{
    facts::{CancelToSupplier, PeerKind},
    names::{Clock, LegId, OutboundKind, Party},
};
use state_machine::{
    brokering::{LegState, Phase},
    interpreter::DeliveryOutcome,
};

use crate::support::{ASKER, World, peer};

const FIRST: LegId = LegId(0);

/// Another broker has the request; a library is next.
fn asking() -> World {
    let mut world = World::new(&["first", "second"]);
    world.facts_mut("first").kind = PeerKind::Broker;
    world.ask();
    world.deliver(0);
    world.take();
    world
}

/// Its cancel was confirmed and not answered, and it was asked about it.
fn asked_about(mut world: World) -> World {
    assert_eq!(world.take(), ["leg-0 action/Cancel"]);
    world.outcome(Party::Leg(FIRST), OutboundKind::Action(Action::Cancel), DeliveryOutcome::Confirmed);
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.rule(), "cancel-unanswered");
    assert_eq!(world.take(), ["leg-0 action/StatusRequest"]);
    assert!(world.incidents.contains("supplier.quiet"));
    world
}

/// The requester cancels.
fn cancelling() -> World {
    let mut world = asking();
    world.asker(Action::Cancel);
    let world = asked_about(world);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Cancelling, LegState::Cancelling));
    world
}

/// The broker did not answer the request in time.
fn cancel_pending() -> World {
    let mut world = asking();
    world.run_out(Clock::Answer.of(FIRST));
    let world = asked_about(world);
    assert_eq!((world.phase(), world.leg(0)), (Phase::CancelPending, LegState::CancelPending));
    world
}

fn answers(world: &mut World, status: &Status) {
    let message = world.said(0, ReasonForMessage::StatusRequestResponse, status.clone());
    world.supplier_says(0, message);
}

/// It has the request, or says nothing of it.
const NO_ANSWERS: [Status; 3] =
    [Status::RequestReceived, Status::ExpectToSupply, Status::Unknown(String::new())];
const OUT_OF_IT: [Status; 2] = [Status::Unfilled, Status::Cancelled];

#[test]
fn what_it_says_of_the_requester_s_cancel_answers_it() {
    let mut world = cancelling();
    answers(&mut world, &Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/WillSupply N"]);
    assert_eq!((world.leg(0), world.phase()), (LegState::Promised, Phase::Asking));
    assert!(world.incidents.is_empty());
    world.check_replay();
    for status in &OUT_OF_IT {
        let mut world = cancelling();
        answers(&mut world, status);
        assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"], "{status}");
        assert_eq!((world.phase(), world.incidents.len()), (Phase::Cancelled, 0), "{status}");
    }
    let mut world = cancelling();
    answers(&mut world, &Status::Loaned);
    assert_eq!(
        world.take(),
        ["requester report/StatusChange/Loaned", "requester report/CancelResponse/Loaned N"]
    );
    assert!(world.incidents.is_empty());
}

#[test]
fn a_promise_that_it_had_told_before_is_an_answer_too() {
    let mut world = asking();
    world.supplier(0, Status::WillSupply);
    world.take();
    world.asker(Action::Cancel);
    let mut world = asked_about(world);
    answers(&mut world, &Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/WillSupply N"]);
}

#[test]
fn a_retry_that_it_had_offered_before_does_not_hold_on_to_the_request() {
    let mut world = asking();
    world.supplier(0, Status::RetryPossible);
    world.retry("asker-2", |_| {});
    world.deliver(0);
    world.take();
    world.asker(Action::Cancel);
    let mut world = asked_about(world);
    answers(&mut world, &Status::RetryPossible);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
    assert_eq!(world.phase(), Phase::Cancelled);
}

#[test]
fn that_it_has_the_request_answers_no_cancel_and_it_is_cancelled_once_more() {
    let worlds = NO_ANSWERS.map(|first| [(cancelling(), first.clone()), (cancel_pending(), first)]);
    for (mut world, first) in worlds.into_iter().flatten() {
        let (phase, leg) = (world.phase(), world.leg(0));
        world.pass(1);
        answers(&mut world, &first);
        assert_eq!(world.take(), ["leg-0 action/Cancel"], "{first:?}");
        assert_eq!((world.phase(), world.leg(0)), (phase, leg), "{first:?}");
        let text = |world: &World| world.state().summary().incidents[0].text.clone();
        assert!(text(&world).contains("the cancel was sent again"), "{}", text(&world));
        let until = world.timers[&Clock::Grace.of(FIRST)];
        // However often it says so: the clock is not set back again.
        for again in &NO_ANSWERS {
            world.pass(1);
            answers(&mut world, again);
            assert!(world.take().is_empty(), "{first:?} {again:?}");
            assert_eq!(world.timers[&Clock::Grace.of(FIRST)], until, "{first:?} {again:?}");
        }
        world.check_replay();
        world.outcome(Party::Leg(FIRST), OutboundKind::Action(Action::Cancel), DeliveryOutcome::Confirmed);
        world.run_out(Clock::Grace.of(FIRST));
        assert_eq!(world.leg(0), LegState::PassedOver, "{first:?}");
        assert!(world.incidents.contains("supplier.quiet"), "{first:?}: its libraries may ship all the same");
        let said = world.take();
        match phase {
            Phase::Cancelling => assert_eq!(said, ["requester report/CancelResponse/Cancelled Y"]),
            _ => assert_eq!(world.leg_peer(1), peer("second")),
        }
    }
}

#[test]
fn the_answer_to_the_second_cancel_counts() {
    for (answer, status) in [(YesNo::Y, Status::Cancelled), (YesNo::N, Status::ExpectToSupply)] {
        let mut world = cancelling();
        answers(&mut world, &Status::ExpectToSupply);
        world.take();
        world.cancel_response(0, answer.clone(), status.clone());
        assert_eq!(world.take(), [format!("requester report/CancelResponse/{status} {answer}")]);
        assert!(world.incidents.is_empty());
    }
}

#[test]
fn what_staff_resolve_is_not_asked_again() {
    let mut world = cancelling();
    world.staff(Act::ResolveIncidents);
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.rule(), "silent-on-cancel");
}

#[test]
fn what_it_says_of_our_cancel_keeps_it_or_moves_the_rota_on() {
    let mut world = cancel_pending();
    answers(&mut world, &Status::WillSupply);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));
    assert_eq!(world.state().summary().legs.len(), 1, "nobody else is asked");
    assert_eq!(world.take(), ["requester report/StatusChange/WillSupply"]);
    assert!(world.incidents.is_empty());
    for status in &OUT_OF_IT {
        let mut world = cancel_pending();
        answers(&mut world, status);
        assert_eq!((world.leg_peer(1), world.incidents.len()), (peer("second"), 0), "{status}");
    }
}

#[test]
fn a_requester_that_wants_the_next_library_hears_the_no() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.facts_mut("first").kind = PeerKind::Broker;
    world.facts_mut(ASKER).cancel_to_supplier = CancelToSupplier::NextSupplier;
    world.ask();
    world.deliver(0);
    world.take();
    world.asker_to("first", Action::Cancel);
    let mut world = asked_about(world);
    answers(&mut world, &Status::WillSupply);
    assert_eq!(world.take(), ["requester report/CancelResponse/WillSupply N"]);
    assert_eq!(world.state().summary().legs.len(), 1);
}

#[test]
fn then_the_clock_decides_and_staff_still_see_it() {
    let mut world = cancelling();
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Cancelled, LegState::PassedOver));
    assert!(world.incidents.contains("supplier.quiet"), "its libraries may ship all the same");
    world.cancel_response(0, YesNo::Y, Status::Cancelled);
    assert!(world.take().is_empty() && world.incidents.is_empty(), "it says so after all");

    let mut world = cancel_pending();
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.leg_peer(1), peer("second"));
    world.deliver(1);
    world.take();
    world.supplier(0, Status::WillSupply);
    assert_eq!(world.take(), ["leg-0 action/Cancel"], "two are never engaged on purpose");
    world.supplier(0, Status::Loaned);
    assert_eq!(world.take(), ["leg-1 action/Cancel", "requester report/StatusChange/Loaned"]);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_library_behind_a_broker_is_asked_and_one_that_has_not_taken_the_cancel_is_not() {
    let mut world = World::asking(&["first", "second"]);
    world.facts_mut("first").behind = Some(peer("second"));
    world.asker(Action::Cancel);
    asked_about(world);

    let mut world = asking();
    world.asker(Action::Cancel);
    world.run_out(Clock::Grace.of(FIRST));
    assert_eq!(world.rule(), "silent-on-cancel", "the question would wait behind the cancel");
}

#[test]
fn what_is_kept_against_a_cancel_that_met_the_request_on_its_way_has_arrived() {
    let mut world = World::new(&["first"]);
    world.ask();
    world.attempted(0);
    world.asker(Action::Cancel);
    assert_eq!(world.leg(0), LegState::Cancelling);
    world.cancel_response(0, YesNo::N, Status::ExpectToSupply);
    assert_eq!(world.leg(0), LegState::Asked, "it need not be delivered any more");
}

#[test]
fn staff_who_close_a_request_answer_its_cancel() {
    let mut world = asking();
    world.asker(Action::Cancel);
    world.take();
    world.staff(Act::Close);
    assert_eq!(world.take()[0], "requester report/CancelResponse/Cancelled Y");
    assert_eq!(world.phase(), Phase::Closed);
}

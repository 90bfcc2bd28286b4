//! What was scanned wrongly is taken back before anybody hears of it, and what staff let be kept longer.

use acts::{Act, DayOrTime};
use iso18626::{ReasonForMessage::StatusChange, Status};
use jiff::SignedDuration;
use loan_model::{
    hosted::HostedFacts,
    ils::{IlsCommand, Step},
    names::Clock,
};
use state_machine::{
    hosted::Input,
    lending::{Phase, VolumeState},
};

use super::support::{World, at, done, due, failed, library, manual, refused, scans, ship};

fn patient() -> HostedFacts {
    HostedFacts { undo_window: SignedDuration::from_secs(60), ..library() }
}

fn instead(wrong: &[&str], right: &[&str]) -> Act {
    Act::Ship { volumes: scans(right), due: None, instead_of: scans(wrong) }
}

#[test]
fn nothing_is_said_until_the_time_to_undo_a_scan_is_over() {
    let mut world = World::on_pull_list(patient());
    world.act(ship(&["a"]));
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-20T00:00:00Z")));
    assert_eq!((world.phase(), world.take()), (Phase::Shipping, vec![]));
    world.run_out(Clock::Undo);
    assert_eq!((world.phase(), world.take()), (Phase::Shipped, vec![(StatusChange, Status::Loaned, None)]));
    assert!(world.try_act(Act::Unship { volumes: Vec::new() }).refusal().is_some(), "it has left");
    world.check_replay();
}

#[test]
fn a_scan_that_is_undone_is_never_heard_of() {
    let mut world = World::on_pull_list(patient());
    world.act(ship(&["a"]));
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-20T00:00:00Z")));
    world.act(Act::Unship { volumes: Vec::new() });
    assert_eq!((world.phase(), world.volume(1)), (Phase::OnPullList, VolumeState::PutBack));
    assert!(world.waits_for(Step::CheckInFromLibrary), "the ILS takes back what it checked out");
    world.answer(Step::CheckInFromLibrary, done());
    assert_eq!(world.take(), []);
    assert!(!world.timers.keys().any(|timer| timer.clock == Clock::Undo));
    // The same may be scanned again.
    world.act(ship(&["a"]));
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-20T00:00:00Z")));
    world.run_out(Clock::Undo);
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["a"]);
    world.check_replay();
}

#[test]
fn of_several_scans_the_wrong_one_is_undone_and_the_rest_goes() {
    for library in [patient(), HostedFacts { undo_window: SignedDuration::from_secs(60), ..manual() }] {
        let mut world = World::on_pull_list(library);
        world.act(ship(&["a", "b"]));
        while world.waits_for(Step::CheckOutToLibrary) {
            world.answer(Step::CheckOutToLibrary, done());
        }
        world.act(Act::Unship { volumes: scans(&["b"]) });
        assert_eq!(world.volume(2), VolumeState::PutBack);
        world.run_out(Clock::Undo);
        assert_eq!(world.phase(), Phase::Shipped);
        assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["a"]);
        assert!(world.try_act(Act::Unship { volumes: scans(&["a"]) }).refusal().is_some());
    }
}

#[test]
fn what_the_ils_refuses_is_replaced_and_the_requester_never_hears_of_it() {
    for library in [patient(), library()] {
        let mut world = World::on_pull_list(library);
        world.act(ship(&["wrong"]));
        world.answer(Step::CheckOutToLibrary, refused("Unknown Item"));
        assert_eq!((world.phase(), world.take()), (Phase::Shipping, vec![]));
        assert!(world.has_incident("ils.step-failed"), "staff see the refusal");
        world.act(instead(&["wrong"], &["right"]));
        assert!(world.incidents.is_empty());
        assert_eq!((world.volume(1), world.volume(2)), (VolumeState::PutBack, VolumeState::CheckingOut));
        world.answer(Step::CheckOutToLibrary, due(at("2026-12-20T00:00:00Z")));
        if world.phase() == Phase::Shipping {
            world.run_out(Clock::Undo);
        }
        assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
        assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["right"]);
        world.check_replay();
    }
}

#[test]
fn what_was_checked_out_wrongly_is_checked_in_when_it_is_replaced() {
    let mut world = World::on_pull_list(patient());
    world.act(ship(&["wrong"]));
    world.answer(Step::CheckOutToLibrary, done());
    world.act(instead(&["wrong"], &["right"]));
    assert!(world.waits_for(Step::CheckInFromLibrary) && world.waits_for(Step::CheckOutToLibrary));
    assert!(
        !world.timers.contains_key(&Clock::Undo.of_request()) || world.volume(2) == VolumeState::CheckingOut
    );
    world.answer(Step::CheckOutToLibrary, done());
    world.run_out(Clock::Undo);
    assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["right"]);
    let act = instead(&["nobody's"], &["b"]);
    assert!(world.try_act(act).refusal().is_some(), "no such volume waits to leave");
}

#[test]
fn a_refused_check_out_goes_only_where_staff_say_that_it_goes() {
    let shipping = || {
        let mut world = World::on_pull_list(library());
        world.act(ship(&["a"]));
        let step = world.answer(Step::CheckOutToLibrary, refused("Unknown Item"));
        (world, step)
    };
    let (mut world, step) = shipping();
    world.act(Act::GiveUp { step });
    assert_eq!((world.phase(), world.take()), (Phase::OnPullList, vec![]));
    let (mut world, _) = shipping();
    world.run_out(Clock::Ship);
    assert_eq!((world.phase(), world.take()), (Phase::Shipping, vec![]), "no clock sends it");
    assert!(world.has_incident("ship.late"));
    world.run_out(Clock::Ship);
    assert_eq!(
        (world.phase(), world.take()),
        (Phase::Unfilled, vec![(StatusChange, Status::Unfilled, None)])
    );
    let (mut world, _) = shipping();
    world.act(Act::ShipAnyway { volumes: Vec::new() });
    assert_eq!((world.phase(), world.take()), (Phase::Shipped, vec![(StatusChange, Status::Loaned, None)]));
    assert!(world.incidents.is_empty());
    assert!(world.try_act(Act::ShipAnyway { volumes: Vec::new() }).refusal().is_some());
}

#[test]
fn a_step_that_waits_is_asked_now_done_by_hand_or_given_up() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    let step = world.waiting.last().unwrap().0;
    assert!(["retry-step", "done-by-hand", "give-up"].iter().all(|act| world.allowed().contains(act)));
    world.act(Act::RetryStep { step });
    assert_eq!(world.hurried, [step]);
    assert!(world.waits_for(Step::CheckOutToLibrary), "the same call, at once");
    world.act(Act::DoneByHand { step });
    assert!(!world.waits_for(Step::CheckOutToLibrary), "it leaves its lane");
    assert_eq!(world.phase(), Phase::Shipped);
    let before = world.state.clone();
    for answer in [refused("Unknown Item"), failed(), done()] {
        world.give(Input::Ils { step, answer });
        assert_eq!(world.state, before, "a late answer changes nothing");
    }
}

#[test]
fn a_recall_that_waits_is_not_made_any_more_when_the_book_is_back() {
    let mut world = World::on_loan(library(), &["a"]);
    world.act(Act::Recall { due: None });
    assert!(world.waits_for(Step::RecallFromLibrary));
    world.act(Act::Returned { volumes: Vec::new() });
    assert!(!world.waits_for(Step::RecallFromLibrary) && world.waits_for(Step::CheckInFromLibrary));
}

#[test]
fn staff_extend_a_loan_and_the_requester_is_told() {
    let date = at("2027-01-15T00:00:00Z");
    let extend = || Act::Extend { due: Some(DayOrTime::from(date)) };
    let mut world = World::on_loan(library(), &["a"]);
    world.act(extend());
    assert_eq!(world.take(), [], "the ILS is asked first");
    let asked = world.waiting.last().unwrap().1.clone();
    assert!(matches!(asked, IlsCommand::RenewItem { due: Some(due), .. } if due == date), "{asked:?}");
    world.answer(Step::RenewForLibrary, done());
    assert_eq!((world.take(), world.last_due()), (vec![(StatusChange, Status::Loaned, None)], Some(date)));

    let mut world = World::on_loan(library(), &["a"]);
    world.act(extend());
    world.answer(Step::RenewForLibrary, refused("Maximum Renewals Exceeded"));
    assert!(world.has_incident("renewal.refused"));
    assert_eq!(world.take(), [], "the date stays");

    for overdue in [false, true] {
        let mut world = World::on_loan(manual(), &["a"]);
        if overdue {
            world.run_out(Clock::Due);
            world.take();
        }
        world.act(Act::Extend { due: None });
        assert_eq!(
            (world.phase(), world.take()),
            (Phase::OnLoan, vec![(StatusChange, Status::Loaned, None)])
        );
        world.act(extend());
        assert_eq!(world.last_due(), Some(date));
        let earlier = Act::Extend { due: Some(DayOrTime::from(at("2026-11-20T00:00:00Z"))) };
        assert!(world.try_act(earlier).refusal().is_some(), "a recall asks for it earlier");
        world.check_replay();
    }
}

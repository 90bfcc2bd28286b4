//! What the ILS does not do: shown with a way on, and never in the requester's way for good.

use acts::Act;
use iso18626::{Action, ReasonForMessage::StatusChange, ReasonUnfilled, Status};
use loan_model::{
    hosted::HostedFacts,
    ils::{CirculationStatus, Step},
    names::{Clock, VolumeNo},
};
use state_machine::{
    hosted::Input,
    lending::{Phase, VolumeState},
};

use super::support::{World, at, done, due, failed, library, refused, returned, ship, status};

#[test]
fn a_question_without_an_answer_leaves_the_request_to_staff() {
    let mut world = World::asking(library());
    let ticket = world.answer(Step::CheckItem, failed());
    assert_eq!(world.phase(), Phase::OnPullList);
    assert!(world.has_incident("ils.step-failed"));
    assert!(world.allowed().contains(&"retry-step"));
    world.take();
    world.act(Act::RetryStep { step: ticket });
    assert!(!world.has_incident("ils.step-failed"), "it is being asked");
    assert_eq!(world.waiting.last().unwrap().0.attempt, 1);
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert_eq!(world.take().len(), 1, "ExpectToSupply, if late");
}

#[test]
fn a_check_out_that_fails_is_tried_again() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    let ticket = world.answer(Step::CheckOutToLibrary, refused("User Blocked"));
    assert_eq!((world.phase(), world.volume(1)), (Phase::Shipping, VolumeState::CheckingOut));
    assert!(world.incidents.contains(&("ils.step-failed".to_owned(), Some(VolumeNo(1)))));
    assert_eq!(world.summary().asked, [ticket], "staff see by what name to have it asked again");
    world.act(Act::RetryStep { step: ticket });
    assert!(world.try_act(Act::RetryStep { step: ticket }).refusal().is_some(), "it is being asked already");
    world.take();
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-01T00:00:00Z")));
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    assert!(world.incidents.is_empty());
    assert!(!world.allowed().contains(&"retry-step"));
}

#[test]
fn a_check_out_is_done_by_hand_or_given_up() {
    for given_up in [false, true] {
        let mut world = World::on_pull_list(library());
        world.act(ship(&["a"]));
        let ticket = world.answer(Step::CheckOutToLibrary, failed());
        world.take();
        let act = if given_up { Act::GiveUp { step: ticket } } else { Act::DoneByHand { step: ticket } };
        world.act(act);
        if given_up {
            assert_eq!((world.phase(), world.volume(1)), (Phase::OnPullList, VolumeState::PutBack));
            assert_eq!(world.take(), [], "what is not checked out does not go, and nobody hears of it");
            assert!(world.incidents.is_empty());
            world.check_replay();
            continue;
        }
        assert_eq!(world.phase(), Phase::Shipped);
        assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
        assert_eq!(world.last_due(), Some(at("2026-11-30T15:00:00Z")));
        assert!(world.incidents.is_empty());
        world.check_replay();
    }
}

#[test]
fn staff_need_not_wait_for_an_ils_that_does_not_answer() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    let ticket = world.waiting.last().unwrap().0;
    world.take();
    world.act(Act::DoneByHand { step: ticket });
    assert!(world.waiting.is_empty());
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    let before = world.state.clone();
    world.give(Input::Ils { step: ticket, answer: failed() });
    assert_eq!(world.state, before, "nobody waits for it any more");
}

#[test]
fn an_ils_that_never_answers_does_not_hold_up_the_loan_for_good() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a", "b"]));
    world.take();
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-20T00:00:00Z")));
    world.run_out(Clock::Ship);
    assert_eq!(world.phase(), Phase::Shipped);
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["a", "b"]);
    assert!(world.has_incident("check-out.late"));
    // The answer is still of use.
    world.answer(Step::CheckOutToLibrary, refused("Unknown Item"));
    assert!(world.incidents.contains(&("ils.step-failed".to_owned(), Some(VolumeNo(2)))));
}

#[test]
fn a_library_that_is_nobodys_patron_is_a_failed_step() {
    let mut world =
        World::on_pull_list(HostedFacts { institutional_patrons: Default::default(), ..library() });
    assert!(world.has_incident("ils.step-failed"), "no hold without a patron");
    world.library.institutional_patrons.insert("ISIL:BORROWER".to_owned(), "ill-7".to_owned());
    let ticket = world.state().failed_steps().next().unwrap();
    world.act(Act::RetryStep { step: ticket });
    assert!(world.waits_for(Step::PlaceHold));
    assert!(world.incidents.is_empty());
}

#[test]
fn a_check_in_that_fails_leaves_the_loan_complete() {
    let mut world = World::on_loan(library(), &["a"]);
    world.act(returned(&["a"]));
    let ticket = world.answer(Step::CheckInFromLibrary, failed());
    assert_eq!((world.phase(), world.volume(1)), (Phase::Completed, VolumeState::Returned));
    assert!(world.has_incident("ils.step-failed"));
    world.act(Act::RetryStep { step: ticket });
    world.answer(Step::CheckInFromLibrary, done());
    assert_eq!(world.volume(1), VolumeState::CheckedIn);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_hold_or_release_that_fails_does_not_stop_the_request() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    world.answer(Step::PlaceHold, refused("Duplicate Request"));
    assert_eq!(world.phase(), Phase::OnPullList);
    assert!(world.has_incident("ils.step-failed"));
    world.act(Act::Unfilled { reason: ReasonUnfilled::NotOnShelf });
    assert!(world.incidents.is_empty(), "nobody needs the hold any more");
    assert!(world.waiting.is_empty(), "there is nothing to release");

    let mut world = World::on_pull_list(library());
    world.says(Action::Cancel);
    let ticket = world.answer(Step::ReleaseHold, failed());
    assert_eq!(world.phase(), Phase::Cancelled);
    assert!(world.has_incident("ils.step-failed"));
    world.act(Act::GiveUp { step: ticket });
    assert!(world.incidents.is_empty());
}

#[test]
fn the_hold_is_released_under_the_ilss_own_id_whenever_it_is_asked() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    let facts = loan_model::ils::IlsFacts { request: Some("hold-99".to_owned()), ..Default::default() };
    world.answer(Step::PlaceHold, loan_model::ils::IlsAnswer::Done { facts: Box::new(facts) });
    world.take_asked();
    world.says(Action::Cancel);
    assert_eq!(world.take_asked(), ["release hold-99"]);
    let ticket = world.answer(Step::ReleaseHold, failed());
    world.act(Act::RetryStep { step: ticket });
    assert_eq!(world.take_asked(), ["release hold-99"]);
}

#[test]
fn a_renewal_without_an_answer_waits_for_staff_and_then_is_no() {
    let mut world = World::on_loan(library(), &["a"]);
    world.says(Action::Renew);
    let ticket = world.answer(Step::RenewForLibrary, failed());
    assert_eq!(world.phase(), Phase::RenewalAsked);
    assert!(world.has_incident("ils.step-failed"));
    world.act(Act::DoneByHand { step: ticket });
    assert_eq!(world.phase(), Phase::OnLoan);
    assert_eq!(world.last().message_info.answer_yes_no, Some(iso18626::YesNo::Y));
    assert!(world.last_due().unwrap() > at("2026-12-01T00:00:00Z"));

    let mut world = World::on_loan(library(), &["a"]);
    world.says(Action::Renew);
    world.answer(Step::RenewForLibrary, failed());
    world.run_out(Clock::Reply);
    assert_eq!(world.last().message_info.answer_yes_no, Some(iso18626::YesNo::N));
    assert!(world.incidents.is_empty());
}

#[test]
fn an_answer_that_comes_twice_changes_nothing() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    let ticket = world.answer(Step::CheckOutToLibrary, due(at("2026-12-01T00:00:00Z")));
    let before = world.state.clone();
    world.give(Input::Ils { step: ticket, answer: due(at("2027-12-01T00:00:00Z")) });
    assert_eq!(world.state, before);
}

#[test]
fn the_item_that_the_ils_means_goes_without_a_scan() {
    let mut world = World::asking(library());
    let facts = loan_model::ils::IlsFacts {
        status: Some(CirculationStatus::Available),
        item: Some("31999".to_owned()),
        call_number: Some("QA 76".to_owned()),
        ..Default::default()
    };
    world.answer(Step::CheckItem, loan_model::ils::IlsAnswer::Done { facts: Box::new(facts) });
    world.answer(Step::PlaceHold, done());
    assert_eq!(world.state().shelf(), (Some("QA 76"), None));
    assert_eq!(world.state().item(), Some("31999"), "the hold did not unsay it");
    world.take_asked();
    world.act(ship(&[]));
    assert_eq!(world.take_asked(), ["check out 31999"]);
    world.check_replay();
}

#[test]
fn a_hold_that_fails_after_the_end_needs_nobody() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    world.act(ship(&["a"]));
    world.answer(Step::CheckOutToLibrary, done());
    world.act(Act::Close);
    let ticket = world.answer(Step::PlaceHold, failed());
    assert!(world.incidents.is_empty());
    assert_eq!(world.state().failed_steps().next(), None);
    assert!(world.try_act(Act::RetryStep { step: ticket }).refusal().is_some());
    world.check_replay();
}

#[test]
fn a_failed_step_is_shown_until_staff_say_what_becomes_of_it() {
    let mut world = World::asking(library());
    let ticket = world.answer(Step::CheckItem, failed());
    assert!(!world.allowed().contains(&"resolve-incidents"), "looking does not mend it");
    world.run_out(Clock::Pull);
    assert!(world.has_incident("pull.late"));
    world.act(Act::ResolveIncidents);
    assert!(!world.has_incident("pull.late"));
    assert!(world.has_incident("ils.step-failed"));
    world.act(Act::GiveUp { step: ticket });
    assert!(world.incidents.is_empty());
}

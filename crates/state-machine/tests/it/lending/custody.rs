//! From the parcel to the return.

use acts::{Act, Answer};
use iso18626::{
    Action,
    ReasonForMessage::{CancelResponse, Notification, RenewResponse, StatusChange},
    ReasonUnfilled, Status,
    YesNo::{N, Y},
};
use loan_model::{
    NotificationKind,
    hosted::{HostedFacts, RenewalAnswer},
    ils::{NoticeKind, Step},
    names::Clock,
};
use state_machine::lending::{Phase, VolumeState};

use super::support::{World, at, done, due, library, manual, refused, request, returned, scans, ship};

#[test]
fn a_loan_by_hand_from_the_request_to_the_return() {
    let mut world = World::new(manual());
    world.give_request(request());
    assert_eq!(world.phase(), Phase::OnPullList);
    assert_eq!(world.tells, [NotificationKind::NewRequest]);
    world.act(Act::WillSupply);
    world.act(ship(&[]));
    assert_eq!((world.phase(), world.volume(1)), (Phase::Shipped, VolumeState::Shipped));
    assert_eq!(world.take().last().unwrap().1, Status::Loaned);
    assert_eq!(world.last_due(), Some(at("2026-11-30T15:00:00Z")), "its own loan days");
    world.says(Action::Received);
    world.says(Action::ShippedReturn);
    assert_eq!(world.phase(), Phase::Returning);
    assert!(world.tells.contains(&NotificationKind::OnItsWayBack));
    world.take();
    world.act(returned(&[]));
    assert_eq!((world.phase(), world.volume(1)), (Phase::Completed, VolumeState::CheckedIn));
    assert_eq!(world.take(), [(StatusChange, Status::LoanCompleted, None)]);
    assert!(world.asked.is_empty() && world.timers.is_empty() && world.closed == 1);
    world.check_replay();
}

#[test]
fn three_volumes_go_together_and_come_back_in_two_parcels() {
    let mut world = World::on_pull_list(library());
    world.act(Act::Pulled { volumes: scans(&["a", "b"]) });
    world.take();
    world.take_asked();
    world.act(ship(&["a", "b", "c"]));
    assert_eq!(world.phase(), Phase::Shipping);
    assert_eq!(world.take_asked(), ["check out a", "check out b", "check out c"]);
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-03T00:00:00Z")));
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-01T00:00:00Z")));
    assert_eq!(world.take(), [], "the third is awaited");
    world.answer(Step::CheckOutToLibrary, due(at("2026-12-02T00:00:00Z")));
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    assert_eq!(world.last_due(), Some(at("2026-12-01T00:00:00Z")), "the earliest of the ILS's dates");
    assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["a", "b", "c"]);
    assert!(world.last().return_info.is_some());
    world.says(Action::Received);
    world.take();

    world.act(returned(&["b"]));
    assert_eq!((world.phase(), world.volume(2)), (Phase::PartlyReturned, VolumeState::Returned));
    assert_eq!(world.take(), [], "the loan is not complete");
    assert_eq!(world.take_asked(), ["check in b"]);
    world.says(Action::ShippedReturn);
    world.act(returned(&["a", "c"]));
    assert_eq!(world.phase(), Phase::Completed);
    assert_eq!(world.take(), [(StatusChange, Status::LoanCompleted, None)]);
    assert_eq!(world.take_asked(), ["check in a", "check in c"]);
    for _ in 0..3 {
        world.answer(Step::CheckInFromLibrary, done());
    }
    assert!((1..=3).all(|volume| world.volume(volume) == VolumeState::CheckedIn));
    world.check_replay();
}

#[test]
fn what_is_not_named_stays() {
    let mut world = World::on_pull_list(library());
    world.act(Act::Pulled { volumes: scans(&["a", "b"]) });
    world.act(ship(&["a"]));
    assert_eq!(world.volume(2), VolumeState::PutBack);
    world.answer(Step::CheckOutToLibrary, done());
    assert_eq!(world.phase(), Phase::Shipped);
    assert_eq!(world.last().delivery_info.as_ref().unwrap().item_id, ["a"]);
}

#[test]
fn a_cancel_that_crosses_the_parcel_is_answered_no() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    world.take();
    world.says(Action::Cancel);
    assert_eq!(world.take(), [(CancelResponse, Status::ExpectToSupply, Some(N))]);
    world.answer(Step::CheckOutToLibrary, done());
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    world.says(Action::Cancel);
    assert_eq!(world.take(), [(CancelResponse, Status::Loaned, Some(N))]);
    assert_eq!(world.phase(), Phase::Shipped);
}

#[test]
fn a_renewal_runs_in_the_ils_and_brings_its_date() {
    let mut world = World::on_loan(library(), &["a", "b"]);
    world.says(Action::Renew);
    assert_eq!(world.phase(), Phase::RenewalAsked);
    assert_eq!(world.take_asked(), ["renew a", "renew b"]);
    world.says(Action::Renew);
    world.answer(Step::RenewForLibrary, due(at("2026-12-24T00:00:00Z")));
    assert_eq!(world.take(), []);
    world.answer(Step::RenewForLibrary, due(at("2026-12-22T00:00:00Z")));
    assert_eq!(world.phase(), Phase::OnLoan);
    assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(Y))]);
    assert_eq!(world.last_due(), Some(at("2026-12-22T00:00:00Z")));
    assert!(world.timers[&Clock::Due.of_request()] > at("2026-12-22T00:00:00Z"));
    // The notice of our own renewal tells nothing new.
    world.notice(NoticeKind::Renewed, Some(2), Some(at("2026-12-22T00:00:00Z")));
    assert_eq!(world.take(), []);
}

/// The loan is due at the end of November before.
#[test]
fn a_renewal_is_as_long_as_the_ils_says_and_staff_are_told_where_that_is_no_longer() {
    for (told, shortens) in [
        ("2026-12-24T00:00:00Z", false),
        ("2026-12-02T00:00:00Z", false),
        ("2026-12-01T00:00:00Z", false),
        ("2026-11-20T15:00:00Z", true),
    ] {
        let mut world = World::on_loan(library(), &["a"]);
        let before = world.last_due();
        world.says(Action::Renew);
        world.answer(Step::RenewForLibrary, due(at(told)));
        assert_eq!(world.phase(), Phase::OnLoan, "{told}, {before:?}");
        assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(Y))], "{told}");
        assert_eq!(world.last_due(), Some(at(told)), "{before:?}");
        assert_eq!(world.has_incident("renewal.shortens"), shortens, "{told}, {before:?}");
    }
    let mut world = World::on_loan(library(), &["a"]);
    world.notice(NoticeKind::Renewed, Some(1), Some(at("2026-11-20T15:00:00Z")));
    assert!(world.has_incident("renewal.shortens"));
    let mut world = World::on_loan(library(), &["a"]);
    world.notice(NoticeKind::Recalled, Some(1), Some(at("2026-11-20T15:00:00Z")));
    assert!(!world.has_incident("renewal.shortens"), "a recall is to be earlier");
}

#[test]
fn a_renewal_that_the_ils_refuses_is_answered_no() {
    let mut world = World::on_loan(library(), &["a", "b"]);
    world.says(Action::Renew);
    world.answer(Step::RenewForLibrary, refused("Maximum Renewals Exceeded"));
    assert_eq!(world.phase(), Phase::OnLoan);
    assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(N))]);
    assert!(world.waiting.is_empty(), "the other one is taken back");
    assert!(world.incidents.is_empty());
}

#[test]
fn renewals_by_policy_and_by_staff() {
    let mut world =
        World::on_loan(HostedFacts { renewals_granted: RenewalAnswer::Never, ..library() }, &["a"]);
    world.says(Action::Renew);
    assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(N))]);

    let mut world = World::on_loan(manual(), &["a"]);
    let before = world.last_due().unwrap();
    world.says(Action::Renew);
    assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(Y))]);
    assert!(world.last_due().unwrap() > before);

    let by_staff = HostedFacts { renewals_granted: RenewalAnswer::Staff, ..library() };
    let mut world = World::on_loan(by_staff.clone(), &["a"]);
    world.says(Action::Renew);
    assert!(world.tells.contains(&NotificationKind::RenewalAsked));
    let until = at("2027-01-10T00:00:00Z");
    world.act(Act::AnswerRenewal { answer: Answer::Yes, due: Some(until.into()) });
    assert_eq!(world.take_asked(), ["renew a"]);
    world.answer(Step::RenewForLibrary, done());
    assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(Y))]);

    let mut world = World::on_loan(by_staff, &["a"]);
    world.says(Action::Renew);
    world.run_out(Clock::Reply);
    assert_eq!(world.take(), [(RenewResponse, Status::Loaned, Some(N))]);
    assert_eq!(world.phase(), Phase::OnLoan);
}

#[test]
fn a_recall_crosses_a_renewal() {
    let mut world = World::on_loan(library(), &["a"]);
    world.says(Action::Renew);
    let by = at("2026-11-10T00:00:00Z");
    world.act(Act::Recall { due: Some(by.into()) });
    assert_eq!(world.phase(), Phase::Recalled);
    assert_eq!(
        world.take(),
        [(RenewResponse, Status::Loaned, Some(N)), (StatusChange, Status::Recalled, None)]
    );
    assert_eq!(world.last_due(), Some(by));
    assert_eq!(world.take_asked(), ["renew a", "recall a"]);
    assert!(!world.waits_for(Step::RenewForLibrary));
    world.answer(Step::RecallFromLibrary, done());
    world.says(Action::Renew);
    assert_eq!(world.take(), [(RenewResponse, Status::Recalled, Some(N))]);
    world.run_out(Clock::Due);
    assert_eq!(world.phase(), Phase::Overdue);
    assert_eq!(world.take(), [(StatusChange, Status::Overdue, None)]);
}

#[test]
fn it_falls_due_and_comes_back_late() {
    let mut world = World::on_loan(library(), &["a"]);
    world.run_out(Clock::Due);
    assert!(world.now > at("2026-12-01T00:00:00Z"));
    assert_eq!(world.phase(), Phase::Overdue);
    assert_eq!(world.take(), [(StatusChange, Status::Overdue, None)]);
    assert!(world.has_incident("loan.overdue"));
    assert!(world.tells.contains(&NotificationKind::Overdue));
    world.act(Act::SendOverdue);
    assert_eq!(world.take(), [(StatusChange, Status::Overdue, None)]);
    // Late as it is, a renewal is possible.
    world.says(Action::Renew);
    world.answer(Step::RenewForLibrary, due(at("2026-12-30T00:00:00Z")));
    assert_eq!(world.phase(), Phase::OnLoan);
    assert!(!world.has_incident("loan.overdue"));
    assert!(world.timers.contains_key(&Clock::Due.of_request()));
    world.act(returned(&["a"]));
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn transit_is_watched_both_ways_and_only_shown() {
    let mut world = World::shipped(library(), &["a"]);
    world.run_out(Clock::Transit);
    assert_eq!(world.phase(), Phase::Shipped);
    assert!(world.has_incident("transit.late"));
    world.says(Action::Received);
    assert!(!world.has_incident("transit.late"));
    world.says(Action::ShippedReturn);
    world.run_out(Clock::ReturnTransit);
    assert_eq!(world.phase(), Phase::Returning);
    assert!(world.has_incident("return.late"));
    assert_eq!(world.take(), []);
}

#[test]
fn what_the_ils_does_by_itself_moves_the_loan() {
    let mut world = World::on_loan(library(), &["a", "b"]);
    world.notice(NoticeKind::Renewed, Some(1), Some(at("2026-12-24T00:00:00Z")));
    assert_eq!(world.take(), [], "the other volume is due when it was");
    world.notice(NoticeKind::Renewed, Some(2), Some(at("2026-12-24T00:00:00Z")));
    assert_eq!(world.take(), [(StatusChange, Status::Loaned, None)]);
    assert_eq!(world.last_due(), Some(at("2026-12-24T00:00:00Z")));
    world.notice(NoticeKind::Recalled, Some(1), Some(at("2026-11-12T00:00:00Z")));
    assert_eq!(world.phase(), Phase::Recalled);
    assert_eq!(world.take(), [(StatusChange, Status::Recalled, None)]);
    assert_eq!(world.last_due(), Some(at("2026-11-12T00:00:00Z")));
    world.notice(NoticeKind::Lost, Some(2), None);
    assert!(world.has_incident("item.lost"));
    world.notice(NoticeKind::CheckedIn, Some(1), None);
    assert_eq!(world.volume(1), VolumeState::CheckedIn);
    world.notice(NoticeKind::CheckedIn, Some(1), None);
    world.notice(NoticeKind::CheckedIn, None, None);
    assert_eq!(world.phase(), Phase::Recalled, "it does not say which");
    world.notice(NoticeKind::CheckedIn, Some(2), None);
    assert_eq!(world.phase(), Phase::Completed);
    assert_eq!(world.take(), [(StatusChange, Status::LoanCompleted, None)]);
    assert_eq!(world.take_asked(), Vec::<String>::new(), "the ILS has checked them in itself");
}

#[test]
fn a_check_out_at_the_desk_is_not_repeated() {
    let mut world = World::on_pull_list(library());
    world.act(Act::Pulled { volumes: scans(&["a"]) });
    world.notice(NoticeKind::CheckedOut, Some(1), Some(at("2026-12-05T00:00:00Z")));
    assert_eq!((world.phase(), world.volume(1)), (Phase::WillSupply, VolumeState::CheckedOut));
    world.act(ship(&[]));
    assert_eq!(world.phase(), Phase::Shipped);
    assert_eq!(world.last_due(), Some(at("2026-12-05T00:00:00Z")));
    assert_eq!(world.take_asked(), Vec::<String>::new());

    // A check-in before it has gone is only how it came off the hold shelf.
    let mut world = World::on_pull_list(library());
    world.act(Act::Pulled { volumes: scans(&["a"]) });
    world.notice(NoticeKind::CheckedIn, Some(1), None);
    assert_eq!(world.volume(1), VolumeState::Pulled);
    // The ILS tells of the shipment: what was pulled goes.
    world.notice(NoticeKind::Shipped, None, None);
    assert_eq!(world.phase(), Phase::Shipping);
    assert!(world.waits_for(Step::CheckOutToLibrary));
}

#[test]
fn what_is_checked_out_and_does_not_go_is_taken_back() {
    let mut world = World::on_pull_list(library());
    world.act(Act::Pulled { volumes: scans(&["a"]) });
    world.notice(NoticeKind::CheckedOut, Some(1), None);
    world.says(Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert!(world.take_asked().contains(&"check in a".to_owned()));

    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    let (ticket, _) = world.waiting.last().unwrap().clone();
    world.act(Act::Unfilled { reason: ReasonUnfilled::NotOnShelf });
    assert_eq!(world.volume(1), VolumeState::PutBack);
    world.take_asked();
    world.give(state_machine::hosted::Input::Ils { step: ticket, answer: done() });
    assert_eq!(world.take_asked(), ["check in a"], "the ILS did it before it could be taken back");
}

#[test]
fn what_is_lost_is_written_off_by_staff_alone() {
    let mut world = World::on_loan(library(), &["a", "b"]);
    world.says(Action::Lost);
    assert_eq!(world.phase(), Phase::OnLoan);
    assert!(world.has_incident("item.lost"));
    world.act(Act::Lost { volumes: scans(&["a"]) });
    assert_eq!(world.take(), [(Notification, Status::Loaned, None)]);
    world.act(returned(&["b"]));
    assert_eq!(world.phase(), Phase::Completed);
    assert_eq!(world.take(), [(StatusChange, Status::CompletedWithoutReturn, None)]);
    assert!(!world.has_incident("item.lost"));
    // It turns up.
    world.take_asked();
    world.act(returned(&["a"]));
    assert_eq!((world.phase(), world.volume(1)), (Phase::Completed, VolumeState::Returned));
    assert_eq!(
        world.take(),
        [(Notification, Status::CompletedWithoutReturn, None)],
        "news, not a second end"
    );
    assert_eq!(world.take_asked(), ["check in a"]);
}

#[test]
fn after_the_end_everything_is_answered_and_nothing_moves() {
    let mut world = World::on_loan(library(), &["a"]);
    world.act(returned(&[]));
    world.take();
    for action in [Action::Received, Action::ShippedReturn, Action::Lost, Action::Notification] {
        world.says(action);
    }
    assert_eq!(world.take(), []);
    world.says(Action::Renew);
    world.says(Action::Cancel);
    assert_eq!(
        world.take(),
        [(RenewResponse, Status::LoanCompleted, Some(N)), (CancelResponse, Status::LoanCompleted, Some(N))]
    );
    assert_eq!(world.phase(), Phase::Completed);
    world.check_replay();
}

#[test]
fn it_comes_back_without_a_word_while_a_renewal_is_open() {
    let mut world = World::on_loan(library(), &["a"]);
    world.says(Action::Renew);
    world.act(returned(&["a"]));
    assert_eq!(
        world.take(),
        [(RenewResponse, Status::Loaned, Some(N)), (StatusChange, Status::LoanCompleted, None)]
    );
    assert!(!world.waits_for(Step::RenewForLibrary));
}

#[test]
fn received_before_loaned_counts() {
    let mut world = World::on_pull_list(library());
    world.act(ship(&["a"]));
    world.says(Action::Received);
    assert_eq!(world.phase(), Phase::Shipping);
    world.answer(Step::CheckOutToLibrary, done());
    assert_eq!(world.phase(), Phase::Shipped);
    world.run_out(Clock::Transit);
    assert!(!world.has_incident("transit.late"), "it has arrived");
}

#[test]
fn words_of_staff_reach_the_requester_and_are_not_kept() {
    let mut world = World::on_loan(library(), &["a"]);
    world.act(Act::Note { note: "Please mind the map".to_owned() });
    world.act(Act::Damaged { volumes: Vec::new(), note: "page 12 torn".to_owned() });
    world.act(Act::HoldReturn);
    world.act(Act::ReleaseHoldReturn);
    assert_eq!(
        world.take(),
        [
            (Notification, Status::Loaned, None),
            (Notification, Status::Loaned, None),
            (StatusChange, Status::HoldReturn, None),
            (StatusChange, Status::ReleaseHoldReturn, None),
        ]
    );
    assert_eq!(world.sent[world.sent.len() - 3].message_info.note.as_deref(), Some("Damaged: page 12 torn"));
    let kept = serde_json::to_string(&(&world.events, &world.state)).unwrap();
    assert!(!kept.contains("torn") && !kept.contains("map"));
    world.says(Action::StatusRequest);
    assert_eq!(world.take()[0].1, Status::Loaned, "the loan stands where it stood");
}

#[test]
fn staff_close_a_loan_and_the_item_may_still_come_back() {
    let mut world = World::on_loan(library(), &["a"]);
    world.act(Act::Close);
    assert_eq!(world.phase(), Phase::Closed);
    assert_eq!(world.take(), [(Notification, Status::Loaned, None)], "no end is invented");
    world.take_asked();
    world.act(returned(&["a"]));
    assert_eq!((world.phase(), world.volume(1)), (Phase::Closed, VolumeState::Returned));
    assert_eq!(world.take_asked(), ["check in a"]);
}

//! An ILS that says no, fails, answers twice, or answers late; and what staff do about it.

use acts::{Act, ActKind, Fields};
use iso18626::Status;
use loan_model::{
    MayHaveArrived,
    ils::{IlsAnswer, IlsCommand, IlsFacts, NoticeKind, Step},
};
use state_machine::{
    borrowing::{
        Phase,
        VolumeState::{self, CheckedIn, CheckedOut, OnShelf, Received, SentBack},
    },
    hosted::Input,
};

use super::world::{Record, World, refusal, volume, with_ils};

fn failure(may_have_arrived: MayHaveArrived) -> IlsAnswer {
    IlsAnswer::Failed { why: "no answer".to_owned(), may_have_arrived }
}

#[test]
fn a_step_that_fails_never_holds_up_the_messages() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    let ticket = world.ils_refuses("Unknown Agency");
    assert!(world.has_incident("ils.step-failed"));
    world.states(&[Received]);
    assert!(world.actions().contains(&"action/Received".to_owned()), "the supplier heard it all the same");
    world.ship_back(&[]);
    assert_eq!(world.phase(), Phase::Returned);
    assert_eq!(world.state().summary().asked, [ticket]);
    world.does(Act::GiveUp { step: ticket });
    assert!(world.incidents.is_empty());
    assert!(world.asked.is_empty(), "there is no temporary item to remove");
}

#[test]
fn what_the_ils_lent_by_itself_need_not_be_lent_when_staff_say_so_too() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils_refuses("Item Already Checked Out");
    assert!(world.has_incident("ils.step-failed"), "to whom, nobody knows yet");
    world.in_the_ils("a", Record::OnLoan);
    world.notice(NoticeKind::CheckedOut, 1);
    world.states(&[CheckedOut]);
    assert!(world.incidents.is_empty() && world.asked.is_empty());
}

#[test]
fn staff_ask_again_or_do_it_by_hand_or_give_it_up() {
    let failed = || {
        let mut world = World::shipped(with_ils(), &["a"]);
        world.receive(&[]);
        let ticket = world.ils_refuses("Temporary Processing Failure");
        (world, ticket)
    };
    let (mut world, ticket) = failed();
    world.does(Act::RetryStep { step: ticket });
    assert!(world.incidents.is_empty());
    let (again, _) = world.asked[0];
    assert_eq!((again.step, again.attempt), (Step::HoldForPatron, 1));
    world.may_not(Act::RetryStep { step: ticket }, "retry-step-nothing");
    world.ils();
    world.states(&[OnShelf]);

    let (mut world, ticket) = failed();
    world.items.insert("a".to_owned(), Record::OnHold);
    world.does(Act::DoneByHand { step: ticket });
    world.states(&[OnShelf]);
    world.pick_up();
    world.ils();
    assert_eq!(world.items["a"], Record::OnLoan, "the item made by hand is used");

    let (mut world, ticket) = failed();
    world.does(Act::GiveUp { step: ticket });
    world.states(&[OnShelf]);
    world.pick_up();
    assert!(world.asked.is_empty(), "what the ILS does not have is not asked of it");
    world.may_not(Act::GiveUp { step: ticket }, "give-up-nothing");
}

#[test]
fn an_answer_counts_once() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    world.ils();
    let (ticket, answer) = world.answered.last().cloned().unwrap();
    let before = world.state.clone();
    for repeat in [answer, refusal("Duplicate Item"), failure(MayHaveArrived::Yes)] {
        world.step(&Input::Ils { step: ticket, answer: repeat });
        assert_eq!(world.rules(), ["answer-not-awaited"]);
        assert!(world.last.effects.is_empty());
        assert_eq!(world.state, before);
    }
}

#[test]
fn a_patron_is_faster_than_the_ils() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    world.pick_up();
    world.states(&[CheckedOut]);
    world.ils();
    assert_eq!(world.items["a"], Record::OnLoan, "it is lent once the ILS has it");

    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    world.pick_up();
    world.ship_back(&[]);
    world.ils();
    assert!(world.items.is_empty(), "it was made for nobody, and goes again");
    world.states(&[SentBack]);
}

#[test]
fn a_hold_refused_after_it_went_back_needs_nobody() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    world.ship_back(&[]);
    world.ils_refuses("Unknown Agency");
    assert!(world.incidents.is_empty());
    assert!(world.asked.is_empty());

    // It may have been made all the same: staff must look.
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    world.ship_back(&[]);
    let (ticket, _) = world.asked[0];
    world.answer(ticket, failure(MayHaveArrived::Yes));
    assert!(world.has_incident("ils.step-failed"));
    world.does(Act::RetryStep { step: ticket });
    assert!(world.asked.is_empty(), "a hold for nobody is not asked for");
    assert!(world.incidents.is_empty());
}

#[test]
fn what_the_ils_did_not_lend_is_not_seen_as_brought_back() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils_refuses("User Ineligible To Check Out This Item");
    world.rings("poll/vol-1");
    world.ils();
    world.states(&[CheckedOut]);
    world.check_in();
    world.ils();
    assert!(world.items.is_empty());
    assert!(world.incidents.is_empty(), "that it was never lent does not matter any more");
}

#[test]
fn a_temporary_item_waits_until_it_is_checked_in() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.check_in();
    let ticket = world.ils_refuses("Temporary Processing Failure");
    assert!(world.asked.is_empty(), "what may be lent is not removed");
    world.ship_back(&[]);
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
    assert!(world.has_incident("ils.step-failed"), "the end of the request does not settle it");
    world.does(Act::RetryStep { step: ticket });
    world.ils();
    assert!(world.items.is_empty());
    assert!(world.incidents.is_empty());
}

#[test]
fn giving_up_the_check_in_leaves_the_temporary_item() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.check_in();
    let ticket = world.ils_refuses("Temporary Processing Failure");
    world.does(Act::GiveUp { step: ticket });
    assert!(world.asked.is_empty());
    assert!(world.has_incident("ils.item-left"));
}

#[test]
fn giving_up_the_removal_is_the_end_of_it() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.check_in();
    let (check_in, command) = world.asked[0].clone();
    let done = world.carry_out(&command);
    world.answer(check_in, done);
    let ticket = world.ils_refuses("Item Is On Hold");
    world.does(Act::GiveUp { step: ticket });
    assert!(world.asked.is_empty());
    assert!(world.incidents.is_empty());
}

#[test]
fn a_poll_that_fails_is_tried_again_and_shown() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.rings("poll/vol-1");
    let (ticket, _) = world.asked[0];
    world.answer(ticket, failure(MayHaveArrived::No));
    assert!(world.has_incident("ils.poll-failed"));
    world.states(&[OnShelf]);
    world.rings("poll/vol-1");
    world.ils();
    assert!(world.incidents.is_empty());
}

#[test]
fn the_ils_may_choose_its_own_ids() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    let (ticket, _) = world.asked[0];
    world.items.insert("own-7".to_owned(), Record::OnHold);
    let facts = IlsFacts {
        item: Some("own-7".to_owned()),
        request: Some("hold-9".to_owned()),
        ..IlsFacts::default()
    };
    world.answer(ticket, IlsAnswer::Done { facts: Box::new(facts) });
    assert_eq!(world.known, ["a", "own-7"]);
    world.says(Status::Recalled);
    let [(_, IlsCommand::CancelRequestItem { request, item, .. })] = world.asked.as_slice() else { panic!() };
    assert_eq!((request.as_str(), item.as_deref()), ("hold-9", Some("own-7")));
}

#[test]
fn ids_run_out_and_staff_are_shown() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.receive(&[]);
    for _ in 0..8 {
        world.ils_refuses("Duplicate Item");
        assert!(world.incidents.is_empty());
    }
    world.ils_refuses("Duplicate Item");
    assert!(world.has_incident("ils.step-failed"));
    world.states(&[Received]);
}

#[test]
fn a_notice_that_cannot_be_is_shown() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.check_in();
    world.ils();
    world.ship_back(&[]);
    world.notice(NoticeKind::CheckedOut, 1);
    assert!(world.has_incident("ils.contradicts"));
    world.states(&[SentBack]);
    world.notice(NoticeKind::CheckedOut, 9);
    assert_eq!(world.rules(), ["no-such-volume"]);
}

#[test]
fn charging_the_patron_is_a_step_like_others() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    let mut fields = Fields::default();
    fields.set("amount", "12.50");
    fields.set("currency", "USD");
    let act = Act::new(ActKind::Charge, fields).unwrap();
    world.does(act.clone());
    let ticket = world.ils_refuses("Invalid Amount");
    assert!(world.has_incident("ils.step-failed"));
    world.does(Act::RetryStep { step: ticket });
    let [(_, IlsCommand::CreateUserFiscalTransaction { amount, .. })] = world.asked.as_slice() else {
        panic!()
    };
    assert_eq!(amount, "12.50");
    world.ils();
    assert!(world.incidents.is_empty());
    let mut world = World::on_shelf(super::world::by_hand(), &["a"]);
    world.may_not(act, "charge-off");
}

#[test]
fn one_volumes_trouble_is_not_anothers() {
    let mut world = World::shipped(with_ils(), &["a", "b"]);
    world.receive(&[]);
    world.ils_refuses("Unknown Agency");
    world.ils();
    world.states(&[Received, OnShelf]);
    assert!(world.incidents.contains(&("ils.step-failed".to_owned(), Some(volume(1)))));
    let states: Vec<VolumeState> = world.state().volume_states().map(|(_, state)| state).collect();
    assert_eq!(states.len(), 2);
    world.does(Act::CheckIn { volumes: vec![volume(2).into()] });
    world.ils();
    world.states(&[Received, CheckedIn]);
    assert!(world.items.is_empty());
}

#[test]
fn what_the_ils_renews_after_it_was_brought_back_is_not_removed() {
    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.ils();
    world.does(Act::Renew);
    world.answers(iso18626::ReasonForMessage::RenewResponse, Status::Loaned, iso18626::YesNo::Y);
    world.in_the_ils("a", Record::Free);
    world.notice(NoticeKind::CheckedIn, 1);
    world.ils();
    assert_eq!(world.items["a"], Record::OnLoan);
    assert!(world.has_incident("ils.item-left"));
}

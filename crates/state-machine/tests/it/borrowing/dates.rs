//! A loan whose date moves unasked, and one that never left.

use acts::Act;
use iso18626::{DateTime, ReasonForMessage, Status, YesNo};
use loan_model::{hosted::HostedFacts, ils::IlsCommand};
use state_machine::{
    borrowing::{Phase, VolumeState},
    hosted::Machine as _,
};

use super::world::{World, by_hand, with_ils};

fn taken(library: HostedFacts) -> World {
    let mut world = World::on_shelf(library, &["a"]);
    world.pick_up();
    world.ils();
    world.asked.clear();
    world
}

fn patron_date(world: &World) -> Option<jiff::Timestamp> {
    state_machine::borrowing::Borrowing::summary(world.state()).volumes[0].due
}

fn dated(world: &mut World, reason: ReasonForMessage, days: i64) {
    let mut message = world.message(reason, Status::Loaned);
    if message.message_info.reason_for_message == ReasonForMessage::RenewResponse {
        message.message_info.answer_yes_no = Some(YesNo::Y);
    }
    message.status_info.due_date = Some(DateTime::from_instant(world.in_days(days)));
    world.hear(message);
}

#[test]
fn a_loan_that_the_lender_extends_by_itself_is_extended_for_the_patron() {
    for reason in
        [ReasonForMessage::RenewResponse, ReasonForMessage::StatusChange, ReasonForMessage::Notification]
    {
        let mut world = taken(with_ils());
        let before = patron_date(&world);
        dated(&mut world, reason.clone(), 90);
        let (due, asked) = (world.in_days(90), &world.asked);
        let [(_, IlsCommand::RenewItem { due: Some(patron), .. })] = asked.as_slice() else {
            panic!("{reason}: {asked:?}")
        };
        assert!(*patron < due && Some(*patron) > before, "{reason}: less the way home");
        assert_eq!(patron_date(&world), Some(*patron), "{reason}: the patron's date");
        assert!(world.incidents.is_empty());
    }
    let mut world = taken(by_hand());
    let before = patron_date(&world);
    dated(&mut world, ReasonForMessage::StatusChange, 90);
    assert!(patron_date(&world) > before, "without an ILS too");
}

#[test]
fn an_earlier_date_is_shown_and_not_taken_over() {
    for reason in
        [ReasonForMessage::RenewResponse, ReasonForMessage::StatusChange, ReasonForMessage::Notification]
    {
        let mut world = taken(with_ils());
        let before = patron_date(&world);
        dated(&mut world, reason.clone(), 2);
        assert!(world.has_incident("due.earlier"), "{reason}");
        assert_eq!(patron_date(&world), before);
        assert_eq!(world.asked, []);
        dated(&mut world, ReasonForMessage::StatusChange, 90);
        assert!(!world.has_incident("due.earlier"));
    }
}

#[test]
fn what_never_left_is_cancelled_and_asked_for_anew() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.may_not(Act::NeverLeft, "never-left-nothing");
    world.notifies(Status::Unfilled);
    assert_eq!(world.phase(), Phase::Shipped, "news ends nothing");
    assert!(world.has_incident("loan.denied"));
    let first = world.sent.len();
    world.does(Act::NeverLeft);
    assert_eq!(world.phase(), Phase::Sent);
    let kinds: Vec<String> = world.sent[first..].iter().map(|(out, _)| out.kind.to_string()).collect();
    assert_eq!(kinds, ["action/Cancel", "request"]);
    assert!(world.incidents.is_empty());
    world.loaned(&["b"]);
    world.states(&[VolumeState::InTransit]);
    world.receive(&["b"]);
    assert_eq!(world.phase(), Phase::Received);
}

#[test]
fn what_has_arrived_did_leave() {
    let mut world = World::shipped(with_ils(), &["a"]);
    world.notifies(Status::Unfilled);
    world.receive(&["a"]);
    world.may_not(Act::NeverLeft, "never-left-nothing");
    world.says(Status::Unfilled);
    assert!(world.has_incident("supplier.contradicts"));
}

#[test]
fn the_brokers_word_on_what_never_left_is_followed() {
    let denied = || {
        let mut world = World::shipped(with_ils(), &["a"]);
        world.notifies(Status::Unfilled);
        world
    };
    let mut world = denied();
    world.says(Status::ExpectToSupply);
    assert_eq!(world.phase(), Phase::Expecting);
    assert!(world.incidents.is_empty());
    world.loaned(&["b"]);
    world.states(&[VolumeState::InTransit]);
    let mut world = denied();
    world.says(Status::Unfilled);
    assert_eq!(world.phase(), Phase::Unfilled);
    let mut world = denied();
    world.says(Status::Cancelled);
    assert_eq!(world.phase(), Phase::Cancelled);
    let mut world = denied();
    world.loaned(&["b"]);
    assert_eq!(world.phase(), Phase::Shipped);
    world.states(&[VolumeState::InTransit]);
    assert!(world.incidents.is_empty());
}

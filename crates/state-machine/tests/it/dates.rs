//! A supplier that moves the date of its loan unasked, and one that denies that it sent anything.

use acts::Act;
use iso18626::{Action, DateTime, Open, ReasonForMessage, Status, SupplyingAgencyMessage, YesNo};
use state_machine::brokering::{LegState, Phase};

use crate::support::World;

const FIRST: &str = "2026-12-01T00:00:00Z";
const LATER: &str = "2027-03-15T23:59:00Z";
const EARLIER: &str = "2026-11-20T00:00:00Z";

fn dated(world: &World, reason: ReasonForMessage, date: &str) -> SupplyingAgencyMessage {
    let mut message = world.said(0, reason, Status::Loaned);
    if message.message_info.reason_for_message == ReasonForMessage::RenewResponse {
        message.message_info.answer_yes_no = Some(YesNo::Y);
    }
    message.status_info.due_date = Some(DateTime::from_lexical(date));
    message
}

/// On loan until the first date, and overdue where that is wished.
fn lent(overdue: bool) -> World {
    let mut world = World::on_loan(&["first", "second"]);
    let message = dated(&world, ReasonForMessage::StatusChange, FIRST);
    world.supplier_says(0, message);
    if overdue {
        world.supplier(0, Status::Overdue);
    }
    world.take();
    world
}

#[test]
fn a_later_date_that_nobody_asked_for_is_followed_in_whatever_message_it_comes() {
    for overdue in [false, true] {
        for (reason, told) in [
            (ReasonForMessage::RenewResponse, "requester report/StatusChange/Loaned"),
            (ReasonForMessage::StatusChange, "requester report/StatusChange/Loaned"),
            (ReasonForMessage::StatusRequestResponse, "requester report/StatusChange/Loaned"),
            (ReasonForMessage::Notification, "requester report/Notification/Loaned"),
        ] {
            let mut world = lent(overdue);
            let message = dated(&world, reason.clone(), LATER);
            world.supplier_says(0, message);
            assert_eq!(world.take(), [told], "{reason}");
            assert_eq!(world.last_report().status_info.due_date, Some(DateTime::from_lexical(LATER)));
            assert_eq!(world.leg(0), LegState::Loaned);
            let wait = world
                .state()
                .summary()
                .waits
                .into_iter()
                .find(|wait| wait.timer.to_string() == "custody/leg-0");
            assert!(wait.unwrap().until > LATER.parse().unwrap(), "{reason}: the broker's clock follows");
            assert!(world.incidents.is_empty());
            world.check_replay();
        }
    }
}

#[test]
fn an_earlier_date_that_nobody_asked_for_is_shown_and_not_taken_over() {
    for reason in
        [ReasonForMessage::RenewResponse, ReasonForMessage::StatusChange, ReasonForMessage::Notification]
    {
        let mut world = lent(false);
        let message = dated(&world, reason.clone(), EARLIER);
        world.supplier_says(0, message);
        assert_eq!(world.take(), ["requester report/Notification/Loaned"], "{reason}");
        assert!(world.incidents.contains("due.earlier"));
        world.asker(Action::StatusRequest);
        assert_eq!(world.last_report().status_info.due_date, Some(DateTime::from_lexical(FIRST)), "{reason}");
        world.check_replay();
    }
}

#[test]
fn an_asked_renewal_and_a_recall_may_name_any_date() {
    let mut world = lent(false);
    world.asker(Action::Renew);
    world.take();
    let message = dated(&world, ReasonForMessage::RenewResponse, EARLIER);
    world.supplier_says(0, message);
    assert_eq!(world.take(), ["requester report/RenewResponse/Loaned Y"]);
    let mut message = world.said(0, ReasonForMessage::StatusChange, Status::Recalled);
    message.status_info.due_date = Some(DateTime::from_lexical("2026-11-10T00:00:00Z"));
    world.supplier_says(0, message);
    assert_eq!(world.take(), ["requester report/StatusChange/Recalled"]);
    assert!(world.incidents.is_empty());
}

fn denied(status: Status) -> World {
    let mut world = lent(false);
    let mut message = world.said(0, ReasonForMessage::StatusChange, status.clone());
    message.message_info.reason_unfilled = Some(Open::new("NotOnShelf"));
    world.supplier_says(0, message);
    assert_eq!(world.take(), [format!("requester report/Notification/{status}")]);
    let told = &world.last_report().message_info;
    assert_eq!(told.reason_unfilled, Some(Open::new("NotOnShelf")));
    assert!(told.note.as_ref().is_some_and(|note| note.contains(&status.to_string())));
    assert_eq!(
        (world.leg(0), world.phase()),
        (LegState::Loaned, Phase::OnLoan),
        "the loan is not ended by it"
    );
    assert!(world.incidents.contains("loan.denied"));
    world
}

#[test]
fn what_never_left_goes_to_the_next_supplier_when_staff_say_so() {
    for status in [Status::Unfilled, Status::Cancelled] {
        let mut world = denied(status);
        world.staff(Act::NeverLeft);
        assert_eq!((world.leg(0), world.leg(1)), (LegState::Unfilled, LegState::Sending));
        assert_eq!(world.phase(), Phase::Asking);
        assert_eq!(
            world.take(),
            [
                "requester report/Notification/Loaned",
                "leg-1 request",
                "requester report/StatusChange/ExpectToSupply"
            ]
        );
        assert!(world.incidents.is_empty());
        world.check_replay();
    }
}

#[test]
fn only_what_the_supplier_denies_and_nobody_has_received_never_left() {
    let mut world = lent(false);
    world.staff(Act::NeverLeft);
    assert!(world.used("staff-never-left-nothing"), "the supplier stands by it");
    let mut world = denied(Status::Unfilled);
    world.asker(Action::Received);
    world.staff(Act::NeverLeft);
    assert!(world.used("staff-never-left-nothing"), "it has arrived");
    world.take();
    world.supplier(0, Status::Cancelled);
    assert!(world.incidents.contains("supplier.contradicts"));
    assert_eq!(world.take(), ["requester report/Notification/Loaned"]);
}

#[test]
fn what_goes_back_has_arrived_whatever_the_supplier_denies() {
    let mut world = denied(Status::Cancelled);
    world.asker(Action::ShippedReturn);
    world.take();
    world.asker(Action::Cancel);
    assert_eq!(world.take(), ["requester report/CancelResponse/Loaned N"]);
    assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Returning));
}

#[test]
fn a_requester_that_does_not_want_what_never_left_is_let_go() {
    let mut world = denied(Status::Unfilled);
    world.asker(Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert_eq!(world.take(), ["requester report/CancelResponse/Cancelled Y"]);
}

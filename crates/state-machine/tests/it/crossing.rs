//! Messages that cross: none is an error, each has its row.

use iso18626::{Action, ReasonForMessage, Status, YesNo};
use loan_model::names::{Clock, LegId};
use state_machine::brokering::{LegState, Phase};

use crate::support::World;

fn completed() -> World {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::ShippedReturn);
    world.supplier(0, Status::LoanCompleted);
    world.take();
    world
}

#[test]
fn loaned_while_a_cancel_is_pending() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.supplier(0, Status::Loaned);
    assert_eq!(
        world.take(),
        ["requester report/StatusChange/Loaned", "requester report/CancelResponse/Loaned N"]
    );
    assert_eq!(world.phase(), Phase::OnLoan);
    world.cancel_response(0, YesNo::N, Status::Loaned);
    assert!(world.take().is_empty(), "that was answered");
    assert!(world.used("cancel-answered-late"));
}

#[test]
fn will_supply_twice() {
    let mut world = World::asking(&["first"]);
    world.supplier(0, Status::WillSupply);
    let until = world.timers[&Clock::Ship.of(LegId(0))];
    world.pass(1);
    world.supplier(0, Status::WillSupply);
    assert_eq!((world.rule(), world.leg(0)), ("promises-again", LegState::Promised));
    assert_eq!(world.timers[&Clock::Ship.of(LegId(0))], until);
}

#[test]
fn unfilled_after_will_supply() {
    let mut world = World::asking(&["first", "second"]);
    world.supplier(0, Status::WillSupply);
    world.take();
    world.unfilled(0, "PoorCondition");
    assert_eq!(world.take()[0], "requester report/Notification/ExpectToSupply");
    assert_eq!((world.leg(0), world.leg(1)), (LegState::Unfilled, LegState::Sending));
}

#[test]
fn a_status_from_a_supplier_already_passed_over() {
    let mut world = World::asking(&["first", "second"]);
    world.unfilled(0, "NotOnShelf");
    world.take();
    for status in [Status::RequestReceived, Status::ExpectToSupply, Status::Unfilled, Status::RetryPossible] {
        world.supplier(0, status.clone());
        assert_eq!(world.leg(0), LegState::Unfilled, "{status}");
        assert!(world.take().is_empty(), "{status}");
    }
    world.supplier(0, Status::WillSupply);
    assert_eq!(world.take(), ["leg-0 action/Cancel"]);
    assert_eq!((world.phase(), world.leg(1)), (Phase::Asking, LegState::Sending));
}

#[test]
fn received_before_loaned() {
    let mut world = World::asking(&["first"]);
    world.supplier(0, Status::WillSupply);
    world.take();
    world.asker(Action::Received);
    assert_eq!(world.take(), ["leg-0 action/Received"]);
    assert_eq!(world.leg(0), LegState::Promised);
    world.supplier(0, Status::Loaned);
    assert_eq!(world.leg(0), LegState::Loaned);
}

#[test]
fn status_change_before_request_response() {
    let mut world = World::asking(&["first"]);
    let late = world.said(0, ReasonForMessage::RequestResponse, Status::WillSupply);
    world.supplier(0, Status::Loaned);
    world.take();
    world.supplier_says(0, late);
    assert_eq!((world.rule(), world.leg(0)), ("promises-after-shipping", LegState::Loaned));
    assert!(world.take().is_empty());
}

#[test]
fn loan_completed_without_shipped_return() {
    let mut world = World::on_loan(&["first"]);
    world.supplier(0, Status::LoanCompleted);
    assert_eq!(world.take(), ["requester report/StatusChange/LoanCompleted"]);
    assert_eq!(world.phase(), Phase::Completed);
}

#[test]
fn received_after_loan_completed() {
    let mut world = completed();
    let before = world.state.clone();
    world.asker(Action::Received);
    assert!(world.take().is_empty() && world.used("sent-late"));
    assert_eq!(world.state, before);
}

#[test]
fn shipped_return_after_loan_completed() {
    let mut world = completed();
    let before = world.state.clone();
    world.asker(Action::ShippedReturn);
    assert!(world.take().is_empty() && world.used("sent-late"));
    assert_eq!(world.state, before);
}

#[test]
fn renew_after_loan_completed() {
    let mut world = completed();
    world.asker(Action::Renew);
    assert_eq!(world.take(), ["requester report/RenewResponse/LoanCompleted N"]);
}

#[test]
fn recalled_crossing_renew() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::Renew);
    world.take();
    world.supplier(0, Status::Recalled);
    assert_eq!(world.take(), ["requester report/StatusChange/Recalled"]);
    let mut answer = world.said(0, ReasonForMessage::RenewResponse, Status::Recalled);
    answer.message_info.answer_yes_no = Some(YesNo::N);
    world.supplier_says(0, answer);
    assert_eq!(world.take(), ["requester report/RenewResponse/Recalled N"]);
    assert_eq!(world.leg(0), LegState::Recalled);
}

#[test]
fn an_empty_status_in_a_notification() {
    let mut world = World::asking(&["first"]);
    let mut message = world.said(0, ReasonForMessage::Notification, Status::Unknown(String::new()));
    message.message_info.note = Some("We are looking for it".to_owned());
    world.supplier_says(0, message);
    assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"]);
    let note = world.last_report().message_info.note.as_deref();
    assert_eq!(note, Some("Supplier: first, ISIL:FIRST\nWe are looking for it"));
    assert_eq!(world.leg(0), LegState::Asked);
}

#[test]
fn a_contradictory_cancel_answer() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.cancel_response(0, YesNo::N, Status::Cancelled);
    assert_eq!(
        world.take(),
        ["leg-0 action/StatusRequest", "requester report/CancelResponse/ExpectToSupply N"],
        "an ordinary no of some systems"
    );
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Asked));
    world.cancel_response(0, YesNo::N, Status::Cancelled);
    assert!(world.take().is_empty(), "the supplier is asked once");
    // Another message that says so ends it.
    let answer = world.said(0, ReasonForMessage::StatusRequestResponse, Status::Cancelled);
    world.supplier_says(0, answer);
    assert_eq!(world.leg(0), LegState::Cancelled);

    let mut world = World::asking(&["first", "second"]);
    world.run_out(Clock::Answer.of(LegId(0)));
    world.take();
    world.cancel_response(0, YesNo::N, Status::Cancelled);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));
    assert_eq!(world.take(), ["leg-0 action/StatusRequest"]);

    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.cancel_response(0, YesNo::Y, Status::Loaned);
    assert_eq!(world.phase(), Phase::OnLoan, "what has shipped is not cancelled");
}

#[test]
fn a_notification_never_advances_a_rota_nor_ends_a_loan() {
    for status in [Status::Unfilled, Status::WillSupply, Status::Loaned, Status::Cancelled] {
        let mut world = World::asking(&["first", "second"]);
        let message = world.said(0, ReasonForMessage::Notification, status.clone());
        world.supplier_says(0, message);
        assert_eq!((world.leg(0), world.phase()), (LegState::Asked, Phase::Asking), "{status}");
        assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"]);
    }
    for status in [Status::LoanCompleted, Status::CompletedWithoutReturn] {
        let mut world = World::on_loan(&["first"]);
        let message = world.said(0, ReasonForMessage::Notification, status.clone());
        world.supplier_says(0, message);
        assert_eq!(world.leg(0), LegState::Loaned, "{status}");
    }
}

#[test]
fn a_request_taken_after_its_answer_changes_nothing() {
    let mut world = World::new(&["first"]);
    world.ask();
    world.supplier(0, Status::WillSupply);
    world.deliver(0);
    assert_eq!((world.rule(), world.leg(0)), ("taken-already", LegState::Promised));
    assert!(!world.timers.contains_key(&Clock::Deliver.of(LegId(0))));
}

#[test]
fn will_supply_crossing_a_cancel_leaves_the_decision_to_its_answer() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.supplier(0, Status::WillSupply);
    assert!(world.take().is_empty());
    assert_eq!((world.rule(), world.leg(0)), ("promises-under-cancel", LegState::Cancelling));
}

#[test]
fn what_only_a_lender_can_say_proves_no_shipping() {
    for status in [Status::Overdue, Status::Recalled, Status::LoanCompleted, Status::CompletedWithoutReturn] {
        let mut world = World::asking(&["first"]);
        world.supplier(0, status.clone());
        assert_eq!((world.rule(), world.leg(0)), ("out-of-the-blue", LegState::Asked), "{status}");
        assert!(world.incidents.contains("supplier.contradicts"));
    }
}

#[test]
fn unfilled_or_cancelled_do_not_end_custody() {
    for status in [Status::Unfilled, Status::Cancelled] {
        let mut world = World::on_loan(&["first", "second"]);
        world.supplier(0, status.clone());
        assert_eq!((world.leg(0), world.phase()), (LegState::Loaned, Phase::OnLoan), "{status}");
        assert!(world.incidents.contains("loan.denied"));
    }
}

/// A message whose reason is an answer to something, with a status that is none of that.
fn answers(
    world: &World,
    reason: ReasonForMessage,
    answer: YesNo,
    status: Status,
) -> iso18626::SupplyingAgencyMessage {
    let mut message = world.said(0, reason, status);
    message.message_info.answer_yes_no = Some(answer);
    message
}

#[test]
fn a_status_in_an_unexpected_message_counts_for_what_it_proves_of_the_item() {
    let (renewed, cancelled) = (ReasonForMessage::RenewResponse, ReasonForMessage::CancelResponse);
    for reason in [&renewed, &cancelled, &ReasonForMessage::StatusRequestResponse] {
        let mut world = World::asking(&["first"]);
        let message = answers(&world, reason.clone(), YesNo::N, Status::Loaned);
        world.supplier_says(0, message);
        assert_eq!((world.phase(), world.leg(0)), (Phase::OnLoan, LegState::Loaned), "{reason}");
        assert_eq!(world.take(), ["requester report/StatusChange/Loaned"], "{reason}");
    }
    for (reason, status, leg) in [
        (&renewed, Status::LoanCompleted, LegState::LoanCompleted),
        (&renewed, Status::CompletedWithoutReturn, LegState::CompletedWithoutReturn),
        (&cancelled, Status::LoanCompleted, LegState::LoanCompleted),
        (&cancelled, Status::Overdue, LegState::Overdue),
        (&cancelled, Status::Recalled, LegState::Recalled),
    ] {
        let mut world = World::on_loan(&["first"]);
        let message = answers(&world, reason.clone(), YesNo::N, status.clone());
        world.supplier_says(0, message);
        assert_eq!(world.leg(0), leg, "{reason} {status}");
    }
}

#[test]
fn a_status_in_an_unexpected_message_that_proves_nothing_is_shown_to_staff() {
    let (renewed, cancelled) = (ReasonForMessage::RenewResponse, ReasonForMessage::CancelResponse);
    for (reason, answer, status) in [
        (&renewed, YesNo::Y, Status::WillSupply),
        (&renewed, YesNo::Y, Status::Unknown(String::new())),
        (&renewed, YesNo::Y, Status::LoanCompleted),
        (&cancelled, YesNo::N, Status::LoanCompleted),
        (&cancelled, YesNo::N, Status::Overdue),
    ] {
        let mut world = World::asking(&["first"]);
        let message = answers(&world, reason.clone(), answer, status.clone());
        world.supplier_says(0, message);
        assert_eq!(world.leg(0), LegState::Asked, "{reason} {status}");
        assert!(world.incidents.contains("supplier.contradicts"), "{reason} {status}");
        let note = world.last_report().message_info.note.clone().unwrap();
        assert!(note.contains(&format!("first, ISIL:FIRST, says {reason} ")), "{note}");
    }
}

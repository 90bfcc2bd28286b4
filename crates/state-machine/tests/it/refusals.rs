//! What a refusal by the far side becomes, and what is an error at all.

use iso18626::{Action, ErrorData, ErrorType, ReasonForMessage, Status, YesNo};
use loan_model::{
    MayHaveArrived,
    names::{LegId, OutboundKind, Party},
};
use state_machine::{
    brokering::{Input, LegState, Phase},
    interpreter::{DeliveryOutcome, Reply},
};

use crate::support::{ASKER, World, peer};

const FIRST: Party = Party::Leg(LegId(0));

fn refused(value: &str) -> DeliveryOutcome {
    DeliveryOutcome::Refused(vec![ErrorData {
        error_type: ErrorType::UnrecognisedDataValue,
        error_value: Some(value.to_owned()),
    }])
}

#[test]
fn a_refused_request_goes_to_the_next_supplier() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.outcome(FIRST, OutboundKind::Request, refused("supplyingAgencyId"));
    assert_eq!((world.leg(0), world.leg(1)), (LegState::Unfilled, LegState::Sending));
}

#[test]
fn a_request_refused_because_it_is_there_counts_as_taken() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.take();
    world.attempted(0);
    world.outcome(FIRST, OutboundKind::Request, DeliveryOutcome::AlreadyThere(Vec::new()));
    assert_eq!(world.take(), ["leg-0 action/StatusRequest"]);
    assert_eq!(world.leg(0), LegState::Asked);
}

/// A supplier that has the request must answer the cancel that is with it.
#[test]
fn a_request_that_is_there_stays_cancelled() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.attempted(0);
    world.asker(Action::Cancel);
    world.take();
    world.outcome(FIRST, OutboundKind::Request, DeliveryOutcome::AlreadyThere(Vec::new()));
    assert!(world.take().is_empty());
    assert_eq!((world.rule(), world.leg(0)), ("known-already-late", LegState::Cancelling));
}

#[test]
fn a_request_refused_after_it_was_answered_changes_nothing() {
    let mut world = World::new(&["first", "second"]);
    world.ask();
    world.supplier(0, Status::WillSupply);
    world.outcome(FIRST, OutboundKind::Request, refused("a repeat"));
    assert_eq!((world.rule(), world.leg(0)), ("refused-too-late", LegState::Promised));
}

#[test]
fn a_refused_renew_is_a_no() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::Renew);
    world.take();
    world.outcome(FIRST, OutboundKind::Action(Action::Renew), refused("action"));
    assert_eq!(world.take(), ["requester report/RenewResponse/Loaned N"]);
}

#[test]
fn a_refused_cancel_is_a_no() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Cancel);
    world.take();
    world.outcome(FIRST, OutboundKind::Action(Action::Cancel), refused("action"));
    assert_eq!(world.take(), ["requester report/CancelResponse/ExpectToSupply N"]);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Asked));
}

#[test]
fn a_refused_status_request_was_answered_by_the_broker() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::StatusRequest);
    assert_eq!(world.take(), ["requester report/StatusRequestResponse/Loaned", "leg-0 action/StatusRequest"]);
    world.outcome(FIRST, OutboundKind::Action(Action::StatusRequest), refused("action"));
    assert!(world.take().is_empty() && world.incidents.is_empty());
}

#[test]
fn a_refused_report_is_told_to_its_sender_and_to_staff() {
    for action in [Action::Received, Action::ShippedReturn, Action::ShippedForward, Action::Lost] {
        let mut world = World::on_loan(&["first"]);
        world.asker(action.clone());
        world.take();
        world.outcome(FIRST, OutboundKind::Action(action.clone()), refused("action"));
        assert_eq!(world.take(), ["requester report/Notification/Loaned"], "{action}");
        assert!(world.last_report().message_info.note.as_ref().unwrap().contains(action.as_str()));
        assert!(world.incidents.contains("supplier.refused"));
    }
}

#[test]
fn a_status_refused_by_the_requester_stands() {
    let mut world = World::on_loan(&["first"]);
    let kind = OutboundKind::Report(ReasonForMessage::StatusChange, Status::Loaned);
    world.outcome(Party::Requester, kind, refused("status"));
    assert!(world.incidents.contains("requester.refused"));
    assert_eq!(
        (world.phase(), world.state().summary().told.unwrap().status),
        (Phase::OnLoan, Status::Loaned)
    );
}

#[test]
fn a_message_that_cannot_be_delivered_is_an_incident_until_one_is() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::Received);
    let kind = OutboundKind::Action(Action::Received);
    let why = "connection refused".to_owned();
    world.outcome(
        FIRST,
        kind.clone(),
        DeliveryOutcome::Undeliverable { why, may_have_arrived: MayHaveArrived::Yes },
    );
    assert!(world.incidents.contains("peer.undeliverable"));
    world.outcome(FIRST, kind, DeliveryOutcome::Confirmed);
    assert!(world.incidents.is_empty());
}

#[test]
fn a_message_that_staff_drop_counts_as_refused() {
    let mut world = World::on_loan(&["first"]);
    world.asker(Action::Renew);
    world.take();
    let outcome = DeliveryOutcome::Dropped {
        by: "an operator".to_owned(),
        reason: "gone".to_owned(),
        may_have_arrived: MayHaveArrived::Yes,
    };
    world.outcome(FIRST, OutboundKind::Action(Action::Renew), outcome);
    assert_eq!(world.take(), ["requester report/RenewResponse/Loaned N"]);
}

#[test]
fn a_message_from_the_wrong_party_is_an_error_and_changes_nothing() {
    let mut world = World::asking(&["first", "second"]);
    let message = Box::new(world.said(0, ReasonForMessage::StatusChange, Status::Loaned));
    let decision =
        world.give(Input::Supplying { leg: LegId(0), message, from: peer("second"), lender: None });
    assert!(matches!(decision.reply, Reply::Error(_)) && decision.events.is_empty());
    let message = Box::new(world.asker_message(Action::Cancel, None));
    let decision = world.give(Input::Requesting { message, from: peer("second") });
    assert!(matches!(decision.reply, Reply::Error(_)) && decision.events.is_empty());
}

#[test]
fn what_no_edition_knows_is_an_error_of_its_own_kind() {
    let kind = |reply: Reply| match reply {
        Reply::Error(errors) => {
            let said = errors[0].error_value.clone().unwrap();
            assert!(
                said.contains(": expected ") && !said.contains("Eat") && !said.contains("Whim"),
                "{said}"
            );
            errors[0].error_type.clone()
        }
        Reply::Ok => panic!("refused"),
    };
    let mut world = World::asking(&["first"]);
    let message = Box::new(world.asker_message(Action::Unknown("Eat".to_owned()), None));
    let reply = world.give(Input::Requesting { message, from: peer(ASKER) }).reply;
    assert_eq!(kind(reply), ErrorType::UnsupportedActionType);
    let said = world.said(0, ReasonForMessage::Unknown("Whim".to_owned()), Status::Loaned);
    let reply = world
        .give(Input::Supplying { leg: LegId(0), message: Box::new(said), from: peer("first"), lender: None })
        .reply;
    assert_eq!(kind(reply), ErrorType::UnsupportedReasonForMessageType);
    let said = world.said(0, ReasonForMessage::StatusChange, Status::Unknown("Eaten".to_owned()));
    let reply = world
        .give(Input::Supplying { leg: LegId(0), message: Box::new(said), from: peer("first"), lender: None })
        .reply;
    assert_eq!(kind(reply), ErrorType::UnrecognisedDataValue);
}

#[test]
fn a_message_about_an_unknown_request_is_an_error() {
    let mut world = World::new(&["first"]);
    let message = Box::new(world.asker_message(Action::StatusRequest, None));
    let reply = world.give(Input::Requesting { message, from: peer(ASKER) }).reply;
    assert!(matches!(reply, Reply::Error(_)));
}

#[test]
fn an_impossible_renew_or_cancel_is_taken_and_answered_no() {
    let mut world = World::asking(&["first"]);
    world.asker(Action::Renew);
    assert_eq!(world.take(), ["requester report/RenewResponse/ExpectToSupply N"]);
    world.unfilled(0, "NotOnShelf");
    world.take();
    world.asker(Action::Renew);
    world.asker(Action::Cancel);
    assert_eq!(
        world.take(),
        ["requester report/RenewResponse/Unfilled N", "requester report/CancelResponse/Unfilled N"]
    );
    assert_eq!(world.last_report().message_info.answer_yes_no, Some(YesNo::N));
}

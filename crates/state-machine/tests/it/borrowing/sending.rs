//! From the patron's wish to a supplier: checks, drafts, conditions, retries, cancels, the end of the rota, and messages that cross.

use acts::{Act, Patch};
use iso18626::{
    Action, DeliveryInfo, ErrorType, Message, Open, ReasonForMessage, RequestType, Status, YesNo,
};
use loan_model::{
    MayHaveArrived, NotificationKind, PeerId,
    ils::{IlsAnswer, IlsFacts, NoticeKind, PatronStanding, Step},
    names::OutboundKind,
};
use state_machine::{
    borrowing::{Phase, VolumeState::InTransit},
    hosted::{Input, Origin},
    interpreter::{DeliveryOutcome, Reply},
};

use super::world::{World, action, by_hand, partner, refusal, supplier, with_ils, without};

fn standing(standing: PatronStanding) -> IlsAnswer {
    IlsAnswer::Done { facts: Box::new(IlsFacts { patron: Some(standing), ..IlsFacts::default() }) }
}

fn outcome(world: &mut World, kind: OutboundKind, outcome: DeliveryOutcome) {
    world.delivered(kind, outcome);
}

fn refused() -> DeliveryOutcome {
    DeliveryOutcome::Refused(Vec::new())
}

#[test]
fn a_good_patrons_request_goes_out_whole() {
    let mut world = World::new(with_ils());
    world.ask(Origin::Ncip, None);
    assert_eq!(world.phase(), Phase::Checking);
    assert!(world.sent.is_empty());
    world.ils();
    assert_eq!(world.phase(), Phase::Sent);
    let [(_, Message::Request(request))] = world.sent.as_slice() else { panic!("{:?}", world.sent) };
    assert_eq!(request.header.requesting_agency_request_id, "01k8zq0000000000000000test-1");
    assert_eq!(request.header.requesting_agency_id, world.library.symbol.to_agency_id());
    assert_eq!(request.header.supplying_agency_id, Some(world.library.broker.to_agency_id()));
    assert_eq!(request.service_info.as_ref().unwrap().request_type, Some(RequestType::New));
}

#[test]
fn an_ils_that_says_no_to_the_patron_is_heard() {
    let answers = [
        (standing(PatronStanding::Blocked), Phase::Draft),
        (standing(PatronStanding::Expired), Phase::Draft),
        (refusal("User Ineligible To Request This Item"), Phase::Draft),
        (standing(PatronStanding::Unknown), Phase::Refused),
        (refusal("Unknown User"), Phase::Refused),
    ];
    for (answer, phase) in answers {
        for origin in [Origin::Ncip, Origin::Rest, Origin::Staff] {
            let mut world = World::new(with_ils());
            world.ask(origin, None);
            let (ticket, _) = world.asked[0];
            world.answer(ticket, answer.clone());
            let expected = if origin == Origin::Staff { Phase::Draft } else { phase };
            assert_eq!(world.phase(), expected, "{answer:?} for {origin:?}");
            assert_eq!(world.has_incident("patron.refused"), expected == Phase::Draft);
            assert!(world.sent.is_empty());
            if expected == Phase::Draft {
                world.does(Act::Send);
                assert!(world.incidents.is_empty(), "staff have decided");
                assert_eq!(world.actions(), ["request"]);
            }
        }
    }
}

#[test]
fn a_check_that_fails_waits_for_staff_and_goes_on_by_itself_once_it_is_answered() {
    let mut world = World::new(with_ils());
    world.ask(Origin::Ncip, None);
    let ticket = world.ils_refuses("Unknown Agency");
    assert_eq!(world.phase(), Phase::Draft);
    assert!(world.has_incident("ils.step-failed"));
    world.does(Act::RetryStep { step: ticket });
    assert_eq!(world.phase(), Phase::Draft);
    world.ils();
    assert_eq!(world.phase(), Phase::Sent);
    assert!(world.incidents.is_empty());
}

#[test]
fn staff_look_at_what_they_entered_and_at_duplicates() {
    for (origin, duplicate) in
        [(Origin::Staff, None), (Origin::Staff, Some("req_other")), (Origin::Ncip, Some("req_other"))]
    {
        let mut world = World::new(with_ils());
        world.ask(origin, duplicate);
        world.ils();
        assert_eq!(world.phase(), Phase::Draft);
        assert_eq!(world.has_incident("request.duplicate"), duplicate.is_some());
        let patch = Patch { title: Some("Another title".to_owned()), ..Patch::default() };
        world.does(Act::Edit { patch: Box::new(patch), need_before: None });
        world.does(Act::Send);
        assert!(world.incidents.is_empty());
        let [(_, Message::Request(request))] = world.sent.as_slice() else { panic!() };
        assert_eq!(request.bibliographic_info.title.as_deref(), Some("Another title"));
        assert_eq!(request.bibliographic_info.author.as_deref(), Some("An author"), "what is left out stays");
        world.may_not(Act::Edit { patch: Box::default(), need_before: None }, "edit-late");
        world.may_not(Act::Send, "send-again");
    }
}

#[test]
fn a_patron_is_not_checked_where_that_is_off() {
    for library in [by_hand(), without(with_ils(), Step::CheckPatron)] {
        let mut world = World::new(library);
        world.ask(Origin::Rest, None);
        assert_eq!(world.phase(), Phase::Sent);
    }
}

#[test]
fn what_is_needed_no_more_before_it_is_sent_is_over() {
    let mut world = World::new(by_hand());
    world.ask(Origin::Staff, None);
    let date = world.in_days(3);
    world.does(Act::Edit { patch: Box::default(), need_before: Some(date.into()) });
    world.rings("need-before");
    assert_eq!(world.phase(), Phase::Cancelled);
    assert!(world.sent.is_empty());
}

#[test]
fn suppliers_come_and_go_and_only_the_final_unfilled_ends_it() {
    let mut world = World::sent(with_ils());
    world.says(Status::ExpectToSupply);
    assert_eq!(world.phase(), Phase::Expecting);
    assert_eq!(world.state().summary().partner, Some(supplier().to_string()));
    world.says(Status::WillSupply);
    assert_eq!(world.phase(), Phase::Promised);
    for status in [Status::Unfilled, Status::LoanCompleted, Status::Cancelled, Status::Unknown(String::new())]
    {
        world.notifies(status);
        assert_eq!(world.phase(), Phase::Promised, "a notification ends nothing");
    }
    world.says(Status::ExpectToSupply);
    assert_eq!(world.phase(), Phase::Expecting, "the next supplier");
    world.says(Status::Unfilled);
    assert_eq!(world.phase(), Phase::Unfilled);
    assert_eq!(world.told.last(), Some(&NotificationKind::Unfilled));
}

#[test]
fn a_condition_waits_for_staff() {
    let mut world = World::sent(with_ils());
    world.names_condition("LibraryUseOnly");
    assert_eq!(world.phase(), Phase::Conditional);
    world.rings("reply");
    assert!(world.has_incident("reply.awaited"));
    world.actions();
    world.does(Act::AgreeCondition);
    assert!(world.incidents.is_empty());
    assert_eq!(world.phase(), Phase::Promised);
    assert_eq!(world.actions(), [action(Action::Notification)]);
    world.names_condition("LibraryUseOnly");
    assert_eq!(world.phase(), Phase::Promised, "it is agreed");
    world.names_condition("NoReproduction");
    assert_eq!(world.phase(), Phase::Conditional);
    world.does(Act::DeclineCondition);
    assert_eq!(world.phase(), Phase::Sent, "the broker asks the next supplier");
    assert!(format!("{:?}", world.sent).contains("decline"));
    world.may_not(Act::AgreeCondition, "agree-nothing");
}

#[test]
fn a_condition_in_a_notification_counts() {
    let mut world = World::sent(with_ils());
    let mut message = world.message(ReasonForMessage::Notification, Status::ExpectToSupply);
    message.delivery_info =
        Some(DeliveryInfo { loan_condition: vec![Open::new("LibraryUseOnly")], ..DeliveryInfo::default() });
    world.hear(message);
    assert_eq!(world.phase(), Phase::Conditional);
}

#[test]
fn a_retry_has_a_new_id_that_names_the_old_one() {
    let mut world = World::sent(with_ils());
    let first = world.state().id().unwrap().to_owned();
    world.says(Status::RetryPossible);
    assert_eq!(world.phase(), Phase::RetryOffered);
    let patch = Patch { edition: Some("2nd".to_owned()), ..Patch::default() };
    world.does(Act::Edit { patch: Box::new(patch), need_before: None });
    world.sent.clear();
    world.does(Act::Retry);
    let [(_, Message::Request(request))] = world.sent.as_slice() else { panic!() };
    let service = request.service_info.as_ref().unwrap();
    assert_eq!(service.request_type, Some(RequestType::Retry));
    assert_eq!(service.requesting_agency_previous_request_id.as_ref(), Some(&first));
    assert_ne!(request.header.requesting_agency_request_id, first);
    // What answers the first request is out of it.
    let mut stale = world.message(ReasonForMessage::StatusChange, Status::Unfilled);
    stale.header.requesting_agency_request_id = first;
    world.hear(stale);
    assert_eq!(world.phase(), Phase::Sent);
    assert_eq!(world.rules(), ["stale"]);
}

#[test]
fn a_cancel_is_for_the_broker_and_waits_for_its_answer() {
    let mut world = World::sent(with_ils());
    world.says(Status::WillSupply);
    world.sent.clear();
    world.does(Act::Cancel);
    assert_eq!(world.phase(), Phase::Cancelling);
    let [(_, Message::RequestingAgencyMessage(cancel))] = world.sent.as_slice() else { panic!() };
    assert_eq!(cancel.action, Action::Cancel);
    assert_eq!(cancel.header.supplying_agency_id, world.library.broker.to_agency_id());
    world.may_not(Act::Cancel, "cancel-late");
    world.answers(ReasonForMessage::CancelResponse, Status::Cancelled, YesNo::Y);
    assert_eq!(world.phase(), Phase::Cancelled);
}

#[test]
fn a_cancel_that_comes_to_nothing_leaves_it_where_it_stood() {
    let mut world = World::sent(with_ils());
    world.says(Status::WillSupply);
    world.does(Act::Cancel);
    world.answers(ReasonForMessage::CancelResponse, Status::WillSupply, YesNo::N);
    assert_eq!(world.phase(), Phase::Promised);
    assert!(world.has_incident("cancel.refused"));

    let mut world = World::sent(with_ils());
    world.names_condition("LibraryUseOnly");
    world.does(Act::Cancel);
    outcome(&mut world, OutboundKind::Action(Action::Cancel), refused());
    assert_eq!(world.phase(), Phase::Conditional);
}

#[test]
fn contradictory_answers_to_a_cancel_are_read_by_their_status() {
    let mut world = World::sent(with_ils());
    world.does(Act::Cancel);
    world.answers(ReasonForMessage::CancelResponse, Status::Cancelled, YesNo::N);
    assert_eq!(world.phase(), Phase::Cancelled);

    for answer in [YesNo::Y, YesNo::N] {
        let mut world = World::sent(with_ils());
        world.does(Act::Cancel);
        world.answers(ReasonForMessage::CancelResponse, Status::Loaned, answer);
        assert_eq!(world.phase(), Phase::Shipped);
        assert!(world.has_incident("cancel.too-late"));
        world.receive(&[]);
        assert!(world.asked.is_empty(), "nobody waits for it");
    }
}

#[test]
fn what_crosses_a_cancel_changes_nothing_until_it_is_answered() {
    for status in [Status::ExpectToSupply, Status::WillSupply, Status::RetryPossible] {
        let mut world = World::sent(with_ils());
        world.does(Act::Cancel);
        world.says(status);
        assert_eq!(world.phase(), Phase::Cancelling);
        world.says(Status::Unfilled);
        assert_eq!(world.phase(), Phase::Cancelled);
    }
}

#[test]
fn the_patron_cancels_at_every_point() {
    let cancels = |world: &mut World| {
        world.step(&Input::Notice(loan_model::ils::IlsNotice {
            kind: NoticeKind::RequestCancelled,
            volume: None,
            due: None,
        }));
    };
    let mut world = World::new(with_ils());
    world.ask(Origin::Ncip, None);
    cancels(&mut world);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert!(world.asked.is_empty(), "the check is not asked for any more");
    let mut world = World::sent(with_ils());
    cancels(&mut world);
    assert_eq!(world.phase(), Phase::Cancelling);
}

#[test]
fn an_item_that_comes_after_the_end_must_go_back() {
    for by_supplier in [true, false] {
        let mut world = World::sent(with_ils());
        world.says(Status::Unfilled);
        if by_supplier {
            world.loaned(&["a"]);
            assert_eq!(world.phase(), Phase::Shipped);
            world.states(&[InTransit]);
        }
        world.receive(&["a"]);
        assert_eq!(world.phase(), Phase::Received);
        assert!(world.has_incident("loan.after-end"));
        assert!(world.asked.is_empty());
        world.ship_back(&[]);
        assert_eq!(world.phase(), Phase::Returned);
        world.says(Status::LoanCompleted);
        assert_eq!(world.phase(), Phase::Completed);
    }
}

#[test]
fn the_end_without_a_beginning_is_an_end() {
    let mut world = World::sent(with_ils());
    world.says(Status::LoanCompleted);
    assert_eq!(world.phase(), Phase::Completed);
    world.says(Status::LoanCompleted);
    assert_eq!(world.rules(), ["completed-late"]);
}

#[test]
fn a_supplier_that_contradicts_itself_is_shown() {
    let mut world = World::sent(with_ils());
    world.says(Status::Overdue);
    assert!(world.has_incident("supplier.contradicts"));
    let mut world = World::shipped(with_ils(), &["a"]);
    for status in [Status::Unfilled, Status::Cancelled] {
        world.says(status);
        assert_eq!(world.phase(), Phase::Shipped);
        assert!(world.has_incident("loan.denied"));
    }
    world.does(Act::ResolveIncidents);
    assert!(world.incidents.is_empty());
}

#[test]
fn silence_is_asked_about() {
    let mut world = World::sent(with_ils());
    world.actions();
    world.rings("answer");
    assert_eq!(world.actions(), [action(Action::StatusRequest)]);
    assert!(world.has_incident("supplier.quiet"));
    world.answers(ReasonForMessage::StatusRequestResponse, Status::ExpectToSupply, YesNo::Y);
    assert!(world.incidents.is_empty());
    assert_eq!(world.phase(), Phase::Expecting);
}

#[test]
fn what_the_broker_does_not_take() {
    let mut world = World::sent(with_ils());
    outcome(&mut world, OutboundKind::Request, DeliveryOutcome::Confirmed);
    assert_eq!(world.phase(), Phase::Sent);
    outcome(&mut world, OutboundKind::Request, refused());
    assert_eq!(world.phase(), Phase::Draft);
    assert!(world.has_incident("broker.refused"));
    world.does(Act::Send);
    assert_eq!(world.phase(), Phase::Sent);
    assert!(world.state().id().unwrap().ends_with("-2"));

    let gone =
        |may_have_arrived| DeliveryOutcome::Undeliverable { why: "no route".to_owned(), may_have_arrived };
    outcome(&mut world, OutboundKind::Request, gone(MayHaveArrived::Yes));
    assert_eq!(world.phase(), Phase::Sent);
    assert!(world.has_incident("peer.undeliverable"));
    outcome(&mut world, OutboundKind::Request, DeliveryOutcome::Confirmed);
    assert!(world.incidents.is_empty());
    outcome(&mut world, OutboundKind::Request, gone(MayHaveArrived::No));
    assert_eq!(world.phase(), Phase::Draft);

    let mut world = World::on_shelf(with_ils(), &["a"]);
    world.pick_up();
    world.does(Act::Renew);
    outcome(&mut world, OutboundKind::Action(Action::Renew), refused());
    assert!(world.has_incident("renewal.refused"));
    outcome(&mut world, OutboundKind::Action(Action::Received), refused());
    assert!(world.has_incident("broker.refused"));
    assert_eq!(world.phase(), Phase::Received);
}

#[test]
fn what_is_no_message_for_this_request_is_an_error() {
    let mut world = World::sent(with_ils());
    let before = world.state.clone();
    let error = |world: &mut World, input: Input| {
        world.step(&input);
        assert!(world.last.events.is_empty());
        match &world.last.reply {
            Reply::Error(errors) => errors[0].error_type.clone(),
            Reply::Ok => panic!("{:?} is taken", world.rules()),
        }
    };
    let wrap = |message| Box::new(Message::SupplyingAgencyMessage(message));
    let said = world.message(ReasonForMessage::StatusChange, Status::WillSupply);
    let from = PeerId::new("somebody");
    let stranger = Input::Message { message: wrap(said.clone()), from };
    assert_eq!(error(&mut world, stranger), ErrorType::UnrecognisedDataValue);
    let mut other = said.clone();
    other.header.requesting_agency_request_id = "other".to_owned();
    let other = Input::Message { message: wrap(other), from: partner() };
    assert_eq!(error(&mut world, other), ErrorType::UnrecognisedDataValue);
    let mut odd = said.clone();
    odd.status_info.status = Status::Unknown("Perhaps".to_owned());
    let odd = Input::Message { message: wrap(odd), from: partner() };
    assert_eq!(error(&mut world, odd), ErrorType::UnrecognisedDataValue);
    let mut odd = said;
    odd.message_info.reason_for_message = ReasonForMessage::Unknown("Whim".to_owned());
    let odd = Input::Message { message: wrap(odd), from: partner() };
    assert_eq!(error(&mut world, odd), ErrorType::UnsupportedReasonForMessageType);
    let request =
        Input::Message { message: Box::new(Message::Request(super::world::wanted())), from: partner() };
    assert_eq!(error(&mut world, request), ErrorType::UnrecognisedDataElement);
    assert_eq!(world.state, before);
}

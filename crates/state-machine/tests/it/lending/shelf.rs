//! From the request to the shelf and the answer.

use acts::{Act, ActKind, Answer, Fields};
use iso18626::{
    Action,
    ReasonForMessage::{
        self, CancelResponse, Notification, RequestResponse, StatusChange, StatusRequestResponse,
    },
    ReasonRetry, ReasonUnfilled, RequestType, ServiceType, Status,
    YesNo::{N, Y},
};
use loan_model::{
    NotificationKind,
    hosted::{AvailabilityAnswer, UnavailableAnswer},
    ils::{CirculationStatus, Step},
    names::Clock,
};
use state_machine::{
    interpreter::Reply,
    lending::{Phase, VolumeState},
};

use super::support::{KEY, World, at, done, library, manual, refused, request, retry, scans, ship, status};

#[test]
fn what_is_there_is_held_expected_and_after_the_pull_promised() {
    let mut world = World::asking(library());
    assert_eq!(world.phase(), Phase::Checking);
    assert_eq!(world.take_asked(), [r#"lookup Title("b1234")"#]);
    assert_eq!(world.take(), [], "nothing is known yet");
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert_eq!(world.phase(), Phase::OnPullList);
    assert_eq!(world.take(), [(RequestResponse, Status::ExpectToSupply, None)]);
    assert_eq!(world.take_asked(), [format!(r#"hold Title("b1234") as {KEY}"#)]);
    assert_eq!(world.tells, [NotificationKind::NewRequest]);
    world.answer(Step::PlaceHold, done());
    world.act(Act::Pulled { volumes: scans(&["31234"]) });
    assert_eq!(world.phase(), Phase::WillSupply);
    assert_eq!(world.volume(1), VolumeState::Pulled);
    assert_eq!(world.known_items.len(), 1);
    assert_eq!(world.take(), [(StatusChange, Status::WillSupply, None)]);
    let header = &world.last().header;
    assert_eq!(header.supplying_agency_request_id.as_deref(), Some(KEY));
    assert_eq!(header.requesting_agency_request_id, "asks-1");
    assert_eq!(header.multiple_item_request_id.as_deref(), Some("several-1"));
    assert_eq!(header.timestamp.instant(), Some(world.now));
}

#[test]
fn policy_may_promise_at_once_or_leave_all_to_staff() {
    let mut world = World::asking(loan_model::hosted::HostedFacts {
        availability: AvailabilityAnswer::WillSupply,
        ..library()
    });
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert_eq!(world.phase(), Phase::WillSupply);
    assert_eq!(world.take(), [(RequestResponse, Status::WillSupply, None)]);

    let mut world = World::asking(loan_model::hosted::HostedFacts {
        availability: AvailabilityAnswer::Staff,
        ..library()
    });
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert_eq!(world.phase(), Phase::OnPullList);
    assert_eq!(world.take(), []);
    world.act(Act::WillSupply);
    assert_eq!(world.take(), [(RequestResponse, Status::WillSupply, None)]);
}

#[test]
fn what_is_not_there_is_unfilled_with_the_reason_or_left_to_staff() {
    for (answer, reason) in [
        (status(CirculationStatus::OnLoan), "NotOnShelf"),
        (status(CirculationStatus::NotAvailable), "NotAvailableForILL"),
        (refused("Unknown Item"), "NotHeld"),
    ] {
        let mut world = World::asking(library());
        world.answer(Step::CheckItem, answer.clone());
        assert_eq!(world.phase(), Phase::Unfilled);
        assert_eq!(world.take(), [(RequestResponse, Status::Unfilled, None)]);
        assert_eq!(world.last().message_info.reason_unfilled.as_ref().unwrap().value, reason);
        assert_eq!(world.closed, 1);
        assert!(world.timers.is_empty() && world.waiting.is_empty());
        assert_eq!(world.take_asked().len(), 1, "no hold on what is not there");

        let mut world = World::asking(loan_model::hosted::HostedFacts {
            unavailable: UnavailableAnswer::Staff,
            ..library()
        });
        world.answer(Step::CheckItem, answer);
        assert_eq!(world.phase(), Phase::OnPullList);
        assert_eq!(world.take(), []);
    }
}

#[test]
fn an_ils_that_cannot_be_asked_leaves_the_shelf_to_staff() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, refused("Unsupported Service"));
    assert_eq!(world.phase(), Phase::OnPullList);
    assert!(world.waits_for(Step::PlaceHold), "a hold is another service");
    assert!(world.incidents.is_empty(), "{:?}", world.incidents);
    assert_eq!(world.take(), []);
}

#[test]
fn others_who_wait_for_it_come_first() {
    let mut world = World::asking(library());
    let facts = loan_model::ils::IlsFacts {
        status: Some(CirculationStatus::Available),
        holds: Some(2),
        ..Default::default()
    };
    world.answer(Step::CheckItem, loan_model::ils::IlsAnswer::Done { facts: Box::new(facts) });
    assert_eq!(world.phase(), Phase::Unfilled);
}

#[test]
fn staff_say_unfilled_and_the_hold_is_released() {
    let mut world = World::on_pull_list(library());
    world.act(Act::Unfilled { reason: ReasonUnfilled::PoorCondition });
    assert_eq!(world.phase(), Phase::Unfilled);
    assert_eq!(world.take(), [(StatusChange, Status::Unfilled, None)]);
    assert_eq!(world.last().message_info.reason_unfilled.as_ref().unwrap().value, "PoorCondition");
    assert_eq!(world.take_asked(), [format!("release {KEY}")]);
    world.answer(Step::ReleaseHold, done());
    world.check_replay();
}

#[test]
fn a_condition_is_named_and_agreed_or_declined() {
    let mut fields = Fields::default();
    for (name, value) in [("condition", "LibraryUseOnly"), ("amount", "5.00"), ("currency", "USD")] {
        fields.set(name, value);
    }
    let named = Act::new(ActKind::Conditional, fields).unwrap();
    let mut world = World::on_pull_list(library());
    world.act(named.clone());
    assert_eq!(world.phase(), Phase::Conditional);
    assert_eq!(world.take(), [(StatusChange, Status::ExpectToSupply, None)]);
    let said = world.last();
    assert_eq!(said.delivery_info.as_ref().unwrap().loan_condition[0].value, "LibraryUseOnly");
    assert_eq!(said.retry_info.as_ref().unwrap().offered_costs[0].monetary_value.as_str(), "5.00");
    let question = world.message(Action::Notification, Some("When would that be?"));
    world.give(question);
    assert_eq!(world.phase(), Phase::Conditional, "a question is no reply");
    let agrees = world.message(Action::Notification, Some("ACCEPT"));
    world.give(agrees);
    assert_eq!(world.phase(), Phase::WillSupply);
    assert_eq!(world.take(), [(StatusChange, Status::WillSupply, None)]);
    assert!(world.tells.contains(&NotificationKind::ConditionAgreed));

    let mut world = World::on_pull_list(library());
    world.act(named.clone());
    world.take();
    let declines = world.message(Action::Notification, Some("REJECT"));
    world.give(declines);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert_eq!(world.take(), [(StatusChange, Status::Cancelled, None)]);
    assert!(world.waits_for(Step::ReleaseHold));

    let mut world = World::on_pull_list(library());
    world.act(named);
    world.take();
    world.run_out(Clock::Reply);
    assert_eq!(world.phase(), Phase::Unfilled);
    assert_eq!(world.take(), [(StatusChange, Status::Unfilled, None)]);
}

#[test]
fn a_retry_is_offered_and_taken_up_under_a_new_id() {
    let mut world = World::on_pull_list(library());
    let before = at("2026-11-20T00:00:00Z");
    world.act(Act::RetryLater { reason: ReasonRetry::OnLoan, before: Some(before.into()), after: None });
    assert_eq!(world.phase(), Phase::RetryOffered);
    assert_eq!(world.take(), [(StatusChange, Status::RetryPossible, None)]);
    assert_eq!(world.last().message_info.reason_retry.as_ref().unwrap().value, "OnLoan");
    assert_eq!(world.timers[&Clock::Reply.of_request()], before);
    world.answer(Step::ReleaseHold, done());
    world.take_asked();
    assert_eq!(world.give_request(retry("asks-2")).reply, Reply::Ok);
    assert_eq!(world.phase(), Phase::Checking);
    assert_eq!(world.known_as, ["asks-1", "asks-2"]);
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert_eq!(
        world.take(),
        [(RequestResponse, Status::ExpectToSupply, None)],
        "the first answer to the retry"
    );
    assert_eq!(world.last().header.requesting_agency_request_id, "asks-2");
    assert!(world.waits_for(Step::PlaceHold), "it is held again");
    world.check_replay();
}

#[test]
fn a_retry_that_never_comes_ends_unfilled() {
    let mut world = World::on_pull_list(manual());
    world.act(Act::RetryLater { reason: ReasonRetry::OnLoan, before: None, after: None });
    world.take();
    world.run_out(Clock::Reply);
    assert_eq!(world.take(), [(StatusChange, Status::Unfilled, None)]);
    world.give_request(retry("asks-2"));
    assert_eq!(world.phase(), Phase::Unfilled);
    assert_eq!(world.take(), [(RequestResponse, Status::Unfilled, None)], "it hears how things stand");
}

#[test]
fn a_cancel_before_shipping_is_granted_and_leaves_nothing_behind() {
    let mut world = World::on_pull_list(library());
    world.says(Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert_eq!(world.take(), [(CancelResponse, Status::Cancelled, Some(Y))]);
    assert_eq!(world.take_asked(), [format!("release {KEY}")]);
    assert!(world.timers.is_empty());
    world.says(Action::Cancel);
    assert_eq!(world.take(), [(CancelResponse, Status::Cancelled, Some(Y))], "once more, the same");

    let mut world = World::on_pull_list(library());
    world.act(Act::Pulled { volumes: scans(&["1"]) });
    world.says(Action::Cancel);
    assert_eq!((world.phase(), world.volume(1)), (Phase::Cancelled, VolumeState::PutBack));

    // While the ILS is still being asked.
    let mut world = World::asking(library());
    world.says(Action::Cancel);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert!(world.waiting.is_empty(), "the question is taken back");
}

#[test]
fn a_hold_that_comes_after_the_cancel_is_released() {
    let mut world = World::asking(library());
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    let (ticket, _) = world.waiting[0].clone();
    world.says(Action::Cancel);
    assert!(world.waiting.is_empty(), "the asking is taken back");
    world.take_asked();
    // It had gone out already.
    world.give(state_machine::hosted::Input::Ils { step: ticket, answer: done() });
    assert_eq!(world.take_asked(), [format!("release {KEY}")]);
}

#[test]
fn where_parcels_go_unseen_staff_answer_the_cancel() {
    let waiting = || {
        let mut world = World::on_pull_list(manual());
        world.act(Act::Pulled { volumes: scans(&["1"]) });
        world.take();
        world.says(Action::Cancel);
        assert_eq!(world.phase(), Phase::Cancelling);
        assert!(world.tells.contains(&NotificationKind::CancelAsked));
        assert_eq!(world.take(), []);
        world.says(Action::Cancel);
        assert_eq!(world.take(), [], "one answer for both");
        world
    };
    let mut world = waiting();
    world.act(Act::AnswerCancel { answer: Answer::Yes });
    assert_eq!(world.phase(), Phase::Cancelled);
    assert_eq!(world.take(), [(CancelResponse, Status::Cancelled, Some(Y))]);

    let mut world = waiting();
    world.act(Act::AnswerCancel { answer: Answer::No });
    assert_eq!(world.phase(), Phase::WillSupply);
    assert_eq!(world.take(), [(CancelResponse, Status::WillSupply, Some(N))]);

    let mut world = waiting();
    world.act(ship(&[]));
    assert_eq!(world.phase(), Phase::Shipped);
    assert_eq!(
        world.take(),
        [(StatusChange, Status::Loaned, None), (CancelResponse, Status::Loaned, Some(N))]
    );

    let mut world = waiting();
    world.run_out(Clock::Reply);
    assert_eq!(world.phase(), Phase::Cancelled);
    assert_eq!(world.take(), [(CancelResponse, Status::Cancelled, Some(Y))]);
}

#[test]
fn what_does_not_go_after_all_answers_the_cancel_that_waits() {
    for act in [Act::Unfilled { reason: ReasonUnfilled::NotOnShelf }, Act::Close] {
        let mut library = manual();
        library.undo_window = jiff::SignedDuration::from_mins(1);
        let mut world = World::on_pull_list(library);
        world.act(Act::Pulled { volumes: scans(&["1"]) });
        world.says(Action::Cancel);
        world.act(ship(&[]));
        assert_eq!(world.phase(), Phase::Shipping);
        world.take();
        world.act(act.clone());
        assert_eq!(world.take(), [(CancelResponse, Status::Cancelled, Some(Y))], "{act:?}");
    }
}

#[test]
fn a_status_request_and_a_reminder_are_answered_wherever_it_stands() {
    let mut world = World::asking(library());
    world.says(Action::StatusRequest);
    assert_eq!(world.take(), [(StatusRequestResponse, Status::RequestReceived, None)]);
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert_eq!(world.take(), [(RequestResponse, Status::ExpectToSupply, None)], "still the first answer");
    world.says(Action::StatusRequest);
    assert_eq!(world.take(), [(StatusRequestResponse, Status::ExpectToSupply, None)]);
    let mut reminder = request();
    reminder.service_info.as_mut().unwrap().request_type = Some(RequestType::Reminder);
    assert_eq!(world.give_request(reminder).reply, Reply::Ok);
    assert_eq!(world.take(), [(Notification, Status::ExpectToSupply, None)]);
}

#[test]
fn the_pull_list_has_its_clock() {
    let mut world = World::on_pull_list(library());
    world.run_out(Clock::Pull);
    assert_eq!(world.phase(), Phase::OnPullList);
    assert!(world.has_incident("pull.late"));
    world.run_out(Clock::Pull);
    assert_eq!(world.phase(), Phase::Unfilled, "twice the time is enough");
    assert!(!world.has_incident("pull.late"));
    assert!(world.waits_for(Step::ReleaseHold));

    let mut world = World::on_pull_list(manual());
    world.act(Act::WillSupply);
    world.run_out(Clock::Ship);
    assert!(world.has_incident("ship.late"));
    world.act(ship(&["1"]));
    assert!(!world.has_incident("ship.late"));
}

#[test]
fn what_is_needed_no_more_is_not_supplied() {
    let mut asked = request();
    let by = iso18626::DateTime::from_lexical("2026-11-03T00:00:00Z");
    asked.service_info.as_mut().unwrap().need_before_date = Some(by);
    let mut world = World::new(library());
    world.give_request(asked.clone());
    world.run_out(Clock::NeedBefore);
    assert_eq!(world.phase(), Phase::Unfilled);
    let mut world = World::new(manual());
    world.give_request(asked);
    world.act(ship(&[]));
    assert!(!world.timers.contains_key(&Clock::NeedBefore.of_request()), "it has gone");
}

#[test]
fn a_copy_is_delivered_where_one_will_do() {
    let world = World::on_pull_list(library());
    assert!(!world.allowed().contains(&"deliver-copy"));
    let mut asked = request();
    asked.service_info.as_mut().unwrap().service_type = ServiceType::Copy;
    let mut world = World::new(library());
    world.give_request(asked);
    world.answer(Step::CheckItem, status(CirculationStatus::Available));
    assert!(!world.waits_for(Step::PlaceHold), "a copy needs no hold");
    world.take();
    world.act(Act::DeliverCopy { url: Some("https://files.example/1.pdf".to_owned()) });
    assert_eq!(world.phase(), Phase::Completed);
    assert_eq!(world.take(), [(StatusChange, Status::CopyCompleted, None)]);
    let delivery = world.last().delivery_info.as_ref().unwrap();
    assert_eq!(delivery.url.as_deref(), Some("https://files.example/1.pdf"));
    assert_eq!(world.closed, 1);
}

#[test]
fn what_is_wrong_is_an_error_and_what_is_late_is_not() {
    let mut world = World::new(library());
    let unknown = world.try_decide(&state_machine::hosted::Input::Timer(Clock::Pull.of_request()));
    assert!(matches!(unknown.reply, Reply::Error(_)));
    assert!(matches!(world.give_request(retry("asks-9")).reply, Reply::Error(_)), "nothing to retry");
    world.give_request(request());
    assert!(
        matches!(world.give_request(request()).reply, Reply::Error(_)),
        "another request under the same id"
    );
    let stranger = match world.message(Action::Cancel, None) {
        state_machine::hosted::Input::Message { message, .. } => {
            state_machine::hosted::Input::Message { message, from: loan_model::PeerId::new("stranger") }
        }
        other => other,
    };
    assert!(matches!(world.give(stranger).reply, Reply::Error(_)));
    let odd = world.message(Action::from("Sing"), None);
    assert!(matches!(world.give(odd).reply, Reply::Error(_)));
    for action in
        [Action::Received, Action::ShippedReturn, Action::ShippedForward, Action::Lost, Action::HoldReturn]
    {
        world.says(action);
        assert_eq!(world.phase(), Phase::Checking);
    }
    assert!(world.has_incident("loan.unrecorded"));
    world.says(Action::Renew);
    assert_eq!(world.take(), [(ReasonForMessage::RenewResponse, Status::RequestReceived, Some(N))]);
}

#[test]
fn staff_close_what_has_not_gone_and_the_requester_hears_the_end() {
    let mut world = World::on_pull_list(library());
    world.act(Act::Close);
    assert_eq!(world.phase(), Phase::Closed);
    assert_eq!(world.take(), [(StatusChange, Status::Unfilled, None)]);
    assert!(world.waits_for(Step::ReleaseHold));
    assert!(!world.allowed().contains(&"close"));
    assert!(world.try_act(Act::Close).refusal().is_some());
}

#[test]
fn a_volume_is_named_by_its_number_or_its_barcode() {
    let mut world = World::on_pull_list(library());
    let act = |kind: ActKind, json: &str| Act::new(kind, serde_json::from_str(json).unwrap()).unwrap();
    world.act(Act::Pulled { volumes: scans(&["a", "b"]) });
    world.act(act(ActKind::Ship, r#"{"volumes":["vol-2"]}"#));
    let states: Vec<String> = world.summary().volumes.into_iter().map(|volume| volume.state).collect();
    assert_eq!(states[0], "put-back");
    assert_ne!(states[1], "put-back");
    let refused = world.try_act(act(ActKind::Damaged, r#"{"volumes":["vol-3"],"note":"torn"}"#));
    assert!(refused.refusal().is_some());
    let mut world = World::on_pull_list(library());
    let refused = world.try_act(act(ActKind::Ship, r#"{"volumes":["vol-1"]}"#));
    assert_eq!(refused.refusal().unwrap().rule, "no-such-volume", "nothing was pulled");
    assert!(refused.events.is_empty());
}

#[test]
fn an_act_of_another_machine_is_refused_by_name() {
    let mut world = World::on_pull_list(library());
    for act in [Act::NextSupplier, Act::Renew, Act::Receive { volumes: Vec::new() }] {
        assert_eq!(world.try_act(act).refusal().unwrap().rule, "act-of-another-machine");
    }
}

#[test]
fn a_day_ends_where_the_library_is() {
    let mut library = library();
    library.calendar.time_zone = "America/Denver".to_owned();
    let mut world = World::on_pull_list(library);
    let mut fields = Fields::default();
    fields.set("reason", "OnLoan");
    fields.set("before", "2026-12-20");
    fields.set("after", "2026-12-18");
    world.act(Act::new(ActKind::RetryLater, fields).unwrap());
    let said = world.last().retry_info.clone().unwrap();
    let at = |date: &Option<iso18626::DateTime>| date.as_ref().unwrap().to_string();
    assert_eq!(at(&said.retry_before), "2026-12-21T06:59:59.000Z");
    assert_eq!(at(&said.retry_after), "2026-12-18T07:00:00.000Z");
}

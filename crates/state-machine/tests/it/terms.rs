//! Retry and conditions.

use iso18626::{Action, Costs, DateTime, Decimal, Open, ReasonRetry, RequestType, RetryInfo, Status};
use loan_model::{
    facts::RetryPolicy,
    names::{Clock, LegId},
};
use state_machine::brokering::{LegState, Phase};

use crate::support::{KEY, World, symbol};

fn retry_possible(world: &mut World, before: Option<&str>) {
    let mut message = world.said(0, iso18626::ReasonForMessage::StatusChange, Status::RetryPossible);
    message.message_info.reason_retry = Some(Open::from(ReasonRetry::CostExceedsMaxCost));
    message.retry_info = Some(RetryInfo {
        offered_costs: vec![Costs {
            currency_code: Open::new("USD"),
            monetary_value: Decimal::from_lexical("12.50"),
        }],
        retry_before: before.map(DateTime::from_lexical),
        ..RetryInfo::default()
    });
    world.supplier_says(0, message);
}

#[test]
fn a_retry_is_relayed_with_its_cost_and_goes_to_the_same_supplier() {
    let mut world = World::asking(&["first", "second"]);
    retry_possible(&mut world, None);
    assert_eq!(world.take(), ["requester report/StatusChange/RetryPossible"]);
    assert_eq!(world.last_report().retry_info.as_ref().unwrap().offered_costs.len(), 1);
    assert_eq!(
        world.last_report().message_info.reason_retry,
        Some(Open::from(ReasonRetry::CostExceedsMaxCost))
    );

    world.retry("asker-2", |_| {});
    assert_eq!(world.take(), ["leg-0 request"]);
    let (retry, _) = *world.requests().last().unwrap();
    let service = retry.service_info.as_ref().unwrap();
    assert_eq!(service.request_type, Some(RequestType::Retry));
    assert_eq!(service.requesting_agency_previous_request_id, Some(format!("{KEY}-1")));
    assert_eq!(retry.header.requesting_agency_request_id, format!("{KEY}-2"));
    assert!(world.known.iter().any(|(_, id, _)| id == "asker-2"));

    world.deliver(0);
    world.supplier(0, Status::WillSupply);
    assert_eq!(
        world.take(),
        ["requester report/RequestResponse/WillSupply"],
        "the first answer after a retry"
    );
    assert_eq!(world.last_report().header.requesting_agency_request_id, "asker-2");
    world.check_replay();
}

#[test]
fn a_retry_may_keep_its_id() {
    let mut world = World::asking(&["first"]);
    retry_possible(&mut world, None);
    world.retry("asker-1", |_| {});
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Sending));
}

#[test]
fn a_retry_for_another_item_locates_anew() {
    let mut world = World::asking(&["first", "second"]);
    retry_possible(&mut world, None);
    world.take();
    world.retry("asker-2", |request| request.bibliographic_info.title = Some("Another title".to_owned()));
    assert_eq!(world.phase(), Phase::Locating);
    assert_eq!(world.locate.as_ref().unwrap().0, [], "nobody counts as tried");
    world.locate();
    assert_eq!(world.leg_peer(1), world.leg_peer(0), "the same supplier may be asked again");
    assert_eq!(world.take(), ["leg-1 request", "requester report/RequestResponse/ExpectToSupply"]);
    world.check_replay();
}

#[test]
fn after_retry_before_the_rota_moves_on() {
    let mut world = World::asking(&["first", "second"]);
    retry_possible(&mut world, Some("2026-11-05T12:00:00Z"));
    let timer = Clock::Retry.of(LegId(0));
    assert_eq!(world.timers[&timer], "2026-11-05T12:00:00Z".parse().unwrap());
    world.run_out(timer);
    assert_eq!((world.leg(0), world.leg_peer(1).as_str()), (LegState::Unfilled, "second"));
}

#[test]
fn without_a_date_a_retry_has_four_working_days() {
    let mut world = World::asking(&["first", "second"]);
    retry_possible(&mut world, None);
    // From a Monday to the Friday.
    assert_eq!(world.timers[&Clock::Retry.of(LegId(0))], "2026-11-06T15:00:00Z".parse().unwrap());
}

#[test]
fn by_policy_a_retry_counts_as_unfilled() {
    let mut world = World::asking(&["first", "second"]);
    world.facts_mut("first").retry_policy = RetryPolicy::CountAsUnfilled;
    retry_possible(&mut world, None);
    assert_eq!((world.leg(0), world.phase()), (LegState::Unfilled, Phase::Asking));
    assert!(!world.take().iter().any(|sent| sent.contains("RetryPossible")));
}

#[test]
fn a_retry_that_nobody_offers_goes_on_under_its_new_id() {
    let mut world = World::asking(&["first", "second"]);
    retry_possible(&mut world, None);
    world.run_out(Clock::Retry.of(LegId(0)));
    world.take();
    world.retry("asker-2", |_| {});
    assert_eq!(world.take(), ["requester report/RequestResponse/ExpectToSupply"]);
    assert_eq!(world.last_report().header.requesting_agency_request_id, "asker-2");
}

#[test]
fn an_answer_to_the_request_before_the_retry_changes_nothing() {
    let mut world = World::asking(&["first", "second"]);
    let stale = world.said(0, iso18626::ReasonForMessage::StatusChange, Status::Unfilled);
    retry_possible(&mut world, None);
    world.retry("asker-2", |_| {});
    world.take();
    world.supplier_says(0, stale);
    assert_eq!((world.rule(), world.leg(0)), ("stale", LegState::Sending));
    assert!(world.take().is_empty());
}

#[test]
fn a_condition_waits_for_the_requester_and_agreeing_is_a_notification() {
    let mut world = World::asking(&["first"]);
    world.condition(0, Status::WillSupply, "LibraryUseOnly");
    assert_eq!((world.phase(), world.leg(0)), (Phase::Conditional, LegState::Conditional));
    assert_eq!(world.take(), ["requester report/StatusChange/WillSupply"]);
    assert_eq!(
        world.last_report().delivery_info.as_ref().unwrap().loan_condition,
        [Open::new("LibraryUseOnly")]
    );
    world.asker_writes(Action::Notification, Some("ACCEPT"));
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));
    assert_eq!(world.take(), ["leg-0 action/Notification"]);
    assert!(world.timers.contains_key(&Clock::Ship.of(LegId(0))));
    // The supplier promises on the same terms: no second question.
    world.condition(0, Status::WillSupply, "LibraryUseOnly");
    assert_eq!((world.phase(), world.leg(0)), (Phase::Asking, LegState::Promised));
    world.condition(0, Status::WillSupply, "NoReproduction");
    assert_eq!(world.phase(), Phase::Conditional, "other terms are another question");
}

#[test]
fn an_offered_price_is_a_condition_and_the_date_in_it_proves_no_shipping() {
    let mut world = World::asking(&["first"]);
    let mut message = world.said(0, iso18626::ReasonForMessage::Notification, Status::ExpectToSupply);
    message.retry_info = Some(RetryInfo {
        offered_costs: vec![Costs {
            currency_code: Open::new("USD"),
            monetary_value: Decimal::from_lexical("5"),
        }],
        ..RetryInfo::default()
    });
    message.delivery_info =
        Some(iso18626::DeliveryInfo { date_sent: DateTime::from_instant(world.now), ..Default::default() });
    world.supplier_says(0, message);
    assert_eq!((world.phase(), world.leg(0)), (Phase::Conditional, LegState::Conditional));
    assert_eq!(world.take(), ["requester report/Notification/ExpectToSupply"]);
}

#[test]
fn declining_by_words_ends_the_leg_and_moves_the_rota_on() {
    let mut world = World::asking(&["first", "second"]);
    world.condition(0, Status::ExpectToSupply, "LibraryUseOnly");
    world.take();
    world.asker_writes(Action::Notification, Some("REJECT"));
    assert_eq!(
        world.take(),
        [
            "leg-0 action/Cancel",
            "requester report/Notification/ExpectToSupply",
            "leg-1 request",
            "requester report/StatusChange/ExpectToSupply",
        ]
    );
    world.cancel_response(0, iso18626::YesNo::Y, Status::Cancelled);
    assert!(world.take().is_empty(), "the answer to the cancel is not passed on");
    assert_eq!(world.leg(0), LegState::Cancelled);
}

#[test]
fn declining_by_a_cancel_to_the_suppliers_symbol_moves_the_rota_on() {
    let mut world = World::new(&["first", "second"]).transparent();
    world.ask();
    world.deliver(0);
    world.condition(0, Status::ExpectToSupply, "LibraryUseOnly");
    world.take();
    world.asker_to("first", Action::Cancel);
    assert_eq!((world.leg(0), world.leg(1)), (LegState::PassedOver, LegState::Sending));
    assert_eq!(world.last_report().header.supplying_agency_id, symbol("second").to_agency_id());
    assert!(!world.take().iter().any(|sent| sent.contains("CancelResponse")));
}

#[test]
fn other_words_while_a_condition_waits_decide_nothing() {
    let mut world = World::asking(&["first"]);
    world.condition(0, Status::ExpectToSupply, "LibraryUseOnly");
    world.take();
    world.asker_writes(Action::Notification, Some("When would it come?"));
    assert_eq!(
        (world.phase(), world.take()),
        (Phase::Conditional, vec!["leg-0 action/Notification".to_owned()])
    );
}

#[test]
fn a_condition_without_a_reply_counts_as_declined() {
    let mut world = World::asking(&["first", "second"]);
    world.condition(0, Status::ExpectToSupply, "LibraryUseOnly");
    world.take();
    world.run_out(Clock::Reply.of(LegId(0)));
    assert_eq!(world.take()[0], "leg-0 action/Cancel");
    assert_eq!((world.leg(0), world.leg(1)), (LegState::PassedOver, LegState::Sending));
}

/// Everything that could say an offer again after it was taken.
#[test]
fn after_an_accepted_retry_nothing_says_retry_possible() {
    type Said = (&'static str, fn(&mut World));
    let say: [Said; 7] = [
        ("StatusRequest", |world| drop(world.asker(Action::StatusRequest))),
        ("Reminder", |world| drop(world.retry("asker-2", remind))),
        ("a repeated Retry", |world| drop(world.retry("asker-2", |_| {}))),
        ("the first word under a new id", |world| drop(world.retry("asker-3", |_| {}))),
        ("a supplier's words", |world| {
            let status = Status::Unknown(String::new());
            let words = world.said(0, iso18626::ReasonForMessage::Notification, status);
            world.supplier_says(0, words);
        }),
        ("the next supplier", |world| drop(world.unfilled(0, "NotOnShelf"))),
        ("a cancel", |world| drop(world.asker(Action::Cancel))),
    ];
    for (what, say) in say {
        let mut world = World::asking(&["first", "second"]);
        retry_possible(&mut world, None);
        world.retry("asker-2", |_| {});
        world.deliver(0);
        world.take();
        assert_eq!(world.state().summary().told.unwrap().status, Status::ExpectToSupply);
        say(&mut world);
        let said = world.take();
        assert!(!said.iter().any(|said| said.contains("RetryPossible")), "{what}: {said:?}");
        assert!(!said.is_empty(), "{what}");
        world.check_replay();
    }
}

fn remind(request: &mut iso18626::Request) {
    request.service_info.as_mut().unwrap().request_type = Some(RequestType::Reminder);
}

#[test]
fn an_offer_that_has_lapsed_is_not_told_again() {
    let mut world = World::asking(&["first", "second"]);
    retry_possible(&mut world, None);
    world.take();
    world.run_out(Clock::Retry.of(LegId(0)));
    assert!(!world.take().iter().any(|said| said.contains("RetryPossible")));
}

#[test]
fn a_requester_that_retries_by_itself_comes_to_rest() {
    let mut world = World::asking(&["first", "second"]);
    world.broker.retries_per_hour = 3;
    for number in 2..=4 {
        retry_possible(&mut world, None);
        world.retry(&format!("asker-{number}"), |_| {});
        world.deliver(0);
        assert_eq!(world.phase(), Phase::Asking);
    }
    retry_possible(&mut world, None);
    world.take();
    world.retry("asker-5", |_| {});
    assert_eq!((world.rule(), world.phase()), ("retry-storm", Phase::RetryOffered));
    assert!(world.take().is_empty() && world.incidents.contains("retry.storm"));
    assert!(world.known.iter().any(|(_, id, _)| id == "asker-5"), "the request goes on under the new id");

    world.pass(1);
    world.retry("asker-6", |_| {});
    assert_eq!((world.rule(), world.take()), ("retry-same", vec!["leg-0 request".to_owned()]));
    world.check_replay();
}

//! Random histories of requester, suppliers, clocks, staff and deliveries, with repeats and reorderings. After each step the
//! promises must hold.

use acts::{Act, ActKind, Fields};
use iso18626::{
    Action, DateTime, DeliveryInfo, ErrorData, ErrorType, Message, Open, ReasonForMessage, Request,
    RequestType, Status, SupplyingAgencyMessage, YesNo,
};
use loan_model::{
    MayHaveArrived,
    facts::{Face, RetryPolicy},
    names::{Clock, LegId, OutboundKind, OutboundRef, Party},
};
use proptest::prelude::*;
use state_machine::{
    brokering::{Addressing, Event, Input, LegState, Phase, State, allowed_actions},
    interpreter::{Common, DeliveryOutcome, Reply},
};

use crate::support::{ASKER, World, asked, peer, symbol};

/// What staff of a broker do.
pub(crate) const ACTS: &[ActKind] = &[
    ActKind::NextSupplier,
    ActKind::LocateAgain,
    ActKind::AgreeCondition,
    ActKind::DeclineCondition,
    ActKind::CancelRequest,
    ActKind::AskStatus,
    ActKind::Close,
    ActKind::ResolveIncidents,
    ActKind::WasLent,
    ActKind::WasNotLent,
];

/// One step, with numbers that pick among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Locate,
    Supplier { leg: u8, status: u8, reason: u8, terms: bool },
    Asker { action: u8, to: u8, words: u8 },
    Retry { other_item: bool, same_id: bool },
    Remind,
    Timer { which: u8 },
    Staff { action: u8 },
    Delivered { which: u8, outcome: u8 },
    Attempt { which: u8 },
    Repeat { which: u8 },
    Pass { hours: u8 },
    Pause { which: u8 },
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Locate),
        9 => (any::<u8>(), any::<u8>(), any::<u8>(), prop::bool::weighted(0.15))
            .prop_map(|(leg, status, reason, terms)| Step::Supplier { leg, status, reason, terms }),
        5 => (any::<u8>(), any::<u8>(), any::<u8>())
            .prop_map(|(action, to, words)| Step::Asker { action, to, words }),
        2 => (any::<bool>(), any::<bool>())
            .prop_map(|(other_item, same_id)| Step::Retry { other_item, same_id }),
        1 => Just(Step::Remind),
        5 => any::<u8>().prop_map(|which| Step::Timer { which }),
        2 => any::<u8>().prop_map(|action| Step::Staff { action }),
        6 => (any::<u8>(), any::<u8>()).prop_map(|(which, outcome)| Step::Delivered { which, outcome }),
        2 => any::<u8>().prop_map(|which| Step::Attempt { which }),
        2 => any::<u8>().prop_map(|which| Step::Repeat { which }),
        1 => (1..200u8).prop_map(|hours| Step::Pass { hours }),
        1 => any::<u8>().prop_map(|which| Step::Pause { which }),
    ]
}

pub(crate) fn pick<T: Clone>(from: &[T], number: u8) -> Option<T> {
    (!from.is_empty()).then(|| from[usize::from(number) % from.len()].clone())
}

const REASONS: [ReasonForMessage; 6] = [
    ReasonForMessage::StatusChange,
    ReasonForMessage::RequestResponse,
    ReasonForMessage::StatusRequestResponse,
    ReasonForMessage::RenewResponse,
    ReasonForMessage::CancelResponse,
    ReasonForMessage::Notification,
];

fn supplier(world: &World, leg: u8, status: u8, reason: u8, terms: bool) -> Option<Input> {
    let legs: Vec<u32> = (0..world.state().summary().legs.len() as u32).collect();
    let leg = pick(&legs, leg)?;
    // A status change is what most messages are.
    let which = if reason < 150 { ReasonForMessage::StatusChange } else { pick(&REASONS, reason)? };
    let mut message: SupplyingAgencyMessage = world.said(leg, which, pick(Status::ALL, status)?);
    message.message_info.answer_yes_no = Some(if reason.is_multiple_of(2) { YesNo::Y } else { YesNo::N });
    message.message_info.reason_unfilled =
        Some(Open::new(if status > 250 { "Duplicate" } else { "NotOnShelf" }));
    if terms {
        message.delivery_info = Some(DeliveryInfo {
            date_sent: DateTime::from_instant(world.now),
            loan_condition: vec![Open::new(if status.is_multiple_of(2) {
                "LibraryUseOnly"
            } else {
                "NoReproduction"
            })],
            ..DeliveryInfo::default()
        });
    }
    if reason % 16 == 1
        && let Some(earlier) = world.state().summary().legs[leg as usize].ids.first()
    {
        message.header.requesting_agency_request_id.clone_from(earlier);
    }
    Some(Input::Supplying {
        leg: LegId(leg),
        message: Box::new(message),
        from: world.leg_peer(leg),
        lender: None,
    })
}

fn asker(world: &World, action: u8, to: u8, words: u8) -> Option<Input> {
    let note = pick(&[None, Some("ACCEPT"), Some("REJECT"), Some("How are you?")], words)?;
    let mut message = world.asker_message(pick(Action::ALL, action)?, note);
    let named = pick(&["broker", "broker", "first", "second", "third"], to)?;
    message.header.supplying_agency_id = symbol(named).to_agency_id();
    Some(Input::Requesting { message: Box::new(message), from: peer(ASKER) })
}

fn again(world: &World, kind: RequestType, other_item: bool, same_id: bool) -> Input {
    let mut request: Request = asked();
    if !same_id {
        request.header.requesting_agency_request_id = format!("asker-{}", world.events.len());
    }
    if other_item {
        request.bibliographic_info.title = Some(format!("Title {}", world.events.len()));
    }
    request.service_info.as_mut().unwrap().request_type = Some(kind);
    Input::Request { message: Box::new(request), from: peer(ASKER), addressed: Addressing::Broker }
}

fn delivered(world: &World, which: u8, outcome: u8) -> Option<Input> {
    let message = pick(&world.unconfirmed, which)?;
    let error = |value: &str| {
        DeliveryOutcome::Refused(vec![ErrorData {
            error_type: ErrorType::UnrecognisedDataValue,
            error_value: Some(value.to_owned()),
        }])
    };
    let outcome = match outcome % 10 {
        0 => error("no"),
        1 if message.kind == OutboundKind::Request => DeliveryOutcome::AlreadyThere(vec![ErrorData {
            error_type: ErrorType::UnrecognisedDataValue,
            error_value: Some("it already exists".to_owned()),
        }]),
        1 => error("it already exists"),
        2 => DeliveryOutcome::Undeliverable {
            why: "no route".to_owned(),
            may_have_arrived: message.may_have_arrived,
        },
        3 => DeliveryOutcome::Dropped {
            by: "staff".to_owned(),
            reason: "gone".to_owned(),
            may_have_arrived: message.may_have_arrived,
        },
        _ => DeliveryOutcome::Confirmed,
    };
    Some(Input::Delivery { out: OutboundRef { to: message.to, kind: message.kind }, outcome })
}

pub(crate) fn input(world: &mut World, given: &[Input], step: &Step) -> Option<Input> {
    match *step {
        Step::Locate => world.rota().map(Input::Located),
        Step::Supplier { leg, status, reason, terms } => supplier(world, leg, status, reason, terms),
        Step::Asker { action, to, words } => asker(world, action, to, words),
        Step::Retry { other_item, same_id } => Some(again(world, RequestType::Retry, other_item, same_id)),
        Step::Remind => Some(again(world, RequestType::Reminder, false, true)),
        Step::Timer { which } => {
            let timers: Vec<_> = world.timers.iter().map(|(name, at)| (*name, *at)).collect();
            let (name, at) = pick(&timers, which)?;
            world.now = world.now.max(at);
            world.timers.remove(&name);
            Some(Input::Timer(name))
        }
        Step::Staff { action } => Some(Input::Staff {
            act: pick(ACTS, action).map(|kind| Act::new(kind, Fields::default()).unwrap())?,
            by: "staff".to_owned(),
            reason: "a reason".to_owned(),
        }),
        Step::Delivered { which, outcome } => delivered(world, which, outcome),
        Step::Attempt { which } => {
            if !world.unconfirmed.is_empty() {
                let which = usize::from(which) % world.unconfirmed.len();
                world.unconfirmed[which].may_have_arrived = MayHaveArrived::Yes;
            }
            None
        }
        Step::Repeat { which } => pick(given, which),
        Step::Pass { hours } => {
            world.pass(i64::from(hours));
            None
        }
        Step::Pause { which } => {
            let name = pick(&["first", "second", "third"], which)?;
            let facts = world.facts_mut(name);
            facts.standing = match facts.standing {
                loan_model::facts::PeerStanding::Active => loan_model::facts::PeerStanding::Paused,
                _ => loan_model::facts::PeerStanding::Active,
            };
            None
        }
    }
}

/// What must hold of each state.
fn check_state(state: &State) {
    let summary = state.summary();
    let engaged: Vec<_> =
        summary.legs.iter().filter(|leg| leg.state.is_engaged() && !leg.state.is_custody()).collect();
    assert!(engaged.len() <= 1, "two suppliers are deliberately engaged: {engaged:?}");
    let out = summary.legs.iter().filter(|leg| leg.state.is_custody()).count();
    assert_eq!(out > 0, summary.phase == Phase::OnLoan, "an item is out, and so is the request: {summary:?}");
    if out > 0 || summary.phase.is_final() || summary.phase == Phase::Locating {
        assert!(engaged.is_empty(), "{:?} with {engaged:?}", summary.phase);
    }
    // No state without a way out.
    let waits =
        |clock: Clock, leg| summary.waits.iter().any(|w| w.timer.clock == clock && w.timer.leg() == leg);
    if summary.phase == Phase::Locating {
        assert!(waits(Clock::Locate, None), "suppliers are looked for, and nobody waits for them");
    }
    if summary.phase.is_final() {
        assert!(summary.waits.is_empty(), "it is over: {:?}", summary.waits);
    } else {
        assert!(allowed_actions(state).contains(&ActKind::Close));
    }
    for leg in &summary.legs {
        let running: Vec<_> =
            summary.waits.iter().filter(|w| w.timer.leg() == Some(leg.leg)).map(|w| w.timer.clock).collect();
        assert_eq!(running.len(), usize::from(leg.state.is_engaged()), "{leg:?} waits for {running:?}");
    }
    let expected = match engaged.first().map(|leg| leg.state) {
        Some(LegState::Conditional) => Some(Phase::Conditional),
        Some(LegState::RetryOffered) => Some(Phase::RetryOffered),
        Some(LegState::CancelPending) => Some(Phase::CancelPending),
        Some(LegState::Cancelling) => Some(Phase::Cancelling),
        Some(_) => Some(Phase::Asking),
        None => None,
    };
    assert!(expected.is_none_or(|phase| phase == summary.phase), "{:?} with {engaged:?}", summary.phase);
}

/// What must hold of each message.
fn check_message(message: &Message) {
    let id = |id: &str| assert!(!id.is_empty() && id.len() <= 32, "{message:?}");
    let agency = |agency: &iso18626::AgencyId| {
        assert!(!agency.value.is_empty() && !agency.id_type.value.is_empty(), "{message:?}");
    };
    match message {
        Message::Request(request) => {
            id(&request.header.requesting_agency_request_id);
            agency(request.header.supplying_agency_id.as_ref().unwrap());
            agency(&request.header.requesting_agency_id);
            assert!(request.header.timestamp.instant().is_some());
            let service = request.service_info.as_ref().unwrap();
            assert!(!matches!(service.service_type, iso18626::ServiceType::Unknown(_)));
        }
        Message::RequestingAgencyMessage(asks) => {
            id(&asks.header.requesting_agency_request_id);
            agency(&asks.header.supplying_agency_id);
            agency(&asks.header.requesting_agency_id);
            assert!(asks.header.timestamp.instant().is_some());
            assert!(!matches!(asks.action, Action::Unknown(_)));
        }
        Message::SupplyingAgencyMessage(report) => {
            id(&report.header.requesting_agency_request_id);
            agency(&report.header.supplying_agency_id);
            agency(&report.header.requesting_agency_id);
            assert!(report.header.timestamp.instant().is_some());
            assert!(report.status_info.last_change.instant().is_some());
            assert!(!matches!(report.status_info.status, Status::Unknown(_)), "{message:?}");
            let answers = matches!(
                report.message_info.reason_for_message,
                ReasonForMessage::RenewResponse | ReasonForMessage::CancelResponse
            );
            assert_eq!(report.message_info.answer_yes_no.is_some(), answers, "{message:?}");
        }
        other => panic!("a broker sends no {other:?}"),
    }
}

/// What a step may do to custody.
fn check_custody(before: &State, after: &State, input: &Input) {
    for (old, new) in before.summary().legs.iter().zip(after.summary().legs) {
        if old.state.is_custody() && !new.state.is_custody() {
            let by_supplier = matches!(input, Input::Supplying { leg, .. } if *leg == old.leg);
            let by_staff = matches!(input, Input::Staff { act: Act::Close, .. });
            // The supplier denies that it sent anything, nothing has arrived, and the requester does not want it any more.
            let denied = matches!(old.status, Some(Status::Unfilled | Status::Cancelled));
            let by_both = denied
                && matches!(input, Input::Requesting { message, .. } if message.action == Action::Cancel);
            assert!(by_supplier || by_staff || by_both, "custody of {old:?} ended by {input:?}");
        }
    }
}

fn check_step(world: &mut World, input: &Input) {
    let before = world.state.clone();
    let (sent, events) = (world.sent.len(), world.events.len());
    if let Input::Delivery { out, outcome } = input
        && !matches!(outcome, DeliveryOutcome::Undeliverable { .. })
    {
        world.unconfirmed.retain(|message| message.to != out.to || message.kind != out.kind);
    }
    let decision = world.give(input.clone());
    if let Reply::Error(errors) = &decision.reply {
        assert!(!errors.is_empty() && decision.events.is_empty() && decision.effects.is_empty());
        let new = matches!(input, Input::Request { message, .. }
            if message.service_info.as_ref().is_none_or(|s| s.request_type.is_none()));
        assert!(new, "a well-formed message from a party is OK: {input:?}");
    }
    for sent in &world.sent[sent..] {
        check_message(&sent.message);
        assert_eq!(world.state().peer_of(sent.to), Some(&sent.peer));
    }
    let told: Vec<_> = world
        .events
        .iter()
        .filter(|event| matches!(event, Event::SentToRequester { final_answer: Some(_), .. }))
        .collect();
    assert!(told.len() <= 1, "one final answer: {told:?}");
    let ended = matches!(world.phase(), Phase::Completed | Phase::Unfilled | Phase::Cancelled);
    assert!(!ended || told.len() == 1 || was_closed(world), "an end has its answer: {:?}", world.phase());
    check_state(world.state());
    if let Some(before) = &before {
        check_custody(before, world.state(), input);
        let all_ignored =
            world.events[events..].iter().all(|event| matches!(event, Event::Common(Common::Ignored { .. })));
        if all_ignored {
            assert_eq!(&world.state, &Some(before.clone()), "what is ignored changes nothing");
        }
    }
    let timers: Vec<_> = world.state().summary().waits.iter().map(|wait| wait.timer).collect();
    for timer in timers {
        assert!(world.timers.contains_key(&timer), "{timer} is awaited and does not run");
    }
}

/// Staff closed it once: the requester heard of that by a notification.
fn was_closed(world: &World) -> bool {
    world
        .events
        .iter()
        .any(|event| matches!(event, Event::Common(Common::PhaseMoved { to: Phase::Closed, .. })))
}

fn play(steps: &[Step], face: Face, policy: RetryPolicy) -> World {
    let mut world = World::new(&["first", "second", "third"]);
    world.facts_mut(ASKER).face = face;
    world.facts_mut("second").supplier_face = face;
    world.facts_mut("first").retry_policy = policy;
    let opening =
        Input::Request { message: Box::new(asked()), from: peer(ASKER), addressed: Addressing::Broker };
    check_step(&mut world, &opening);
    let mut given = Vec::new();
    for step in steps {
        if let Some(input) = input(&mut world, &given, step) {
            check_step(&mut world, &input);
            given.push(input);
        }
    }
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn the_promises_hold_in_every_history(
        steps in prop::collection::vec(step(), 0..60),
        transparent in any::<bool>(),
        counts in any::<bool>(),
    ) {
        let face = if transparent { Face::Transparent } else { Face::Opaque };
        let policy = if counts { RetryPolicy::CountAsUnfilled } else { RetryPolicy::Relay };
        play(&steps, face, policy).check_replay();
    }

    /// Whatever happened: if the clocks run and nobody speaks any more, a request without an item out comes to its end.
    #[test]
    fn silence_ends_every_request_without_an_item_out(steps in prop::collection::vec(step(), 0..40)) {
        let mut world = play(&steps, Face::Opaque, RetryPolicy::Relay);
        for _ in 0..200 {
            if world.phase().is_final() || world.phase() == Phase::OnLoan {
                break;
            }
            if let Some(rota) = world.rota() {
                check_step(&mut world, &Input::Located(rota));
                continue;
            }
            let (name, at) = world.timers.iter().map(|(n, a)| (*n, *a)).min_by_key(|(_, at)| *at).unwrap();
            world.now = world.now.max(at);
            world.timers.remove(&name);
            check_step(&mut world, &Input::Timer(name));
        }
        prop_assert!(world.phase().is_final() || world.phase() == Phase::OnLoan, "{:?}", world.phase());
    }

    /// Deciding twice on the same state gives the same: nothing depends on anything else.
    #[test]
    fn a_decision_is_a_function(steps in prop::collection::vec(step(), 0..30), more in step()) {
        let mut world = play(&steps, Face::Transparent, RetryPolicy::Relay);
        if let Some(input) = input(&mut world, &[], &more) {
            prop_assert_eq!(world.try_decide(&input), world.try_decide(&input));
        }
    }
}

#[test]
fn a_timer_repeated_changes_nothing() {
    let mut world = World::asking(&["first", "second"]);
    let timer = Clock::Answer.of(LegId(0));
    world.run_out(timer);
    let before = world.state.clone();
    world.give(Input::Timer(timer));
    assert_eq!(world.state, before);
    let out = OutboundRef { to: Party::Leg(LegId(0)), kind: loan_model::names::OutboundKind::Request };
    world.give(Input::Delivery { out, outcome: DeliveryOutcome::Confirmed });
    assert_eq!(world.state, before);
}

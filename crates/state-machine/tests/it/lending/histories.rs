//! Random histories of requester, ILS, clocks, staff and deliveries, with repeats and late answers. After each step the promises must hold.

use std::collections::BTreeMap;

use acts::{Act, Answer, Terms};
use iso18626::{
    Action, ErrorData, ErrorType, LoanCondition, ReasonForMessage, ReasonRetry, ReasonUnfilled, ServiceType,
    Status,
};
use loan_model::{
    hosted::{AvailabilityAnswer, HostedFacts, RenewalAnswer, StepSetting},
    ils::{CirculationStatus, IlsAnswer, IlsCommand, IlsFacts, IlsNotice, NoticeKind, StepId},
    names::VolumeNo,
};
use proptest::prelude::*;
use state_machine::{
    hosted::{CallEvent, Input, StepStands},
    interpreter::{self, Common, DeliveryOutcome, Reply},
    lending::{Event, Phase, VolumeState},
};

use super::support::{World, failed, library, manual, refused, request, retry, scans};

/// One step, with numbers that pick among what is there.
#[derive(Clone, Debug)]
pub(crate) enum Turn {
    Asker { action: u8, words: u8 },
    Retry,
    Ils { which: u8, answer: u8 },
    Late { which: u8, answer: u8 },
    Notice { kind: u8, volume: u8, due: bool },
    Timer { which: u8 },
    Staff { act: u8, scan: u8 },
    Delivered { which: u8, outcome: u8 },
    Repeat { which: u8 },
    Pass { hours: u8 },
}

pub(crate) fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        6 => (any::<u8>(), any::<u8>()).prop_map(|(action, words)| Turn::Asker { action, words }),
        1 => Just(Turn::Retry),
        9 => (any::<u8>(), any::<u8>()).prop_map(|(which, answer)| Turn::Ils { which, answer }),
        4 => (any::<u8>(), any::<u8>()).prop_map(|(which, answer)| Turn::Late { which, answer }),
        3 => (any::<u8>(), any::<u8>(), any::<bool>())
            .prop_map(|(kind, volume, due)| Turn::Notice { kind, volume, due }),
        3 => any::<u8>().prop_map(|which| Turn::Timer { which }),
        9 => (any::<u8>(), any::<u8>()).prop_map(|(act, scan)| Turn::Staff { act, scan }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(which, outcome)| Turn::Delivered { which, outcome }),
        2 => any::<u8>().prop_map(|which| Turn::Repeat { which }),
        1 => (1..200u8).prop_map(|hours| Turn::Pass { hours }),
    ]
}

pub(crate) fn pick<T: Clone>(from: &[T], number: u8) -> Option<T> {
    (!from.is_empty()).then(|| from[usize::from(number) % from.len()].clone())
}

pub(crate) fn answer(world: &World, number: u8) -> IlsAnswer {
    let due = Some(world.now + jiff::SignedDuration::from_hours(24 * i64::from(number % 40) + 1));
    match number % 8 {
        0 => failed(),
        1 => refused(if number < 100 { "Unknown Item" } else { "User Blocked" }),
        2 => IlsAnswer::Done { facts: Box::default() },
        _ => IlsAnswer::Done {
            facts: Box::new(IlsFacts {
                due,
                status: Some(if number < 200 {
                    CirculationStatus::Available
                } else {
                    CirculationStatus::OnLoan
                }),
                ..IlsFacts::default()
            }),
        },
    }
}

pub(crate) fn staff(world: &World, act: u8, scan: u8) -> Act {
    let named = match scan % 5 {
        0 => Vec::new(),
        1 => scans(&["a"]),
        2 => scans(&["a", "b"]),
        3 => scans(&["b"]),
        _ => scans(&["c"]),
    };
    let tickets: Vec<StepId> = world.asked.iter().map(|(ticket, _)| *ticket).collect();
    let ticket = pick(&tickets, scan);
    let answer = if scan.is_multiple_of(2) { Answer::Yes } else { Answer::No };
    match act % 24 {
        0 => Act::WillSupply,
        1 => Act::Conditional { terms: Terms::Condition(LoanCondition::LibraryUseOnly) },
        2 => Act::RetryLater { reason: ReasonRetry::OnLoan, before: None, after: None },
        3 => Act::Unfilled { reason: ReasonUnfilled::NotOnShelf },
        4 | 5 => Act::Pulled { volumes: named },
        6..=8 => Act::Ship { volumes: named, due: None, instead_of: Vec::new() },
        9 => Act::DeliverCopy { url: None },
        10 => Act::Recall { due: None },
        11 => Act::AnswerCancel { answer },
        12 => Act::AnswerRenewal { answer, due: None },
        13 => Act::SendOverdue,
        14 | 15 => Act::Returned { volumes: named },
        16 => Act::Lost { volumes: named },
        17 => Act::Damaged { volumes: Vec::new(), note: "torn".to_owned() },
        18 => Act::Note { note: "hello".to_owned() },
        19 => ticket.map_or(Act::ResolveIncidents, |ticket| Act::RetryStep { step: ticket }),
        20 => ticket.map_or(Act::ResolveIncidents, |ticket| Act::DoneByHand { step: ticket }),
        21 => ticket.map_or(Act::ResolveIncidents, |ticket| Act::GiveUp { step: ticket }),
        22 if scan < 60 => Act::Close,
        _ => Act::ResolveIncidents,
    }
}

pub(crate) fn input(world: &mut World, given: &[Input], turn: &Turn) -> Option<Input> {
    match *turn {
        Turn::Asker { action, words } => {
            let note = pick(&[None, Some("ACCEPT"), Some("REJECT"), Some("How are you?")], words)?;
            Some(world.message(pick(Action::ALL, action)?, note))
        }
        Turn::Retry => Some(Input::Message {
            message: Box::new(iso18626::Message::Request(retry(&format!("asks-{}", world.events.len())))),
            from: super::support::broker(),
        }),
        Turn::Ils { which, answer: number } => {
            let (ticket, _) = pick(&world.waiting, which)?;
            world.waiting.retain(|(known, _)| *known != ticket);
            Some(Input::Ils { step: ticket, answer: answer(world, number) })
        }
        // It was sent before it could be taken back, or its answer comes twice.
        Turn::Late { which, answer: number } => {
            let (ticket, _) = pick(&world.asked, which)?;
            world.waiting.retain(|(known, _)| *known != ticket);
            Some(Input::Ils { step: ticket, answer: answer(world, number) })
        }
        Turn::Notice { kind, volume, due } => Some(Input::Notice(IlsNotice {
            kind: pick(NoticeKind::ALL, kind)?,
            volume: pick(&[None, Some(1), Some(2), Some(3)], volume)?.map(VolumeNo),
            due: due.then(|| world.now + jiff::SignedDuration::from_hours(240)),
        })),
        Turn::Timer { which } => {
            let timers: Vec<_> = world.timers.iter().map(|(name, at)| (*name, *at)).collect();
            let (name, at) = pick(&timers, which)?;
            world.now = world.now.max(at);
            world.timers.remove(&name);
            Some(Input::Timer(name))
        }
        Turn::Staff { act, scan } => Some(Input::Staff {
            act: staff(world, act, scan),
            by: "staff".to_owned(),
            reason: "a reason".to_owned(),
        }),
        Turn::Delivered { which, outcome } => {
            let out = pick(&world.unconfirmed, which)?;
            let outcome = match outcome % 4 {
                0 => DeliveryOutcome::Refused(vec![ErrorData {
                    error_type: ErrorType::UnrecognisedDataValue,
                    error_value: None,
                }]),
                _ => DeliveryOutcome::Confirmed,
            };
            world.unconfirmed.retain(|known| *known != out);
            Some(Input::Delivery { out, outcome })
        }
        Turn::Repeat { which } => pick(given, which),
        Turn::Pass { hours } => {
            world.now += jiff::SignedDuration::from_hours(i64::from(hours));
            None
        }
    }
}

fn count(world: &World, is_meant: impl Fn(&Event) -> bool) -> usize {
    world.events.iter().filter(|event| is_meant(event)).count()
}

/// What must hold of each state.
fn check_state(world: &World) {
    let state = world.state();
    let phase = state.phase();
    let out = state.volume_states().filter(|(_, volume)| volume.is_out()).count();
    if phase.is_custody() {
        assert!(out > 0, "{phase} with nothing out");
    } else if phase != Phase::Closed {
        assert_eq!(out, 0, "{phase} with something out");
    }
    let summary = <state_machine::lending::Lending as state_machine::hosted::Machine>::summary(state);
    if phase.is_final() {
        assert!(summary.waits.is_empty(), "it is over: {:?}", summary.waits);
        let pulled = |volume| {
            matches!(volume, VolumeState::Pulled | VolumeState::CheckingOut | VolumeState::CheckedOut)
        };
        assert!(!state.volume_states().any(|(_, volume)| pulled(volume)), "{summary:?}");
    } else {
        assert!(world.allowed().contains(&"close"));
        assert!(phase == Phase::Overdue || !summary.waits.is_empty(), "nothing is awaited in {phase}");
    }
    for interpreter::Wait { timer, until, .. } in &summary.waits {
        assert_eq!(world.timers.get(timer), Some(until), "{timer} is awaited and does not run");
    }
    // What is open is shown, and what is shown is open.
    let shown: Vec<_> =
        summary.incidents.iter().map(|open| (open.slug.clone(), open.about.volume())).collect();
    assert_eq!(shown.len(), world.incidents.len());
    assert!(shown.iter().all(|open| world.incidents.contains(open)));
    for ticket in state.failed_steps() {
        assert!(
            world.incidents.contains(&("ils.step-failed".to_owned(), ticket.volume)),
            "{ticket} failed and nobody is shown"
        );
    }
    for (slug, volume) in &world.incidents {
        assert!(
            slug != "ils.step-failed" || state.failed_steps().any(|ticket| ticket.volume == *volume),
            "a failed step is shown and none has failed"
        );
    }
}

/// What the ILS was asked must be in force once.
fn check_asked(world: &World) {
    // A check-out is asked again only after the one before has failed or was taken back.
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, command) in &world.waiting {
        if let IlsCommand::CheckOutItem { item, .. } = command {
            *open.entry(item).or_default() += 1;
        }
    }
    assert!(open.values().all(|count| *count == 1), "two check-outs in force: {open:?}");
    // What has been checked out once is not checked out again.
    for (number, _) in world.state().volume_states() {
        let done = count(world, |event| {
            matches!(event, Event::Call(CallEvent::StepResolved { step: ticket, stands: StepStands::Done, .. })
                if ticket.step == loan_model::ils::Step::CheckOutToLibrary && ticket.volume == Some(number))
        });
        assert!(done <= 1, "{number} is checked out {done} times");
    }
}

fn check_step(world: &mut World, input: &Input) {
    let before = world.state.clone();
    let (sent, events) = (world.sent.len(), world.events.len());
    let decision = world.give(input.clone());
    if let Reply::Error(errors) = &decision.reply {
        assert!(!errors.is_empty() && decision.events.is_empty() && decision.effects.is_empty());
        assert!(
            matches!(input, Input::Message { message, .. } if matches!(&**message, iso18626::Message::Request(_)))
        );
    }
    for message in &world.sent[sent..] {
        let answers = matches!(
            message.message_info.reason_for_message,
            ReasonForMessage::RenewResponse | ReasonForMessage::CancelResponse
        );
        assert_eq!(message.message_info.answer_yes_no.is_some(), answers, "{message:?}");
        assert!(!matches!(message.status_info.status, Status::Unknown(_)));
        assert!(message.header.timestamp.instant().is_some());
        let unfilled = message.message_info.reason_unfilled.is_some();
        assert!(!unfilled || message.status_info.status == Status::Unfilled);
        if message.status_info.status == Status::Loaned
            && message.message_info.reason_for_message == ReasonForMessage::StatusChange
        {
            assert!(message.status_info.due_date.is_some(), "a loan without a due date");
        }
    }
    let finals: Vec<_> = world
        .events
        .iter()
        .filter_map(|event| match event {
            Event::SentToRequester { final_answer, .. } => final_answer.clone(),
            _ => None,
        })
        .collect();
    assert!(finals.len() <= 1, "one final answer: {finals:?}");
    let phase = world.phase();
    let ended = matches!(phase, Phase::Completed | Phase::Unfilled | Phase::Cancelled);
    assert_eq!(
        ended || (phase == Phase::Closed && !finals.is_empty()),
        !finals.is_empty(),
        "{phase} {finals:?}"
    );
    if finals == [Status::LoanCompleted] {
        let back = |volume: VolumeState| volume.is_back() || volume == VolumeState::PutBack;
        assert!(
            world.state().volume_states().all(|(_, volume)| back(volume)),
            "complete, and not all are back"
        );
    }
    check_state(world);
    check_asked(world);
    if let Some(before) = &before {
        if before.phase().is_custody() && !phase.is_custody() {
            let by_staff = matches!(
                input,
                Input::Staff { act: Act::Returned { .. } | Act::Lost { .. } | Act::Close, .. }
            );
            let by_ils = matches!(input, Input::Notice(notice) if notice.kind == NoticeKind::CheckedIn);
            assert!(by_staff || by_ils, "custody ended by {input:?}");
        }
        let all_ignored =
            world.events[events..].iter().all(|event| matches!(event, Event::Common(Common::Ignored { .. })));
        if all_ignored {
            assert_eq!(world.state.as_ref(), Some(before), "what is ignored changes nothing");
        }
    }
}

fn play(turns: &[Turn], library: HostedFacts, service: ServiceType) -> World {
    let mut world = World::new(library);
    let mut asked = request();
    asked.service_info.as_mut().unwrap().service_type = service;
    let opening = Input::Message {
        message: Box::new(iso18626::Message::Request(asked)),
        from: super::support::broker(),
    };
    check_step(&mut world, &opening);
    let mut given = Vec::new();
    for turn in turns {
        if let Some(input) = input(&mut world, &given, turn) {
            check_step(&mut world, &input);
            given.push(input);
        }
    }
    world
}

pub(crate) fn settings() -> impl Strategy<Value = HostedFacts> {
    (any::<u16>(), any::<u8>(), any::<bool>()).prop_map(|(off, policy, by_hand)| {
        let mut facts = if by_hand && policy < 60 { manual() } else { library() };
        for (number, setting) in facts.steps.values_mut().enumerate() {
            if off & (1 << number) != 0 && off & 0x100 != 0 {
                *setting = StepSetting::Off;
            }
        }
        facts.availability =
            [AvailabilityAnswer::ExpectToSupply, AvailabilityAnswer::WillSupply, AvailabilityAnswer::Staff]
                [usize::from(policy % 3)];
        facts.renewals_granted =
            [RenewalAnswer::Grant, RenewalAnswer::Grant, RenewalAnswer::Staff, RenewalAnswer::Never]
                [usize::from(policy / 3 % 4)];
        facts
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, ..ProptestConfig::default() })]

    #[test]
    fn the_promises_hold_in_every_history(
        turns in prop::collection::vec(turn(), 0..60),
        library in settings(),
        copy in any::<bool>(),
    ) {
        let service = if copy { ServiceType::CopyOrLoan } else { ServiceType::Loan };
        play(&turns, library, service).check_replay();
    }

    /// Whatever happened: if the clocks run and nobody speaks any more, a request with nothing out comes to its end.
    #[test]
    fn silence_ends_every_request_with_nothing_out(turns in prop::collection::vec(turn(), 0..40), library in settings()) {
        let mut world = play(&turns, library, ServiceType::Loan);
        for _ in 0..50 {
            if world.phase().is_final() || world.phase().is_custody() {
                break;
            }
            let (name, at) = world.timers.iter().map(|(n, a)| (*n, *a)).min_by_key(|(_, at)| *at).unwrap();
            world.now = world.now.max(at);
            world.timers.remove(&name);
            check_step(&mut world, &Input::Timer(name));
        }
        prop_assert!(world.phase().is_final() || world.phase().is_custody(), "{:?}", world.phase());
    }

    /// An act that staff may do is not refused when it needs nothing more; one that they may not is.
    #[test]
    fn what_is_allowed_is_what_the_table_allows(turns in prop::collection::vec(turn(), 0..40), library in settings()) {
        let mut world = play(&turns, library, ServiceType::Loan);
        for act in [Act::WillSupply, Act::SendOverdue, Act::HoldReturn, Act::Close, Act::Recall { due: None }] {
            let allowed = world.allowed().contains(&act.kind().as_str());
            let before = world.state.clone();
            let decision = world.try_decide(&Input::Staff { act, by: "staff".to_owned(), reason: String::new() });
            prop_assert_eq!(decision.refusal().is_none(), allowed);
            prop_assert!(allowed || (decision.events.is_empty() && decision.effects.is_empty()));
            world.state = before;
        }
    }

    /// Deciding twice on the same state gives the same: nothing depends on anything else.
    #[test]
    fn a_decision_is_a_function(turns in prop::collection::vec(turn(), 0..30), more in turn()) {
        let mut world = play(&turns, library(), ServiceType::Loan);
        if let Some(input) = input(&mut world, &[], &more) {
            prop_assert_eq!(world.try_decide(&input), world.try_decide(&input));
        }
    }
}

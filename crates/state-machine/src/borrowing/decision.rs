//! From an input to what is done about it.

use acts::{Act, ActKind, VolumeRef};
use iso18626::{Message, Request};
use loan_model::{
    hosted::HostedFacts,
    ils::{IlsAnswer, StepId},
    names::{About, VolumeNo},
};

use super::{
    act,
    actions::RequestAction,
    classify::{self, Target},
    event::Event,
    guards::View,
    machine::{Borrowing, Execution, REQUEST},
    request_table::REQUEST_TABLE,
    state::State,
    steps,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    hosted::{Context, Input, Machine, Origin, StepStands, Summary},
    interpreter::{Decision, Machine as _, RuleUsed, Table, Trigger as _, find},
    messages::{meant, unknown_request},
    refusals::{NO_SUCH_VOLUME, OF_ANOTHER_MACHINE},
};

impl Machine for Borrowing {
    type State = State;
    type Event = Event;

    fn decide(state: Option<&State>, input: &Input, context: &Context<'_>) -> Decision<Event> {
        match (state, input) {
            (None, Input::Ask { request, origin, duplicate_of, pickup }) => {
                open(request, *origin, duplicate_of.as_ref(), pickup.as_ref(), input, context)
            }
            (None, _) => Decision::error(unknown_request()),
            (Some(state), Input::Message { message, from }) => match as_meant(state, message) {
                Some(message) => decide_open(state, &Input::Message { message, from: from.clone() }, context),
                None => decide_open(state, input, context),
            },
            (Some(state), input) => decide_open(state, input, context),
        }
    }

    fn allowed_actions(state: &State, library: &HostedFacts) -> Vec<ActKind> {
        let view = View::of(state, None, library);
        let is_allowed = |kind: &ActKind| {
            RequestTrigger::of_act(*kind).is_some_and(|trigger| refusal(state, trigger, &[], &view).is_none())
        };
        ActKind::ALL.iter().copied().filter(is_allowed).collect()
    }

    fn summary(state: &State) -> Summary {
        state.summary()
    }
}

fn open(
    request: &Request,
    origin: Origin,
    duplicate_of: Option<&String>,
    pickup: Option<&String>,
    input: &Input,
    context: &Context<'_>,
) -> Decision<Event> {
    let library = context.library;
    let opened = Event::Opened {
        library: library.id.clone(),
        symbol: library.symbol.clone(),
        broker: library.broker.clone(),
        partner: library.partner.clone(),
        request: Box::new(request.clone()),
        origin,
        duplicate_of: duplicate_of.cloned(),
        pickup: pickup.cloned(),
        registry_version: context.registry_version,
        at: context.now,
    };
    let run = Execution::open(opened, RequestTrigger::Opened, input, (context, context.now));
    let Some(mut run) = run else { return Decision::default() };
    run.keep_all_clocks();
    run.decision
}

fn as_meant(state: &State, message: &Message) -> Option<Box<Message>> {
    let Message::SupplyingAgencyMessage(message) = message else { return None };
    meant(message, state.request()).map(|meant| Box::new(Message::SupplyingAgencyMessage(meant)))
}

fn decide_open(state: &State, input: &Input, context: &Context<'_>) -> Decision<Event> {
    let mut run = Execution::new(state.clone(), input, context, context.now);
    match input {
        Input::Ask { .. } => run.on_request(RequestTrigger::Opened),
        Input::Message { message, from } => {
            let heard = classify::supplying(state, message, from)
                .and_then(|message| Ok((message, classify::triggers(state, message)?)));
            match heard {
                Ok((message, triggers)) => {
                    if !triggers.contains(&RequestTrigger::Stale)
                        && let Some(heard) = classify::heard(state, message)
                    {
                        run.record(heard);
                    }
                    run.resolve("supplier.quiet", REQUEST);
                    triggers.into_iter().for_each(|trigger| run.on_request(trigger));
                }
                Err(error) => return Decision::error(error),
            }
        }
        Input::Delivery { out, outcome } => {
            if outcome.frees_the_lane() {
                run.resolve("peer.undeliverable", REQUEST);
            }
            run.on_request(classify::delivery(&out.kind, outcome));
        }
        Input::Ils { step, answer } => answered(&mut run, *step, answer),
        Input::Notice(notice) => match classify::notice(state, notice) {
            Target::Request(trigger) => run.on_request(trigger),
            Target::Volume(trigger) => noticed(&mut run, notice.volume, trigger),
        },
        Input::NoticeUnclear(_) => run.on_request(RequestTrigger::NoticeUnclear),
        Input::Timer(name) => run.on_timer(*name),
        Input::Staff { act, by, reason } => staff_acted(&mut run, act, by, reason),
    }
    run.keep_all_clocks();
    run.decision
}

/// An answer is taken once: of a call that waits for it.
fn answered(run: &mut Execution<'_>, step: StepId, answer: &IlsAnswer) {
    if run.state.calls.get(step).map(|call| call.stands) != Some(StepStands::Waiting) {
        return run.ignore(("answer-not-awaited", "This answer is not awaited any more."));
    }
    match step.volume {
        Some(number) => {
            let (stands, trigger) = steps::answered(&run.state, step, answer);
            if trigger != VolumeTrigger::PollFailed {
                run.resolve("ils.poll-failed", About::Volume(number));
            }
            run.resolve_call(step, stands);
            run.on_part(number, trigger);
        }
        None => {
            let (stands, trigger) = steps::answered_request(step, answer);
            run.resolve_call(step, stands);
            run.on_request(trigger);
        }
    }
}

/// A notice is about the volume it names, or the only one that it can be about.
fn noticed(run: &mut Execution<'_>, named: Option<VolumeNo>, trigger: VolumeTrigger) {
    if let Some(number) = named {
        return run.on_part(number, trigger);
    }
    let could: Vec<VolumeNo> =
        Borrowing::parts(&run.state).into_iter().filter(|number| run.can(*number, trigger)).collect();
    match could.as_slice() {
        [number] => run.on_part(*number, trigger),
        [] => run.ignore(("notice-about-nothing", "It can be about no volume of this request.")),
        _ => run.ignore(("notice-about-any", "It does not say about which volume it is.")),
    }
}

fn staff_acted(run: &mut Execution<'_>, act: &Act, by: &str, reason: &str) {
    let Some(trigger) = RequestTrigger::of_act(act.kind()) else {
        return run.refuse(RuleUsed::gate(OF_ANOTHER_MACHINE));
    };
    let view = Borrowing::view(run, None);
    let refusal = refusal(&run.state, trigger, act::volumes(act), &view);
    match refusal.or_else(|| unknown_parcel(&run.state, act)) {
        None => run.on_act(act.kind(), by, reason, trigger),
        Some(refusal) => run.refuse(refusal),
    }
}

/// What is in a parcel must be known by its number, or told by its barcode.
fn unknown_parcel(state: &State, act: &Act) -> Option<RuleUsed> {
    match act {
        Act::Receive { volumes } if !act::parcel_is_numbered(state, volumes) => {
            Some(RuleUsed::gate(NO_SUCH_VOLUME))
        }
        _ => None,
    }
}

/// The row that refuses it; where it is up to volumes, that of the last of them, if the rows of all refuse.
fn refusal(state: &State, trigger: RequestTrigger, named: &[VolumeRef], view: &View<'_>) -> Option<RuleUsed> {
    let row = find(REQUEST_TABLE, state.standing.phase, trigger, view);
    if row.is_refusal() {
        return Some(row.used(Table::Request));
    }
    let [RequestAction::Named(asked)] = row.actions() else { return None };
    let mut refusal = RuleUsed::gate(NO_SUCH_VOLUME);
    let Some(named) = act::named(state, named) else { return Some(refusal) };
    for (number, volume) in state.numbered() {
        if named.is_empty() || named.contains(&number) {
            let view = View { volume: Some(number), ..*view };
            let row = find(VOLUME_TABLE, volume.state, *asked, &view);
            if !row.is_refusal() {
                return None;
            }
            refusal = row.used(Table::Volume);
        }
    }
    Some(refusal)
}

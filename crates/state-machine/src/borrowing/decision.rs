//! From an input to what is done about it.

use iso18626::Request;

use super::{
    act::{self, Act},
    classify::{self, What},
    event::Event,
    evolve::evolve as evolve_state,
    guards::View,
    request_table::REQUEST_TABLE,
    run::Run,
    state::{Progress, State},
    steps,
    table::{Do, Kind, find},
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::{
    acts::{
        ActKind, VolumeRef,
        refusals::{NO_SUCH_VOLUME, OF_ANOTHER_MACHINE},
    },
    brokering::DeliveryOutcome,
    hosted::{
        Context, Decision, IlsAnswer, Input, Machine, Origin, Reply, Summary, Ticket, TimerName, VolumeNo,
    },
};

/// The borrowing machine.
#[derive(Clone, Copy, Debug)]
pub struct Borrowing;

impl Machine for Borrowing {
    type State = State;
    type Event = Event;
    type Act = Act;

    const NAME: &'static str = "borrowing";

    fn decide(state: Option<&State>, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
        decide(state, input, context)
    }

    fn evolve(state: Option<State>, event: &Event) -> Option<State> {
        evolve_state(state, event)
    }

    fn allowed_actions(state: &State) -> Vec<ActKind> {
        allowed_actions(state)
    }

    fn summary(state: &State) -> Summary {
        state.summary()
    }
}

/// Decides what is done about an input: somebody's asking where there is no state yet, anything where there is.
///
/// An ERROR comes without events. A message that changes nothing is answered OK, and [`Event::Ignored`] keeps the rule that says so.
pub fn decide(state: Option<&State>, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
    match (state, input) {
        (None, Input::Ask { request, origin, duplicate_of, pickup }) => {
            open(request, *origin, duplicate_of.as_ref(), pickup.as_ref(), input, context)
        }
        (None, _) => {
            Decision { reply: Reply::Error(vec![classify::unknown_request()]), ..Decision::default() }
        }
        (Some(state), input) => go_on(state, input, context),
    }
}

fn open(
    request: &Request,
    origin: Origin,
    duplicate_of: Option<&String>,
    pickup: Option<&String>,
    input: &Input<Act>,
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
        snapshot: context.snapshot,
        at: context.now,
    };
    let Some(state) = State::open(&opened) else { return Decision::default() };
    let mut run = Run::new(state, input, context);
    run.decision.events.push(opened);
    run.request(RequestTrigger::Opened);
    run.keep_clocks();
    run.decision
}

fn go_on(state: &State, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
    let mut run = Run::new(state.clone(), input, context);
    match input {
        Input::Ask { .. } => run.request(RequestTrigger::Opened),
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
                    run.settle("supplier.quiet", None);
                    triggers.into_iter().for_each(|trigger| run.request(trigger));
                }
                Err(error) => {
                    return Decision { reply: Reply::Error(vec![error]), ..Decision::default() };
                }
            }
        }
        Input::Delivery { out, outcome } => {
            if matches!(outcome, DeliveryOutcome::Confirmed | DeliveryOutcome::Dropped { .. }) {
                run.settle("peer.undeliverable", None);
            }
            run.request(classify::delivery(&out.kind, outcome));
        }
        Input::Ils { ticket, answer } => answered(&mut run, *ticket, answer),
        Input::Notice(notice) => match classify::notice(state, notice) {
            What::Request(trigger) => run.request(trigger),
            What::Volume(trigger) => noticed(&mut run, notice.volume, trigger),
        },
        Input::Timer(name) => rang(&mut run, *name),
        Input::Staff { act, by, reason } => acted(&mut run, act, by, reason),
    }
    run.keep_clocks();
    run.decision
}

/// An answer is taken once: of an asking that is open.
fn answered(run: &mut Run<'_>, ticket: Ticket, answer: &IlsAnswer) {
    let open = run.state.asking(ticket).is_some_and(|asking| asking.progress == Progress::Open);
    if !open {
        return run.ignore("answer-not-awaited", "Nobody waits for this answer any more.");
    }
    match ticket.volume {
        Some(number) => {
            let (outcome, trigger) = steps::answered(&run.state, ticket, answer);
            if trigger != VolumeTrigger::PollFailed {
                run.settle("ils.poll-failed", Some(number));
            }
            run.record(Event::IlsAnswered { ticket, outcome });
            run.volume(number, trigger);
        }
        None => {
            let (outcome, trigger) = steps::answered_request(ticket, answer);
            run.record(Event::IlsAnswered { ticket, outcome });
            run.request(trigger);
        }
    }
}

/// A notice is about the volume it names, or the only one that it can be about.
fn noticed(run: &mut Run<'_>, named: Option<VolumeNo>, trigger: VolumeTrigger) {
    if let Some(number) = named {
        return run.volume(number, trigger);
    }
    let could: Vec<VolumeNo> = run.numbers().into_iter().filter(|number| run.can(*number, trigger)).collect();
    match could.as_slice() {
        [number] => run.volume(*number, trigger),
        [] => run.ignore("notice-about-nothing", "It can be about no volume of this request."),
        _ => run.ignore("notice-about-any", "It does not say about which volume it is."),
    }
}

fn rang(run: &mut Run<'_>, name: TimerName) {
    if !run.state.waits.is_due(name, run.context.now) {
        return run.ignore("timer-not-awaited", "Nobody waits for this any more, or not yet.");
    }
    run.record(Event::WaitEnded { timer: name });
    match (classify::clock(name.clock), name.volume) {
        (Some(What::Volume(trigger)), Some(number)) => run.volume(number, trigger),
        (Some(What::Request(trigger)), _) => run.request(trigger),
        _ => run.ignore("timer-unknown", "No such clock runs for a borrowing."),
    }
}

fn acted(run: &mut Run<'_>, act: &Act, by: &str, reason: &str) {
    let Some(trigger) = act::trigger(act.kind()) else {
        let (rule, why) = OF_ANOTHER_MACHINE;
        return run.refuse(rule, why);
    };
    let allowed = allowed(&run.state, trigger, act::volumes(act), &run.view());
    match allowed.and_then(|()| parcel_is_known(&run.state, act)) {
        Ok(()) => {
            run.record(Event::StaffActed {
                act: act.kind(),
                by: by.to_owned(),
                reason: reason.to_owned(),
                at: run.context.now,
            });
            run.request(trigger);
        }
        Err((rule, why)) => run.refuse(rule, why),
    }
}

/// What is in a parcel is known by its number, or told by its barcode.
fn parcel_is_known(state: &State, act: &Act) -> Result<(), (&'static str, &'static str)> {
    match act {
        Act::Receive { volumes } if !act::parcel_is_numbered(state, volumes) => Err(NO_SUCH_VOLUME),
        _ => Ok(()),
    }
}

/// What staff may do now.
pub fn allowed_actions(state: &State) -> Vec<ActKind> {
    let view = View { state, volume: None, happening: None };
    let is_allowed = |kind: &ActKind| {
        act::trigger(*kind).is_some_and(|trigger| allowed(state, trigger, &[], &view).is_ok())
    };
    ActKind::ALL.iter().copied().filter(is_allowed).collect()
}

/// Whether a row carries it out, and, where that is up to volumes, whether the row of one of them does; else the rule that refuses.
fn allowed(
    state: &State,
    trigger: RequestTrigger,
    named: &[VolumeRef],
    view: &View<'_>,
) -> Result<(), (&'static str, &'static str)> {
    let row = find(REQUEST_TABLE, state.phase, trigger, view);
    let Kind::Goes { does, .. } = &row.kind else { return Err((row.name, row.why)) };
    let [Do::Named(asked)] = does else { return Ok(()) };
    let Some(named) = act::named(state, named) else { return Err(NO_SUCH_VOLUME) };
    let mut refusal = NO_SUCH_VOLUME;
    for (number, volume) in state.numbered() {
        if named.is_empty() || named.contains(&number) {
            let view = View { volume: Some(number), ..*view };
            let row = find(VOLUME_TABLE, volume.state, *asked, &view);
            if !row.is_refusal() {
                return Ok(());
            }
            refusal = (row.name, row.why);
        }
    }
    Err(refusal)
}

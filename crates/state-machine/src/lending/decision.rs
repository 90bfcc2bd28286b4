//! From an input to what is done about it.

use iso18626::{ErrorData, ErrorType, Message, Request};

use super::{
    act::{self, Act},
    classify::{self, Noticed, Wrong},
    event::Event,
    evolve::evolve,
    guards::View,
    request_table::REQUEST_TABLE,
    run::Run,
    state::State,
    trigger::RequestTrigger,
};
use crate::{
    PeerId,
    acts::{
        ActKind,
        refusals::{NO_SUCH_VOLUME, OF_ANOTHER_MACHINE},
    },
    brokering::DeliveryOutcome,
    hosted::{Context, Decision, IlsNotice, Input, Machine, OutboundRef, Reply, Summary},
    rows::find,
};

/// The lending machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lending {}

impl Machine for Lending {
    type State = State;
    type Event = Event;
    type Act = Act;

    const NAME: &'static str = "lending";

    fn decide(state: Option<&State>, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
        decide(state, input, context)
    }

    fn evolve(state: Option<State>, event: &Event) -> Option<State> {
        evolve(state, event)
    }

    fn allowed_actions(state: &State) -> Vec<ActKind> {
        allowed_actions(state)
    }

    fn summary(state: &State) -> Summary {
        state.summary()
    }
}

/// Decides what is done about an input: a request where there is no state yet, anything where there is.
///
/// An ERROR comes without events. A message that changes nothing is answered OK, and [`Event::Ignored`] keeps the rule that says so.
pub fn decide(state: Option<&State>, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
    match (state, input) {
        (None, Input::Message { message, from }) => match &**message {
            Message::Request(request) => open(request, from, input, context),
            _ => unknown(),
        },
        (None, _) => unknown(),
        (Some(state), input) => go_on(state, input, context),
    }
}

/// What staff may do now.
pub fn allowed_actions(state: &State) -> Vec<ActKind> {
    let view = View { state, volume: None, happening: None };
    let is_allowed = |kind: &ActKind| {
        act::trigger_of(*kind)
            .is_some_and(|trigger| !find(REQUEST_TABLE, state.phase, trigger, &view).is_refusal())
    };
    ActKind::ALL.iter().copied().filter(is_allowed).collect()
}

fn unknown() -> Decision<Event> {
    error(Wrong {
        error_type: ErrorType::UnrecognisedDataValue,
        value: "requestingAgencyRequestId: no request is known under this id".to_owned(),
    })
}

fn error(wrong: Wrong) -> Decision<Event> {
    let error = ErrorData { error_type: wrong.error_type, error_value: Some(wrong.value) };
    Decision { reply: Reply::Error(vec![error]), ..Decision::default() }
}

fn open(request: &Request, from: &PeerId, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
    if let Err(wrong) = classify::opening(request) {
        return error(wrong);
    }
    let opened = Event::Opened {
        id: context.key.to_owned(),
        peer: from.clone(),
        request: Box::new(request.clone()),
        snapshot: context.snapshot,
        at: context.now,
    };
    match State::open(&opened) {
        Some(state) => {
            let mut run = Run::new(state, input, context);
            run.decision.events.push(opened);
            run.request(RequestTrigger::Opened);
            run.decision
        }
        None => Decision::default(),
    }
}

fn go_on(state: &State, input: &Input<Act>, context: &Context<'_>) -> Decision<Event> {
    let mut run = Run::new(state.clone(), input, context);
    match input {
        Input::Message { message, from } => {
            let trigger = match &**message {
                Message::Request(request) => classify::request(state, request, from),
                Message::RequestingAgencyMessage(message) => classify::requesting(state, message, from),
                _ => Err(classify::not_for_a_supplier()),
            };
            match trigger {
                Ok(trigger) => run.request(trigger),
                Err(wrong) => return error(wrong),
            }
        }
        Input::Delivery { out, outcome } => delivered(&mut run, out, outcome),
        Input::Ils { ticket, answer } => run.answered(*ticket, answer),
        Input::Notice(notice) => noticed(&mut run, notice),
        Input::Timer(name) => run.timer(*name),
        Input::Staff { act, by, reason } => staff(&mut run, act, by, reason),
        Input::Ask { .. } => {
            run.ignore("not-a-borrower", "A lender is asked by its partner, never by a patron.")
        }
    }
    run.decision
}

fn staff(run: &mut Run<'_>, act: &Act, by: &str, reason: &str) {
    let Some(trigger) = act::trigger(act) else { return run.refuse_by(OF_ANOTHER_MACHINE) };
    if run.is_refused(trigger) {
        return run.refuse(trigger);
    }
    if !act::volumes_are_known(&run.state, act::volumes(act)) {
        return run.refuse_by(NO_SUCH_VOLUME);
    }
    run.record(Event::StaffActed {
        act: act.kind(),
        by: by.to_owned(),
        reason: reason.to_owned(),
        at: run.context.now,
    });
    run.request(trigger);
}

fn delivered(run: &mut Run<'_>, _out: &OutboundRef, outcome: &DeliveryOutcome) {
    if matches!(outcome, DeliveryOutcome::Confirmed | DeliveryOutcome::Dropped { .. }) {
        run.settle("peer.undeliverable", None);
    }
    run.request(classify::told(outcome));
}

fn noticed(run: &mut Run<'_>, notice: &IlsNotice) {
    match classify::notice(notice.kind) {
        Noticed::Request(trigger) => run.request(trigger),
        Noticed::Volume(trigger) => {
            let named = notice.volume.and_then(|volume| run.state.volume(volume));
            let volume = named.or_else(|| run.state.only_volume().filter(|_| notice.volume.is_none()));
            match volume.map(|volume| volume.volume) {
                Some(volume) => run.volume(volume, trigger),
                None => run.ignore("no-such-volume", "The ILS does not say which volume it is about."),
            }
        }
        Noticed::Nothing => run.ignore("notice-of-no-use", "This notice says nothing to a lender."),
    }
}

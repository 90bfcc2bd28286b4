//! From an input to what is done about it.

use acts::{Act, ActKind};
use iso18626::{Message, Request};
use loan_model::{
    PeerId,
    hosted::HostedFacts,
    ils::IlsNotice,
    names::{About, Party},
};

use super::{
    act,
    classify::{self, Noticed},
    event::Event,
    guards::View,
    machine::{Execution, Lending},
    request_table::REQUEST_TABLE,
    state::State,
    trigger::RequestTrigger,
};
use crate::{
    hosted::{Context, Input, Machine, Summary},
    interpreter::{Decision, DeliveryOutcome, RuleUsed, Trigger as _, find},
    messages::{opens, unknown_request},
    refusals::{NO_SUCH_VOLUME, OF_ANOTHER_MACHINE},
};

impl Machine for Lending {
    type State = State;
    type Event = Event;

    fn decide(state: Option<&State>, input: &Input, context: &Context<'_>) -> Decision<Event> {
        match (state, input) {
            (None, Input::Message { message, from }) => match &**message {
                Message::Request(request) => open(request, from, input, context),
                _ => Decision::error(unknown_request()),
            },
            (None, _) => Decision::error(unknown_request()),
            (Some(state), input) => decide_open(state, input, context),
        }
    }

    fn allowed_actions(state: &State, library: &HostedFacts) -> Vec<ActKind> {
        let view = View::of(state, None, library);
        let is_allowed = |kind: &ActKind| {
            RequestTrigger::of_act(*kind).is_some_and(|trigger| {
                !find(REQUEST_TABLE, state.standing.phase, trigger, &view).is_refusal()
            })
        };
        ActKind::ALL.iter().copied().filter(is_allowed).collect()
    }

    fn summary(state: &State) -> Summary {
        state.summary()
    }
}

fn open(request: &Request, from: &PeerId, input: &Input, context: &Context<'_>) -> Decision<Event> {
    if let Err(error) = opens(request) {
        return Decision::error(error);
    }
    let opened = Event::Opened {
        id: context.key.to_owned(),
        peer: from.clone(),
        request: Box::new(request.clone()),
        registry_version: context.registry_version,
        at: context.now,
    };
    let run = Execution::open(opened, RequestTrigger::Opened, input, (context, context.now));
    run.map(|run| run.decision).unwrap_or_default()
}

fn decide_open(state: &State, input: &Input, context: &Context<'_>) -> Decision<Event> {
    let mut run = Execution::new(state.clone(), input, context, context.now);
    match input {
        Input::Message { message, from } => {
            let trigger = match &**message {
                Message::Request(request) => classify::request(state, request, from),
                Message::RequestingAgencyMessage(message) => classify::requesting(state, message, from),
                _ => Err(classify::not_for_a_supplier()),
            };
            match trigger {
                Ok(trigger) => run.on_request(trigger),
                Err(error) => return Decision::error(error),
            }
        }
        Input::Delivery { outcome, .. } => delivered(&mut run, outcome),
        Input::Ils { step, answer } => run.answered(*step, answer),
        Input::Notice(notice) => noticed(&mut run, notice),
        Input::NoticeUnclear(_) => run.on_request(RequestTrigger::NoticeUnclear),
        Input::Timer(name) => run.on_timer(*name),
        Input::Staff { act, by, reason } => staff_acted(&mut run, act, by, reason),
        Input::Ask { .. } => {
            run.ignore(("not-a-borrower", "A lender is asked by its partner, never by a patron."))
        }
    }
    run.decision
}

fn staff_acted(run: &mut Execution<'_>, act: &Act, by: &str, reason: &str) {
    let Some(trigger) = act::trigger(act) else {
        return run.refuse(RuleUsed::gate(OF_ANOTHER_MACHINE));
    };
    if let Some(refusal) = run.refusal(trigger) {
        return run.refuse(refusal);
    }
    let known = |named| act::volumes_are_known(&run.state, named);
    if !known(act::volumes(act)) || !known(act::replaced(act)) {
        return run.refuse(RuleUsed::gate(NO_SUCH_VOLUME));
    }
    run.on_act(act.kind(), by, reason, trigger);
}

fn delivered(run: &mut Execution<'_>, outcome: &DeliveryOutcome) {
    if outcome.frees_the_lane() {
        run.resolve("peer.undeliverable", About::Party(Party::Library));
    }
    run.on_request(classify::told(outcome));
}

fn noticed(run: &mut Execution<'_>, notice: &IlsNotice) {
    match classify::notice(notice.kind) {
        Noticed::Request(trigger) => run.on_request(trigger),
        Noticed::Volume(trigger) => {
            let named = notice.volume.and_then(|volume| run.state.volume(volume));
            let volume = named.or_else(|| run.state.only_volume().filter(|_| notice.volume.is_none()));
            match volume.map(|volume| volume.volume) {
                Some(volume) => run.on_part(volume, trigger),
                None => run.ignore(("no-such-volume", "The ILS does not say which volume it is about.")),
            }
        }
        Noticed::Nothing => run.ignore(("notice-of-no-use", "This notice says nothing to a lender.")),
    }
}

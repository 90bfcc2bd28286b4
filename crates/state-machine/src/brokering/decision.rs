//! From an input to what is done about it.

use acts::ActKind;
use iso18626::Request;
use loan_model::{
    PeerId, Symbol,
    facts::PeerFacts,
    names::{OutboundRef, Party},
};

use super::{
    actions::RequestAction,
    classify,
    event::Event,
    guards::View,
    input::{Addressing, Context, Input},
    leg_table::LEG_TABLE,
    machine::{Brokering, Execution},
    request_table::REQUEST_TABLE,
    state::State,
    trigger::{LegTrigger, RequestTrigger},
};
use crate::{
    interpreter::{Decision, DeliveryOutcome, Machine, RuleUsed, RuleVerdict, Table, Trigger as _, find},
    messages::{meant, unknown_request},
    refusals::OF_ANOTHER_MACHINE,
};

/// Decides what is done about an input: a request where there is no state yet, anything where there is.
///
/// An ERROR comes without events. A message that changes nothing is answered OK, and `Ignored` keeps the rule that says so.
pub fn decide(state: Option<&State>, input: &Input, context: &Context<'_>) -> Decision<Event> {
    match (state, input) {
        (None, Input::Request { message, from, addressed }) => open(message, from, addressed, input, context),
        (None, _) => Decision::error(unknown_request()),
        (Some(state), Input::Supplying { leg, message, from, lender })
            if let Some(meant) = meant(message, state.request()) =>
        {
            let (message, from, lender) = (Box::new(meant), from.clone(), lender.clone());
            decide_open(state, &Input::Supplying { leg: *leg, message, from, lender }, context)
        }
        (Some(state), input) => decide_open(state, input, context),
    }
}

fn open(
    message: &Request,
    from: &PeerId,
    addressed: &Addressing,
    input: &Input,
    context: &Context<'_>,
) -> Decision<Event> {
    if let Err(error) = classify::opening(message, addressed) {
        return Decision::error(error);
    }
    let symbol = Symbol::from(&message.header.requesting_agency_id);
    let facts = (context.peers)(from).unwrap_or_else(|| PeerFacts::new(from.clone(), symbol.clone()));
    let opened = Event::Opened {
        peer: from.clone(),
        symbol,
        name: facts.name,
        face: facts.face,
        kind: facts.kind,
        addressed: addressed.clone(),
        request: Box::new(message.clone()),
        registry_version: context.registry_version,
        at: context.now,
    };
    let run = Execution::open(opened, RequestTrigger::Opened, input, (context, context.now));
    run.map(|run| run.decision).unwrap_or_default()
}

fn decide_open(state: &State, input: &Input, context: &Context<'_>) -> Decision<Event> {
    let mut run = Execution::new(state.clone(), input, context, context.now);
    match input {
        Input::Request { message, from, .. } => match classify::request(state, message, from) {
            Ok(trigger) => run.on_request(trigger),
            Err(error) => return Decision::error(error),
        },
        Input::Requesting { message, from } => match classify::requesting(state, message, from, context) {
            Ok(trigger) => run.on_request(trigger),
            Err(error) => return Decision::error(error),
        },
        Input::Supplying { leg, message, from, lender } => {
            match classify::supplying(state, (*leg, from), message, lender.as_ref(), context) {
                Ok(triggers) => {
                    run.hear(*leg, message, lender.as_ref());
                    triggers.into_iter().for_each(|trigger| run.on_part(*leg, trigger));
                }
                Err(error) => return Decision::error(error),
            }
        }
        Input::CameBack { leg } => run.on_part(*leg, LegTrigger::CameBack),
        Input::NotTaken { leg } => run.on_part(*leg, LegTrigger::NotTaken),
        Input::Delivery { out, outcome } => delivered(&mut run, out, outcome),
        Input::Located(_) => run.on_request(RequestTrigger::Located),
        Input::Timer(name) => run.on_timer(*name),
        Input::Staff { act, by, reason } => acted(&mut run, act.kind(), by, reason),
    }
    run.decision
}

fn acted(run: &mut Execution<'_>, act: ActKind, by: &str, reason: &str) {
    let Some(trigger) = RequestTrigger::of_act(act) else {
        return run.refuse(RuleUsed::gate(OF_ANOTHER_MACHINE));
    };
    match refusal(&run.state, trigger) {
        None => run.on_act(act, by, reason, trigger),
        Some(refusal) => run.refuse(refusal),
    }
}

fn delivered(run: &mut Execution<'_>, out: &OutboundRef, outcome: &DeliveryOutcome) {
    if outcome.frees_the_lane() {
        run.resolve("peer.undeliverable", out.to.into());
    }
    match out.to {
        Party::Requester => run.on_request(classify::told(outcome)),
        Party::Leg(leg) => run.on_part(leg, classify::delivery(&out.kind, outcome)),
        Party::Supplier | Party::Library => run.ignore(Brokering::NO_SUCH_PART),
    }
}

/// What staff may do now.
pub fn allowed_actions(state: &State) -> Vec<ActKind> {
    let allowed =
        |act: &ActKind| RequestTrigger::of_act(*act).is_some_and(|trigger| refusal(state, trigger).is_none());
    ActKind::ALL.iter().copied().filter(allowed).collect()
}

/// The row that refuses it; where the request's row only passes it on to a leg, the leg's may.
fn refusal(state: &State, trigger: RequestTrigger) -> Option<RuleUsed> {
    let view = View { state, leg: None, happening: None };
    let row = find(REQUEST_TABLE, state.standing.phase, trigger, &view);
    let used = row.used(Table::Request);
    if row.is_refusal() {
        return Some(used);
    }
    let [RequestAction::Current(asked)] = row.actions() else { return None };
    let could = state.current.is_some_and(|leg| {
        let view = View { leg: Some(leg), ..view };
        !find(LEG_TABLE, state.leg(leg).state, *asked, &view).is_refusal()
    });
    (!could).then_some(RuleUsed { verdict: RuleVerdict::Refused, ..used })
}

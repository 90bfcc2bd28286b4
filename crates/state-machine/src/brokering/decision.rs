//! From an input to what is done about it.

use iso18626::{ErrorData, ErrorType, Request};
use serde::{Deserialize, Serialize};

use super::{
    classify,
    effect::Effect,
    event::Event,
    guards::View,
    input::{Addressing, Context, DeliveryOutcome, Input},
    leg_table::LEG_TABLE,
    names::{OutboundRef, Party},
    request_table::REQUEST_TABLE,
    run::Run,
    state::State,
    table::{Do, Kind, find},
    trigger::RequestTrigger,
};
use crate::{
    PeerId, Symbol,
    acts::{ActKind, refusals::OF_ANOTHER_MACHINE},
    facts::PeerFacts,
};

/// What is done about an input.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Decision {
    /// What happened. With none, the request did not come into being or did not change.
    pub events: Vec<Event>,
    /// What the gateway does about it, once the events are durable.
    pub effects: Vec<Effect>,
    /// What the sender of a message is answered.
    pub reply: Reply,
    /// The rows that said so, in the order in which they were used.
    pub rules: Vec<RuleUsed>,
}

/// What the sender of a message is answered.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Reply {
    /// Taken.
    #[default]
    Ok,
    /// Not taken.
    Error(Vec<ErrorData>),
}

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Table {
    /// The request's.
    Request,
    /// A supplier's leg's.
    Leg,
    /// None: what comes before the tables.
    Gate,
}

/// A row that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleUsed {
    /// Of which table.
    pub table: Table,
    /// Its name.
    pub rule: &'static str,
    /// What it says, for people.
    pub why: &'static str,
    /// What came of it.
    pub verdict: RuleVerdict,
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleVerdict {
    /// It was carried out.
    Done,
    /// It says that nothing happens.
    Refused,
}

impl Decision {
    /// Why nothing happened, if the first rule said so: what staff are shown when an action is not allowed.
    pub fn refusal(&self) -> Option<&RuleUsed> {
        self.rules.first().filter(|rule| rule.verdict == RuleVerdict::Refused)
    }

    /// The state after the decision.
    pub fn state_after(&self, before: Option<&State>) -> Option<State> {
        self.events.iter().fold(before.cloned(), super::evolve)
    }

    fn error(error_type: ErrorType, value: String) -> Self {
        let error = ErrorData { error_type, error_value: Some(value) };
        Decision { reply: Reply::Error(vec![error]), ..Decision::default() }
    }
}

/// Decides what is done about an input: a request where there is no state yet, anything where there is.
///
/// An ERROR comes without events. A message that changes nothing is answered OK, and [`Event::Ignored`] keeps the rule that says so.
pub fn decide(state: Option<&State>, input: &Input, context: &Context<'_>) -> Decision {
    match (state, input) {
        (None, Input::Request { message, from, addressed }) => open(message, from, addressed, input, context),
        (None, _) => Decision::error(
            ErrorType::UnrecognisedDataValue,
            "requestingAgencyRequestId: no request is known under this id".to_owned(),
        ),
        (Some(state), input) => go_on(state, input, context),
    }
}

fn open(
    message: &Request,
    from: &PeerId,
    addressed: &Addressing,
    input: &Input,
    context: &Context<'_>,
) -> Decision {
    if let Err(error) = classify::opening(message, addressed) {
        return Decision::error(error.error_type, error.value);
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

fn go_on(state: &State, input: &Input, context: &Context<'_>) -> Decision {
    let mut run = Run::new(state.clone(), input, context);
    match input {
        Input::Request { message, from, .. } => match classify::request(state, message, from) {
            Ok(trigger) => run.request(trigger),
            Err(error) => return Decision::error(error.error_type, error.value),
        },
        Input::Requesting { message, from } => match classify::requesting(state, message, from, context) {
            Ok(trigger) => run.request(trigger),
            Err(error) => return Decision::error(error.error_type, error.value),
        },
        Input::Supplying { leg, message, from } => match classify::supplying(state, *leg, message, from) {
            Ok(triggers) => {
                run.hear(*leg, message);
                for trigger in triggers {
                    run.leg(*leg, trigger);
                }
            }
            Err(error) => return Decision::error(error.error_type, error.value),
        },
        Input::Delivery { out, outcome } => delivered(&mut run, out, outcome),
        Input::Located(_) => run.request(RequestTrigger::Located),
        Input::Timer(name) => run.timer(*name),
        Input::Staff { act, by, reason } => acted(&mut run, act.kind(), by, reason),
    }
    run.decision
}

fn acted(run: &mut Run<'_>, act: ActKind, by: &str, reason: &str) {
    let Some(trigger) = classify::staff(act) else { return run.refuse_by(OF_ANOTHER_MACHINE) };
    if !is_allowed(&run.state, trigger) {
        return run.refuse(trigger);
    }
    let (by, reason) = (by.to_owned(), reason.to_owned());
    run.record(Event::StaffActed { act, by, reason, at: run.context.now });
    run.request(trigger);
}

fn delivered(run: &mut Run<'_>, out: &OutboundRef, outcome: &DeliveryOutcome) {
    if matches!(outcome, DeliveryOutcome::Confirmed | DeliveryOutcome::Dropped { .. }) {
        run.settle("peer.undeliverable", out.to);
    }
    match out.to {
        Party::Requester => run.request(classify::told(outcome)),
        Party::Leg(leg) if (leg.0 as usize) < run.state.legs.len() => {
            run.leg(leg, classify::delivery(&out.kind, outcome));
        }
        Party::Leg(_) => run.ignore("no-such-leg", "No such supplier has been asked."),
    }
}

/// What staff may do now.
pub fn allowed_actions(state: &State) -> Vec<ActKind> {
    let allowed = |act: &ActKind| classify::staff(*act).is_some_and(|trigger| is_allowed(state, trigger));
    ActKind::ALL.iter().copied().filter(allowed).collect()
}

/// Whether a row carries it out, and, where that only asks a leg, whether the leg's row does.
fn is_allowed(state: &State, trigger: RequestTrigger) -> bool {
    let view = View { state, leg: None, happening: None };
    let Kind::Goes { does, .. } = &find(REQUEST_TABLE, state.phase, trigger, &view).kind else {
        return false;
    };
    match does {
        [Do::Current(asked)] => state.current.is_some_and(|leg| {
            let view = View { leg: Some(leg), ..view };
            !find(LEG_TABLE, state.leg(leg).state, *asked, &view).is_refusal()
        }),
        _ => true,
    }
}

//! What staff are told. Each slug has one sentence; must never hold patron data or a note.

use iso18626::ErrorData;

use super::{
    act::Act,
    phases::{Phase, VolumeState},
    state::State,
};
use crate::{
    brokering::DeliveryOutcome,
    hosted::{IlsAnswer, IlsProblem, Input, VolumeNo},
};

/// What the ILS did not do waits for staff under this name.
pub(crate) const STEP_FAILED: &str = "ils.step-failed";

/// The incidents that borrowing raises.
pub const SLUGS: &[&str] = &[
    "broker.refused",
    "cancel.refused",
    "cancel.too-late",
    "copy.after-end",
    "due.later",
    "hold-shelf.expired",
    "hold.stuck",
    "ils.contradicts",
    "ils.item-left",
    "ils.item-lost",
    "ils.poll-failed",
    STEP_FAILED,
    "item.recalled",
    "loan.after-end",
    "loan.completed-while-here",
    "patron.refused",
    "peer.undeliverable",
    "renewal.refused",
    "reply.awaited",
    "request.duplicate",
    "return.forgotten",
    "return.held",
    "return.late",
    "supplier.contradicts",
    "supplier.quiet",
    "transit.late",
];

/// What needs nobody any more once a request is over.
pub(crate) const MOOT_AT_THE_END: &[&str] = &[
    "cancel.refused",
    "cancel.too-late",
    "item.recalled",
    "loan.completed-while-here",
    "renewal.refused",
    "return.held",
    "supplier.quiet",
];

/// What is over when a request leaves a phase.
pub(crate) fn of_phase(phase: Phase) -> &'static [&'static str] {
    match phase {
        Phase::Draft => &["patron.refused", "request.duplicate", "broker.refused"],
        Phase::Conditional | Phase::RetryOffered => &["reply.awaited"],
        Phase::Returned => &["return.late"],
        _ => &[],
    }
}

/// What is over when a volume leaves a state.
pub(crate) fn of_volume(state: VolumeState) -> &'static [&'static str] {
    match state {
        VolumeState::InTransit => &["transit.late"],
        VolumeState::Received => &["hold.stuck"],
        VolumeState::Expired => &["hold-shelf.expired", "return.forgotten"],
        VolumeState::CheckedIn => &["return.forgotten"],
        _ => &["due.later"],
    }
}

/// The sentence for an incident.
pub(crate) fn text(state: &State, input: &Input<Act>, slug: &str, volume: Option<VolumeNo>) -> String {
    let it = volume.map_or_else(|| "The item".to_owned(), |number| format!("Volume {}", number.0));
    match slug {
        "broker.refused" => format!("The broker did not take {}{}.", sent(input), cause(input)),
        "cancel.refused" => {
            "The supplier does not let the request go: what comes must be sent back.".to_owned()
        }
        "cancel.too-late" => "The item had shipped when the cancel came: it must be sent back.".to_owned(),
        "copy.after-end" => "A copy was delivered after the request had ended.".to_owned(),
        "due.later" => format!("{it}: the ILS gives the patron longer than the supplier's date allows."),
        "hold-shelf.expired" => format!("{it} was not picked up in time."),
        "hold.stuck" => format!("{it} is here, and the ILS does not hold it for the patron yet."),
        "ils.contradicts" => format!("{it}: the ILS tells what cannot be where it stands."),
        "ils.item-left" => format!("{it}: its temporary item is still in the ILS, to be removed by hand."),
        "ils.item-lost" => format!("{it}: the ILS says that it is lost or missing."),
        "ils.poll-failed" => format!("{it}: the ILS does not say where it is{}.", cause(input)),
        "ils.step-failed" => match input {
            Input::Ils { ticket, .. } => format!("The ILS did not do {}{}.", ticket.step, cause(input)),
            _ => "The ILS did not do a step.".to_owned(),
        },
        "item.recalled" => "The supplier wants the item back before it is due.".to_owned(),
        "loan.after-end" => "An item comes although the request is over: it must go back.".to_owned(),
        "loan.completed-while-here" => {
            "The supplier says that it has the item back, and it is here or with the patron.".to_owned()
        }
        "patron.refused" => format!("The ILS says no to the patron{}.", cause(input)),
        "peer.undeliverable" => format!("{} cannot be delivered{}.", sent(input), cause(input)),
        "renewal.refused" => "The supplier does not let the item be kept longer.".to_owned(),
        "reply.awaited" => "The supplier waits for the answer to its condition or offer.".to_owned(),
        "request.duplicate" => format!(
            "The same patron asked for the same item not long ago: {}.",
            state.duplicate_of.as_deref().unwrap_or("another request")
        ),
        "return.forgotten" => format!("{it} should have been sent back by now."),
        "return.held" => "The supplier asks to hold on to the item for now.".to_owned(),
        "return.late" => "The item should be back with the supplier by now; it has been asked.".to_owned(),
        "supplier.contradicts" => "The supplier tells a status that cannot be.".to_owned(),
        "supplier.quiet" => "No news in time; the supplier has been asked.".to_owned(),
        "transit.late" => format!("{it} should have arrived by now."),
        other => format!("{it}: {other}"),
    }
}

fn sent(input: &Input<Act>) -> String {
    match input {
        Input::Delivery { out, .. } => out.kind.to_string(),
        _ => "a message".to_owned(),
    }
}

fn cause(input: &Input<Act>) -> String {
    match input {
        Input::Delivery { outcome: DeliveryOutcome::Refused(errors), .. } if !errors.is_empty() => {
            format!(": {}", errors.iter().map(error).collect::<Vec<_>>().join("; "))
        }
        Input::Delivery { outcome: DeliveryOutcome::Undeliverable { why, .. }, .. } => format!(": {why}"),
        Input::Ils { answer, .. } => why(answer).map(|why| format!(": {why}")).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Why the ILS did not do it.
pub(crate) fn why(answer: &IlsAnswer) -> Option<String> {
    match answer {
        IlsAnswer::Done { facts } => facts.patron.map(|standing| format!("{standing:?}").to_lowercase()),
        IlsAnswer::Refused { problems } if problems.is_empty() => Some("it says no".to_owned()),
        IlsAnswer::Refused { problems } => Some(problems.iter().map(problem).collect::<Vec<_>>().join("; ")),
        IlsAnswer::Failed { why, .. } => Some(why.clone()),
    }
}

fn problem(problem: &IlsProblem) -> String {
    match &problem.detail {
        Some(detail) => format!("{} ({detail})", problem.name),
        None => problem.name.clone(),
    }
}

/// What kind of error it was. Its value may repeat anything, so it stays out.
fn error(error: &ErrorData) -> String {
    error.error_type.to_string()
}

//! What staff are told. Each slug has one sentence; must never hold patron data or a note.

use loan_model::{ils::PatronStanding, names::VolumeNo};

use super::{
    phases::{Phase, VolumeState},
    state::State,
};
use crate::hosted::{Input, STEP_FAILED};

/// The incidents that borrowing raises.
pub const SLUGS: &[&str] = &[
    "broker.refused",
    "cancel.refused",
    "cancel.too-late",
    "copy.after-end",
    "due.earlier",
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
    "loan.denied",
    "notice.unclear",
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

/// What does not need staff any more once a request is over.
pub(crate) const MOOT_AT_THE_END: &[&str] = &[
    "cancel.refused",
    "cancel.too-late",
    "due.earlier",
    "item.recalled",
    "loan.completed-while-here",
    "notice.unclear",
    "renewal.refused",
    "return.held",
    "supplier.quiet",
];

/// What is over when a request leaves a phase.
pub(crate) fn of_phase(phase: Phase) -> &'static [&'static str] {
    match phase {
        Phase::Draft => &["patron.refused", "request.duplicate", "broker.refused"],
        Phase::Conditional | Phase::RetryOffered => &["reply.awaited"],
        Phase::Shipped => &["loan.denied"],
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
pub(crate) fn text(state: &State, input: &Input, slug: &str, volume: Option<VolumeNo>) -> String {
    let it = volume.map_or_else(|| "The item".to_owned(), |number| format!("Volume {}", number.0));
    match slug {
        "broker.refused" => format!("The broker did not take {}{}.", input.sent(), input.cause()),
        "cancel.refused" => {
            "The supplier does not let the request go: what comes must be sent back.".to_owned()
        }
        "cancel.too-late" => "The item had shipped when the cancel came: it must be sent back.".to_owned(),
        "copy.after-end" => "A copy was delivered after the request had ended.".to_owned(),
        "due.earlier" => {
            "The supplier names an earlier due date without a recall; the loan's date stays.".to_owned()
        }
        "due.later" => format!("{it}: the ILS gives the patron longer than the supplier's date allows."),
        "hold-shelf.expired" => format!("{it} was not picked up in time."),
        "hold.stuck" => format!("{it} is here, and the ILS does not hold it for the patron yet."),
        "ils.contradicts" => format!("{it}: the ILS tells what cannot be where it stands."),
        "ils.item-left" => format!("{it}: its temporary item is still in the ILS, to be removed by hand."),
        "ils.item-lost" => format!("{it}: the ILS says that it is lost or missing."),
        "ils.poll-failed" => format!("{it}: the ILS does not say where it is{}.", input.cause()),
        "ils.step-failed" => match input {
            Input::Ils { step, .. } => format!("The ILS did not do {}{}.", step.step, input.cause()),
            _ => "The ILS did not do a step.".to_owned(),
        },
        "item.recalled" => "The supplier wants the item back before it is due.".to_owned(),
        "loan.after-end" => "An item comes although the request is over: it must go back.".to_owned(),
        "loan.completed-while-here" => {
            "The supplier says that it has the item back, and it is here or with the patron.".to_owned()
        }
        "loan.denied" => {
            "The supplier said that it had sent the item, and says now that it does not supply.".to_owned()
        }
        "notice.unclear" => input.unclear_notice(acts::Side::Borrowing),
        "patron.refused" => patron_refused(input),
        "peer.undeliverable" => format!("{} cannot be delivered{}.", input.sent(), input.cause()),
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

/// What the ILS says of a patron who may not borrow.
fn patron_refused(input: &Input) -> String {
    let standing = match input {
        Input::Ils { answer, .. } => answer.standing(),
        _ => None,
    };
    match standing {
        Some(PatronStanding::Unknown) => "The ILS does not know this patron.".to_owned(),
        Some(PatronStanding::Blocked) => format!("The ILS has blocked this patron{}.", input.cause()),
        Some(PatronStanding::Expired) => "The patron's card has expired.".to_owned(),
        Some(PatronStanding::Unclear) => {
            "What the ILS says of this patron's standing is not known: look at the patron there.".to_owned()
        }
        Some(PatronStanding::Good) | None => format!("The ILS does not accept this patron{}.", input.cause()),
    }
}

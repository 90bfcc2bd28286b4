//! What staff are shown. Each slug has one sentence; must never hold patron data or a note.

use acts::ActKind;
use loan_model::names::VolumeNo;

use super::{machine::Execution, steps};
use crate::hosted::{Input, STEP_FAILED, why};

/// The incidents that lending raises.
pub const SLUGS: &[&str] = &[
    "check-out.late",
    "hold.gone",
    "hold.left",
    "ils.done-late",
    STEP_FAILED,
    "item.lost",
    "loan.overdue",
    "loan.unrecorded",
    "notice.unclear",
    "peer.undeliverable",
    "pull.late",
    "renewal.refused",
    "renewal.shortens",
    "requester.refused",
    "return.late",
    "ship.late",
    "transit.late",
];

/// Whether an incident is over once staff have looked. A failed step is not: it is asked again, done by hand, or given up.
pub(crate) fn staff_resolve(slug: &str) -> bool {
    slug != STEP_FAILED
}

/// Whether an incident is over once the request has moved on.
pub(crate) fn passes(slug: &str) -> bool {
    slug.ends_with(".late") || slug == "loan.overdue"
}

/// Whether an incident is over once the request is.
pub(crate) fn ends(slug: &str) -> bool {
    passes(slug)
        || matches!(
            slug,
            "hold.gone"
                | "item.lost"
                | "loan.unrecorded"
                | "notice.unclear"
                | "renewal.refused"
                | "renewal.shortens"
        )
}

/// The sentence for an incident.
pub(crate) fn text(run: &Execution<'_>, slug: &str, volume: Option<VolumeNo>) -> String {
    let what = match volume.and_then(|volume| run.state.volume(volume)) {
        Some(known) => match &known.barcode {
            Some(barcode) => format!("Item {barcode}"),
            None => format!("The item ({})", known.volume),
        },
        None => "The item".to_owned(),
    };
    match slug {
        "check-out.late" => {
            "The ILS has not checked everything out in time; it went all the same.".to_owned()
        }
        "hold.gone" => "The ILS has dropped the hold: another borrower may get the item.".to_owned(),
        "hold.left" => "Its hold is still in the ILS, which is not asked to release it.".to_owned(),
        "ils.done-late" => {
            let done = match run.input {
                Input::Ils { step, .. } => step.step.to_string(),
                _ => "it".to_owned(),
            };
            format!(
                "{what}: the ILS has done {done} after staff had given it up, and nothing has moved. Undo it in the ILS where it must not stand; \
                 then `{}`.",
                ActKind::ResolveIncidents
            )
        }
        "ils.step-failed" => match run.input {
            Input::Ils { step, answer } => steps::not_done(*step, why(answer).as_deref()),
            _ => "The ILS did not do what it was asked.".to_owned(),
        },
        "item.lost" => format!("{what} is said to be lost; staff must say what follows."),
        "loan.overdue" => "It should have been back; the requester has been reminded.".to_owned(),
        "loan.unrecorded" => "The requester has received something that is not recorded as sent.".to_owned(),
        "notice.unclear" => run.input.unclear_notice(acts::Side::Lending),
        "peer.undeliverable" => format!("{} cannot be delivered{}.", run.input.sent(), run.input.cause()),
        "pull.late" => "It is on the pull list beyond its time.".to_owned(),
        "renewal.refused" => "The ILS does not renew the item: the loan's date stays.".to_owned(),
        "renewal.shortens" => format!("{what}: the ILS has renewed it to a date before the one that it had."),
        "requester.refused" => format!("The requester refused {}{}.", run.input.sent(), run.input.cause()),
        "return.late" => "It was sent back and has not been checked in in time.".to_owned(),
        "ship.late" => "It is promised and has not been sent in time.".to_owned(),
        "transit.late" => "It was sent and has not been received in time.".to_owned(),
        other => format!("{what}: {other}"),
    }
}

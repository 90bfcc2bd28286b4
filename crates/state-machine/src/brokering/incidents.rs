//! What staff are told. Each slug has one sentence; must never hold patron data or a note.

use loan_model::names::{About, Party};

use super::{input::Input, machine::Execution};

/// The incidents that brokering raises.
pub const SLUGS: &[&str] = &[
    "copy.after-end",
    "due.earlier",
    "item.lost",
    "loan.after-end",
    "loan.denied",
    "loan.double",
    "loan.quiet",
    "peer.undeliverable",
    "request.circle",
    "requester.refused",
    "retry.storm",
    "supplier.contradicts",
    "supplier.not-taken",
    "supplier.quiet",
    "supplier.refused",
];

/// Whether one is over once the request is: what it asks for can be done no more, or is done.
pub(crate) fn ends(slug: &str) -> bool {
    matches!(
        slug,
        "due.earlier" | "item.lost" | "loan.denied" | "loan.quiet" | "retry.storm" | "supplier.not-taken"
    )
}

/// The sentence for an incident.
pub(crate) fn text(run: &Execution<'_>, slug: &str, about: About) -> String {
    let who = match about {
        About::Party(Party::Leg(leg)) => run.state.leg(leg).name.clone(),
        About::Party(_) | About::Volume(_) => run.state.requester.name.clone(),
    };
    match slug {
        "copy.after-end" => format!("{who} delivered a copy after the request had ended."),
        "due.earlier" => format!("{who} names an earlier due date without a recall; the loan's date stays."),
        "item.lost" => {
            format!("The requester says that the item of {who} is lost; the supplier must say what follows.")
        }
        "loan.after-end" => format!("{who} shipped after the request had ended; the item must come back."),
        "loan.denied" => {
            format!("{who} said that it had sent the item, and says now that it does not supply.")
        }
        "loan.double" => format!("{who} shipped too: two items are out for one request."),
        "loan.quiet" => format!("No news of the item of {who} in time; the supplier has been asked."),
        "peer.undeliverable" => format!("{} cannot be delivered to {who}{}.", message(run), cause(run)),
        "request.circle" => {
            format!(
                "{who} asked this broker in turn for what it was asked for: the two have each other as suppliers."
            )
        }
        "requester.refused" | "supplier.refused" => format!("{who} refused {}{}.", message(run), cause(run)),
        "retry.storm" => {
            format!(
                "{who} retries the request more often in an hour than the broker takes; nothing is said to it."
            )
        }
        "supplier.contradicts" => {
            format!("{who} says {}, and nothing that it said before fits that.", run.said())
        }
        "supplier.quiet" if matches!(run.input, Input::Supplying { .. }) => {
            format!(
                "{who} was asked about a cancel, and did not say whether it lets the request go: the cancel was sent again. \
                 Call it: without an answer, the request counts as let go."
            )
        }
        "supplier.quiet" => {
            format!("{who} was sent a cancel and has not answered it; it has been asked about it.")
        }
        "supplier.not-taken" => {
            format!(
                "A message of {who} was not taken: the timeline says why, and what it said does not count."
            )
        }
        other => format!("{who}: {other}"),
    }
}

fn message(run: &Execution<'_>) -> String {
    match run.input {
        Input::Delivery { out, .. } => out.kind.to_string(),
        _ => "a message".to_owned(),
    }
}

fn cause(run: &Execution<'_>) -> String {
    match run.input {
        Input::Delivery { outcome, .. } => outcome.cause(),
        _ => String::new(),
    }
}

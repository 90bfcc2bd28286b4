//! Why a supplier is out of it, as the requester hears it. It is told by the row with which its way out began; must never decide anything.

use iso18626::Status;

use super::{phases::LegState, state::Leg};

/// What each row says of the supplier; where none does, it does not supply.
const SAID: &[(&str, &[&str])] = &[
    ("refused the request", &["refused", "refused-while-cancel-pending"]),
    (
        "could not be reached",
        &["undelivered", "astray", "deliver-over-unsent", "deliver-over", "undelivered-while-cancel-pending"],
    ),
    ("did not answer in time", &["silent"]),
    ("did not ship in time", &["not-shipped"]),
    ("withdrew", &["unfilled-after-a-promise", "says-cancelled", "cancel-answered-unasked"]),
    ("named a condition that was not agreed", &["decline", "reply-over"]),
    (
        "offered a retry that was not taken up",
        &["retry-gone", "retry-over", "pass-over-retry", "let-go-retry"],
    ),
    ("was passed over", &["pass-over", "pass-over-unsent"]),
];

/// Whether the supplier itself has said that it does not supply.
pub(crate) fn said_so(leg: &Leg) -> bool {
    leg.state == LegState::Unfilled && leg.said.status == Some(Status::Unfilled)
}

/// The sentence about a supplier that is out of it.
pub(crate) fn sentence(leg: &Leg) -> String {
    // What it says itself goes before what we did about it until then.
    let rule = if said_so(leg) { &leg.ended_by } else { &leg.out_by };
    let said = rule.as_deref().and_then(|rule| SAID.iter().find(|(_, rules)| rules.contains(&rule)));
    let said = said.map_or("does not supply", |(said, _)| *said);
    format!("{}, {}, {said}", leg.name, leg.symbol)
}

//! The tables as pages: one row a line, and a diagram. Checked in under `schemas/state-tables/`.

use super::{
    leg_table::LEG_TABLE,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
};
use crate::interpreter::TableDescription;

/// The two tables, described.
pub fn state_tables() -> [TableDescription; 2] {
    [
        TableDescription::new(
            "brokering-request.md",
            (
                "Brokering: the request",
                "Where a request stands between its requester and its suppliers, and what moves it.",
            ),
            Phase::Locating,
            REQUEST_TABLE,
        ),
        TableDescription::new(
            "brokering-leg.md",
            (
                "Brokering: a supplier's leg",
                "Where a supplier stands with one request, and what moves it. What a row makes happen to the request stands behind an arrow.",
            ),
            LegState::Sending,
            LEG_TABLE,
        ),
    ]
}

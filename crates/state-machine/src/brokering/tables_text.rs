//! The tables as documents: one row a line, and a diagram. Checked in under `schemas/state-tables/`.

use super::{
    leg_table::LEG_TABLE,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
};
use crate::interpreter::Document;

/// The documents, each with its file name.
pub fn state_tables() -> [(&'static str, String); 2] {
    let request = Document {
        title: "Brokering: the request",
        intro: "Where a request stands between its requester and its suppliers, and what moves it.",
        start: Phase::Locating,
        rows: REQUEST_TABLE,
    };
    let leg = Document {
        title: "Brokering: a supplier's leg",
        intro: "Where a supplier stands with one request, and what moves it. What a row makes happen to the request stands behind an arrow.",
        start: LegState::Sending,
        rows: LEG_TABLE,
    };
    [("brokering-request.md", request.text()), ("brokering-leg.md", leg.text())]
}

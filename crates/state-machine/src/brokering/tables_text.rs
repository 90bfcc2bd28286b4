//! The tables as documents: one row a line, and a diagram. Checked in under `schemas/state-tables/`.

use super::{
    leg_table::LEG_TABLE,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
    trigger::{LegTrigger, RequestTrigger},
};
use crate::rows::Document;

/// The documents, each with its file name.
pub fn state_tables() -> [(&'static str, String); 2] {
    let request = Document {
        title: "Brokering: the request",
        intro: "Where a request stands between its requester and its suppliers, and what moves it.",
        states: Phase::ALL,
        start: Phase::Locating,
        name: Phase::as_str,
        is_final: Phase::is_final,
        words: RequestTrigger::words,
        rows: REQUEST_TABLE,
    };
    let leg = Document {
        title: "Brokering: a supplier's leg",
        intro: "Where a supplier stands with one request, and what moves it. What a row makes happen to the request stands behind an arrow.",
        states: LegState::ALL,
        start: LegState::Sending,
        name: LegState::as_str,
        is_final: LegState::is_final,
        words: LegTrigger::words,
        rows: LEG_TABLE,
    };
    [("brokering-request.md", request.text()), ("brokering-leg.md", leg.text())]
}

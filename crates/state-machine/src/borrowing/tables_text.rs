//! The tables as documents. Checked in under `schemas/state-tables/`.

use super::{
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    trigger::{RequestTrigger, VolumeTrigger},
    volume_table::VOLUME_TABLE,
};
use crate::rows::Document;

/// The documents, each with its file name.
pub fn state_tables() -> [(&'static str, String); 2] {
    let request = Document {
        title: "Borrowing: the request",
        intro: "Where a request of a hosted library stands, and what moves it.",
        states: Phase::ALL,
        start: Phase::Checking,
        name: Phase::as_str,
        is_final: Phase::is_final,
        words: RequestTrigger::words,
        rows: REQUEST_TABLE,
    };
    let volume = Document {
        title: "Borrowing: a volume",
        intro: "Where a volume stands between the supplier and the patron, and what moves it. What a row makes happen to the request stands behind an arrow.",
        states: VolumeState::ALL,
        start: VolumeState::InTransit,
        name: VolumeState::as_str,
        is_final: VolumeState::is_final,
        words: VolumeTrigger::words,
        rows: VOLUME_TABLE,
    };
    [("borrowing-request.md", request.text()), ("borrowing-volume.md", volume.text())]
}

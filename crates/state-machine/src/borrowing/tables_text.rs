//! The tables as documents. Checked in under `schemas/state-tables/`.

use super::{
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    volume_table::VOLUME_TABLE,
};
use crate::interpreter::Document;

/// The documents, each with its file name.
pub fn state_tables() -> [(&'static str, String); 2] {
    let request = Document {
        title: "Borrowing: the request",
        intro: "Where a request of a hosted library stands, and what moves it.",
        start: Phase::Checking,
        rows: REQUEST_TABLE,
    };
    let volume = Document {
        title: "Borrowing: a volume",
        intro: "Where a volume stands between the supplier and the patron, and what moves it. What a row makes happen to the request stands behind an arrow.",
        start: VolumeState::InTransit,
        rows: VOLUME_TABLE,
    };
    [("borrowing-request.md", request.text()), ("borrowing-volume.md", volume.text())]
}

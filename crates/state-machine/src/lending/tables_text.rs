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
        title: "Lending: the request",
        intro: "Where a request stands with a hosted library that supplies, and what moves it.",
        start: Phase::Received,
        rows: REQUEST_TABLE,
    };
    let volume = Document {
        title: "Lending: a volume",
        intro: "Where one volume of a loan stands, and what moves it. What a row makes happen to the request stands behind an arrow.",
        start: VolumeState::Pulled,
        rows: VOLUME_TABLE,
    };
    [("lending-request.md", request.text()), ("lending-volume.md", volume.text())]
}

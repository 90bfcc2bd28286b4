//! The tables as pages. Checked in under `schemas/state-tables/`.

use super::{
    phases::{Phase, VolumeState},
    request_table::REQUEST_TABLE,
    volume_table::VOLUME_TABLE,
};
use crate::interpreter::TableDescription;

/// The two tables, described.
pub fn state_tables() -> [TableDescription; 2] {
    [
        TableDescription::new(
            "lending-request.md",
            (
                "Lending: the request",
                "Where a request stands with a hosted library that supplies, and what moves it.",
            ),
            Phase::Received,
            REQUEST_TABLE,
        ),
        TableDescription::new(
            "lending-volume.md",
            (
                "Lending: a volume",
                "Where one volume of a loan stands, and what moves it. What a row makes happen to the request stands behind an arrow.",
            ),
            VolumeState::Pulled,
            VOLUME_TABLE,
        ),
    ]
}

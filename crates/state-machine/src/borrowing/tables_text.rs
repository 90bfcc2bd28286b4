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
            "borrowing-request.md",
            ("Borrowing: the request", "Where a request of a hosted library stands, and what moves it."),
            Phase::Checking,
            REQUEST_TABLE,
        ),
        TableDescription::new(
            "borrowing-volume.md",
            (
                "Borrowing: a volume",
                "Where a volume stands between the supplier and the patron, and what moves it. What a row makes happen to the request stands behind an arrow.",
            ),
            VolumeState::InTransit,
            VOLUME_TABLE,
        ),
    ]
}

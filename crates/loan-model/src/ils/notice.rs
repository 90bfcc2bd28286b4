//! What an ILS has done by itself. Must never hold patron data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::names::VolumeNo;

/// Something that an ILS has done by itself, told by a notice or found by asking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IlsNotice {
    /// What.
    pub kind: NoticeKind,
    /// With which volume, where the barcode told.
    pub volume: Option<VolumeNo>,
    /// When it is due now, where that was told.
    pub due: Option<Timestamp>,
}

/// What an ILS has done by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// Shipped it.
    Shipped,
    /// Received it.
    Received,
    /// Lent it to the patron (borrowing) or the library (lending).
    CheckedOut,
    /// Taken it back.
    CheckedIn,
    /// Lent it longer.
    Renewed,
    /// Called it back.
    Recalled,
    /// The patron does not want it any more.
    RequestCancelled,
    /// It is lost or missing.
    Lost,
}

impl NoticeKind {
    /// Every one.
    pub const ALL: &[NoticeKind] = &[
        NoticeKind::Shipped,
        NoticeKind::Received,
        NoticeKind::CheckedOut,
        NoticeKind::CheckedIn,
        NoticeKind::Renewed,
        NoticeKind::Recalled,
        NoticeKind::RequestCancelled,
        NoticeKind::Lost,
    ];
}

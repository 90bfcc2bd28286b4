//! Where a request of a hosted library stands, at a glance: names and dates, for people and lists.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ils::StepId,
    names::VolumeNo,
    open::{Incident, Wait},
};

/// Where a request of a hosted library stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Its phase, by name.
    pub phase: String,
    /// Whether it is over.
    pub over: Over,
    /// The title.
    pub title: Option<String>,
    /// The library's own symbol, where the request has it.
    pub symbol: Option<String>,
    /// The partner's symbol: the supplier or the requester behind the broker, where it is known.
    pub partner: Option<String>,
    /// Our id of it, as the partner knows it.
    pub id: String,
    /// Its volumes.
    pub volumes: Vec<VolumeSummary>,
    /// What is awaited, and until when.
    pub waits: Vec<Wait>,
    /// What the ILS has been asked and has not done, be it that it has not answered or that it failed.
    pub asked: Vec<StepId>,
    /// What needs staff.
    pub incidents: Vec<Incident>,
    /// When it is due, as the partner has it.
    pub due: Option<Timestamp>,
}

/// Whether a request is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// It is not.
    Open,
    /// It is.
    Closed,
}

/// One volume.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VolumeSummary {
    /// Which.
    pub volume: VolumeNo,
    /// Its state, by name.
    pub state: String,
    /// The lender's barcode.
    pub barcode: Option<String>,
    /// The temporary item's barcode in the borrowing ILS.
    pub local: Option<String>,
    /// When it is due here.
    pub due: Option<Timestamp>,
}

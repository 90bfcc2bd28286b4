//! Where a request stands, whatever machine it is of. Changed by events alone; must never decide anything.

use jiff::Timestamp;
use loan_model::open::{Incidents, Waits};
use serde::{Deserialize, Serialize};

/// Where a request stands, as every machine keeps it; `P` is where its requests can stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing<P> {
    pub(crate) phase: P,
    #[serde(default)]
    pub(crate) waits: Waits,
    #[serde(default)]
    pub(crate) incidents: Incidents,
    pub(crate) opened_at: Timestamp,
    pub(crate) changed_at: Timestamp,
}

impl<P> Standing<P> {
    /// A request that came now.
    pub(crate) fn new(phase: P, at: Timestamp) -> Self {
        Standing {
            phase,
            waits: Waits::default(),
            incidents: Incidents::default(),
            opened_at: at,
            changed_at: at,
        }
    }
}

//! What the API says of NCIP.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// `GET ncip/counts?since=&until=`: what NCIP carried between members. Days are UTC's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NcipCounts {
    /// Visiting patrons, per pair of libraries and day.
    pub visits: Vec<NcipVisits>,
    /// Exchanges, by how they ended.
    pub exchanges: Vec<NcipExchanges>,
}

/// The patrons of one library who visited another on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NcipVisits {
    /// The day.
    pub day: Date,
    /// Where they visited.
    pub at: String,
    /// Their home library.
    pub home: String,
    /// How many different cards were checked there.
    pub cards: i64,
    /// How many lookups that took.
    pub lookups: i64,
    /// How many loans were told of. A lookup is no loan.
    pub loans: i64,
}

/// Exchanges of one kind on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NcipExchanges {
    /// The day.
    pub day: Date,
    /// Who asked.
    pub from: String,
    /// Whom.
    pub to: String,
    /// Which service.
    pub service: String,
    /// How they ended: `answered`, `problem` (the system said no), `failed` (it did not answer), `refused` (they were not carried).
    pub outcome: String,
    /// How many.
    pub count: i64,
}

impl From<ils::NcipVisits> for NcipVisits {
    fn from(visits: ils::NcipVisits) -> Self {
        let ils::NcipVisits { day, at, home, cards, lookups, loans } = visits;
        Self { day, at, home, cards, lookups, loans }
    }
}

impl From<ils::NcipExchanges> for NcipExchanges {
    fn from(exchanges: ils::NcipExchanges) -> Self {
        let ils::NcipExchanges { day, from, to, service, outcome, count } = exchanges;
        Self { day, from, to, service, outcome, count }
    }
}

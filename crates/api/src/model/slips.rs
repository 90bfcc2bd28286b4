//! What the API says of a pull list. Must never name a patron.

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};

/// `GET peers/{id}/pull-list`: what a hosted library is to fetch from its shelves, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullList {
    /// The library, by its id in the registry.
    pub library: String,
    /// Its name.
    pub name: String,
    /// When the list was made, by the library's own clock.
    pub made: DateTime,
    /// What is on it.
    pub items: Vec<PullItem>,
    /// Requests whose row is damaged: why each cannot be listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<String>,
}

/// Something to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PullItem {
    /// The request: `req_...`.
    pub request: String,
    /// The id under which the other side knows it.
    pub reference: String,
    /// In which collection or building.
    pub location: Option<String>,
    /// Where on the shelves.
    pub call_number: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// Volume, issue, pages.
    pub extent: Option<String>,
    /// What is wanted of it: a loan, a copy.
    pub service: Option<String>,
    /// The library that wants it.
    pub wanted_by: String,
    /// Until when it is of use.
    pub needed_by: Option<Date>,
}

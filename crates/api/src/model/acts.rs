//! What the API says of acts of staff, and takes.

use acts::Fields;
use serde::{Deserialize, Serialize};

/// `POST requests/{id}/act`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// One of the request's `actions`.
    pub action: String,
    /// Why it is done: kept with the request. What the other library is told is a field.
    pub reason: String,
    /// By whom; `api` where it is not said.
    #[serde(default)]
    pub by: Option<String>,
    /// The act's fields: `{"volumes": ["31183004"], "due": "2026-12-20"}`.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub with: Fields,
}

/// `GET requests/{id}/acts`: what staff may do now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedActs {
    /// Each, with its fields.
    pub acts: Vec<AllowedAct>,
}

/// Something that staff may do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedAct {
    /// Its name.
    pub action: String,
    /// What it does, and to whom.
    pub does: String,
    /// Its fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ActField>,
    /// Fields with which it can be done.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub example: Fields,
}

/// A field of an act.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActField {
    /// Its name.
    pub name: String,
    /// What it says.
    pub about: String,
    /// Whether the act needs it.
    pub required: bool,
    /// Whether it takes a list.
    pub many: bool,
    /// What kind of value it takes: `text`, `volume`, `day-or-time`, `amount`, `currency`, `step` or `code`.
    pub takes: String,
    /// The same, in words.
    pub expects: String,
    /// The values it takes, where they are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

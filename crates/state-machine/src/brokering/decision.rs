//! From an input to what is done about it.

use iso18626::ErrorData;
use serde::{Deserialize, Serialize};

use super::{
    effect::Effect,
    event::Event,
    input::{Context, Input, StaffAction},
    state::State,
};

/// What is done about an input.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Decision {
    /// What happened. With none, the request did not come into being or did not change.
    pub events: Vec<Event>,
    /// What the gateway does about it, once the events are durable.
    pub effects: Vec<Effect>,
    /// What the sender of a message is answered.
    pub reply: Reply,
    /// The rows that said so, in the order in which they were used.
    pub rules: Vec<RuleUsed>,
}

/// What the sender of a message is answered.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Reply {
    /// Taken.
    #[default]
    Ok,
    /// Not taken.
    Error(Vec<ErrorData>),
}

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Table {
    /// The request's.
    Request,
    /// A supplier's leg's.
    Leg,
}

/// A row that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleUsed {
    /// Of which table.
    pub table: Table,
    /// Its name.
    pub rule: &'static str,
    /// What it says, for people.
    pub why: &'static str,
}

/// Decides what is done about an input: a new request where there is no state, anything where there is.
pub fn decide(state: Option<&State>, input: &Input, context: &Context<'_>) -> Decision {
    let _ = (state, input, context);
    Decision::default()
}

/// What staff may do now.
pub fn allowed_actions(state: &State) -> Vec<StaffAction> {
    let _ = state;
    Vec::new()
}

//! What the gateway needs to know of a machine to run it: the same for both.

use acts::ActKind;
use loan_model::{hosted::HostedFacts, summary::Summary};
use serde::{Serialize, de::DeserializeOwned};

use super::input::{Context, Input};
use crate::interpreter::{Decision, Evolve};

/// A machine of a hosted library: a type without values.
pub trait Machine {
    /// Where a request stands.
    type State: Evolve<Event = Self::Event>
        + Clone
        + PartialEq
        + std::fmt::Debug
        + Serialize
        + DeserializeOwned;
    /// What happened to it.
    type Event: Clone + PartialEq + std::fmt::Debug + Serialize + DeserializeOwned;

    /// Decides what is done about an input: a request of its own where there is no state yet, anything where there is.
    ///
    /// An ERROR comes without events. A message that changes nothing is answered OK, and `Ignored` keeps the rule that says so.
    fn decide(state: Option<&Self::State>, input: &Input, context: &Context<'_>) -> Decision<Self::Event>;

    /// What staff may do now, by the tables and by the library's settings.
    fn allowed_actions(state: &Self::State, library: &HostedFacts) -> Vec<ActKind>;

    /// Where a request stands, for people and lists.
    fn summary(state: &Self::State) -> Summary;
}

//! What the gateway needs to know of a machine to run it: the same for both.

use acts::ActKind;
use jiff::Timestamp;
use loan_model::{hosted::HostedFacts, ils::StepId, names::VolumeNo};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::input::{Context, Input};
use crate::interpreter::{Decision, Evolve, Incident, Wait};

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

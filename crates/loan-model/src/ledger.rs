//! The ledger of calls to the ILS: the latest call of each step and volume, and how it stands. Must never know what a step is for.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    ils::{IlsAnswer, IlsProblem, Step, StepId},
    names::VolumeNo,
};

/// The calls of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IlsCalls(Vec<IlsCall>);

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IlsCall {
    /// Which.
    pub step: StepId,
    /// How it stands.
    pub stands: StepStands,
    /// When it was asked for.
    pub at: Timestamp,
}

/// How a call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStands {
    /// The ILS has not answered.
    Waiting,
    /// It answered, and nothing is left to do.
    Done,
    /// It says no, and that is an answer.
    Refused,
    /// It did not do it: staff must look.
    Failed,
    /// Staff did it by hand.
    ByHand,
    /// Staff gave it up.
    GivenUp,
    /// It is not wanted any more, or asked again.
    Withdrawn,
}

impl StepStands {
    /// Whether it has not been answered, or failed.
    pub fn is_open(self) -> bool {
        matches!(self, StepStands::Waiting | StepStands::Failed)
    }
}

impl IlsCalls {
    /// The id of the next call of a step.
    pub fn next(&self, step: Step, volume: Option<VolumeNo>) -> StepId {
        let attempt = self.latest(step, volume).map_or(0, |call| call.step.attempt.saturating_add(1));
        StepId { step, volume, attempt }
    }

    /// The latest call of a step.
    pub fn latest(&self, step: Step, volume: Option<VolumeNo>) -> Option<&IlsCall> {
        self.0.iter().find(|call| call.step.step == step && call.step.volume == volume)
    }

    /// How the latest call of a step stands.
    pub fn stands(&self, step: Step, volume: Option<VolumeNo>) -> Option<StepStands> {
        self.latest(step, volume).map(|call| call.stands)
    }

    /// The call with this id, unless there is a later one.
    pub fn get(&self, step: StepId) -> Option<&IlsCall> {
        self.0.iter().find(|call| call.step == step)
    }

    /// Those that have not been answered, or failed.
    pub fn open(&self) -> impl Iterator<Item = StepId> {
        self.0.iter().filter(|call| call.stands.is_open()).map(|call| call.step)
    }

    /// Those that have not been answered.
    pub fn waiting(&self) -> impl Iterator<Item = StepId> {
        self.0.iter().filter(|call| call.stands == StepStands::Waiting).map(|call| call.step)
    }

    /// Those that failed.
    pub fn failed(&self) -> impl Iterator<Item = StepId> {
        self.0.iter().filter(|call| call.stands == StepStands::Failed).map(|call| call.step)
    }

    /// Whether the call that is named, or any where none is, stands so.
    pub fn any(&self, named: Option<StepId>, is_meant: impl Fn(StepStands) -> bool) -> bool {
        self.0.iter().any(|call| named.is_none_or(|step| step == call.step) && is_meant(call.stands))
    }

    /// Follows an event. A new call takes the place of the one before.
    pub fn follow(&mut self, event: &CallEvent) {
        match *event {
            CallEvent::StepAsked { step, at } => {
                self.0.retain(|call| call.step.step != step.step || call.step.volume != step.volume);
                self.0.push(IlsCall { step, stands: StepStands::Waiting, at });
            }
            CallEvent::StepResolved { step, stands, .. } => {
                for call in self.0.iter_mut().filter(|call| call.step == step) {
                    call.stands = stands;
                }
            }
        }
    }
}

/// What happened to a call of the ILS, in either machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields say what the sentences say")]
pub enum CallEvent {
    /// The ILS is called.
    StepAsked { step: StepId, at: Timestamp },
    /// How the call stands now.
    StepResolved { step: StepId, stands: StepStands, at: Timestamp },
}

impl CallEvent {
    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match *self {
            Self::StepAsked { at, .. } | Self::StepResolved { at, .. } => at,
        }
    }
}

/// Why the ILS did not do it.
pub fn why(answer: &IlsAnswer) -> Option<String> {
    match answer {
        IlsAnswer::Done { .. } => None,
        IlsAnswer::Refused { problems } if problems.is_empty() => Some("it says no".to_owned()),
        IlsAnswer::Refused { problems } => Some(problems.iter().map(problem).collect::<Vec<_>>().join("; ")),
        IlsAnswer::Failed { why, .. } => Some(why.clone()),
    }
}

fn problem(problem: &IlsProblem) -> String {
    match &problem.detail {
        Some(detail) => format!("{} ({detail})", problem.kind),
        None => problem.kind.to_string(),
    }
}

//! The ledger of calls to the ILS, the same for both machines of a hosted library: the latest call of each step and volume, and how it
//! stands. Must never know what a step is for.

use jiff::Timestamp;
use loan_model::{
    ils::{IlsAnswer, IlsCommand, IlsProblem, Step, StepId},
    names::VolumeNo,
};
use serde::{Deserialize, Serialize};

use crate::interpreter::{Effect, Execution, Machine, TableState as _};

/// What the ILS did not do waits for staff under this name.
pub(crate) const STEP_FAILED: &str = "ils.step-failed";

/// The calls of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct IlsCalls(Vec<IlsCall>);

/// One call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct IlsCall {
    pub(crate) step: StepId,
    pub(crate) stands: StepStands,
    /// When it was asked for.
    pub(crate) at: Timestamp,
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
    pub(crate) fn is_open(self) -> bool {
        matches!(self, StepStands::Waiting | StepStands::Failed)
    }
}

impl IlsCalls {
    /// The id of the next call of a step.
    pub(crate) fn next(&self, step: Step, volume: Option<VolumeNo>) -> StepId {
        let attempt = self.latest(step, volume).map_or(0, |call| call.step.attempt.saturating_add(1));
        StepId { step, volume, attempt }
    }

    /// The latest call of a step.
    pub(crate) fn latest(&self, step: Step, volume: Option<VolumeNo>) -> Option<&IlsCall> {
        self.0.iter().find(|call| call.step.step == step && call.step.volume == volume)
    }

    /// How the latest call of a step stands.
    pub(crate) fn stands(&self, step: Step, volume: Option<VolumeNo>) -> Option<StepStands> {
        self.latest(step, volume).map(|call| call.stands)
    }

    /// The call with this id, unless there is a later one.
    pub(crate) fn get(&self, step: StepId) -> Option<&IlsCall> {
        self.0.iter().find(|call| call.step == step)
    }

    /// Those that have not been answered, or failed.
    pub(crate) fn open(&self) -> impl Iterator<Item = StepId> {
        self.0.iter().filter(|call| call.stands.is_open()).map(|call| call.step)
    }

    /// Those that have not been answered.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = StepId> {
        self.0.iter().filter(|call| call.stands == StepStands::Waiting).map(|call| call.step)
    }

    /// Those that failed.
    pub(crate) fn failed(&self) -> impl Iterator<Item = StepId> {
        self.0.iter().filter(|call| call.stands == StepStands::Failed).map(|call| call.step)
    }

    /// Whether the call that is named, or any where none is, stands so.
    pub(crate) fn any(&self, named: Option<StepId>, is_meant: impl Fn(StepStands) -> bool) -> bool {
        self.0.iter().any(|call| named.is_none_or(|step| step == call.step) && is_meant(call.stands))
    }

    /// Follows an event. A new call takes the place of the one before.
    pub(crate) fn follow(&mut self, event: &CallEvent) {
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
    pub(crate) fn at(&self) -> Timestamp {
        match *self {
            Self::StepAsked { at, .. } | Self::StepResolved { at, .. } => at,
        }
    }
}

/// A machine that calls an ILS.
pub(crate) trait CallsIls: Machine<Part = VolumeNo, Event: From<CallEvent>> {
    /// Its calls.
    fn calls(state: &Self::State) -> &IlsCalls;
}

impl<M: CallsIls> Execution<'_, M> {
    /// Calls the ILS.
    pub(crate) fn call(&mut self, step: StepId, command: IlsCommand) {
        self.note_call(step);
        self.effect(Effect::CallIls { step, command: Box::new(command) });
    }

    /// A call that cannot be made fails at once.
    pub(crate) fn call_in_vain(&mut self, step: StepId, text: String) {
        self.note_call(step);
        self.resolve_call(step, StepStands::Failed);
        self.raise_with(STEP_FAILED, M::about(step.volume), text);
    }

    /// Keeps that the ILS is called.
    pub(crate) fn note_call(&mut self, step: StepId) {
        self.record(CallEvent::StepAsked { step, at: self.now }.into());
        self.resolve_failed(step.volume);
    }

    /// Keeps how a call stands.
    pub(crate) fn resolve_call(&mut self, step: StepId, stands: StepStands) {
        self.record(CallEvent::StepResolved { step, stands, at: self.now }.into());
        self.resolve_failed(step.volume);
    }

    /// Cancels the latest call of a step, if it is open.
    pub(crate) fn cancel_call(&mut self, step: Step, volume: Option<VolumeNo>) {
        self.withdraw_call(step, volume, |step| Effect::CancelIlsCall { step });
    }

    /// Takes the latest call of a step back for good, if it is open: whatever comes of an attempt under way, nothing follows.
    pub(crate) fn abandon_call(&mut self, step: Step, volume: Option<VolumeNo>) {
        self.withdraw_call(step, volume, |step| Effect::AbandonIlsCall { step });
    }

    fn withdraw_call(&mut self, step: Step, volume: Option<VolumeNo>, effect: fn(StepId) -> Effect) {
        let Some(call) = M::calls(&self.state).latest(step, volume).copied() else { return };
        if call.stands.is_open() {
            self.resolve_call(call.step, StepStands::Withdrawn);
            if call.stands == StepStands::Waiting {
                self.effect(effect(call.step));
            }
        }
    }

    /// The calls of a volume that wait and make no sense where it has come to, by the declaration of its states, are not made any more. One
    /// that may have left something behind in the ILS stays: its answer is needed.
    pub(crate) fn cancel_moot_calls(&mut self, volume: VolumeNo) {
        let Some(state) = M::part_state(&self.state, volume) else { return };
        let moot: Vec<Step> = M::calls(&self.state)
            .waiting()
            .filter(|call| {
                call.volume == Some(volume) && state.makes_moot(call.step) && !call.step.leaves_something()
            })
            .map(|call| call.step)
            .collect();
        for step in moot {
            self.abandon_call(step, Some(volume));
        }
    }

    /// The incident of failed calls is over when none is left for this volume.
    pub(crate) fn resolve_failed(&mut self, volume: Option<VolumeNo>) {
        if !M::calls(&self.state).failed().any(|step| step.volume == volume) {
            self.resolve(STEP_FAILED, M::about(volume));
        }
    }
}

/// Why the ILS did not do it.
pub(crate) fn why(answer: &IlsAnswer) -> Option<String> {
    match answer {
        IlsAnswer::Done { .. } => None,
        IlsAnswer::Refused { problems } => {
            Some(problems.iter().map(problem).collect::<Vec<_>>().join("; ")).filter(|said| !said.is_empty())
        }
        IlsAnswer::Failed { why, .. } => Some(why.clone()),
    }
}

fn problem(problem: &IlsProblem) -> String {
    match &problem.detail {
        Some(detail) => format!("{} ({detail})", problem.kind),
        None => problem.kind.to_string(),
    }
}

//! Calls to the ILS, the same for both machines of a hosted library: made, answered, taken back. Must never know what a step is for.

use loan_model::{
    ils::{IlsCommand, Step, StepId},
    ledger::{CallEvent, IlsCalls, StepStands},
    names::VolumeNo,
    open::Tells,
};

use super::{Input, named_step};
use crate::interpreter::{Effect, Execution, Machine, TableState as _};

/// What the ILS did not do waits for staff under this name.
pub(crate) const STEP_FAILED: &str = "ils.step-failed";

/// A machine that calls an ILS.
pub(crate) trait CallsIls: Machine<Input = Input, Part = VolumeNo, Event: From<CallEvent>> {
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
        self.raise_with(STEP_FAILED, M::about(step.volume), text, Tells::Once);
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

    /// The call of the ILS that staff name.
    pub(crate) fn named_step(&self) -> Option<StepId> {
        match self.input {
            Input::Staff { act, .. } => named_step(act),
            _ => None,
        }
    }

    /// Staff want the call made now that waits in its lane.
    pub(crate) fn hurry_step(&mut self) {
        if let Some(step) = self.named_step() {
            self.effect(Effect::HurryIlsCall { step });
        }
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

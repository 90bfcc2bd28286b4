//! What a guard of a hosted library's tables may look at. Must never change anything.

use acts::Act;
use loan_model::{
    hosted::HostedFacts,
    ils::{Step, StepId},
    names::VolumeNo,
};

use super::{Context, Input};

/// What a guard may look at; `S` is the state of its machine.
pub(crate) struct View<'a, S> {
    /// The request as it stands.
    pub(crate) state: &'a S,
    /// The volume that something happens to.
    pub(crate) volume: Option<VolumeNo>,
    pub(crate) library: &'a HostedFacts,
    /// What happens, and the facts; not there when it is only asked what could be done.
    pub(crate) happening: Option<(&'a Input, &'a Context<'a>)>,
}

impl<'a, S> View<'a, S> {
    /// What could happen to a volume or to the request.
    pub(crate) fn of(state: &'a S, volume: Option<VolumeNo>, library: &'a HostedFacts) -> Self {
        View { state, volume, library, happening: None }
    }

    /// Whether this step is asked of the ILS.
    pub(crate) fn asks(&self, step: Step) -> bool {
        self.library.asks(step)
    }

    pub(crate) fn act(&self) -> Option<&'a Act> {
        match self.happening {
            Some((Input::Staff { act, .. }, _)) => Some(act),
            _ => None,
        }
    }

    /// The call of the ILS that staff name.
    pub(crate) fn named_step(&self) -> Option<StepId> {
        self.act().and_then(named_step)
    }
}

/// The call of the ILS that an act is about.
pub(crate) fn named_step(act: &Act) -> Option<StepId> {
    match act {
        Act::RetryStep { step } | Act::DoneByHand { step } | Act::GiveUp { step } => Some(*step),
        _ => None,
    }
}

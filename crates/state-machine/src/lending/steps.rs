//! What the ILS is asked, and what its answers and staff's word on them mean. Must never hold up the requester for good.

use acts::Act;
use iso18626::ServiceType;
use loan_model::{
    Symbol,
    ils::{IlsAnswer, IlsCommand, IlsProblemKind, IlsUser, Step, StepId, Wanted},
    names::VolumeNo,
};

use super::{
    classify,
    event::Event,
    machine::{Execution, Lending},
    state::{Hold, State},
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    hosted::{CallsIls, IlsCalls, Input, StepStands},
    messages::need_before,
};

/// That a call was not carried out, and why.
pub(crate) fn not_done(step: StepId, why: Option<&str>) -> String {
    format!("The ILS did not {} ({step}): {}", step.step.deed(), why.unwrap_or("it gave no reason"))
}

impl CallsIls for Lending {
    fn calls(state: &State) -> &IlsCalls {
        &state.calls
    }
}

impl Execution<'_> {
    /// Calls the ILS. A call that cannot be made fails at once.
    pub(crate) fn call_ils(&mut self, step: Step, volume: Option<VolumeNo>) {
        let id = self.state.calls.next(step, volume);
        match self.command(step, volume) {
            Ok(command) => self.call(id, command),
            Err(why) => self.call_in_vain(id, not_done(id, Some(why))),
        }
    }

    /// Asks for a hold, if the ILS is asked for holds, the request says of what, and there is none.
    pub(crate) fn place_hold(&mut self) {
        let stands = self.state.calls.stands(Step::PlaceHold, None);
        let releasing = self.state.calls.stands(Step::ReleaseHold, None) == Some(StepStands::Waiting);
        let has_one = matches!(self.state.hold, Hold::Placed(_)) && !releasing;
        let open = matches!(stands, Some(StepStands::Waiting | StepStands::Failed));
        let service = self.state.request.service_info.as_ref();
        let is_copy = service.is_some_and(|service| service.service_type == ServiceType::Copy);
        if self.context.library.asks(Step::PlaceHold)
            && Wanted::by(&self.state.request).is_some()
            && !(has_one || open || is_copy)
        {
            self.call_ils(Step::PlaceHold, None);
        }
    }

    /// Gives the hold up: takes back the asking, or asks the ILS to release it.
    pub(crate) fn release_hold(&mut self) {
        self.cancel_call(Step::PlaceHold, None);
        self.release_hold_left();
    }

    /// Asks the ILS to release a hold that is there.
    pub(crate) fn release_hold_left(&mut self) {
        let open = self.state.calls.stands(Step::ReleaseHold, None).is_some_and(StepStands::is_open);
        if matches!(self.state.hold, Hold::Placed(_)) && !open {
            if self.context.library.asks(Step::ReleaseHold) {
                return self.call_ils(Step::ReleaseHold, None);
            }
            self.raise("hold.left", None.into());
            self.record(Event::HoldGivenUp);
            self.release_hold_left();
        }
    }

    /// Cancels the calls for renewals that are open.
    pub(crate) fn cancel_renewals(&mut self) {
        let volumes: Vec<VolumeNo> = self.state.volumes.iter().map(|volume| volume.volume).collect();
        for volume in volumes {
            self.cancel_call(Step::RenewForLibrary, Some(volume));
        }
    }

    /// At the end of a request, nobody needs to know any more whether it is there.
    pub(crate) fn cancel_what_is_of_no_use(&mut self) {
        self.cancel_call(Step::CheckItem, None);
        if self.state.calls.stands(Step::PlaceHold, None) == Some(StepStands::Failed) {
            self.cancel_call(Step::PlaceHold, None);
        }
    }

    /// The ILS has answered.
    pub(crate) fn answered(&mut self, step: StepId, answer: &IlsAnswer) {
        let stands = self.state.calls.get(step).map(|call| call.stands);
        let outcome = match (stands, answer) {
            (Some(StepStands::Waiting), IlsAnswer::Done { .. }) => StepStands::Done,
            // A renewal that the ILS refuses is answered; so is the question after an item that it does not know.
            (Some(StepStands::Waiting), IlsAnswer::Refused { .. })
                if step.step == Step::RenewForLibrary
                    || (step.step == Step::CheckItem
                        && answer.has(|kind| *kind == IlsProblemKind::UnknownItem)) =>
            {
                StepStands::Refused
            }
            // Many tell about items and not about titles: what such an ILS would say, staff find out.
            (Some(StepStands::Waiting), IlsAnswer::Refused { .. })
                if step.step == Step::CheckItem
                    && answer.has(|kind| *kind == IlsProblemKind::UnsupportedService) =>
            {
                StepStands::GivenUp
            }
            (Some(StepStands::Waiting), _) => StepStands::Failed,
            // It was done although it was not wanted any more: that has consequences.
            (Some(StepStands::Withdrawn), IlsAnswer::Done { .. }) => StepStands::Done,
            (Some(StepStands::GivenUp), IlsAnswer::Done { .. }) => return self.done_after_all(step),
            // A hold of an earlier call is one too many, and must be released as well.
            (None, IlsAnswer::Done { .. }) if step.step == Step::PlaceHold => {
                self.hear_of_shelf_and_hold(step.step, StepStands::Done);
                if self.state.standing.phase.is_custody() {
                    self.release_hold_left();
                }
                return self.on_request(RequestTrigger::HoldPlaced);
            }
            _ => {
                return self.ignore(("step-not-awaited", "This answer is not awaited, or not any more."));
            }
        };
        self.step_finished(step, outcome);
    }

    /// The ILS has done what staff had given up. They have gone on without it, so that it is kept, and shown where it matters.
    fn done_after_all(&mut self, id: StepId) {
        self.resolve_call(id, StepStands::Done);
        self.hear_of_shelf_and_hold(id.step, StepStands::Done);
        match (id.step, id.volume) {
            (Step::CheckOutToLibrary, Some(volume)) => {
                self.on_part(volume, VolumeTrigger::CheckedOutAfterAll);
            }
            (Step::RenewForLibrary, Some(volume)) => self.on_part(volume, VolumeTrigger::RenewedAfterAll),
            (_, Some(volume)) => self.on_part(volume, VolumeTrigger::DoneAfterAll),
            // A hold is there now, and must be released in the end.
            (Step::PlaceHold, None) => self.on_request(RequestTrigger::HoldPlaced),
            (Step::ReleaseHold, None) => self.on_request(RequestTrigger::HoldReleased),
            (_, None) => self.on_request(RequestTrigger::DoneAfterAll),
        }
    }

    /// Staff want the ILS to be called again.
    pub(crate) fn retry_step(&mut self) {
        if let Some(StepId { step, volume, .. }) = self.named_step() {
            self.call_ils(step, volume);
        }
    }

    /// Staff did by hand what the ILS did not, or go on without it.
    pub(crate) fn resolve_step(&mut self, stands: StepStands) {
        if let Some(id) = self.named_step() {
            self.abandon_call(id.step, id.volume);
            self.step_finished(id, stands);
        }
    }

    /// Keeps how a call ended, and does what follows.
    fn step_finished(&mut self, id: StepId, outcome: StepStands) {
        let stands = match outcome {
            StepStands::Failed if self.withdraws(id, outcome) => StepStands::Withdrawn,
            known => known,
        };
        self.resolve_call(id, stands);
        self.hear_of_shelf_and_hold(id.step, outcome);
        match (id.volume, volume_trigger(id.step, outcome)) {
            (Some(volume), Some(trigger)) => self.on_part(volume, trigger),
            _ => match self.request_trigger(id.step, outcome) {
                Some(trigger) => self.on_request(trigger),
                None => self.ignore(("step-of-no-use", "This step is none of a lender's.")),
            },
        }
    }

    /// Whether the row for this outcome takes a call that failed as withdrawn: whatever stands as failed is shown to staff until it is asked
    /// again, done by hand, or given up.
    fn withdraws(&self, id: StepId, outcome: StepStands) -> bool {
        match (id.volume, volume_trigger(id.step, outcome)) {
            (Some(volume), Some(trigger)) => self.part_row(volume, trigger).is_none_or(|row| row.withdraws()),
            _ => self
                .request_trigger(id.step, outcome)
                .is_none_or(|trigger| self.request_row(trigger).withdraws()),
        }
    }

    fn hear_of_shelf_and_hold(&mut self, step: Step, outcome: StepStands) {
        let facts = match self.input {
            Input::Ils { answer: IlsAnswer::Done { facts }, .. } => Some(facts),
            _ => None,
        };
        if matches!(step, Step::CheckItem | Step::PlaceHold)
            && let Some(facts) = facts
            && (facts.call_number.is_some() || facts.location.is_some() || facts.item.is_some())
        {
            self.record(Event::Located {
                call_number: facts.call_number.clone(),
                location: facts.location.clone(),
                item: facts.item.clone(),
            });
        }
        let is_done = matches!(outcome, StepStands::Done | StepStands::ByHand);
        if step == Step::PlaceHold && is_done {
            let request = facts.and_then(|facts| facts.request.clone());
            self.record(Event::HoldPlaced { request });
        }
        if step == Step::ReleaseHold && (is_done || outcome == StepStands::GivenUp) {
            self.record(Event::HoldGivenUp);
        }
    }

    fn request_trigger(&self, step: Step, outcome: StepStands) -> Option<RequestTrigger> {
        use StepStands::{ByHand, Done, Failed, GivenUp, Refused};
        Some(match (step, outcome) {
            (Step::CheckItem, Done) => match self.input {
                Input::Ils { answer: IlsAnswer::Done { facts }, .. } => classify::availability(facts),
                _ => RequestTrigger::Unclear,
            },
            (Step::CheckItem, Refused) => RequestTrigger::Unavailable,
            (Step::CheckItem, Failed) => RequestTrigger::CheckFailed,
            (Step::CheckItem, ByHand | GivenUp) => RequestTrigger::Unclear,
            (Step::PlaceHold, Done | ByHand) => RequestTrigger::HoldPlaced,
            (Step::PlaceHold, Refused | Failed) => RequestTrigger::HoldFailed,
            (Step::PlaceHold, GivenUp) => RequestTrigger::HoldNotWanted,
            (Step::ReleaseHold, Done | ByHand | GivenUp) => RequestTrigger::HoldReleased,
            (Step::ReleaseHold, Refused | Failed) => RequestTrigger::ReleaseFailed,
            _ => return None,
        })
    }

    fn command(&self, step: Step, volume: Option<VolumeNo>) -> Result<IlsCommand, &'static str> {
        let request = || self.context.key.to_owned();
        let wanted = || Wanted::by(&self.state.request).ok_or("the request names neither record nor barcode");
        let barcode = || {
            volume
                .and_then(|volume| self.state.volume(volume))
                .and_then(|volume| volume.barcode.clone())
                .ok_or("the item has no barcode")
        };
        Ok(match step {
            Step::CheckItem => IlsCommand::LookupItem { item: wanted()? },
            Step::PlaceHold => IlsCommand::RequestItem {
                item: wanted()?,
                record: Wanted::record_beside(&self.state.request),
                user: self.borrowing_library()?,
                request: request(),
                pickup: None,
                need_before: need_before(&self.state.request),
            },
            Step::ReleaseHold => IlsCommand::CancelRequestItem {
                request: match &self.state.hold {
                    Hold::Placed(Some(theirs)) => theirs.clone(),
                    _ => request(),
                },
                item: match wanted() {
                    Ok(Wanted::Item(barcode)) => Some(barcode),
                    _ => self.state.only_volume().and_then(|volume| volume.barcode.clone()),
                },
                user: self.borrowing_library()?,
            },
            Step::CheckOutToLibrary => IlsCommand::CheckOutItem {
                item: barcode()?,
                user: self.borrowing_library()?,
                request: request(),
                due: Some(self.state.due_wished.unwrap_or_else(|| self.loan_due())),
            },
            Step::RenewForLibrary => IlsCommand::RenewItem {
                item: barcode()?,
                user: self.borrowing_library()?,
                due: Some(self.renewed_due()),
                before: volume.and_then(|volume| self.state.volume(volume)?.due),
                renewals: volume.and_then(|volume| self.state.volume(volume)?.renewals),
            },
            Step::RecallFromLibrary => IlsCommand::RecallItem {
                item: barcode()?,
                due: match self.input {
                    Input::Staff { act: Act::Recall { due }, .. } => self.end_of(*due),
                    _ => None,
                },
            },
            Step::CheckInFromLibrary => IlsCommand::CheckInItem { item: barcode()? },
            _ => return Err("a lender's ILS is not asked this"),
        })
    }

    /// The borrowing library, as a patron of this one's ILS.
    fn borrowing_library(&self) -> Result<IlsUser, &'static str> {
        let symbol: Symbol = self.state.requester();
        self.context
            .library
            .institutional_patron(&symbol)
            .map(|id| IlsUser::Library(id.to_owned()))
            .ok_or("no institutional patron is set for the borrowing library")
    }
}

fn volume_trigger(step: Step, outcome: StepStands) -> Option<VolumeTrigger> {
    use StepStands::{ByHand, Done, Failed, GivenUp, Refused};
    Some(match (step, outcome) {
        (Step::CheckOutToLibrary, Done | ByHand) => VolumeTrigger::CheckOutDone,
        (Step::CheckOutToLibrary, Refused | Failed) => VolumeTrigger::CheckOutFailed,
        (Step::CheckOutToLibrary, GivenUp) => VolumeTrigger::CheckOutGivenUp,
        (Step::CheckInFromLibrary, Done | ByHand) => VolumeTrigger::CheckInDone,
        (Step::CheckInFromLibrary, Refused | Failed) => VolumeTrigger::CheckInFailed,
        (Step::CheckInFromLibrary, GivenUp) => VolumeTrigger::CheckInGivenUp,
        (Step::RenewForLibrary, Done | ByHand) => VolumeTrigger::RenewDone,
        (Step::RenewForLibrary, Refused | GivenUp) => VolumeTrigger::RenewRefused,
        (Step::RenewForLibrary, Failed) => VolumeTrigger::RenewFailed,
        (Step::RecallFromLibrary, Done | ByHand) => VolumeTrigger::RecallDone,
        (Step::RecallFromLibrary, Refused | Failed) => VolumeTrigger::RecallFailed,
        (Step::RecallFromLibrary, GivenUp) => VolumeTrigger::RecallGivenUp,
        _ => return None,
    })
}

//! What the ILS is asked, what its answers mean, and what a temporary item is called. Must never ask what the library's settings switch
//! off.

use loan_model::{
    MayHaveArrived,
    ils::{
        CirculationStatus, IlsAnswer, IlsCommand, IlsProblemKind, IlsUser, ItemDescription, PatronStanding,
        Step, StepId, Wanted,
    },
    names::VolumeNo,
};

use super::{
    clocks,
    machine::{Borrowing, Execution},
    state::{State, TemporaryItem},
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    hosted::{CallEvent, CallsIls, Context, IlsCalls, StepStands},
    interpreter::{Effect, TableState as _},
};

/// How many ids are tried for a temporary item.
const MOST_NAMES: u32 = 9;

/// The command of a call, from where things stand now; nothing where it makes no sense.
pub(crate) fn command(state: &State, step: StepId, context: &Context<'_>) -> Option<IlsCommand> {
    let user = IlsUser::Patron;
    if step.step == Step::CheckPatron {
        return Some(IlsCommand::LookupUser { user });
    }
    if step.step == Step::ChargePatron {
        let charge = state.charge.clone()?;
        return Some(IlsCommand::CreateUserFiscalTransaction {
            user,
            amount: charge.amount,
            currency: charge.currency,
            reason: "Interlibrary loan".to_owned(),
        });
    }
    let number = step.volume?;
    let volume = state.volume(number)?;
    let item = volume.local.clone()?;
    let request = format!("{}-v{}", context.key, number.0);
    let due = volume.due;
    Some(match step.step {
        Step::HoldForPatron => IlsCommand::AcceptItem {
            request,
            item,
            user,
            description: description(state, number),
            pickup: state.pickup.clone(),
            due,
        },
        Step::PollItem => IlsCommand::LookupItem { item: Wanted::Item(item) },
        Step::CheckOutToPatron => IlsCommand::CheckOutItem { item, user, request, due },
        Step::RenewForPatron => {
            let (due, before, renewals) = (clocks::patron_date(state, context), due, volume.renewals);
            IlsCommand::RenewItem { item, user, due, before, renewals }
        }
        Step::RecallFromPatron => IlsCommand::RecallItem { item, due: clocks::patron_date(state, context) },
        Step::CheckInFromPatron => IlsCommand::CheckInItem { item },
        Step::CancelPatronHold => IlsCommand::CancelRequestItem {
            request: volume.hold.clone().unwrap_or(request),
            item: Some(item),
            user,
        },
        Step::WithdrawItem => IlsCommand::DeleteItem { item },
        _ => return None,
    })
}

fn description(state: &State, number: VolumeNo) -> ItemDescription {
    let asked = &state.request.bibliographic_info;
    let named = asked.volume.get(usize::from(number.0) - 1).cloned();
    let counted = (state.volumes.len() > 1).then(|| number.0.to_string());
    ItemDescription {
        title: state.title().map(str::to_owned),
        author: asked.author.clone().or_else(|| asked.author_of_component.clone()),
        call_number: None,
        volume: named.or(counted),
        standard_number: asked
            .bibliographic_item_id
            .iter()
            .find(|id| id.code.code().is_some())
            .map(|id| id.identifier.clone()),
        format: state
            .request
            .service_info
            .as_ref()
            .and_then(|service| service.item_format.as_ref())
            .map(|format| format.value.clone()),
    }
}

/// What an answer of the ILS means for a volume, and what is kept of it.
pub(crate) fn answered(state: &State, step: StepId, answer: &IlsAnswer) -> (StepStands, VolumeTrigger) {
    if step.step == Step::PollItem {
        return polled(answer);
    }
    let volume = step.volume.and_then(|number| state.volume(number));
    match answer {
        IlsAnswer::Done { .. } => (StepStands::Done, done(step.step)),
        IlsAnswer::Refused { .. }
            if step.step == Step::HoldForPatron
                && answer.has(|kind| *kind == IlsProblemKind::DuplicateItem)
                && volume.is_some_and(|volume| volume.names < MOST_NAMES) =>
        {
            (StepStands::Refused, VolumeTrigger::ItemDuplicate)
        }
        IlsAnswer::Refused { .. } if is_moot(state, step) => (StepStands::Refused, given_up(step.step)),
        IlsAnswer::Failed { may_have_arrived: MayHaveArrived::No, .. } if is_moot(state, step) => {
            (StepStands::Withdrawn, given_up(step.step))
        }
        _ => (StepStands::Failed, VolumeTrigger::StepFailed),
    }
}

fn polled(answer: &IlsAnswer) -> (StepStands, VolumeTrigger) {
    match answer {
        IlsAnswer::Done { facts } => {
            let trigger = match facts.status {
                Some(CirculationStatus::OnLoan) => VolumeTrigger::PolledOut,
                Some(
                    CirculationStatus::Available | CirculationStatus::OnHold | CirculationStatus::InTransit,
                ) => VolumeTrigger::PolledIn,
                Some(CirculationStatus::Lost) => VolumeTrigger::PolledLost,
                _ => VolumeTrigger::PolledOther,
            };
            (StepStands::Done, trigger)
        }
        IlsAnswer::Refused { .. } | IlsAnswer::Failed { .. } => {
            (StepStands::Refused, VolumeTrigger::PollFailed)
        }
    }
}

/// What it is for a volume that a step is done.
pub(crate) fn done(step: Step) -> VolumeTrigger {
    match step {
        Step::HoldForPatron => VolumeTrigger::ItemHeld,
        Step::CheckOutToPatron => VolumeTrigger::CheckOutDone,
        Step::RenewForPatron => VolumeTrigger::RenewDone,
        Step::RecallFromPatron => VolumeTrigger::RecallDone,
        Step::CheckInFromPatron => VolumeTrigger::CheckInDone,
        Step::CancelPatronHold => VolumeTrigger::HoldCancelled,
        Step::WithdrawItem => VolumeTrigger::ItemWithdrawn,
        _ => VolumeTrigger::StepGivenUp,
    }
}

/// What it is for a volume that a step will not be done. Who gives up the removal of a temporary item takes it as gone.
pub(crate) fn given_up(step: Step) -> VolumeTrigger {
    match step {
        Step::HoldForPatron => VolumeTrigger::HoldGivenUp,
        Step::CheckInFromPatron | Step::CancelPatronHold => VolumeTrigger::ReturnGivenUp,
        Step::WithdrawItem => VolumeTrigger::ItemWithdrawn,
        _ => VolumeTrigger::StepGivenUp,
    }
}

/// What an answer of the ILS means for the request, and what is kept of it.
pub(crate) fn answered_request(step: StepId, answer: &IlsAnswer) -> (StepStands, RequestTrigger) {
    let failed = (StepStands::Failed, RequestTrigger::StepFailed);
    match (step.step, answer) {
        (Step::CheckPatron, answer) => match answer.standing() {
            Some(PatronStanding::Good) => (StepStands::Done, RequestTrigger::PatronGood),
            Some(_) => (StepStands::Done, RequestTrigger::PatronRefused),
            None => failed,
        },
        (_, IlsAnswer::Done { .. }) => (StepStands::Done, RequestTrigger::Charged),
        _ => failed,
    }
}

/// Whether a step makes no sense any more where its volume stands, by the declaration of the states.
pub(crate) fn is_moot(state: &State, step: StepId) -> bool {
    let volume = step.volume.and_then(|number| state.volume(number));
    volume.is_some_and(|volume| volume.state.makes_moot(step.step))
}

impl CallsIls for Borrowing {
    fn calls(state: &State) -> &IlsCalls {
        &state.calls
    }
}

impl Execution<'_> {
    /// Calls the ILS, if the library's settings use the step, there is something to ask about, and no such call waits for its answer.
    pub(crate) fn call_ils(&mut self, step: Step, volume: Option<VolumeNo>) {
        let has_item =
            |number| self.state.volume(number).is_some_and(|volume| volume.item == TemporaryItem::There);
        let about_nothing = step != Step::HoldForPatron && volume.is_some_and(|number| !has_item(number));
        let stands = self.state.calls.stands(step, volume);
        if !self.context.library.asks(step) || about_nothing || stands == Some(StepStands::Waiting) {
            return;
        }
        if stands == Some(StepStands::Failed) {
            self.cancel_call(step, volume);
        }
        let id = self.state.calls.next(step, volume);
        let Some(command) = command(&self.state, id, self.context) else { return };
        self.note_call(id);
        if let (Step::HoldForPatron, Some(number)) = (step, volume) {
            self.know_item(number);
        }
        self.effect(Effect::CallIls { step: id, command: Box::new(command) });
    }

    /// What staff say of a step that was not done.
    pub(crate) fn resolve_step(&mut self, stands: StepStands) {
        let Some(id) = self.named_step() else { return };
        if self.state.calls.get(id).is_some_and(|call| call.stands == StepStands::Waiting) {
            self.effect(Effect::AbandonIlsCall { step: id });
        }
        self.resolve_call(id, stands);
        let StepId { step, volume, .. } = id;
        match (stands, volume) {
            (StepStands::Withdrawn, volume) => self.call_ils(step, volume),
            (StepStands::ByHand, Some(number)) => self.on_part(number, done(step)),
            (StepStands::ByHand, None) if step == Step::CheckPatron => {
                self.on_request(RequestTrigger::PatronGood);
            }
            (StepStands::ByHand, None) => self.on_request(RequestTrigger::Charged),
            (_, Some(number)) => self.on_part(number, given_up(step)),
            (_, None) if step == Step::CheckPatron => self.on_request(RequestTrigger::CheckGivenUp),
            // A charge that is given up has been kept as that, and nothing follows.
            (_, None) => {}
        }
    }

    /// The failed calls of a volume do not matter any more, as far as these steps go.
    pub(crate) fn forget_failed(&mut self, volume: Option<VolumeNo>, forgets: impl Fn(Step) -> bool) {
        let failed: Vec<StepId> = self.state.calls.failed().filter(|step| step.volume == volume).collect();
        for id in failed.into_iter().filter(|id| forgets(id.step)) {
            self.resolve_call(id, StepStands::Withdrawn);
        }
    }

    /// Nobody needs to know any more what was only asked.
    pub(crate) fn cancel_questions(&mut self) {
        let open: Vec<StepId> = self.state.calls.open().collect();
        for id in open.into_iter().filter(|id| matches!(id.step, Step::CheckPatron | Step::PollItem)) {
            let at = self.context.now;
            self.record(CallEvent::StepResolved { step: id, stands: StepStands::Withdrawn, at }.into());
            self.effect(Effect::CancelIlsCall { step: id });
        }
        self.resolve_failed(None);
    }
}

//! What the ILS is asked, what its answers mean, and what a temporary item is called. Must never ask what the library's settings switch
//! off.

use super::{
    act::Act,
    clocks,
    event::StepOutcome,
    incidents,
    phases::VolumeState,
    run::Run,
    state::{State, Volume},
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    MayHaveArrived,
    hosted::{
        CirculationStatus, Context, IlsAnswer, IlsCommand, IlsFacts, IlsNotice, IlsProblem, IlsUser, Input,
        ItemDescription, ItemTemplate, PatronStanding, Step, Ticket, VolumeNo, Wanted,
    },
};

/// How many ids are tried for a temporary item.
const MOST_NAMES: u32 = 9;

/// The command of an asking, from where things stand now; nothing where it makes no sense.
pub(crate) fn command(state: &State, ticket: Ticket, context: &Context<'_>) -> Option<IlsCommand> {
    let user = IlsUser::Patron;
    if ticket.step == Step::CheckPatron {
        return Some(IlsCommand::LookupUser { user });
    }
    if ticket.step == Step::ChargePatron {
        let charge = state.charge.clone()?;
        return Some(IlsCommand::CreateUserFiscalTransaction {
            user,
            amount: charge.amount,
            currency: charge.currency,
            reason: "Interlibrary loan".to_owned(),
        });
    }
    let number = ticket.volume?;
    let volume = state.volume(number)?;
    let item = volume.local.clone()?;
    let request = format!("{}-v{}", context.key, number.0);
    let due = volume.due;
    Some(match ticket.step {
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
        Step::RenewForPatron => IlsCommand::RenewItem { item, user, due },
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
        standard_number: asked.bibliographic_item_id.first().map(|id| id.identifier.clone()),
        format: state
            .request
            .service_info
            .as_ref()
            .and_then(|service| service.item_format.as_ref())
            .map(|format| format.value.clone()),
    }
}

/// What the temporary item is called, by the library's template; each further try has a suffix.
fn item_name(volume: &Volume, number: VolumeNo, context: &Context<'_>) -> String {
    // The end of the key is what differs between requests; a whole one is longer than barcodes may be.
    let start = context.key.len().saturating_sub(8);
    let own = format!("{}-{}", context.key.get(start..).unwrap_or(context.key), number.0);
    let name = match (&context.library.template, &volume.barcode) {
        (ItemTemplate::LenderBarcode, Some(barcode)) => barcode.clone(),
        (ItemTemplate::LenderBarcode, None) => own,
        (ItemTemplate::Prefix(prefix), _) => format!("{prefix}{own}"),
    };
    match volume.names {
        0 => name,
        tried => format!("{name}-{}", tried + 1),
    }
}

/// What an answer of the ILS means for a volume, and what is kept of it.
pub(crate) fn answered(state: &State, ticket: Ticket, answer: &IlsAnswer) -> (StepOutcome, VolumeTrigger) {
    if ticket.step == Step::PollItem {
        return polled(answer);
    }
    let volume = ticket.volume.and_then(|number| state.volume(number));
    match answer {
        IlsAnswer::Done { .. } => (StepOutcome::Done, done(ticket.step)),
        IlsAnswer::Refused { problems }
            if ticket.step == Step::HoldForPatron
                && problems.iter().any(is_duplicate)
                && volume.is_some_and(|volume| volume.names < MOST_NAMES) =>
        {
            (StepOutcome::Refused { problems: problems.clone() }, VolumeTrigger::ItemDuplicate)
        }
        IlsAnswer::Refused { problems } if is_moot(state, ticket) => {
            (StepOutcome::Refused { problems: problems.clone() }, given_up(ticket.step))
        }
        IlsAnswer::Failed { may_have_arrived: MayHaveArrived::No, .. } if is_moot(state, ticket) => {
            (StepOutcome::Moot, given_up(ticket.step))
        }
        _ => {
            let why = incidents::why(answer).unwrap_or_default();
            (StepOutcome::Failed { why }, VolumeTrigger::StepFailed)
        }
    }
}

fn polled(answer: &IlsAnswer) -> (StepOutcome, VolumeTrigger) {
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
            (StepOutcome::Done, trigger)
        }
        IlsAnswer::Refused { problems } => {
            (StepOutcome::Refused { problems: problems.clone() }, VolumeTrigger::PollFailed)
        }
        IlsAnswer::Failed { .. } => {
            (StepOutcome::Refused { problems: Vec::new() }, VolumeTrigger::PollFailed)
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
pub(crate) fn answered_request(ticket: Ticket, answer: &IlsAnswer) -> (StepOutcome, RequestTrigger) {
    let failed = || {
        let why = incidents::why(answer).unwrap_or_default();
        (StepOutcome::Failed { why }, RequestTrigger::StepFailed)
    };
    match (ticket.step, answer) {
        (Step::CheckPatron, answer) => match patron(answer) {
            Some(PatronStanding::Good) => (StepOutcome::Done, RequestTrigger::PatronGood),
            Some(_) => (StepOutcome::Done, RequestTrigger::PatronRefused),
            None => failed(),
        },
        (_, IlsAnswer::Done { .. }) => (StepOutcome::Done, RequestTrigger::Charged),
        _ => failed(),
    }
}

/// How the patron stands, by the ILS's answer. One that says nothing of it has found the patron, and that is enough.
pub(crate) fn patron(answer: &IlsAnswer) -> Option<PatronStanding> {
    let about_user = |problem: &IlsProblem| problem.name.to_ascii_lowercase().contains("user");
    match answer {
        IlsAnswer::Done { facts } => Some(facts.patron.unwrap_or(PatronStanding::Good)),
        IlsAnswer::Refused { problems } if problems.iter().any(is_unknown_user) => {
            Some(PatronStanding::Unknown)
        }
        IlsAnswer::Refused { problems } if problems.iter().any(about_user) => Some(PatronStanding::Blocked),
        _ => None,
    }
}

fn is_unknown_user(problem: &IlsProblem) -> bool {
    problem.name.eq_ignore_ascii_case("Unknown User")
}

fn is_duplicate(problem: &IlsProblem) -> bool {
    problem.name.eq_ignore_ascii_case("Duplicate Item")
}

/// Whether a step makes no sense any more where its volume stands.
pub(crate) fn is_moot(state: &State, ticket: Ticket) -> bool {
    use VolumeState::{CheckedIn, Expired, OnShelf, Received, SentBack};
    let Some(volume) = ticket.volume.and_then(|number| state.volume(number)) else { return false };
    let at = volume.state;
    match ticket.step {
        Step::HoldForPatron => !(at.is_out() || matches!(at, Received | OnShelf | Expired)),
        Step::CheckOutToPatron | Step::RenewForPatron | Step::RecallFromPatron => !at.is_out(),
        Step::CheckInFromPatron | Step::CancelPatronHold | Step::WithdrawItem => {
            !matches!(at, CheckedIn | SentBack)
        }
        _ => false,
    }
}

/// What the ILS told with what is happening.
pub(crate) fn told(input: &Input<Act>) -> IlsFacts {
    match input {
        Input::Ils { answer: IlsAnswer::Done { facts }, .. } => (**facts).clone(),
        Input::Notice(IlsNotice { due, .. }) => IlsFacts { due: *due, ..IlsFacts::default() },
        _ => IlsFacts::default(),
    }
}

impl Run<'_> {
    /// The temporary item's id, for the next try.
    pub(crate) fn item_name(&self, number: VolumeNo) -> Option<String> {
        self.state.volume(number).map(|volume| item_name(volume, number, self.context))
    }
}

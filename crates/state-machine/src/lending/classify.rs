//! Which trigger an input is. ERROR comes from here alone: for what is not supported, not known, or from the wrong party.

use iso18626::{Action, ErrorData, ErrorType, Request, RequestingAgencyMessage};
use loan_model::{
    PeerId,
    ils::{CirculationStatus, IlsFacts, NoticeKind},
};

use super::{
    phases::Phase,
    state::State,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    interpreter::DeliveryOutcome,
    messages::{self, FurtherRequest, party},
};
use loan_model::terms::{self, ReplyWords};

/// A request about one that is there.
pub(crate) fn request(state: &State, message: &Request, from: &PeerId) -> Result<RequestTrigger, ErrorData> {
    party(&state.peer, from)?;
    Ok(match messages::further_request(message)? {
        FurtherRequest::Reminder => RequestTrigger::Reminder,
        FurtherRequest::Retry => RequestTrigger::Retry,
    })
}

/// The requester's message.
pub(crate) fn requesting(
    state: &State,
    message: &RequestingAgencyMessage,
    from: &PeerId,
) -> Result<RequestTrigger, ErrorData> {
    party(&state.peer, from)?;
    Ok(match &message.action {
        Action::StatusRequest => RequestTrigger::StatusRequest,
        Action::Received => RequestTrigger::Received,
        Action::Cancel => RequestTrigger::Cancel,
        Action::Renew => RequestTrigger::Renew,
        Action::HoldReturn => RequestTrigger::HoldReturn,
        Action::ShippedReturn => RequestTrigger::ShippedReturn,
        Action::ShippedForward => RequestTrigger::ShippedForward,
        Action::Lost => RequestTrigger::Lost,
        Action::Notification if state.standing.phase == Phase::Conditional => {
            match terms::reply(message.note.as_deref()) {
                ReplyWords::Agree => RequestTrigger::Agree,
                ReplyWords::Reject => RequestTrigger::Reject,
                ReplyWords::Neither => RequestTrigger::Notification,
            }
        }
        Action::Notification => RequestTrigger::Notification,
        Action::Unknown(_) => return Err(messages::unsupported_action()),
    })
}

/// What a message that is not for a supplier is answered.
pub(crate) fn not_for_a_supplier() -> ErrorData {
    messages::wrong(
        ErrorType::UnrecognisedDataElement,
        "supplyingAgencyMessage: this library is the supplier",
    )
}

/// What became of a message to the requester.
pub(crate) fn told(outcome: &DeliveryOutcome) -> RequestTrigger {
    match outcome {
        DeliveryOutcome::Confirmed | DeliveryOutcome::AlreadyThere(_) => RequestTrigger::TellDelivered,
        DeliveryOutcome::Refused(_) => RequestTrigger::TellRefused,
        DeliveryOutcome::Undeliverable { .. } => RequestTrigger::TellUndelivered,
        DeliveryOutcome::Dropped { .. } => RequestTrigger::TellDropped,
    }
}

/// What the ILS says of the shelf.
pub(crate) fn availability(facts: &IlsFacts) -> RequestTrigger {
    match facts.status {
        Some(CirculationStatus::Available) if facts.holds.unwrap_or(0) > 0 => RequestTrigger::Unavailable,
        Some(CirculationStatus::Available) => RequestTrigger::Available,
        None | Some(CirculationStatus::Other) => RequestTrigger::Unclear,
        Some(
            CirculationStatus::OnHold
            | CirculationStatus::OnLoan
            | CirculationStatus::InTransit
            | CirculationStatus::NotAvailable
            | CirculationStatus::Lost,
        ) => RequestTrigger::Unavailable,
    }
}

/// What the ILS has done by itself.
pub(crate) enum Noticed {
    Request(RequestTrigger),
    Volume(VolumeTrigger),
    Nothing,
}

/// Which trigger a notice is.
pub(crate) fn notice(kind: NoticeKind) -> Noticed {
    match kind {
        NoticeKind::Shipped => Noticed::Request(RequestTrigger::NoticeShipped),
        NoticeKind::RequestCancelled => Noticed::Request(RequestTrigger::NoticeHoldGone),
        NoticeKind::CheckedOut => Noticed::Volume(VolumeTrigger::NoticeCheckedOut),
        NoticeKind::CheckedIn => Noticed::Volume(VolumeTrigger::NoticeCheckedIn),
        NoticeKind::Renewed => Noticed::Volume(VolumeTrigger::NoticeRenewed),
        NoticeKind::Recalled => Noticed::Volume(VolumeTrigger::NoticeRecalled),
        NoticeKind::Lost => Noticed::Volume(VolumeTrigger::NoticeLost),
        // A lender receives nothing but what it checks in.
        NoticeKind::Received => Noticed::Nothing,
    }
}

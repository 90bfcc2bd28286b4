//! Which trigger an input is. ERROR comes from here alone: for what is not supported, not known, or from the wrong party.

use iso18626::{Action, ErrorType, Request, RequestType, RequestingAgencyMessage};

use super::{
    phases::Phase,
    state::State,
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    PeerId,
    brokering::{DeliveryOutcome, ReplyWords, reply_words},
    hosted::{CirculationStatus, Clock, IlsFacts, NoticeKind},
};

/// Why a message is answered with ERROR.
#[derive(Debug)]
pub(crate) struct Wrong {
    pub(crate) error_type: ErrorType,
    pub(crate) value: String,
}

fn wrong(error_type: ErrorType, value: impl Into<String>) -> Wrong {
    Wrong { error_type, value: value.into() }
}

fn request_type(message: &Request) -> Option<&RequestType> {
    message.service_info.as_ref().and_then(|service| service.request_type.as_ref())
}

/// Whether a request can come into being.
pub(crate) fn opening(message: &Request) -> Result<(), Wrong> {
    let value = ErrorType::UnrecognisedDataValue;
    if message.header.requesting_agency_request_id.trim().is_empty() {
        return Err(wrong(ErrorType::UnrecognisedDataElement, "requestingAgencyRequestId: it is empty"));
    }
    match request_type(message) {
        None | Some(RequestType::New) => Ok(()),
        Some(RequestType::Retry) => {
            Err(wrong(value, "requestingAgencyPreviousRequestId: no request is known under this id"))
        }
        Some(RequestType::Reminder) => Err(wrong(
            value,
            "requestingAgencyRequestId: no request is known under this id to be reminded of",
        )),
        Some(RequestType::Unknown(other)) => {
            Err(wrong(value, format!("requestType: {other} is not supported")))
        }
    }
}

/// A request about one that is there.
pub(crate) fn request(state: &State, message: &Request, from: &PeerId) -> Result<RequestTrigger, Wrong> {
    party(state, from)?;
    let value = ErrorType::UnrecognisedDataValue;
    match request_type(message) {
        Some(RequestType::Reminder) => Ok(RequestTrigger::Reminder),
        Some(RequestType::Retry) => Ok(RequestTrigger::Retry),
        None | Some(RequestType::New) => Err(wrong(
            value,
            "requestingAgencyRequestId: a request with this id already exists with another content",
        )),
        Some(RequestType::Unknown(other)) => {
            Err(wrong(value, format!("requestType: {other} is not supported")))
        }
    }
}

/// The requester's message.
pub(crate) fn requesting(
    state: &State,
    message: &RequestingAgencyMessage,
    from: &PeerId,
) -> Result<RequestTrigger, Wrong> {
    party(state, from)?;
    Ok(match &message.action {
        Action::StatusRequest => RequestTrigger::StatusRequest,
        Action::Received => RequestTrigger::Received,
        Action::Cancel => RequestTrigger::Cancel,
        Action::Renew => RequestTrigger::Renew,
        Action::HoldReturn => RequestTrigger::HoldReturn,
        Action::ShippedReturn => RequestTrigger::ShippedReturn,
        Action::ShippedForward => RequestTrigger::ShippedForward,
        Action::Lost => RequestTrigger::Lost,
        Action::Notification if state.phase == Phase::Conditional => {
            match reply_words(message.note.as_deref()) {
                ReplyWords::Agree => RequestTrigger::Agree,
                ReplyWords::Reject => RequestTrigger::Reject,
                ReplyWords::Neither => RequestTrigger::Notification,
            }
        }
        Action::Notification => RequestTrigger::Notification,
        Action::Unknown(other) => {
            return Err(wrong(ErrorType::UnsupportedActionType, format!("action: {other} is not supported")));
        }
    })
}

fn party(state: &State, from: &PeerId) -> Result<(), Wrong> {
    if state.peer == *from {
        Ok(())
    } else {
        Err(wrong(
            ErrorType::UnrecognisedDataValue,
            "requestingAgencyRequestId: the sender is no party to this request",
        ))
    }
}

/// What a message that is not for a supplier is answered.
pub(crate) fn not_for_a_supplier() -> Wrong {
    wrong(ErrorType::UnrecognisedDataElement, "supplyingAgencyMessage: this library is the supplier")
}

/// What became of a message to the requester.
pub(crate) fn told(outcome: &DeliveryOutcome) -> RequestTrigger {
    match outcome {
        DeliveryOutcome::Confirmed => RequestTrigger::TellDelivered,
        DeliveryOutcome::Refused(_) => RequestTrigger::TellRefused,
        DeliveryOutcome::Undeliverable { .. } => RequestTrigger::TellUndelivered,
        DeliveryOutcome::Dropped { .. } => RequestTrigger::TellDropped,
    }
}

/// What a clock running out is.
pub(crate) fn clock(clock: Clock) -> Option<RequestTrigger> {
    match clock {
        Clock::NeedBefore => Some(RequestTrigger::NeedBeforeTimer),
        Clock::Pull => Some(RequestTrigger::PullTimer),
        Clock::Ship => Some(RequestTrigger::ShipTimer),
        Clock::Reply => Some(RequestTrigger::ReplyTimer),
        Clock::Transit => Some(RequestTrigger::TransitTimer),
        Clock::Due => Some(RequestTrigger::DueTimer),
        Clock::ReturnTransit => Some(RequestTrigger::ReturnTimer),
        Clock::Answer | Clock::HoldShelf | Clock::Poll | Clock::Custody => None,
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

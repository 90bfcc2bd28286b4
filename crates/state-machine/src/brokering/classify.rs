//! Which trigger an input is. ERROR comes from here alone: for what is not supported, not known, or from the wrong party.

use iso18626::{
    Action, DateTime, ErrorData, ErrorType, ReasonForMessage, Request, RequestingAgencyMessage, Status,
    SupplyingAgencyMessage, YesNo,
};
use loan_model::{
    MayHaveArrived, PeerId, Symbol,
    facts::{CancelToSupplier, Face},
    lender::Lender,
    names::{LegId, OutboundKind},
};

use super::{
    input::{Addressing, Context},
    phases::Phase,
    state::{Leg, Renewal, State},
    trigger::{LegTrigger, RequestTrigger},
};
use crate::{
    interpreter::DeliveryOutcome,
    messages::{
        self, DueMove, FurtherRequest, denies_a_cancel_as_cancelled, is_empty, party, proves_shipping,
    },
};
use loan_model::terms::{self, ReplyWords};

/// Whether a request can come into being.
pub(crate) fn opening(message: &Request, addressed: &Addressing) -> Result<(), ErrorData> {
    if *addressed == Addressing::Unknown {
        let why = "supplyingAgencyId: expected the broker or a library here";
        return Err(messages::wrong(ErrorType::UnrecognisedDataValue, why));
    }
    messages::opens(message)
}

/// A request about one that is there.
pub(crate) fn request(state: &State, message: &Request, from: &PeerId) -> Result<RequestTrigger, ErrorData> {
    party(&state.requester.peer, from)?;
    Ok(match messages::further_request(message)? {
        FurtherRequest::Reminder => RequestTrigger::Reminder,
        FurtherRequest::Retry if message.bibliographic_info == state.request.bibliographic_info => {
            RequestTrigger::Retry
        }
        FurtherRequest::Retry => RequestTrigger::RetryChanged,
    })
}

/// The requester's message.
pub(crate) fn requesting(
    state: &State,
    message: &RequestingAgencyMessage,
    from: &PeerId,
    context: &Context<'_>,
) -> Result<RequestTrigger, ErrorData> {
    party(&state.requester.peer, from)?;
    Ok(match &message.action {
        Action::StatusRequest => RequestTrigger::StatusRequest,
        Action::Received => RequestTrigger::Received,
        Action::Cancel => cancel(state, message, context),
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

/// A cancel is of the request. Of a requester that sees its suppliers, one that names its supplier declines the condition that waits for an
/// answer, or asks for the next library where that is its dialect's convention.
fn cancel(state: &State, message: &RequestingAgencyMessage, context: &Context<'_>) -> RequestTrigger {
    let symbol = Symbol::from(&message.header.supplying_agency_id);
    let sees_suppliers = state.requester.face == Face::Transparent && state.addressed == Addressing::Broker;
    if !sees_suppliers || context.broker.is_called(&symbol) {
        return RequestTrigger::CancelAll;
    }
    let asks_for_the_next = (context.peers)(&state.requester.peer)
        .is_some_and(|peer| peer.cancel_to_supplier == CancelToSupplier::NextSupplier);
    match leg_called(state, &symbol) {
        None => RequestTrigger::CancelAll,
        Some(leg)
            if Some(leg) == state.current
                && [&state.leg(leg).symbol, state.leg(leg).lends()].contains(&&symbol)
                && (asks_for_the_next || state.standing.phase == Phase::Conditional) =>
        {
            RequestTrigger::CancelSupplier
        }
        Some(_) if asks_for_the_next => RequestTrigger::CancelFormer,
        Some(_) => RequestTrigger::CancelAll,
    }
}

/// The leg of the supplier with this symbol: the current one if it is its, else the latest.
pub(crate) fn leg_called(state: &State, symbol: &Symbol) -> Option<LegId> {
    let called = |leg: &LegId| state.leg(*leg).is_called(symbol);
    state.current.filter(called).or_else(|| state.legs_with_ids().map(|(id, _)| id).rfind(called))
}

/// A supplier's message. An answer to something else may bring news of the item.
pub(crate) fn supplying(
    state: &State,
    (leg_id, from): (LegId, &PeerId),
    message: &SupplyingAgencyMessage,
    lender: Option<&Lender>,
    context: &Context<'_>,
) -> Result<Vec<LegTrigger>, ErrorData> {
    let Some(leg) = state.legs.get(leg_id.0 as usize) else {
        return Err(messages::unknown_request());
    };
    let is_brokered = || (context.peers)(&leg.peer).is_some_and(|peer| peer.is_brokered());
    party(&leg.peer, from)?;
    let has_terms = !terms::of(message).is_empty();
    let status = &message.status_info.status;
    let shipped = leg.state.is_custody() || leg.state.is_final();
    let is_another = *status == Status::ExpectToSupply && lender.is_some_and(|it| it.symbol != *leg.lends());
    let triggers = match &message.message_info.reason_for_message {
        ReasonForMessage::Notification
        | ReasonForMessage::StatusChange
        | ReasonForMessage::RequestResponse
        | ReasonForMessage::StatusRequestResponse
        | ReasonForMessage::RenewResponse
            if let Some(moved) = due_moves(leg, message) =>
        {
            vec![match moved {
                DueMove::Later => LegTrigger::DueLater,
                DueMove::Earlier => LegTrigger::DueEarlier,
            }]
        }
        ReasonForMessage::Notification if tells_no_behind(message) && is_brokered() => {
            vec![LegTrigger::NoBehind]
        }
        ReasonForMessage::Notification
        | ReasonForMessage::StatusChange
        | ReasonForMessage::RequestResponse
            if is_another && !has_terms =>
        {
            vec![LegTrigger::NextBehind]
        }
        ReasonForMessage::Notification if has_terms && !shipped && !proves_shipping(status) => {
            vec![LegTrigger::Terms]
        }
        ReasonForMessage::Notification => vec![LegTrigger::News],
        ReasonForMessage::RenewResponse => renew_response(message, leg),
        ReasonForMessage::CancelResponse => cancel_response(message, leg),
        // Asked about a cancel, what it says again is an answer.
        ReasonForMessage::StatusRequestResponse
            if is_empty(status)
                || (leg.said.status.as_ref() == Some(status) && !has_terms && leg.pressed.is_none()) =>
        {
            vec![LegTrigger::NoNews]
        }
        ReasonForMessage::RequestResponse
        | ReasonForMessage::StatusChange
        | ReasonForMessage::StatusRequestResponse => vec![by_status(status, has_terms)?],
        ReasonForMessage::Unknown(_) => return Err(messages::unsupported_reason()),
    };
    let id = &message.header.requesting_agency_request_id;
    let stale = leg.ids.last() != Some(id) && leg.ids.contains(id);
    Ok(triggers
        .into_iter()
        .map(|trigger| if stale && settles_a_request(trigger) { LegTrigger::Stale } else { trigger })
        .collect())
}

/// Whether news of a broker is of a no behind it: by its status, or by the reason that stands with the status last heard.
pub(crate) fn tells_no_behind(message: &SupplyingAgencyMessage) -> bool {
    let (info, status) = (&message.message_info, &message.status_info.status);
    let has_reason = || info.reason_unfilled.as_ref().is_some_and(|reason| !reason.value.trim().is_empty());
    info.reason_for_message == ReasonForMessage::Notification
        && (*status == Status::Unfilled
            || (has_reason() && !proves_shipping(status) && of_an_item(status).is_none()))
}

/// Whether the supplier moves the date of its loan without being asked to renew it.
pub(crate) fn due_moves(leg: &Leg, message: &SupplyingAgencyMessage) -> Option<DueMove> {
    let asked = leg.renewal == Renewal::Asked;
    let known = leg.said.due_date.as_ref().and_then(DateTime::instant);
    messages::due_move(known, message).filter(|_| leg.state.is_custody() && !asked)
}

fn by_status(status: &Status, has_terms: bool) -> Result<LegTrigger, ErrorData> {
    Ok(match status {
        Status::RequestReceived | Status::ExpectToSupply | Status::WillSupply if has_terms => {
            LegTrigger::Terms
        }
        Status::RequestReceived => LegTrigger::Acknowledged,
        Status::ExpectToSupply => LegTrigger::ExpectToSupply,
        Status::WillSupply => LegTrigger::WillSupply,
        Status::Loaned => LegTrigger::Loaned,
        Status::Overdue => LegTrigger::Overdue,
        Status::Recalled => LegTrigger::Recalled,
        Status::RetryPossible => LegTrigger::RetryPossible,
        Status::Unfilled => LegTrigger::Unfilled,
        Status::HoldReturn | Status::ReleaseHoldReturn => LegTrigger::HoldReturn,
        Status::CopyCompleted => LegTrigger::CopyCompleted,
        Status::LoanCompleted => LegTrigger::LoanCompleted,
        Status::CompletedWithoutReturn => LegTrigger::CompletedWithoutReturn,
        Status::Cancelled => LegTrigger::SaysCancelled,
        empty if is_empty(empty) && has_terms => LegTrigger::Terms,
        empty if is_empty(empty) => LegTrigger::News,
        Status::Unknown(_) => return Err(messages::unknown_status()),
    })
}

/// Whether the library that a message with this status is about has the request now.
pub(crate) fn engages(status: &Status) -> bool {
    matches!(status, Status::ExpectToSupply | Status::WillSupply | Status::RetryPossible)
        || proves_shipping(status)
}

/// What a status means that is of an item in the requester's hands.
pub(crate) fn of_an_item(status: &Status) -> Option<LegTrigger> {
    let of_an_item = matches!(
        status,
        Status::Overdue | Status::Recalled | Status::LoanCompleted | Status::CompletedWithoutReturn
    );
    by_status(status, false).ok().filter(|_| of_an_item)
}

/// The answer, unless the status contradicts it: `Y` with a status that proves shipping is a no. What it says of the item counts too.
fn cancel_response(message: &SupplyingAgencyMessage, leg: &Leg) -> Vec<LegTrigger> {
    let status = &message.status_info.status;
    let yes = match status {
        status if proves_shipping(status) => false,
        Status::Cancelled => true,
        _ => message.message_info.answer_yes_no == Some(YesNo::Y),
    };
    if denies_a_cancel_as_cancelled(message) {
        vec![LegTrigger::CancelNoCancelled]
    } else if yes {
        vec![LegTrigger::CancelYes]
    } else {
        std::iter::once(LegTrigger::CancelNo).chain(besides(status, leg)).collect()
    }
}

/// The answer to a renewal. What it says of the item counts: that it is sent, where nothing was, or that it is back.
fn renew_response(message: &SupplyingAgencyMessage, leg: &Leg) -> Vec<LegTrigger> {
    let status = &message.status_info.status;
    match besides(status, leg) {
        Some(sent) if proves_shipping(status) => vec![sent],
        Some(back @ (LegTrigger::LoanCompleted | LegTrigger::CompletedWithoutReturn))
            if leg.state.is_custody() =>
        {
            vec![LegTrigger::RenewAnswer, back]
        }
        _ => vec![LegTrigger::RenewAnswer],
    }
}

/// What a status says of the item in an answer to something else, if it is news.
fn besides(status: &Status, leg: &Leg) -> Option<LegTrigger> {
    match status {
        status if proves_shipping(status) => {
            by_status(status, false).ok().filter(|_| !leg.state.is_custody() && !leg.state.is_final())
        }
        status if leg.said.status.as_ref() != Some(status) => of_an_item(status),
        _ => None,
    }
}

/// Whether it is about the request it names alone, and not about an item.
fn settles_a_request(trigger: LegTrigger) -> bool {
    matches!(
        trigger,
        LegTrigger::Acknowledged
            | LegTrigger::ExpectToSupply
            | LegTrigger::NextBehind
            | LegTrigger::NoBehind
            | LegTrigger::Terms
            | LegTrigger::RetryPossible
            | LegTrigger::Unfilled
            | LegTrigger::SaysCancelled
            | LegTrigger::CancelYes
            | LegTrigger::CancelNo
            | LegTrigger::CancelNoCancelled
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

/// What became of a message to a supplier. A message that staff dropped counts as refused.
pub(crate) fn delivery(kind: &OutboundKind, outcome: &DeliveryOutcome) -> LegTrigger {
    use DeliveryOutcome::{AlreadyThere, Confirmed, Dropped, Refused, Undeliverable};
    match (kind, outcome) {
        (OutboundKind::Request, Confirmed) => LegTrigger::Delivered,
        (OutboundKind::Request, AlreadyThere(_)) => LegTrigger::RequestKnown,
        (OutboundKind::Request, Refused(_)) => LegTrigger::RequestRefused,
        (
            OutboundKind::Request,
            Undeliverable { may_have_arrived, .. } | Dropped { may_have_arrived, .. },
        ) => match may_have_arrived {
            MayHaveArrived::No => LegTrigger::RequestUndelivered,
            MayHaveArrived::Yes => LegTrigger::RequestAstray,
        },
        (_, Confirmed | AlreadyThere(_)) => LegTrigger::ActionDelivered,
        (_, Undeliverable { .. }) => LegTrigger::ActionUndelivered,
        (OutboundKind::Action(Action::Renew), _) => LegTrigger::RenewRefused,
        (OutboundKind::Action(Action::Cancel), _) => LegTrigger::CancelRefused,
        (OutboundKind::Action(Action::StatusRequest), _) => LegTrigger::StatusRequestRefused,
        (OutboundKind::Action(Action::Notification), _) => LegTrigger::NoteRefused,
        (OutboundKind::Action(_) | OutboundKind::Report(..), _) => LegTrigger::ReportRefused,
    }
}

//! Which trigger an input is. ERROR comes from here alone: for what is not supported, not known, or from the wrong party.

use iso18626::{
    Action, ErrorData, ErrorType, Message, ReasonForMessage, Status, SupplyingAgencyMessage, YesNo,
};
use loan_model::{
    MayHaveArrived, PeerId, Symbol,
    ils::{IlsNotice, NoticeKind},
    names::OutboundKind,
};

use super::{
    event::Event,
    messages,
    phases::Phase,
    state::{Renewal, Shipping, State},
    trigger::{RequestTrigger, VolumeTrigger},
};
use crate::{
    interpreter::DeliveryOutcome,
    messages::{
        DueMove, due_move, is_empty, party, proves_shipping, unknown_request, unknown_status,
        unsupported_reason, wrong,
    },
};
use loan_model::terms;

/// To what something happens that the ILS tells.
pub(crate) enum Target {
    /// To the request.
    Request(RequestTrigger),
    /// To a volume: the one that is named, or the only one that it can happen to.
    Volume(VolumeTrigger),
}

/// The supplier's message, if it is one, from the right party.
pub(crate) fn supplying<'a>(
    state: &State,
    message: &'a Message,
    from: &PeerId,
) -> Result<&'a SupplyingAgencyMessage, ErrorData> {
    let Message::SupplyingAgencyMessage(message) = message else {
        return Err(wrong(
            ErrorType::UnrecognisedDataElement,
            "a requester takes the supplying agency's messages alone",
        ));
    };
    party(&state.library.partner, from)?;
    if !state.ids.contains(&message.header.requesting_agency_request_id) {
        return Err(unknown_request());
    }
    Ok(message)
}

/// What a supplier's message is. A refusal to cancel may bring the news that the item has shipped.
pub(crate) fn triggers(
    state: &State,
    message: &SupplyingAgencyMessage,
) -> Result<Vec<RequestTrigger>, ErrorData> {
    let has_terms = names_new_terms(state, message);
    let status = &message.status_info.status;
    let triggers = match &message.message_info.reason_for_message {
        ReasonForMessage::Notification
        | ReasonForMessage::StatusChange
        | ReasonForMessage::RequestResponse
        | ReasonForMessage::StatusRequestResponse
        | ReasonForMessage::RenewResponse
            if let Some(moved) = due_moves(state, message) =>
        {
            vec![match moved {
                DueMove::Later => RequestTrigger::DueLater,
                DueMove::Earlier => RequestTrigger::DueEarlier,
            }]
        }
        ReasonForMessage::Notification if has_terms && awaits_shipping(state) && !proves_shipping(status) => {
            vec![RequestTrigger::Terms]
        }
        ReasonForMessage::Notification if tells_of_an_item_after_the_end(state, message) => {
            vec![RequestTrigger::Loaned]
        }
        ReasonForMessage::Notification if matches!(status, Status::Unfilled | Status::Cancelled) => {
            vec![RequestTrigger::Denied]
        }
        ReasonForMessage::Notification => vec![RequestTrigger::News],
        ReasonForMessage::RenewResponse if message.message_info.answer_yes_no == Some(YesNo::Y) => {
            vec![RequestTrigger::RenewYes]
        }
        ReasonForMessage::RenewResponse => vec![RequestTrigger::RenewNo],
        ReasonForMessage::CancelResponse => cancel_response(state, message),
        ReasonForMessage::StatusRequestResponse if state.status.as_ref() == Some(status) && !has_terms => {
            vec![RequestTrigger::News]
        }
        ReasonForMessage::StatusRequestResponse if is_empty(status) => vec![RequestTrigger::News],
        ReasonForMessage::RequestResponse
        | ReasonForMessage::StatusChange
        | ReasonForMessage::StatusRequestResponse => vec![by_status(status, has_terms)?],
        ReasonForMessage::Unknown(_) => return Err(unsupported_reason()),
    };
    let stale = state.id() != Some(&message.header.requesting_agency_request_id);
    Ok(triggers
        .into_iter()
        .map(|trigger| if stale && settles_a_request(trigger) { RequestTrigger::Stale } else { trigger })
        .collect())
}

/// Whether the supplier moves the date of the loan without being asked to renew it.
fn due_moves(state: &State, message: &SupplyingAgencyMessage) -> Option<DueMove> {
    let runs =
        matches!(state.phase(), Phase::Shipped | Phase::Received | Phase::PartlyReturned | Phase::Returned);
    due_move(state.due, message)
        .filter(|_| runs && state.renewal != Renewal::Asked && state.shipping == Shipping::Believed)
}

fn names_new_terms(state: &State, message: &SupplyingAgencyMessage) -> bool {
    terms::of(message).iter().any(|term| !state.agreed.contains(term))
}

fn awaits_shipping(state: &State) -> bool {
    matches!(
        state.standing.phase,
        Phase::Sent | Phase::Expecting | Phase::Promised | Phase::Conditional | Phase::RetryOffered
    )
}

/// After its final answer the broker writes notifications alone, with the status last heard: that an item comes is seen by its barcode
/// or due date.
fn tells_of_an_item_after_the_end(state: &State, message: &SupplyingAgencyMessage) -> bool {
    let of_an_item = message.status_info.status == Status::Loaned
        || message.status_info.due_date.is_some()
        || !messages::barcodes(message).is_empty();
    of_an_item && matches!(state.standing.phase, Phase::Unfilled | Phase::Cancelled)
}

fn by_status(status: &Status, has_terms: bool) -> Result<RequestTrigger, ErrorData> {
    Ok(match status {
        Status::RequestReceived | Status::ExpectToSupply | Status::WillSupply if has_terms => {
            RequestTrigger::Terms
        }
        Status::RequestReceived => RequestTrigger::Acknowledged,
        Status::ExpectToSupply => RequestTrigger::ExpectToSupply,
        Status::WillSupply => RequestTrigger::WillSupply,
        Status::Loaned => RequestTrigger::Loaned,
        Status::Overdue => RequestTrigger::Overdue,
        Status::Recalled => RequestTrigger::Recalled,
        Status::RetryPossible => RequestTrigger::RetryPossible,
        Status::Unfilled => RequestTrigger::Unfilled,
        Status::HoldReturn => RequestTrigger::HoldReturn,
        Status::ReleaseHoldReturn => RequestTrigger::ReleaseHoldReturn,
        Status::CopyCompleted => RequestTrigger::CopyCompleted,
        Status::LoanCompleted => RequestTrigger::LoanCompleted,
        Status::CompletedWithoutReturn => RequestTrigger::CompletedWithoutReturn,
        Status::Cancelled => RequestTrigger::SaysCancelled,
        empty if is_empty(empty) && has_terms => RequestTrigger::Terms,
        empty if is_empty(empty) => RequestTrigger::News,
        Status::Unknown(_) => return Err(unknown_status()),
    })
}

/// The answer, unless the status contradicts it: `N` with `Cancelled` is a yes, `Y` with a status that proves shipping a no.
fn cancel_response(state: &State, message: &SupplyingAgencyMessage) -> Vec<RequestTrigger> {
    let status = &message.status_info.status;
    let yes = match status {
        Status::Cancelled => true,
        status if proves_shipping(status) => false,
        _ => message.message_info.answer_yes_no == Some(YesNo::Y),
    };
    let answer = if yes { RequestTrigger::CancelYes } else { RequestTrigger::CancelNo };
    match status {
        // While the cancel waits, the row for a loan says what follows; the answer adds nothing.
        Status::Loaned if !yes && state.standing.phase == Phase::Cancelling => vec![RequestTrigger::Loaned],
        Status::CopyCompleted if !yes && state.standing.phase == Phase::Cancelling => {
            vec![RequestTrigger::CopyCompleted]
        }
        _ => vec![answer],
    }
}

/// Whether it is about the request it names alone, and not about an item.
fn settles_a_request(trigger: RequestTrigger) -> bool {
    matches!(
        trigger,
        RequestTrigger::Acknowledged
            | RequestTrigger::ExpectToSupply
            | RequestTrigger::Terms
            | RequestTrigger::RetryPossible
            | RequestTrigger::Unfilled
            | RequestTrigger::SaysCancelled
            | RequestTrigger::CancelYes
            | RequestTrigger::CancelNo
    )
}

/// What a supplier's message says that matters later; nothing where it says nothing new.
pub(crate) fn heard(state: &State, message: &SupplyingAgencyMessage) -> Option<Event> {
    let status = &message.status_info.status;
    let news = message.message_info.reason_for_message != ReasonForMessage::Notification;
    let supplier = Symbol::from(&message.header.supplying_agency_id);
    let named = message.header.supplying_agency_request_id.clone().filter(|id| !id.trim().is_empty());
    let terms = terms::of(message);
    let due = message.status_info.due_date.clone();
    let status = Some(status.clone())
        .filter(|s| news && !matches!(s, Status::Unknown(_)) && state.status.as_ref() != Some(s));
    let supplier = Some(supplier).filter(|symbol| {
        *symbol != state.library.broker
            && !symbol.value().is_empty()
            && state.supplier.as_ref() != Some(symbol)
    });
    let supplier_request_id = named.filter(|id| state.supplier_request_id.as_ref() != Some(id));
    let earlier = due_moves(state, message) == Some(DueMove::Earlier);
    let due = due.filter(|date| !earlier && date.instant().is_some_and(|at| state.due != Some(at)));
    let terms = (state.terms != terms && (news || !terms.is_empty())).then_some(terms);
    let something = status.is_some()
        || supplier.is_some()
        || supplier_request_id.is_some()
        || due.is_some()
        || terms.is_some();
    something.then_some(Event::Heard { status, supplier, supplier_request_id, due, terms })
}

/// What became of a message. One that staff dropped counts as refused.
pub(crate) fn delivery(kind: &OutboundKind, outcome: &DeliveryOutcome) -> RequestTrigger {
    use DeliveryOutcome::{AlreadyThere, Confirmed, Dropped, Refused, Undeliverable};
    match (kind, outcome) {
        (_, Confirmed | AlreadyThere(_)) => RequestTrigger::Delivered,
        (OutboundKind::Request, Refused(_)) => RequestTrigger::RequestRefused,
        (
            OutboundKind::Request,
            Undeliverable { may_have_arrived, .. } | Dropped { may_have_arrived, .. },
        ) => match may_have_arrived {
            MayHaveArrived::No => RequestTrigger::RequestUndelivered,
            MayHaveArrived::Yes => RequestTrigger::Undelivered,
        },
        (_, Undeliverable { .. }) => RequestTrigger::Undelivered,
        (OutboundKind::Action(Action::Renew), _) => RequestTrigger::RenewRefused,
        (OutboundKind::Action(Action::Cancel), _) => RequestTrigger::CancelRefused,
        _ => RequestTrigger::MessageRefused,
    }
}

/// What a notice of the ILS is.
pub(crate) fn notice(state: &State, notice: &IlsNotice) -> Target {
    match notice.kind {
        NoticeKind::Shipped => Target::Volume(VolumeTrigger::ShipBack),
        NoticeKind::Received if notice.volume.is_some() => Target::Volume(VolumeTrigger::Arrive),
        NoticeKind::Received => Target::Request(RequestTrigger::Arrived),
        NoticeKind::CheckedOut => Target::Volume(VolumeTrigger::CheckedOutNotice),
        NoticeKind::CheckedIn => Target::Volume(VolumeTrigger::CheckedInNotice),
        NoticeKind::Renewed => Target::Volume(VolumeTrigger::RenewedNotice),
        NoticeKind::Recalled => Target::Volume(VolumeTrigger::RecalledNotice),
        NoticeKind::RequestCancelled if notice.volume.is_some() && state.volumes.len() > 1 => {
            Target::Volume(VolumeTrigger::Unwanted)
        }
        NoticeKind::RequestCancelled => Target::Request(RequestTrigger::PatronCancels),
        NoticeKind::Lost => Target::Volume(VolumeTrigger::LostNotice),
    }
}

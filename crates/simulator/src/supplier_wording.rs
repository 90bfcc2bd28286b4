//! A supplier's messages.

use iso18626::{
    DateTime, DeliveryInfo, DeliveryMethod, Edition, MessageInfo, Open, PhysicalAddress, ReasonForMessage,
    ReasonRetry, ReasonUnfilled, RetryInfo, ReturnInfo, Status, StatusInfo, SupplyingAgencyMessage,
    SupplyingAgencyMessageHeader, YesNo,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    core::Core,
    scenario::{Details, Fault, When},
    supplying::{Reached, SupplierState},
    symbol::agency_id,
};

/// How long a loan runs where the scenario says nothing.
const LOAN_PERIOD: When = When::In(SignedDuration::from_hours(28 * 24));

/// A status, told as the answer to the request or as a change.
pub(crate) fn tell(
    core: &Core,
    state: &mut SupplierState,
    status: &Status,
    details: &Details,
) -> SupplyingAgencyMessage {
    let now = core.stamps.now();
    let mut message = message(core, state, told_reason(state), status.clone(), details);
    let ships = matches!(status, Status::Loaned | Status::CopyCompleted);
    if *status == Status::Loaned {
        let due = details.due.unwrap_or(LOAN_PERIOD).from(now);
        message.status_info.due_date = Some(due.clone());
        state.due = Some(due);
        message.return_info = Some(return_info(core));
    }
    if ships {
        message.delivery_info = Some(delivery(core, state, details, now));
    } else if !details.conditions.is_empty() {
        message.delivery_info = Some(DeliveryInfo {
            date_sent: DateTime::from_instant(now),
            loan_condition: details.conditions.iter().map(Open::new).collect(),
            ..DeliveryInfo::default()
        });
    }
    if let (false, Some(cost)) = (ships, &details.cost) {
        message.retry_info = Some(RetryInfo { offered_costs: vec![cost.clone()], ..RetryInfo::default() });
    }
    message
}

/// Cannot supply, and why.
pub(crate) fn unfilled(
    core: &Core,
    state: &SupplierState,
    reason: Option<&str>,
    details: &Details,
) -> SupplyingAgencyMessage {
    let mut message = message(core, state, told_reason(state), Status::Unfilled, details);
    let reason = reason.map_or_else(|| ReasonUnfilled::NotOnShelf.into(), Open::new);
    message.message_info.reason_unfilled = Some(reason);
    message
}

/// Could supply on other terms, and on which.
pub(crate) fn retry(
    core: &Core,
    state: &SupplierState,
    reason: Option<&str>,
    details: &Details,
) -> SupplyingAgencyMessage {
    let now = core.stamps.now();
    let mut message = message(core, state, told_reason(state), Status::RetryPossible, details);
    let usual = match (&details.cost, details.conditions.is_empty()) {
        (Some(_), _) => ReasonRetry::CostExceedsMaxCost,
        (None, false) => ReasonRetry::MustMeetLoanCondition,
        (None, true) => ReasonRetry::OnLoan,
    };
    message.message_info.reason_retry = Some(reason.map_or_else(|| usual.into(), Open::new));
    let terms = RetryInfo {
        offered_costs: details.cost.iter().cloned().collect(),
        loan_condition: details.conditions.iter().map(Open::new).collect(),
        retry_before: details.before.map(|when| when.from(now)),
        retry_after: details.from.map(|when| when.from(now)),
        ..RetryInfo::default()
    };
    message.retry_info = (terms != RetryInfo::default()).then_some(terms);
    message
}

/// The answer to a renewal: yes with a new date, and the loan runs on; or no.
pub(crate) fn renew_answer(
    core: &Core,
    state: &mut SupplierState,
    answer: &YesNo,
    details: &Details,
) -> SupplyingAgencyMessage {
    if *answer == YesNo::Y {
        state.status = Status::Loaned;
        state.due = Some(details.due.unwrap_or(LOAN_PERIOD).from(core.stamps.now()));
    }
    let mut message = message(core, state, ReasonForMessage::RenewResponse, state.status.clone(), details);
    message.message_info.answer_yes_no = Some(answer.clone());
    message.status_info.due_date = state.due.clone();
    message
}

/// The answer to a cancel.
pub(crate) fn cancel_answer(
    core: &Core,
    state: &SupplierState,
    answer: &YesNo,
    details: &Details,
) -> SupplyingAgencyMessage {
    let mut message = message(core, state, ReasonForMessage::CancelResponse, state.status.clone(), details);
    message.message_info.answer_yes_no = Some(answer.clone());
    message
}

/// The answer to a status request.
pub(crate) fn status_answer(core: &Core, state: &SupplierState, details: &Details) -> SupplyingAgencyMessage {
    let mut message =
        message(core, state, ReasonForMessage::StatusRequestResponse, state.status.clone(), details);
    message.status_info.due_date = state.due.clone();
    message
}

/// News that changes nothing.
pub(crate) fn notification(core: &Core, state: &SupplierState, details: &Details) -> SupplyingAgencyMessage {
    message(core, state, ReasonForMessage::Notification, state.status.clone(), details)
}

/// The first thing told after a request or a retry is its answer; the rest are changes.
fn told_reason(state: &SupplierState) -> ReasonForMessage {
    match state.reached {
        Reached::Unanswered => ReasonForMessage::RequestResponse,
        _ => ReasonForMessage::StatusChange,
    }
}

/// What every message has.
fn message(
    core: &Core,
    state: &SupplierState,
    reason: ReasonForMessage,
    status: Status,
    details: &Details,
) -> SupplyingAgencyMessage {
    let asked = &state.request.header;
    let stamp = core.stamps.next();
    let backdated = details.backdated.and_then(|by| SignedDuration::try_from(by).ok());
    let stamp = backdated.and_then(|by| stamp.checked_sub(by).ok()).unwrap_or(stamp);
    let mut header = SupplyingAgencyMessageHeader {
        supplying_agency_id: asked.supplying_agency_id.clone().unwrap_or_else(|| core.config.symbol.clone()),
        requesting_agency_id: asked.requesting_agency_id.clone(),
        multiple_item_request_id: asked.multiple_item_request_id.clone(),
        timestamp: DateTime::from_instant(stamp),
        requesting_agency_request_id: asked.requesting_agency_request_id.clone(),
        supplying_agency_request_id: Some(state.own_id.clone()),
        requesting_agency_authentication: None,
    };
    match details.fault {
        Some(Fault::WrongId) => header.requesting_agency_request_id = "nobody-knows-this".to_owned(),
        Some(Fault::WrongParty) => header.supplying_agency_id = agency_id("ISIL:NO-PARTY"),
        _ => {}
    }
    SupplyingAgencyMessage {
        header,
        message_info: MessageInfo {
            reason_for_message: details.reason.clone().unwrap_or(reason),
            note: details.note.clone(),
            ..MessageInfo::default()
        },
        status_info: StatusInfo {
            status: details.telling.clone().unwrap_or(status),
            expected_delivery_date: details.expected.map(|when| when.from(core.stamps.now())),
            due_date: details.due.map(|when| when.from(core.stamps.now())),
            last_change: DateTime::from_instant(core.stamps.now()),
        },
        ..SupplyingAgencyMessage::default()
    }
}

/// What was sent. In 1.2 a copy's URL stands where an item's number does, as real systems have it.
fn delivery(core: &Core, state: &SupplierState, details: &Details, now: Timestamp) -> DeliveryInfo {
    let mut delivery = DeliveryInfo {
        date_sent: DateTime::from_instant(now),
        item_id: details.items.clone(),
        delivery_method: Some(details.via.as_ref().map_or_else(|| DeliveryMethod::Mail.into(), Open::new)),
        loan_condition: details.conditions.iter().map(Open::new).collect(),
        delivery_costs: details.cost.iter().cloned().collect(),
        ..DeliveryInfo::default()
    };
    if !state.is_copy() && details.url.is_none() {
        if delivery.item_id.is_empty() {
            delivery.item_id.push(format!("3{:013}", core.number()));
        }
        return delivery;
    }
    let url = details.url.clone();
    let url = url.unwrap_or_else(|| format!("http://{}/copies/{}", core.address, state.own_id));
    if details.via.is_none() {
        delivery.delivery_method = Some(DeliveryMethod::URL.into());
    }
    match core.config.edition {
        Edition::V2021_2 => delivery.url = Some(url),
        Edition::V1_1 | Edition::V1_2 => delivery.item_id = vec![url],
    }
    delivery
}

fn return_info(core: &Core) -> ReturnInfo {
    ReturnInfo {
        return_agency_id: Some(core.config.symbol.clone()),
        name: Some(core.config.name.clone()),
        physical_address: Some(PhysicalAddress {
            line1: Some("Interlibrary Loan".to_owned()),
            locality: Some(core.config.name.clone()),
            ..PhysicalAddress::default()
        }),
    }
}

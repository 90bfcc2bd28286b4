//! What every machine says of an ISO 18626 message that it cannot take, and what it reads out of one. ERROR is for what is not supported,
//! not known, or from the wrong party. It names the element and what was expected; must never quote what a value held, for an ERROR is
//! kept. Must never know a state.

use iso18626::{
    ErrorData, ErrorType, ReasonForMessage, Request, RequestType, ServiceType, Status,
    SupplyingAgencyMessage, YesNo, is_link,
};
use jiff::{SignedDuration, Timestamp};

use crate::PeerId;

/// An error that a message is answered with.
pub fn wrong(error_type: ErrorType, value: impl Into<String>) -> ErrorData {
    ErrorData { error_type, error_value: Some(value.into()) }
}

/// What to answer where no request is known.
pub fn unknown_request() -> ErrorData {
    wrong(ErrorType::UnrecognisedDataValue, "requestingAgencyRequestId: no request is known under this id")
}

/// Whether the sender is who it must be.
pub fn party(expected: &PeerId, from: &PeerId) -> Result<(), ErrorData> {
    if expected == from {
        return Ok(());
    }
    let why = "requestingAgencyRequestId: the sender is no party to this request";
    Err(wrong(ErrorType::UnrecognisedDataValue, why))
}

/// Whether a request can come into being.
pub fn opens(message: &Request) -> Result<(), ErrorData> {
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
        Some(RequestType::Unknown(_)) => Err(unsupported_type()),
    }
}

/// What a request about one that is there can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FurtherRequest {
    /// The requester asks again.
    Retry,
    /// The requester reminds.
    Reminder,
}

/// What a request about one that is there is.
pub fn further_request(message: &Request) -> Result<FurtherRequest, ErrorData> {
    match request_type(message) {
        Some(RequestType::Reminder) => Ok(FurtherRequest::Reminder),
        Some(RequestType::Retry) => Ok(FurtherRequest::Retry),
        None | Some(RequestType::New) => Err(wrong(
            ErrorType::UnrecognisedDataValue,
            "requestingAgencyRequestId: a request with this id already exists with another content",
        )),
        Some(RequestType::Unknown(_)) => Err(unsupported_type()),
    }
}

/// What to answer to an action that is not supported.
pub fn unsupported_action() -> ErrorData {
    wrong(ErrorType::UnsupportedActionType, "action: expected an action of the standard")
}

/// What to answer to a reason that is not supported.
pub fn unsupported_reason() -> ErrorData {
    let why = "reasonForMessage: expected a reason of the standard";
    wrong(ErrorType::UnsupportedReasonForMessageType, why)
}

/// What to answer to a status that is none.
pub fn unknown_status() -> ErrorData {
    wrong(ErrorType::UnrecognisedDataValue, "status: expected a status of the standard")
}

/// Whether a status says nothing.
pub fn is_empty(status: &Status) -> bool {
    matches!(status, Status::Unknown(text) if text.trim().is_empty())
}

/// A supplier's message as it is meant, where it is meant otherwise than it is said: a copy that is given by its link is no loan, though some
/// systems call it `Loaned`. Nothing comes back, and there is no volume.
pub fn meant(message: &SupplyingAgencyMessage, request: &Request) -> Option<SupplyingAgencyMessage> {
    let service = request.service_info.as_ref().map(|service| &service.service_type);
    let may_be_copy = matches!(service, Some(ServiceType::Copy | ServiceType::CopyOrLoan));
    let delivery = message.delivery_info.as_ref()?;
    let items = || delivery.item_id.iter().filter(|item| !item.trim().is_empty());
    let is_by_link = delivery.is_sent_by_link()
        && delivery.url.as_deref().is_some_and(is_link)
        && items().all(|item| is_link(item));
    (may_be_copy && is_by_link && message.status_info.status == Status::Loaned).then(|| {
        let mut meant = message.clone();
        meant.status_info.status = Status::CopyCompleted;
        meant.status_info.due_date = None;
        meant
    })
}

/// Whether a status proves that the supplier has sent something.
pub fn proves_shipping(status: &Status) -> bool {
    matches!(status, Status::Loaned | Status::CopyCompleted)
}

/// Whether it is an answer that only looks like a contradiction: an ordinary no to a cancel, as some systems write it.
pub fn denies_a_cancel_as_cancelled(message: &SupplyingAgencyMessage) -> bool {
    let info = &message.message_info;
    info.reason_for_message == ReasonForMessage::CancelResponse
        && info.answer_yes_no == Some(YesNo::N)
        && message.status_info.status == Status::Cancelled
}

/// What a supplier says, in a few words: its status, with the answer that it stands in.
pub fn said(message: &SupplyingAgencyMessage) -> String {
    let (info, status) = (&message.message_info, &message.status_info.status);
    match &info.answer_yes_no {
        Some(answer) => format!("{} {answer}, {status}", info.reason_for_message),
        None => status.to_string(),
    }
}

/// How far a date may lie before the one that is known and still be the same day, told in another form.
const SAME_DAY: SignedDuration = SignedDuration::from_hours(24);

/// Where a due date lies that nobody asked for, beside the one that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueMove {
    /// It is another, and later.
    Later,
    /// It is earlier by a day or more.
    Earlier,
}

/// Whether a supplier's message moves the date of a loan that runs. A recall asks for an earlier one openly, and is none.
pub fn due_move(known: Option<Timestamp>, message: &SupplyingAgencyMessage) -> Option<DueMove> {
    let told = message.status_info.due_date.as_ref()?.instant()?;
    let known = known?;
    let info = &message.message_info;
    let renews = info.reason_for_message == ReasonForMessage::RenewResponse;
    let runs = match info.answer_yes_no {
        Some(YesNo::Y) if renews => true,
        _ => message.status_info.status == Status::Loaned && !renews,
    };
    if !runs {
        None
    } else if told > known {
        Some(DueMove::Later)
    } else if known.duration_since(told) >= SAME_DAY {
        Some(DueMove::Earlier)
    } else {
        None
    }
}

/// The instant after which the item is of no use.
pub fn need_before(request: &Request) -> Option<Timestamp> {
    request.service_info.as_ref()?.need_before_date.as_ref()?.instant()
}

/// Of the retries of a request, in order, those of the last hour, the latest few hundred at most.
pub fn recent_retries(retried: &[Timestamp], now: Timestamp) -> &[Timestamp] {
    let old = retried.iter().filter(|at| now.duration_since(**at) >= SignedDuration::from_hours(1)).count();
    &retried[old.max(retried.len().saturating_sub(u8::MAX.into()))..]
}

/// What kind of error it was. Its value may repeat anything, so it stays out.
pub fn error_kind(error: &ErrorData) -> String {
    error.error_type.to_string()
}

/// Takes over what was said; what was not said stays.
pub fn replace<T: Clone>(known: &mut Option<T>, said: &Option<T>) {
    if said.is_some() {
        known.clone_from(said);
    }
}

fn request_type(message: &Request) -> Option<&RequestType> {
    message.service_info.as_ref().and_then(|service| service.request_type.as_ref())
}

fn unsupported_type() -> ErrorData {
    wrong(ErrorType::UnrecognisedDataValue, "requestType: expected New, Retry or Reminder")
}

#[cfg(test)]
mod tests {
    use iso18626::{DeliveryInfo, DeliveryMethod, ServiceInfo};

    use super::*;

    /// What is asked for, how it is said to go, by which method, link and items; what is meant.
    type Row = (
        Option<ServiceType>,
        Status,
        Option<DeliveryMethod>,
        Option<&'static str>,
        &'static [&'static str],
        Status,
    );

    #[test]
    fn a_copy_given_by_its_link_is_no_loan() {
        const LINK: &str = "https://copies.example.org/1";
        let rows: &[Row] = &[
            (
                Some(ServiceType::Copy),
                Status::Loaned,
                Some(DeliveryMethod::URL),
                Some(LINK),
                &[],
                Status::CopyCompleted,
            ),
            (
                Some(ServiceType::Copy),
                Status::Loaned,
                Some(DeliveryMethod::URL),
                Some(LINK),
                &[LINK, " "],
                Status::CopyCompleted,
            ),
            (
                Some(ServiceType::CopyOrLoan),
                Status::Loaned,
                Some(DeliveryMethod::URL),
                Some(LINK),
                &[],
                Status::CopyCompleted,
            ),
            // Something goes by post as well.
            (
                Some(ServiceType::CopyOrLoan),
                Status::Loaned,
                Some(DeliveryMethod::URL),
                Some(LINK),
                &["A-1"],
                Status::Loaned,
            ),
            (
                Some(ServiceType::Loan),
                Status::Loaned,
                Some(DeliveryMethod::URL),
                Some(LINK),
                &[],
                Status::Loaned,
            ),
            (None, Status::Loaned, Some(DeliveryMethod::URL), Some(LINK), &[], Status::Loaned),
            (
                Some(ServiceType::Copy),
                Status::Loaned,
                Some(DeliveryMethod::Mail),
                Some(LINK),
                &[],
                Status::Loaned,
            ),
            (Some(ServiceType::Copy), Status::Loaned, None, Some(LINK), &[], Status::Loaned),
            (Some(ServiceType::Copy), Status::Loaned, Some(DeliveryMethod::URL), None, &[], Status::Loaned),
            (
                Some(ServiceType::Copy),
                Status::Loaned,
                Some(DeliveryMethod::URL),
                Some("on the shelf"),
                &[],
                Status::Loaned,
            ),
            (
                Some(ServiceType::Copy),
                Status::WillSupply,
                Some(DeliveryMethod::URL),
                Some(LINK),
                &[],
                Status::WillSupply,
            ),
        ];
        for (service, said, method, url, items, expected) in rows {
            let service_info =
                service.clone().map(|service_type| ServiceInfo { service_type, ..ServiceInfo::default() });
            let request = Request { service_info, ..Request::default() };
            let mut message = SupplyingAgencyMessage::default();
            message.status_info.status = said.clone();
            message.delivery_info = Some(DeliveryInfo {
                delivery_method: method.map(Into::into),
                url: url.map(str::to_owned),
                item_id: items.iter().map(|&item| item.to_owned()).collect(),
                ..DeliveryInfo::default()
            });
            let understood = meant(&message, &request).map_or(said.clone(), |meant| meant.status_info.status);
            assert_eq!(understood, *expected, "{service:?} {said} {method:?} {url:?} {items:?}");
        }
    }
}

//! The confirmation that answers a message.

use jiff::Timestamp;

use crate::{
    AgencyId, ConfirmationHeader, DateTime, ErrorData, Message, MessageStatus, RequestConfirmation,
    RequestingAgencyMessageConfirmation, SupplyingAgencyMessageConfirmation,
};

/// Whether the message was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirm {
    /// Taken.
    Ok,
    /// Not taken, and why.
    Error(Vec<ErrorData>),
}

/// Which field of a confirmation repeats the message's own timestamp. Real systems differ, and so do peers'
/// expectations; the other field carries the instant at which the message was received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum TimestampEcho {
    /// `timestamp` repeats it, `timestampReceived` is when it came.
    #[default]
    Timestamp,
    /// `timestampReceived` repeats it, `timestamp` is when the confirmation was made.
    TimestampReceived,
}

/// The confirmation that matches `message`, with its ids, action or reason as they came.
///
/// A confirmation is not itself confirmed: given one, its own kind is answered with an empty action or reason.
pub fn confirm(message: &Message, received: Timestamp, outcome: Confirm, echo: TimestampEcho) -> Message {
    let (message_status, error_data) = match outcome {
        Confirm::Ok => (MessageStatus::OK, Vec::new()),
        Confirm::Error(errors) => (MessageStatus::ERROR, errors),
    };
    let confirmation_header = header(message, received, message_status, echo);
    match message {
        Message::Request(_) | Message::RequestConfirmation(_) => {
            Message::RequestConfirmation(RequestConfirmation { confirmation_header, error_data })
        }
        Message::SupplyingAgencyMessage(m) => {
            let reason = &m.message_info.reason_for_message;
            Message::SupplyingAgencyMessageConfirmation(SupplyingAgencyMessageConfirmation {
                confirmation_header,
                reason_for_message: reason.is_listed().then(|| reason.clone()),
                error_data,
            })
        }
        Message::RequestingAgencyMessage(m) => {
            Message::RequestingAgencyMessageConfirmation(RequestingAgencyMessageConfirmation {
                confirmation_header,
                action: m.action.is_listed().then(|| m.action.clone()),
                error_data,
            })
        }
        Message::SupplyingAgencyMessageConfirmation(_) => {
            Message::SupplyingAgencyMessageConfirmation(SupplyingAgencyMessageConfirmation {
                confirmation_header,
                reason_for_message: None,
                error_data,
            })
        }
        Message::RequestingAgencyMessageConfirmation(_) => {
            Message::RequestingAgencyMessageConfirmation(RequestingAgencyMessageConfirmation {
                confirmation_header,
                action: None,
                error_data,
            })
        }
    }
}

fn header(
    message: &Message,
    received: Timestamp,
    message_status: MessageStatus,
    echo: TimestampEcho,
) -> ConfirmationHeader {
    let now = DateTime::from_instant(received);
    // A timestamp that is none cannot be repeated in a valid confirmation.
    let original = match message.timestamp() {
        original if original.is_valid() => original.clone(),
        _ => now.clone(),
    };
    let (timestamp, timestamp_received) = match echo {
        TimestampEcho::Timestamp => (original, now),
        TimestampEcho::TimestampReceived => (now, original),
    };
    ConfirmationHeader {
        supplying_agency_id: message.supplying_agency().filter(named).cloned(),
        requesting_agency_id: message.requesting_agency().filter(named).cloned(),
        timestamp,
        requesting_agency_request_id: message.requesting_agency_request_id().map(str::to_owned),
        multiple_item_request_id: message.multiple_item_request_id().map(str::to_owned),
        timestamp_received,
        message_status,
    }
}

fn named(agency: &&AgencyId) -> bool {
    **agency != AgencyId::default()
}

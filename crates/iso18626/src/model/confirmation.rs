//! The three confirmations.

use crate::{Action, AgencyId, DateTime, ErrorType, MessageStatus, ReasonForMessage};

element! {
    /// The answer to a request.
    pub struct RequestConfirmation {                     // 1.2                            2021-2
        /// Which message is answered, and how.
        confirmation_header: ConfirmationHeader           => (1 confirmationHeader one)      (1 confirmationHeader one);
        /// What was wrong; 1.2 has room for one.
        error_data: Vec<ErrorData>                        => (2 errorData opt)               (2 errorData many);
    }
}

element! {
    /// The answer to a supplier's message.
    pub struct SupplyingAgencyMessageConfirmation {
        /// Which message is answered, and how.
        confirmation_header: ConfirmationHeader           => (1 confirmationHeader one)      (1 confirmationHeader one);
        /// The reason of the message answered.
        reason_for_message: Option<ReasonForMessage>      => (2 reasonForMessage opt)        (2 reasonForMessage opt);
        /// What was wrong; 1.2 has room for one.
        error_data: Vec<ErrorData>                        => (3 errorData opt)               (3 errorData many);
    }
}

element! {
    /// The answer to a requester's message.
    pub struct RequestingAgencyMessageConfirmation {
        /// Which message is answered, and how.
        confirmation_header: ConfirmationHeader           => (1 confirmationHeader one)      (1 confirmationHeader one);
        /// The action of the message answered.
        action: Option<Action>                            => (2 action opt)                  (2 action opt);
        /// What was wrong; 1.2 has room for one.
        error_data: Vec<ErrorData>                        => (3 errorData opt)               (3 errorData many);
    }
}

element! {
    /// Which message is answered, and how.
    pub struct ConfirmationHeader {
        /// The supplier.
        supplying_agency_id: Option<AgencyId>             => (1 supplyingAgencyId opt)           (1 supplyingAgencyId opt);
        /// The requester.
        requesting_agency_id: Option<AgencyId>            => (2 requestingAgencyId opt)          (2 requestingAgencyId opt);
        /// When the confirmation was made, or the original's timestamp: real systems differ.
        timestamp: DateTime                               => (3 timestamp forgiven)              (3 timestamp forgiven);
        /// The requester's id of the request.
        requesting_agency_request_id: Option<String>      => (4 requestingAgencyRequestId opt)   (4 requestingAgencyRequestId opt);
        /// What several requests have in common (1.2).
        multiple_item_request_id: Option<String>          => (5 multipleItemRequestId opt new)   (drop);
        /// When the message was received, or the original's timestamp: real systems differ.
        timestamp_received: DateTime                      => (6 timestampReceived forgiven)      (5 timestampReceived forgiven);
        /// Taken or not.
        message_status: MessageStatus                     => (7 messageStatus one)               (6 messageStatus one);
    }
}

element! {
    /// What was wrong with a message.
    pub struct ErrorData {
        /// Which of the five kinds.
        error_type: ErrorType                             => (1 errorType one)                   (1 errorType one);
        /// Which element or value, and what about it.
        error_value: Option<String>                       => (2 errorValue opt)                  (2 errorValue opt);
    }
}

//! The envelope and the six messages.

use serde::{Deserialize, Serialize};

use crate::{
    Request, RequestConfirmation, RequestingAgencyMessage, RequestingAgencyMessageConfirmation,
    SupplyingAgencyMessage, SupplyingAgencyMessageConfirmation,
};

/// One ISO 18626 message, whatever edition it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Message {
    /// A requester asks for something.
    Request(Request),
    /// The answer to a request: taken or not.
    RequestConfirmation(RequestConfirmation),
    /// A supplier tells where a request stands.
    SupplyingAgencyMessage(SupplyingAgencyMessage),
    /// The answer to a supplier's message.
    SupplyingAgencyMessageConfirmation(SupplyingAgencyMessageConfirmation),
    /// A requester tells or asks something about a request.
    RequestingAgencyMessage(RequestingAgencyMessage),
    /// The answer to a requester's message.
    RequestingAgencyMessageConfirmation(RequestingAgencyMessageConfirmation),
}

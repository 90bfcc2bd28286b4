//! The envelope and the six messages.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::wire::Envelope;
use crate::{
    AgencyId, DateTime, PatronInfo, Request, RequestConfirmation, RequestingAgencyAuthentication,
    RequestingAgencyMessage, RequestingAgencyMessageConfirmation, SupplyingAgencyMessage,
    SupplyingAgencyMessageConfirmation, YesNo,
};

/// One ISO 18626 message, whatever edition it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(
    clippy::large_enum_variant,
    reason = "most messages that are kept are requests, and few are kept at once"
)]
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

/// Which of the six a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MessageKind {
    /// `request`
    Request,
    /// `requestConfirmation`
    RequestConfirmation,
    /// `supplyingAgencyMessage`
    SupplyingAgencyMessage,
    /// `supplyingAgencyMessageConfirmation`
    SupplyingAgencyMessageConfirmation,
    /// `requestingAgencyMessage`
    RequestingAgencyMessage,
    /// `requestingAgencyMessageConfirmation`
    RequestingAgencyMessageConfirmation,
}

impl MessageKind {
    /// The element's name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            MessageKind::Request => "request",
            MessageKind::RequestConfirmation => "requestConfirmation",
            MessageKind::SupplyingAgencyMessage => "supplyingAgencyMessage",
            MessageKind::SupplyingAgencyMessageConfirmation => "supplyingAgencyMessageConfirmation",
            MessageKind::RequestingAgencyMessage => "requestingAgencyMessage",
            MessageKind::RequestingAgencyMessageConfirmation => "requestingAgencyMessageConfirmation",
        }
    }

    /// Whether it answers another message.
    pub const fn is_confirmation(self) -> bool {
        matches!(
            self,
            MessageKind::RequestConfirmation
                | MessageKind::SupplyingAgencyMessageConfirmation
                | MessageKind::RequestingAgencyMessageConfirmation
        )
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Message {
    /// Which of the six it is.
    pub fn kind(&self) -> MessageKind {
        match self {
            Message::Request(_) => MessageKind::Request,
            Message::RequestConfirmation(_) => MessageKind::RequestConfirmation,
            Message::SupplyingAgencyMessage(_) => MessageKind::SupplyingAgencyMessage,
            Message::SupplyingAgencyMessageConfirmation(_) => MessageKind::SupplyingAgencyMessageConfirmation,
            Message::RequestingAgencyMessage(_) => MessageKind::RequestingAgencyMessage,
            Message::RequestingAgencyMessageConfirmation(_) => {
                MessageKind::RequestingAgencyMessageConfirmation
            }
        }
    }

    /// The requester's id of the request; `None` where it is missing or empty.
    pub fn requesting_agency_request_id(&self) -> Option<&str> {
        let id = match self {
            Message::Request(m) => Some(m.header.requesting_agency_request_id.as_str()),
            Message::SupplyingAgencyMessage(m) => Some(m.header.requesting_agency_request_id.as_str()),
            Message::RequestingAgencyMessage(m) => Some(m.header.requesting_agency_request_id.as_str()),
            Message::RequestConfirmation(m) => m.confirmation_header.requesting_agency_request_id.as_deref(),
            Message::SupplyingAgencyMessageConfirmation(m) => {
                m.confirmation_header.requesting_agency_request_id.as_deref()
            }
            Message::RequestingAgencyMessageConfirmation(m) => {
                m.confirmation_header.requesting_agency_request_id.as_deref()
            }
        };
        id.filter(|id| !id.is_empty())
    }

    /// The supplier's id of the request; `None` where it is missing or empty.
    pub fn supplying_agency_request_id(&self) -> Option<&str> {
        let id = match self {
            Message::Request(m) => m.header.supplying_agency_request_id.as_deref(),
            Message::SupplyingAgencyMessage(m) => m.header.supplying_agency_request_id.as_deref(),
            Message::RequestingAgencyMessage(m) => m.header.supplying_agency_request_id.as_deref(),
            _ => None,
        };
        id.filter(|id| !id.is_empty())
    }

    /// What several requests have in common.
    pub fn multiple_item_request_id(&self) -> Option<&str> {
        match self {
            Message::Request(m) => m.header.multiple_item_request_id.as_deref(),
            Message::SupplyingAgencyMessage(m) => m.header.multiple_item_request_id.as_deref(),
            Message::RequestingAgencyMessage(m) => m.header.multiple_item_request_id.as_deref(),
            Message::RequestConfirmation(m) => m.confirmation_header.multiple_item_request_id.as_deref(),
            Message::SupplyingAgencyMessageConfirmation(m) => {
                m.confirmation_header.multiple_item_request_id.as_deref()
            }
            Message::RequestingAgencyMessageConfirmation(m) => {
                m.confirmation_header.multiple_item_request_id.as_deref()
            }
        }
    }

    /// When the message was made, as it says.
    pub fn timestamp(&self) -> &DateTime {
        match self {
            Message::Request(m) => &m.header.timestamp,
            Message::SupplyingAgencyMessage(m) => &m.header.timestamp,
            Message::RequestingAgencyMessage(m) => &m.header.timestamp,
            Message::RequestConfirmation(m) => &m.confirmation_header.timestamp,
            Message::SupplyingAgencyMessageConfirmation(m) => &m.confirmation_header.timestamp,
            Message::RequestingAgencyMessageConfirmation(m) => &m.confirmation_header.timestamp,
        }
    }

    /// The supplier.
    pub fn supplying_agency(&self) -> Option<&AgencyId> {
        match self {
            Message::Request(m) => m.header.supplying_agency_id.as_ref(),
            Message::SupplyingAgencyMessage(m) => Some(&m.header.supplying_agency_id),
            Message::RequestingAgencyMessage(m) => Some(&m.header.supplying_agency_id),
            Message::RequestConfirmation(m) => m.confirmation_header.supplying_agency_id.as_ref(),
            Message::SupplyingAgencyMessageConfirmation(m) => {
                m.confirmation_header.supplying_agency_id.as_ref()
            }
            Message::RequestingAgencyMessageConfirmation(m) => {
                m.confirmation_header.supplying_agency_id.as_ref()
            }
        }
    }

    /// The requester.
    pub fn requesting_agency(&self) -> Option<&AgencyId> {
        match self {
            Message::Request(m) => Some(&m.header.requesting_agency_id),
            Message::SupplyingAgencyMessage(m) => Some(&m.header.requesting_agency_id),
            Message::RequestingAgencyMessage(m) => Some(&m.header.requesting_agency_id),
            Message::RequestConfirmation(m) => m.confirmation_header.requesting_agency_id.as_ref(),
            Message::SupplyingAgencyMessageConfirmation(m) => {
                m.confirmation_header.requesting_agency_id.as_ref()
            }
            Message::RequestingAgencyMessageConfirmation(m) => {
                m.confirmation_header.requesting_agency_id.as_ref()
            }
        }
    }

    /// The same message without patron data and secrets: what may be kept in clear.
    ///
    /// An address to deliver to goes too where the item is to be sent straight to the patron.
    pub fn redacted(&self) -> Message {
        let mut message = self.clone();
        let authentication = match &mut message {
            Message::Request(m) => {
                if let Some(patron) = m.patron_info.take() {
                    if patron.send_to_patron == Some(YesNo::Y) {
                        m.requested_delivery_info.iter_mut().for_each(|delivery| delivery.address = None);
                    }
                    m.patron_info = Some(PatronInfo::default());
                }
                &mut m.header.requesting_agency_authentication
            }
            Message::SupplyingAgencyMessage(m) => {
                if let Some(delivery) = &mut m.delivery_info
                    && delivery.sent_to_patron == Some(true)
                {
                    delivery.address = None;
                }
                &mut m.header.requesting_agency_authentication
            }
            Message::RequestingAgencyMessage(m) => &mut m.header.requesting_agency_authentication,
            _ => &mut None,
        };
        if let Some(RequestingAgencyAuthentication { security_code, .. }) = authentication {
            *security_code = None;
        }
        message
    }

    /// The message as parsed, in one text: the same for two documents that say the same. It leaves nothing out, patron
    /// data and secrets included: hash it, do not keep it.
    pub fn canonical(&self) -> String {
        let mut canonical = String::new();
        xml::canonical(&Envelope::from(self.clone()), &mut canonical);
        canonical
    }

    /// As JSON for people, with `***` for a secret.
    pub fn shown(&self) -> impl Serialize {
        ShownMessage(Envelope::from(self.clone()))
    }
}

struct ShownMessage(Envelope);

impl Serialize for ShownMessage {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        xml::Shown(&self.0).serialize(serializer)
    }
}

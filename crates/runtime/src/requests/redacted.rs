//! What of a message may be kept in clear, beside its sealed bytes. Must never keep a patron, a secret or what somebody wrote in words.

use iso18626::{Message, WriteOptions};

/// The media type of every ISO 18626 message.
pub const XML: &str = "application/xml; charset=\"utf-8\"";

/// A message's redacted form: no patron, no secret, no free text. It stays readable after the request's key is gone.
pub fn redacted(message: &Message, options: &WriteOptions) -> Option<Vec<u8>> {
    let mut message = message.redacted();
    match &mut message {
        Message::Request(request) => {
            if let Some(service) = &mut request.service_info {
                service.note = None;
            }
        }
        Message::SupplyingAgencyMessage(message) => message.message_info.note = None,
        Message::RequestingAgencyMessage(message) => message.note = None,
        _ => {}
    }
    iso18626::write(&message, options).ok().map(|written| written.bytes)
}

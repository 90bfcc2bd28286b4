//! Putting messages together, and spoiling them where a scenario asks for it.

use iso18626::{DateTime, Message};
use jiff::Timestamp;

use crate::{core::Core, scenario::Fault};

/// The message as a person reads it: in the library's edition, indented, without patron data.
pub(crate) fn shown(core: &Core, message: &Message) -> String {
    let written = core.write(&message.redacted(), None);
    let written = written.map_err(|problem| problem.to_string());
    let shown = written.and_then(|bytes| iso18626::pretty(&bytes).map_err(|problem| problem.to_string()));
    shown.unwrap_or_else(|problem| format!("(cannot be shown: {problem})"))
}

/// The same message, stamped anew.
pub(crate) fn restamped(message: &Message, now: Timestamp) -> Message {
    let mut message = message.clone();
    let stamp = match &mut message {
        Message::Request(m) => &mut m.header.timestamp,
        Message::SupplyingAgencyMessage(m) => &mut m.header.timestamp,
        Message::RequestingAgencyMessage(m) => &mut m.header.timestamp,
        Message::RequestConfirmation(m) => &mut m.confirmation_header.timestamp,
        Message::SupplyingAgencyMessageConfirmation(m) => &mut m.confirmation_header.timestamp,
        Message::RequestingAgencyMessageConfirmation(m) => &mut m.confirmation_header.timestamp,
    };
    *stamp = DateTime::from_instant(now);
    message
}

/// A confirmation that echoes another message.
pub(crate) fn wrong_echo(confirmation: Message, now: Timestamp) -> Message {
    let mut confirmation = restamped(&confirmation, now);
    let header = match &mut confirmation {
        Message::RequestConfirmation(m) => &mut m.confirmation_header,
        Message::SupplyingAgencyMessageConfirmation(m) => &mut m.confirmation_header,
        Message::RequestingAgencyMessageConfirmation(m) => &mut m.confirmation_header,
        _ => return confirmation,
    };
    header.requesting_agency_request_id = Some("another-request".to_owned());
    header.timestamp_received = DateTime::from_instant(now);
    confirmation
}

/// Spoils a message's bytes. Ids and parties are spoilt before writing.
pub(crate) fn spoil(bytes: &[u8], fault: Fault) -> Vec<u8> {
    match fault {
        Fault::Broken => bytes[..bytes.len() * 2 / 3].to_vec(),
        Fault::NoNamespace => {
            let mut text = String::from_utf8_lossy(bytes).into_owned();
            while let Some(at) = text.find(" xmlns") {
                let mut quotes = text[at..].match_indices('"').map(|(place, _)| at + place);
                let Some(end) = quotes.nth(1) else { break };
                text.replace_range(at..=end, "");
            }
            text.replace(" ill:", " ").into_bytes()
        }
        Fault::WrongId | Fault::WrongParty => bytes.to_vec(),
    }
}

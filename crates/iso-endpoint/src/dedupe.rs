//! By what a repeat is known: ISO 18626 has no message id. Must never depend on how the message was written, only on what it says.

use std::fmt::Write;

use dialects::iso18626::Resends;
use iso18626::{DateTime, Message};
use loan_model::PeerId;
use runtime::requests::word;

/// The key of a message: who sent it, what it is about, and all that it says.
pub(super) fn key(sender: &PeerId, message: &Message, resends: Resends) -> Vec<u8> {
    let mut message = message.clone();
    if resends == Resends::NewTimestamp {
        blank_timestamp(&mut message);
    }
    let mut key = format!(
        "{sender}|{}|{}|{}|{}|",
        message.kind(),
        message.requesting_agency_request_id().unwrap_or_default(),
        message.timestamp(),
        word(&message)
    );
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message.canonical().as_bytes());
    for byte in digest.as_ref() {
        // Writing to a String does not fail.
        let _ = write!(key, "{byte:02x}");
    }
    key.into_bytes()
}

fn blank_timestamp(message: &mut Message) {
    let header = match message {
        Message::Request(message) => &mut message.header.timestamp,
        Message::SupplyingAgencyMessage(message) => &mut message.header.timestamp,
        Message::RequestingAgencyMessage(message) => &mut message.header.timestamp,
        _ => return,
    };
    *header = DateTime::default();
}

#[cfg(test)]
mod tests {
    use iso18626::{Action, RequestingAgencyMessage};

    use super::*;

    #[test]
    fn another_word_is_another_message_and_a_new_timestamp_only_where_it_counts() {
        let peer = PeerId::new("north");
        let message = |at: &str, note: &str| {
            let mut message = RequestingAgencyMessage {
                action: Action::Received,
                note: Some(note.to_owned()),
                ..Default::default()
            };
            message.header.timestamp = DateTime::from_lexical(at);
            message.header.requesting_agency_request_id = "1".to_owned();
            Message::RequestingAgencyMessage(message)
        };
        let (first, later, other) = (
            message("2026-01-01T00:00:00Z", "a"),
            message("2026-01-02T00:00:00Z", "a"),
            message("2026-01-01T00:00:00Z", "b"),
        );
        assert_eq!(
            key(&peer, &first, Resends::SameTimestamp),
            key(&peer, &first.clone(), Resends::SameTimestamp)
        );
        assert_ne!(key(&peer, &first, Resends::SameTimestamp), key(&peer, &other, Resends::SameTimestamp));
        assert_ne!(key(&peer, &first, Resends::SameTimestamp), key(&peer, &later, Resends::SameTimestamp));
        assert_eq!(key(&peer, &first, Resends::NewTimestamp), key(&peer, &later, Resends::NewTimestamp));
        assert_ne!(
            key(&PeerId::new("south"), &first, Resends::SameTimestamp),
            key(&peer, &first, Resends::SameTimestamp)
        );
    }
}

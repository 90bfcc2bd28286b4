//! What lies in a lane of mails: a message as it will be sent, or a notice for a library's next daily mail. Must
//! be sealed: a message has links in it.

use loan_model::{NotificationKind, PeerId};
use persistence::{Body, UnixMillis};
use serde::{Deserialize, Serialize};

/// The media types under which they are kept.
const LETTER: &str = "application/vnd.illgate.message";
const DAILY: &str = "application/vnd.illgate.daily+json";

/// What lies in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum QueuedMail {
    /// A message, to be sent as it is.
    MailMessage(MailMessage),
    /// Something for the daily mail.
    Daily(Daily),
}

/// A message with its envelope.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct MailMessage {
    pub(super) envelope: Envelope,
    /// Header and body, each line ended by CR LF.
    pub(super) message: Vec<u8>,
}

/// Sender and recipients.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Envelope {
    pub(super) from: String,
    pub(super) to: Vec<String>,
}

/// A word for the daily mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Daily {
    pub(super) library: PeerId,
    pub(super) occasion: NotificationKind,
    /// When the mailing is that it is for.
    pub(super) mailing: UnixMillis,
}

impl QueuedMail {
    /// As the store keeps it: sealed, without a redacted form.
    pub(super) fn body(&self) -> Body {
        let (content_type, plaintext) = match self {
            QueuedMail::MailMessage(message) => {
                let mut bytes = serde_json::to_vec(&message.envelope).unwrap_or_default();
                bytes.push(b'\n');
                bytes.extend(&message.message);
                (LETTER, bytes)
            }
            QueuedMail::Daily(daily) => (DAILY, serde_json::to_vec(daily).unwrap_or_default()),
        };
        Body { content_type: content_type.to_owned(), plaintext, redacted: None }
    }

    /// What was kept; nothing, if it is no mail.
    pub(super) fn read(content_type: &str, bytes: &[u8]) -> Option<Self> {
        match content_type {
            LETTER => {
                let end = bytes.iter().position(|&byte| byte == b'\n')?;
                let (envelope, message) = bytes.split_at_checked(end + 1)?;
                let envelope = serde_json::from_slice(envelope).ok()?;
                Some(QueuedMail::MailMessage(MailMessage { envelope, message: message.to_vec() }))
            }
            DAILY => serde_json::from_slice(bytes).ok().map(QueuedMail::Daily),
            _ => None,
        }
    }
}

impl std::fmt::Debug for MailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailMessage").field("bytes", &self.message.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelope").field("recipients", &self.to.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        let message = QueuedMail::MailMessage(MailMessage {
            envelope: Envelope { from: "a@b.example".to_owned(), to: vec!["c@d.example".to_owned()] },
            message: b"Subject: x\r\n\r\n\xff\nbody\r\n".to_vec(),
        });
        let daily = QueuedMail::Daily(Daily {
            library: PeerId::new("hill"),
            occasion: NotificationKind::NewRequest,
            mailing: UnixMillis::new(1_790_000_000_000),
        });
        for queued in [message, daily] {
            let body = queued.body();
            assert_eq!(body.redacted, None);
            assert_eq!(QueuedMail::read(&body.content_type, &body.plaintext), Some(queued));
        }
        assert_eq!(QueuedMail::read("application/xml", b"<x/>"), None);
        assert_eq!(QueuedMail::read(LETTER, b"no envelope"), None);
    }
}

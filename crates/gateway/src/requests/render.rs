//! Rendering: a message of the machine becomes bytes in its peer's edition, with a timestamp that keeps its lane in order. What is
//! rendered is frozen: it must never be rendered again to be sent again.

use dialects::iso18626::Resolution;
use iso18626::{Confirm, DateTime, Edition, Loss, Message, Status, TimestampEcho, WriteError, WriteOptions};
use jiff::{SignedDuration, Timestamp, TimestampRound, Unit};
use persistence::Body;
use state_machine::brokering::Reply;

/// The media type of every message.
pub(crate) const XML: &str = "application/xml; charset=\"utf-8\"";

/// How a peer is written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wire {
    /// In which edition.
    pub(crate) edition: Edition,
    /// What stands in `version`, where it wants another word than the edition's own.
    pub(crate) version: Option<String>,
    /// How finely its clock reads.
    pub(crate) resolution: Resolution,
    /// Which field of a confirmation repeats its timestamp.
    pub(crate) echo: TimestampEcho,
}

fn step(resolution: Resolution) -> SignedDuration {
    match resolution {
        Resolution::Milliseconds => SignedDuration::from_millis(1),
        Resolution::Seconds => SignedDuration::from_secs(1),
    }
}

/// The timestamp of a message made now, later than the last in its lane at the peer's resolution.
pub(crate) fn next_stamp(resolution: Resolution, now: Timestamp, last: Option<Timestamp>) -> Timestamp {
    let unit = match resolution {
        Resolution::Milliseconds => Unit::Millisecond,
        Resolution::Seconds => Unit::Second,
    };
    let cut = TimestampRound::new().smallest(unit).mode(jiff::RoundMode::Floor);
    let now = now.round(cut).unwrap_or(now);
    match last.and_then(|last| last.checked_add(step(resolution)).ok()) {
        Some(after) if after > now => after,
        _ => now,
    }
}

fn write_stamp(resolution: Resolution, at: Timestamp) -> DateTime {
    match resolution {
        Resolution::Milliseconds => DateTime::from_instant(at),
        Resolution::Seconds => DateTime::from_lexical(format!("{at:.0}")),
    }
}

/// A message as it goes out.
#[derive(Debug)]
pub(crate) struct Rendered {
    /// Its bytes, and their redacted form.
    pub(crate) body: Body,
    /// What the edition could not say as it stands.
    pub(crate) losses: Vec<Loss>,
}

/// Renders a message to be sent.
pub(crate) fn render(
    mut message: Message,
    at: Timestamp,
    wire: &Wire,
    last_heard: Option<Status>,
) -> Result<Rendered, WriteError> {
    stamp(&mut message, write_stamp(wire.resolution, at));
    let options = WriteOptions { edition: wire.edition, version: wire.version.clone(), last_heard };
    let written = iso18626::write(&message, &options)?;
    let redacted = redacted(&message, &options);
    Ok(Rendered {
        body: Body { content_type: XML.to_owned(), plaintext: written.bytes, redacted },
        losses: written.losses,
    })
}

/// A message's redacted form: no patron, no secret, no free text. It stays readable after the request's key is gone.
pub(crate) fn redacted(message: &Message, options: &WriteOptions) -> Option<Vec<u8>> {
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

/// What a sender is answered with: all that its confirmation repeats.
#[derive(Clone, Debug)]
pub(crate) struct Answering {
    /// The sender's message.
    pub(crate) message: Message,
    /// When it came.
    pub(crate) received: Timestamp,
    /// How the sender is written to.
    pub(crate) wire: Wire,
}

impl Answering {
    /// The confirmation.
    pub(crate) fn body(&self, reply: &Reply) -> Result<Body, WriteError> {
        let outcome = match reply {
            Reply::Ok => Confirm::Ok,
            Reply::Error(errors) => Confirm::Error(errors.clone()),
        };
        let confirmation = iso18626::confirm(&self.message, self.received, outcome, self.wire.echo);
        let options =
            WriteOptions { edition: self.wire.edition, version: self.wire.version.clone(), last_heard: None };
        let bytes = iso18626::write(&confirmation, &options)?.bytes;
        // A confirmation repeats ids and codes only, and a repeat must get it also when the request's key is gone.
        Ok(Body { content_type: XML.to_owned(), plaintext: bytes.clone(), redacted: Some(bytes) })
    }
}

fn stamp(message: &mut Message, at: DateTime) {
    match message {
        Message::Request(message) => message.header.timestamp = at,
        Message::SupplyingAgencyMessage(message) => message.header.timestamp = at,
        Message::RequestingAgencyMessage(message) => message.header.timestamp = at,
        Message::RequestConfirmation(_)
        | Message::SupplyingAgencyMessageConfirmation(_)
        | Message::RequestingAgencyMessageConfirmation(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_of_a_lane_increase_at_the_peers_resolution() {
        let now: Timestamp = "2026-03-01T10:00:00.123456Z".parse().unwrap();
        for (resolution, one, two) in [
            (Resolution::Milliseconds, "2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.124Z"),
            (Resolution::Seconds, "2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z"),
        ] {
            let first = next_stamp(resolution, now, None);
            let second = next_stamp(resolution, now, Some(first));
            assert_eq!(write_stamp(resolution, first).as_str(), one);
            assert_eq!(write_stamp(resolution, second).as_str(), two);
            let later: Timestamp = "2026-03-01T11:00:00Z".parse().unwrap();
            assert_eq!(next_stamp(resolution, later, Some(second)), later);
        }
    }
}

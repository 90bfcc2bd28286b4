//! Rendering: a message of the machine becomes bytes in its peer's edition, with a timestamp that keeps its lane in order. What is
//! rendered is frozen: it must never be rendered again to be sent again.

use dialects::{
    iso18626::{NoteLabels, Resolution},
    labels,
};
use iso18626::{Confirm, DateTime, Edition, Message, Schemes, Status, TimestampEcho, WriteOptions};
use jiff::{SignedDuration, Timestamp, TimestampRound, Unit};
use loan_model::PeerId;
use persistence::Body;
use registry::BROKER_AS_PEER;
use runtime::{
    registry_view::Snapshot,
    requests::{MessageToRender, RenderedMessage, Unwritable, WriteReply, XML, redacted},
};
use state_machine::interpreter::Reply;

/// How a peer is written to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    /// In which edition.
    pub edition: Edition,
    /// The value of `version`, where the peer wants another one than the edition's own.
    pub version: Option<String>,
    /// How finely its clock reads.
    pub resolution: Resolution,
    /// Which field of a confirmation repeats its timestamp.
    pub echo: TimestampEcho,
    /// Whether codes carry the URI of the list that they are on.
    pub schemes: Schemes,
    /// Whether costs, conditions and addresses also stand in the note.
    pub note_labels: NoteLabels,
}

impl Wire {
    fn options(&self, last_heard: Option<Status>) -> WriteOptions {
        WriteOptions {
            edition: self.edition,
            version: self.version.clone(),
            last_heard,
            schemes: self.schemes,
        }
    }

    /// How a peer is written to, as the registry has it, but in the edition that it speaks itself. The broker and hosted libraries write to each other in the newest edition.
    pub fn of(registry: &Snapshot, peer: &PeerId) -> Self {
        if peer.as_str() == BROKER_AS_PEER || registry.registry.is_hosted(peer) {
            return Wire { edition: Edition::V2021_2, ..Wire::default() };
        }
        registry.registry.connection(peer).map_or_else(Wire::default, |connection| {
            let edition = registry.spoken().of(&connection.owner, connection.edition);
            Wire {
                edition,
                version: connection.version_string.filter(|_| edition == connection.edition),
                resolution: connection.timestamps,
                echo: connection.timestamp_echo,
                schemes: connection.schemes,
                note_labels: connection.note_labels,
            }
        })
    }
}

fn step(resolution: Resolution) -> SignedDuration {
    match resolution {
        Resolution::Milliseconds => SignedDuration::from_millis(1),
        Resolution::Seconds => SignedDuration::from_secs(1),
    }
}

/// The timestamp of a message made now, later than the last in its lane at the peer's resolution.
pub fn next_stamp(resolution: Resolution, now: Timestamp, last: Option<Timestamp>) -> Timestamp {
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

/// Renders a message to be sent, in its peer's edition.
///
/// # Errors
/// When it has no valid form there. The element is named, never what it holds.
pub fn message(order: MessageToRender<'_>) -> Result<RenderedMessage, Unwritable> {
    let MessageToRender { mut message, peer, now, last, last_heard, registry } = order;
    let wire = Wire::of(registry, peer);
    let timestamp = next_stamp(wire.resolution, now, last);
    stamp(&mut message, write_stamp(wire.resolution, timestamp));
    if wire.note_labels == NoteLabels::Written {
        labels::write(&mut message);
    }
    let options = wire.options(last_heard);
    let written = iso18626::write(&message, &options).map_err(|error| Unwritable {
        why: format!("{} has no valid form in edition {}", error.path, wire.edition),
    })?;
    let redacted = redacted(&message, &options);
    Ok(RenderedMessage {
        body: Body { content_type: XML.to_owned(), plaintext: written.bytes, redacted },
        timestamp,
        edition: wire.edition.to_string(),
        losses: written.losses.iter().map(ToString::to_string).collect(),
    })
}

/// What a sender is answered with: all that its confirmation repeats.
#[derive(Clone, Debug)]
pub struct Answering {
    /// The sender's message.
    pub message: Message,
    /// When it came.
    pub received: Timestamp,
    /// How the sender is written to.
    pub wire: Wire,
}

impl WriteReply for Answering {
    fn write(&self, reply: &Reply) -> Result<Body, String> {
        let outcome = match reply {
            Reply::Ok => Confirm::Ok,
            Reply::Error(errors) => Confirm::Error(errors.clone()),
        };
        let confirmation = iso18626::confirm(&self.message, self.received, outcome, self.wire.echo);
        let written = iso18626::write(&confirmation, &self.wire.options(None))
            .map_err(|error| format!("the confirmation cannot be written: {}", error.path))?;
        let bytes = written.bytes;
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

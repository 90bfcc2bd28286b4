//! The log: one record an input, in commit order, keyed (node, number). Everything else points into it.
//! Must never hold patron data outside a sealed part.

use serde::{Deserialize, Serialize};

use crate::{
    MessageId, Opened, Record, RequestId, Role, Step, StoredBody, UnixMillis,
    corrupt::Corrupt,
    error::StoreError,
    frame,
    keyring::{Keyring, SlotId},
    keys::{self, Key, LOG},
    model::Body,
    runner::Base,
};

/// The one node of an embedded store.
const NODE: u16 = 0;

/// Where a record lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pointer {
    node: u16,
    number: u64,
}

impl Pointer {
    pub(crate) fn new(number: u64) -> Self {
        Self { node: NODE, number }
    }

    pub(crate) fn key(self) -> Vec<u8> {
        Key::new(LOG).raw(&self.node.to_be_bytes()).number(self.number).done()
    }

    pub(crate) fn of_key(key: &[u8]) -> Result<Self, Corrupt> {
        match key {
            [LOG, a, b, number @ ..] => number
                .try_into()
                .map(|number| Self { node: u16::from_be_bytes([*a, *b]), number: u64::from_be_bytes(number) })
                .map_err(|_| keys::corrupt(key, "its key is cut short")),
            _ => Err(keys::corrupt(key, "its key is not a log key")),
        }
    }

    pub(crate) fn number(self) -> u64 {
        self.number
    }
}

/// The head of a record; its blobs are the input, the events, then of each part what it says.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) request: RequestId,
    pub(crate) step: u64,
    pub(crate) at: UnixMillis,
    pub(crate) slot: SlotId,
    pub(crate) parts: Vec<Part>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Part {
    #[serde(flatten)]
    pub(crate) role: Role,
    content_type: String,
    /// Whether a blob with the sealed bytes follows.
    sealed: Presence,
    /// Whether a blob with the redacted form follows.
    redacted: Presence,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Presence {
    Kept,
    Gone,
}

/// A record as it lies in the log.
pub(crate) struct Logged {
    pub(crate) head: Head,
    blobs: Vec<Vec<u8>>,
}

impl Logged {
    pub(crate) fn messages(&self) -> impl Iterator<Item = MessageId> {
        self.head.parts.iter().filter_map(|part| match part.role {
            Role::Out(message) => Some(message),
            Role::In | Role::Reply => None,
        })
    }

    /// The record without its sealed bytes; nothing if there are none.
    pub(crate) fn stripped(&self, key: &[u8]) -> Option<Vec<u8>> {
        let mut head = self.head.clone();
        let mut blobs = self.blobs.iter();
        let mut left: Vec<&[u8]> = blobs.by_ref().take(2).map(Vec::as_slice).collect();
        let mut changed = None;
        for part in &mut head.parts {
            if part.sealed == Presence::Kept {
                part.sealed = Presence::Gone;
                changed = blobs.next();
            }
            if part.redacted == Presence::Kept {
                left.extend(blobs.next().map(Vec::as_slice));
            }
        }
        changed.map(|_| frame::write(key, 0, &frame::pack(&head, &left)))
    }

    pub(crate) fn open(self, key: &[u8], keyring: &Keyring) -> Result<Step, Corrupt> {
        let mut blobs = self.blobs.into_iter();
        let mut next = || blobs.next().ok_or_else(|| keys::corrupt(key, "a part is missing"));
        let (input, events) = (next()?, next()?);
        let (slot, owner) = (self.head.slot, self.head.request.to_bytes());
        let mut bodies = Vec::new();
        for part in self.head.parts {
            let plaintext = match part.sealed {
                Presence::Gone => Opened::Erased,
                Presence::Kept => keyring
                    .open_sealed(slot, owner, &next()?)
                    .map_err(|why| keys::corrupt(key, &why))?
                    .map_or(Opened::Erased, Opened::Plain),
            };
            let redacted = match part.redacted {
                Presence::Gone => None,
                Presence::Kept => Some(next()?),
            };
            bodies.push(StoredBody { role: part.role, content_type: part.content_type, plaintext, redacted });
        }
        Ok(Step { number: self.head.step, at: self.head.at, input, events, bodies })
    }
}

/// Writes a record: its value, and what the rows that point to it need.
pub(crate) fn write(
    key: &[u8],
    keyring: &Keyring,
    (request, step, slot): (RequestId, u64, SlotId),
    record: &Record,
) -> std::io::Result<Vec<u8>> {
    let bodies = record
        .raw_in
        .iter()
        .map(|body| (Role::In, body))
        .chain(record.rendered_out.iter().map(|(message, body)| (Role::Out(*message), body)))
        .chain(record.reply.iter().map(|body| (Role::Reply, body)));
    let mut parts = Vec::new();
    let mut blobs = vec![record.input.clone(), record.events.clone()];
    for (role, Body { content_type, plaintext, redacted }) in bodies {
        let sealed = keyring.seal(slot, request.to_bytes(), plaintext)?;
        let presence = |kept| if kept { Presence::Kept } else { Presence::Gone };
        parts.push(Part {
            role,
            content_type: content_type.clone(),
            sealed: presence(sealed.is_some()),
            redacted: presence(redacted.is_some()),
        });
        blobs.extend(sealed);
        blobs.extend(redacted.clone());
    }
    let head = Head { request, step, at: record.at, slot, parts };
    let blobs: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
    Ok(frame::write(key, 0, &frame::pack(&head, &blobs)))
}

pub(crate) fn parse(key: &[u8], value: &[u8]) -> Result<Logged, Corrupt> {
    let framed = frame::read(key, value)?;
    let (head, blobs) = frame::unpack(key, &framed.payload)?;
    Ok(Logged { head, blobs })
}

/// The record at a pointer, if retention has left it.
pub(crate) fn read(base: &Base, at: Pointer) -> Result<Option<Logged>, StoreError> {
    let key = at.key();
    match base.engine.get(&key)? {
        Some(value) => Ok(Some(parse(&key, &value)?)),
        None => Ok(None),
    }
}

//! Writing a message, strictly: valid against the edition's schema, or an error that names the element.

use xml::{Element, Schemes, Slot, WriteError};

use crate::convert::{fits, settle};
use crate::read::{NAMESPACE, ROOT};
use crate::wire::Envelope;
use crate::{Edition, Loss, Message, Status};

/// How to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// The edition.
    pub edition: Edition,
    /// What is in `version`, where the peer wants another word than the edition's own.
    pub version: Option<String>,
    /// The status the receiver last heard: what stands for one that the edition does not know, or that is missing.
    pub last_heard: Option<Status>,
    /// Whether the values of the open code lists carry the URI of their list.
    pub schemes: Schemes,
}

impl WriteOptions {
    /// To write in `edition`, with its own version.
    pub fn new(edition: Edition) -> Self {
        WriteOptions { edition, ..WriteOptions::default() }
    }
}

impl From<Edition> for WriteOptions {
    fn from(edition: Edition) -> Self {
        WriteOptions::new(edition)
    }
}

/// A message as bytes, and what it lost on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// UTF-8, valid against the edition's schema.
    pub bytes: Vec<u8>,
    /// What the edition could not say.
    pub losses: Vec<Loss>,
}

/// Writes one message in an edition: what is written is valid, or it is an error that names the element.
pub fn write(message: &Message, options: &WriteOptions) -> Result<Written, WriteError> {
    // Most messages fit as they are, and are written without a copy. The supplier's message has another form on
    // the wire than in the model.
    if let Some(body) = as_it_stands(message)
        && fits(message, body, options.edition)
    {
        return Ok(Written { bytes: document(message, body, options)?, losses: Vec::new() });
    }
    let (envelope, losses) = settle(message, options);
    let bytes = document(message, body(&envelope), options)?;
    Ok(Written { bytes, losses })
}

/// What the message becomes in another edition, with what it loses.
pub fn convert(message: &Message, options: &WriteOptions) -> (Message, Vec<Loss>) {
    let (mut envelope, losses) = settle(message, options);
    list(body_mut(&mut envelope), options.edition.column(), options.schemes);
    (envelope.into(), losses)
}

fn document(message: &Message, body: &dyn Element, options: &WriteOptions) -> Result<Vec<u8>, WriteError> {
    let version = options.version.as_deref().unwrap_or(options.edition.as_str());
    let envelope = xml::Envelope {
        root: ROOT,
        namespace: Some(xml::Namespace { uri: NAMESPACE, prefix: "ill" }),
        doctype: None,
        attributes: &[("version", version)],
        schemes: options.schemes,
    };
    xml::write(&envelope, message.kind().as_str(), body, options.edition.column()).map(String::into_bytes)
}

fn as_it_stands(message: &Message) -> Option<&dyn Element> {
    match message {
        Message::Request(m) => Some(m),
        Message::RequestConfirmation(m) => Some(m),
        Message::SupplyingAgencyMessage(_) => None,
        Message::SupplyingAgencyMessageConfirmation(m) => Some(m),
        Message::RequestingAgencyMessage(m) => Some(m),
        Message::RequestingAgencyMessageConfirmation(m) => Some(m),
    }
}

/// Gives the values of open lists the schemes that they are written with.
fn list(element: &mut dyn Element, edition: usize, schemes: Schemes) {
    for (row, name) in element.schema().places(edition).map(|(row, _, place)| (row, place.name)) {
        for index in 0..element.count(row) {
            match element.get_mut(row, index) {
                Slot::Element(child) => list(child, edition, schemes),
                Slot::Leaf(leaf) => {
                    let scheme = leaf.written_attribute(name, edition, schemes).map(str::to_owned);
                    if scheme.as_deref() != leaf.attribute() {
                        let value = leaf.text().to_owned();
                        leaf.set(&value, scheme.as_deref());
                    }
                }
                Slot::Secret(_) => {}
            }
        }
    }
}

/// The message in an envelope, borrowed as the envelope is.
macro_rules! message_in {
    ($envelope:expr) => {
        match $envelope {
            Envelope::Request(m) => m,
            Envelope::RequestConfirmation(m) => m,
            Envelope::SupplyingAgencyMessage(m) => m,
            Envelope::SupplyingAgencyMessageConfirmation(m) => m,
            Envelope::RequestingAgencyMessage(m) => m,
            Envelope::RequestingAgencyMessageConfirmation(m) => m,
        }
    };
}

fn body_mut(envelope: &mut Envelope) -> &mut dyn Element {
    message_in!(envelope)
}

pub(crate) fn body(envelope: &Envelope) -> &dyn Element {
    message_in!(envelope)
}

//! Writing a message, strictly.

use crate::{Edition, Loss, Message, Status};

/// How to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// The edition.
    pub edition: Edition,
    /// What stands in `version`, where the peer wants another word than the edition's own.
    pub version: Option<String>,
    /// The status the receiver last heard: what stands for one that the edition does not know.
    pub last_heard: Option<Status>,
}

impl WriteOptions {
    /// To write in `edition`, with its own version.
    pub fn new(edition: Edition) -> Self {
        WriteOptions { edition, ..WriteOptions::default() }
    }
}

/// A message as bytes, and what it lost on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// UTF-8, valid against the edition's schema.
    pub bytes: Vec<u8>,
    /// What the edition could not say as it stands.
    pub losses: Vec<Loss>,
}

/// The message has no valid form in the edition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {sentence}")]
pub struct WriteError {
    /// The element, from the root.
    pub path: String,
    /// What is wrong with it.
    pub sentence: String,
}

/// Writes one message in an edition: what is written is valid, or it is an error that names the element.
pub fn write(message: &Message, options: &WriteOptions) -> Result<Written, WriteError> {
    let _ = (message, options);
    Err(WriteError { path: "/".to_owned(), sentence: "writing is not built yet".to_owned() })
}

/// What the message becomes in another edition, with what it loses.
pub fn convert(message: &Message, options: &WriteOptions) -> (Message, Vec<Loss>) {
    let _ = options;
    (message.clone(), Vec::new())
}

//! The port through which the commit loop turns what a machine wants said into the bytes that are kept in a lane. Synchronous and pure: the
//! time, identifiers, randomness and the sealed parts are arguments. An implementation must never read a clock, the store or a file, and
//! never hold a commit up.

use std::fmt;

use iso18626::{Message, Status};
use jiff::Timestamp;
use loan_model::{
    NotificationKind, PeerId,
    ils::{IlsAnswer, IlsCommand},
    sealed::SealedParts,
};
use net::Random;
use persistence::{Body, MessageId, RequestId, UnixMillis};
use state_machine::interpreter::Reply;

use super::machine::State;
use crate::{copy_file::NoCopy, registry_view::Snapshot};

/// Renders what a decision puts into a lane.
pub trait Renderer: Send + Sync {
    /// A message to another library, in the edition and with the timestamp that its peer wants.
    ///
    /// # Errors
    /// When the message has no valid form in that edition.
    fn message(&self, message: MessageToRender<'_>) -> Result<RenderedMessage, Unwritable>;

    /// A command to a hosted library's ILS.
    ///
    /// # Errors
    /// The answer that says why the ILS cannot be asked this.
    fn ils_command(&self, command: CommandToRender<'_>) -> Result<RenderedCommand, IlsAnswer>;

    /// A notification to the staff of a hosted library; nothing where they are not told by mail.
    fn notification(&self, notification: NotificationToRender<'_>) -> Option<RenderedMail>;

    /// Where the file that a step of a request keeps can be fetched.
    ///
    /// # Errors
    /// When no files are taken.
    fn copy_address(&self, request: RequestId, step: u64, now: Timestamp) -> Result<String, NoCopy>;
}

/// Writes the answer to the sender of a message, once it is decided.
pub trait WriteReply: fmt::Debug + Send + Sync {
    /// The answer as it is sent and kept.
    ///
    /// # Errors
    /// A fault of ours, in words without content of the message.
    fn write(&self, reply: &Reply) -> Result<Body, String>;
}

/// A message to be rendered.
pub struct MessageToRender<'a> {
    /// The message, whole but for its timestamp.
    pub message: Message,
    /// To whom.
    pub peer: &'a PeerId,
    /// The time of the decision.
    pub now: Timestamp,
    /// The timestamp of the last message in the lane: the new one is later.
    pub last: Option<Timestamp>,
    /// The status that the peer was told last, for editions that need one where the message has none.
    pub last_heard: Option<Status>,
    /// The registry.
    pub registry: &'a Snapshot,
}

/// A message as it will be sent.
#[derive(Debug)]
pub struct RenderedMessage {
    /// Its bytes, and their redacted form.
    pub body: Body,
    /// Its timestamp.
    pub timestamp: Timestamp,
    /// The edition it is written in.
    pub edition: String,
    /// What the edition could not say as it was meant.
    pub losses: Vec<String>,
}

/// A message that has no valid form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unwritable {
    /// Which element has no valid form in which edition; never what it holds.
    pub why: String,
}

/// A command to be rendered.
pub struct CommandToRender<'a> {
    /// What the ILS is asked.
    pub command: IlsCommand,
    /// Whose ILS.
    pub library: &'a PeerId,
    /// The sealed parts of the request: who the patron is.
    pub sealed: &'a SealedParts,
    /// The registry.
    pub registry: &'a Snapshot,
}

/// A command as it will be sent, without our credentials.
#[derive(Debug)]
pub struct RenderedCommand {
    /// Its bytes, and their redacted form.
    pub body: Body,
    /// The protocol and its version.
    pub edition: String,
}

/// A notification to be rendered.
pub struct NotificationToRender<'a> {
    /// About which request.
    pub request: RequestId,
    /// The id of the message to be.
    pub message: MessageId,
    /// What about.
    pub occasion: NotificationKind,
    /// Where the request stands.
    pub state: &'a State,
    /// Whose staff.
    pub library: &'a PeerId,
    /// The time of the decision.
    pub now: Timestamp,
    /// The registry.
    pub registry: &'a Snapshot,
    /// What makes each link differ from every other.
    pub random: &'a dyn Random,
}

/// A mail as it is queued.
#[derive(Debug)]
pub struct RenderedMail {
    /// What is kept of it.
    pub body: Body,
    /// When it is to be sent first.
    pub next_at: UnixMillis,
}

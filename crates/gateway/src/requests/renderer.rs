//! The port through which the commit loop turns what a machine wants said into the bytes that are kept in a lane. Synchronous and pure: the
//! time, identifiers, randomness and the sealed parts are arguments. An implementation must never read a clock, the store or a file, and
//! never hold a commit up.

use std::fmt;

use iso18626::{Message, Status};
use jiff::Timestamp;
use net::Random;
use persistence::{Body, MessageId, RequestId};
use state_machine::{
    PeerId,
    brokering::Reply,
    hosted::{IlsAnswer, IlsCommand, Occasion},
    sealed::SealedParts,
};

use super::machine::State;
use crate::{copy_file::NoCopy, registry_view::Snapshot};

/// Renders what a decision puts into a lane.
pub(crate) trait Renderer: Send + Sync {
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
pub(crate) trait WriteReply: fmt::Debug + Send + Sync {
    /// The answer as it is sent and kept.
    ///
    /// # Errors
    /// A fault of ours, in words without content of the message.
    fn write(&self, reply: &Reply) -> Result<Body, String>;
}

/// A message to be rendered.
pub(crate) struct MessageToRender<'a> {
    /// The message, whole but for its timestamp.
    pub(crate) message: Message,
    /// To whom.
    pub(crate) peer: &'a PeerId,
    /// The time of the decision.
    pub(crate) now: Timestamp,
    /// The timestamp of the last message in the lane: the new one is later.
    pub(crate) last: Option<Timestamp>,
    /// The status that the peer was told last, for editions that need one where the message has none.
    pub(crate) last_heard: Option<Status>,
    /// The registry.
    pub(crate) registry: &'a Snapshot,
}

/// A message as it will be sent.
#[derive(Debug)]
pub(crate) struct RenderedMessage {
    /// Its bytes, and their redacted form.
    pub(crate) body: Body,
    /// Its timestamp.
    pub(crate) timestamp: Timestamp,
    /// The edition it is written in.
    pub(crate) edition: String,
    /// What the edition could not say as it was meant.
    pub(crate) losses: Vec<String>,
}

/// A message that has no valid form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub(crate) struct Unwritable {
    /// Which element has no valid form in which edition; never what it holds.
    pub(crate) why: String,
}

/// A command to be rendered.
pub(crate) struct CommandToRender<'a> {
    /// What the ILS is asked.
    pub(crate) command: IlsCommand,
    /// Whose ILS.
    pub(crate) library: &'a PeerId,
    /// The sealed parts of the request: who the patron is.
    pub(crate) sealed: &'a SealedParts,
    /// The registry.
    pub(crate) registry: &'a Snapshot,
}

/// A command as it will be sent, without our credentials.
#[derive(Debug)]
pub(crate) struct RenderedCommand {
    /// Its bytes, and their redacted form.
    pub(crate) body: Body,
    /// The protocol and its version.
    pub(crate) edition: String,
}

/// A notification to be rendered.
pub(crate) struct NotificationToRender<'a> {
    /// About which request.
    pub(crate) request: RequestId,
    /// The id of the message to be.
    pub(crate) message: MessageId,
    /// What about.
    pub(crate) occasion: Occasion,
    /// Where the request stands.
    pub(crate) state: &'a State,
    /// Whose staff.
    pub(crate) library: &'a PeerId,
    /// The time of the decision.
    pub(crate) now: Timestamp,
    /// The registry.
    pub(crate) registry: &'a Snapshot,
    /// What makes each link differ from every other.
    pub(crate) random: &'a dyn Random,
}

/// A mail as it is queued.
#[derive(Debug)]
pub struct RenderedMail {
    /// What is kept of it.
    pub body: Body,
    /// When it is to be sent first, in milliseconds since 1970.
    pub next_at: i64,
}

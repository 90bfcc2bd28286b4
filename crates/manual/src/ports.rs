//! The port through which a library's answer by link is applied to its request: [`Acts`] is implemented by who carries it out. Must never
//! know a machine: what is allowed now is asked.

use std::fmt;

use acts::{Act, ActKind};
use loan_model::PeerId;
use net::BoxFuture;
use persistence::RequestId;
use runtime::{copy_file::CopyFile, destination::Destination};
use slips::Slip;

/// Who knows what a library may do about its request, and does it.
pub trait Acts: Send + Sync {
    /// What the staff of this library may do about its request now.
    fn allowed(&self, request: RequestId, library: PeerId) -> BoxFuture<'_, Result<Allowed, ActFailed>>;

    /// Does it, in one durable commit. Where the command has a key, that key is committed with it as a dedupe key of the request, so that
    /// it can be done once only, whatever crashes in between: done again, it is [`ActFailed::DoneBefore`].
    fn act(&self, command: StaffCommand) -> BoxFuture<'_, Result<Done, ActFailed>>;

    /// Whether a command with this key was done.
    fn was_done(&self, request: RequestId, once: OnceKey) -> BoxFuture<'_, Result<bool, ActFailed>>;
}

/// What may be done about a request, and what is shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// What may be done now.
    pub acts: Vec<ActKind>,
    /// The request as a slip shows it, for the page: never with patron data.
    pub slip: Option<Box<Slip>>,
}

/// An act to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffCommand {
    /// On which request.
    pub request: RequestId,
    /// Of which library: the request must be its own.
    pub library: PeerId,
    /// What.
    pub act: Act,
    /// By whom, for the log.
    pub by: String,
    /// Why, for the log.
    pub reason: String,
    /// The key under which it is done once only.
    pub once: Option<OnceKey>,
    /// The file that is handed over with it, where the act takes one.
    pub file: Option<CopyFile>,
}

/// What an act led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Where the request stands now, in a word or two.
    pub phase: String,
}

/// Why an act was not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActFailed {
    /// There is no such request, or it is not this library's.
    #[error("this library has no such request")]
    NoRequest,
    /// The table does not allow it now.
    #[error("it cannot be done now: {why}")]
    NotAllowed {
        /// The rule's own words.
        why: String,
    },
    /// What was told with it does not fit.
    #[error("{why}")]
    Unfit {
        /// What does not, and what to do.
        why: String,
    },
    /// It was done before, under the same key.
    #[error("it was done before")]
    DoneBefore,
    /// It can be tried again.
    #[error("it could not be done just now: {why}")]
    NotNow {
        /// Why.
        why: String,
    },
}

/// The key under which a command is done once only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OnceKey(Vec<u8>);

impl OnceKey {
    /// The key of a link.
    pub fn of_link(nonce: [u8; 16]) -> Self {
        let mut key = b"link/".to_vec();
        key.extend(nonce);
        Self(key)
    }

    /// As the store's commit takes it among its dedupe keys.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for OnceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OnceKey")
    }
}

/// The name of the lane, among a request's lanes, of mails to this library.
pub fn mail_lane(library: &PeerId) -> String {
    Destination::Staff(library.clone()).to_string()
}

//! What the store keeps as a request's state: the machine's own, and what the commit loop must remember beside it. Must never hold
//! patron data or a note.

use std::collections::BTreeMap;

use jiff::Timestamp;
use persistence::RequestId;
use serde::{Deserialize, Serialize};
use state_machine::{
    PeerId,
    brokering::{Party, State},
};

/// A request as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// When it was last committed; no decision is made earlier than that.
    pub(crate) at: Timestamp,
    /// The machine's state.
    pub(crate) state: State,
    /// Under which external key each side names it.
    pub(crate) known: BTreeMap<String, Party>,
    /// The timestamp of the last message to each peer: the next is later.
    #[serde(default)]
    pub(crate) stamps: BTreeMap<PeerId, Timestamp>,
    /// The step whose bytes hold the sealed parts of the latest request.
    #[serde(default)]
    pub(crate) sealed_step: Option<u64>,
    /// Since when it is on the list of those that need staff, in milliseconds since 1970.
    #[serde(default)]
    pub(crate) attention: Option<i64>,
}

/// The list of requests that need staff.
pub(crate) const ATTENTION: &str = "attention";
/// Whose list it is: the consortium's.
pub(crate) const EVERYBODY: &str = "*";

/// The key under which a requester's id of a request is known: ids are unique per requester only.
pub(crate) fn requester_key(peer: &PeerId, id: &str) -> String {
    format!("requester|{peer}|{id}")
}

/// The key under which our id of a downstream request is known.
pub(crate) fn supplier_key(id: &str) -> String {
    format!("supplier|{id}")
}

/// The key under which a person finds a request by any id. The last to have it wins.
pub(crate) fn any_key(id: &str) -> String {
    format!("any|{id}")
}

/// The request's own id as the machine and the peers see it: 26 base-32 digits.
pub(crate) fn bare(request: RequestId) -> String {
    request.to_string().trim_start_matches("req_").to_owned()
}

//! The stored form of a request: its machine's state, and the commit loop's own facts about it. Must never hold patron data or a note.

use std::collections::BTreeMap;

use acts::ActKind;
use jiff::Timestamp;
use loan_model::{
    PeerId,
    names::{Party, VolumeNo},
};
use persistence::{RequestId, UnixMillis};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::machine::{Kind, State};
use crate::registry_view::Snapshot;

/// A request as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRequest {
    /// When it was last committed; no decision is made earlier than that.
    pub at: Timestamp,
    /// The machine's state.
    pub state: State,
    /// The commit loop's own facts.
    pub meta: RequestMeta,
}

impl StoredRequest {
    /// What staff may do now.
    pub fn acts(&self, snapshot: &Snapshot) -> Vec<ActKind> {
        self.state.acts(self.meta.library.as_ref().and_then(|library| snapshot.hosted(library)))
    }
}

/// The commit loop's facts about a request: stored with its machine's state, unknown to the machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestMeta {
    /// The hosted library whose request it is; none of the broker's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<PeerId>,
    /// Under which external key each side names it.
    pub known: BTreeMap<String, Party>,
    /// The timestamp of the last message to each peer: the next is later.
    #[serde(default)]
    pub stamps: BTreeMap<PeerId, Timestamp>,
    /// The step whose bytes hold the sealed parts of the latest request.
    #[serde(default)]
    pub sealed_step: Option<u64>,
    /// Since when it is on the list of those that need staff.
    #[serde(default)]
    pub attention: Option<UnixMillis>,
    /// Which volume of it each barcode in the library's ILS is.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub items: BTreeMap<String, VolumeNo>,
    /// Since when it is on its hosted library's list of open requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<UnixMillis>,
    /// How many messages about it were not taken.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_taken: u32,
}

#[derive(Serialize)]
struct Written<'a, S> {
    at: Timestamp,
    #[serde(skip_serializing_if = "is_brokering")]
    machine: Kind,
    state: &'a S,
    #[serde(flatten)]
    meta: &'a RequestMeta,
}

#[derive(Deserialize)]
struct Read<S> {
    at: Timestamp,
    state: S,
    #[serde(flatten)]
    meta: RequestMeta,
}

/// What tells which machine's state it is; a store from before there were three says nothing.
#[derive(Deserialize)]
struct Which {
    #[serde(default)]
    machine: Kind,
}

fn is_zero(number: &u32) -> bool {
    *number == 0
}

fn is_brokering(machine: &Kind) -> bool {
    *machine == Kind::Brokering
}

impl StoredRequest {
    /// The stored form.
    pub(super) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        fn write<S: Serialize>(stored: &StoredRequest, state: &S) -> serde_json::Result<Vec<u8>> {
            let machine = stored.state.kind();
            serde_json::to_vec(&Written { at: stored.at, machine, state, meta: &stored.meta })
        }
        match &self.state {
            State::Brokering(state) => write(self, &**state),
            State::Borrowing(state) => write(self, &**state),
            State::Lending(state) => write(self, &**state),
        }
    }

    /// From what the store stored.
    pub(super) fn from_json(bytes: &[u8]) -> serde_json::Result<Self> {
        fn read<S: DeserializeOwned>(
            bytes: &[u8],
            state: impl FnOnce(Box<S>) -> State,
        ) -> serde_json::Result<StoredRequest> {
            let read: Read<Box<S>> = serde_json::from_slice(bytes)?;
            Ok(StoredRequest { at: read.at, state: state(read.state), meta: read.meta })
        }
        match serde_json::from_slice::<Which>(bytes)?.machine {
            Kind::Brokering => read(bytes, State::Brokering),
            Kind::Borrowing => read(bytes, State::Borrowing),
            Kind::Lending => read(bytes, State::Lending),
        }
    }
}

/// The list of requests that need staff.
pub const ATTENTION: &str = "attention";
/// The list of a hosted library's open requests.
pub const OPEN: &str = "open";
/// Whose list it is: the consortium's.
pub const EVERYBODY: &str = "*";

/// The key under which a requester's id of a request is known: ids are unique per requester only.
pub fn requester_key(peer: &PeerId, id: &str) -> String {
    format!("requester|{peer}|{id}")
}

/// The key under which our id of a downstream request is known.
pub fn supplier_key(id: &str) -> String {
    format!("supplier|{id}")
}

/// The key under which a hosted library's own request is known by the id that the broker hears.
pub fn borrowing_key(library: &PeerId, id: &str) -> String {
    format!("borrowing|{library}|{id}")
}

/// The key under which a request to a hosted library is known by the broker's id.
pub fn lending_key(library: &PeerId, id: &str) -> String {
    format!("lending|{library}|{id}")
}

/// The key under which the item of a hosted library's request is known by its barcode there.
pub fn item_key(library: &PeerId, barcode: &str) -> String {
    format!("item|{library}|{barcode}")
}

/// What those keys begin with that are of several requests: each ends with its request.
pub fn shared_prefix(key: &str) -> String {
    format!("of|{key}|")
}

/// A request's own of the keys that several requests share.
pub fn shared_key(key: &str, request: RequestId) -> String {
    format!("{}{request}", shared_prefix(key))
}

/// What the keys begin with under which the requests with an item of this barcode are known.
pub fn items_prefix(library: &PeerId, barcode: &str) -> String {
    shared_prefix(&item_key(library, barcode))
}

/// What the keys begin with under which the requests with a hold of this id in the library's ILS are known.
pub fn hold_prefix(library: &PeerId, id: &str) -> String {
    shared_prefix(&hold_key(library, id))
}

/// A hold in a library's ILS, by the ILS's own id.
pub(super) fn hold_key(library: &PeerId, id: &str) -> String {
    format!("hold|{library}|{id}")
}

/// The keys under which the other records of the same loan are found, where this gateway has them.
pub fn related_keys(stored: &StoredRequest) -> Vec<String> {
    if let Some(state) = stored.state.brokering() {
        let summary = state.summary();
        let own = stored.meta.known.keys().filter_map(|key| key.strip_prefix("requester|"));
        let borrowing = own.map(|rest| format!("borrowing|{rest}"));
        let legs = summary.legs.iter().flat_map(|leg| leg.ids.iter().map(|id| lending_key(&leg.peer, id)));
        return borrowing.chain(legs).collect();
    }
    let Some(library) = &stored.meta.library else { return Vec::new() };
    let (borrowing, lending) = (borrowing_key(library, ""), lending_key(library, ""));
    let keys = stored.meta.known.keys().filter_map(|key| match key.strip_prefix(&borrowing) {
        Some(id) => Some(requester_key(library, id)),
        None => key.strip_prefix(&lending).map(supplier_key),
    });
    keys.collect()
}

/// The key under which a person finds a request by any id. The last to have it wins.
pub fn any_key(id: &str) -> String {
    format!("any|{id}")
}

/// The request's own id as the machine and the peers see it: 26 base-32 digits.
pub fn bare(request: RequestId) -> String {
    request.to_string().trim_start_matches("req_").to_owned()
}

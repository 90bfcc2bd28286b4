//! What `/api/v1` says and takes, as JSON: shared by the gateway and its callers. Words of the machines (phases, statuses, kinds)
//! are texts here, so that an older client can show what a newer gateway says. Must never hold patron data or a secret.

mod acts;
mod incidents;
mod ncip;
mod requests;
mod slips;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use self::{acts::*, incidents::*, ncip::*, requests::*, slips::*};

/// The file in the data directory that holds the token of the loopback API; only its owner can read it.
pub const TOKEN_FILE: &str = "api-token";

/// Where the API's paths begin.
pub const BASE: &str = "/api/v1";

/// `GET status`: the gateway at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The release.
    pub version: String,
    /// Since when it runs.
    pub started_at: Timestamp,
    /// The gateway's date.
    pub now: Timestamp,
    /// Where it listens.
    pub listen: String,
    /// Where NCIP is spoken without HTTP, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ncip_listen: Option<String>,
    /// The certificates that are shown to callers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<ShownCertificate>,
    /// The store's engine.
    pub engine: String,
    /// How many bytes are free where the store lies, if that is known.
    pub free_bytes: Option<u64>,
    /// Whether messages are taken: below the floor of free space they are not.
    pub intake: IntakeState,
    /// The registry's version; 0 where there is none yet.
    pub registry_version: u64,
    /// How many libraries it has.
    pub libraries: usize,
    /// Messages that wait to be confirmed.
    pub queued: usize,
    /// Of those, how many an incident holds.
    pub held: usize,
    /// Requests that need staff; no more than 1000 are counted.
    pub attention: usize,
    /// Incidents about libraries as a whole, or about the gateway itself.
    #[serde(default)]
    pub library_incidents: usize,
    /// Counters, by name.
    pub counters: Vec<Counter>,
    /// Whether the clock can be advanced.
    pub clock: ClockKind,
}

/// The key of `illgate.toml` that names the certificate of HTTP.
pub const SERVER_CERTIFICATE: &str = "server.certificate";
/// The key that names the one of NCIP without HTTP.
pub const NCIP_CERTIFICATE: &str = "ncip.certificate";

/// A certificate that is shown to callers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCertificate {
    /// The key of `illgate.toml` that names it.
    pub named_by: String,
    /// Until when it, and what it was signed with, is valid.
    pub ends: Timestamp,
    /// Its SHA-256.
    pub fingerprint: String,
}

/// Whether messages are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IntakeState {
    /// They are.
    Open,
    /// They are not: the disk is nearly full.
    NoSpace,
    /// They are not: the gateway is going down.
    Draining,
}

impl From<runtime::gate::IntakeState> for IntakeState {
    fn from(state: runtime::gate::IntakeState) -> Self {
        use runtime::gate::IntakeState as Gate;
        match state {
            Gate::Open => Self::Open,
            Gate::NoSpace => Self::NoSpace,
            Gate::Draining => Self::Draining,
        }
    }
}

/// What kind of clock the gateway has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClockKind {
    /// The system's.
    Real,
    /// One that `POST clock/advance` moves on.
    Stepped,
}

/// A counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: i64,
}

/// `POST registry?dry_run=true` with the file as body (`text/toml`): what it changes, or would.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The changes, each a line.
    pub changes: Vec<String>,
    /// What the file may say and cannot work, each a line.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// The version it is, or would be.
    pub version: u64,
    /// Whether it was applied.
    pub applied: bool,
}

/// `GET peers`: the libraries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peers {
    /// The registry's version.
    pub registry_version: u64,
    /// The libraries.
    pub peers: Vec<PeerLine>,
}

/// `GET peers/{id}`: a library, how its queue stands, and what is the matter with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerDetail {
    /// The library.
    #[serde(flatten)]
    pub line: PeerLine,
    /// Of how many of its messages something was forgiven: their `content type`, or their `content`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Counter>,
    /// What is wrong with it as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incidents: Vec<LibraryIncident>,
}

/// `GET peers/{id}/rota`: who would be asked now if this library asked for something and named nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rota {
    /// The library, by its id.
    pub library: String,
    /// The lenders, in the order in which they would be asked; those passed over come last.
    pub lenders: Vec<RotaPreview>,
    /// Why nobody would be asked, where that is so.
    pub nobody: Option<String>,
}

/// A lender, and what it lent and borrowed within the days that count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotaPreview {
    /// Its place, and by what.
    #[serde(flatten)]
    pub line: RotaLine,
    /// Items that it sent.
    pub lent: u32,
    /// Requests that it has to answer now.
    pub open: u32,
    /// Items that were sent to it.
    pub borrowed: u32,
    /// How many items it is to lend for each hundred that it borrows.
    pub goal: u32,
}

/// A library, and how its queue stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerLine {
    /// Its id in the registry.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its symbols, the one we write first.
    pub symbols: Vec<String>,
    /// What it is.
    pub kind: String,
    /// Where it stands.
    pub standing: String,
    /// Whether it asks.
    pub borrows: bool,
    /// Whether it supplies: `yes`, `no`, `last`.
    pub lends: String,
    /// What it is spoken to in: `ISO 18626 1.2`, `NCIP 2.02 (koha)`, `mail`; nothing where it has no connection.
    #[serde(default)]
    pub speaks: Option<String>,
    /// Where its messages go: an address, or whom a mail goes to.
    pub url: Option<String>,
    /// The wire edition it gets, where it speaks ISO 18626.
    pub edition: Option<String>,
    /// Whose symbols it sees as a requester: `opaque` or `transparent`.
    pub face: String,
    /// The same as a supplier.
    #[serde(default)]
    pub supplier_face: String,
    /// How its queue stands: that of the library itself, of its ILS and of its mail, together.
    pub queue: PeerQueue,
}

/// How a peer's queue stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerQueue {
    /// Messages that wait to be confirmed.
    pub queued: usize,
    /// Of those, held by an incident.
    pub held: usize,
    /// Being sent now.
    pub sending: usize,
    /// Its circuit: `closed`, `open`, `half-open`, or `unused` where nothing was sent to it since the start.
    pub circuit: String,
    /// Until when it is left alone.
    pub open_until: Option<Timestamp>,
    /// Failures since the last good exchange.
    pub failures: u32,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it last answered.
    pub last_good: Option<Timestamp>,
}

/// `GET intake?limit=&before=`: what came and could not be attributed, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakePage {
    /// The entries.
    pub entries: Vec<IntakeLine>,
    /// The next call's `before`, if there may be more.
    pub next: Option<String>,
    /// What is kept of each source.
    pub sources: Vec<IntakeSource>,
}

/// Something that came and could not be attributed. `GET intake/{id}` gives its bytes with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeLine {
    /// Its id: `int_...`.
    pub id: String,
    /// When it came.
    pub at: Timestamp,
    /// Whom it came from, as far as is known.
    pub source: String,
    /// Why it was not taken.
    pub reason: String,
    /// Its media type, as declared.
    pub content_type: String,
    /// Whether its bytes can be shown.
    pub bytes: Bytes,
    /// Its text; only in `GET intake/{id}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What is kept of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeSource {
    /// The source.
    pub source: String,
    /// How many entries.
    pub count: u64,
    /// How many bytes.
    pub bytes: u64,
    /// How many more came and were only counted.
    pub overflow: u64,
}

/// `POST store/backup`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backup {
    /// The new file, as an absolute path on the gateway's machine.
    pub path: String,
    /// The new file for the keyring, which a backup leaves out, where it is wanted too.
    #[serde(default)]
    pub keyring: Option<String>,
}

/// What a backup wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackedUp {
    /// How many rows.
    pub rows: u64,
}

/// `POST store/prune`: how long things are kept, in days. What is not said stays as the gateway's configuration has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prune {
    /// The raw bytes of a request, after it closed.
    pub raw_days: Option<u32>,
    /// The records of a request, after it closed.
    pub events_days: Option<u32>,
    /// Intake that could not be attributed.
    pub intake_days: Option<u32>,
}

/// What pruning took.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pruned {
    /// Requests that lost their raw bytes.
    pub raw: u64,
    /// Requests that lost their records.
    pub events: u64,
    /// Intake entries that went.
    pub intake: u64,
}

/// `POST clock/advance`; only where the gateway was started with a stepped clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// By how much.
    pub advance_seconds: u64,
}

/// The date after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Advanced {
    /// The gateway's date.
    pub now: Timestamp,
}

/// An error, as RFC 9457 has it (`application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// `urn:illgate:` and the slug.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened here, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The stable name.
    pub slug: String,
    /// Where a document has several faults: each of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Fault>,
}

/// A fault in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// The key.
    pub key: String,
    /// What is wrong.
    pub sentence: String,
}

//! What the API says of requests and of the messages that wait for them. Must never hold patron data or a secret.

use errors::Blame;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Incident;

/// `GET requests?limit=&cursor=&machine=&phase=&library=&peer=`: a page, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestPage {
    /// The requests.
    pub requests: Vec<RequestLine>,
    /// Where the listing goes on, if it does: the next call's `cursor`.
    pub next: Option<String>,
    /// Requests of the page whose row is damaged: why each cannot be shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<String>,
}

/// A request at a glance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLine {
    /// Its id: `req_...`.
    pub id: String,
    /// How many steps its timeline has.
    pub version: u64,
    /// Whose side of the loan it is: `brokering` in the middle, `borrowing` or `lending` of a hosted library.
    #[serde(default = "brokering")]
    pub machine: String,
    /// The hosted library whose request it is, by its id in the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<String>,
    /// Where it stands, such as `asking` or `on-loan`.
    pub phase: String,
    /// Who asks: the id in the registry.
    pub requester: String,
    /// The requester's symbol.
    pub requester_symbol: String,
    /// The requester's own id of the request.
    pub requester_request_id: String,
    /// What is asked for.
    pub title: Option<String>,
    /// Copy, loan or either.
    pub service: Option<String>,
    /// The supplier it is with now, or was with last.
    pub supplier: Option<String>,
    /// The status the requester was last told.
    pub told: Option<String>,
    /// What is awaited, and until when.
    pub waits: Vec<Wait>,
    /// What needs staff.
    pub incidents: Vec<Incident>,
    /// When it came.
    pub opened_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// What there was before there were others.
fn brokering() -> String {
    "brokering".to_owned()
}

/// Something that is awaited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    /// The timer that ends the wait, such as `answer/leg-0`.
    pub timer: String,
    /// Until when.
    pub until: Timestamp,
    /// What for, in words.
    pub why: String,
}

/// `GET requests/{id}`: a request with all that happened. `id` is ours, the requester's, or one under which a supplier knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestDetail {
    /// At a glance.
    #[serde(flatten)]
    pub line: RequestLine,
    /// The suppliers' legs, in the order in which they were asked.
    pub legs: Vec<Leg>,
    /// Every library considered.
    pub rota: Vec<RotaLine>,
    /// The volumes of a hosted library's request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<Volume>,
    /// What its ILS was asked and has not done: it has not answered yet, or it failed. By this name staff have it asked again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<String>,
    /// When it is due, as the partner of a hosted library has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Where the patron of a hosted library picks it up, if not where the library's settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pickup: Option<String>,
    /// Where the copy that a hosted library asked for can be fetched, once it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<String>,
    /// The other records of the same loan in this gateway.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// What staff may do now, by name; `GET requests/{id}/acts` describes it.
    pub actions: Vec<String>,
    /// Messages that wait to be confirmed.
    pub queue: Vec<QueueLine>,
    /// What happened, oldest first.
    pub timeline: Vec<Step>,
}

/// A supplier's leg.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// Which: `leg-0`.
    pub leg: String,
    /// The supplier's id in the registry.
    pub peer: String,
    /// Its symbol.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// Where it stands, such as `promised`.
    pub state: String,
    /// The ids of the requests sent to it, latest last.
    pub ids: Vec<String>,
    /// Its own id of the request.
    pub supplier_request_id: Option<String>,
    /// The status it last told.
    pub status: Option<String>,
    /// When the item is due, as it said.
    pub due_date: Option<String>,
    /// Why it ended or was passed over.
    pub ended_by: Option<String>,
    /// Since when it is in this state.
    pub since: Timestamp,
}

/// One physical piece of what a hosted library borrows or lends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Which: `vol-1`.
    pub volume: String,
    /// Where it stands.
    pub state: String,
    /// The lender's barcode.
    pub barcode: Option<String>,
    /// The barcode of the temporary item in the borrower's ILS.
    pub local: Option<String>,
    /// When it is due here.
    pub due: Option<Timestamp>,
}

/// Another record of the same loan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// Its id: `req_...`.
    pub id: String,
    /// Whose side of the loan it is.
    pub machine: String,
    /// The hosted library whose it is.
    pub library: Option<String>,
    /// Where it stands.
    pub phase: String,
}

/// A library that was considered as a supplier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotaLine {
    /// Its id in the registry.
    pub peer: String,
    /// Its symbol.
    pub symbol: String,
    /// Its name.
    pub name: String,
    /// Its place, from 1; none where it was passed over.
    pub place: Option<u32>,
    /// Why it was passed over, or what it scored.
    pub why: String,
}

/// A step of a timeline: one input and all that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The version the request had after it, from 1.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What came in; the first is what the step is about, others followed from it at once.
    pub inputs: Vec<StepInput>,
    /// Moves of the request and its legs.
    pub moves: Vec<Move>,
    /// The events, as they are kept.
    pub events: Vec<Value>,
    /// The messages: the one that came in, those sent, the reply.
    pub messages: Vec<StepMessage>,
}

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepInput {
    /// What kind: `message`, `not-taken`, `delivery`, `located`, `timer`, `staff`, `resend`.
    pub kind: String,
    /// Whose side it is of, where it has one: `requester` or `leg-0`.
    pub party: Option<String>,
    /// The peer it is from or about.
    pub peer: Option<String>,
    /// In words: `Renew`, `Loaned (StatusChange)`, `confirmed`, `answer/leg-0 ran out`.
    pub text: String,
    /// The message that a delivery is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What became of it, for a delivery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<Delivery>,
    /// What was wrong with it, or what went wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
    /// The rules that decided, each with its reason.
    pub rules: Vec<Rule>,
}

/// What became of something that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// What was sent: `Loaned`, `check-patron`, `hold-for-patron vol-1`.
    pub what: String,
    /// How it ended.
    pub end: DeliveryEnd,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryEnd {
    /// The other side took the message.
    Taken,
    /// The ILS did what it was asked, or had done so before.
    Done,
    /// The other side refused it.
    Refused,
    /// Nothing that could be understood came back.
    NoAnswer,
    /// It never arrived.
    Undeliverable,
    /// It has no valid form, and was not sent.
    Unwritable,
    /// Staff dropped it.
    Dropped,
}

/// A rule that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Of which table: `request` or `leg`.
    pub table: String,
    /// Its name.
    pub rule: String,
    /// What it says.
    pub why: String,
}

/// The request or a leg moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// What moved: `request` or `leg-0`.
    pub what: String,
    /// From.
    pub from: String,
    /// To.
    pub to: String,
    /// By which rule.
    pub rule: String,
}

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// It came in.
    In,
    /// It was rendered to be sent.
    Out,
    /// It answered the one that came in.
    Reply,
}

/// A message of a step. `GET requests/{id}/messages/{id of the message, or step/in, step/reply}` gives its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepMessage {
    /// Its name for `messages/...`: `msg_...`, `3/in` or `3/reply`.
    pub id: String,
    /// Which way it went.
    pub direction: Direction,
    /// Whose side: `requester` or `leg-0`.
    pub party: Option<String>,
    /// The peer.
    pub peer: Option<String>,
    /// What it is, in words: `request`, `Renew`, `Loaned (StatusChange)`, `OK`, `ERROR`.
    pub text: String,
    /// The wire edition.
    pub edition: Option<String>,
    /// What the edition could not say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
    /// The message that this one sends again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resends: Option<String>,
    /// Whether its bytes can be read.
    pub bytes: Bytes,
}

/// Whether bytes can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bytes {
    /// As they were.
    Whole,
    /// The redacted form only: the rest was erased, or retention took it.
    Redacted,
    /// Gone.
    Gone,
}

/// `GET requests/{id}/watch?after=N`: the steps after N, as soon as there are any; none when the time was up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The request at a glance.
    pub request: RequestLine,
    /// The new steps.
    pub steps: Vec<Step>,
}

/// `POST requests`: a patron of a hosted library asks for something.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ask {
    /// The library, by its id in the registry.
    pub library: String,
    /// The patron's barcode. It is sealed, and never shown.
    pub patron: String,
    /// `Loan`, `Copy` or `CopyOrLoan`; a loan where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The author.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The title of an article or chapter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title_of_component: Option<String>,
    /// Which pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// Which volumes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volumes: Vec<String>,
    /// Which edition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// ISBN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub isbn: Option<String>,
    /// ISSN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issn: Option<String>,
    /// Record numbers, by whose they are: `{"OCLC": "1234"}`.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub records: std::collections::BTreeMap<String, String>,
    /// Particular items.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AskedItem>,
    /// Of no use after this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub need_before: Option<Timestamp>,
    /// Where it is to be picked up, if not where the library's settings say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pickup: Option<String>,
    /// What the patron writes. It is sealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who brings it: staff look at it before it is sent; other systems have had it looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<AskOrigin>,
}

/// A particular item that a patron asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedItem {
    /// Its barcode.
    pub barcode: String,
    /// Whose it is, by an agency id or a symbol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ask")
            .field("library", &self.library)
            .field("title", &self.title)
            .finish_non_exhaustive()
    }
}

/// Who brings a patron's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AskOrigin {
    /// Staff.
    Staff,
    /// Another system.
    Rest,
}

/// `POST queue/{message}/resend`, `POST queue/{message}/drop`, `POST requests/{id}/erase`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// Why: it is kept.
    pub reason: String,
    /// By whom; `api` where it is not said.
    #[serde(default)]
    pub by: Option<String>,
}

/// What became of a staff action, a resend, a drop, an erasure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The request, as it stands now.
    pub request: RequestLine,
    /// The rules that decided.
    pub rules: Vec<Rule>,
    /// The message that is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Why that message does not go out at once, where something keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
}

/// `GET queue?peer=`: what waits to be confirmed, lane by lane.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// The messages, in the order of sending within a lane.
    pub messages: Vec<QueueLine>,
}

/// A message that waits to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueLine {
    /// Its id: `msg_...`.
    pub message: String,
    /// Its request.
    pub request: String,
    /// The peer it goes to.
    pub peer: String,
    /// Whose side: `requester` or `leg-0`.
    pub party: String,
    /// What it is: `request`, `action/Renew`, `report/StatusChange/Loaned`.
    pub kind: String,
    /// Since when it waits.
    pub queued_at: Timestamp,
    /// How often it was sent.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: Timestamp,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Whether it is its lane's head: only that is sent.
    pub head: bool,
    /// The incident that holds it, and its lane with it.
    pub held: Option<String>,
    /// Whose the incident is that holds it, as its name says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blame: Option<Blame>,
}

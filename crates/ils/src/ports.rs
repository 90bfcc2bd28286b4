//! What NCIP tells the gateway that changes a hosted library's request, and what it asks of one: the port between the endpoint and the keeper
//! of these requests. Values only: must never know how a message is written.
//!
//! Everything given here is answered to the sender only after [`HostedInputs`] has made it durable.

use std::fmt;

pub use dialects::ncip::{AskedService, ItemAt, RecordId};
use jiff::Timestamp;
use loan_model::{
    PeerId,
    ils::{ItemDescription, NoticeKind},
};
use net::BoxFuture;

/// Keeps the requests of hosted libraries.
///
/// Each call comes with the key of the message that brought it. The same message may come again, for its answer can be lost on the way:
/// the same key then gets the same answer, and nothing happens twice.
pub trait HostedInputs: Send + Sync {
    /// A patron of a hosted library asks for something. Resolves when the request is durable.
    fn ask(&self, ask: PatronAsk) -> BoxFuture<'_, Result<RequestPlaced, NotTaken>>;

    /// A patron's request is not wanted any more.
    fn cancel(&self, cancel: PatronCancel) -> BoxFuture<'_, Result<Shown, NotTaken>>;

    /// A patron's request is changed before it is supplied.
    fn update(&self, update: PatronUpdate) -> BoxFuture<'_, Result<Shown, NotTaken>>;

    /// A hosted library's ILS has done something by itself.
    fn notice(&self, notice: Notice) -> BoxFuture<'_, Result<Noticed, NotTaken>>;

    /// How a request stands.
    fn look_up<'a>(&'a self, library: &'a PeerId, which: &'a Which)
    -> BoxFuture<'a, Result<Shown, NotTaken>>;
}

/// A patron, as the message names him: never shown, never logged.
#[derive(Clone, PartialEq, Eq)]
pub struct Card(String);

impl Card {
    /// The barcode or id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The barcode or id, to be sealed or hashed and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// By what a message that comes again is known: its sender and all that it says. Holds no patron data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageKey(pub Vec<u8>);

/// A patron asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatronAsk {
    /// The hosted library whose patron it is.
    pub library: PeerId,
    /// By what a repeat is known.
    pub key: MessageKey,
    /// The sender's own id of the request, where it has given one.
    pub theirs: Option<String>,
    /// Who asks.
    pub patron: Card,
    /// What is asked for.
    pub wanted: WantedTitle,
    /// A loan, or a copy that need not come back.
    pub service: AskedService,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
    /// Of no use after this.
    pub need_before: Option<Timestamp>,
}

/// What a patron wants: as much as the message tells of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedTitle {
    /// Record ids, each with the system or agency that gave it where that is told.
    pub records: Vec<RecordId>,
    /// Particular items, each with the agency whose it is where that is told.
    pub items: Vec<ItemAt>,
    /// Title, author, volume and the like.
    pub description: ItemDescription,
    /// Publisher.
    pub publisher: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// Which edition.
    pub edition: Option<String>,
}

/// Which request a message is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one with this id: ours, or the one that its sender gave it.
    Request(String),
    /// The patron's open one for this item or record.
    PatronAndItem {
        /// Who.
        patron: Card,
        /// What: a barcode or a record id.
        item: String,
    },
}

/// A request is not wanted any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatronCancel {
    /// The hosted library.
    pub library: PeerId,
    /// By what a repeat is known.
    pub key: MessageKey,
    /// Which request.
    pub which: Which,
    /// Whose it must be, where the message says.
    pub patron: Option<Card>,
}

/// A request is changed. What is not said stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatronUpdate {
    /// The hosted library.
    pub library: PeerId,
    /// By what a repeat is known.
    pub key: MessageKey,
    /// Which request.
    pub which: Which,
    /// Whose it must be, where the message says.
    pub patron: Option<Card>,
    /// Where it is to be picked up.
    pub pickup: Option<String>,
    /// Of no use after this.
    pub need_before: Option<Timestamp>,
}

/// An ILS has done something by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The hosted library whose ILS it is.
    pub library: PeerId,
    /// By what a repeat is known.
    pub key: MessageKey,
    /// What it has done.
    pub kind: NoticeKind,
    /// The item's barcode there, where it is told.
    pub item: Option<String>,
    /// The request's id, ours or the ILS's, where it is told.
    pub request: Option<String>,
    /// When it is due now, where that is told.
    pub due: Option<Timestamp>,
}

/// A patron's request has been taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPlaced {
    /// Our id of it, to be named in later messages.
    pub request: String,
}

/// A notice has been taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// It belongs to a request, and is kept with it.
    Taken,
    /// It is about no request of ours: the ILS's own business.
    NotOurs,
}

/// A request as it is shown to an NCIP initiator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Our id of it.
    pub request: String,
    /// The temporary or lent item's barcode, where there is one.
    pub item: Option<String>,
    /// Where it stands.
    pub status: ShownStatus,
    /// When it was made.
    pub placed: Option<Timestamp>,
    /// Of no use after this.
    pub need_before: Option<Timestamp>,
    /// Until when it waits to be picked up.
    pub hold_until: Option<Timestamp>,
    /// Where it is to be picked up, if not where the library's settings say.
    pub pickup: Option<String>,
    /// What is asked for.
    pub description: ItemDescription,
    /// A loan or a copy.
    pub service: AskedService,
}

/// Where a request stands, in the few words that NCIP has for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShownStatus {
    /// Somebody is being asked for it, or it is on its way.
    InProcess,
    /// It waits to be picked up.
    AvailableForPickup,
    /// The patron has it, or had it.
    Filled,
    /// Nobody could supply it.
    CannotFulfill,
    /// It was cancelled, or its time is over.
    Expired,
}

/// Why something was not taken. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// There is no such request at this library.
    #[error("there is no such request")]
    UnknownRequest,
    /// The library's ILS does not know the patron.
    #[error("the library does not know this patron")]
    UnknownUser,
    /// The patron may not ask.
    #[error("the patron may not ask: {why}")]
    Ineligible {
        /// Why, without patron data.
        why: String,
    },
    /// The same patron has asked for the same item.
    #[error("the same patron has asked for the same item: {request}")]
    Duplicate {
        /// Our id of the request that there is.
        request: String,
    },
    /// The request is past the point where this can be done.
    #[error("{why}")]
    TooLate {
        /// Why, without patron data.
        why: String,
    },
    /// Something that is needed is missing or cannot be used.
    #[error("{element}: {why}")]
    Element {
        /// The element's name, as NCIP has it.
        element: &'static str,
        /// What is wrong with it, without patron data.
        why: String,
    },
    /// An item is wanted, and neither whose it is nor what it is is told.
    #[error("{why}")]
    NoHolder {
        /// What is missing, without patron data.
        why: String,
    },
    /// Something has a value that cannot be used.
    #[error("{element}: {why}")]
    Value {
        /// The element's name, as NCIP has it.
        element: &'static str,
        /// What is wrong with it, without patron data.
        why: String,
    },
    /// The library does not do this.
    #[error("{why}")]
    NotOffered {
        /// Why.
        why: String,
    },
    /// Not now.
    #[error("not now: {why}")]
    Later {
        /// Why, for an operator.
        why: String,
    },
}

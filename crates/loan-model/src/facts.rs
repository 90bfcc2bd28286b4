//! What the machines are told about libraries. The registry projects these from one snapshot; must never hold a secret or an address
//! on the net.

use iso18626::{RequestedDeliveryInfo, RequestingAgencyInfo, ReturnInfo};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    PeerId, Symbol,
    calendar::{Calendar, WorkingTime},
};

/// What the machines know of a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerFacts {
    /// Its id in the registry.
    pub id: PeerId,
    /// The symbol we write for it.
    pub symbol: Symbol,
    /// Every other symbol it speaks for.
    #[serde(default)]
    pub other_symbols: Vec<Symbol>,
    /// Its name, for people.
    pub name: String,
    /// Whose symbols are in the headers of what we send it as a requester.
    #[serde(default)]
    pub face: Face,
    /// Whose symbols are in the headers of what we send it as a supplier.
    #[serde(default)]
    pub supplier_face: Face,
    /// What it does.
    #[serde(default)]
    pub roles: Roles,
    /// Where it stands.
    #[serde(default)]
    pub standing: PeerStanding,
    /// What it is.
    #[serde(default)]
    pub kind: PeerKind,
    /// The broker through which it is reached, if it is not reached directly.
    #[serde(default)]
    pub behind: Option<PeerId>,
    /// When it is open.
    #[serde(default)]
    pub calendar: Calendar,
    /// How long it may take.
    #[serde(default)]
    pub clocks: Clocks,
    /// How it likes to hear of a new supplier.
    #[serde(default)]
    pub expect_to_supply: ExpectToSupplyAs,
    /// Which status it likes to hear when one supplier could not fill and the rota goes on.
    #[serde(default)]
    pub interim_unfilled: InterimUnfilled,
    /// What its Cancel means that names its supplier, as a requester that sees its suppliers.
    #[serde(default)]
    pub cancel_to_supplier: CancelToSupplier,
    /// What becomes of its `RetryPossible`, as a supplier.
    #[serde(default)]
    pub retry_policy: RetryPolicy,
    /// What becomes of a request that it could fill itself.
    #[serde(default)]
    pub local_supply: LocalSupply,
    /// How much of the patron it may see, as a supplier.
    #[serde(default)]
    pub patron_data: PatronData,
    /// Who it is as a requester; fills a request that does not say.
    #[serde(default)]
    pub agency_info: Option<RequestingAgencyInfo>,
    /// Where to deliver to it; fills a request that does not say.
    #[serde(default)]
    pub delivery_info: Vec<RequestedDeliveryInfo>,
    /// Where to return its items; fills a `Loaned` that does not say.
    #[serde(default)]
    pub return_info: Option<ReturnInfo>,
    /// How many items it is to lend for each hundred that it borrows.
    #[serde(default = "PeerFacts::usual_goal")]
    pub balance_goal: u32,
    /// Its groups, each with the priority it has there (1 comes first).
    #[serde(default)]
    pub groups: Vec<GroupPlace>,
}

impl PeerFacts {
    /// A library usually lends as many as it borrows.
    pub const BALANCE_GOAL: u32 = 100;

    const fn usual_goal() -> u32 {
        Self::BALANCE_GOAL
    }

    /// A peer with nothing special about it.
    pub fn new(id: PeerId, symbol: Symbol) -> Self {
        PeerFacts {
            name: id.as_str().to_owned(),
            id,
            symbol,
            other_symbols: Vec::new(),
            face: Face::default(),
            supplier_face: Face::default(),
            roles: Roles::default(),
            standing: PeerStanding::default(),
            kind: PeerKind::default(),
            behind: None,
            calendar: Calendar::default(),
            clocks: Clocks::default(),
            expect_to_supply: ExpectToSupplyAs::default(),
            interim_unfilled: InterimUnfilled::default(),
            cancel_to_supplier: CancelToSupplier::default(),
            retry_policy: RetryPolicy::default(),
            local_supply: LocalSupply::default(),
            patron_data: PatronData::default(),
            agency_info: None,
            delivery_info: Vec::new(),
            return_info: None,
            balance_goal: Self::BALANCE_GOAL,
            groups: Vec::new(),
        }
    }

    /// Until when it is closed, for people; nothing where it is open.
    pub fn closing(&self, now: Timestamp) -> Option<String> {
        self.calendar.closed_until(now).map(|last| format!("closed until {last}"))
    }

    /// What is to be known while its answer is awaited.
    pub fn answering(&self, now: Timestamp) -> String {
        self.closing(now).unwrap_or_else(|| "ExpectToSupply is no answer".to_owned())
    }

    /// Where to return an item of the lender of this symbol and name: as it says, with gaps filled from what is known.
    pub fn fill_return(self, said: Option<ReturnInfo>, symbol: &Symbol, name: &str) -> ReturnInfo {
        let known = self.return_info.unwrap_or_default();
        let said = said.unwrap_or_default();
        let id = said.return_agency_id.or(known.return_agency_id);
        ReturnInfo {
            return_agency_id: id.or_else(|| Some(symbol.to_agency_id())),
            name: said.name.or(known.name).or_else(|| Some(name.to_owned())),
            physical_address: said.physical_address.or(known.physical_address),
        }
    }

    /// Whether it is another broker, or a library behind one.
    pub fn is_brokered(&self) -> bool {
        self.kind == PeerKind::Broker || self.behind.is_some()
    }

    /// Whether it speaks for `symbol`.
    pub fn speaks_for(&self, symbol: &Symbol) -> bool {
        self.symbol == *symbol || self.other_symbols.contains(symbol)
    }
}

/// Who a requester of this name is: as it says, with gaps filled from what is known.
pub fn fill_requester(
    said: RequestingAgencyInfo,
    known: Option<&PeerFacts>,
    name: &str,
) -> RequestingAgencyInfo {
    let known = known.and_then(|peer| peer.agency_info.clone()).unwrap_or_default();
    RequestingAgencyInfo {
        name: said.name.or(known.name).or_else(|| Some(name.to_owned())),
        contact_name: said.contact_name.or(known.contact_name),
        address: if said.address.is_empty() { known.address } else { said.address },
    }
}

/// Whose symbols are in the headers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Face {
    /// The broker's own symbol stands for the far side.
    #[default]
    Opaque,
    /// Both real symbols.
    Transparent,
}

/// What a peer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// Whether it may ask.
    pub borrows: bool,
    /// Whether it supplies.
    pub lends: Lends,
}

impl Default for Roles {
    fn default() -> Self {
        Roles { borrows: true, lends: Lends::Yes }
    }
}

/// Whether a peer supplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lends {
    /// As any other.
    #[default]
    Yes,
    /// Only when no other library does.
    Last,
    /// Not at all.
    No,
}

/// Where a peer stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeerStanding {
    /// Asked to join.
    Invited,
    /// Trying it out: nobody else's requests go there.
    Testing,
    /// Takes part.
    #[default]
    Active,
    /// Takes no new requests; open ones go on.
    Paused,
    /// Gone; open requests still name it.
    Retired,
}

/// What a peer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeerKind {
    /// A library.
    #[default]
    Library,
    /// A branch of one.
    Branch,
    /// Several libraries under one roof.
    System,
    /// A group of libraries.
    Consortium,
    /// Another broker.
    Broker,
}

/// How long a peer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Clocks {
    /// To take a request off our hands.
    pub deliver: SignedDuration,
    /// To answer a request. `ExpectToSupply` is no answer.
    pub answer: WorkingTime,
    /// To ship after `WillSupply`.
    pub ship: WorkingTime,
    /// To reply to a condition, as a requester.
    pub reply: WorkingTime,
    /// To answer a `Cancel`. Another broker that took it and says nothing is asked then, and has the same time once more.
    pub grace: WorkingTime,
    /// To retry, as a requester, where the supplier named no date.
    pub retry: WorkingTime,
    /// Without news while an item is out, before the broker asks.
    pub custody: WorkingTime,
}

impl Default for Clocks {
    fn default() -> Self {
        Clocks {
            deliver: SignedDuration::from_hours(4),
            answer: WorkingTime::new(3, 7),
            ship: WorkingTime::new(5, 14),
            reply: WorkingTime::new(3, 7),
            grace: WorkingTime::new(1, 4),
            retry: WorkingTime::new(4, 10),
            custody: WorkingTime::new(30, 60),
        }
    }
}

/// How a requester hears of a new supplier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectToSupplyAs {
    /// As the status it is.
    #[default]
    StatusChange,
    /// As a `Notification`.
    Notification,
}

/// Which status is in the notification that one supplier could not fill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InterimUnfilled {
    /// The status the requester last heard; `ExpectToSupply`, where that was a promise, which is void with the no.
    #[default]
    LastHeard,
    /// `Unfilled`: the requester forgets its lender by it.
    Unfilled,
}

/// What a requester's `Cancel` means that names its supplier, where no condition waits for an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CancelToSupplier {
    /// The request ends.
    #[default]
    EndsRequest,
    /// The next library is asked.
    NextSupplier,
}

/// What becomes of a supplier's `RetryPossible`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RetryPolicy {
    /// The requester hears it and may retry.
    #[default]
    Relay,
    /// It counts as unfilled.
    CountAsUnfilled,
}

/// What becomes of a request that the requester could fill itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LocalSupply {
    /// It is passed over in its own rota.
    #[default]
    Skip,
    /// It is passed over, and told so.
    Tell,
}

/// How much of the patron a supplier may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatronData {
    /// Nothing.
    None,
    /// A token that means something to us alone.
    #[default]
    Token,
    /// All that the requester sent.
    Full,
}

/// A peer's place in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupPlace {
    /// The group.
    pub group: String,
    /// Its priority there; 1 comes first.
    pub priority: u32,
}

/// What the machines know of the broker itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokerFacts {
    /// The symbol we write.
    pub symbol: Symbol,
    /// Every other symbol that means the broker.
    #[serde(default)]
    pub other_symbols: Vec<Symbol>,
    /// Its name.
    pub name: String,
    /// What becomes of a request to one member when that member cannot fill it.
    #[serde(default)]
    pub addressed: Addressed,
    /// How often a request may be retried in an hour.
    #[serde(default = "BrokerFacts::usual_retries")]
    pub retries_per_hour: u8,
}

impl BrokerFacts {
    /// How often a request may be retried in an hour where nobody says.
    pub const RETRIES_PER_HOUR: u8 = 10;

    const fn usual_retries() -> u8 {
        Self::RETRIES_PER_HOUR
    }

    /// Whether `symbol` means the broker.
    pub fn is_called(&self, symbol: &Symbol) -> bool {
        self.symbol == *symbol || self.other_symbols.contains(symbol)
    }
}

/// What becomes of a request to one member when that member cannot fill it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Addressed {
    /// It ends.
    #[default]
    Ends,
    /// It goes on to others.
    GoesOn,
}

//! How a library is reached, with nothing left open: its own settings, else the consortium's, else its dialect's, else the defaults.

use dialects::iso18626::{Dialect, DialectName, NoteLabels, Resends, Resolution};
use iso18626::{Edition, NamespaceRule, Schemes, TimestampEcho};
use loan_model::{
    PeerId,
    facts::{CancelToSupplier, ExpectToSupplyAs, Face, InterimUnfilled},
};

use crate::{
    ConnectionKind, Header, Rate, Registry, Url, Wait,
    file::{ConnectionSettings, Library, TlsSettings},
};

/// How a library is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Whose connection it is: the library's own, its parent's, or that of the broker it is behind. Limits are shared by all who use it.
    pub owner: PeerId,
    /// Where messages are posted.
    pub url: Url,
    /// How its system speaks.
    pub dialect: DialectName,
    /// The edition written.
    pub edition: Edition,
    /// The version string written, where it is not the edition's own.
    pub version_string: Option<String>,
    /// Whose symbols are in the headers of what it is sent as a requester.
    pub face: Face,
    /// Whose symbols are in the headers of what it is sent as a supplier.
    pub supplier_face: Face,
    /// How it likes to hear of a new supplier.
    pub expect_to_supply: ExpectToSupplyAs,
    /// Which status it likes to hear when one supplier could not fill.
    pub interim_unfilled: InterimUnfilled,
    /// What its Cancel means that names its supplier.
    pub cancel_to_supplier: CancelToSupplier,
    /// Which field of our confirmations repeats its timestamp.
    pub timestamp_echo: TimestampEcho,
    /// Whether its elements must be in the standard's namespace.
    pub namespace: NamespaceRule,
    /// Whether codes carry the URI of the list that they are on.
    pub schemes: Schemes,
    /// Whether costs, conditions and addresses also stand in the note.
    pub note_labels: NoteLabels,
    /// How finely it tells timestamps apart.
    pub timestamps: Resolution,
    /// What it does with the timestamp of a message that it sends again.
    pub resends: Resends,
    /// How many messages may be on their way at once.
    pub concurrency: u32,
    /// How many messages in a time.
    pub rate: Rate,
    /// Headers sent with every message.
    pub headers: Vec<Header>,
    /// How long it is waited for.
    pub timeouts: Timeouts,
    /// When a message is sent again.
    pub retry: RetryPlan,
    /// How the line is secured.
    pub tls: TlsSettings,
}

/// How long a peer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// Until it accepts the connection.
    pub connect: Wait,
    /// Until something more of its answer comes.
    pub read: Wait,
    /// For the whole exchange.
    pub total: Wait,
}

/// When a message that did not arrive is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPlan {
    /// The first time after this.
    pub first: Wait,
    /// Each time after so many times as long as the time before.
    pub factor: u32,
    /// But never after longer than this.
    pub longest: Wait,
    /// After this it is left to staff.
    pub give_up_after: Wait,
}

impl Registry {
    /// How the library is reached over ISO 18626; nothing where it is not known, can't be, or is hosted.
    pub fn connection(&self, id: &PeerId) -> Option<Connection> {
        self.connection_owner(id).and_then(|owner| self.resolved(owner))
    }

    /// How long a library is sent nothing about a new request of its own once that is confirmed. One without a connection, and the broker
    /// itself, book as quickly as everybody.
    pub fn booking_pause(&self, id: &PeerId) -> Wait {
        let shared = &self.file.defaults.connection;
        let owner = self.connection_owner(id).and_then(|owner| owner.connection.as_ref());
        let own = owner.and_then(|own| own.booking_pause);
        own.or(shared.booking_pause).unwrap_or(Wait::from_millis(100))
    }

    /// Whose connection a message to this library takes: its own, else that of the broker it is behind, else its parent's.
    pub(crate) fn connection_owner(&self, id: &PeerId) -> Option<&Library> {
        let mut library = self.library(id)?;
        // Neither chain has a circle; the bound is the number of libraries.
        for _ in 0..=self.file.libraries.len() {
            if library.connection.is_some() {
                return Some(library);
            }
            library = self.library(library.behind.as_ref().or(library.parent.as_ref())?)?;
        }
        None
    }

    fn resolved(&self, owner: &Library) -> Option<Connection> {
        let own = owner.connection.as_ref()?;
        if own.kind.unwrap_or_default() != ConnectionKind::Iso18626 {
            return None;
        }
        Some(resolve(own.url.clone()?, owner.id.clone(), own, &self.file.defaults.connection))
    }
}

/// Lays a library's own settings over the consortium's.
fn resolve(url: Url, owner: PeerId, own: &ConnectionSettings, shared: &ConnectionSettings) -> Connection {
    // A dialect that the library names itself goes before what the consortium says of everybody's.
    let dialect = Dialect::of(own.dialect.or(shared.dialect).unwrap_or_default());
    let shared_habits = if own.dialect.is_some() { &ConnectionSettings::default() } else { shared };
    macro_rules! habit {
        ($key:ident) => {
            own.$key.or(shared_habits.$key).unwrap_or(dialect.$key)
        };
    }
    let limits = limits(own, shared);
    Connection {
        owner,
        url,
        dialect: dialect.name,
        edition: habit!(edition),
        version_string: own.version_string.clone().or_else(|| shared_habits.version_string.clone()),
        face: habit!(face),
        supplier_face: own
            .supplier_face
            .or(own.face)
            .or(shared_habits.supplier_face)
            .or(shared_habits.face)
            .unwrap_or(dialect.supplier_face),
        expect_to_supply: habit!(expect_to_supply),
        interim_unfilled: habit!(interim_unfilled),
        cancel_to_supplier: habit!(cancel_to_supplier),
        timestamp_echo: habit!(timestamp_echo),
        namespace: habit!(namespace),
        schemes: habit!(schemes),
        note_labels: habit!(note_labels),
        timestamps: habit!(timestamps),
        resends: habit!(resends),
        concurrency: limits.concurrency,
        rate: limits.rate,
        headers: own.headers.clone(),
        timeouts: limits.timeouts,
        retry: limits.retry,
        tls: own.tls.clone(),
    }
}

/// What a connection may cost, whatever is spoken over it.
pub(crate) struct Limits {
    pub(crate) concurrency: u32,
    pub(crate) rate: Rate,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPlan,
}

/// Lays a library's own limits over the consortium's.
pub(crate) fn limits(own: &ConnectionSettings, shared: &ConnectionSettings) -> Limits {
    macro_rules! limit {
        ($($key:ident).+, $default:expr) => {
            own.$($key).+.or(shared.$($key).+).unwrap_or($default)
        };
    }
    Limits {
        concurrency: limit!(concurrency, 4),
        rate: limit!(rate, Rate::per_second(10)),
        timeouts: Timeouts {
            connect: limit!(timeouts.connect, Wait::from_secs(5)),
            read: limit!(timeouts.read, Wait::from_secs(30)),
            total: limit!(timeouts.total, Wait::from_secs(60)),
        },
        retry: RetryPlan {
            first: limit!(retry.first, Wait::from_secs(10)),
            factor: limit!(retry.factor, 2),
            longest: limit!(retry.longest, Wait::from_mins(30)),
            give_up_after: limit!(retry.give_up_after, Wait::from_hours(72)),
        },
    }
}

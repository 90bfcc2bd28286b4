//! The tables of the registry's file, each declared once.

mod connection;
mod hosted;
mod library;
mod ncip;
mod proof;
mod routing;

use loan_model::{Symbol, facts::Addressed};

pub use self::ncip::{InstitutionalPatron, NcipSettings, StepSettings};
pub use connection::{ConnectionKind, ConnectionSettings, RetrySettings, TimeoutSettings, TlsSettings};
pub use hosted::{CourierSettings, HostedSettings, MailWhen, ManualSettings, NcipRoute, UnknownItems};
pub use library::{
    Allowance, CalendarSettings, ClockSettings, Closing, Contact, Library, LibraryType, Membership,
    PolicySettings, PostalAddress, Purpose,
};
pub use proof::{ProofBy, ProofSettings, Unproven};
pub use routing::{Named, RoutingSettings};

use crate::{
    GroupId,
    binding::{table, words},
};

table! {
    /// The whole file. It is applied whole or not at all. Comments and the order of tables are not kept.
    pub struct File in Section {
        /// The version that this file was made from, as its export says it. A file made from another version than the present one is
        /// refused, so that nobody undoes another's change unawares. Leave it out in the very first file.
        based_on: Option<u64> = optional,
        /// The broker itself.
        broker: Broker = required,
        /// Who is asked, and in which order.
        routing: RoutingSettings = optional,
        /// What holds for every library that doesn't say otherwise.
        defaults: Defaults = optional,
        /// Groups of libraries that lend to each other.
        groups as "group": Vec<Group> = optional,
        /// Which NCIP services of one member are carried to another.
        ncip_routes as "ncip_route": Vec<NcipRoute> = optional,
        /// The libraries.
        libraries as "library": Vec<Library> = optional,
    }
}

table! {
    /// The broker itself: who it is to its members.
    pub struct Broker in Section {
        /// Its name.
        name: String = required,
        /// Its symbols. The first is the one it writes; requests to any of them are the broker's to place.
        symbols: Vec<Symbol> = required,
        /// What becomes of a request to one member when that member can't fill it.
        addressed: Addressed = default,
        /// How often a requester may retry one request in an hour, 255 times at most. Usually 10.
        retries_per_hour: Option<u32> = optional,
        /// Who is believed that has nothing to prove itself with: neither an address that is its alone (a narrow range in
        /// `accept_from`) nor a `[[library.proof]]`, of
        /// its own or of whom it is part of or reached through. A proxy on this machine must add a header (`X-Forwarded-For`,
        /// `Forwarded` or `Via`) to every request, or looks like a program here: then say `refuse`.
        unproven: Unproven = default,
        /// Whom to ask about it.
        contacts as "contact": Vec<Contact> = optional,
        /// Its addresses.
        addresses as "address": Vec<PostalAddress> = optional,
    }
}

table! {
    /// What holds for every library that doesn't say otherwise. Each key of these tables is overridden by itself, closures excepted: a
    /// library is closed on its own closures and on these.
    pub struct Defaults in Section {
        /// Opening days and closures.
        calendar: CalendarSettings = optional,
        /// How it is reached; neither its kind nor URL, headers, NCIP or mail can stand here.
        connection: ConnectionSettings = optional,
        /// How long it may take.
        clocks: ClockSettings = optional,
        /// What is done for it and with its requests.
        policies: PolicySettings = optional,
        /// How the requests of libraries without ISO 18626 of their own are run for them.
        hosted: HostedSettings = optional,
    }
}

table! {
    /// A group of libraries. A request goes to the lenders of the requester's groups.
    pub struct Group in Section {
        /// Its id.
        id: GroupId = required,
        /// Its name.
        name: String = required,
        /// Whom a request of its members goes to that names lenders. Where a member is in several groups, `only` of one counts; for a library in
        /// no group it is `only`.
        named: Named = default,
    }
}

words! { Addressed {
    "ends" => Ends "the request ends",
    "goes-on" => GoesOn "it goes on to others",
} }

//! The tables about a library, its connection apart.

use jiff::civil::Date;
use loan_model::{
    PeerId, Symbol,
    calendar::OpenDay,
    facts::{Lends, LocalSupply, PatronData, PeerKind, PeerStanding, RetryPolicy},
};

use super::{ConnectionSettings, CourierSettings, HostedSettings, ProofSettings};
use crate::{
    AddressRange, GroupId, Wait, ZoneName,
    binding::{table, words},
};

table! {
    /// A library, or another broker.
    pub struct Library in Section {
        /// Its id, which never changes: open requests name it.
        id: PeerId = required,
        /// Its name.
        name: String = required,
        /// A shorter name, for lists.
        short_name: Option<String> = optional,
        /// Its symbols. The first is the one that is written for it. Letter case does not tell symbols apart.
        symbols: Vec<Symbol> = optional,
        /// What it is.
        kind: PeerKind = default,
        /// The library, system or consortium that it is part of. A connection of the parent's speaks for it too.
        parent: Option<PeerId> = optional,
        /// The broker (a library of kind `broker`) through which it is reached.
        behind: Option<PeerId> = optional,
        /// Its type, for reports.
        library_type as "type": Option<LibraryType> = optional,
        /// The body that runs it. Loans within one body are counted apart in reports.
        administrative_entity: Option<String> = optional,
        /// Where it stands.
        status: PeerStanding = default,
        /// Whether it may ask.
        borrows: bool = default,
        /// Whether it supplies.
        lends: Lends = default,
        /// Its groups.
        groups: Vec<Membership> = optional,
        /// Its messages must come from these addresses. From anywhere, where there are none. An address that no other library has proves
        /// that a message is its own, if its range is narrow: IPv4 from `/16`, IPv6 from `/32`.
        accept_from: Vec<AddressRange> = optional,
        /// Opening days and closures.
        calendar: CalendarSettings = optional,
        /// How it proves that a message is its own.
        proofs as "proof": Vec<ProofSettings> = optional,
        /// How it is reached.
        connection: Option<ConnectionSettings> = optional,
        /// How long it may take.
        clocks: ClockSettings = optional,
        /// What is done for it and with its requests.
        policies: PolicySettings = optional,
        /// How its requests are run for it, where it has no ISO 18626 of its own.
        hosted: HostedSettings = optional,
        /// The courier's stop.
        courier: CourierSettings = optional,
        /// Whom to ask.
        contacts as "contact": Vec<Contact> = optional,
        /// Its addresses.
        addresses as "address": Vec<PostalAddress> = optional,
    }
}

table! {
    /// A library's place in a group.
    pub struct Membership in Inline {
        /// The group.
        group: GroupId = required,
        /// When its turn comes among the lenders of the group: 1 is asked first.
        priority: u32 = required,
    }
}

table! {
    /// When a library is open. Only open days count in its working days.
    pub struct CalendarSettings in Section {
        /// Its time zone. `UTC` where nobody says.
        time_zone: Option<ZoneName> = optional,
        /// The days on which it opens. Monday to Friday where nobody says.
        open_days: Option<Vec<OpenDay>> = optional,
        /// When it is closed all the same.
        closures: Vec<Closing> = optional,
    }
}

table! {
    /// Closed from a day to a day.
    pub struct Closing in Inline {
        /// The first day closed.
        from: Date = required,
        /// The last day closed.
        to: Date = required,
        /// Why.
        what: Option<String> = optional,
    }
}

table! {
    /// How long a library may take. What nobody says is the gateway's own usual value.
    pub struct ClockSettings in Section {
        /// To take a request off our hands before the next library is asked. Usually `4h`.
        deliver: Option<Wait> = optional,
        /// To answer a request: its response time. `ExpectToSupply` is no answer.
        answer: Option<Allowance> = optional,
        /// To ship after `WillSupply`.
        ship: Option<Allowance> = optional,
        /// To reply to a condition, as a requester.
        reply: Option<Allowance> = optional,
        /// To answer a `Cancel`. Another broker that took it and says nothing is asked then, and has the same time once more.
        grace: Option<Allowance> = optional,
        /// To retry, as a requester, where the supplier named no date.
        retry: Option<Allowance> = optional,
        /// Without news while an item is out, before the broker asks.
        custody: Option<Allowance> = optional,
    }
}

table! {
    /// So many of the library's working days, and never more than so many days of the calendar.
    pub struct Allowance in Inline {
        /// Days on which the library is open.
        working_days: u32 = required,
        /// The hard limit, however long it is closed.
        cap_calendar_days: u32 = required,
    }
}

impl Copy for Allowance {}

table! {
    /// What is done for a library and with its requests.
    pub struct PolicySettings in Section {
        /// How much of the patron it sees as a supplier. `token` where nobody says.
        patron_data: Option<PatronData> = optional,
        /// What becomes of its `RetryPossible` as a supplier. `relay` where nobody says.
        retry: Option<RetryPolicy> = optional,
        /// What becomes of a request that it could fill itself. `skip` where nobody says.
        local_supply: Option<LocalSupply> = optional,
        /// How many items it is to lend for each hundred that it borrows. Usually 100.
        balance_goal: Option<u32> = optional,
    }
}

table! {
    /// Whom to ask.
    pub struct Contact in Section {
        /// A name, or a desk's.
        name: String = required,
        /// What for.
        role: Option<String> = optional,
        /// E-mail address.
        email: Option<String> = optional,
        /// Telephone number.
        phone: Option<String> = optional,
    }
}

table! {
    /// An address.
    pub struct PostalAddress in Section {
        /// What it is used for. For everything, where nothing is said.
        purposes: Vec<Purpose> = optional,
        /// First line.
        line1: Option<String> = optional,
        /// Second line.
        line2: Option<String> = optional,
        /// Town.
        locality: Option<String> = optional,
        /// Postal code.
        postal_code: Option<String> = optional,
        /// ISO 3166-2, as in `US-CO`.
        region: Option<String> = optional,
        /// ISO 3166-1, as in `US`.
        country: Option<String> = optional,
        /// E-mail address, for electronic delivery.
        email: Option<String> = optional,
    }
}

/// What an address is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Items are delivered there.
    Delivery,
    /// Items go back there.
    Return,
    /// Bills go there.
    Billing,
}

words! { Purpose {
    "delivery" => Delivery "items are delivered there",
    "return" => Return "items go back there",
    "billing" => Billing "bills go there",
} }

/// What type of library it is, for reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LibraryType {
    /// Public.
    Public,
    /// Of a university or college.
    Academic,
    /// Of a school.
    School,
    /// Of a firm, a hospital, an authority.
    Special,
    /// Of a museum, an archive, a society.
    Cultural,
}

words! { LibraryType {
    "public" => Public "public",
    "academic" => Academic "of a university or college",
    "school" => School "of a school",
    "special" => Special "of a firm, a hospital, an authority",
    "cultural" => Cultural "of a museum, an archive, a society",
} }

words! { PeerKind {
    "library" => Library "a library",
    "branch" => Branch "a branch of one",
    "system" => System "several libraries under one roof",
    "consortium" => Consortium "a group of libraries",
    "broker" => Broker "another broker",
} }

words! { PeerStanding {
    "active" => Active "takes part",
    "invited" => Invited "asked to join",
    "testing" => Testing "trying it out: nobody else's requests go there",
    "paused" => Paused "takes no new requests; open ones go on",
    "retired" => Retired "gone; open requests still name it",
} }

words! { Lends {
    "yes" => Yes "as any other",
    "last" => Last "only when nobody else does",
    "no" => No "not at all",
} }

words! { OpenDay {
    "monday" => Monday "Monday",
    "tuesday" => Tuesday "Tuesday",
    "wednesday" => Wednesday "Wednesday",
    "thursday" => Thursday "Thursday",
    "friday" => Friday "Friday",
    "saturday" => Saturday "Saturday",
    "sunday" => Sunday "Sunday",
} }

words! { PatronData {
    "token" => Token "a token that means something to the broker alone",
    "none" => None "nothing",
    "full" => Full "all that the requester sent",
} }

words! { RetryPolicy {
    "relay" => Relay "the requester hears it and may retry",
    "count-as-unfilled" => CountAsUnfilled "the next supplier is asked",
} }

words! { LocalSupply {
    "skip" => Skip "it is passed over in its own rota",
    "tell" => Tell "it is passed over, and told so",
} }

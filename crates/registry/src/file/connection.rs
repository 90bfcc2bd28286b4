//! The tables about how a library is reached.

use dialects::iso18626::{DialectName, NoteLabels, Resends, Resolution};
use iso18626::{Edition, NamespaceRule, Schemes, TimestampEcho};
use loan_model::facts::{CancelToSupplier, ExpectToSupplyAs, Face, InterimUnfilled};

use net::Fingerprint;

use super::{ManualSettings, NcipSettings};
use crate::{
    Header, Rate, SecretRef, Url, Wait,
    binding::{table, words},
};

table! {
    /// How a library is reached. What nobody says is as the dialect has it, else the usual value.
    pub struct ConnectionSettings in Section {
        /// What it speaks. `iso18626` where nobody says.
        kind: Option<ConnectionKind> = optional,
        /// Where its messages are posted, over ISO 18626.
        url: Option<Url> = optional,
        /// The edition that is written to it. `1.2` where nobody says.
        edition: Option<Edition> = optional,
        /// The version string that is written to it, where the edition's own is not understood.
        version_string: Option<String> = optional,
        /// How its system speaks. `plain` where nobody says.
        dialect: Option<DialectName> = optional,
        /// Whose symbols stand in the headers of what it is sent as a requester.
        face: Option<Face> = optional,
        /// Whose symbols stand in the headers of what it is sent as a supplier. As `face`, where that is said.
        supplier_face: Option<Face> = optional,
        /// How it likes to hear of a new supplier.
        expect_to_supply: Option<ExpectToSupplyAs> = optional,
        /// Which status it likes to hear when one supplier could not fill and the request goes on.
        interim_unfilled: Option<InterimUnfilled> = optional,
        /// What its `Cancel` means that names its supplier, where no condition waits for an answer.
        cancel_to_supplier: Option<CancelToSupplier> = optional,
        /// Which field of our confirmations repeats its timestamp.
        timestamp_echo: Option<TimestampEcho> = optional,
        /// Whether its elements must be in the standard's namespace.
        namespace: Option<NamespaceRule> = optional,
        /// Whether the codes that it is sent carry the URI of the standard's list that they are on.
        schemes: Option<Schemes> = optional,
        /// Whether costs, conditions and addresses also stand in the note, for a system whose staff read nothing else.
        note_labels: Option<NoteLabels> = optional,
        /// How finely it tells timestamps apart.
        timestamps: Option<Resolution> = optional,
        /// What it does with the timestamp of a message that it sends again.
        resends: Option<Resends> = optional,
        /// How many messages may be on their way to it at once. Usually 4.
        concurrency: Option<u32> = optional,
        /// How many messages it is sent in a time. Usually `10/s`.
        rate: Option<Rate> = optional,
        /// How long it is sent nothing about a new request of its own once that is confirmed: its system books it meanwhile. Usually `100ms`.
        booking_pause: Option<Wait> = optional,
        /// Headers sent with every message.
        headers: Vec<Header> = optional,
        /// How long it is waited for.
        timeouts: TimeoutSettings = optional,
        /// When a message is sent again.
        retry: RetrySettings = optional,
        /// Whose certificates are believed there, and which one we show: over ISO 18626 and over NCIP.
        tls: TlsSettings = optional,
        /// Its ILS, over NCIP.
        ncip: NcipSettings = optional,
        /// Its staff, by mail.
        manual: ManualSettings = optional,
    }
}

table! {
    /// How long a peer is waited for.
    pub struct TimeoutSettings in Section {
        /// Until it accepts the connection. Usually `5s`.
        connect: Option<Wait> = optional,
        /// Until something more of its answer comes. Usually `30s`.
        read: Option<Wait> = optional,
        /// For the whole exchange. Usually `60s`.
        total: Option<Wait> = optional,
    }
}

table! {
    /// How the line to a library's system is secured, where what the system of the gateway trusts is not enough or not right. What is wrong
    /// here, or there, keeps messages back: none goes over a line that is not checked. The files are read when a registry is applied and at
    /// the start.
    pub struct TlsSettings in Section {
        /// Where the certificates of the authorities are kept, in PEM, that alone are believed there: `file:NAME` in the folder of secrets. Those
        /// that the gateway's machine trusts, where nobody says.
        authorities: Option<SecretRef> = optional,
        /// The SHA-256 of certificates, or of their keys (SPKI), of which its system must show one. With `authorities` both must hold; without,
        /// this alone counts, whoever has signed it and whatever name it is for. Put the next one here before it is taken into use.
        pins: Vec<Fingerprint> = optional,
        /// Where the certificate is kept that we show there, with those between it and its root, in PEM.
        certificate: Option<SecretRef> = optional,
        /// Where its key is kept, in PEM.
        key: Option<SecretRef> = optional,
    }
}

table! {
    /// When a message that did not arrive is sent again.
    pub struct RetrySettings in Section {
        /// The first time after this. Usually `10s`.
        first: Option<Wait> = optional,
        /// Each time after so many times as long as the time before. Usually 2.
        factor: Option<u32> = optional,
        /// But never after longer than this. Usually `30m`.
        longest: Option<Wait> = optional,
        /// After this it is left to staff. Usually `3d`.
        give_up_after: Option<Wait> = optional,
    }
}

/// What a library speaks. One that does not speak ISO 18626 is hosted: the gateway speaks it in its stead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionKind {
    /// ISO 18626.
    #[default]
    Iso18626,
    /// NCIP alone, with its ILS.
    Ncip,
    /// Nothing: staff do everything by hand, and are told by mail.
    Manual,
}

words! { ConnectionKind {
    "iso18626" => Iso18626 "ISO 18626",
    "ncip" => Ncip "NCIP alone, with its ILS: the gateway speaks ISO 18626 in its stead",
    "manual" => Manual "nothing: staff do everything by hand, and are told by mail",
} }

words! { DialectName, NoteLabels, Resolution, Resends }

words! { Edition {
    "1.2" => V1_2 "2017",
    "1.1" => V1_1 "2014",
    "2021-2" => V2021_2 "2021",
} }

words! { Face {
    "opaque" => Opaque "the broker's own symbol stands for the far side",
    "transparent" => Transparent "both real symbols",
} }

words! { ExpectToSupplyAs {
    "status-change" => StatusChange "as the status it is",
    "notification" => Notification "as a `Notification`",
} }

words! { InterimUnfilled {
    "last-heard" => LastHeard "the status it last heard; `ExpectToSupply` where that was a promise, which is void",
    "unfilled" => Unfilled "`Unfilled`: it forgets its lender by it",
} }

words! { CancelToSupplier {
    "ends-request" => EndsRequest "the request ends",
    "next-supplier" => NextSupplier "the next library is asked",
} }

words! { TimestampEcho {
    "timestamp" => Timestamp "`timestamp`",
    "timestamp-received" => TimestampReceived "`timestampReceived`",
} }

words! { Schemes {
    "written" => Written "they do",
    "left-out" => LeftOut "they do not, for systems that choke on it; a code of another list keeps that list's URI",
} }

words! { NamespaceRule {
    "required" => Required "they must",
    "may-be-missing" => MayBeMissing "they may be in none",
} }

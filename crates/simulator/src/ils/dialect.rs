//! The dialects: how ten kinds of ILS speak NCIP, as one table, and their quirks by name.
//!
//! Nothing else in the simulator names a vendor. What is known comes from public schemas, vendors' pages and public code; where
//! a quirk is a reading or a choice made for practice, its row says `Assumed`.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    circulation::{FulfilledHolds, HoldIds, Repeats, Rules, WishedDue},
    service::Service::{self, *},
    wire::Version,
};

/// How sure it is that real systems do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A public source says so.
    Stated,
    /// A reading of the sources, or a choice made for practice.
    Assumed,
}

macro_rules! quirks {
    ($($variant:ident = $word:literal $basis:ident $sentence:literal;)*) => {
        /// Something that a dialect has otherwise than one would expect.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Quirk {
            $(#[doc = $sentence] $variant,)*
        }

        impl Quirk {
            /// Every one.
            pub const ALL: &[Quirk] = &[$(Quirk::$variant),*];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Quirk::$variant => $word,)*
                }
            }

            /// What it is, in a sentence.
            pub fn sentence(self) -> &'static str {
                match self {
                    $(Quirk::$variant => $sentence,)*
                }
            }

            /// How sure it is.
            pub fn basis(self) -> Basis {
                match self {
                    $(Quirk::$variant => Basis::$basis,)*
                }
            }
        }
    };
}

quirks! {
    NoResponseHeader = "no-response-header" Stated "Replies in version 2 have no ResponseHeader.";
    UnqualifiedVersion = "unqualified-version" Stated "The attribute `version` stands in no namespace, and words have no scheme.";
    PrefixedReplies = "prefixed-replies" Assumed "Every element of a reply in version 2 has a namespace prefix.";
    EmptyAgencies = "empty-agencies" Stated "Ids in replies of version 2 have an empty AgencyId.";
    V1NamesInV2 = "v1-names-in-v2" Stated "CheckInItem and DeleteItem are answered with a UniqueItemId, also in version 2.";
    ItemFieldsUnderUser = "item-fields-under-user" Stated "LookupItem in version 2 is answered with the item's fields in UserOptionalFields.";
    FreeTextProblems = "free-text-problems" Stated "Problem types are free text: `Unkown User`.";
    DateOnlyValidTo = "date-only-valid-to" Stated "The date when a card expires has no time.";
    ItWorks = "it-works" Stated "A message it cannot read or does not serve is answered with `It works!` and HTTP 200.";
    PickupFromToAgency = "pickup-from-to-agency" Stated "Without a pickup location, the addressed agency is taken for one.";
    RefusesPrefix = "refuses-prefix" Stated "A message written with a namespace prefix is not understood.";
    TakesForms = "takes-forms" Stated "A message may come as a form field, `xml` or `XForms:Model`.";
    OwnHoldIds = "own-hold-ids" Stated "A hold is known by the ILS's own number only; the id it came with is forgotten.";
    RefusesNamespace = "refuses-namespace" Stated "A message in a namespace is not understood.";
    StripsControlD = "strips-control-d" Stated "A control character (^D) after the message is ignored.";
    FailureAsItemRequested = "failure-as-item-requested" Stated "A failure is answered with an ItemRequestedResponse that has the reason in ToAgencyId, whatever was asked.";
    ItemReceivedDeletes = "item-received-deletes" Stated "ItemReceived removes the temporary item.";
    SettingsByFromAgency = "settings-by-from-agency" Stated "Settings are looked up by FromAgencyId; one that has none is a failure.";
    BareProblem500 = "bare-problem-500" Stated "What cannot be processed is answered with HTTP 500 and a bare Problem in no namespace.";
    ProfileRequired = "profile-required" Stated "ApplicationProfileType must be the partner's code.";
    SameAgencies = "same-agencies" Stated "ToAgencyId must be the same as FromAgencyId.";
    Secret = "secret" Stated "FromAgencyAuthentication must be the agreed one, where one was agreed on.";
    BareRecordNumbers = "bare-record-numbers" Stated "Record ids are asked for without `.b` and without check digit.";
    IgnoresDueDate = "ignores-due-date" Stated "A due date that is asked for is ignored.";
    KeepsShippedHolds = "keeps-shipped-holds" Stated "A hold whose item went out cannot be cancelled any more.";
    HomeLocation = "home-location" Stated "A loan is made at the system's default location, whatever was said.";
    OnlyWhatIsAsked = "only-what-is-asked" Assumed "Optional fields are answered only where their element type is asked for.";
    InternalPatronIds = "internal-patron-ids" Assumed "LookupUser is answered with the patron's internal number; the barcode needs another call.";
    EndsWithNewline = "ends-with-newline" Stated "A message ends with a newline.";
    DoesRepeats = "does-repeats" Assumed "A command that was carried out before is carried out again.";
}

impl fmt::Display for Quirk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How messages travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Transport {
    /// By HTTP POST.
    Http,
    /// Over a bare connection, each message framed by its end tag.
    RawTcp,
}

/// A kind of ILS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// Koha with NCIPServer.
    Koha,
    /// Evergreen with iNCIPit.
    Evergreen,
    /// FOLIO with mod-ncip.
    Folio,
    /// Alma.
    Alma,
    /// Sierra.
    Sierra,
    /// Symphony.
    Symphony,
    /// Polaris.
    Polaris,
    /// Horizon.
    Horizon,
    /// WorldShare Management Services.
    Wms,
    /// Voyager.
    Voyager,
}

/// What is known of a dialect: one row of the table.
struct Row {
    name: &'static str,
    title: &'static str,
    versions: &'static [Version],
    transport: Transport,
    services: &'static [Service],
    request_types: &'static [&'static str],
    request_scopes: &'static [&'static str],
    profile: &'static str,
    agency_scheme: &'static str,
    quirks: &'static [Quirk],
}

const PLAIN_SCHEME: &str = "http://www.niso.org/ncip/v1_0/schemes/agency.scm";

const PLAIN: Row = Row {
    name: "",
    title: "",
    versions: &[],
    transport: Transport::Http,
    services: &[],
    request_types: &[],
    request_scopes: &[],
    profile: "",
    agency_scheme: PLAIN_SCHEME,
    quirks: &[],
};

const KOHA: Row = Row {
    name: "koha",
    title: "Koha (NCIPServer)",
    versions: &[Version::V1, Version::V2],
    services: &[
        LookupVersion,
        LookupUser,
        LookupItem,
        RequestItem,
        CancelRequestItem,
        AcceptItem,
        CheckOutItem,
        CheckInItem,
        RenewItem,
        DeleteItem,
    ],
    agency_scheme: "/ncip/v1_0/koha",
    quirks: &[
        Quirk::NoResponseHeader,
        Quirk::UnqualifiedVersion,
        Quirk::EmptyAgencies,
        Quirk::V1NamesInV2,
        Quirk::ItemFieldsUnderUser,
        Quirk::FreeTextProblems,
        Quirk::DateOnlyValidTo,
        Quirk::ItWorks,
        Quirk::PickupFromToAgency,
        Quirk::RefusesPrefix,
        Quirk::TakesForms,
        Quirk::OwnHoldIds,
    ],
    ..PLAIN
};

const EVERGREEN: Row = Row {
    name: "evergreen",
    title: "Evergreen (iNCIPit)",
    versions: &[Version::V1],
    services: &[
        LookupUser,
        AcceptItem,
        CheckOutItem,
        CheckInItem,
        RenewItem,
        ItemRequested,
        ItemShipped,
        ItemReceived,
        ItemCheckedOut,
        ItemCheckedIn,
        ItemRenewed,
        ItemRequestCancelled,
    ],
    quirks: &[
        Quirk::RefusesNamespace,
        Quirk::StripsControlD,
        Quirk::FailureAsItemRequested,
        Quirk::ItemReceivedDeletes,
    ],
    ..PLAIN
};

const FOLIO: Row = Row {
    name: "folio",
    title: "FOLIO (mod-ncip)",
    versions: &[Version::V2],
    services: &[
        LookupUser,
        AcceptItem,
        CheckOutItem,
        CheckInItem,
        RequestItem,
        CancelRequestItem,
        DeleteItem,
        CreateUserFiscalTransaction,
    ],
    request_types: &["Page", "Hold"],
    request_scopes: &["Item", "Title"],
    quirks: &[Quirk::PrefixedReplies, Quirk::SettingsByFromAgency, Quirk::BareProblem500],
    ..PLAIN
};

const ALMA: Row = Row {
    name: "alma",
    title: "Alma",
    versions: &[Version::V1, Version::V2],
    services: &[
        LookupUser,
        AcceptItem,
        CheckOutItem,
        CheckInItem,
        RequestItem,
        CancelRequestItem,
        RecallItem,
        RenewItem,
        ItemRequested,
        ItemRequestCancelled,
        ItemCheckedIn,
    ],
    profile: "ILLGATE",
    quirks: &[Quirk::ProfileRequired, Quirk::OnlyWhatIsAsked],
    ..PLAIN
};

const SIERRA: Row = Row {
    name: "sierra",
    title: "Sierra",
    versions: &[Version::V2],
    services: &[LookupUser, RequestItem, AcceptItem, CheckOutItem, CheckInItem],
    request_types: &["Hold"],
    request_scopes: &["Title"],
    quirks: &[Quirk::BareRecordNumbers, Quirk::OnlyWhatIsAsked],
    ..PLAIN
};

const USUAL_V1: &[Service] = &[
    LookupUser,
    LookupItem,
    RequestItem,
    CancelRequestItem,
    AcceptItem,
    CheckOutItem,
    CheckInItem,
    RenewItem,
    RecallItem,
    CancelRecallItem,
    UndoCheckOutItem,
    CreateItem,
    CreateUserFiscalTransaction,
];

const SYMPHONY: Row = Row {
    name: "symphony",
    title: "Symphony",
    versions: &[Version::V1],
    services: USUAL_V1,
    quirks: &[Quirk::Secret, Quirk::OnlyWhatIsAsked],
    ..PLAIN
};

const POLARIS: Row = Row {
    name: "polaris",
    title: "Polaris",
    versions: &[Version::V1],
    services: USUAL_V1,
    quirks: &[
        Quirk::RefusesNamespace,
        Quirk::IgnoresDueDate,
        Quirk::HomeLocation,
        Quirk::KeepsShippedHolds,
        Quirk::OnlyWhatIsAsked,
    ],
    ..PLAIN
};

const HORIZON: Row = Row {
    name: "horizon",
    title: "Horizon",
    versions: &[Version::V1],
    // Holds are cancelled by hand.
    services: &[
        LookupUser,
        LookupItem,
        RequestItem,
        AcceptItem,
        CheckOutItem,
        CheckInItem,
        RenewItem,
        RecallItem,
    ],
    quirks: &[Quirk::OnlyWhatIsAsked],
    ..PLAIN
};

const WMS: Row = Row {
    name: "wms",
    title: "WMS",
    versions: &[Version::V2],
    services: &[CheckInItem, CheckOutItem, RequestItem, CancelRequestItem, AcceptItem],
    profile: "Version 2011",
    quirks: &[Quirk::ProfileRequired, Quirk::SameAgencies],
    ..PLAIN
};

const VOYAGER: Row = Row {
    name: "voyager",
    title: "Voyager",
    versions: &[Version::V1],
    transport: Transport::RawTcp,
    services: USUAL_V1,
    quirks: &[Quirk::EndsWithNewline, Quirk::InternalPatronIds, Quirk::DoesRepeats, Quirk::OnlyWhatIsAsked],
    ..PLAIN
};

impl Dialect {
    /// Every one.
    pub const ALL: &[Dialect] = &[
        Dialect::Koha,
        Dialect::Evergreen,
        Dialect::Folio,
        Dialect::Alma,
        Dialect::Sierra,
        Dialect::Symphony,
        Dialect::Polaris,
        Dialect::Horizon,
        Dialect::Wms,
        Dialect::Voyager,
    ];

    fn row(self) -> &'static Row {
        match self {
            Dialect::Koha => &KOHA,
            Dialect::Evergreen => &EVERGREEN,
            Dialect::Folio => &FOLIO,
            Dialect::Alma => &ALMA,
            Dialect::Sierra => &SIERRA,
            Dialect::Symphony => &SYMPHONY,
            Dialect::Polaris => &POLARIS,
            Dialect::Horizon => &HORIZON,
            Dialect::Wms => &WMS,
            Dialect::Voyager => &VOYAGER,
        }
    }

    /// The word for it: `koha`.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Its name as its users say it.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// The versions it reads; it answers in the one it was asked in.
    pub fn versions(self) -> &'static [Version] {
        self.row().versions
    }

    /// The version it writes of its own accord: the newest it knows.
    pub fn own_version(self) -> Version {
        self.versions().iter().copied().max().unwrap_or(Version::V2)
    }

    /// How messages reach it unless it is told otherwise.
    pub fn transport(self) -> Transport {
        self.row().transport
    }

    /// The services it serves.
    pub fn services(self) -> &'static [Service] {
        self.row().services
    }

    /// The request types it takes; none where it takes any.
    pub fn request_types(self) -> &'static [&'static str] {
        self.row().request_types
    }

    /// The request scopes it takes; none where it takes any.
    pub fn request_scopes(self) -> &'static [&'static str] {
        self.row().request_scopes
    }

    /// The profile it wants to see, unless another was agreed on; empty where it wants none.
    pub fn profile(self) -> &'static str {
        self.row().profile
    }

    pub(crate) fn agency_scheme(self) -> &'static str {
        self.row().agency_scheme
    }

    /// Its quirks.
    pub fn quirks(self) -> &'static [Quirk] {
        self.row().quirks
    }

    /// Whether it has a quirk.
    pub fn has(self, quirk: Quirk) -> bool {
        self.quirks().contains(&quirk)
    }

    /// How it goes about lending.
    pub fn rules(self) -> Rules {
        Rules {
            wished_due: if self.has(Quirk::IgnoresDueDate) { WishedDue::Ignored } else { WishedDue::Kept },
            repeats: if self.has(Quirk::DoesRepeats) { Repeats::DoneAgain } else { Repeats::Refused },
            hold_ids: if self.has(Quirk::OwnHoldIds) { HoldIds::Own } else { HoldIds::Echoed },
            fulfilled_holds: if self.has(Quirk::KeepsShippedHolds) {
                FulfilledHolds::Kept
            } else {
                FulfilledHolds::Forgotten
            },
            ..Rules::default()
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The word names no dialect.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no dialect; there are koha, evergreen, folio, alma, sierra, symphony, polaris, horizon, wms and voyager"
)]
pub struct NoDialect(pub String);

impl FromStr for Dialect {
    type Err = NoDialect;

    fn from_str(text: &str) -> Result<Self, NoDialect> {
        let known = |dialect: &Dialect| dialect.as_str().eq_ignore_ascii_case(text.trim());
        Dialect::ALL.iter().copied().find(known).ok_or_else(|| NoDialect(text.to_owned()))
    }
}

impl Serialize for Dialect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Dialect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_is_whole_and_reads_as_it_prints() {
        for &dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
            assert!(!dialect.title().is_empty() && !dialect.versions().is_empty(), "{dialect}");
            for service in [AcceptItem, CheckOutItem, CheckInItem] {
                assert!(dialect.services().contains(&service), "{dialect} does not serve {service}");
            }
            let mut quirks = dialect.quirks().to_vec();
            quirks.sort_unstable();
            quirks.dedup();
            assert_eq!(quirks.len(), dialect.quirks().len(), "{dialect} has a quirk twice");
            assert_eq!(dialect.has(Quirk::ProfileRequired), !dialect.profile().is_empty(), "{dialect}");
        }
    }

    #[test]
    fn every_quirk_is_somebodys_and_has_a_name_of_its_own() {
        let mut names = std::collections::BTreeSet::new();
        for &quirk in Quirk::ALL {
            assert!(Dialect::ALL.iter().any(|dialect| dialect.has(quirk)), "{quirk} is nobody's");
            assert!(names.insert(quirk.as_str()), "{quirk} twice");
        }
    }
}

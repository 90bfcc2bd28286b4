//! The dialects: how ten kinds of ILS speak NCIP, as one table. Nothing else in the simulator names a vendor.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    circulation::{FulfilledHolds, HoldIds, Repeats, Rules, TakenBarcodes, WishedDue},
    quirk::Quirk,
    service::Service::{self, *},
    wire::Version,
};

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
        Quirk::LocalDates,
        Quirk::ItWorks,
        Quirk::PickupFromToAgency,
        Quirk::RefusesPrefix,
        Quirk::TakesForms,
        Quirk::OwnHoldIds,
        Quirk::HoldsByRecord,
        Quirk::LessInV1,
        Quirk::FindsNothingInV1,
        Quirk::BarcodeAsRequestId,
        Quirk::MakesUpBarcodes,
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

    /// Whether it serves a service in a version.
    pub fn serves(self, service: Service, version: Version) -> bool {
        let lost = self.has(Quirk::LessInV1) && version == Version::V1;
        self.services().contains(&service) && !(lost && matches!(service, LookupItem | DeleteItem))
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
            taken_barcodes: if self.has(Quirk::MakesUpBarcodes) {
                TakenBarcodes::Replaced
            } else {
                TakenBarcodes::Refused
            },
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
}

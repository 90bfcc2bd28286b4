//! The presets: how each kind of ILS speaks NCIP, as one table. What a library's own settings say goes before it.

use std::{fmt, str::FromStr};

use ncip::{Service, Version};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use state_machine::hosted::{Step, StepSetting};

use super::settings::{DateStyle, Namespace, PickupIn, Post};

/// A kind of ILS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Preset {
    /// NCIP 2 as the standard has it.
    PlainV2,
    /// NCIP 1 as the standard has it.
    PlainV1,
    /// Koha.
    Koha,
    /// Evergreen.
    Evergreen,
    /// FOLIO.
    Folio,
    /// Ex Libris Alma.
    Alma,
    /// Innovative Sierra.
    Sierra,
    /// SirsiDynix Symphony.
    Symphony,
    /// Innovative Polaris.
    Polaris,
    /// SirsiDynix Horizon.
    Horizon,
    /// OCLC WorldShare Management Services.
    Wms,
    /// Ex Libris Voyager.
    Voyager,
}

/// How a temporary item is removed that nobody needs any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Withdrawal {
    /// By DeleteItem, where the ILS has it.
    DeleteItem,
    /// By telling that the lender has it back: ItemReceived removes it.
    ItemReceived,
}

/// Which agency a message says it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// Ours.
    Own,
    /// The receiver's: the two must be the same.
    SameAsReceiver,
}

/// By which id an ILS knows a hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HoldIds {
    /// The one that the hold came with, or another that it told.
    AsTold,
    /// A number of its own, and no other.
    OwnNumbers,
}

/// How a title's record id is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordIds {
    /// As it is.
    AsTheyAre,
    /// Without `.b` and check digit.
    Bare,
}

/// One row.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) version: Version,
    /// What it answers.
    pub(crate) services: &'static [Service],
    pub(crate) post: Post,
    pub(crate) namespace: Namespace,
    pub(crate) agency_scheme: Option<&'static str>,
    pub(crate) profile: Option<&'static str>,
    pub(crate) pickup_in: PickupIn,
    pub(crate) request_type: &'static str,
    pub(crate) item_scope: &'static str,
    pub(crate) title_scope: &'static str,
    pub(crate) accept_action: &'static str,
    pub(crate) user_elements: &'static [&'static str],
    pub(crate) item_elements: &'static [&'static str],
    pub(crate) dates: DateStyle,
    pub(crate) sender: Sender,
    pub(crate) record_ids: RecordIds,
    pub(crate) withdrawal: Withdrawal,
    pub(crate) hold_ids: HoldIds,
    /// Problems that mean that the work is done, beyond those that mean it everywhere.
    pub(crate) tolerated: &'static [(Service, &'static str)],
}

/// What every ILS that speaks NCIP 2 by the book answers.
const ALL_V2: &[Service] = &[
    Service::LookupUser,
    Service::LookupItem,
    Service::LookupItemSet,
    Service::RequestItem,
    Service::CancelRequestItem,
    Service::AcceptItem,
    Service::CheckOutItem,
    Service::CheckInItem,
    Service::RenewItem,
    Service::RecallItem,
    Service::CreateItem,
    Service::DeleteItem,
    Service::CreateUserFiscalTransaction,
];

/// The same of NCIP 1, which can't delete.
const ALL_V1: &[Service] = &[
    Service::LookupUser,
    Service::LookupItem,
    Service::RequestItem,
    Service::CancelRequestItem,
    Service::AcceptItem,
    Service::CheckOutItem,
    Service::CheckInItem,
    Service::RenewItem,
    Service::RecallItem,
    Service::CreateItem,
    Service::CreateUserFiscalTransaction,
];

const PLAIN_V2: Row = Row {
    name: "plain-v2",
    title: "NCIP 2 as the standard has it",
    version: Version::V2_02,
    services: ALL_V2,
    post: Post::ApplicationXml,
    namespace: Namespace::Required,
    agency_scheme: None,
    profile: None,
    pickup_in: PickupIn::Element,
    request_type: "Hold",
    item_scope: "Item",
    title_scope: "Bibliographic Item",
    accept_action: "Hold For Pickup",
    user_elements: &["User Privilege", "Block Or Trap"],
    item_elements: &["Circulation Status", "Hold Queue Length", "Item Description", "Location", "Date Due"],
    dates: DateStyle::Offset,
    sender: Sender::Own,
    record_ids: RecordIds::AsTheyAre,
    withdrawal: Withdrawal::DeleteItem,
    hold_ids: HoldIds::AsTold,
    tolerated: &[],
};

const PLAIN_V1: Row = Row {
    name: "plain-v1",
    title: "NCIP 1 as the standard has it",
    version: Version::V1_0,
    services: ALL_V1,
    // Version 1 has no element for it.
    pickup_in: PickupIn::ToAgency,
    item_elements: &["Circulation Status", "Hold Queue Length", "Item Description", "Location"],
    ..PLAIN_V2
};

const ROWS: &[(Preset, Row)] = &[
    (Preset::PlainV2, PLAIN_V2),
    (Preset::PlainV1, PLAIN_V1),
    (
        Preset::Koha,
        Row {
            name: "koha",
            title: "Koha",
            services: &[
                Service::LookupUser,
                Service::LookupItem,
                Service::RequestItem,
                Service::CancelRequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
                Service::RenewItem,
                Service::DeleteItem,
            ],
            namespace: Namespace::MayBeMissing,
            hold_ids: HoldIds::OwnNumbers,
            tolerated: &[(Service::CheckInItem, "Item is not checked out")],
            ..PLAIN_V2
        },
    ),
    (
        Preset::Evergreen,
        Row {
            name: "evergreen",
            title: "Evergreen",
            services: &[
                Service::LookupUser,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
                Service::RenewItem,
            ],
            withdrawal: Withdrawal::ItemReceived,
            ..PLAIN_V1
        },
    ),
    (
        Preset::Folio,
        Row {
            name: "folio",
            title: "FOLIO",
            services: &[
                Service::LookupUser,
                Service::RequestItem,
                Service::CancelRequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
                Service::DeleteItem,
                Service::CreateUserFiscalTransaction,
            ],
            namespace: Namespace::MayBeMissing,
            request_type: "Page",
            title_scope: "Title",
            ..PLAIN_V2
        },
    ),
    (
        Preset::Alma,
        Row {
            name: "alma",
            title: "Ex Libris Alma",
            services: &[
                Service::LookupUser,
                Service::RequestItem,
                Service::CancelRequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
                Service::RenewItem,
                Service::RecallItem,
            ],
            ..PLAIN_V2
        },
    ),
    (
        Preset::Sierra,
        Row {
            name: "sierra",
            title: "Innovative Sierra",
            services: &[
                Service::LookupUser,
                Service::RequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
            ],
            item_scope: "Title",
            title_scope: "Title",
            record_ids: RecordIds::Bare,
            ..PLAIN_V2
        },
    ),
    (Preset::Symphony, Row { name: "symphony", title: "SirsiDynix Symphony", ..PLAIN_V1 }),
    (Preset::Polaris, Row { name: "polaris", title: "Innovative Polaris", ..PLAIN_V1 }),
    (
        Preset::Horizon,
        Row {
            name: "horizon",
            title: "SirsiDynix Horizon",
            // Holds are cancelled by hand.
            services: &[
                Service::LookupUser,
                Service::LookupItem,
                Service::RequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
                Service::RenewItem,
                Service::RecallItem,
            ],
            ..PLAIN_V1
        },
    ),
    (
        Preset::Wms,
        Row {
            name: "wms",
            title: "OCLC WorldShare Management Services",
            // Patrons are looked up elsewhere, over another protocol.
            services: &[
                Service::RequestItem,
                Service::CancelRequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
            ],
            profile: Some("Version 2011"),
            sender: Sender::SameAsReceiver,
            ..PLAIN_V2
        },
    ),
    (Preset::Voyager, Row { name: "voyager", title: "Ex Libris Voyager", ..PLAIN_V1 }),
];

impl Preset {
    /// Every one.
    pub const ALL: &[Preset] = &[
        Preset::PlainV2,
        Preset::PlainV1,
        Preset::Koha,
        Preset::Evergreen,
        Preset::Folio,
        Preset::Alma,
        Preset::Sierra,
        Preset::Symphony,
        Preset::Polaris,
        Preset::Horizon,
        Preset::Wms,
        Preset::Voyager,
    ];

    pub(crate) fn row(self) -> &'static Row {
        ROWS.iter().find(|(preset, _)| *preset == self).map_or(&PLAIN_V2, |(_, row)| row)
    }

    /// Its name: `koha`.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Its name as people say it.
    pub fn title(self) -> &'static str {
        self.row().title
    }

    /// Whether it answers a service.
    pub fn answers(self, service: &Service) -> bool {
        self.row().services.contains(service)
    }
}

/// Whether an ILS of a kind is asked a step, where nobody says.
///
/// It is not asked what it does not answer; nor is a patron charged unless the library says so.
pub fn usual_step(preset: Preset, step: Step) -> StepSetting {
    let service = match step {
        Step::CheckPatron => Service::LookupUser,
        Step::HoldForPatron => Service::AcceptItem,
        Step::PollItem | Step::CheckItem => Service::LookupItem,
        Step::CheckInFromPatron | Step::CheckInFromLibrary => Service::CheckInItem,
        Step::CheckOutToPatron | Step::CheckOutToLibrary => Service::CheckOutItem,
        Step::RenewForPatron | Step::RenewForLibrary => Service::RenewItem,
        Step::RecallFromPatron | Step::RecallFromLibrary => Service::RecallItem,
        Step::PlaceHold => Service::RequestItem,
        Step::ReleaseHold | Step::CancelPatronHold => Service::CancelRequestItem,
        Step::WithdrawItem if preset.row().withdrawal == Withdrawal::ItemReceived => return StepSetting::On,
        Step::WithdrawItem => Service::DeleteItem,
        Step::ChargePatron => return StepSetting::Off,
    };
    if preset.answers(&service) { StepSetting::On } else { StepSetting::Off }
}

impl fmt::Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Not the name of a preset.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no kind of ILS that is known here")]
pub struct UnknownPreset(String);

impl FromStr for Preset {
    type Err = UnknownPreset;

    fn from_str(name: &str) -> Result<Self, UnknownPreset> {
        Preset::ALL
            .iter()
            .copied()
            .find(|preset| preset.as_str() == name)
            .ok_or_else(|| UnknownPreset(name.to_owned()))
    }
}

impl Serialize for Preset {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Preset {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_its_row_and_its_name() {
        assert_eq!(ROWS.len(), Preset::ALL.len());
        for &preset in Preset::ALL {
            assert!(ROWS.iter().any(|(known, _)| *known == preset), "{preset}");
            assert_eq!(preset.as_str().parse(), Ok(preset));
            assert_eq!(serde_json::to_string(&preset).unwrap(), format!("\"{preset}\""));
        }
        assert!("klingon".parse::<Preset>().is_err());
    }
}

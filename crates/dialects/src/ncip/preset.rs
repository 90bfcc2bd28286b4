//! The presets: how each kind of ILS speaks NCIP, as one table, with a row for each version of the standard in which it differs. What a library's
//! own settings say goes before it.

use loan_model::{hosted::StepSetting, ils::Step};
use ncip::{Service, Version};

use super::settings::{DateStyle, Namespace, PickupIn, PostFormat, UserIds};
use crate::keyword::keywords;

keywords! {
    /// A kind of ILS.
    pub enum Preset {
        "plain-v2" => PlainV2 "NCIP 2 as the standard has it",
        "plain-v1" => PlainV1 "NCIP 1 as the standard has it",
        "koha" => Koha "Koha",
        "evergreen" => Evergreen "Evergreen",
        "folio" => Folio "FOLIO",
        "alma" => Alma "Ex Libris Alma",
        "sierra" => Sierra "Innovative Sierra",
        "symphony" => Symphony "SirsiDynix Symphony",
        "polaris" => Polaris "Innovative Polaris",
        "horizon" => Horizon "SirsiDynix Horizon",
        "wms" => Wms "OCLC WorldShare Management Services",
        "voyager" => Voyager "Ex Libris Voyager",
    }
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
    /// A number of its own, and no other. It tells that of a hold that is asked for, and not that of one that comes with a temporary item.
    OwnNumbers,
}

/// What an ILS takes a hold on one item for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HoldsFor {
    /// The item.
    TheItem,
    /// Its record, with the item beside it where the version has room for both: a barcode alone is refused.
    ItsRecord,
}

/// Where the answer to AcceptItem says which barcode the temporary item has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AcceptedBarcode {
    /// In the item's id.
    InItemId,
    /// In the request's id, which names nothing else; there is no id of the item.
    InRequestId,
}

/// Which barcode a temporary item gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Barcodes {
    /// The one that was asked for; one that is taken is refused.
    AsAsked,
    /// Perhaps one that the ILS makes up: where that one is taken, or always.
    MayBeItsOwn,
}

/// By what an ILS finds the user of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FindsUsersBy {
    /// An id, or what the user gives to be known.
    Either,
    /// An id; what the user gives to be known only proves who it is.
    IdAlone,
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
    pub(crate) version: Version,
    /// What it answers.
    pub(crate) services: &'static [Service],
    pub(crate) post: PostFormat,
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
    /// The type of the privilege that tells how a patron stands, where it is known.
    pub(crate) standing_privilege: Option<&'static str>,
    pub(crate) sender: Sender,
    pub(crate) record_ids: RecordIds,
    pub(crate) withdrawal: Withdrawal,
    pub(crate) hold_ids: HoldIds,
    pub(crate) holds_for: HoldsFor,
    pub(crate) accepted_barcode: AcceptedBarcode,
    pub(crate) barcodes: Barcodes,
    pub(crate) finds_users_by: FindsUsersBy,
    pub(crate) user_ids: UserIds,
    /// Problems that mean that the work is done, beyond those that mean it everywhere.
    pub(crate) tolerated: &'static [(Service, &'static str)],
}

/// What every ILS that speaks NCIP 2 by the book answers.
const ALL_V2: &[Service] = &[
    Service::LookupUser,
    Service::LookupItem,
    Service::LookupItemSet,
    Service::LookupRequest,
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
    version: Version::V2_02,
    services: ALL_V2,
    post: PostFormat::ApplicationXml,
    namespace: Namespace::Required,
    agency_scheme: None,
    profile: None,
    pickup_in: PickupIn::Element,
    request_type: "Hold",
    item_scope: "Item",
    title_scope: "Bibliographic Item",
    accept_action: "Hold For Pickup",
    user_elements: &["User Privilege", "Block Or Trap"],
    item_elements: &["Circulation Status", "Hold Queue Length", "Item Description", "Location"],
    dates: DateStyle::Offset,
    standing_privilege: None,
    sender: Sender::Own,
    record_ids: RecordIds::AsTheyAre,
    withdrawal: Withdrawal::DeleteItem,
    hold_ids: HoldIds::AsTold,
    holds_for: HoldsFor::TheItem,
    accepted_barcode: AcceptedBarcode::InItemId,
    barcodes: Barcodes::AsAsked,
    finds_users_by: FindsUsersBy::Either,
    user_ids: UserIds::AsAsked,
    tolerated: &[],
};

const PLAIN_V1: Row = Row {
    version: Version::V1_0,
    services: ALL_V1,
    // Version 1 has no element for it.
    pickup_in: PickupIn::ToAgency,
    ..PLAIN_V2
};

/// A vendor's system of which nothing else is known. Many know a user by other ids than the card's, and answer with those.
const VENDORS_V2: Row = Row { user_ids: UserIds::ItsOwn, ..PLAIN_V2 };

const VENDORS_V1: Row = Row { user_ids: UserIds::ItsOwn, ..PLAIN_V1 };

const KOHA: Row = Row {
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
    holds_for: HoldsFor::ItsRecord,
    barcodes: Barcodes::MayBeItsOwn,
    finds_users_by: FindsUsersBy::IdAlone,
    dates: DateStyle::Local,
    tolerated: &[(Service::CheckInItem, "Item is not checked out")],
    standing_privilege: Some("STATUS"),
    ..VENDORS_V2
};

/// The first row of a preset is of its own version.
const ROWS: &[(Preset, Row)] = &[
    (Preset::PlainV2, PLAIN_V2),
    (Preset::PlainV1, PLAIN_V1),
    (Preset::Koha, KOHA),
    (
        Preset::Koha,
        Row {
            version: Version::V1_0,
            // LookupItem gets a text that is no answer, RenewItem finds no user and CancelRequestItem no request, whatever they name.
            services: &[
                Service::LookupUser,
                Service::RequestItem,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
            ],
            pickup_in: PickupIn::ToAgency,
            item_elements: PLAIN_V1.item_elements,
            accepted_barcode: AcceptedBarcode::InRequestId,
            ..KOHA
        },
    ),
    (
        Preset::Evergreen,
        Row {
            services: &[
                Service::LookupUser,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
                Service::RenewItem,
            ],
            withdrawal: Withdrawal::ItemReceived,
            ..VENDORS_V1
        },
    ),
    (
        Preset::Folio,
        Row {
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
            ..VENDORS_V2
        },
    ),
    (
        Preset::Alma,
        Row {
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
            ..VENDORS_V2
        },
    ),
    (
        Preset::Alma,
        Row {
            services: &[
                Service::LookupUser,
                Service::AcceptItem,
                Service::CheckOutItem,
                Service::CheckInItem,
            ],
            ..VENDORS_V1
        },
    ),
    (
        Preset::Sierra,
        Row {
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
            ..VENDORS_V2
        },
    ),
    (Preset::Symphony, Row { ..VENDORS_V1 }),
    (Preset::Polaris, Row { ..VENDORS_V1 }),
    (
        Preset::Horizon,
        Row {
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
            ..VENDORS_V1
        },
    ),
    (
        Preset::Wms,
        Row {
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
            ..VENDORS_V2
        },
    ),
    (Preset::Voyager, Row { ..VENDORS_V1 }),
];

impl Preset {
    /// Its rows, that of its own version first.
    pub(crate) fn rows(self) -> impl Iterator<Item = &'static Row> {
        ROWS.iter().filter(move |(preset, _)| *preset == self).map(|(_, row)| row)
    }

    /// The row of its own version.
    pub(crate) fn row(self) -> &'static Row {
        self.rows().next().unwrap_or(&PLAIN_V2)
    }

    /// The row of a version; that of its own where it does not speak that one.
    pub(crate) fn row_in(self, version: Version) -> &'static Row {
        self.rows().find(|row| are_one_form(row.version, version)).unwrap_or(self.row())
    }

    /// Whether it speaks a version, as far as is known.
    pub fn speaks(self, version: Version) -> bool {
        self.rows().any(|row| are_one_form(row.version, version))
    }

    /// The version that it is spoken to in, where the library does not say.
    pub fn own_version(self) -> Version {
        self.row().version
    }

    /// What people call it: `Ex Libris Alma`.
    pub fn title(self) -> &'static str {
        self.meaning()
    }

    /// Whether it answers a service in a version.
    pub fn answers(self, service: &Service, version: Version) -> bool {
        self.row_in(version).services.contains(service)
    }
}

/// Whether messages of two versions have the same form.
fn are_one_form(one: Version, other: Version) -> bool {
    one.namespace() == other.namespace()
}

/// Whether an ILS of a kind, spoken to in a version, is asked a step, where the library does not say.
///
/// It is not asked what it does not answer, nor to cancel a hold that it gives no number of; nor is a patron charged unless the library says so.
pub fn default_step(preset: Preset, version: Version, step: Step) -> StepSetting {
    let row = preset.row_in(version);
    match asked_by(row, step) {
        _ if step == Step::ChargePatron || is_by_untold_number(row, step) => StepSetting::Off,
        Some(service) if !preset.answers(&service, version) => StepSetting::Off,
        _ => StepSetting::On,
    }
}

/// Whether a step is about a hold by a number that the ILS does not tell: that of the hold that comes with a temporary item. The hold goes with
/// the item.
pub(crate) fn is_by_untold_number(row: &Row, step: Step) -> bool {
    step == Step::CancelPatronHold && row.hold_ids == HoldIds::OwnNumbers
}

/// The service that a step asks for; none where it is a notice, which needs no answer.
pub(crate) fn asked_by(row: &Row, step: Step) -> Option<Service> {
    Some(match step {
        Step::CheckPatron => Service::LookupUser,
        Step::HoldForPatron => Service::AcceptItem,
        Step::PollItem | Step::CheckItem => Service::LookupItem,
        Step::CheckInFromPatron | Step::CheckInFromLibrary => Service::CheckInItem,
        Step::CheckOutToPatron | Step::CheckOutToLibrary => Service::CheckOutItem,
        Step::RenewForPatron | Step::RenewForLibrary => Service::RenewItem,
        Step::RecallFromPatron | Step::RecallFromLibrary => Service::RecallItem,
        Step::PlaceHold => Service::RequestItem,
        Step::ReleaseHold | Step::CancelPatronHold => Service::CancelRequestItem,
        Step::WithdrawItem if row.withdrawal == Withdrawal::ItemReceived => return None,
        Step::WithdrawItem => Service::DeleteItem,
        Step::ChargePatron => Service::CreateUserFiscalTransaction,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_its_row() {
        for &preset in Preset::ALL {
            let forms: Vec<_> = preset.rows().map(|row| row.version.namespace()).collect();
            assert!(!forms.is_empty(), "{preset}");
            assert!(forms.len() < 2 || forms[0] != forms[1], "{preset} has two rows of one version");
        }
    }
}

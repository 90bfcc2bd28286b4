//! How sure each setting of a preset is: a table. What it does not name is a guess that fits most systems of that version.

use super::preset::{Preset, Row};
use ncip::Version;

/// What a row of the reference page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    Version,
    Services,
    RequestType,
    Scope,
    Action,
    UserElements,
    ItemElements,
    Pickup,
    Profile,
    Sender,
    Records,
    Withdrawal,
    Holds,
    Barcode,
    Users,
    UserIds,
    Dates,
    Problems,
    Standing,
}

use Aspect::{
    Action, Barcode, Dates, Holds, ItemElements, Pickup, Problems, Profile, Records, RequestType, Scope,
    Sender, Services, Standing, Users, Withdrawal,
};

/// How sure a setting is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Basis {
    /// As the standard has it.
    Standard,
    /// Its code, its vendor or its messages say so.
    Known,
    /// Nobody said so.
    Assumed,
}

impl Basis {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Basis::Standard => "standard",
            Basis::Known => "known",
            Basis::Assumed => "assumed",
        }
    }
}

/// How sure a setting of a preset is, in the version of its row.
pub(crate) fn basis(preset: Preset, row: &Row, aspect: Aspect) -> Basis {
    let known: &[Aspect] = match (preset, row.version < Version::V2_0) {
        (Preset::PlainV1 | Preset::PlainV2, _) => return Basis::Standard,
        // Its code.
        (Preset::Koha, false) => &[
            Aspect::Version,
            Services,
            Action,
            ItemElements,
            Pickup,
            Holds,
            Barcode,
            Users,
            Dates,
            Problems,
            Standing,
        ],
        (Preset::Koha, true) => {
            &[Aspect::Version, Services, Action, Pickup, Holds, Barcode, Users, Dates, Standing]
        }
        (Preset::Evergreen, _) => &[Aspect::Version, Services, Withdrawal],
        (Preset::Folio, _) => &[Aspect::Version, Services, RequestType, Scope],
        // Its vendor's pages.
        (Preset::Alma, _) => &[Aspect::Version, Services, Profile],
        (Preset::Sierra, _) => &[Aspect::Version, Services, RequestType, Scope, Records],
        (Preset::Wms, _) => &[Services, Profile, Sender],
        // How others speak to it; which services it answers, nobody said.
        (Preset::Symphony | Preset::Polaris | Preset::Voyager, _) => &[Aspect::Version],
        // That holds are cancelled by hand, too.
        (Preset::Horizon, _) => &[Aspect::Version],
    };
    if known.contains(&aspect) { Basis::Known } else { Basis::Assumed }
}

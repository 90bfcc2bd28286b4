//! How one library's ILS is spoken to: plain data. Never holds a secret.

use ncip::{NamedBy, Schemes, Service, Version};

use super::preset::{Preset, Row};
use crate::keyword::keywords;

/// How one library's ILS is spoken to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IlsSettings {
    /// How its kind of system speaks.
    pub preset: Preset,
    /// The version written.
    pub version: Version,
    /// In which form a message is posted, where it goes over HTTP.
    pub post: PostFormat,
    /// Whether elements of version 2 are in the standard's namespace.
    pub namespace: Namespace,
    /// Whether terms of version 2 carry the scheme that lists them.
    pub schemes: Schemes,
    /// The agency that we are to it.
    pub from_agency: String,
    /// The agency that it is to us.
    pub to_agency: String,
    /// The scheme written with agency ids.
    pub agency_scheme: Option<String>,
    /// The system that we are to it.
    pub from_system: Option<String>,
    /// The system that it is to us.
    pub to_system: Option<String>,
    /// The profile written.
    pub application_profile: Option<String>,
    /// How a patron is named.
    pub patron_by: PatronBy,
    /// By which ids its answers name users.
    pub user_ids: UserIds,
    /// What a message may say of who a user is.
    pub credentials: Credentials,
    /// Where its patrons pick things up, unless the command says otherwise.
    pub pickup_location: Option<String>,
    /// How the pick-up location is said.
    pub pickup_in: PickupIn,
    /// The type of a hold.
    pub request_type: String,
    /// The scope of a hold on one item.
    pub item_scope: String,
    /// The scope of a hold on any item of a title.
    pub title_scope: String,
    /// What is to be done with a temporary item.
    pub accept_action: String,
    /// What is asked about a patron.
    pub user_elements: Vec<String>,
    /// What is asked about an item.
    pub item_elements: Vec<String>,
    /// Problems that mean that the work is done, besides those of the preset.
    pub tolerated: Vec<Tolerated>,
    /// How dates and times are written.
    pub dates: DateStyle,
    /// In which form its own dates are read, besides the standard's.
    pub date_form: DateForm,
    /// The type of the privilege that tells how a patron stands; `STATUS` and, without it, all privileges, where none is named.
    pub standing_privilege: Option<String>,
    /// Its words for patrons who may borrow.
    pub good_standing: Vec<String>,
    /// Its words for patrons who may not.
    pub bad_standing: Vec<String>,
    /// The IANA name of the time zone of its dates.
    pub time_zone: String,
}

impl IlsSettings {
    /// As the preset has it.
    pub fn of(preset: Preset, from_agency: impl Into<String>, to_agency: impl Into<String>) -> Self {
        IlsSettings::in_version(preset, preset.row().version, from_agency, to_agency)
    }

    /// As the preset has it where it is spoken to in this version.
    pub fn in_version(
        preset: Preset,
        version: Version,
        from_agency: impl Into<String>,
        to_agency: impl Into<String>,
    ) -> Self {
        let row = preset.row_in(version);
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        IlsSettings {
            preset,
            version,
            post: row.post,
            namespace: row.namespace,
            schemes: Schemes::Written,
            from_agency: from_agency.into(),
            to_agency: to_agency.into(),
            agency_scheme: row.agency_scheme.map(str::to_owned),
            from_system: None,
            to_system: None,
            application_profile: row.profile.map(str::to_owned),
            patron_by: PatronBy::UserId,
            user_ids: row.user_ids,
            credentials: Credentials::OneOf,
            pickup_location: None,
            pickup_in: row.pickup_in,
            request_type: row.request_type.to_owned(),
            item_scope: row.item_scope.to_owned(),
            title_scope: row.title_scope.to_owned(),
            accept_action: row.accept_action.to_owned(),
            user_elements: owned(row.user_elements),
            item_elements: owned(row.item_elements),
            tolerated: Vec::new(),
            dates: row.dates,
            date_form: DateForm::Standard,
            standing_privilege: row.standing_privilege.map(str::to_owned),
            good_standing: Vec::new(),
            bad_standing: Vec::new(),
            time_zone: "UTC".to_owned(),
        }
    }

    /// What is known of its kind of ILS in its version.
    pub(crate) fn row(&self) -> &'static Row {
        self.preset.row_in(self.version)
    }

    /// Whether the ILS answers a service.
    pub fn answers(&self, service: &Service) -> bool {
        self.preset.answers(service, self.version)
    }
}

/// A problem that means that the work is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tolerated {
    /// Of which service: `CheckInItem`.
    pub service: Service,
    /// The problem's type: `Item Not Checked Out`.
    pub problem: String,
}

keywords! {
    /// In which form a message is posted over HTTP.
    pub enum PostFormat {
        "application-xml" => ApplicationXml "as `application/xml`",
        "text-xml" => TextXml "as `text/xml`",
        "form" => Form "as the field `xml` of a form",
    }
}

keywords! {
    /// Whether elements of version 2 are in the standard's namespace.
    pub enum Namespace {
        "required" => Required "they are, and must be",
        "may-be-missing" => MayBeMissing "ours are; its own may be in none",
        "left-out" => LeftOut "they are in none, both ways",
    }
}

keywords! {
    /// How a patron is named.
    pub enum PatronBy {
        "user-id" => UserId "by `UserId`",
        "authentication-input" => AuthenticationInput "by `AuthenticationInput` with the barcode",
    }
}

keywords! {
    /// By which ids an ILS names users in its answers. One that names somebody else is no answer.
    pub enum UserIds {
        "as-asked" => AsAsked "by the id that was asked about",
        "its-own" => ItsOwn "perhaps by an id of its own, which looks otherwise",
    }
}

impl From<UserIds> for NamedBy {
    fn from(ids: UserIds) -> Self {
        match ids {
            UserIds::AsAsked => NamedBy::TheIdAsked,
            UserIds::ItsOwn => NamedBy::PerhapsItsOwn,
        }
    }
}

keywords! {
    /// What a message that is carried to an ILS may say of who a user is.
    pub enum Credentials {
        "one-of" => OneOf "a `UserId`, or what the user gives to be known (`AuthenticationInput`), as the standard has it",
        "both" => Both "both beside one another, which no schema allows",
    }
}

keywords! {
    /// How the pick-up location is said.
    pub enum PickupIn {
        "element" => Element "in the element for it, which NCIP 2 alone has",
        "to-agency" => ToAgency "as the agency that the message goes to",
        "nowhere" => Nowhere "not at all",
    }
}

keywords! {
    /// A form of dates that is read besides the standard's, `2026-12-24` and `2026-12-24T18:00:00`, with a zone or without one.
    pub enum DateForm {
        "standard" => Standard "no other",
        "sip" => Sip "SIP's: `20261224    180000`",
        "unpadded" => Unpadded "the year first, without leading zeros: `2026-1-5`",
        "month-first" => MonthFirst "the month first: `12/24/2026`, `1/5/2026 6:30 PM`",
        "day-first" => DayFirst "the day first: `24.12.2026`, `5/1/2026`",
    }
}

keywords! {
    /// How dates and times are written.
    pub enum DateStyle {
        "utc" => Utc "in UTC, with a `Z`",
        "offset" => Offset "in the library's time zone, with its offset",
        "local" => Local "in the library's time zone, without saying so",
    }
}

/// What proves to an ILS who we are. Put into a message just before it is sent, and kept nowhere.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secrets {
    /// `FromAgencyAuthentication`.
    pub agency: Option<String>,
    /// `FromSystemAuthentication`.
    pub system: Option<String>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

//! The tables about a library's NCIP responder: where it is, and how it likes to be spoken to.

use dialects::ncip::{
    Credentials, DateForm, DateStyle, Namespace, PatronBy, PickupIn, PostFormat, Preset, Tolerated, UserIds,
};
use loan_model::{Symbol, ils::Step};
use ncip::{Schemes, Service, Version};

use crate::{
    NcipAddress, SecretRef, ZoneName,
    binding::{Text, table, words},
};

table! {
    /// A library's ILS, over NCIP. What nobody says is as the preset has it. A library of kind `ncip` needs it; another may have it, so that
    /// its patrons' cards can be checked from elsewhere.
    pub struct NcipSettings in Section {
        /// Where its responder listens.
        url: Option<NcipAddress> = optional,
        /// How its ILS speaks. `plain-v2` where nobody says.
        preset: Option<Preset> = optional,
        /// The version that is written to it.
        version: Option<Version> = optional,
        /// How a message is posted, where it is posted.
        post: Option<PostFormat> = optional,
        /// Whether elements are in the standard's namespace. NCIP 1 has none.
        namespace: Option<Namespace> = optional,
        /// Whether the terms that it is sent carry the standard's scheme that lists them. NCIP 1 demands one with every term.
        schemes: Option<Schemes> = optional,
        /// The agency that we are to it (`FromAgencyId`). The value of the broker's first symbol where nobody says.
        from_agency: Option<String> = optional,
        /// The agency that it is to us (`ToAgencyId`). The value of the library's first symbol where nobody says.
        to_agency: Option<String> = optional,
        /// The scheme written with agency ids.
        agency_scheme: Option<String> = optional,
        /// More agency ids by which others mean this library. `to_agency` and its symbols are known anyway.
        agencies: Vec<String> = optional,
        /// The system that we are to it (`FromSystemId`).
        from_system: Option<String> = optional,
        /// The system that it is to us (`ToSystemId`).
        to_system: Option<String> = optional,
        /// The profile written (`ApplicationProfileType`).
        application_profile: Option<String> = optional,
        /// Where our `FromAgencyAuthentication` is kept.
        agency_secret: Option<SecretRef> = optional,
        /// Where our `FromSystemAuthentication` is kept.
        system_secret: Option<SecretRef> = optional,
        /// Where the `FromAgencyAuthentication` of its own messages is kept: it must be there, whatever address they come from, unless another
        /// `[[library.proof]]` holds.
        accept_secret: Option<SecretRef> = optional,
        /// How a patron is named.
        patron_by: Option<PatronBy> = optional,
        /// By which ids its answers name users. An answer that names somebody else than was asked is none; an id of its own tells no such thing.
        user_ids: Option<UserIds> = optional,
        /// What a message that is carried to it may say of who a user is. A message that says more is refused.
        credentials: Option<Credentials> = optional,
        /// Where its patrons pick things up, unless a request says otherwise.
        pickup_location: Option<String> = optional,
        /// How the pick-up location is said.
        pickup_in: Option<PickupIn> = optional,
        /// The `RequestType` of a hold: `Hold`.
        request_type: Option<String> = optional,
        /// The `RequestScopeType` of a hold: `Item`.
        request_scope: Option<String> = optional,
        /// The `RequestedActionType` of a temporary item: `Hold For Pickup`.
        accept_action: Option<String> = optional,
        /// The `UserElementType`s asked for.
        user_elements: Option<Vec<String>> = optional,
        /// The `ItemElementType`s asked for.
        item_elements: Option<Vec<String>> = optional,
        /// Problems that mean that the work is done, besides those of the preset.
        tolerated: Vec<Tolerated> = optional,
        /// The libraries that it lends to, as patrons of its ILS.
        institutional_patrons: Vec<InstitutionalPatron> = optional,
        /// How dates and times are written to it.
        dates: Option<DateStyle> = optional,
        /// A form of its dates that is read besides the standard's. A date alone and a time of midnight are the end of that day, in every form.
        date_form: Option<DateForm> = optional,
        /// The type of the privilege that tells how a patron stands (`AgencyUserPrivilegeType`). `STATUS` where nobody says; where an ILS has
        /// none of it, the words that are known count in every privilege.
        standing_privilege: Option<String> = optional,
        /// Its words for patrons who may borrow, besides those that are known: privileges' and blocks'. An unknown word is left to staff.
        good_standing: Vec<String> = optional,
        /// Its words for patrons who may not borrow, besides those that are known.
        bad_standing: Vec<String> = optional,
        /// The time zone of its dates. That of its calendar where nobody says.
        time_zone: Option<ZoneName> = optional,
        /// Which steps of a loan its ILS is asked.
        steps: StepSettings = optional,
    }
}

table! {
    /// A problem that means that the work is done.
    impl Tolerated in Inline {
        /// Of which service, as in `CheckInItem`.
        service: Service = required,
        /// The problem's type, as in `Item Not Checked Out`.
        problem: String = required,
    }
}

table! {
    /// A library as a patron of an ILS.
    pub struct InstitutionalPatron in Inline {
        /// A symbol of the library. Every other library, where it is left out.
        library: Option<Symbol> = optional,
        /// Its id as a patron.
        patron: String = required,
    }
}

table! {
    /// Which steps of a loan the ILS is asked. One that it is not asked is done by hand, or not at all. What nobody says is as the preset
    /// has it.
    pub struct StepSettings in Section {
        /// Borrowing: whether the patron may ask (LookupUser).
        check_patron: Option<bool> = optional,
        /// Borrowing: the temporary item, on hold for the patron (AcceptItem).
        hold_for_patron: Option<bool> = optional,
        /// Borrowing: where the temporary item is, from time to time (LookupItem).
        poll_item: Option<bool> = optional,
        /// Borrowing: the patron takes it (CheckOutItem).
        check_out_to_patron: Option<bool> = optional,
        /// Borrowing: the patron keeps it longer (RenewItem).
        renew_for_patron: Option<bool> = optional,
        /// Borrowing: the patron must bring it back (RecallItem).
        recall_from_patron: Option<bool> = optional,
        /// Borrowing: the patron has brought it back (CheckInItem).
        check_in_from_patron: Option<bool> = optional,
        /// Borrowing: nobody waits for it any more (CancelRequestItem).
        cancel_patron_hold: Option<bool> = optional,
        /// Borrowing: the temporary item is not needed any more (DeleteItem).
        withdraw_item: Option<bool> = optional,
        /// Borrowing: the patron owes something (CreateUserFiscalTransaction).
        charge_patron: Option<bool> = optional,
        /// Lending: whether it is there and may go (LookupItem).
        check_item: Option<bool> = optional,
        /// Lending: nobody else gets it (RequestItem).
        place_hold: Option<bool> = optional,
        /// Lending: others may have it again (CancelRequestItem).
        release_hold: Option<bool> = optional,
        /// Lending: it goes to the borrowing library (CheckOutItem).
        check_out_to_library: Option<bool> = optional,
        /// Lending: the borrowing library keeps it longer (RenewItem).
        renew_for_library: Option<bool> = optional,
        /// Lending: the borrowing library must send it back (RecallItem).
        recall_from_library: Option<bool> = optional,
        /// Lending: it is back (CheckInItem).
        check_in_from_library: Option<bool> = optional,
    }
}

impl StepSettings {
    /// What is said of a step.
    pub fn get(&self, step: Step) -> Option<bool> {
        match step {
            Step::CheckPatron => self.check_patron,
            Step::HoldForPatron => self.hold_for_patron,
            Step::PollItem => self.poll_item,
            Step::CheckOutToPatron => self.check_out_to_patron,
            Step::RenewForPatron => self.renew_for_patron,
            Step::RecallFromPatron => self.recall_from_patron,
            Step::CheckInFromPatron => self.check_in_from_patron,
            Step::CancelPatronHold => self.cancel_patron_hold,
            Step::WithdrawItem => self.withdraw_item,
            Step::ChargePatron => self.charge_patron,
            Step::CheckItem => self.check_item,
            Step::PlaceHold => self.place_hold,
            Step::ReleaseHold => self.release_hold,
            Step::CheckOutToLibrary => self.check_out_to_library,
            Step::RenewForLibrary => self.renew_for_library,
            Step::RecallFromLibrary => self.recall_from_library,
            Step::CheckInFromLibrary => self.check_in_from_library,
        }
    }
}

words! { Preset, PostFormat, Namespace, PatronBy, UserIds, Credentials, PickupIn, DateForm, DateStyle }

words! { Version {
    "2.02" => V2_02 "2012",
    "2.01" => V2_01 "2011",
    "2.0" => V2_0 "2008",
    "1.01" => V1_01 "2004",
    "1.0" => V1_0 "2002",
} }

/// The services that look something up or change something; a notification tells what happened and is never routed.
const SERVICES: &[Service] = &[
    Service::AcceptItem,
    Service::AuthenticateUser,
    Service::CancelRecallItem,
    Service::CancelRequestItem,
    Service::CheckInItem,
    Service::CheckOutItem,
    Service::CreateItem,
    Service::CreateUser,
    Service::CreateUserFiscalTransaction,
    Service::DeleteItem,
    Service::LookupItem,
    Service::LookupItemSet,
    Service::LookupRequest,
    Service::LookupUser,
    Service::RecallItem,
    Service::RenewItem,
    Service::RequestItem,
    Service::SendUserNotice,
    Service::UndoCheckOutItem,
    Service::UpdateCirculationStatus,
    Service::UpdateItem,
    Service::UpdateRequestItem,
    Service::UpdateUser,
];

impl Text for Service {
    const WHAT: &'static str = "the name of an NCIP service, as in `LookupUser`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["LookupUser", "AcceptItem", "UndoCheckOutItem", "UpdateUser"];

    fn parse(text: &str) -> Result<Self, String> {
        SERVICES.iter().find(|known| known.as_str() == text).cloned().ok_or_else(|| {
            let all: Vec<&str> = SERVICES.iter().map(Service::as_str).collect();
            format!("`{text}` is not an NCIP service that can stand here; they are {}", all.join(", "))
        })
    }

    fn print(&self) -> String {
        self.as_str().to_owned()
    }

    fn blank() -> Self {
        Service::LookupUser
    }
}

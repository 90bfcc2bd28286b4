//! Why an ILS says no: NCIP's names of problems, and which part of the message each is about.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! refusals {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal $about:ident $scope:ident),* $(,)?) => {
        /// Why a command was not carried out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Refusal {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Refusal {
            /// Every one.
            pub const ALL: &[Refusal] = &[$(Refusal::$variant),*];

            /// The problem's name in the standard.
            pub fn name(self) -> &'static str {
                match self {
                    $(Refusal::$variant => $name,)*
                }
            }

            /// What it is about.
            pub(crate) fn about(self) -> About {
                match self {
                    $(Refusal::$variant => About::$about,)*
                }
            }

            /// In which list of problems it stands.
            pub(crate) fn scope(self) -> Scope {
                match self {
                    $(Refusal::$variant => Scope::$scope,)*
                }
            }
        }
    };
}

/// The part of a message that a problem points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    User,
    Item,
    Request,
    Agency,
    Pin,
    Profile,
    Kind,
    Service,
    Message,
}

/// The list of problems that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The service's own.
    Service,
    /// The one for every service.
    General,
    /// The one for messages that cannot be read.
    Messaging,
}

refusals! {
    /// Nobody has this card.
    UnknownUser = "Unknown User" User Service,
    /// The PIN is wrong.
    UserAuthenticationFailed = "User Authentication Failed" Pin Service,
    /// The patron is blocked.
    UserBlocked = "User Blocked" User Service,
    /// The patron may not borrow: the card has expired.
    IneligibleToCheckOut = "User Ineligible To Check Out This Item" User Service,
    /// The patron may not place holds: the card has expired.
    IneligibleToRequest = "User Ineligible To Request This Item" User Service,
    /// Somebody else has it.
    IneligibleToRenew = "User Ineligible To Renew This Item" User Service,
    /// Nothing has this barcode or record id.
    UnknownItem = "Unknown Item" Item Service,
    /// No record is named, or none has this id.
    UnknownRecord = "Unknown Record" Item Service,
    /// It stays in the building, or nobody knows where it is.
    ItemDoesNotCirculate = "Item Does Not Circulate" Item Service,
    /// It is on loan, or on hold for somebody else.
    ResourceCannotBeProvided = "Resource Cannot Be Provided" Item Service,
    /// The patron has too many things at home.
    MaximumCheckOutsExceeded = "Maximum Check Outs Exceeded" User Service,
    /// It is not on loan.
    ItemNotCheckedOut = "Item Not Checked Out" Item Service,
    /// It is recalled, or somebody waits for it.
    ItemNotRenewable = "Item Not Renewable" Item Service,
    /// It was renewed too often.
    MaximumRenewalsExceeded = "Maximum Renewals Exceeded" Item Service,
    /// It was not recalled.
    ItemNotRecalled = "Item Not Recalled" Item Service,
    /// The patron has a hold on it.
    DuplicateRequest = "Duplicate Request" Request Service,
    /// Nobody knows of this hold.
    UnknownRequest = "Unknown Request" Request Service,
    /// The item of this hold has gone out.
    RequestAlreadyProcessed = "Request Already Processed" Request Service,
    /// A temporary item cannot be made: its barcode is taken.
    CannotAcceptItem = "Cannot Accept Item" Item Service,
    /// There is such an item.
    DuplicateItem = "Duplicate Item" Item Service,
    /// What was sent does not go together, or cannot be done as things stand.
    ElementRuleViolated = "Element Rule Violated" Item Service,
    /// Something is missing.
    NeededDataMissing = "Needed Data Missing" Message General,
    /// The sender is not known here.
    UnknownAgency = "Unknown Agency" Agency General,
    /// The sender's secret is wrong.
    AgencyAuthenticationFailed = "Agency Authentication Failed" Agency General,
    /// Not in this combination.
    UnauthorizedCombination = "Unauthorized Combination Of Element Values For Agency" Agency General,
    /// Another profile is needed.
    UnauthorizedService = "Unauthorized Service For Agency" Profile General,
    /// Not that one.
    UnsupportedService = "Unsupported Service" Service General,
    /// Not now.
    TemporaryProcessingFailure = "Temporary Processing Failure" Message General,
    /// An amount that is none.
    InvalidAmount = "Invalid Amount" Message General,
    /// A word that is not understood here.
    UnknownValue = "Unknown Value From Known Scheme" Kind Messaging,
    /// It cannot be read.
    InvalidMessage = "Invalid Message Syntax Error" Message Messaging,
    /// Another version of the standard.
    ProtocolError = "Protocol Error" Message Messaging,
    /// No service has this name.
    UnknownService = "Unknown Service" Service Messaging,
}

impl Refusal {
    /// The problem with this name.
    pub fn named(name: &str) -> Option<Refusal> {
        Refusal::ALL.iter().copied().find(|refusal| refusal.name().eq_ignore_ascii_case(name.trim()))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl std::error::Error for Refusal {}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

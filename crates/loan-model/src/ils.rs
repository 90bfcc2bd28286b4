//! The calls of an ILS: their steps and ids, what is asked, and what is answered. Values: how they travel is the business of its adapter.
//! Must never hold patron data.

mod answer;
mod notice;
mod wanted;

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use answer::IlsAnswer;
pub use notice::{IlsNotice, NoticeKind};
pub use wanted::Wanted;

use crate::names::{BadName, VolumeNo, as_text, words};

/// What the ILS is asked at one point of a loan. Each step may be switched off by the library's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Borrowing: may this patron ask? (LookupUser)
    CheckPatron,
    /// Borrowing: a temporary item, on hold for the patron. (AcceptItem)
    HoldForPatron,
    /// Borrowing: where is the temporary item? (LookupItem)
    PollItem,
    /// Borrowing: the patron takes it. (CheckOutItem)
    CheckOutToPatron,
    /// Borrowing: the patron keeps it longer. (RenewItem)
    RenewForPatron,
    /// Borrowing: the patron must bring it back. (RecallItem)
    RecallFromPatron,
    /// Borrowing: the patron has brought it back. (CheckInItem)
    CheckInFromPatron,
    /// Borrowing: the patron's hold is not needed any more. (CancelRequestItem)
    CancelPatronHold,
    /// Borrowing: the temporary item is not needed any more. (DeleteItem)
    WithdrawItem,
    /// Borrowing: the patron owes something. (CreateUserFiscalTransaction)
    ChargePatron,
    /// Lending: is it there, and may it go? (LookupItem)
    CheckItem,
    /// Lending: the item is reserved. (RequestItem)
    PlaceHold,
    /// Lending: others may have it again. (CancelRequestItem)
    ReleaseHold,
    /// Lending: it goes to the borrowing library. (CheckOutItem)
    CheckOutToLibrary,
    /// Lending: the borrowing library keeps it longer. (RenewItem)
    RenewForLibrary,
    /// Lending: the borrowing library must send it back. (RecallItem)
    RecallFromLibrary,
    /// Lending: it is back. (CheckInItem)
    CheckInFromLibrary,
}

impl Step {
    /// What a lender's step does, after "did not".
    pub fn deed(self) -> &'static str {
        match self {
            Step::CheckItem => "say whether the item is there",
            Step::PlaceHold => "place the hold",
            Step::ReleaseHold => "release the hold",
            Step::CheckOutToLibrary => "check the item out",
            Step::RenewForLibrary => "renew the item",
            Step::RecallFromLibrary => "recall the item",
            Step::CheckInFromLibrary => "check the item in",
            _ => "do what it was asked",
        }
    }

    /// Whether the ILS keeps something of it that has to be taken away again where it was not wanted: a hold, a loan, a temporary item.
    pub fn leaves_something(self) -> bool {
        matches!(
            self,
            Step::HoldForPatron
                | Step::CheckOutToPatron
                | Step::RenewForPatron
                | Step::PlaceHold
                | Step::CheckOutToLibrary
        )
    }
}

/// Identifies one call to the ILS: step, volume, attempt number. Prints as `hold-for-patron/vol-1/0`; without a volume as
/// `check-patron/-/0`. It comes back with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StepId {
    /// The step.
    pub step: Step,
    /// For which volume, if it is about one.
    pub volume: Option<VolumeNo>,
    /// Counted from 0; a retry by staff has the next.
    pub attempt: u32,
}

words! { Step, "a step of an ILS":
    CheckPatron = "check-patron",
    HoldForPatron = "hold-for-patron",
    PollItem = "poll-item",
    CheckOutToPatron = "check-out-to-patron",
    RenewForPatron = "renew-for-patron",
    RecallFromPatron = "recall-from-patron",
    CheckInFromPatron = "check-in-from-patron",
    CancelPatronHold = "cancel-patron-hold",
    WithdrawItem = "withdraw-item",
    ChargePatron = "charge-patron",
    CheckItem = "check-item",
    PlaceHold = "place-hold",
    ReleaseHold = "release-hold",
    CheckOutToLibrary = "check-out-to-library",
    RenewForLibrary = "renew-for-library",
    RecallFromLibrary = "recall-from-library",
    CheckInFromLibrary = "check-in-from-library",
}

/// A command to an ILS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "command")]
pub enum IlsCommand {
    /// Who is this patron, and may he borrow?
    LookupUser {
        /// Who.
        user: IlsUser,
    },
    /// Where is this item?
    LookupItem {
        /// Its barcode, or what is known of it.
        item: Wanted,
    },
    /// Put it on hold for a user.
    RequestItem {
        /// What.
        item: Wanted,
        /// The record id of the item's title, where both are known: some ILSs take holds for a record only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<String>,
        /// For whom.
        user: IlsUser,
        /// Our id of the hold; the ILS may answer with its own.
        request: String,
        /// Where it is to be picked up, if not where the settings say.
        pickup: Option<String>,
        /// Of no use after this.
        need_before: Option<Timestamp>,
    },
    /// Take a hold away.
    CancelRequestItem {
        /// The hold's id, ours or the ILS's.
        request: String,
        /// The item, where it is known.
        item: Option<String>,
        /// For whom it was.
        user: IlsUser,
    },
    /// Take in an item of another library: make a temporary record and hold it for the patron.
    AcceptItem {
        /// Our id of the loan.
        request: String,
        /// The barcode that the temporary item is to have.
        item: String,
        /// For whom.
        user: IlsUser,
        /// What it is.
        description: ItemDescription,
        /// Where it is to be picked up, if not where the settings say.
        pickup: Option<String>,
        /// When it must be returned.
        due: Option<Timestamp>,
    },
    /// Lend it to a user.
    CheckOutItem {
        /// The barcode.
        item: String,
        /// To whom.
        user: IlsUser,
        /// Our id of the loan.
        request: String,
        /// When it should be due.
        due: Option<Timestamp>,
    },
    /// It is back.
    CheckInItem {
        /// The barcode.
        item: String,
    },
    /// Lend it longer.
    RenewItem {
        /// The barcode.
        item: String,
        /// To whom it is lent.
        user: IlsUser,
        /// When it should be due.
        due: Option<Timestamp>,
        /// When it is due without that, as far as is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Timestamp>,
        /// How often it was renewed without that, as far as is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        renewals: Option<u32>,
    },
    /// Call it back.
    RecallItem {
        /// The barcode.
        item: String,
        /// When it should be due.
        due: Option<Timestamp>,
    },
    /// Make a record of an item.
    CreateItem {
        /// The barcode.
        item: String,
        /// Our id of the loan.
        request: String,
        /// What it is.
        description: ItemDescription,
    },
    /// Remove the record of an item.
    DeleteItem {
        /// The barcode.
        item: String,
    },
    /// Charge a user.
    CreateUserFiscalTransaction {
        /// Whom.
        user: IlsUser,
        /// How much, in the currency's own units: `12.50`.
        amount: String,
        /// The currency, by ISO 4217.
        currency: String,
        /// What for.
        reason: String,
    },
}

/// Whom a command is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "user", content = "id")]
pub enum IlsUser {
    /// The patron of the request, whose data are in its sealed parts.
    Patron,
    /// A library, by its id as a patron in this ILS.
    Library(String),
}

/// What an item is, for a record or a slip.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ItemDescription {
    /// The title.
    pub title: Option<String>,
    /// The author.
    pub author: Option<String>,
    /// The call number.
    pub call_number: Option<String>,
    /// Which volume.
    pub volume: Option<String>,
    /// ISBN or ISSN.
    pub standard_number: Option<String>,
    /// The kind of thing: `book`.
    pub format: Option<String>,
}

/// What an ILS told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IlsFacts {
    /// When it is due.
    pub due: Option<Timestamp>,
    /// How often the loan was renewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewals: Option<u32>,
    /// The barcode, where the ILS chose another.
    pub item: Option<String>,
    /// The ILS's own id of the hold.
    pub request: Option<String>,
    /// Where the item is.
    pub status: Option<CirculationStatus>,
    /// How many wait for it.
    pub holds: Option<u32>,
    /// How the patron stands.
    pub patron: Option<PatronStanding>,
    /// Where it stands on the shelf.
    pub call_number: Option<String>,
    /// Where in the building.
    pub location: Option<String>,
    /// What it refused and what was taken for done all the same, in its own words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tolerated: Vec<IlsProblem>,
    /// What may be there twice: it was asked for again, and the ILS gave no way to tell whether it had been done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twice: Option<MayBeTwice>,
}

/// What an ILS may have twice after an answer was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MayBeTwice {
    /// A temporary item.
    Item,
    /// A hold.
    Hold,
    /// A renewal.
    Renewal,
}

impl fmt::Display for MayBeTwice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            MayBeTwice::Item => "a second temporary item",
            MayBeTwice::Hold => "a second hold",
            MayBeTwice::Renewal => "a second renewal",
        };
        write!(
            f,
            "it may have been done twice: an answer was lost, and the ILS does not tell; look for {what}"
        )
    }
}

/// Why an ILS says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IlsProblem {
    /// Which problem.
    pub kind: IlsProblemKind,
    /// More, without patron data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Which problem it is, as far as a machine goes by it. Prints as NCIP names it: `Unknown Item`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "problem", content = "name")]
pub enum IlsProblemKind {
    /// Nobody has this card.
    UnknownUser,
    /// Something else about the user, by its name: blocked, not eligible.
    User(String),
    /// There is no such item.
    UnknownItem,
    /// There is such an item already.
    DuplicateItem,
    /// The ILS does not do this at all.
    UnsupportedService,
    /// Another one, by its name.
    Other(String),
}

/// Where an item is, by NCIP's circulation statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CirculationStatus {
    /// On the shelf.
    Available,
    /// On hold for a user, or waiting on the hold shelf.
    OnHold,
    /// Lent.
    OnLoan,
    /// On its way.
    InTransit,
    /// Not to be had: in process, at the binder's, withdrawn.
    NotAvailable,
    /// Lost or missing.
    Lost,
    /// Something else.
    Other,
}

/// How a patron stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PatronStanding {
    /// May borrow.
    Good,
    /// Blocked.
    Blocked,
    /// The card has expired.
    Expired,
    /// Nobody with this card.
    Unknown,
    /// The ILS says something that is not known: staff decide.
    Unclear,
}

impl fmt::Display for IlsProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IlsProblemKind::UnknownUser => "Unknown User",
            IlsProblemKind::UnknownItem => "Unknown Item",
            IlsProblemKind::DuplicateItem => "Duplicate Item",
            IlsProblemKind::UnsupportedService => "Unsupported Service",
            IlsProblemKind::User(name) | IlsProblemKind::Other(name) => name,
        })
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.volume {
            Some(volume) => write!(f, "{}/{volume}/{}", self.step, self.attempt),
            None => write!(f, "{}/-/{}", self.step, self.attempt),
        }
    }
}

impl FromStr for StepId {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let bad = || BadName { text: text.to_owned(), what: "a call of an ILS" };
        let parts: Vec<&str> = text.split('/').collect();
        let [step, volume, attempt] = parts.as_slice() else { return Err(bad()) };
        Ok(StepId {
            step: step.parse()?,
            volume: if *volume == "-" { None } else { Some(volume.parse()?) },
            attempt: attempt.parse().map_err(|_| bad())?,
        })
    }
}

as_text! { Step StepId }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_calls_read_as_they_print() {
        for &step in Step::ALL {
            for volume in [None, Some(VolumeNo(1)), Some(VolumeNo(12))] {
                let id = StepId { step, volume, attempt: 3 };
                assert_eq!(id.to_string().parse(), Ok(id));
            }
        }
        for bad in ["", "check-patron", "check-patron/vol-x/0", "check-patron/-/x"] {
            assert!(bad.parse::<StepId>().is_err(), "{bad}");
        }
    }
}

//! What staff of a lending library can do. Tagged JSON: `{"action":"ship","volumes":[{"barcode":"..."}]}`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::hosted::Ticket;

/// Something that staff do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// It will be supplied.
    WillSupply {},
    /// It will be supplied on a condition, or at a cost, or both.
    Conditional {
        /// The condition, as the standard lists them: `LibraryUseOnly`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        condition: Option<String>,
        /// What it costs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cost: Option<Cost>,
    },
    /// Not now; the requester may ask again.
    RetryLater {
        /// Why, as the standard lists it: `OnLoan`.
        reason: String,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        before: Option<Timestamp>,
        /// Not earlier than this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<Timestamp>,
    },
    /// It cannot be supplied.
    Unfilled {
        /// Why, as the standard lists it: `NotOnShelf`.
        reason: String,
    },
    /// It is off the shelf.
    Pulled {
        /// What.
        #[serde(default)]
        volumes: Vec<Scan>,
    },
    /// It goes to the requester.
    Ship {
        /// What goes; with none, everything that was pulled.
        #[serde(default)]
        volumes: Vec<Scan>,
        /// When it should be due.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// A copy is delivered.
    DeliverCopy {
        /// Where it can be fetched, if not sent otherwise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        url: Option<String>,
    },
    /// It is wanted back early.
    Recall {
        /// By when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// The answer to the requester's cancel.
    AnswerCancel {
        /// Yes: it has not gone.
        answer: Answer,
    },
    /// The answer to the requester's wish to keep it longer.
    AnswerRenewal {
        /// Yes or no.
        answer: Answer,
        /// Until when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// The requester is reminded that it should have been back.
    SendOverdue {},
    /// The requester is asked to keep it for the time being.
    HoldReturn {},
    /// The requester may send it back after all.
    ReleaseHoldReturn {},
    /// It is back.
    Returned {
        /// What is back; with none, everything that is out.
        #[serde(default)]
        volumes: Vec<Scan>,
    },
    /// It is written off.
    Lost {
        /// What; with none, everything that is out.
        #[serde(default)]
        volumes: Vec<Scan>,
    },
    /// It came back, or was pulled, damaged.
    Damaged {
        /// Which; not needed where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        barcode: Option<String>,
        /// How, for the requester.
        note: String,
    },
    /// A few words to the requester.
    Note {
        /// The words.
        note: String,
    },
    /// The ILS is asked again.
    RetryStep {
        /// Which asking failed.
        ticket: Ticket,
    },
    /// What the ILS did not do was done by hand.
    DoneByHand {
        /// Which asking.
        ticket: Ticket,
    },
    /// What the ILS did not do will not be done.
    GiveUp {
        /// Which asking.
        ticket: Ticket,
    },
    /// The request is over, whatever becomes of the item.
    Close {},
    /// What needed staff has been looked at.
    SettleIncidents {},
}

/// A scanned barcode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scan {
    /// The barcode.
    pub barcode: String,
}

/// A sum of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// In the currency's own units: `12.50`.
    pub amount: String,
    /// The currency, by ISO 4217.
    pub currency: String,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
}

/// Declares the name of each act, once.
macro_rules! names {
    ($($act:pat => $name:literal;)*) => {
        impl Act {
            /// The name of every act.
            pub const NAMES: &[&'static str] = &[$($name),*];

            /// Its name: `will-supply`.
            pub fn name(&self) -> &'static str {
                match self { $($act => $name,)* }
            }
        }
    };
}

names! {
    Act::WillSupply {} => "will-supply";
    Act::Conditional { .. } => "conditional";
    Act::RetryLater { .. } => "retry-later";
    Act::Unfilled { .. } => "unfilled";
    Act::Pulled { .. } => "pulled";
    Act::Ship { .. } => "ship";
    Act::DeliverCopy { .. } => "deliver-copy";
    Act::Recall { .. } => "recall";
    Act::AnswerCancel { .. } => "answer-cancel";
    Act::AnswerRenewal { .. } => "answer-renewal";
    Act::SendOverdue {} => "send-overdue";
    Act::HoldReturn {} => "hold-return";
    Act::ReleaseHoldReturn {} => "release-hold-return";
    Act::Returned { .. } => "returned";
    Act::Lost { .. } => "lost";
    Act::Damaged { .. } => "damaged";
    Act::Note { .. } => "note";
    Act::RetryStep { .. } => "retry-step";
    Act::DoneByHand { .. } => "done-by-hand";
    Act::GiveUp { .. } => "give-up";
    Act::Close {} => "close";
    Act::SettleIncidents {} => "settle-incidents";
}

impl Act {
    /// What was scanned, in an act that names volumes.
    pub(crate) fn scans(&self) -> &[Scan] {
        match self {
            Act::Pulled { volumes }
            | Act::Ship { volumes, .. }
            | Act::Returned { volumes }
            | Act::Lost { volumes } => volumes,
            _ => &[],
        }
    }
}

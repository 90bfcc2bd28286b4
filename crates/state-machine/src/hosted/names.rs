//! Names of what a decision is about. Each reads and prints as one short word, so that it can stand in a key.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::brokering::BadName;
pub use crate::brokering::OutboundKind;

/// One physical piece of what is lent, numbered from 1. Prints as `vol-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeNo(pub u16);

/// To whom a machine of a hosted library writes: the one other party of its request, in practice the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Partner {
    /// The supplier, to a borrowing library.
    Supplier,
    /// The requester, to a lending library.
    Requester,
}

/// One message sent to the partner, by its kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutboundRef {
    /// To whom.
    pub to: Partner,
    /// What kind.
    pub kind: OutboundKind,
}

/// Something the ILS is asked at one point of a loan. Each may be switched off by the library's settings.
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
    /// Borrowing: nobody waits for it any more. (CancelRequestItem)
    CancelPatronHold,
    /// Borrowing: the temporary item is not needed any more. (DeleteItem)
    WithdrawItem,
    /// Borrowing: the patron owes something. (CreateUserFiscalTransaction)
    ChargePatron,
    /// Lending: is it there, and may it go? (LookupItem)
    CheckItem,
    /// Lending: nobody else gets it. (RequestItem)
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

/// One asking of the ILS: which step, for which volume, and the how manyeth time. Prints as `hold-for-patron/vol-1/0`; without a volume
/// as `check-patron/-/0`. It comes back with the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket {
    /// The step.
    pub step: Step,
    /// For which volume, if it is about one.
    pub volume: Option<VolumeNo>,
    /// Counted from 0; a retry by staff has the next.
    pub round: u32,
}

/// A clock that may run for a request of a hosted library, or for one volume of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clock {
    /// The item is needed before this.
    NeedBefore,
    /// The partner must answer, or do what it said.
    Answer,
    /// Staff must pull it from the shelf and answer.
    Pull,
    /// Staff must ship what they said they would supply.
    Ship,
    /// A condition or a retry must be replied to.
    Reply,
    /// Shipped, but not received.
    Transit,
    /// On the hold shelf, but not picked up.
    HoldShelf,
    /// Time to ask the ILS where the item is.
    Poll,
    /// It is due.
    Due,
    /// Sent back, but not checked in where it belongs.
    ReturnTransit,
    /// Staff have received it, but the patron's side does not move.
    Custody,
}

/// A timer of a request: `pull`, or `hold-shelf/vol-2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerName {
    /// Which clock.
    pub clock: Clock,
    /// Whose, if it is a volume's.
    pub volume: Option<VolumeNo>,
}

/// Declares the words of an enum once: the list of all, name and reading.
macro_rules! words {
    ($type:ident, $what:literal: $($variant:ident = $word:literal),* $(,)?) => {
        impl $type {
            /// Every one.
            pub const ALL: &[$type] = &[$($type::$variant),*];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($type::$variant => $word,)*
                }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $type {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                $type::ALL
                    .iter()
                    .copied()
                    .find(|known| known.as_str() == text)
                    .ok_or_else(|| BadName { text: text.to_owned(), what: $what })
            }
        }
    };
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

words! { Clock, "a timer":
    NeedBefore = "need-before",
    Answer = "answer",
    Pull = "pull",
    Ship = "ship",
    Reply = "reply",
    Transit = "transit",
    HoldShelf = "hold-shelf",
    Poll = "poll",
    Due = "due",
    ReturnTransit = "return-transit",
    Custody = "custody",
}

words! { Partner, "the other party":
    Supplier = "supplier",
    Requester = "requester",
}

impl Clock {
    /// The timer of the request itself.
    pub fn of_request(self) -> TimerName {
        TimerName { clock: self, volume: None }
    }

    /// The timer of a volume.
    pub fn of(self, volume: VolumeNo) -> TimerName {
        TimerName { clock: self, volume: Some(volume) }
    }
}

impl fmt::Display for VolumeNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "vol-{}", self.0)
    }
}

impl FromStr for VolumeNo {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        text.strip_prefix("vol-")
            .and_then(|number| number.parse().ok())
            .filter(|&number| number > 0)
            .map(VolumeNo)
            .ok_or_else(|| BadName { text: text.to_owned(), what: "a volume" })
    }
}

impl fmt::Display for OutboundRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.to, self.kind)
    }
}

impl FromStr for OutboundRef {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (to, kind) =
            text.split_once(':').ok_or_else(|| BadName { text: text.to_owned(), what: "a message sent" })?;
        Ok(OutboundRef { to: to.parse()?, kind: kind.parse()? })
    }
}

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.volume {
            Some(volume) => write!(f, "{}/{volume}/{}", self.step, self.round),
            None => write!(f, "{}/-/{}", self.step, self.round),
        }
    }
}

impl FromStr for Ticket {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let bad = || BadName { text: text.to_owned(), what: "an asking of an ILS" };
        let parts: Vec<&str> = text.split('/').collect();
        let [step, volume, round] = parts.as_slice() else { return Err(bad()) };
        Ok(Ticket {
            step: step.parse()?,
            volume: if *volume == "-" { None } else { Some(volume.parse()?) },
            round: round.parse().map_err(|_| bad())?,
        })
    }
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.volume {
            Some(volume) => write!(f, "{}/{volume}", self.clock),
            None => self.clock.fmt(f),
        }
    }
}

impl FromStr for TimerName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        Ok(match text.split_once('/') {
            Some((clock, volume)) => TimerName { clock: clock.parse()?, volume: Some(volume.parse()?) },
            None => TimerName { clock: text.parse()?, volume: None },
        })
    }
}

crate::brokering::as_text! { VolumeNo OutboundRef Ticket TimerName Step Clock }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_print() {
        for &step in Step::ALL {
            for volume in [None, Some(VolumeNo(1)), Some(VolumeNo(12))] {
                let ticket = Ticket { step, volume, round: 3 };
                assert_eq!(ticket.to_string().parse(), Ok(ticket));
            }
        }
        for &clock in Clock::ALL {
            for name in [clock.of_request(), clock.of(VolumeNo(2))] {
                assert_eq!(name.to_string().parse(), Ok(name));
            }
        }
        for bad in ["", "vol-0", "check-patron", "check-patron/vol-x/0", "check-patron/-/x"] {
            assert!(bad.parse::<Ticket>().is_err() && bad.parse::<VolumeNo>().is_err(), "{bad}");
        }
    }
}

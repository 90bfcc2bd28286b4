//! Names of what a decision is about: a leg, a volume, a party, a message sent, a timer. Each reads and prints as one short word, so that
//! it can be in a key. Must never know a machine.

use std::{fmt, str::FromStr};

use iso18626::{Action, ReasonForMessage, Status};

/// A text that is not the name it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not the name of {what}")]
pub struct BadName {
    /// What was read.
    pub text: String,
    /// What it should have been.
    pub what: &'static str,
}

/// The code under which a request that goes to another broker carries the id that we gave it, as a record number: whatever comes back with it
/// is a request of our own.
pub const HOP: &str = "illgate-hop";

/// What stands before the same id in the note of such a request: brokers that leave out a record number that they do not know pass notes on.
pub const REFERENCE: &str = "Reference: ";

/// One supplier's leg of a request, numbered from 0 in the order in which they were asked. Prints as `leg-0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegId(pub u32);

/// One physical piece of what is lent, numbered from 1. Prints as `vol-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeNo(pub u16);

/// One side of a request: `requester`, `supplier`, `leg-0`, `library`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// The requester: of the broker, or of a hosted library that lends.
    Requester,
    /// The supplier of a hosted library that borrows.
    Supplier,
    /// The broker's supplier of this leg.
    Leg(LegId),
    /// The hosted library itself: its ILS, its staff, its patrons.
    Library,
}

/// What an incident is about: a party, or one volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum About {
    /// A party. What concerns a hosted library's request as a whole is about the library.
    Party(Party),
    /// A volume.
    Volume(VolumeNo),
}

/// What kind of message was sent: `request`, `action/Renew`, or `report/StatusChange/Loaned`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutboundKind {
    /// A request to a supplier.
    Request,
    /// A requesting agency's message to a supplier.
    Action(Action),
    /// A supplying agency's message to the requester.
    Report(ReasonForMessage, Status),
}

/// One message sent: to whom, and what kind. Prints as `leg-0:request`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutboundRef {
    /// To whom.
    pub to: Party,
    /// What kind.
    pub kind: OutboundKind,
}

/// A clock that may run for a request, a leg or a volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clock {
    /// Brokering: suppliers must be located.
    Locate,
    /// The item is needed before this.
    NeedBefore,
    /// Brokering: the request must reach the supplier.
    Deliver,
    /// The supplier must answer, or do what it said.
    Answer,
    /// Lending: staff must pull it from the shelf and answer.
    Pull,
    /// What was promised must be shipped.
    Ship,
    /// Lending: a scan of what goes can be undone until the requester is told.
    Undo,
    /// A condition, a retry, a cancel or a renewal must be replied to.
    Reply,
    /// Brokering: the requester must retry.
    Retry,
    /// Brokering: the supplier must answer our `Cancel`.
    Grace,
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
    /// The item is out, or here without anything being done, and there is no news of it.
    Custody,
}

/// A part of a request: a leg of the broker's, or a volume of a hosted library's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// A leg.
    Leg(LegId),
    /// A volume.
    Volume(VolumeNo),
}

/// A timer of a request: `need-before`, `answer/leg-0`, `hold-shelf/vol-2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerName {
    /// Which clock.
    pub clock: Clock,
    /// Whose, if it is a part's.
    pub part: Option<Part>,
}

impl Clock {
    /// The timer of the request itself.
    pub fn of_request(self) -> TimerName {
        TimerName { clock: self, part: None }
    }

    /// The timer of a leg or a volume.
    pub fn of(self, part: impl Into<Part>) -> TimerName {
        TimerName { clock: self, part: Some(part.into()) }
    }
}

impl TimerName {
    /// The leg, if it is a leg's.
    pub fn leg(self) -> Option<LegId> {
        self.part?.try_into().ok()
    }

    /// The volume, if it is a volume's.
    pub fn volume(self) -> Option<VolumeNo> {
        self.part?.try_into().ok()
    }
}

impl From<LegId> for Part {
    fn from(leg: LegId) -> Self {
        Self::Leg(leg)
    }
}

impl From<VolumeNo> for Part {
    fn from(volume: VolumeNo) -> Self {
        Self::Volume(volume)
    }
}

/// A part that is not of the kind that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is a part of another kind")]
pub struct OtherPart(pub Part);

impl TryFrom<Part> for LegId {
    type Error = OtherPart;

    fn try_from(part: Part) -> Result<Self, OtherPart> {
        match part {
            Part::Leg(leg) => Ok(leg),
            Part::Volume(_) => Err(OtherPart(part)),
        }
    }
}

impl TryFrom<Part> for VolumeNo {
    type Error = OtherPart;

    fn try_from(part: Part) -> Result<Self, OtherPart> {
        match part {
            Part::Volume(volume) => Ok(volume),
            Part::Leg(_) => Err(OtherPart(part)),
        }
    }
}

impl From<Option<VolumeNo>> for About {
    /// A volume, or the library's request as a whole.
    fn from(volume: Option<VolumeNo>) -> Self {
        volume.map_or(Self::Party(Party::Library), Self::Volume)
    }
}

impl From<Party> for About {
    fn from(party: Party) -> Self {
        Self::Party(party)
    }
}

impl About {
    /// The volume, if it is about one.
    pub fn volume(self) -> Option<VolumeNo> {
        match self {
            Self::Volume(volume) => Some(volume),
            Self::Party(_) => None,
        }
    }
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

        impl ::std::fmt::Display for $type {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::std::str::FromStr for $type {
            type Err = $crate::names::BadName;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $type::ALL
                    .iter()
                    .copied()
                    .find(|known| known.as_str() == text)
                    .ok_or_else(|| $crate::names::BadName { text: text.to_owned(), what: $what })
            }
        }
    };
}
pub(crate) use words;

words! { Clock, "a timer":
    Locate = "locate",
    NeedBefore = "need-before",
    Deliver = "deliver",
    Answer = "answer",
    Pull = "pull",
    Ship = "ship",
    Undo = "undo",
    Reply = "reply",
    Retry = "retry",
    Grace = "grace",
    Transit = "transit",
    HoldShelf = "hold-shelf",
    Poll = "poll",
    Due = "due",
    ReturnTransit = "return-transit",
    Custody = "custody",
}

/// Prints and reads a number behind a prefix.
macro_rules! numbered {
    ($type:ident, $prefix:literal, $what:literal, $first:literal) => {
        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl FromStr for $type {
            type Err = BadName;

            fn from_str(text: &str) -> Result<Self, BadName> {
                text.strip_prefix($prefix)
                    .and_then(|number| number.parse().ok())
                    .filter(|number| ($first..).contains(number))
                    .map($type)
                    .ok_or_else(|| BadName { text: text.to_owned(), what: $what })
            }
        }
    };
}

numbered! { LegId, "leg-", "a leg", 0 }
numbered! { VolumeNo, "vol-", "a volume", 1 }

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requester => f.write_str("requester"),
            Self::Supplier => f.write_str("supplier"),
            Self::Leg(leg) => leg.fmt(f),
            Self::Library => f.write_str("library"),
        }
    }
}

impl FromStr for Party {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        match text {
            "requester" => Ok(Self::Requester),
            "supplier" => Ok(Self::Supplier),
            "library" => Ok(Self::Library),
            leg => leg.parse().map(Self::Leg),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Leg(leg) => leg.fmt(f),
            Self::Volume(volume) => volume.fmt(f),
        }
    }
}

impl FromStr for Part {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        text.parse().map(Self::Leg).or_else(|_| text.parse().map(Self::Volume))
    }
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Party(party) => party.fmt(f),
            Self::Volume(volume) => volume.fmt(f),
        }
    }
}

impl FromStr for About {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        text.parse().map(Self::Volume).or_else(|_| text.parse().map(Self::Party))
    }
}

impl fmt::Display for OutboundKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request => f.write_str("request"),
            Self::Action(action) => write!(f, "action/{action}"),
            Self::Report(reason, status) => write!(f, "report/{reason}/{status}"),
        }
    }
}

impl FromStr for OutboundKind {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["request"] => Ok(Self::Request),
            ["action", action] => Ok(Self::Action(Action::from(*action))),
            ["report", reason, status] => {
                Ok(Self::Report(ReasonForMessage::from(*reason), Status::from(*status)))
            }
            _ => Err(BadName { text: text.to_owned(), what: "a message sent" }),
        }
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
        Ok(Self { to: to.parse()?, kind: kind.parse()? })
    }
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Some(part) => write!(f, "{}/{part}", self.clock),
            None => self.clock.fmt(f),
        }
    }
}

impl FromStr for TimerName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        Ok(match text.split_once('/') {
            Some((clock, part)) => Self { clock: clock.parse()?, part: Some(part.parse()?) },
            None => Self { clock: text.parse()?, part: None },
        })
    }
}

/// Keeps a name as the word it prints.
macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                <String as ::serde::Deserialize>::deserialize(from)?
                    .parse()
                    .map_err(<D::Error as ::serde::de::Error>::custom)
            }
        }
    )*};
}
pub(crate) use as_text;

as_text! { LegId VolumeNo Party About OutboundKind OutboundRef Clock TimerName }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_print() {
        let refs = [
            OutboundRef { to: Party::Leg(LegId(3)), kind: OutboundKind::Request },
            OutboundRef { to: Party::Supplier, kind: OutboundKind::Action(Action::Renew) },
            OutboundRef {
                to: Party::Requester,
                kind: OutboundKind::Report(ReasonForMessage::StatusChange, Status::Loaned),
            },
        ];
        for out in refs {
            assert_eq!(out.to_string().parse(), Ok(out.clone()));
            assert_eq!(
                serde_json::from_str::<OutboundRef>(&serde_json::to_string(&out).unwrap()).unwrap(),
                out
            );
        }
        for &clock in Clock::ALL {
            for name in [clock.of_request(), clock.of(LegId(2)), clock.of(VolumeNo(12))] {
                assert_eq!(name.to_string().parse(), Ok(name));
            }
        }
        for about in [Party::Library.into(), Party::Leg(LegId(0)).into(), About::Volume(VolumeNo(1))] {
            assert_eq!(about.to_string().parse(), Ok(about));
        }
        for bad in ["", "leg", "leg-x", "answer/", "requester", "vol-0", "answer/vol-0"] {
            assert!(bad.parse::<TimerName>().is_err() && bad.parse::<VolumeNo>().is_err(), "{bad}");
        }
    }
}

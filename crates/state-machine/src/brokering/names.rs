//! Names of what a decision is about: a leg, a party, a message sent, a clock. Each reads and prints as one short word, so that it can
//! stand in a key.

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

/// One supplier's leg of a request, numbered from 0 in the order in which they were asked. Prints as `leg-0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegId(pub u32);

/// Who is written to: `requester`, or `leg-0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// The requester.
    Requester,
    /// The supplier of this leg.
    Leg(LegId),
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

/// A clock that may run for a request or a leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clock {
    /// Suppliers must be located.
    Locate,
    /// The item is needed before this.
    NeedBefore,
    /// The request must be off our hands.
    Deliver,
    /// The supplier must answer.
    Answer,
    /// The supplier must ship.
    Ship,
    /// The requester must reply to a condition.
    Reply,
    /// The requester must retry.
    Retry,
    /// The supplier must answer our `Cancel`.
    Grace,
    /// Somebody has the item: ask how it is.
    Custody,
}

/// A timer of a request: `need-before`, or `answer/leg-0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimerName {
    /// Which clock.
    pub clock: Clock,
    /// Whose, if it is a leg's.
    pub leg: Option<LegId>,
}

impl Clock {
    /// Every clock.
    pub const ALL: &[Clock] = &[
        Clock::Locate,
        Clock::NeedBefore,
        Clock::Deliver,
        Clock::Answer,
        Clock::Ship,
        Clock::Reply,
        Clock::Retry,
        Clock::Grace,
        Clock::Custody,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Clock::Locate => "locate",
            Clock::NeedBefore => "need-before",
            Clock::Deliver => "deliver",
            Clock::Answer => "answer",
            Clock::Ship => "ship",
            Clock::Reply => "reply",
            Clock::Retry => "retry",
            Clock::Grace => "grace",
            Clock::Custody => "custody",
        }
    }

    /// The timer of the request itself.
    pub fn of_request(self) -> TimerName {
        TimerName { clock: self, leg: None }
    }

    /// The timer of a leg.
    pub fn of(self, leg: LegId) -> TimerName {
        TimerName { clock: self, leg: Some(leg) }
    }
}

impl fmt::Display for LegId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "leg-{}", self.0)
    }
}

impl FromStr for LegId {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        text.strip_prefix("leg-")
            .and_then(|number| number.parse().ok())
            .map(LegId)
            .ok_or_else(|| BadName { text: text.to_owned(), what: "a leg" })
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Party::Requester => f.write_str("requester"),
            Party::Leg(leg) => leg.fmt(f),
        }
    }
}

impl FromStr for Party {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        match text {
            "requester" => Ok(Party::Requester),
            leg => leg.parse().map(Party::Leg),
        }
    }
}

impl fmt::Display for OutboundKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OutboundKind::Request => f.write_str("request"),
            OutboundKind::Action(action) => write!(f, "action/{action}"),
            OutboundKind::Report(reason, status) => write!(f, "report/{reason}/{status}"),
        }
    }
}

impl FromStr for OutboundKind {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["request"] => Ok(OutboundKind::Request),
            ["action", action] => Ok(OutboundKind::Action(Action::from(*action))),
            ["report", reason, status] => {
                Ok(OutboundKind::Report(ReasonForMessage::from(*reason), Status::from(*status)))
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
        Ok(OutboundRef { to: to.parse()?, kind: kind.parse()? })
    }
}

impl fmt::Display for TimerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.leg {
            Some(leg) => write!(f, "{}/{leg}", self.clock.as_str()),
            None => f.write_str(self.clock.as_str()),
        }
    }
}

impl FromStr for TimerName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (clock, leg) = match text.split_once('/') {
            Some((clock, leg)) => (clock, Some(leg.parse()?)),
            None => (text, None),
        };
        let clock = Clock::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == clock)
            .ok_or_else(|| BadName { text: text.to_owned(), what: "a timer" })?;
        Ok(TimerName { clock, leg })
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

as_text! { LegId Party OutboundKind OutboundRef TimerName }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_as_they_print() {
        let refs = [
            OutboundRef { to: Party::Leg(LegId(3)), kind: OutboundKind::Request },
            OutboundRef { to: Party::Leg(LegId(0)), kind: OutboundKind::Action(Action::Renew) },
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
            for name in [clock.of_request(), clock.of(LegId(2))] {
                assert_eq!(name.to_string().parse(), Ok(name));
            }
        }
        for bad in ["", "leg", "leg-x", "answer/", "requester"] {
            assert!(bad.parse::<TimerName>().is_err(), "{bad}");
        }
    }
}

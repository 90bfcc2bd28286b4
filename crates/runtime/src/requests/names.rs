//! Names of lanes and of what is put into them. Each reads and prints as one short word, so that it can be in a key.

use std::{fmt, str::FromStr};

use loan_model::{
    NotificationKind,
    ils::StepId,
    names::{BadName, OutboundKind, OutboundRef, Party},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What was put into a lane: a message, a call of the ILS, or a letter to the staff of a hosted library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outbound {
    /// A message to another library: `leg-0:request`.
    Message {
        /// To whom.
        to: Party,
        /// What kind.
        kind: OutboundKind,
    },
    /// A call of the ILS: `ils:hold-for-patron/vol-1/0`.
    Ask(StepId),
    /// A letter: `mail:new-request`.
    Tell(NotificationKind),
    /// A lane's entry whose kind this release cannot read: its text.
    Unreadable(String),
}

/// What the word for a call of an ILS begins with.
const ILS: &str = "ils:";
/// What the word for a mail to staff begins with.
const MAIL: &str = "mail:";

impl Outbound {
    /// What the kind of a lane's entry says. A text that cannot be read is kept as it is.
    pub fn read(kind: &str) -> Self {
        kind.parse().unwrap_or_else(|_| Self::Unreadable(kind.to_owned()))
    }

    /// Whose side it goes to, where that can be read.
    pub fn to(&self) -> Option<Party> {
        match self {
            Self::Message { to, .. } => Some(*to),
            Self::Ask(_) | Self::Tell(_) => Some(Party::Library),
            Self::Unreadable(_) => None,
        }
    }

    /// What it is, without to whom: `request`, `hold-for-patron/vol-1/0`.
    pub fn what(&self) -> String {
        match self {
            Self::Message { kind, .. } => kind.to_string(),
            Self::Ask(ticket) => ticket.to_string(),
            Self::Tell(occasion) => word(occasion),
            Self::Unreadable(kind) => kind.clone(),
        }
    }

    /// The same for people: `Loaned`, `hold-for-patron vol-1`.
    pub fn name(&self) -> String {
        match self {
            Self::Message { kind, .. } => {
                let kind = kind.to_string();
                kind.rsplit('/').next().unwrap_or(&kind).to_owned()
            }
            Self::Ask(StepId { step, volume: Some(volume), .. }) => format!("{} {volume}", word(step)),
            Self::Ask(StepId { step, volume: None, .. }) => word(step),
            Self::Tell(occasion) => word(occasion),
            Self::Unreadable(kind) => kind.clone(),
        }
    }
}

impl From<OutboundRef> for Outbound {
    fn from(out: OutboundRef) -> Self {
        Self::Message { to: out.to, kind: out.kind }
    }
}

impl fmt::Display for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { to, kind } => write!(f, "{to}:{kind}"),
            Self::Ask(ticket) => write!(f, "{ILS}{ticket}"),
            Self::Tell(occasion) => write!(f, "{MAIL}{}", word(occasion)),
            Self::Unreadable(kind) => f.write_str(kind),
        }
    }
}

impl FromStr for Outbound {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let bad = || BadName { text: text.to_owned(), what: "what was put into a lane" };
        if let Some(ticket) = text.strip_prefix(ILS) {
            return ticket.parse().map(Self::Ask);
        }
        if let Some(occasion) = text.strip_prefix(MAIL) {
            return serde_json::from_value(occasion.into()).map(Self::Tell).map_err(|_| bad());
        }
        let (to, kind) = text.split_once(':').ok_or_else(bad)?;
        Ok(Self::Message { to: to.parse()?, kind: kind.parse()? })
    }
}

/// A word as its JSON writes it.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Writes a name in JSON as its text.
macro_rules! as_text {
    ($($name:ident)*) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

    )*};
}

as_text! { Outbound }

impl<'de> Deserialize<'de> for Outbound {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self::read(&text))
    }
}

#[cfg(test)]
mod tests {
    use loan_model::{
        ils::Step,
        names::{LegId, VolumeNo},
    };

    use super::*;

    #[test]
    fn names_read_as_they_print() {
        let ticket = StepId { step: Step::HoldForPatron, volume: Some(VolumeNo(1)), attempt: 2 };
        for (out, text) in [
            (Outbound::Message { to: Party::Leg(LegId(3)), kind: OutboundKind::Request }, "leg-3:request"),
            (Outbound::Message { to: Party::Supplier, kind: OutboundKind::Request }, "supplier:request"),
            (Outbound::Ask(ticket), "ils:hold-for-patron/vol-1/2"),
            (Outbound::Tell(NotificationKind::NewRequest), "mail:new-request"),
        ] {
            assert_eq!(out.to_string(), text);
            assert_eq!(text.parse(), Ok(out));
        }
        for bad in ["", "ils:", "mail:nothing", "nobody:request", "requester"] {
            assert!(bad.parse::<Outbound>().is_err(), "{bad}");
            let read = Outbound::read(bad);
            assert_eq!((read.to(), read.to_string().as_str()), (None, bad), "the text is kept");
        }
    }
}

//! What is done about an input, and what becomes of messages: the same values in every machine.

use iso18626::ErrorData;
use loan_model::{MayHaveArrived, messages::error_kind};
use serde::{Deserialize, Serialize};

use crate::Effect;

/// What is done about an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<E> {
    /// What happened. With none, the request did not come into being or did not change.
    pub events: Vec<E>,
    /// What the gateway does about it, once the events are durable.
    pub effects: Vec<Effect>,
    /// What the sender of a message is answered.
    pub reply: Reply,
    /// The rows that said so, in the order in which they were used.
    pub rules: Vec<RuleUsed>,
}

/// What the sender of a message is answered.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Reply {
    /// OK.
    #[default]
    Ok,
    /// ERROR.
    Error(Vec<ErrorData>),
}

/// One of a machine's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Table {
    /// The request's.
    Request,
    /// A supplier's leg's.
    Leg,
    /// A volume's.
    Volume,
    /// None: what comes before the tables.
    Gate,
}

/// A row that was used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleUsed {
    /// Of which table.
    pub table: Table,
    /// Its name.
    pub rule: &'static str,
    /// What it says, for people.
    pub why: &'static str,
    /// What came of it.
    pub verdict: RuleVerdict,
}

/// What came of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleVerdict {
    /// It was carried out.
    Done,
    /// It says that nothing happens.
    Refused,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    /// The peer took it.
    Confirmed,
    /// The peer answered ERROR, and says that it has the request already: an earlier attempt arrived. To be verified.
    AlreadyThere(Vec<ErrorData>),
    /// The peer answered ERROR.
    Refused(Vec<ErrorData>),
    /// Its delivery plan is at an end. The message stands at the head of its lane until it is withdrawn, sent again or dropped.
    Undeliverable {
        /// What went wrong last, for people.
        why: String,
        /// Whether the peer may have it all the same.
        may_have_arrived: MayHaveArrived,
    },
    /// Staff took it out of the lane.
    Dropped {
        /// Who.
        by: String,
        /// Why.
        reason: String,
        /// Whether the peer may have it all the same.
        may_have_arrived: MayHaveArrived,
    },
}

impl DeliveryOutcome {
    /// Whether the message has left its lane other than by a refusal.
    pub fn frees_the_lane(&self) -> bool {
        !matches!(self, DeliveryOutcome::Refused(_) | DeliveryOutcome::Undeliverable { .. })
    }

    /// Why it was not taken, to stand after what was not; nothing, where there is nothing to say.
    pub fn cause(&self) -> String {
        match self {
            DeliveryOutcome::Refused(errors) if !errors.is_empty() => {
                format!(": {}", errors.iter().map(error_kind).collect::<Vec<_>>().join("; "))
            }
            DeliveryOutcome::Undeliverable { why, .. } => format!(": {why}"),
            _ => String::new(),
        }
    }
}

impl RuleUsed {
    /// A rule that comes before the tables, by which nothing happens.
    pub fn gate((rule, why): (&'static str, &'static str)) -> Self {
        RuleUsed { table: Table::Gate, rule, why, verdict: RuleVerdict::Refused }
    }
}

impl<E> Default for Decision<E> {
    fn default() -> Self {
        Decision { events: Vec::new(), effects: Vec::new(), reply: Reply::Ok, rules: Vec::new() }
    }
}

impl<E> Decision<E> {
    /// Why nothing happened, if the first rule said so: what staff are shown when an act is not allowed.
    pub fn refusal(&self) -> Option<&RuleUsed> {
        self.rules.first().filter(|rule| rule.verdict == RuleVerdict::Refused)
    }

    /// An ERROR, and nothing happens.
    pub fn error(error: ErrorData) -> Self {
        Decision { reply: Reply::Error(vec![error]), ..Decision::default() }
    }
}

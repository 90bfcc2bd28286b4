//! What goes into a decision of a machine and what comes out of it: inputs and what is looked at, effects, the reply, the rows that were
//! used, and what became of messages. The loop, the endpoints and the transports speak to the machines in these values. Values only: must never
//! know a machine's states or its tables.

pub mod brokering;
mod decision;
mod effect;
pub mod hosted;

pub use decision::{Decision, DeliveryOutcome, Reply, RuleUsed, RuleVerdict, Table};
pub use effect::Effect;

//! One interpreter under the tables of every machine: it finds the row, moves the request or the part, has the row's actions done, keeps
//! clocks and incidents, and refuses. Must never know what a row is about: that is its machine's.
//!
//! A machine has two tables: one for a request, one for a part of it, a supplier's leg or a volume. What it brings besides them is a
//! `Machine`; one decision under way is an `Execution`.

mod actions;
mod common;
mod decision;
mod document;
mod effect;
mod execution;
mod machine;
mod open;
mod rows;
mod triggers;
#[cfg(test)]
pub(crate) mod walk;

pub(crate) use self::{
    actions::{Described, actions},
    document::{Document, Words},
    execution::{Execution, Happening},
    machine::{Machine, PartRow, RequestRow},
    rows::{Guard, Kind, Row, TableState, To, find, rows, states},
    triggers::triggers,
};
pub use self::{
    common::Common,
    decision::{Decision, DeliveryOutcome, Reply, RuleUsed, RuleVerdict, Table},
    effect::Effect,
    open::{Incident, Incidents, Wait, Waits},
};

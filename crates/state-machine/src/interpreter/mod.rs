//! One interpreter under the tables of every machine: it finds the row, moves the request or the part, has the row's actions done, keeps
//! clocks and incidents, and refuses. Must never know what a row is about: that is its machine's.
//!
//! A machine has two tables: one for a request, one for a part of it, a supplier's leg or a volume. What it brings besides them is a
//! `Machine`; one decision under way is an `Execution`.

mod actions;
mod common;
mod description;
mod evolve;
mod execution;
mod machine;
mod open;
mod rows;
mod triggers;

pub(crate) use self::{
    actions::{Described, actions},
    execution::Execution,
    machine::{Machine, PartRow, RequestRow},
    rows::{Guard, Kind, Row, TableState, find, rows, states},
    triggers::{Trigger, triggers},
};
pub use decision_model::{Decision, DeliveryOutcome, Effect, Reply, RuleUsed, RuleVerdict, Table};
pub use loan_model::open::{Incident, Incidents, Wait, Waits};

pub use self::{
    common::Common,
    description::{
        ActionDescription, RowDescription, RowOutcome, StateDescription, TableDescription, TriggerDescription,
    },
    evolve::{Evolve, evolve, replay},
    open::Standing,
    rows::To,
    triggers::Cause,
};

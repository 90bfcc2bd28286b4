//! The broker between a requester and its suppliers.
//!
//! Two tables say everything: one for the request ([`Phase`]), one for a supplier's leg ([`LegState`]). [`decide`] finds the row, makes
//! the events and effects, and answers the sender; [`evolve`] alone changes the [`State`]. Must never do anything that no row says.

mod decision;
mod effect;
mod event;
mod input;
mod names;
mod state;

pub use self::{
    decision::{Decision, Reply, RuleUsed, Table, allowed_actions, decide},
    effect::Effect,
    event::{Event, evolve, replay},
    input::{Addressing, Arrival, Context, DeliveryOutcome, Input, StaffAction, Unconfirmed},
    names::{BadName, Clock, LegId, OutKind, OutRef, Party, TimerName},
    state::{IncidentSummary, LegState, LegSummary, Phase, State, Summary, Told, WaitSummary},
};

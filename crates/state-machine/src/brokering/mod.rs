//! The broker between a requester and its suppliers.
//!
//! Two tables say everything: one for the request ([`Phase`]), one for a supplier's leg ([`LegState`]). [`decide`] finds the row, makes
//! the events and effects, and answers the sender; [`evolve`](crate::interpreter::evolve) alone changes the [`State`]. Must never do anything that no row says.

mod actions;
mod classify;
mod clocks;
mod decision;
mod downstream;
mod event;
mod evolve;
mod guards;
mod incidents;
mod leg_table;
mod machine;
mod passed_over;
mod perform;
mod phases;
mod request_table;
mod state;
mod tables_text;
mod trigger;
mod upstream;

use decision_model::brokering as input;

pub use self::{
    decision::{allowed_actions, decide},
    event::{Event, Heard, SameItem},
    incidents::SLUGS as INCIDENTS,
    input::{Addressing, Context, Input, Unconfirmed},
    phases::{LegState, Phase},
    state::{CancelWish, LastReported, LegSummary, State, Summary},
    tables_text::state_tables,
};
pub use crate::messages::need_before;

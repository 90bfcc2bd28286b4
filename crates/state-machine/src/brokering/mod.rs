//! The broker between a requester and its suppliers.
//!
//! Two tables say everything: one for the request ([`Phase`]), one for a supplier's leg ([`LegState`]). [`decide`] finds the row, makes
//! the events and effects, and answers the sender; [`evolve`] alone changes the [`State`]. Must never do anything that no row says.

mod classify;
mod clocks;
mod decision;
mod downstream;
mod effect;
mod event;
mod evolve;
mod guards;
mod incidents;
mod input;
mod leg_table;
mod names;
mod phases;
#[cfg(test)]
mod product;
mod request_table;
mod run;
mod state;
mod table;
mod tables_text;
pub(crate) mod terms;
mod trigger;
mod upstream;

pub use self::{
    clocks::need_before,
    decision::{Decision, Reply, RuleUsed, RuleVerdict, Table, allowed_actions, decide},
    effect::Effect,
    event::{Event, SameItem},
    evolve::{evolve, replay},
    incidents::SLUGS as INCIDENTS,
    input::{Addressing, Context, DeliveryOutcome, Input, Unconfirmed},
    names::{BadName, Clock, LegId, OutboundKind, OutboundRef, Party, TimerName},
    phases::{LegState, Phase},
    state::{CancelWish, IncidentSummary, LegSummary, State, Summary, Told, WaitSummary},
    tables_text::state_tables,
};
pub(crate) use self::{
    incidents::error as error_kind,
    names::as_text,
    terms::{ReplyWords, reply as reply_words},
};

//! A hosted library as supplier: from the partner's request to the item's return.
//!
//! Two tables say everything: one for the request ([`Phase`]), one for each volume ([`VolumeState`]). [`decide`](crate::hosted::Machine::decide) finds the row, makes the
//! events and effects, and answers the sender; [`evolve`](crate::interpreter::evolve) alone changes the [`State`]. What is asked of the ILS never holds up what the
//! requester hears for good: a step that fails waits for staff, beside the loan. Must never do anything that no row says.

mod act;
mod actions;
mod classify;
mod clocks;
mod decision;
mod event;
mod evolve;
mod guards;
mod incidents;
mod machine;
mod phases;
mod request_table;
mod state;
mod steps;
mod tables_text;
mod tell;
mod trigger;
mod volume_table;
mod volumes;

pub use self::{
    event::Event,
    incidents::SLUGS as INCIDENTS,
    machine::Lending,
    phases::{Phase, VolumeState},
    state::{IlsLoan, State},
    tables_text::state_tables,
};

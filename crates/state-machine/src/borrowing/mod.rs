//! A hosted library as a requester: the patron's request, the messages to the broker, and each volume from the parcel to the patron and
//! back.
//!
//! Two tables say everything: one for the request ([`Phase`]), one for a volume ([`VolumeState`]). [`decide`](crate::hosted::Machine::decide) finds the row, makes the
//! events and effects, and answers the sender; [`evolve`](crate::interpreter::evolve) alone changes the [`State`]. What the ILS does not do is an incident, and
//! never holds up the messages. Must never do anything that no row says.

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
mod messages;
mod perform;
mod phases;
mod request_table;
mod state;
mod steps;
mod tables_text;
mod trigger;
mod volume_table;

pub use self::{
    event::Event,
    incidents::SLUGS as INCIDENTS,
    machine::Borrowing,
    phases::{Phase, VolumeState},
    state::{PatronSide, Shipping, State},
    tables_text::state_tables,
};

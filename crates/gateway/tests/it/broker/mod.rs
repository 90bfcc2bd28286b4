//! The whole gateway between scripted libraries: what is relayed, what is refused, what is kept, what is survived.

mod answered;
mod beside;
mod between;
mod booking;
mod cancels;
mod copies;
mod habits;
mod keeping;
mod lender;
mod loans;
mod matrix;
mod not_taken;
mod peer;
mod proofs;
mod quoting;
mod refusals;
mod routing;
mod staff;
mod survival;
mod words;
mod world;

pub(crate) use iso18626::Edition;

pub(crate) use self::{
    peer::Peer,
    words::{report, request},
    world::{World, call, holds},
};

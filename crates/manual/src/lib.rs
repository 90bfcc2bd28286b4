//! Libraries without automation: they are told by mail, with slips, and answer by following a link to a page that asks for confirmation.
//! What an act does to a request is behind [`Acts`]. Must never change anything on a GET, for mail scanners follow links.

pub mod copies;
mod directory;
mod links;
pub mod mail;
pub mod offers;
pub mod pages;
mod ports;
mod slip_builder;
mod staff;

pub use self::staff::{NoSlip, slip_now, standing, zone};
pub use self::{
    links::{Link, LinkFault, Links},
    ports::{ActFailed, Acts, Allowed, Done, OnceKey, StaffCommand, mail_lane},
    slip_builder::{SlipFacts, build_slip},
};

//! Libraries without automation: they are told by mail, with slips, and answer by following a link to a page that asks for confirmation.
//! What an act does to a request is behind [`Acts`]. Must never change anything on a GET, for mail scanners follow links.

mod at_desk;
mod directory;
mod links;
pub mod mail;
pub mod pages;
mod seam;
mod slip_of;
mod table_act;

pub(crate) use self::at_desk::{NoSlip, slip_now, standing, zone};
pub use self::{
    links::{Link, LinkFault, Links},
    seam::{
        Act, ActFailed, ActKind, Acts, Allowed, BadAct, BadBarcode, Deed, Done, ItemBarcode, OnceKey, YesNo,
        mail_lane,
    },
    slip_of::{SlipFacts, slip_of},
};

//! NCIP: how messages travel, who may send them, and what becomes of them. One that is meant for a member's own system is carried to it and
//! its answer back; what changes a hosted library's request is an input, and answered after its commit. Must never log or store a PIN, nor
//! a message that goes through.

#![expect(
    clippy::result_large_err,
    reason = "a problem is what is answered: one is made a message, and moved once"
)]

mod asks;
pub(crate) mod counts;
mod endpoint;
mod link;
mod post;
mod problems;
mod responder;
mod route;
mod router;
mod seam;
mod shape;
mod socket;
mod ways;

pub(crate) use self::{
    counts::{Counts, NcipExchanges, NcipVisits},
    endpoint::Ncip,
    socket::FramedMessages,
    ways::{IlsWay, IlsWays},
};
pub use self::{
    link::{Endpoint, NcipAnswer, NcipFailure, NcipLink},
    seam::{
        Asked, AskedService, Card, HostedInputs, ItemAt, MessageKey, NotTaken, Notice, Noticed, PatronAsk,
        PatronCancel, PatronUpdate, RecordId, Shown, ShownStatus, WantedTitle, Which,
    },
};

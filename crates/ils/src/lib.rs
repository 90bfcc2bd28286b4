//! NCIP: how messages travel, who may send them, and what becomes of them. One that is meant for a member's own system is carried to it and
//! its answer back; what changes a hosted library's request is an input, and answered after its commit. Must never log or store a PIN, nor
//! a message that goes through.

#![expect(
    clippy::result_large_err,
    reason = "a problem is what is answered: one is made a message, and moved once"
)]

mod connections;
pub mod counts;
mod endpoint;
mod guesses;
mod hosted_inputs;
mod inputs;
mod left_out;
mod link;
mod meant;
mod own_system;
mod ports;
mod post;
mod problems;
mod responder;
mod route;
mod router;
mod shape;
mod socket;
mod transport;
mod unreadable_dates;

pub use self::{
    connections::{IlsConnection, IlsConnections},
    counts::{Counts, NcipExchanges, NcipVisits},
    endpoint::Ncip,
    guesses::Guesses,
    socket::FramedMessages,
    transport::{IlsTransport, QUEUED, QueuedCommand, command},
};
pub use self::{
    link::{Endpoint, NcipAnswer, NcipFailure, NcipLink},
    ports::{
        AskedService, Card, HostedInputs, ItemAt, MessageKey, NotTaken, Notice, Noticed, PatronAsk,
        PatronCancel, PatronUpdate, RecordId, RequestPlaced, Shown, ShownStatus, WantedTitle, Which,
    },
};

//! NCIP: how messages travel, who may send them, and what becomes of them. Must never log or store a PIN, nor a message that goes through.

pub mod framing;
mod link;
mod seam;

pub use self::{
    link::{Blame, Endpoint, NcipAnswer, NcipFailure, NcipLink, Posted},
    seam::{
        Asked, AskedService, Card, HostedInputs, MessageKey, NoHosted, NotTaken, Notice, Noticed, PatronAsk,
        PatronCancel, PatronUpdate, RecordId, Shown, ShownStatus, WantedTitle, Which,
    },
};

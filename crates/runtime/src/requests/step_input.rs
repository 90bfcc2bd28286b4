//! What a step is asked to do: the input, and what is to be committed with it. Must never decide what follows.

use loan_model::{PeerId, sealed::SealedParts};
use persistence::{Body, LaneEntry};

use super::{
    logged::{LoggedInputKind, LoggedOutbound},
    machine::Input,
    renderer::WriteReply,
};

/// What is to be done in a step.
#[derive(Debug)]
pub struct StepInput {
    /// What happens, for the log.
    pub kind: LoggedInputKind,
    /// What happens, for the machine; nothing where it does not concern it.
    pub input: Option<Input>,
    /// Whose request it makes, if it makes one of a hosted library.
    pub library: Option<PeerId>,
    /// What is done where the machine's table says that nothing happens.
    pub refusal: Refusal,
    /// LoggedInputKind happens with it, in the same commit: a refusal of one is treated as one of the first.
    pub then: Vec<(LoggedInputKind, Input)>,
    /// The bytes that came in.
    pub raw_in: Option<Body>,
    /// What was taken out of them, where they are a request.
    pub sealed: Option<SealedParts>,
    /// The keys under which a repeat finds the reply.
    pub dedupe: Vec<Vec<u8>>,
    /// External keys that are this request's from now on.
    pub known: Vec<String>,
    /// An external key that must be free.
    pub claim: Option<String>,
    /// What becomes of the lane entry that this is about.
    pub entry: Option<EntryChange>,
    /// The timer that ran out.
    pub timer: Option<String>,
    /// How the sender is answered.
    pub answering: Option<Box<dyn WriteReply>>,
}

impl StepInput {
    /// Something that happens, and nothing else.
    pub fn new(kind: LoggedInputKind, input: Option<Input>) -> Self {
        Self {
            kind,
            input,
            library: None,
            refusal: Refusal::IsKept,
            then: Vec::new(),
            known: Vec::new(),
            raw_in: None,
            sealed: None,
            dedupe: Vec::new(),
            claim: None,
            entry: None,
            timer: None,
            answering: None,
        }
    }
}

/// What is done where the machine's table says that nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is kept in the timeline, with the rule.
    IsKept,
    /// Nothing is committed; the caller gets the refusing rule.
    IsTold,
}

/// What becomes of a lane entry.
#[derive(Debug)]
pub enum EntryChange {
    /// It leaves its lane.
    Remove(LaneEntry),
    /// It is held, unless the machine withdraws it.
    Hold(LaneEntry, &'static str),
    /// Its receiver has spoken of it, so that it did arrive: no further attempt is begun.
    Arrived(LaneEntry),
    /// It is tried again, with a fresh plan.
    Requeue(LaneEntry),
    /// The bytes of a message that left its lane go out again, as a new message.
    Copy(Box<(LoggedOutbound, Body)>),
}

//! What went over the wire, kept whole.

use crate::edition::Edition;

/// Who began an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The suite sent to the subject.
    ToSubject,
    /// The subject sent to one of the suite's parties.
    FromSubject,
}

/// One HTTP exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The token of the case it belongs to, where that is known.
    pub case: Option<String>,
    /// Milliseconds since the run began.
    pub at: u64,
    /// Who began it.
    pub direction: Direction,
    /// The party on the suite's side.
    pub party: Option<usize>,
    /// That party's edition.
    pub edition: Option<Edition>,
    /// The Content-Type that the message was sent with.
    pub content_type: Option<String>,
    /// The message.
    pub sent: Vec<u8>,
    /// The HTTP status of the answer; none where there was no answer.
    pub status: Option<u16>,
    /// The Content-Type of the answer.
    pub answer_type: Option<String>,
    /// The answer.
    pub answer: Vec<u8>,
}

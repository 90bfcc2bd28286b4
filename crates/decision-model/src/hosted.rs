//! What can happen to a request of a hosted library, and what a decision may look at.

use acts::Act;
use iso18626::{Message, Request};
use jiff::Timestamp;
use loan_model::{
    PeerId,
    hosted::HostedFacts,
    ils::{IlsAnswer, IlsFacts, IlsNotice, NoticeKind, StepId},
    ledger::why,
    names::{OutboundRef, TimerName},
};
use serde::{Deserialize, Serialize};

use crate::DeliveryOutcome;

/// Something that happens to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Borrowing: a patron or staff ask for something. Makes a request.
    Ask {
        /// What is asked for, as a request to the broker, without its sealed parts.
        request: Box<Request>,
        /// How it came.
        origin: Origin,
        /// Our id of a request that the same patron made for the same item within the library's window.
        duplicate_of: Option<String>,
        /// Where it is to be picked up, if not where the library's settings say.
        pickup: Option<String>,
    },
    /// The partner's message. A request makes a request, in lending.
    Message {
        /// As it came, without its sealed parts.
        message: Box<Message>,
        /// The peer that sent it.
        from: PeerId,
    },
    /// What became of a message that was sent.
    Delivery {
        /// Which message.
        out: OutboundRef,
        /// What became of it.
        outcome: DeliveryOutcome,
    },
    /// What the ILS answered.
    Ils {
        /// To which call.
        step: StepId,
        /// The answer.
        answer: IlsAnswer,
    },
    /// The ILS has done something by itself.
    Notice(IlsNotice),
    /// The ILS has done something by itself, and it may be about this request or about another: nothing tells which.
    NoticeUnclear(NoticeKind),
    /// A timer has run out.
    Timer(TimerName),
    /// Staff act.
    Staff {
        /// What is done.
        act: Act,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
}

/// How a patron's request came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// Staff entered it, to be looked at before it is sent.
    Staff,
    /// NCIP RequestItem.
    Ncip,
    /// The REST API.
    Rest,
}

/// What a decision may look at besides the state and the input.
pub struct Context<'a> {
    /// Now; never earlier than the request's last decision.
    pub now: Timestamp,
    /// The request's own id: 26 base-32 characters.
    pub key: &'a str,
    /// The library.
    pub library: &'a HostedFacts,
    /// The version of the registry that the facts are from.
    pub registry_version: u64,
}

impl Input {
    /// What the ILS told with it.
    pub fn told(&self) -> IlsFacts {
        match self {
            Input::Ils { answer: IlsAnswer::Done { facts }, .. } => (**facts).clone(),
            Input::Notice(IlsNotice { due, .. }) => IlsFacts { due: *due, ..IlsFacts::default() },
            _ => IlsFacts::default(),
        }
    }

    /// What was sent of which this is the outcome.
    pub fn sent(&self) -> String {
        match self {
            Self::Delivery { out, .. } => out.kind.to_string(),
            _ => "a message".to_owned(),
        }
    }

    /// Why it was not delivered, taken or done, to be put after what it was.
    pub fn cause(&self) -> String {
        match self {
            Self::Delivery { outcome, .. } => outcome.cause(),
            Self::Ils { answer, .. } => why(answer).map(|why| format!(": {why}")).unwrap_or_default(),
            _ => String::new(),
        }
    }

    /// What staff are told of a notice that may be about another request.
    pub fn unclear_notice(&self, side: acts::Side) -> String {
        match self {
            Self::NoticeUnclear(kind) => acts::unclear_notice(*kind, side),
            _ => "The ILS does not say which request it tells of.".to_owned(),
        }
    }
}

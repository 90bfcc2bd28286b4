//! What the log says of a step besides events and bytes: the inputs, the rules that decided, what was rendered and answered. Must never
//! hold patron data or a note.

use acts::{Act, Fields};
use iso18626::{
    Action, Edition, ErrorData, Message, MessageKind, ReasonForMessage, RequestType, Status, YesNo,
};
use loan_model::{
    PeerId, Symbol,
    ils::{IlsAnswer, IlsNotice},
    names::Party,
};
use persistence::{IntakeId, MessageId};
use ranking::Nobody;
use serde::{Deserialize, Serialize};
use state_machine::{
    hosted::Origin,
    interpreter::{Reply, RuleUsed, Table},
};

use super::{machine::Kind, names::Outbound, staff::Because};

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// What came in; the first is what the step is about, the others followed from it in the same commit.
    pub inputs: Vec<LoggedInput>,
    /// The version of the registry that was looked at.
    pub registry_version: u64,
    /// What was rendered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out: Vec<LoggedOutbound>,
    /// How the sender was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<LoggedReply>,
}

/// An input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedInput {
    /// What it was.
    #[serde(flatten)]
    pub kind: LoggedInputKind,
    /// The rules that decided about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<LoggedRule>,
}

/// What an input was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "kebab-case")]
pub enum LoggedInputKind {
    /// A peer's message.
    Message {
        /// From whom.
        from: PeerId,
        /// Whose side that is.
        party: Party,
        /// Which message.
        kind: MessageKind,
        /// What it says, in a word or two.
        text: String,
        /// Its edition.
        edition: Edition,
        /// The version it declares.
        version: String,
        /// What was not as the standard has it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        diagnostics: Vec<String>,
        /// Where elements stood that no edition knows.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        extras: Vec<String>,
    },
    /// A peer's message that was not taken, though it names this request.
    NotTaken {
        /// From whom; nobody, where that could not be made out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<PeerId>,
        /// Who it says it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        named: Option<Symbol>,
        /// Whose side it is about.
        party: Party,
        /// What it says, in a word or two.
        text: String,
        /// Why it was not taken.
        why: String,
        /// Under which id it is kept among what was not taken.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        intake: Option<IntakeId>,
    },
    /// A patron asks a hosted library for something.
    PatronRequest {
        /// How that came.
        origin: Origin,
    },
    /// The ILS of a hosted library has done something by itself.
    Notice {
        /// What.
        notice: IlsNotice,
    },
    /// What became of something that was sent.
    Delivery {
        /// Which.
        message: MessageId,
        /// What it was.
        out: Outbound,
        /// To whom.
        peer: PeerId,
        /// What became of it.
        outcome: LoggedOutcome,
        /// The status of the HTTP answer, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        http: Option<u16>,
    },
    /// A message could not be written in its peer's edition.
    Unsendable {
        /// What it was.
        out: Outbound,
        /// To whom.
        peer: PeerId,
        /// What stood in the way.
        why: String,
    },
    /// Candidates were ranked.
    Located {
        /// How many were considered.
        considered: usize,
        /// Why there is none, where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nobody: Option<Nobody>,
    },
    /// A timer ran out.
    Timer {
        /// Which.
        timer: String,
    },
    /// Somebody of the staff, or the gateway itself, acts.
    Staff {
        /// What is done, by its name.
        act: String,
        /// With which fields, but for what staff write. As texts, so that they can be read when the act has changed.
        #[serde(default, skip_serializing_if = "Fields::is_empty")]
        fields: Fields,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
    /// A message is to be sent again, with the same bytes.
    Resend {
        /// Which.
        message: MessageId,
        /// What it was.
        out: Outbound,
        /// To whom.
        peer: PeerId,
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
    /// A copy that was handed over as a file is fetched, for the first time.
    Fetched {
        /// The step that keeps it.
        step: u64,
    },
    /// The patron's data were erased.
    Erase {
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum LoggedOutcome {
    /// The peer took it.
    Confirmed,
    /// The peer has it from an earlier attempt.
    AlreadyThere,
    /// The peer never confirmed it, and has spoken of it since: it has it.
    SpokenOf,
    /// The ILS answered.
    Answered {
        /// What it said.
        said: IlsAnswer,
    },
    /// The peer refused it.
    Refused {
        /// What it says is wrong.
        errors: Vec<String>,
    },
    /// It could not be delivered.
    Undeliverable {
        /// What went wrong last.
        why: String,
    },
    /// Staff took it out of its lane.
    Dropped {
        /// By whom.
        by: String,
        /// Why.
        reason: String,
    },
}

impl LoggedInputKind {
    /// Somebody of the staff, or the gateway itself, acts.
    pub fn staff(act: &Act, because: &Because) -> Self {
        let Because { by, reason } = because.clone();
        let mut fields = act.fields();
        // What staff write is in the message alone, which is sealed.
        fields.take("note");
        Self::Staff { act: act.kind().to_string(), fields, by, reason }
    }
}

/// A rule that decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedRule {
    /// Of which table.
    pub table: LoggedTable,
    /// Its name.
    pub rule: String,
    /// What it says.
    pub why: String,
}

/// A message that was rendered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedOutbound {
    /// Its id.
    pub message: MessageId,
    /// What it is.
    pub out: Outbound,
    /// To whom.
    pub peer: PeerId,
    /// What it says, in a word or two.
    pub text: String,
    /// The edition it was written in; of an ILS, the protocol and its version.
    pub edition: String,
    /// What that edition could not say as it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub losses: Vec<String>,
    /// The message whose bytes it sends again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resends: Option<MessageId>,
}

/// How the sender was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedReply {
    /// What is wrong with its message; nothing: OK.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<String>,
}

/// One of the machines' tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LoggedTable {
    /// The broker's.
    Brokering(Table),
    /// A hosted library's.
    Hosted(Kind),
}

impl From<RuleUsed> for LoggedRule {
    fn from(used: RuleUsed) -> Self {
        let table = LoggedTable::Brokering(used.table);
        Self { table, rule: used.rule.to_owned(), why: used.why.to_owned() }
    }
}

impl LoggedRule {
    /// A rule of a hosted library's machine.
    pub(super) fn hosted(kind: Kind, used: &RuleUsed) -> Self {
        Self { table: LoggedTable::Hosted(kind), rule: used.rule.to_owned(), why: used.why.to_owned() }
    }
}

impl From<&Reply> for LoggedReply {
    fn from(reply: &Reply) -> Self {
        match reply {
            Reply::Ok => Self { errors: Vec::new() },
            Reply::Error(errors) => Self { errors: sentences(errors) },
        }
    }
}

/// Each error as a sentence.
pub fn sentences(errors: &[ErrorData]) -> Vec<String> {
    let sentence = |error: &ErrorData| match &error.error_value {
        Some(value) => format!("{}: {value}", error.error_type),
        None => error.error_type.to_string(),
    };
    errors.iter().map(sentence).collect()
}

/// What a message says, in a word or two: never more than codes.
pub fn word(message: &Message) -> String {
    match message {
        Message::Request(request) => {
            let kind = request.service_info.as_ref().and_then(|service| service.request_type.as_ref());
            match kind {
                None | Some(RequestType::New) => "request".to_owned(),
                Some(RequestType::Unknown(_)) => "request (of no known type)".to_owned(),
                Some(other) => format!("request ({other})"),
            }
        }
        Message::RequestingAgencyMessage(message) => match &message.action {
            Action::Unknown(_) => "no known action".to_owned(),
            action => action.to_string(),
        },
        Message::SupplyingAgencyMessage(message) => {
            let reason = match &message.message_info.reason_for_message {
                ReasonForMessage::Unknown(_) => "no known reason".to_owned(),
                reason => reason.to_string(),
            };
            let answer = match &message.message_info.answer_yes_no {
                None | Some(YesNo::Unknown(_)) => String::new(),
                Some(answer) => format!(" {answer}"),
            };
            // Only what the standard lists: another value could be anybody's text.
            let info = &message.message_info;
            let listed = [
                info.reason_unfilled.as_ref().filter(|why| why.code().is_some()).map(|why| &why.value),
                info.reason_retry.as_ref().filter(|why| why.code().is_some()).map(|why| &why.value),
            ];
            let why: String = listed.into_iter().flatten().map(|why| format!(", {why}")).collect();
            match &message.status_info.status {
                Status::Unknown(empty) if empty.is_empty() => format!("{reason}{answer}{why}"),
                Status::Unknown(_) => format!("no known status ({reason}{answer}{why})"),
                status => format!("{status} ({reason}{answer}{why})"),
            }
        }
        confirmation => confirmation.kind().to_string(),
    }
}

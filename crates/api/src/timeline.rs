//! The steps of a request as the API shows them. Must never show the bytes of a message.

use loan_model::{
    ils::{IlsAnswer, IlsProblem},
    names::Party,
};
use persistence::{Opened, Role, Step as StoredStep};
use runtime::{
    requests::{Logged, LoggedInputKind, LoggedOutcome, LoggedRule, Outbound},
    stored_time::timestamp,
};
use serde_json::Value;

use super::model::{Bytes, Delivery, DeliveryEnd, Direction, Move, Rule, Step, StepInput, StepMessage};

/// A step of the timeline.
pub(crate) fn step(kept: &StoredStep) -> Result<Step, String> {
    let unreadable = |why: serde_json::Error| format!("step {} cannot be read: {why}", kept.number);
    let logged: Logged = serde_json::from_slice(&kept.input).map_err(unreadable)?;
    let events: Vec<Value> = serde_json::from_slice(&kept.events).map_err(unreadable)?;
    Ok(Step {
        number: kept.number,
        at: timestamp(kept.at),
        inputs: logged.inputs.iter().map(|input| step_input(&input.kind, &input.rules)).collect(),
        moves: events.iter().filter_map(moved).collect(),
        messages: messages(kept, &logged),
        events,
    })
}

fn step_input(kind: &LoggedInputKind, rules: &[LoggedRule]) -> StepInput {
    let mut input = StepInput {
        kind: String::new(),
        party: None,
        peer: None,
        text: String::new(),
        message: None,
        delivery: None,
        problems: Vec::new(),
        rules: rules.iter().map(rule).collect(),
    };
    let about = |input: &mut StepInput, out: &Outbound, peer: &loan_model::PeerId| {
        input.party = out.to().map(|side| side.to_string());
        input.peer = Some(peer.to_string());
    };
    match kind {
        LoggedInputKind::Message { from, party, text, diagnostics, extras, .. } => {
            input.kind = "message".to_owned();
            input.party = Some(party.to_string());
            input.peer = Some(from.to_string());
            input.text = text.clone();
            input.problems = diagnostics.clone();
            input.problems.extend(extras.iter().map(|path| format!("{path}: not an element of any edition")));
        }
        LoggedInputKind::NotTaken { from, named, party, text, why, intake } => {
            input.kind = "not-taken".to_owned();
            input.party = Some(party.to_string());
            input.peer = from.as_ref().map(ToString::to_string);
            let sender = match (from, named) {
                (None, Some(named)) => format!(", of somebody who writes as {named}"),
                (None, None) => ", of nobody known".to_owned(),
                (Some(from), _) => format!(", of {from}"),
            };
            let kept = intake.map(|id| format!(" (kept as {id})")).unwrap_or_default();
            input.text = format!("{text}{sender}: not taken{kept}");
            input.problems = vec![why.clone()];
        }
        LoggedInputKind::Delivery { message, out, peer, outcome, http } => {
            input.kind = "delivery".to_owned();
            about(&mut input, out, peer);
            input.message = Some(message.to_string());
            let (word, problems) = outcome_words(outcome);
            let http = http.map(|status| format!(", HTTP {status}")).unwrap_or_default();
            input.text = format!("{}: {word}{http}", out.what());
            input.delivery = Some(Delivery { what: out.name(), end: end_of(outcome) });
            input.problems = problems;
        }
        LoggedInputKind::Unsendable { out, peer, why } => {
            input.kind = "delivery".to_owned();
            about(&mut input, out, peer);
            input.text = format!("{}: it cannot be written", out.what());
            input.delivery = Some(Delivery { what: out.name(), end: DeliveryEnd::Unwritable });
            input.problems = vec![why.clone()];
        }
        LoggedInputKind::Located { considered, nobody } => {
            input.kind = "located".to_owned();
            let libraries = if *considered == 1 { "library" } else { "libraries" };
            let why = nobody.map(|nobody| format!(": {}", nobody.sentence())).unwrap_or_default();
            input.text = format!("{considered} {libraries} considered{why}");
        }
        LoggedInputKind::Timer { timer } => {
            input.kind = "timer".to_owned();
            // `answer/leg-0`, `hold-shelf/vol-2`: whose clock it is.
            input.party = timer.split_once('/').map(|(_, whose)| whose.to_owned());
            input.text = format!("{timer} ran out");
        }
        LoggedInputKind::PatronRequest { origin } => {
            input.kind = "asked".to_owned();
            input.party = Some(Party::Library.to_string());
            input.text = format!("a patron asks ({})", word(origin));
        }
        LoggedInputKind::Notice { notice } => {
            input.kind = "notice".to_owned();
            input.party = Some(notice.volume.map_or(Party::Library.to_string(), |volume| volume.to_string()));
            input.text = format!("the ILS tells: {}", word(&notice.kind));
        }
        LoggedInputKind::Staff { act, fields: _, by, reason } => {
            input.kind = "staff".to_owned();
            input.text = format!("{act} by {by}: {reason}");
        }
        LoggedInputKind::Resend { message, out, peer, by, reason } => {
            input.kind = "resend".to_owned();
            about(&mut input, out, peer);
            input.message = Some(message.to_string());
            input.text = format!("{} sent again by {by}: {reason}", out.what());
        }
        LoggedInputKind::Fetched { step } => {
            input.kind = "fetched".to_owned();
            input.text = format!("the copy of step {step} is fetched for the first time");
        }
        LoggedInputKind::Erase { by, reason } => {
            input.kind = "erase".to_owned();
            input.text = format!("patron data erased by {by}: {reason}");
        }
    }
    input
}

fn outcome_words(outcome: &LoggedOutcome) -> (String, Vec<String>) {
    match outcome {
        LoggedOutcome::Confirmed => ("confirmed".to_owned(), Vec::new()),
        LoggedOutcome::Answered { said } => said_words(said),
        LoggedOutcome::AlreadyThere => ("it was there already".to_owned(), Vec::new()),
        LoggedOutcome::SpokenOf => ("never confirmed, but answered by a message".to_owned(), Vec::new()),
        LoggedOutcome::Refused { errors } => ("refused".to_owned(), errors.clone()),
        LoggedOutcome::Undeliverable { why } => ("undeliverable".to_owned(), vec![why.clone()]),
        LoggedOutcome::Dropped { by, reason } => (format!("dropped by {by}"), vec![reason.clone()]),
    }
}

fn end_of(outcome: &LoggedOutcome) -> DeliveryEnd {
    match outcome {
        LoggedOutcome::Confirmed | LoggedOutcome::AlreadyThere | LoggedOutcome::SpokenOf => {
            DeliveryEnd::Taken
        }
        LoggedOutcome::Answered { said: IlsAnswer::Done { .. } } => DeliveryEnd::Done,
        LoggedOutcome::Answered { said: IlsAnswer::Refused { .. } } => DeliveryEnd::Refused,
        LoggedOutcome::Answered { said: IlsAnswer::Failed { .. } } => DeliveryEnd::NoAnswer,
        LoggedOutcome::Refused { .. } => DeliveryEnd::Refused,
        LoggedOutcome::Undeliverable { .. } => DeliveryEnd::Undeliverable,
        LoggedOutcome::Dropped { .. } => DeliveryEnd::Dropped,
    }
}

/// What an ILS said.
fn said_words(said: &IlsAnswer) -> (String, Vec<String>) {
    let sentence = |problem: &IlsProblem| match &problem.detail {
        Some(detail) => format!("{}: {detail}", problem.kind),
        None => problem.kind.to_string(),
    };
    match said {
        IlsAnswer::Done { facts } => {
            let tolerated = facts.tolerated.iter().map(|problem| format!("it says {}", sentence(problem)));
            ("done".to_owned(), tolerated.chain(facts.twice.map(|twice| twice.to_string())).collect())
        }
        IlsAnswer::Refused { problems } => ("refused".to_owned(), problems.iter().map(sentence).collect()),
        IlsAnswer::Failed { why, .. } => ("no answer".to_owned(), vec![why.clone()]),
    }
}

/// A rule as it is shown.
pub(crate) fn rule(rule: &LoggedRule) -> Rule {
    Rule { table: word(&rule.table), rule: rule.rule.clone(), why: rule.why.clone() }
}

/// The move that an event tells of, if it tells of one.
fn moved(event: &Value) -> Option<Move> {
    let text = |key: &str| event.get(key).and_then(Value::as_str).map(str::to_owned);
    let what = match event.get("event")?.as_str()? {
        "phase-moved" => "request".to_owned(),
        "leg-moved" => text("leg")?,
        "volume-moved" => text("volume")?,
        "withdrawn" => {
            let (what, from, to) = (text("leg")?, text("message")?, "withdrawn".to_owned());
            return Some(Move { what, from, to, rule: text("rule")? });
        }
        _ => return None,
    };
    Some(Move { what, from: text("from")?, to: text("to")?, rule: text("rule")? })
}

fn messages(kept: &StoredStep, logged: &Logged) -> Vec<StepMessage> {
    let first = logged.inputs.first().map(|input| &input.kind);
    let made = kept.bodies.iter().map(|body| {
        let bytes = match (&body.plaintext, &body.redacted) {
            (Opened::Plain(_), _) => Bytes::Whole,
            (Opened::Erased, Some(_)) => Bytes::Redacted,
            (Opened::Erased, None) => Bytes::Gone,
        };
        let mut message = StepMessage {
            id: String::new(),
            direction: Direction::In,
            party: None,
            peer: None,
            text: String::new(),
            edition: None,
            losses: Vec::new(),
            resends: None,
            bytes,
        };
        match body.role {
            Role::In => {
                message.id = format!("{}/in", kept.number);
                match first {
                    Some(LoggedInputKind::Message { from, party, text, edition, .. }) => {
                        message.party = Some(party.to_string());
                        message.peer = Some(from.to_string());
                        message.text = text.clone();
                        message.edition = Some(edition.to_string());
                    }
                    Some(LoggedInputKind::Delivery { out, peer, outcome, .. }) => {
                        message.party = out.to().map(|side| side.to_string());
                        message.peer = Some(peer.to_string());
                        message.text = format!("answer to {}: {}", out.what(), outcome_words(outcome).0);
                    }
                    Some(LoggedInputKind::Staff { act, .. }) => {
                        message.text = format!("{act}: {}", body.content_type);
                    }
                    _ => {}
                }
            }
            Role::Reply => {
                message.direction = Direction::Reply;
                message.id = format!("{}/reply", kept.number);
                if let Some(LoggedInputKind::Message { from, party, .. }) = first {
                    message.party = Some(party.to_string());
                    message.peer = Some(from.to_string());
                }
                message.text = match &logged.reply {
                    Some(reply) if reply.errors.is_empty() => "OK".to_owned(),
                    Some(reply) => format!("ERROR: {}", reply.errors.join("; ")),
                    None => String::new(),
                };
            }
            Role::Out(id) => {
                message.direction = Direction::Out;
                message.id = id.to_string();
                if let Some(out) = logged.out.iter().find(|out| out.message == id) {
                    message.party = out.out.to().map(|side| side.to_string());
                    message.peer = Some(out.peer.to_string());
                    message.text = out.text.clone();
                    message.edition = Some(out.edition.clone());
                    message.losses = out.losses.clone();
                    message.resends = out.resends.map(|resent| resent.to_string());
                }
            }
        }
        message
    });
    made.collect()
}

/// A word of the machines, as their JSON writes it.
pub(crate) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_withdrawn_is_shown_with_its_rule() {
        let event = serde_json::json!({
            "event": "withdrawn", "leg": "leg-0", "message": "action/Cancel", "rule": "promises-while-cancel-pending",
        });
        let Move { what, from, to, rule } = moved(&event).expect("it is shown");
        let shown = [what, from, to, rule];
        assert_eq!(shown, ["leg-0", "action/Cancel", "withdrawn", "promises-while-cancel-pending"]);
    }
}

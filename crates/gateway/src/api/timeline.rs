//! A request and its steps as the API shows them. Must never show the bytes of a message.

use jiff::Timestamp;
use persistence::{LaneEntry, Opened, RequestId, Role, Standing, Step as Kept, Stored};
use serde_json::Value;
use state_machine::{
    brokering::{OutRef, Summary, allowed_actions},
    ranking::{Criterion, RotaEntry, Score, Verdict},
};

use super::model::{
    Bytes, Incident, Leg, Move, QueueLine, RequestDetail, RequestLine, RotaLine, Rule, Step, StepInput,
    StepMessage, Wait, Way,
};
use crate::{
    requests::{self, Logged, LoggedOutcome, LoggedRule, What},
    seams::timestamp,
};

/// A request at a glance.
pub(crate) fn line(stored: &Stored) -> Result<RequestLine, String> {
    let kept = requests::read_kept(stored)?;
    Ok(of_summary(stored.request, stored.version.number(), &kept.state.summary()))
}

/// A request at a glance, from what the machine says of it.
pub(crate) fn of_summary(request: RequestId, version: u64, summary: &Summary) -> RequestLine {
    RequestLine {
        id: request.to_string(),
        version,
        phase: summary.phase.to_string(),
        requester: summary.requester.to_string(),
        requester_symbol: summary.requester_symbol.to_string(),
        requester_request_id: summary.requester_request_id.clone(),
        title: summary.title.clone(),
        service: summary.service.clone(),
        supplier: summary.supplier.as_ref().map(ToString::to_string),
        told: summary.told.as_ref().map(|told| told.status.to_string()),
        waits: summary
            .waits
            .iter()
            .map(|wait| Wait { timer: wait.timer.to_string(), until: wait.until, why: wait.why.clone() })
            .collect(),
        incidents: summary
            .incidents
            .iter()
            .map(|incident| Incident {
                slug: incident.slug.clone(),
                text: incident.text.clone(),
                party: incident.party.to_string(),
                since: incident.since,
            })
            .collect(),
        opened_at: summary.opened_at,
        changed_at: summary.changed_at,
    }
}

/// A request with all that happened.
pub(crate) fn detail(stored: &Stored, lanes: &[LaneEntry], steps: &[Kept]) -> Result<RequestDetail, String> {
    let kept = requests::read_kept(stored)?;
    let summary = kept.state.summary();
    let legs = summary.legs.iter().map(|leg| Leg {
        leg: leg.leg.to_string(),
        peer: leg.peer.to_string(),
        symbol: leg.symbol.to_string(),
        name: leg.name.clone(),
        state: leg.state.to_string(),
        ids: leg.ids.clone(),
        supplier_request_id: leg.supplier_request_id.clone(),
        status: leg.status.as_ref().map(ToString::to_string),
        due_date: leg.due_date.as_ref().map(ToString::to_string),
        ended_by: leg.ended_by.clone(),
        since: leg.since,
    });
    Ok(RequestDetail {
        line: of_summary(stored.request, stored.version.number(), &summary),
        legs: legs.collect(),
        rota: summary.rota.entries.iter().map(rota_line).collect(),
        actions: allowed_actions(&kept.state).iter().map(ToString::to_string).collect(),
        queue: queue_lines(lanes),
        timeline: steps.iter().map(step).collect::<Result<_, _>>()?,
    })
}

/// A score in words; none where it sets nobody apart.
fn score_text(score: &Score) -> Option<String> {
    // By basis, the first is 0, those named by the request count from 1, and what is beyond any count follows those.
    const HOLDING: i64 = 1 << 32;
    match (score.criterion, score.value) {
        (Criterion::LastResort | Criterion::GroupPriority, 0) => None,
        (Criterion::LastResort, _) => Some("last resort".to_owned()),
        (Criterion::Basis, 0) => Some("addressed".to_owned()),
        (Criterion::Basis, HOLDING) => Some("holds it".to_owned()),
        (Criterion::Basis, place) if place < HOLDING => Some(format!("named by the request, number {place}")),
        (Criterion::Basis, _) => Some("of the requester's group".to_owned()),
        (Criterion::GroupPriority, priority) => Some(format!("priority {priority}")),
        (Criterion::AnswerTime, seconds) => Some(format!("answers in {} h", seconds / 3600)),
    }
}

fn rota_line(entry: &RotaEntry) -> RotaLine {
    let (place, why) = match &entry.verdict {
        Verdict::Chosen { place, scores } => {
            let scores: Vec<String> = scores.iter().filter_map(score_text).collect();
            (Some(*place), scores.join(", "))
        }
        Verdict::PassedOver { why } => (None, why.sentence().to_owned()),
    };
    RotaLine {
        peer: entry.peer.to_string(),
        symbol: entry.symbol.to_string(),
        name: entry.name.clone(),
        place,
        why,
    }
}

/// Lane entries in the order of sending; the first of each lane is its head.
pub(crate) fn queue_lines(lanes: &[LaneEntry]) -> Vec<QueueLine> {
    let mut before = None;
    lanes
        .iter()
        .map(|entry| {
            let head = before != Some(&entry.lane);
            before = Some(&entry.lane);
            queue_line(entry, head)
        })
        .collect()
}

fn queue_line(entry: &LaneEntry, head: bool) -> QueueLine {
    let (party, kind) = match entry.kind.parse::<OutRef>() {
        Ok(out) => (out.to.to_string(), out.kind.to_string()),
        Err(_) => (String::new(), entry.kind.clone()),
    };
    QueueLine {
        message: entry.message.to_string(),
        request: entry.lane.request.to_string(),
        peer: entry.lane.peer.clone(),
        party,
        kind,
        queued_at: timestamp(entry.queued_at),
        attempts: entry.attempts,
        next_at: timestamp(entry.next_at),
        last_error: entry.last_error.clone(),
        head,
        held: match &entry.standing {
            Standing::Ready => None,
            Standing::Held { incident } => Some(incident.clone()),
        },
    }
}

/// A step of the timeline.
pub(crate) fn step(kept: &Kept) -> Result<Step, String> {
    let unreadable = |why: serde_json::Error| format!("step {} cannot be read: {why}", kept.number);
    let logged: Logged = serde_json::from_slice(&kept.input).map_err(unreadable)?;
    let events: Vec<Value> = serde_json::from_slice(&kept.events).map_err(unreadable)?;
    Ok(Step {
        number: kept.number,
        at: timestamp(kept.at),
        inputs: logged.inputs.iter().map(|input| step_input(&input.what, &input.rules)).collect(),
        moves: events.iter().filter_map(moved).collect(),
        messages: messages(kept, &logged),
        events,
    })
}

fn step_input(what: &What, rules: &[LoggedRule]) -> StepInput {
    let mut input = StepInput {
        kind: String::new(),
        party: None,
        peer: None,
        text: String::new(),
        message: None,
        problems: Vec::new(),
        rules: rules.iter().map(rule).collect(),
    };
    let about = |input: &mut StepInput, out: &OutRef, peer: &state_machine::PeerId| {
        input.party = Some(out.to.to_string());
        input.peer = Some(peer.to_string());
    };
    match what {
        What::Message { from, party, text, diagnostics, extras, .. } => {
            input.kind = "message".to_owned();
            input.party = Some(party.to_string());
            input.peer = Some(from.to_string());
            input.text = text.clone();
            input.problems = diagnostics.clone();
            input.problems.extend(extras.iter().map(|path| format!("{path}: not an element of any edition")));
        }
        What::Delivery { message, out, peer, outcome, http } => {
            input.kind = "delivery".to_owned();
            about(&mut input, out, peer);
            input.message = Some(message.to_string());
            let (word, problems) = outcome_words(outcome);
            let http = http.map(|status| format!(", HTTP {status}")).unwrap_or_default();
            input.text = format!("{}: {word}{http}", out.kind);
            input.problems = problems;
        }
        What::Unsendable { out, peer, why } => {
            input.kind = "delivery".to_owned();
            about(&mut input, out, peer);
            input.text = format!("{}: it cannot be written", out.kind);
            input.problems = vec![why.clone()];
        }
        What::Located { considered } => {
            input.kind = "located".to_owned();
            let libraries = if *considered == 1 { "library" } else { "libraries" };
            input.text = format!("{considered} {libraries} considered");
        }
        What::Timer { timer } => {
            input.kind = "timer".to_owned();
            input.party = timer.leg.map(|leg| leg.to_string());
            input.text = format!("{timer} ran out");
        }
        What::Staff { action, by, reason } => {
            input.kind = "staff".to_owned();
            input.text = format!("{action} by {by}: {reason}");
        }
        What::Resend { message, out, peer, by, reason } => {
            input.kind = "resend".to_owned();
            about(&mut input, out, peer);
            input.message = Some(message.to_string());
            input.text = format!("{} sent again by {by}: {reason}", out.kind);
        }
        What::Erase { by, reason } => {
            input.kind = "erase".to_owned();
            input.text = format!("patron data erased by {by}: {reason}");
        }
    }
    input
}

fn outcome_words(outcome: &LoggedOutcome) -> (String, Vec<String>) {
    match outcome {
        LoggedOutcome::Confirmed => ("confirmed".to_owned(), Vec::new()),
        LoggedOutcome::AlreadyThere => ("it was there already".to_owned(), Vec::new()),
        LoggedOutcome::Refused { errors } => ("refused".to_owned(), errors.clone()),
        LoggedOutcome::Undeliverable { why } => ("undeliverable".to_owned(), vec![why.clone()]),
        LoggedOutcome::Dropped { by, reason } => (format!("dropped by {by}"), vec![reason.clone()]),
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
        _ => return None,
    };
    Some(Move { what, from: text("from")?, to: text("to")?, rule: text("rule")? })
}

fn messages(kept: &Kept, logged: &Logged) -> Vec<StepMessage> {
    let first = logged.inputs.first().map(|input| &input.what);
    let made = kept.bodies.iter().map(|body| {
        let bytes = match (&body.sealed, &body.clear) {
            (Opened::Plain(_), _) => Bytes::Whole,
            (Opened::Erased, Some(_)) => Bytes::Redacted,
            (Opened::Erased, None) => Bytes::Gone,
        };
        let mut message = StepMessage {
            id: String::new(),
            way: Way::In,
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
                    Some(What::Message { from, party, text, edition, .. }) => {
                        message.party = Some(party.to_string());
                        message.peer = Some(from.to_string());
                        message.text = text.clone();
                        message.edition = Some(edition.to_string());
                    }
                    Some(What::Delivery { out, peer, outcome, .. }) => {
                        message.party = Some(out.to.to_string());
                        message.peer = Some(peer.to_string());
                        message.text = format!("answer to {}: {}", out.kind, outcome_words(outcome).0);
                    }
                    _ => {}
                }
            }
            Role::Reply => {
                message.way = Way::Reply;
                message.id = format!("{}/reply", kept.number);
                if let Some(What::Message { from, party, .. }) = first {
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
                message.way = Way::Out;
                message.id = id.to_string();
                if let Some(out) = logged.out.iter().find(|out| out.message == id) {
                    message.party = Some(out.out.to.to_string());
                    message.peer = Some(out.peer.to_string());
                    message.text = out.text.clone();
                    message.edition = Some(out.edition.to_string());
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

/// A date of the store.
pub(crate) fn date(millis: u64) -> Timestamp {
    timestamp(i64::try_from(millis).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use state_machine::ranking::{Criterion, Score};

    use super::score_text;

    #[test]
    fn scores_are_words() {
        let text = |criterion, value| score_text(&Score { criterion, value }).unwrap_or_default();
        assert_eq!(text(Criterion::LastResort, 0), "");
        assert_eq!(text(Criterion::LastResort, 1), "last resort");
        assert_eq!(text(Criterion::Basis, 0), "addressed");
        assert_eq!(text(Criterion::Basis, 2), "named by the request, number 2");
        assert_eq!(text(Criterion::Basis, 1 << 32), "holds it");
        assert_eq!(text(Criterion::Basis, (1 << 32) + 1), "of the requester's group");
        assert_eq!(text(Criterion::GroupPriority, 5), "priority 5");
        assert_eq!(text(Criterion::AnswerTime, 7200), "answers in 2 h");
    }
}

//! One attempt at one message: the row says so before anything is written to the peer, the bytes are those that were rendered,
//! and what came of it is committed or written to the row. Must never log a body.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use errors::{Slug, slug};
use jiff::Timestamp;
use loan_model::MayHaveArrived;
use persistence::{LaneEntry, Opened, StoreError, Written};

use super::{
    AtLast, Attempt, Blames, Connection, Delivery, DeliveryReport, Exchange, Outcome, Rest, Shared, arrival,
    plan::later, stumbles::Stumbles,
};
use crate::{
    destination::Destination,
    input_span::{InputKind, InputSpan},
    stored_time::unix_millis,
};

/// How long the first pause is when an outcome cannot be committed; it doubles.
const RECORD_PAUSE: Duration = Duration::from_millis(200);
/// How often it is tried.
const RECORD_TRIES: u32 = 5;
/// The incident that holds a lane whose request cannot take what became of its message.
const UNRECORDED: &str = slug!("delivery.unsettled").as_str();

/// What an attempt tells of the peer.
#[derive(Debug)]
pub(super) enum Report {
    /// It answered.
    Answered,
    /// It answered, and its answer settles nothing: it is to be asked again.
    Unusable {
        /// What it said.
        why: String,
    },
    /// It did not answer.
    Failed {
        /// Why.
        why: String,
        /// When it asked to be tried again.
        rest: Option<Timestamp>,
        /// Whose trouble it seems to be.
        blames: Blames,
        /// What the message was met with, if with a status.
        stumbles: Option<Stumbles>,
        /// Whether staff were told that the door is shut.
        alarm: Alarm,
    },
    /// It stumbles over the message, and over no other.
    SetAside {
        /// Why.
        why: String,
    },
    /// Nothing: the lane had changed, and it was not tried.
    Untried,
    /// Nothing: the message was recorded as undeliverable.
    Undeliverable,
    /// The store has stopped.
    Stopped,
}

/// The input that a lane's head becomes when it is sent: what comes of it is what is handled.
pub(super) fn input(head: &LaneEntry) -> InputSpan {
    let kind = match Destination::of(&head.lane.peer) {
        Destination::Ils(_) => InputKind::IlsCall,
        Destination::Broker | Destination::Library(_) | Destination::Staff(_) => InputKind::Delivery,
    };
    InputSpan::new(kind).request(head.lane.request).peer(&head.lane.peer).message(head.message)
}

/// Whether staff were told that a peer lets nothing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alarm {
    /// They were not.
    Due,
    /// They were, in a request of this peer.
    Raised,
}

/// A lane's head, and what is known of its earlier attempts.
pub(super) struct Head {
    pub(super) entry: LaneEntry,
    /// Since when it is the head.
    pub(super) since: Timestamp,
    /// How many answers in a row settled nothing.
    pub(super) unusable: u32,
    /// What it was met with.
    pub(super) stumbles: Option<Stumbles>,
    /// How many messages the peer has answered.
    pub(super) answered: Arc<AtomicU64>,
    /// Whether staff know that the peer lets nothing in.
    pub(super) alarm: Alarm,
}

/// Sends a lane's head once.
pub(super) async fn send(shared: &Shared, connection: &Connection, head: Head) -> Report {
    let Head { entry, since, unusable, stumbles, answered, alarm } = head;
    let now = shared.seams.clock.now();
    if connection.plan.is_over(now, entry.attempts, since) {
        return give_up(shared, entry).await;
    }
    let (bytes, content_type) = match bytes(shared, &entry).await {
        Ok(Ok(found)) => found,
        Ok(Err(why)) => return undeliverable(shared, entry, why).await,
        Err(_) => return Report::Stopped,
    };
    let (written, earlier, attempts) = (entry.written, arrival::of_entry(&entry), entry.attempts + 1);
    let next = connection.plan.next(now, attempts, shared.seams.random.next_u128());
    let entry = match shared.store.update_lane(entry.attempting(unix_millis(next))).await {
        Ok(entry) => entry,
        Err(StoreError::Conflict { .. }) => return Report::Untried,
        Err(_) => return Report::Stopped,
    };

    let start = shared.seams.clock.monotonic();
    let delivery = Delivery { entry: entry.clone(), bytes, content_type, earlier };
    let attempt = connection.transport.deliver(delivery).await;
    let latency = shared.seams.clock.monotonic().saturating_duration_since(start);
    let at = shared.seams.clock.now();
    let (why, rest, written, blames) = match attempt {
        Attempt::Answered { outcome, exchange } => {
            log(&entry, &outcome, exchange.as_ref(), latency);
            record(shared, DeliveryReport { entry, outcome, exchange }).await;
            return Report::Answered;
        }
        Attempt::Unusable { why, exchange, at_last } => {
            let times = unusable.saturating_add(1);
            tracing::warn!(slug = %slug!("delivery.unusable"), attempt = entry.attempts, latency_ms = latency.as_millis() as u64, why, "an answer settles nothing");
            let next = connection.plan.next(at, times, shared.seams.random.next_u128());
            let failed = entry.failed(unix_millis(next), why.clone(), Written::Perhaps);
            return match shared.store.update_lane(failed).await {
                Ok(entry)
                    if times >= connection.plan.unusable
                        || connection.plan.is_over(at, entry.attempts, since) =>
                {
                    let why = format!("answered {}: {why}", so_often(times));
                    match at_last {
                        AtLast::Undeliverable => settle(shared, entry, why, exchange).await,
                        AtLast::Refused(errors) => {
                            let outcome = Outcome::Refused(errors);
                            log(&entry, &outcome, exchange.as_ref(), latency);
                            record(shared, DeliveryReport { entry, outcome, exchange }).await;
                        }
                    }
                    Report::Answered
                }
                Ok(_) | Err(StoreError::Conflict { .. }) => Report::Unusable { why },
                Err(_) => Report::Stopped,
            };
        }
        Attempt::NoAnswer { why, rest, may_have_arrived, blames } => {
            // What an earlier attempt may have done, this one cannot undo.
            let written = if may_have_arrived == MayHaveArrived::No { written } else { Written::Perhaps };
            (why, rest, written, blames)
        }
    };
    tracing::warn!(slug = %slug!("delivery.failed"), attempt = entry.attempts, latency_ms = latency.as_millis() as u64, why, "a message was not delivered"
    );
    let answered = answered.load(Ordering::Relaxed);
    let stumbles = blames.met().map(|met| Stumbles::after(stumbles, met, answered));
    // A peer may ask for a rest, but not for one that outlasts everything.
    let rest = rest.map(|rest| match rest {
        Rest::For(long) => later(at, long),
        Rest::Until(date) => date,
    });
    let rest = rest.map(|rest| rest.min(later(at, connection.breaker.longest_rest)));
    let next = connection
        .plan
        .next(at, attempts, shared.seams.random.next_u128())
        .max(rest.unwrap_or(Timestamp::MIN));
    let mut alarm = alarm;
    match shared.store.update_lane(entry.failed(unix_millis(next), why.clone(), written)).await {
        Ok(entry) if stumbles.is_some_and(|stumbles| stumbles.settles(&blames)) => {
            set_aside(shared, entry, &why, blames).await;
            return Report::SetAside { why };
        }
        Ok(entry) if connection.plan.is_over(at, entry.attempts, since) => {
            give_up(shared, entry).await;
        }
        // Once may be a restart over there.
        Ok(entry) if matches!(blames, Blames::Door { .. }) && alarm == Alarm::Due && attempts >= 2 => {
            raise_alarm(shared, &entry, slug!("peer.shut-out"), &why).await;
            alarm = Alarm::Raised;
        }
        Ok(entry) if blames == Blames::Certificate && alarm == Alarm::Due => {
            raise_alarm(shared, &entry, slug!("peer.certificate"), &why).await;
            alarm = Alarm::Raised;
        }
        Ok(_) | Err(StoreError::Conflict { .. }) => {}
        Err(_) => return Report::Stopped,
    }
    Report::Failed { why, rest, blames, stumbles, alarm }
}

/// Staff must look at the peer's key, address or certificate.
async fn raise_alarm(shared: &Shared, entry: &LaneEntry, slug: Slug, why: &str) {
    if let Some(library) = Destination::of(&entry.lane.peer).library() {
        shared.incidents.raise(library, slug, "door", why.to_owned()).await;
    }
}

/// It is mended.
pub(super) async fn end_alarm(shared: &Shared, peer: &str) {
    let Some(library) = Destination::of(peer).library().cloned() else { return };
    for slug in [slug!("peer.shut-out"), slug!("peer.certificate")] {
        if let Err(why) = shared.store.resolve_library_incidents(library.as_str(), Some(slug.as_str())).await
        {
            let slug = why.slug().as_str();
            tracing::error!(%library, slug, %why, "an incident cannot be resolved");
        }
    }
}

/// The peer stumbles over this message alone: it is not tried any more, and the peer's other messages go on.
async fn set_aside(shared: &Shared, entry: LaneEntry, why: &str, blames: Blames) {
    match blames {
        Blames::Message { at_last: AtLast::Refused(errors), .. } => {
            let outcome = Outcome::Refused(errors);
            tracing::warn!(slug = %slug!("delivery.stumbled"), why, "a message is refused, and others go through");
            record(shared, DeliveryReport { entry, outcome, exchange: None }).await;
        }
        _ => {
            let why = format!("{}, while others go through: {why}", tried(entry.attempts));
            settle(shared, entry, why, None).await;
        }
    }
}

/// The plan has ended.
pub(super) async fn give_up(shared: &Shared, entry: LaneEntry) -> Report {
    let why = match (&entry.last_error, entry.attempts) {
        (Some(error), attempts) => format!("{}: {error}", tried(attempts)),
        (None, 0) => "never tried: the library was unreachable the whole time".to_owned(),
        (None, attempts) => format!("{}, without an answer", tried(attempts)),
    };
    undeliverable(shared, entry, why).await
}

fn tried(attempts: u32) -> String {
    format!("tried {}", so_often(attempts))
}

fn so_often(times: u32) -> String {
    if times == 1 { "once".to_owned() } else { format!("{times} times, the last time") }
}

/// Nobody wants it any more, and it may have arrived.
pub(super) async fn withdraw(shared: &Shared, entry: LaneEntry) -> Report {
    let why = match &entry.last_error {
        Some(error) => format!("it is not wanted any more; {}: {error}", tried(entry.attempts)),
        None => "it is not wanted any more".to_owned(),
    };
    let outcome = Outcome::Undeliverable { why, may_have_arrived: arrival::of_entry(&entry) };
    record(shared, DeliveryReport { entry, outcome, exchange: None }).await;
    Report::Undeliverable
}

/// It cannot be sent, or shall not be any more.
pub(super) async fn undeliverable(shared: &Shared, entry: LaneEntry, why: String) -> Report {
    settle(shared, entry, why, None).await;
    Report::Undeliverable
}

/// It is not tried any more, with the answer that it got last, where it got one.
async fn settle(shared: &Shared, entry: LaneEntry, why: String, exchange: Option<Exchange>) {
    tracing::warn!(slug = %slug!("delivery.undeliverable"), why, "a message is undeliverable");
    let outcome = Outcome::Undeliverable { why, may_have_arrived: arrival::of_entry(&entry) };
    record(shared, DeliveryReport { entry, outcome, exchange }).await;
}

/// Has the outcome committed. A failure is tried again for a while; if it stays (the request's row is damaged, or a fault of ours), the lane
/// is held for staff, and the peer's other lanes go on. (When the gateway stops before, the message goes out again.)
async fn record(shared: &Shared, report: DeliveryReport) {
    let mut pause = RECORD_PAUSE;
    for _ in 0..RECORD_TRIES {
        let Err(why) = shared.sink.record_outcome(report.clone()).await else { return };
        tracing::error!(slug = %slug!("delivery.unsettled"), %why, "what became of a message could not be committed");
        shared.seams.clock.sleep(pause).await;
        pause *= 2;
    }
    match shared.store.update_lane(report.entry.held(UNRECORDED)).await {
        Ok(_) => {
            tracing::error!(slug = %slug!("delivery.unsettled"), "the lane is held: its request cannot take what became of a message")
        }
        Err(why) => {
            tracing::error!(slug = %slug!("store.failed"), %why, "the lane cannot be held")
        }
    }
}

/// The rendered bytes, or why there are none.
async fn bytes(shared: &Shared, entry: &LaneEntry) -> Result<Result<(Vec<u8>, String), String>, StoreError> {
    match shared.store.body(entry.message).await {
        Ok(Some(body)) => Ok(match body.plaintext {
            Opened::Plain(bytes) => Ok((bytes, body.content_type)),
            Opened::Erased => Err("its bytes were erased".to_owned()),
        }),
        Ok(None) => Ok(Err("its bytes are not in the store".to_owned())),
        Err(StoreError::Corrupt(corrupt)) => Ok(Err(format!("its bytes are damaged: {corrupt}"))),
        Err(stopped) => Err(stopped),
    }
}

fn log(entry: &LaneEntry, outcome: &Outcome, exchange: Option<&Exchange>, latency: Duration) {
    let status = exchange.and_then(|exchange| exchange.status);
    let outcome = match outcome {
        Outcome::Confirmed => "confirmed",
        Outcome::Answered(_) => "answered",
        Outcome::AlreadyThere(_) => "already there",
        Outcome::Refused(_) => "refused",
        Outcome::Undeliverable { .. } => "undeliverable",
    };
    tracing::info!(
        what = entry.kind,
        attempt = entry.attempts,
        status,
        latency_ms = latency.as_millis() as u64,
        outcome,
        "a message was answered"
    );
}

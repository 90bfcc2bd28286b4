//! One attempt at one message: the row says so before anything is written to the peer, the bytes are the frozen ones, and what came
//! of it is settled or written to the row. Must never log a body.

use std::{sync::Arc, time::Duration};

use errors::slug;
use hyper::{
    body::Bytes,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use iso18626::ReadOptions;
use jiff::Timestamp;
use net::{
    http::{Answer, HttpClient, Outgoing, Sent},
    millis,
};
use persistence::{Arrival, LaneEntry, Opened, StoreError};

use super::{
    Carried, Courier, Exchange, Link, Outcome, Parcel, Post, Repeat, Settlement, Shared,
    answer::{Verdict, judge},
    plan::later,
};

/// What is posted, and declared so.
const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=\"utf-8\"");

/// How long the first pause is when a settlement cannot be committed; it doubles.
const SETTLE_PAUSE: Duration = Duration::from_millis(200);
/// How often it is tried.
const SETTLE_TRIES: u32 = 5;
/// The incident that holds a lane whose request cannot take what became of its message.
const UNSETTLED: &str = slug!("delivery.unsettled").as_str();

/// What an attempt tells of the peer.
#[derive(Debug)]
pub(super) enum Report {
    /// It answered.
    Answered,
    /// It did not.
    Failed {
        /// Why.
        why: String,
        /// When it asked to be tried again.
        rest: Option<Timestamp>,
    },
    /// Nothing: the lane had changed, and it was not tried.
    Untried,
    /// Nothing: the message was settled as undeliverable.
    Settled,
    /// The store has stopped.
    Stopped,
}

/// A way with all that it takes.
#[derive(Clone)]
#[expect(clippy::large_enum_variant, reason = "one is kept for each peer")]
pub(super) enum Ready {
    /// Posted by this client.
    Post(Post, HttpClient),
    /// Given to this courier.
    Courier(Arc<dyn Courier>),
}

/// Sends a lane's head once.
pub(super) async fn send(
    shared: &Shared,
    link: &Link,
    ready: &Ready,
    entry: LaneEntry,
    head_since: Timestamp,
) -> Report {
    let now = shared.seams.clock.now();
    if link.plan.is_over(now, entry.attempts, head_since) {
        return give_up(shared, entry).await;
    }
    let (bytes, content_type) = match bytes(shared, &entry).await {
        Ok(Ok(found)) => found,
        Ok(Err(why)) => return undeliverable(shared, entry, why).await,
        Err(_) => return Report::Stopped,
    };
    let (before, attempts) = (entry.arrival, entry.attempts + 1);
    let next = link.plan.next(now, attempts, shared.seams.random.next_u128());
    let entry = match shared.store.update_lane(entry.attempting(millis(next))).await {
        Ok(entry) => entry,
        Err(StoreError::Conflict { .. }) => return Report::Untried,
        Err(_) => return Report::Stopped,
    };

    let start = shared.seams.clock.monotonic();
    let repeat = if before == Arrival::Possible { Repeat::Repeat } else { Repeat::First };
    let carried = match ready {
        Ready::Post(to, client) => post(shared, to, client, bytes, repeat).await,
        Ready::Courier(courier) => {
            courier.carry(Parcel { entry: entry.clone(), bytes, content_type, repeat }).await
        }
    };
    let latency = shared.seams.clock.monotonic().saturating_duration_since(start);
    let at = shared.seams.clock.now();
    let (why, rest, arrival) = match carried {
        Carried::Told { outcome, exchange } => {
            log(&entry, &outcome, exchange.as_ref(), latency);
            settle(shared, Settlement { entry, outcome, exchange }).await;
            return Report::Answered;
        }
        Carried::NoAnswer { why, rest, arrival } => {
            // What an earlier attempt may have done, this one cannot undo.
            (why, rest, if arrival == Arrival::Impossible { before } else { arrival })
        }
    };
    tracing::warn!(slug = %slug!("delivery.failed"), peer = entry.lane.peer, message = %entry.message, request = %entry.lane.request,
        attempt = entry.attempts, latency_ms = latency.as_millis() as u64, why, "a message was not delivered"
    );
    // A peer may ask for a rest, but not for one that outlasts everything.
    let rest = rest.map(|rest| rest.min(later(at, link.breaker.longest)));
    let next =
        link.plan.next(at, attempts, shared.seams.random.next_u128()).max(rest.unwrap_or(Timestamp::MIN));
    match shared.store.update_lane(entry.failed(millis(next), why.clone(), arrival)).await {
        Ok(entry) if link.plan.is_over(at, entry.attempts, head_since) => {
            give_up(shared, entry).await;
        }
        Ok(_) | Err(StoreError::Conflict { .. }) => {}
        Err(_) => return Report::Stopped,
    }
    Report::Failed { why, rest }
}

/// Posts it, and judges the answer.
async fn post(shared: &Shared, to: &Post, client: &HttpClient, body: Bytes, repeat: Repeat) -> Carried {
    let start = shared.seams.clock.monotonic();
    let told = client.post(Outgoing { url: to.url.clone(), headers: headers(to), body }).await;
    let latency = shared.seams.clock.monotonic().saturating_duration_since(start);
    let at = shared.seams.clock.now();
    match told {
        Ok(answer) => taken(answer, &to.read, repeat, at, latency),
        Err(failure) => {
            let arrival = if failure.sent == Sent::Nothing { Arrival::Impossible } else { Arrival::Possible };
            Carried::NoAnswer { why: failure.why, rest: None, arrival }
        }
    }
}

fn taken(answer: Answer, read: &ReadOptions, repeat: Repeat, at: Timestamp, latency: Duration) -> Carried {
    match judge(&answer, read, repeat, at) {
        Verdict::Told(outcome) => Carried::Told { outcome, exchange: Some(Exchange { answer, at, latency }) },
        Verdict::NoAnswer { why, rest } => Carried::NoAnswer { why, rest, arrival: Arrival::Possible },
    }
}

/// What an answer means that came at once: from a machine of this gateway.
pub(crate) fn judged(answer: Answer, read: &ReadOptions, repeat: Repeat, at: Timestamp) -> Carried {
    taken(answer, read, repeat, at, Duration::ZERO)
}

/// The plan has ended.
pub(super) async fn give_up(shared: &Shared, entry: LaneEntry) -> Report {
    let why = match (&entry.last_error, entry.attempts) {
        (Some(error), attempts) => format!("it was tried {attempts} times, the last time: {error}"),
        (None, 0) => "the peer could not be reached all the time, so it was not tried at all".to_owned(),
        (None, attempts) => format!("it was tried {attempts} times without an answer"),
    };
    undeliverable(shared, entry, why).await
}

/// It cannot be sent, or shall not be any more.
pub(super) async fn undeliverable(shared: &Shared, entry: LaneEntry, why: String) -> Report {
    tracing::warn!(slug = %slug!("delivery.undeliverable"), peer = entry.lane.peer, message = %entry.message, request = %entry.lane.request, why,
        "a message is undeliverable"
    );
    let outcome = Outcome::Undeliverable { why, arrival: entry.arrival };
    settle(shared, Settlement { entry, outcome, exchange: None }).await;
    Report::Settled
}

/// Has it committed. What stands in the way is tried again for a while; if it stays (the request's row is damaged, or a fault of ours), the lane
/// is held for staff, and the peer's other lanes go on. (When the gateway stops before, the message goes out again.)
async fn settle(shared: &Shared, settlement: Settlement) {
    let mut pause = SETTLE_PAUSE;
    for _ in 0..SETTLE_TRIES {
        let Err(why) = shared.settle.settle(settlement.clone()).await else { return };
        let lane = &settlement.entry.lane;
        tracing::error!(slug = %slug!("delivery.unsettled"), peer = lane.peer, request = %lane.request, message = %settlement.entry.message, %why);
        shared.seams.clock.sleep(pause).await;
        pause *= 2;
    }
    let (request, message) = (settlement.entry.lane.request, settlement.entry.message);
    match shared.store.update_lane(settlement.entry.held(UNSETTLED)).await {
        Ok(_) => {
            tracing::error!(slug = %slug!("delivery.unsettled"), %request, %message, "the lane is held: its request cannot take what became of a message")
        }
        Err(why) => {
            tracing::error!(slug = %slug!("store.failed"), %request, %message, %why, "the lane cannot be held")
        }
    }
}

/// The frozen bytes, or why there are none.
async fn bytes(shared: &Shared, entry: &LaneEntry) -> Result<Result<(Bytes, String), String>, StoreError> {
    match shared.store.body(entry.message).await {
        Ok(Some(body)) => Ok(match body.plaintext {
            Opened::Plain(bytes) => Ok((bytes.into(), body.content_type)),
            Opened::Erased => Err("its bytes were erased".to_owned()),
        }),
        Ok(None) => Ok(Err("its bytes are not in the store".to_owned())),
        Err(StoreError::Corrupt(corrupt)) => Ok(Err(format!("its bytes are damaged: {corrupt}"))),
        Err(stopped) => Err(stopped),
    }
}

fn headers(to: &Post) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, XML);
    for header in &to.headers {
        headers.insert(header.name.clone(), header.value.clone());
    }
    headers
}

fn log(entry: &LaneEntry, outcome: &Outcome, exchange: Option<&Exchange>, latency: Duration) {
    let status = exchange.map(|exchange| exchange.answer.status.as_u16());
    let outcome = match outcome {
        Outcome::Confirmed => "confirmed",
        Outcome::Answered(_) => "answered",
        Outcome::AlreadyThere(_) => "already there",
        Outcome::Refused(_) => "refused",
        Outcome::Undeliverable { .. } => "undeliverable",
    };
    tracing::info!(
        peer = entry.lane.peer, message = %entry.message, request = %entry.lane.request, kind = entry.kind,
        attempt = entry.attempts, status, latency_ms = latency.as_millis() as u64, outcome, "a message was answered"
    );
}

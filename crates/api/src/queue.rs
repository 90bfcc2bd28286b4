//! What waits to be confirmed: listed, sent again, dropped.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use errors::slug;
use persistence::{MessageId, RequestId, StoreError};
use runtime::outbox::Route;
use serde::Deserialize;

use super::{
    Api, Shared, lines,
    model::{Done, Queue, Reason},
    problem::Failure,
    requests::{because, done},
};

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    peer: Option<String>,
    request: Option<String>,
}

pub(super) async fn list(State(api): Shared, Query(which): Query<Which>) -> Result<Json<Queue>, Failure> {
    let lanes = api.store.lanes().await?;
    let mut messages = lines::queue_lines(&lanes);
    if let Some(peer) = which.peer {
        messages.retain(|line| line.peer == peer);
    }
    Ok(Json(Queue { messages }))
}

pub(super) async fn resend(
    State(api): Shared,
    Path(message): Path<String>,
    Query(which): Query<Which>,
    Json(reason): Json<Reason>,
) -> Result<Json<Done>, Failure> {
    let message = read(&message)?;
    let request = request_of(&api, message, which.request).await?;
    let because = because(reason.by, reason.reason)?;
    let stepped = api.requests.resend(request, message, &because).await?;
    // One that waits no longer goes out under an id of its own.
    let sent = *stepped.pushed.first().unwrap_or(&message);
    let waits = why_it_waits(&api, request, sent).await?;
    Ok(Json(Done { message: Some(sent.to_string()), waits, ..done(request, &stepped) }))
}

/// What keeps a message that staff send again: an open circuit does not.
async fn why_it_waits(
    api: &Api,
    request: RequestId,
    message: MessageId,
) -> Result<Option<String>, StoreError> {
    let lanes = api.store.request_lanes(request).await?;
    let Some(entry) = lanes.iter().find(|entry| entry.message == message) else { return Ok(None) };
    let before = lanes.iter().filter(|other| other.lane == entry.lane).min_by_key(|other| other.seq);
    let before = before.filter(|other| other.message != message);
    if let Some(before) = before {
        return Ok(Some(format!("{} must leave the lane first", before.message)));
    }
    let peer = &entry.lane.peer;
    Ok(match api.outbox.route(peer) {
        Route::Open(_) => None,
        Route::Paused => Some(format!("{peer} is paused: it goes out when it is active again")),
        Route::None(why) => Some(why),
    })
}

pub(super) async fn drop_message(
    State(api): Shared,
    Path(message): Path<String>,
    Query(which): Query<Which>,
    Json(reason): Json<Reason>,
) -> Result<Json<Done>, Failure> {
    let message = read(&message)?;
    let request = request_of(&api, message, which.request).await?;
    let because = because(reason.by, reason.reason)?;
    let stepped = api.requests.drop_message(request, message, &because).await?;
    Ok(Json(done(request, &stepped)))
}

fn read(message: &str) -> Result<MessageId, Failure> {
    message.parse().map_err(|why| Failure::bad(format!("{why}")))
}

/// Whose message it is: that of the lane it waits in, or the one named with `?request=`.
async fn request_of(api: &Api, message: MessageId, named: Option<String>) -> Result<RequestId, Failure> {
    if let Some(named) = named {
        return named.parse().map_err(|why| Failure::bad(format!("{why}")));
    }
    let lanes = api.store.lanes().await?;
    lanes.iter().find(|entry| entry.message == message).map(|entry| entry.lane.request).ok_or_else(|| {
        let detail = "the message does not wait in the queue; to send it again all the same, name its request: \
                      `queue resend MESSAGE --request REQUEST`, or `?request=` in the API";
        Failure::new(slug!("message.not-queued"), detail)
    })
}

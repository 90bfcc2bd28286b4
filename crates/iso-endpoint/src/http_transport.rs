//! ISO 18626 over HTTP as the outbox's transport: a message is posted, and what comes back is classify_answer. Must never follow a redirect, log a
//! body or try again by itself.

use std::fmt;

use errors::slug;
use hyper::{
    Uri,
    header::{CONTENT_TYPE, HeaderMap, HeaderValue},
};
use iso18626::ReadOptions;
use loan_model::MayHaveArrived;
use net::{
    BoxFuture, Cause,
    http::{Answer, HttpClient, Outgoing},
};
use persistence::LaneKey;
use runtime::outbox::{AtLast, Attempt, Blames, Delivery, Exchange, Transport, may_have_arrived};

use super::confirmation::{Judged, Sent, Time, judge};

/// What is posted, and declared so.
const XML: HeaderValue = HeaderValue::from_static("application/xml; charset=\"utf-8\"");

/// Posts messages to one peer.
pub struct HttpTransport {
    /// The address.
    pub url: Uri,
    /// Headers sent with each message: credentials, mostly.
    pub headers: HeaderMap,
    /// How answers are read.
    pub read: ReadOptions,
    /// The client, with its open connections.
    pub client: HttpClient,
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Transport for HttpTransport {
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt> {
        Box::pin(async move {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, XML);
            for (name, value) in &self.headers {
                headers.insert(name.clone(), value.clone());
            }
            let sent = Sent::of(&delivery.bytes);
            let outgoing = Outgoing { url: self.url.clone(), headers, body: delivery.bytes.into() };
            match self.client.post(outgoing).await {
                Ok(answer) => classify_answer(
                    answer,
                    sent.as_ref(),
                    &self.read,
                    (&delivery.entry.lane, delivery.earlier),
                ),
                Err(failure) => {
                    let may_have_arrived = may_have_arrived(failure.sent);
                    let blames = match failure.cause {
                        Cause::Certificate => Blames::Certificate,
                        // It took the connection and the message, and said nothing.
                        Cause::Other if may_have_arrived == MayHaveArrived::Yes => {
                            Blames::Answering { status: None }
                        }
                        Cause::Other => Blames::Peer,
                    };
                    Attempt::NoAnswer { why: failure.why, rest: None, may_have_arrived, blames }
                }
            }
        })
    }
}

/// What an answer means to the outbox.
pub(super) fn classify_answer(
    answer: Answer,
    sent: Option<&Sent>,
    read: &ReadOptions,
    (lane, earlier): (&LaneKey, MayHaveArrived),
) -> Attempt {
    let judged = judge(&answer, sent, read, earlier);
    if let Judged::Answered(_, Time::Before) | Judged::NotKnown(_, Time::Before) = judged {
        tracing::warn!(slug = %slug!("delivery.other-time"), request = %lane.request, peer = %lane.peer, "a confirmation is older than the message that it confirms");
    }
    let exchange = || Exchange {
        status: Some(answer.status.as_u16()),
        content_type: answer.content_type.clone(),
        body: answer.body.to_vec(),
    };
    match judged {
        Judged::Answered(outcome, _) => Attempt::Answered { outcome, exchange: Some(exchange()) },
        Judged::NotKnown(errors, _) => Attempt::Unusable {
            why: "it answers ERROR: it does not know the request, or not yet".to_owned(),
            exchange: Some(exchange()),
            at_last: AtLast::Refused(errors),
        },
        Judged::NoAnswer { why, rest, blames } => {
            Attempt::NoAnswer { why, rest, may_have_arrived: MayHaveArrived::Yes, blames }
        }
    }
}

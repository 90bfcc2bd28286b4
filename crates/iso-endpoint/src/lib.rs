//! `POST /iso18626`: what comes in is read, its sender made out, and handed to the commit loop; the sender is answered only after the
//! durable commit. What cannot be attributed to a request is kept all the same, bounded per source. Must never answer OK for anything
//! that is not committed, and never log a message.

mod answer;
mod behind;
mod circles;
mod confirmation;
mod connections;
mod dedupe;
#[cfg(test)]
mod entrances;
mod http;
mod http_transport;
mod input;
mod local_transport;
mod not_taken;
pub mod render;
mod route;
mod sender;

use std::sync::Arc;

use axum::body::Body;
use errors::slug;
use hyper::{Request, Response, StatusCode, body::Bytes};
use iso18626::{NamespaceRule, ReadOptions, Reading, Unreadable, UnreadableKind, WriteOptions};
use jiff::Timestamp;
use loan_model::PeerId;
use net::{Seams, http::RequestBody};
use persistence::{IntakeEntry, IntakeId, IntakeLimits, IntakeOutcome, Store};
use runtime::{
    gate::{IntakeGate, IntakeState},
    input_span::{self, InputKind, InputSpan},
    library_incidents::LibraryIncidents,
    presented::{Authenticator, Presented, Remedy, Unproven},
    registry_view::{RegistryView, Snapshot},
    requests::{Requests, redacted},
    stored_time::unix_millis,
};
use tokio::sync::Semaphore;

use self::{answer::Answer, not_taken::NotTaken, sender::Sender};

pub use self::http_transport::HttpTransport;
pub use self::{connections::IsoConnections, local_transport::LocalTransport};
pub use circles::Turns;

/// How many messages are handled at once; more are told to come again.
const MAX_IN_FLIGHT: usize = 1024;

/// The endpoint.
pub struct Intake {
    /// The commit loop.
    pub requests: Arc<Requests>,
    /// The store.
    pub store: Store,
    /// The registry.
    pub view: Arc<RegistryView>,
    /// Time, randomness and the network.
    pub seams: Seams,
    /// Proves who sends a message.
    pub authenticator: Arc<dyn Authenticator>,
    /// How much is kept of what cannot be attributed to a request.
    pub keep: IntakeLimits,
    /// How messages are read.
    pub read: ReadOptions,
    /// Whether messages are taken.
    pub gate: Arc<IntakeGate>,
    /// How many messages are handled at once.
    pub in_flight: Semaphore,
    /// Who asked for what lately.
    pub turns: Turns,
}

/// How a message came in.
enum Entrance {
    /// From outside: its sender must prove who it is.
    Outside(Presented),
    /// From a hosted library's machine in this gateway to the broker.
    FromLibrary,
    /// From the broker to this hosted library's machines.
    ToLibrary(PeerId),
}

/// What came in.
struct Received {
    bytes: Bytes,
    content_type: String,
    entrance: Entrance,
    at: Timestamp,
    /// What is not as it should be about how it came.
    oddity: Option<String>,
}

/// A message that could be read, and what is known of its sender.
struct ParsedMessage {
    received: Received,
    reading: Reading,
    snapshot: Arc<Snapshot>,
}

impl Intake {
    /// The bound on messages that are handled at once.
    pub fn in_flight() -> Semaphore {
        Semaphore::new(MAX_IN_FLIGHT)
    }

    /// Answers one HTTP request.
    pub async fn receive(&self, request: Request<RequestBody>) -> Response<Body> {
        let taken = InputSpan::new(InputKind::Message).run(self.take(request)).await;
        taken.unwrap_or_else(|answer| answer).into_response()
    }

    async fn take(&self, request: Request<RequestBody>) -> Result<Answer, Answer> {
        let described = http::check_head(&request)?;
        match self.gate.state() {
            IntakeState::Open => {}
            IntakeState::NoSpace => return Err(Answer::later("the disk is nearly full: come again later")),
            IntakeState::Draining => {
                return Err(Answer::later("the gateway is going down: come again later"));
            }
        }
        let _permit = self
            .in_flight
            .try_acquire()
            .map_err(|_| Answer::later("too many messages are being handled: come again later"))?;
        let (head, body) = request.into_parts();
        let bytes = body.read().await.map_err(|why| Answer::plain(why.status(), why.to_string()))?;
        let http::Carried { bytes, oddity } = described.carried(bytes)?;
        let content_type = described.content_type;
        let at = self.seams.clock.now();
        let presented = Presented::by_http(&head);
        let received = Received { bytes, content_type, entrance: Entrance::Outside(presented), at, oddity };
        self.handle(received).await
    }

    /// Takes a message, from outside as from inside: reads it, makes out its sender, and has it routed.
    async fn handle(&self, received: Received) -> Result<Answer, Answer> {
        if received.bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(Answer::plain(
                StatusCode::BAD_REQUEST,
                "the body is empty: an ISO 18626 message was expected",
            ));
        }
        let (reading, namespace) = match self.read(&received.bytes) {
            Ok(read) => read,
            Err(unreadable) => return self.unreadable(&received, None, &unreadable).await,
        };
        input_span::tell_message(&reading.message.kind());
        let snapshot = self.view.snapshot();
        let parsed = ParsedMessage { received, reading, snapshot };
        if parsed.reading.message.kind().is_confirmation() {
            let why = "a confirmation is the answer to a message, in its HTTP exchange: it is not posted";
            self.keep(&parsed.received, None, why, Some(&parsed.reading)).await?;
            return Err(Answer::plain(StatusCode::BAD_REQUEST, why));
        }
        let sender = match self.sender(&parsed) {
            Err(sender::NoSender::Stranger(stranger)) => self.speaker_for(*stranger, &parsed).await?,
            known => known,
        };
        let sender = match sender {
            Ok(sender) => sender,
            Err(sender::NoSender::Unproven(unproven)) => return self.unproven(&parsed, unproven).await,
            // Who sent a broken message may be in what broke off: that it is broken is the better answer.
            Err(sender::NoSender::Refused(_) | sender::NoSender::Stranger(_))
                if !parsed.reading.is_acceptable() =>
            {
                let errors = answer::errors(&parsed.reading);
                return self.refuse(&parsed, None, errors).await;
            }
            Err(sender::NoSender::Refused(refusal)) => {
                return self.refuse(&parsed, None, refusal.into()).await;
            }
            Err(sender::NoSender::Stranger(stranger)) => {
                return self.refuse(&parsed, None, stranger.refusal.into()).await;
            }
        };
        input_span::tell_peer(&sender.peer);
        if let Some(unreadable) = namespace
            && parsed.snapshot.namespace(&sender.peer) == NamespaceRule::Required
        {
            return self.unreadable(&parsed.received, Some((&parsed.reading, &sender)), &unreadable).await;
        }
        if !parsed.reading.is_acceptable() {
            let errors = answer::errors(&parsed.reading);
            return self.refuse(&parsed, Some(&sender), errors).await;
        }
        self.tell_edition(&parsed, &sender).await;
        self.route(parsed, sender).await
    }

    /// A peer that writes another edition than the registry says is written to in that one, and staff are told.
    async fn tell_edition(&self, parsed: &ParsedMessage, sender: &Sender) {
        let (Entrance::Outside(_), Some(connection)) =
            (&parsed.received.entrance, parsed.snapshot.registry.connection(&sender.peer))
        else {
            return;
        };
        let spoken = parsed.snapshot.spoken();
        let Some(edition) = spoken.heard(&connection.owner, parsed.reading.edition, connection.edition)
        else {
            return;
        };
        let text = format!(
            "It writes edition {edition}, and the registry says {}: from now on it is written to in {edition}. \
             Set connection.edition = \"{edition}\" in the registry.",
            connection.edition
        );
        self.library_incidents()
            .raise(&connection.owner, slug!("peer.edition"), edition.as_str(), text)
            .await;
    }

    fn library_incidents(&self) -> LibraryIncidents {
        LibraryIncidents { store: self.store.clone(), clock: Arc::clone(&self.seams.clock) }
    }

    /// Reads a message. One that lacks the namespace comes with why that is wrong: whether it may is its sender's setting.
    fn read(&self, bytes: &[u8]) -> Result<(Reading, Option<Unreadable>), Unreadable> {
        let strict = ReadOptions { namespace: NamespaceRule::Required, ..self.read };
        match iso18626::read(bytes, &strict) {
            Ok(reading) => Ok((reading, None)),
            Err(unreadable) if unreadable.kind == UnreadableKind::NotAMessage => {
                let lenient = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..self.read };
                match iso18626::read(bytes, &lenient) {
                    Ok(reading) => Ok((reading, Some(unreadable))),
                    Err(_) => Err(unreadable),
                }
            }
            Err(unreadable) => Err(unreadable),
        }
    }

    async fn unreadable(
        &self,
        received: &Received,
        known: Option<(&Reading, &Sender)>,
        unreadable: &Unreadable,
    ) -> Result<Answer, Answer> {
        let (reading, sender) = known.unzip();
        self.keep(received, sender, &unreadable.to_string(), reading).await?;
        let status =
            if unreadable.too_large() { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
        Err(Answer::plain(status, unreadable.to_string()))
    }

    /// Keeps what nobody proved to have sent, and says what would help. What comes while its sender must wait is neither kept nor told of.
    async fn unproven(&self, parsed: &ParsedMessage, unproven: Unproven) -> Result<Answer, Answer> {
        let why = &unproven.why;
        if let Remedy::Waiting(wait) = unproven.remedy {
            return Err(Answer::after(StatusCode::TOO_MANY_REQUESTS, wait, why));
        }
        self.keep(&parsed.received, None, why, Some(&parsed.reading)).await?;
        if let Entrance::Outside(presented) = &parsed.received.entrance {
            self.library_incidents().raise_unproven(&unproven, presented.address.ip()).await;
        }
        Err(match unproven.remedy {
            Remedy::Credentials => Answer::plain(StatusCode::UNAUTHORIZED, why),
            Remedy::Operator => Answer::later(why),
            Remedy::Address | Remedy::Proof | Remedy::Waiting(_) => Answer::plain(StatusCode::FORBIDDEN, why),
        })
    }

    /// Keeps what was not taken, and answers with an ERROR.
    async fn refuse(
        &self,
        parsed: &ParsedMessage,
        sender: Option<&Sender>,
        errors: answer::Errors,
    ) -> Result<Answer, Answer> {
        self.keep(&parsed.received, sender, &errors.to_string(), Some(&parsed.reading)).await?;
        answer::error(parsed, sender, errors)
    }

    /// Keeps what is not taken, bounded per source, and shows it with the request that it names. Durable when it resolves.
    async fn keep(
        &self,
        received: &Received,
        sender: Option<&Sender>,
        reason: &str,
        reading: Option<&Reading>,
    ) -> Result<(), Answer> {
        let source = match (sender, &received.entrance) {
            (Some(sender), _) => sender.peer.as_str().to_owned(),
            (None, Entrance::Outside(presented)) => presented.address.ip().to_string(),
            (None, Entrance::FromLibrary | Entrance::ToLibrary(_)) => "this gateway".to_owned(),
        };
        let id = IntakeId::new(unix_millis(received.at), self.seams.random.next_u128());
        let entry = IntakeEntry {
            id,
            source: source.clone(),
            reason: reason.to_owned(),
            body: persistence::Body {
                content_type: received.content_type.clone(),
                plaintext: received.bytes.to_vec(),
                redacted: reading
                    .and_then(|reading| redacted(&reading.message, &WriteOptions::new(reading.edition))),
            },
        };
        let kept = match self.store.keep_intake(entry, self.keep).await {
            Ok(IntakeOutcome::Kept) => {
                tracing::warn!(slug = %slug!("intake.not-taken"), %id, source, reason, "a message was not taken");
                Some(id)
            }
            Ok(IntakeOutcome::Overflowed) => {
                tracing::warn!(slug = %slug!("intake.overflow"), source,
                    reason,
                    "a message was not taken, nor kept: too many of this source are"
                );
                None
            }
            Err(why) => return Err(Answer::failed(&why)),
        };
        let Some(reading) = reading else { return Ok(()) };
        let it = NotTaken { received, message: &reading.message, sender, why: reason, kept };
        // What is wrong with the message is so whether or not it can be shown.
        if let Err(why) = self.show(&it).await {
            tracing::warn!(slug = %slug!("intake.not-shown"), %id, source, %why, "a message that was not taken is not shown with its request");
        }
        Ok(())
    }
}

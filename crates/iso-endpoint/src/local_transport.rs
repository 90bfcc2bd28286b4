//! Messages that stay inside this gateway: a hosted library's machine and the broker write to each other through the same intake as
//! other peers, in process. The sender is known, not claimed; a repeat is known by the same keys, so that nothing is done twice.
//! Must never take a message for another library than its lane leads to.

use std::{fmt, sync::Arc};

use dialects::iso18626::Resends;
use hyper::StatusCode;
use iso18626::{ErrorType, Message, NamespaceRule, ReadOptions, RequestType, WriteOptions};
use loan_model::{MayHaveArrived, PeerId, names::Party, sealed::split_sealed};
use net::{BoxFuture, http};
use persistence::Body;
use registry::BROKER_AS_PEER;
use runtime::{
    gate::IntakeState,
    outbox::{Attempt, Delivery, Transport},
    requests::{
        Destination, Input, Loaded, LoggedInputKind, StepError, StepInput, borrowing_key, lending_key,
        redacted, word,
    },
};
use state_machine::hosted;

use super::{
    Answer, Entrance, Intake, ParsedMessage, Received, Sender,
    answer::{self, Errors, Refusal},
    dedupe,
    http_transport::judged,
    route::{NOT_AN_ID, TRIES, Target, about_id, reused},
};

/// Carries messages to the machines of this gateway.
pub struct LocalTransport(pub Arc<Intake>);

impl fmt::Debug for LocalTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalTransport")
    }
}

impl Transport for LocalTransport {
    fn deliver(&self, delivery: Delivery) -> BoxFuture<'_, Attempt> {
        Box::pin(async move {
            let to = Destination::of(&delivery.entry.lane.peer);
            let at = self.0.seams.clock.now();
            let received = Received {
                bytes: delivery.bytes.into(),
                content_type: delivery.content_type,
                entrance: Entrance::Inside,
                at,
            };
            let answer = match (self.0.gate.state(), to) {
                (IntakeState::Draining, _) => Answer::later("the gateway is going down"),
                (_, Destination::Broker) => self.0.handle(received).await.unwrap_or_else(|answer| answer),
                (_, Destination::Library(library)) => {
                    self.0.for_library(&library, received).await.unwrap_or_else(|answer| answer)
                }
                (_, Destination::Ils(_) | Destination::Staff(_)) => {
                    let why = "no message goes there";
                    return Attempt::NoAnswer {
                        why: why.to_owned(),
                        rest: None,
                        may_have_arrived: MayHaveArrived::No,
                    };
                }
            };
            let options = ReadOptions { namespace: NamespaceRule::Required, ..ReadOptions::default() };
            let answer: http::Answer = answer.into();
            judged(answer, &options, delivery.earlier)
        })
    }
}

impl Intake {
    /// Takes a message of the broker to a hosted library.
    async fn for_library(&self, library: &PeerId, received: Received) -> Result<Answer, Answer> {
        let (reading, _) = self
            .read(&received.bytes)
            .map_err(|why| Answer::plain(StatusCode::BAD_REQUEST, why.to_string()))?;
        let snapshot = self.view.snapshot();
        let sender = Sender { peer: PeerId::new(BROKER_AS_PEER), symbol: snapshot.broker().symbol.clone() };
        let parsed = ParsedMessage { received, reading, snapshot };
        let message = &parsed.reading.message;
        if !parsed.reading.is_acceptable() {
            let errors = answer::errors(&parsed.reading);
            return self.refuse(&parsed, Some(&sender), errors).await;
        }
        let Some(id) = message.requesting_agency_request_id().map(str::to_owned) else {
            return self.refuse(&parsed, Some(&sender), about_id(None, "it is empty").into()).await;
        };
        let dedupe = dedupe::key(&sender.peer, message, Resends::SameTimestamp);
        for _ in 0..TRIES {
            let target = match self.find_hosted(&parsed, library, &id).await? {
                Ok(target) => target,
                Err(refusal) => return self.refuse(&parsed, Some(&sender), refusal.into()).await,
            };
            if let Target::To(request) = target {
                let repeated = self.store.dedupe(request, dedupe.clone()).await;
                if let Some(reply) = repeated.map_err(|why| Answer::failed(&why))? {
                    return self.again(&parsed, &sender, reply);
                }
                if let Some(refusal) = reused(message) {
                    return self.refuse(&parsed, Some(&sender), refusal.into()).await;
                }
            }
            let claim = matches!(target, Target::New | Target::ToAs(_)).then(|| lending_key(library, &id));
            let request = match target {
                Target::To(request) | Target::ToAs(request) => request,
                Target::New => self.requests.new_id(),
            };
            let made = self
                .requests
                .step(request, |loaded| work(&parsed, &sender, library, &dedupe, claim.as_ref(), loaded));
            match made.await {
                Ok(stepped) => {
                    tracing::info!(%request, %library, kind = %message.kind(), "the broker's message was taken");
                    let body = stepped.reply.ok_or_else(|| {
                        answer::failed::<()>(&StepError::Bug(
                            "a message was taken without a reply".to_owned(),
                        ))
                    })?;
                    return Ok(Answer::confirmation(body));
                }
                Err(StepError::Repeated(reply)) => return self.again(&parsed, &sender, *reply),
                Err(StepError::Taken) => {}
                Err(StepError::Declined(refusal)) => {
                    return self.refuse(&parsed, Some(&sender), refusal.into()).await;
                }
                Err(StepError::NotCreated(errors)) => {
                    return self.refuse(&parsed, Some(&sender), Errors::from(errors)).await;
                }
                Err(failed) => return Err(answer::failed(&failed)),
            }
        }
        Err(answer::failed::<()>(&StepError::Busy))
    }

    /// Which request of a hosted library the broker writes about.
    async fn find_hosted(
        &self,
        parsed: &ParsedMessage,
        library: &PeerId,
        id: &str,
    ) -> Result<Result<Target, Refusal>, Answer> {
        let found = |key: String| async move {
            self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))
        };
        let key = match &parsed.reading.message {
            Message::SupplyingAgencyMessage(_) => borrowing_key(library, id),
            _ => lending_key(library, id),
        };
        if let Some(request) = found(key).await? {
            return Ok(Ok(Target::To(request)));
        }
        let Message::Request(request) = &parsed.reading.message else {
            return Ok(Err(about_id(Some(id), NOT_AN_ID)));
        };
        let service = request.service_info.as_ref();
        Ok(match service.and_then(|service| service.request_type.as_ref()) {
            Some(RequestType::Reminder) => Err(about_id(Some(id), NOT_AN_ID)),
            Some(RequestType::Retry) => {
                let previous = service.and_then(|it| it.requesting_agency_previous_request_id.as_deref());
                let before = match previous {
                    Some(previous) => found(lending_key(library, previous)).await?,
                    None => None,
                };
                Ok(before.map_or(Target::New, Target::ToAs))
            }
            _ => Ok(Target::New),
        })
    }
}

/// What the broker's message is to a hosted library's request.
fn work(
    parsed: &ParsedMessage,
    sender: &Sender,
    library: &PeerId,
    dedupe: &[u8],
    claim: Option<&String>,
    loaded: Option<&Loaded>,
) -> Result<StepInput, Refusal> {
    if loaded.is_some_and(|loaded| loaded.stored.meta.library.as_ref() != Some(library)) {
        let sentence = format!("{library} is not a party to this request");
        return Err(Refusal {
            kind: ErrorType::UnrecognisedDataValue,
            element: "supplyingAgencyId",
            sentence,
            value: None,
        });
    }
    let message = &parsed.reading.message;
    let party = match message {
        Message::SupplyingAgencyMessage(_) => Party::Supplier,
        _ => Party::Requester,
    };
    let (bare, sealed) = match message.clone() {
        Message::Request(request) => {
            let (bare, parts) = split_sealed(request);
            (Message::Request(bare), Some(parts))
        }
        other => (other, None),
    };
    let reading = &parsed.reading;
    let what = LoggedInputKind::Message {
        from: sender.peer.clone(),
        party,
        kind: message.kind(),
        text: word(message),
        edition: reading.edition,
        version: reading.known_version().unwrap_or_default().to_owned(),
        diagnostics: Vec::new(),
        extras: Vec::new(),
    };
    let input = hosted::Input::Message { message: Box::new(bare), from: sender.peer.clone() };
    let mut work = StepInput::new(what, Some(Input::hosted(input)));
    work.library = Some(library.clone());
    work.raw_in = Some(Body {
        content_type: parsed.received.content_type.clone(),
        plaintext: parsed.received.bytes.to_vec(),
        redacted: redacted(message, &WriteOptions::new(reading.edition)),
    });
    work.sealed = sealed;
    work.dedupe = vec![dedupe.to_vec()];
    work.claim = claim.cloned();
    work.answering = Some(Box::new(answer::answering(parsed, Some(sender))));
    Ok(work)
}

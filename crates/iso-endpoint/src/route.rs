//! Which request a message is about, whether its sender is party to it, and whether it was handled before. Must never decide what the
//! message does.

use iso18626::{ErrorType, Message, Request, RequestType, WriteOptions};
use loan_model::{PeerId, Symbol, facts::PeerStanding, names::Party, sealed::split_sealed};
use persistence::{Body, RequestId, StoredReply};
use runtime::{
    registry_view::Snapshot,
    requests::{
        Input, Loaded, LoggedInputKind, StepError, StepInput, WriteReply, any_key, redacted, requester_key,
        supplier_key, word,
    },
};
use state_machine::{
    brokering::{self, Addressing},
    interpreter::Reply,
};

use super::{
    Intake, ParsedMessage, Sender,
    answer::{self, Answer, Errors, Refusal},
    dedupe,
};

/// How often a message is routed anew when its request came into being, or its id was taken, meanwhile.
pub(super) const TRIES: usize = 4;

/// Where a message goes.
pub(super) enum Target {
    /// To a request that there is.
    To(RequestId),
    /// To one that there is, under a new id.
    ToAs(RequestId),
    /// It makes a request.
    New,
}

impl Intake {
    pub(super) async fn route(&self, parsed: ParsedMessage, sender: Sender) -> Result<Answer, Answer> {
        let message = &parsed.reading.message;
        let Some(id) = message.requesting_agency_request_id().map(str::to_owned) else {
            let refusal = about_id(None, "it is empty");
            return self.refuse(&parsed, Some(&sender), refusal.into()).await;
        };
        let dedupe = dedupe::key(&sender.peer, message, parsed.snapshot.resends(&sender.peer));
        for _ in 0..TRIES {
            let target = match self.find(&parsed, &sender, &id).await? {
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
            if let Target::New = target
                && let Some(refusal) = may_not_ask(&parsed.snapshot, &sender)
            {
                return self.refuse(&parsed, Some(&sender), refusal.into()).await;
            }
            let claim =
                matches!(target, Target::New | Target::ToAs(_)).then(|| requester_key(&sender.peer, &id));
            let request = match target {
                Target::To(request) | Target::ToAs(request) => request,
                Target::New => self.requests.new_id(),
            };
            let made = self
                .requests
                .step(request, |loaded| work(&parsed, &sender, &id, &dedupe, claim.as_ref(), loaded));
            match made.await {
                Ok(stepped) => {
                    tracing::info!(%request, peer = %sender.peer, kind = %message.kind(), "a message was taken");
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

    /// Which request a message is about.
    async fn find(
        &self,
        parsed: &ParsedMessage,
        sender: &Sender,
        id: &str,
    ) -> Result<Result<Target, Refusal>, Answer> {
        let found = |key: String| async move {
            self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))
        };
        let key = match &parsed.reading.message {
            Message::SupplyingAgencyMessage(_) => supplier_key(id),
            _ => requester_key(&sender.peer, id),
        };
        if let Some(request) = found(key).await? {
            return Ok(Ok(Target::To(request)));
        }
        if let Message::Request(request) = &parsed.reading.message {
            let service = request.service_info.as_ref();
            return Ok(match service.and_then(|service| service.request_type.as_ref()) {
                Some(RequestType::Reminder) => Err(about_id(Some(id), NOT_AN_ID)),
                Some(RequestType::Retry) => {
                    let previous = service.and_then(|it| it.requesting_agency_previous_request_id.as_deref());
                    let before = match previous {
                        Some(previous) => found(requester_key(&sender.peer, previous)).await?,
                        None => None,
                    };
                    Ok(before.map_or(Target::New, Target::ToAs))
                }
                _ => Ok(Target::New),
            });
        }
        Ok(Err(match found(any_key(id)).await? {
            Some(_) => wrong_party(parsed, sender),
            None => about_id(Some(id), NOT_AN_ID),
        }))
    }

    /// The reply that a repeat gets again, to the letter.
    pub(super) fn again(
        &self,
        parsed: &ParsedMessage,
        sender: &Sender,
        stored: StoredReply,
    ) -> Result<Answer, Answer> {
        tracing::info!(request = %stored.request, peer = %sender.peer, "a message came again");
        let kept = stored.reply.and_then(|reply| {
            let content_type = reply.content_type.clone();
            let bytes = match reply.plaintext {
                persistence::Opened::Plain(bytes) => Some(bytes),
                persistence::Opened::Erased => reply.redacted,
            };
            bytes.map(|plaintext| Body { content_type, plaintext, redacted: None })
        });
        match kept {
            Some(body) => Ok(Answer::confirmation(body)),
            // Retention took the record: that it was taken is all that is left to say.
            None => match answer::answering(parsed, Some(sender)).write(&Reply::Ok) {
                Ok(body) => Ok(Answer::confirmation(body)),
                Err(why) => Err(answer::failed::<()>(&StepError::Bug(why))),
            },
        }
    }
}

/// What the message is to its request.
fn work(
    parsed: &ParsedMessage,
    sender: &Sender,
    id: &str,
    dedupe: &[u8],
    claim: Option<&String>,
    loaded: Option<&Loaded>,
) -> Result<StepInput, Refusal> {
    let message = &parsed.reading.message;
    let (party, from) = party(parsed, sender, id, claim, loaded)?;
    let (input, sealed) = match message.clone() {
        Message::Request(request) => {
            let addressed = addressed(&request, &parsed.snapshot);
            let (bare, parts) = split_sealed(request);
            let message = Box::new(bare);
            (brokering::Input::Request { message, from: from.clone(), addressed }, Some(parts))
        }
        Message::RequestingAgencyMessage(message) => {
            (brokering::Input::Requesting { message: Box::new(message), from: from.clone() }, None)
        }
        Message::SupplyingAgencyMessage(message) => match party {
            Party::Leg(leg) => {
                let message = Box::new(message);
                (brokering::Input::Supplying { leg, message, from: from.clone() }, None)
            }
            _ => return Err(wrong_party(parsed, sender)),
        },
        _ => return Err(about_id(None, "a confirmation is no message about a request")),
    };
    let reading = &parsed.reading;
    let what = LoggedInputKind::Message {
        from,
        party,
        kind: message.kind(),
        text: word(message),
        edition: reading.edition,
        version: reading.known_version().unwrap_or_default().to_owned(),
        diagnostics: reading.diagnostics.iter().map(ToString::to_string).collect(),
        extras: reading.extras.iter().map(|extra| extra.path.clone()).collect(),
    };
    let mut work = StepInput::new(what, Some(Input::Brokering(input)));
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

/// Whose side the sender is on, and as which peer.
fn party(
    parsed: &ParsedMessage,
    sender: &Sender,
    id: &str,
    claim: Option<&String>,
    loaded: Option<&Loaded>,
) -> Result<(Party, PeerId), Refusal> {
    let wrong = || wrong_party(parsed, sender);
    let Some(loaded) = loaded else { return Ok((Party::Requester, sender.peer.clone())) };
    let state = loaded.stored.state.brokering().ok_or_else(wrong)?;
    let known = &loaded.stored.meta.known;
    match &parsed.reading.message {
        Message::SupplyingAgencyMessage(_) => {
            let party = *known.get(&supplier_key(id)).ok_or_else(wrong)?;
            let peer = state.peer_of(party).ok_or_else(wrong)?.clone();
            let speaks = peer == sender.peer || parsed.snapshot.registry.speaks_for(&peer, &sender.symbol);
            if speaks { Ok((party, peer)) } else { Err(wrong()) }
        }
        _ => {
            let known = claim.is_some() || known.contains_key(&requester_key(&sender.peer, id));
            if known && *state.requester() == sender.peer {
                Ok((Party::Requester, sender.peer.clone()))
            } else {
                Err(wrong())
            }
        }
    }
}

fn addressed(request: &Request, snapshot: &Snapshot) -> Addressing {
    let Some(agency) = request.header.supplying_agency_id.as_ref().filter(|it| !it.value.trim().is_empty())
    else {
        return Addressing::Broker;
    };
    let symbol = Symbol::from(agency);
    if snapshot.registry.is_broker(&symbol) {
        return Addressing::Broker;
    }
    snapshot.owner(&symbol).cloned().map_or(Addressing::Unknown, Addressing::Member)
}

/// Who makes a new request must take part as a requester. (Open requests go on whatever becomes of that.)
fn may_not_ask(snapshot: &Snapshot, sender: &Sender) -> Option<Refusal> {
    let facts = snapshot.facts(&sender.peer)?;
    let why = match facts.standing {
        PeerStanding::Invited => "has not joined yet",
        PeerStanding::Retired => "does not take part any more",
        _ if !facts.roles.borrows => "does not take part as a requester",
        PeerStanding::Testing | PeerStanding::Active | PeerStanding::Paused => return None,
    };
    let sentence = format!("{} {why}", sender.symbol);
    Some(Refusal {
        kind: ErrorType::UnrecognisedDataValue,
        element: "requestingAgencyId",
        sentence,
        value: None,
    })
}

/// A new request must not reuse the id of another.
pub(super) fn reused(message: &Message) -> Option<Refusal> {
    let Message::Request(request) = message else { return None };
    let kind = request.service_info.as_ref().and_then(|service| service.request_type.as_ref());
    let again = matches!(kind, Some(RequestType::Retry | RequestType::Reminder));
    let id = &request.header.requesting_agency_request_id;
    (!again).then(|| about_id(Some(id), "already exists: it is the id of another request"))
}

/// What is wrong with an id that nobody knows.
pub(super) const NOT_AN_ID: &str = "is not the id of a request here";

pub(super) fn about_id(id: Option<&str>, sentence: &str) -> Refusal {
    Refusal {
        kind: ErrorType::UnrecognisedDataValue,
        element: "requestingAgencyRequestId",
        sentence: sentence.to_owned(),
        value: id.map(str::to_owned),
    }
}

fn wrong_party(parsed: &ParsedMessage, sender: &Sender) -> Refusal {
    let element = match &parsed.reading.message {
        Message::SupplyingAgencyMessage(_) => "supplyingAgencyId",
        _ => "requestingAgencyId",
    };
    let sentence = format!("{} is not a party to this request", sender.symbol);
    Refusal { kind: ErrorType::UnrecognisedDataValue, element, sentence, value: None }
}

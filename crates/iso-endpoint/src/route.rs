//! Takes a message to its request: finds it, answers a repeat as before, and has the commit loop make the step. One way for messages from
//! outside and from inside. Must never decide what a message does, nor by what its request is known: that is `input`'s.

use iso18626::Message;
use persistence::{Body, RequestId, StoredReply};
use runtime::{
    input_span,
    requests::{StepError, WriteReply, any_key},
};
use state_machine::interpreter::Reply;

use super::{
    Intake, ParsedMessage, Sender,
    answer::{self, Answer, Errors, Refusal},
    input::{Incoming, Unfound, about_id},
};

/// How often a message is routed anew when its request came into being, or its id was taken, meanwhile.
const TRIES: usize = 4;

/// Where a message goes.
enum Target {
    /// To a request that there is.
    To(RequestId),
    /// To one that there is, under a new id.
    ToAs(RequestId),
    /// It makes a request.
    New,
}

impl Intake {
    pub(super) async fn route(&self, parsed: ParsedMessage, sender: Sender) -> Result<Answer, Answer> {
        let Some(id) = parsed.reading.message.requesting_agency_request_id().map(str::to_owned) else {
            return self.refuse(&parsed, Some(&sender), about_id(None, "it is empty").into()).await;
        };
        let incoming = Incoming::new(parsed, sender, id);
        let mut new = None;
        for _ in 0..TRIES {
            let target = match self.find(&incoming).await? {
                Ok(target) => target,
                Err(refusal) => return self.decline(&incoming, refusal.into()).await,
            };
            if let Target::To(request) = target {
                let repeated = self.store.dedupe(request, incoming.dedupe.clone()).await;
                if let Some(reply) = repeated.map_err(|why| Answer::failed(&why))? {
                    return again(&incoming, reply);
                }
                if let Some(refusal) = incoming.reused() {
                    return self.decline(&incoming, refusal.into()).await;
                }
            }
            if let Target::New = target {
                let circle = self.circle(&incoming).await?;
                if let Some(refusal) = incoming.may_not_ask().or(circle) {
                    return self.decline(&incoming, refusal.into()).await;
                }
            }
            if let Some(refusal) = incoming.asks_for_nothing() {
                return self.decline(&incoming, refusal.into()).await;
            }
            let claim =
                matches!(target, Target::New | Target::ToAs(_)).then(|| incoming.asked_as(incoming.id()));
            let request = match target {
                Target::To(request) | Target::ToAs(request) => request,
                Target::New => *new.get_or_insert_with(|| self.requests.new_id()),
            };
            let made = self.requests.step(request, |loaded| incoming.input(claim.as_ref(), loaded));
            match made.await {
                Ok(stepped) => {
                    if let (Target::New, Message::Request(asked)) = (&target, incoming.message()) {
                        self.turns.note(&incoming.sender.peer, &asked.bibliographic_info, request);
                    }
                    let body = stepped.reply.ok_or_else(|| {
                        answer::failed::<()>(&StepError::Bug(
                            "a message was taken without a reply".to_owned(),
                        ))
                    })?;
                    return Ok(Answer::confirmation(body));
                }
                Err(StepError::Repeated(reply)) => return again(&incoming, *reply),
                Err(StepError::Taken) => {}
                Err(StepError::Declined(refusal)) => return self.decline(&incoming, refusal.into()).await,
                Err(StepError::NotCreated(errors)) => {
                    return self.decline(&incoming, Errors::from(errors)).await;
                }
                Err(failed) => return Err(answer::failed(&failed)),
            }
        }
        Err(answer::failed::<()>(&StepError::Busy))
    }

    async fn decline(&self, incoming: &Incoming, errors: Errors) -> Result<Answer, Answer> {
        self.refuse(&incoming.parsed, Some(&incoming.sender), errors).await
    }

    /// Which request a message is about.
    async fn find(&self, incoming: &Incoming) -> Result<Result<Target, Refusal>, Answer> {
        let found = |key: String| async move {
            self.store.find_external(&key).await.map_err(|why| Answer::failed(&why))
        };
        if let Some(request) = found(incoming.key()).await? {
            return Ok(Ok(Target::To(request)));
        }
        // What a broker says in its own name about the request of a library behind it, and what that says about the broker's. An id that several
        // of them use says nothing.
        let of_others = |id: String| async move {
            let mut requests = Vec::new();
            for key in incoming.asked_by_others_as(&id) {
                requests.extend(found(key).await?);
            }
            Ok::<_, Answer>(<[RequestId; 1]>::try_from(requests).ok().map(|[request]| request))
        };
        Ok(match incoming.unfound() {
            Unfound::New => Ok(Target::New),
            Unfound::After(previous) => {
                let own = found(incoming.asked_as(&previous)).await?;
                let before = match own {
                    Some(_) => own,
                    None => of_others(previous).await?,
                };
                Ok(before.map_or(Target::New, Target::ToAs))
            }
            Unfound::Missing => {
                if let Some(request) = of_others(incoming.id().to_owned()).await? {
                    return Ok(Ok(Target::To(request)));
                }
                let request = matches!(incoming.parsed.reading.message, Message::Request(_));
                // To others, the ids of a hosted library's requests are no ids at all; so are those of others to it.
                let elsewhere = match (request, incoming.library()) {
                    (false, None) => found(any_key(incoming.id())).await?,
                    _ => None,
                };
                Err(elsewhere.map_or_else(|| incoming.not_an_id(), |_| incoming.wrong_party()))
            }
        })
    }
}

/// The reply that a repeat gets again, to the letter.
fn again(incoming: &Incoming, stored: StoredReply) -> Result<Answer, Answer> {
    let sender = &incoming.sender;
    input_span::tell_request(stored.request);
    tracing::info!("a message came again");
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
        None => match answer::answering(&incoming.parsed, Some(sender)).write(&Reply::Ok) {
            Ok(body) => Ok(Answer::confirmation(body)),
            Err(why) => Err(answer::failed::<()>(&StepError::Bug(why))),
        },
    }
}

//! What a sender is answered: a confirmation wherever one is possible, else a status and a plain reason.

use std::{fmt, time::Duration};

use axum::body::Body;
use errors::slug;
use hyper::{
    Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE},
};
use iso18626::{ErrorData, ErrorType, Reading};
use persistence::StoreError;
use runtime::requests::{StepError, WriteReply, sentences};
use state_machine::interpreter::Reply;

use super::{
    ParsedMessage, Sender,
    render::{Answering, Wire},
};

/// How many errors of one message its sender is told.
const ERRORS: usize = 10;

/// What a sender is answered.
#[derive(Debug)]
pub(super) struct Answer {
    status: StatusCode,
    content_type: String,
    body: Vec<u8>,
    retry_after: Option<u32>,
}

/// Why a message is not taken: as its confirmation says it, and, in its `Display`, as it may be logged and kept.
#[derive(Debug, Clone)]
pub(super) struct Errors {
    for_sender: Vec<ErrorData>,
    kept: Vec<String>,
}

/// One reason.
#[derive(Debug, Clone)]
pub(super) struct Refusal {
    /// Which kind.
    pub(super) kind: ErrorType,
    /// The element that it is about.
    pub(super) element: &'static str,
    /// What is wrong with it, without the value.
    pub(super) sentence: String,
    /// The value, for the sender alone.
    pub(super) value: Option<String>,
}

impl From<Refusal> for Errors {
    fn from(refusal: Refusal) -> Self {
        let Refusal { kind, element, sentence, value } = refusal;
        let error_value = Some(match value {
            Some(value) => format!("{element}: `{value}` {sentence}"),
            None => format!("{element}: {sentence}"),
        });
        let kept = vec![format!("{kind}: {element}: {sentence}")];
        Errors { for_sender: vec![ErrorData { error_type: kind, error_value }], kept }
    }
}

/// As a machine says them.
impl From<Vec<ErrorData>> for Errors {
    fn from(for_sender: Vec<ErrorData>) -> Self {
        Errors { kept: sentences(&for_sender), for_sender }
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.kept.join("; "))
    }
}

impl Answer {
    /// A status with a plain reason.
    pub(super) fn plain(status: StatusCode, why: impl Into<String>) -> Self {
        let body = format!("{}\n", why.into()).into_bytes();
        Self { status, content_type: "text/plain; charset=utf-8".to_owned(), body, retry_after: None }
    }

    /// Not now.
    pub(super) fn later(why: &str) -> Self {
        Self { retry_after: Some(5), ..Self::plain(StatusCode::SERVICE_UNAVAILABLE, why) }
    }

    /// Not before that long.
    pub(super) fn after(status: StatusCode, wait: Duration, why: &str) -> Self {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
        Self { retry_after: Some(seconds), ..Self::plain(status, why) }
    }

    /// Only POST.
    pub(super) fn method_not_allowed() -> Self {
        Self::plain(StatusCode::METHOD_NOT_ALLOWED, "ISO 18626 messages are posted: use POST")
    }

    /// The store failed: the sender must come again.
    pub(super) fn failed(why: &StoreError) -> Self {
        tracing::error!(slug = %slug!("store.failed"), %why, "a message could not be kept");
        Self::later("the message could not be kept: come again later")
    }

    /// A confirmation.
    pub(super) fn confirmation(body: persistence::Body) -> Self {
        Self {
            status: StatusCode::OK,
            content_type: body.content_type,
            body: body.plaintext,
            retry_after: None,
        }
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Ok(content_type) = HeaderValue::try_from(self.content_type) {
            headers.insert(CONTENT_TYPE, content_type);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            // Some systems send what they have only to who asks for it in its scheme.
            for challenge in ["Basic realm=\"illgate\"", "Bearer"] {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
        }
        response
    }
}

/// As it comes back to a machine of this gateway.
impl From<Answer> for net::http::Answer {
    fn from(answer: Answer) -> Self {
        Self {
            status: answer.status,
            content_type: Some(answer.content_type),
            retry_after: answer.retry_after.map(|seconds| seconds.to_string()),
            location: None,
            body: answer.body.into(),
        }
    }
}

/// What is wrong with a message that was read with errors.
pub(super) fn errors(reading: &Reading) -> Errors {
    let for_sender = reading.errors().take(ERRORS).map(|diagnostic| ErrorData {
        error_type: diagnostic.error_type.clone(),
        error_value: Some(format!("{}: {}", diagnostic.element(), diagnostic.for_sender())),
    });
    let kept = reading.errors().take(ERRORS).map(|found| format!("{}: {found}", found.error_type));
    Errors { for_sender: for_sender.collect(), kept: kept.collect() }
}

/// How the sender of a message is confirmed: in the edition in which it wrote.
pub(super) fn answering(parsed: &ParsedMessage, sender: Option<&Sender>) -> Answering {
    let theirs = sender.map(|sender| Wire::of(&parsed.snapshot, &sender.peer)).unwrap_or_default();
    let edition = parsed.reading.edition;
    let version = theirs.version.filter(|_| theirs.edition == edition);
    Answering {
        message: parsed.reading.message.clone(),
        received: parsed.received.at,
        wire: Wire { edition, version, ..theirs },
    }
}

/// The confirmation that a message was not taken.
pub(super) fn error(
    parsed: &ParsedMessage,
    sender: Option<&Sender>,
    errors: Errors,
) -> Result<Answer, Answer> {
    match answering(parsed, sender).write(&Reply::Error(errors.for_sender)) {
        Ok(body) => Ok(Answer::confirmation(body)),
        Err(why) => Err(bug(&why)),
    }
}

/// What a step that was not made is answered with, refusals apart.
pub(super) fn failed<R>(failed: &StepError<R>) -> Answer {
    match failed {
        StepError::Busy | StepError::Taken => {
            Answer::later("too much happens to this request at once: come again")
        }
        StepError::Store(why) => Answer::failed(why),
        other => bug(&other.to_string()),
    }
}

fn bug(what: &str) -> Answer {
    tracing::error!(slug = %slug!("gateway.fault"), what, "a message could not be handled");
    Answer::plain(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the gateway could not handle this message; its operator has been told",
    )
}

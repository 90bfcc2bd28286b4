//! Errors of the API, as RFC 9457 has them. Each has a stable slug; must never carry patron data or a secret.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use errors::{Blame, Slug, slug};
use hyper::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
};
use persistence::StoreError;
use runtime::{
    patron_requests::PlaceError,
    requests::{StaffFailed, StepError},
};

use super::model::{Fault, Problem};

/// The statuses that say more than whose an error is.
const STATUSES: &[(Slug, StatusCode)] = &[
    (slug!("api.bad-cursor"), StatusCode::BAD_REQUEST),
    (slug!("api.bad-request"), StatusCode::BAD_REQUEST),
    (slug!("api.method"), StatusCode::METHOD_NOT_ALLOWED),
    (slug!("api.not-found"), StatusCode::NOT_FOUND),
    (slug!("api.remote"), StatusCode::FORBIDDEN),
    (slug!("api.slow"), StatusCode::REQUEST_TIMEOUT),
    (slug!("api.token"), StatusCode::UNAUTHORIZED),
    (slug!("copy.kind"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
    (slug!("copy.too-large"), StatusCode::PAYLOAD_TOO_LARGE),
    (slug!("errors.unknown"), StatusCode::NOT_FOUND),
    (slug!("intake.unknown"), StatusCode::NOT_FOUND),
    (slug!("message.erased"), StatusCode::GONE),
    (slug!("message.unknown"), StatusCode::NOT_FOUND),
    (slug!("peer.unknown"), StatusCode::NOT_FOUND),
    (slug!("registry.invalid"), StatusCode::UNPROCESSABLE_ENTITY),
    (slug!("request.bad-act"), StatusCode::BAD_REQUEST),
    (slug!("request.no-holder"), StatusCode::BAD_REQUEST),
    (slug!("request.not-described"), StatusCode::BAD_REQUEST),
    (slug!("request.unknown"), StatusCode::NOT_FOUND),
    (slug!("store.damaged"), StatusCode::INTERNAL_SERVER_ERROR),
    (slug!("store.dump"), StatusCode::UNPROCESSABLE_ENTITY),
    (slug!("store.failed"), StatusCode::INTERNAL_SERVER_ERROR),
];

/// The status of an error: by whose it is, where nothing closer is said.
fn status(slug: Slug) -> StatusCode {
    let closer = STATUSES.iter().find(|(own, _)| *own == slug).map(|(_, status)| *status);
    closer.unwrap_or(match slug.blame() {
        Blame::Peer | Blame::Settings | Blame::Operator => StatusCode::CONFLICT,
        Blame::Temporary => StatusCode::SERVICE_UNAVAILABLE,
        Blame::Ours => StatusCode::INTERNAL_SERVER_ERROR,
    })
}

/// A call that failed.
#[derive(Debug)]
pub(crate) struct Failure(Box<Problem>);

impl Failure {
    pub(crate) fn new(slug: Slug, detail: impl Into<String>) -> Self {
        let status = status(slug);
        let slug = slug.as_str();
        Self(Box::new(Problem {
            kind: format!("urn:illgate:{slug}"),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: Some(detail.into()),
            slug: slug.to_owned(),
            errors: Vec::new(),
        }))
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(slug!("api.not-found"), detail)
    }

    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::new(slug!("api.bad-request"), detail)
    }

    pub(crate) fn bug(detail: impl Into<String>) -> Self {
        let detail = detail.into();
        tracing::error!(slug = %slug!("gateway.fault"), detail, "a call of the API failed");
        Self::new(slug!("gateway.fault"), detail)
    }

    pub(crate) fn with(mut self, errors: Vec<Fault>) -> Self {
        self.0.errors = errors;
        self
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(error.slug(), error.to_string())
    }
}

impl From<PlaceError> for Failure {
    fn from(why: PlaceError) -> Self {
        let detail = why.to_string();
        match why {
            PlaceError::UnknownLibrary(_) => Self::new(slug!("peer.unknown"), detail),
            PlaceError::NotHosted(_) => Self::new(slug!("peer.not-hosted"), detail),
            PlaceError::MayNotAsk { .. } => Self::new(slug!("peer.may-not-ask"), detail),
            PlaceError::Nothing => Self::new(slug!("request.not-described"), detail),
            PlaceError::NoHolder => Self::new(slug!("request.no-holder"), detail),
            PlaceError::NoPatron | PlaceError::Pickup | PlaceError::Unwritable(_) => Self::bad(detail),
            PlaceError::Failed(StepError::Store(error)) => error.into(),
            PlaceError::Failed(StepError::Damaged(corrupt)) => StoreError::Corrupt(corrupt).into(),
            PlaceError::Failed(StepError::NotCreated(_)) => Self::new(slug!("request.not-taken"), detail),
            PlaceError::Failed(_) => Self::bug(detail),
        }
    }
}

impl From<StepError<StaffFailed>> for Failure {
    fn from(failed: StepError<StaffFailed>) -> Self {
        match failed {
            StepError::Declined(why) => {
                let slug = match &why {
                    StaffFailed::NoCopy(why) => return why.clone().into(),
                    StaffFailed::NoRequest => slug!("request.unknown"),
                    StaffFailed::NotAllowed { .. } => slug!("request.not-allowed"),
                    StaffFailed::Nothing => slug!("request.bad-act"),
                    StaffFailed::NoMessage => slug!("message.unknown"),
                    StaffFailed::NotQueued => slug!("message.not-queued"),
                    StaffFailed::Erased => slug!("message.erased"),
                };
                Self::new(slug, why.to_string())
            }
            StepError::Refused(rule) => {
                let detail = format!("{}: {}", rule.rule, rule.why);
                Self::new(slug!("request.refused"), detail)
            }
            StepError::Store(error) => error.into(),
            StepError::Damaged(corrupt) => StoreError::Corrupt(corrupt).into(),
            StepError::Busy => {
                Self::new(slug!("request.busy"), "too much happens to the request at once: try again")
            }
            other => Self::bug(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_is_never_blamed_for_what_is_ours_or_will_pass() {
        for &slug in errors::ALL {
            let of_caller = !matches!(slug.blame(), Blame::Ours | Blame::Temporary);
            let damaged = slug == slug!("store.damaged");
            assert_eq!(status(slug).is_client_error(), of_caller && !damaged, "{slug}");
        }
    }
}

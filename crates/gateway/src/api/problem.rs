//! Errors of the API, as RFC 9457 has them. Each has a stable slug; must never carry patron data or a secret.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use hyper::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
};
use persistence::StoreError;

use super::model::{Fault, Problem};
use crate::{
    errors::Slug,
    hosted::NotAsked,
    requests::{Failed, StaffFailed},
};

/// A call that failed.
#[derive(Debug)]
pub(crate) struct Failure(Box<Problem>);

impl Failure {
    pub(crate) fn new(status: StatusCode, slug: Slug, detail: impl Into<String>) -> Self {
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
        Self::new(StatusCode::NOT_FOUND, slug!("api.not-found"), detail)
    }

    pub(crate) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, slug!("api.bad-request"), detail)
    }

    pub(crate) fn bug(detail: impl Into<String>) -> Self {
        let detail = detail.into();
        tracing::error!(detail, "a call of the API failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, slug!("gateway.fault"), detail)
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
        let (status, slug) = match &error {
            StoreError::Stopped { .. } => (StatusCode::SERVICE_UNAVAILABLE, slug!("store.stopped")),
            StoreError::Corrupt(_) => (StatusCode::INTERNAL_SERVER_ERROR, slug!("store.damaged")),
            StoreError::Conflict { .. } => (StatusCode::CONFLICT, slug!("store.conflict")),
            StoreError::BadCursor { .. } => (StatusCode::BAD_REQUEST, slug!("api.bad-cursor")),
            StoreError::Dump { .. } => (StatusCode::UNPROCESSABLE_ENTITY, slug!("store.dump")),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, slug!("store.failed")),
        };
        Self::new(status, slug, error.to_string())
    }
}

impl From<NotAsked> for Failure {
    fn from(why: NotAsked) -> Self {
        let detail = why.to_string();
        match why {
            NotAsked::UnknownLibrary(_) => Self::new(StatusCode::NOT_FOUND, slug!("peer.unknown"), detail),
            NotAsked::NotHosted(_) => Self::new(StatusCode::CONFLICT, slug!("peer.not-hosted"), detail),
            NotAsked::MayNotAsk { .. } => Self::new(StatusCode::CONFLICT, slug!("peer.may-not-ask"), detail),
            NotAsked::NoPatron | NotAsked::Nothing | NotAsked::Pickup | NotAsked::Unwritable(_) => {
                Self::bad(detail)
            }
            NotAsked::Failed(Failed::Store(error)) => error.into(),
            NotAsked::Failed(Failed::Damaged(corrupt)) => StoreError::Corrupt(corrupt).into(),
            NotAsked::Failed(Failed::NotCreated(_)) => {
                Self::new(StatusCode::CONFLICT, slug!("request.not-taken"), detail)
            }
            NotAsked::Failed(_) => Self::bug(detail),
        }
    }
}

impl From<Failed<StaffFailed>> for Failure {
    fn from(failed: Failed<StaffFailed>) -> Self {
        match failed {
            Failed::Declined(why) => {
                let (status, slug) = match &why {
                    StaffFailed::NoCopy(why) => return why.clone().into(),
                    StaffFailed::NoRequest => (StatusCode::NOT_FOUND, slug!("request.unknown")),
                    StaffFailed::NotAllowed { .. } => (StatusCode::CONFLICT, slug!("request.not-allowed")),
                    StaffFailed::BadAct { .. } => (StatusCode::BAD_REQUEST, slug!("request.bad-act")),
                    StaffFailed::NoMessage => (StatusCode::NOT_FOUND, slug!("message.unknown")),
                    StaffFailed::NotQueued => (StatusCode::CONFLICT, slug!("message.not-queued")),
                    StaffFailed::Erased => (StatusCode::GONE, slug!("message.erased")),
                };
                Self::new(status, slug, why.to_string())
            }
            Failed::Refused(rule) => {
                let detail = format!("{}: {}", rule.rule, rule.why);
                Self::new(StatusCode::CONFLICT, slug!("request.refused"), detail)
            }
            Failed::Store(error) => error.into(),
            Failed::Damaged(corrupt) => StoreError::Corrupt(corrupt).into(),
            Failed::Busy => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                slug!("request.busy"),
                "too much happens to the request at once: try again",
            ),
            other => Self::bug(other.to_string()),
        }
    }
}

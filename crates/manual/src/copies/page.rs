//! `GET /copy/TOKEN`: the copy, to be saved. What is fetched can do nothing in the browser, and is kept by nobody on the way.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, StatusCode,
    body::Bytes,
    header::{
        CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
        RETRY_AFTER,
    },
};
use runtime::input_span::{InputKind, InputSpan};

use super::{Copies, CopyFile, Given, NotGiven, PATH};

/// The paths of copies.
pub fn router(copies: Arc<Copies>) -> Router {
    Router::new().route(&format!("{PATH}/{{token}}"), get(fetch)).with_state(copies)
}

async fn fetch(State(copies): State<Arc<Copies>>, method: Method, Path(token): Path<String>) -> Response {
    // Who only looks whether it is there has not fetched it.
    if method == Method::HEAD {
        return words(StatusCode::METHOD_NOT_ALLOWED, "ask for it with GET".to_owned());
    }
    match InputSpan::new(InputKind::Link).run(copies.give(&token)).await {
        Ok(given) => file(given),
        Err(why) => {
            let status = match why {
                NotGiven::NotOurs => StatusCode::NOT_FOUND,
                NotGiven::Expired(_) | NotGiven::Gone => StatusCode::GONE,
                NotGiven::NotNow => StatusCode::SERVICE_UNAVAILABLE,
            };
            words(status, why.to_string())
        }
    }
}

fn file(Given { request, body, seat }: Given) -> Response {
    let id = request.to_string();
    let ending = CopyFile::ending(&body.content_type);
    let name = format!("attachment; filename=\"copy-{}.{ending}\"", id.trim_start_matches("req_"));
    let kind = body.content_type;
    // The seat is free again when the last byte has gone, or the reader has.
    let bytes = Full::new(Bytes::from(body.plaintext)).map_frame(move |frame| {
        let _taken = &seat;
        frame
    });
    let mut response = guarded(Response::new(Body::new(bytes)));
    for (header, value) in [(CONTENT_TYPE, kind), (CONTENT_DISPOSITION, name)] {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(header, value);
        }
    }
    response
}

fn words(status: StatusCode, why: String) -> Response {
    let mut response = guarded(Response::new(Body::from(format!("{why}\n"))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for (name, value) in [
        ("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'"),
        ("x-content-type-options", "nosniff"),
        ("x-robots-tag", "noindex, nofollow"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

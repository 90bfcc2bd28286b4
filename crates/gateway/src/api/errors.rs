//! What an error means, and what to do about it.

use axum::{Json, extract::Path};
use hyper::StatusCode;

use super::problem::Failure;
use crate::errors::{ERRORS, ErrorPage, find, nearest};

/// Every error's page.
pub(super) async fn list() -> Json<&'static [ErrorPage]> {
    Json(ERRORS)
}

/// The page of one.
pub(super) async fn show(Path(slug): Path<String>) -> Result<Json<&'static ErrorPage>, Failure> {
    find(&slug).map(Json).ok_or_else(|| {
        let like = match nearest(&slug)[..] {
            [] => String::new(),
            ref like => format!(": did you mean one of {}?", like.join(", ")),
        };
        Failure::new(
            StatusCode::NOT_FOUND,
            slug!("errors.unknown"),
            format!("no error is called `{slug}`{like}"),
        )
    })
}

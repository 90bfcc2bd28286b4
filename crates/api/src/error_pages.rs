//! What an error means, and what to do about it. The pages come from above.

use axum::{
    Json,
    extract::{Path, State},
};
use errors::{ErrorPage, find, nearest, slug};

use super::{Shared, problem::Failure};

/// Every error's page.
pub(super) async fn list(State(api): Shared) -> Json<&'static [ErrorPage]> {
    Json(api.error_pages)
}

/// The page of one.
pub(super) async fn show(
    State(api): Shared,
    Path(slug): Path<String>,
) -> Result<Json<&'static ErrorPage>, Failure> {
    find(api.error_pages, &slug).map(Json).ok_or_else(|| {
        let like = match nearest(&slug)[..] {
            [] => String::new(),
            ref like => format!(": did you mean one of {}?", like.join(", ")),
        };
        Failure::new(slug!("errors.unknown"), format!("no error is called `{slug}`{like}"))
    })
}

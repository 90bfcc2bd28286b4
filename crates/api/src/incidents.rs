//! What needs staff: requests with incidents, and what is wrong with a library as a whole.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use errors::slug;
use runtime::stored_time::timestamp;

use super::{
    Shared,
    lines::blame,
    model::{IncidentPage, LibraryIncident, ResolveIncidents, ResolvedIncidents},
    problem::Failure,
    requests::{Which, attention, because, page},
};

pub(super) async fn list(
    State(api): Shared,
    Query(which): Query<Which>,
) -> Result<Json<IncidentPage>, Failure> {
    let mut shown = IncidentPage { page: page(&api, attention(), &which).await?, ..IncidentPage::default() };
    if which.is_of_requests() {
        return Ok(Json(shown));
    }
    for standing in api.store.library_incidents(which.library()).await? {
        match standing {
            Ok(standing) => shown.libraries.push(line(standing)),
            Err(corrupt) => {
                tracing::error!(slug = %slug!("store.damaged"), %corrupt, "a kept incident is damaged");
                shown.page.damaged.push(corrupt.to_string());
            }
        }
    }
    Ok(Json(shown))
}

/// A library that has left the registry may have some left.
pub(super) async fn resolve(
    State(api): Shared,
    Path(library): Path<String>,
    Json(asked): Json<ResolveIncidents>,
) -> Result<Json<ResolvedIncidents>, Failure> {
    let because = because(asked.by, asked.reason)?;
    let resolved = api.store.resolve_library_incidents(&library, asked.slug.as_deref()).await?;
    let (by, reason) = (because.by, because.reason);
    tracing::info!(
        library,
        incidents = asked.slug,
        resolved,
        by,
        reason,
        "incidents about a library are resolved"
    );
    Ok(Json(ResolvedIncidents { resolved }))
}

pub(super) fn line(standing: persistence::LibraryIncident) -> LibraryIncident {
    LibraryIncident {
        blame: blame(&standing.slug),
        since: timestamp(standing.since),
        library: standing.library,
        slug: standing.slug,
        text: standing.text,
    }
}

//! What came in and could not be attributed to a request.

use axum::{
    Json,
    extract::{Path, Query, State},
};
use errors::slug;
use persistence::{Intake, IntakeId, Opened};
use runtime::stored_time::timestamp;
use serde::Deserialize;

use super::{
    Shared,
    model::{Bytes, IntakeLine, IntakePage, IntakeSource},
    problem::Failure,
};

/// How many entries a page has at most.
const MAX_PAGE: usize = 500;

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    limit: Option<usize>,
    before: Option<String>,
}

pub(super) async fn list(
    State(api): Shared,
    Query(which): Query<Which>,
) -> Result<Json<IntakePage>, Failure> {
    let limit = which.limit.unwrap_or(50).clamp(1, MAX_PAGE);
    let before = which.before.map(|id| read(&id)).transpose()?;
    let found = api.store.list_intake(before, limit).await?;
    let full = found.len() == limit;
    let mut page = IntakePage::default();
    for entry in found {
        match entry {
            Ok(entry) => page.entries.push(line(&entry)),
            Err(corrupt) => {
                tracing::error!(slug = %slug!("store.damaged"), %corrupt, "kept intake is damaged")
            }
        }
    }
    page.next = page.entries.last().filter(|_| full).map(|last| last.id.clone());
    page.sources = api.store.intake_sources().await?.into_iter().map(source).collect();
    Ok(Json(page))
}

pub(super) async fn show(State(api): Shared, Path(id): Path<String>) -> Result<Json<IntakeLine>, Failure> {
    let found = api.store.intake(read(&id)?).await?;
    let entry =
        found.ok_or_else(|| Failure::new(slug!("intake.unknown"), "nothing is kept under this id"))?;
    let mut line = line(&entry);
    line.text = match (&entry.plaintext, &entry.redacted) {
        (Opened::Plain(bytes), _) | (Opened::Erased, Some(bytes)) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
        (Opened::Erased, None) => None,
    };
    Ok(Json(line))
}

fn read(id: &str) -> Result<IntakeId, Failure> {
    id.parse().map_err(|why| Failure::bad(format!("{why}")))
}

fn line(entry: &Intake) -> IntakeLine {
    IntakeLine {
        id: entry.id.to_string(),
        at: timestamp(entry.id.made_at()),
        source: entry.source.clone(),
        reason: entry.reason.clone(),
        content_type: entry.content_type.clone(),
        bytes: match (&entry.plaintext, &entry.redacted) {
            (Opened::Plain(_), _) => Bytes::Whole,
            (Opened::Erased, Some(_)) => Bytes::Redacted,
            (Opened::Erased, None) => Bytes::Gone,
        },
        text: None,
    }
}

fn source(source: persistence::IntakeSource) -> IntakeSource {
    IntakeSource {
        source: source.source,
        count: source.count,
        bytes: source.bytes,
        overflow: source.overflow,
    }
}

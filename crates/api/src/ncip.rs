//! What NCIP carried between members, in figures.

use axum::{
    Json,
    extract::{Query, State},
};
use jiff::civil::Date;
use serde::Deserialize;

use super::{Shared, model::NcipCounts, problem::Failure};

#[derive(Debug, Deserialize)]
pub(super) struct Days {
    since: Option<Date>,
    until: Option<Date>,
}

pub(super) async fn counts(
    State(api): Shared,
    Query(days): Query<Days>,
) -> Result<Json<NcipCounts>, Failure> {
    let days = days.since.unwrap_or(Date::MIN)..=days.until.unwrap_or(Date::MAX);
    Ok(Json(NcipCounts {
        visits: api.counts.visits(&days).await?.into_iter().map(Into::into).collect(),
        exchanges: api.counts.exchanges(&days).await?.into_iter().map(Into::into).collect(),
    }))
}

//! A copy handed over as a file, by the staff of a hosted supplier.

use axum::{
    Json,
    body::Body,
    extract::{Path, Query, State},
};
use errors::slug;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use net::http::BodyError;
use runtime::copy_file::{CopyFile, NoCopy};
use serde::Deserialize;

use super::{
    Shared,
    model::Done,
    problem::Failure,
    requests::{because, done, find},
};

#[derive(Debug, Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    reason: String,
    by: Option<String>,
}

/// Takes the file and delivers it: the requester is told where to fetch it.
pub(super) async fn upload(
    State(api): Shared,
    Path(id): Path<String>,
    Query(Why { reason, by }): Query<Why>,
    body: Body,
) -> Result<Json<Done>, Failure> {
    let because = because(by, reason)?;
    let request = find(&api, &id).await?.request;
    if api.gate.state() == runtime::gate::IntakeState::NoSpace {
        let detail = "the disk is nearly full: no files are taken";
        return Err(Failure::new(slug!("store.no-space"), detail));
    }
    let most = api.copies.most_bytes;
    let bytes = Limited::new(body, usize::try_from(most).unwrap_or(usize::MAX)).collect().await;
    let bytes = bytes.map_err(|why| unread(&*why, most))?.to_bytes();
    let file = CopyFile::new(bytes.into(), most)?;
    let stepped = api.requests.hand_over(request, file, &because, None).await?;
    Ok(Json(done(request, &stepped)))
}

/// Why a file did not come whole.
fn unread(why: &(dyn std::error::Error + Send + Sync + 'static), most: u64) -> Failure {
    let mut cause = Some(why as &(dyn std::error::Error + 'static));
    while let Some(why) = cause {
        match why.downcast_ref::<BodyError>() {
            _ if why.is::<LengthLimitError>() => return NoCopy::TooLarge { most }.into(),
            Some(BodyError::TooLarge { .. }) => return NoCopy::TooLarge { most }.into(),
            Some(slow @ BodyError::TooSlow) => {
                return Failure::new(slug!("api.slow"), slow.to_string());
            }
            _ => cause = why.source(),
        }
    }
    Failure::bad(format!("the file did not come whole: {why}"))
}

impl From<NoCopy> for Failure {
    fn from(why: NoCopy) -> Self {
        let slug = match why {
            NoCopy::Empty => slug!("api.bad-request"),
            NoCopy::TooLarge { .. } => slug!("copy.too-large"),
            NoCopy::Kind => slug!("copy.kind"),
            NoCopy::NoAddress => slug!("copy.no-address"),
        };
        Self::new(slug, why.to_string())
    }
}

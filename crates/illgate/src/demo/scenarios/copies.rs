//! Copies.

use iso18626::Status;
use simulator::NewRequest;

use super::super::stage::{Stage, Why};

const LINK: &str = "https://copies.example.org/tides-4-17.pdf";

pub(super) async fn copy_by_url(stage: &Stage) -> Result<String, Why> {
    let title = "Journal of Tides";
    stage.supplies("sea", title, &format!("will-supply, copy-completed url {LINK}"))?;
    let request = NewRequest::copy(title).component("Seventeen Harbours", "4-17");
    let talk = stage.ask("hill", request, &["sea"]).await?;
    let copy = talk.hears(Status::CopyCompleted).await?;
    if copy.delivery_info.as_ref().and_then(|delivery| delivery.url.as_deref()) != Some(LINK) {
        return Err(Why("the link did not arrive".to_owned()));
    }
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

pub(super) async fn copy_to_older(stage: &Stage) -> Result<String, Why> {
    let title = "Bulletin of Estuaries";
    stage.supplies("sea", title, &format!("will-supply, copy-completed url {LINK}"))?;
    let request = NewRequest::copy(title).component("Salt and Silt", "101-118");
    let talk = stage.ask("north", request, &["sea"]).await?;
    let copy = talk.hears(Status::CopyCompleted).await?;
    if !copy.message_info.note.as_deref().is_some_and(|note| note.contains(LINK)) {
        return Err(Why("the note does not hold the link".to_owned()));
    }
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

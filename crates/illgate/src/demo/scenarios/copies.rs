//! Copies.

use iso18626::{Status, SupplyingAgencyMessage};
use simulator::NewRequest;

use super::super::stage::{Stage, Why};

const LINK: &str = "https://copies.example.org/tides-4-17.pdf";

pub(super) async fn copy_by_url(stage: &Stage) -> Result<String, Why> {
    let title = "Journal of Tides";
    stage.supplies("sea", title, &format!("will-supply, copy-completed url {LINK}"))?;
    let request = NewRequest::copy(title).component("Seventeen Harbours", "4-17");
    let talk = stage.ask("hill", request, &["sea"]).await?;
    let copy = talk.hears(Status::CopyCompleted).await?;
    link_arrived(&copy)?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

pub(super) async fn copy_to_older(stage: &Stage) -> Result<String, Why> {
    let title = "Bulletin of Estuaries";
    stage.supplies("sea", title, &format!("will-supply, copy-completed url {LINK}"))?;
    let request = NewRequest::copy(title).component("Salt and Silt", "101-118");
    let talk = stage.ask("north", request, &["sea"]).await?;
    let copy = talk.hears(Status::CopyCompleted).await?;
    link_arrived(&copy)?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

/// The link is where the receiver's edition has it: a reader of either edition finds it in the same place of the model.
fn link_arrived(copy: &SupplyingAgencyMessage) -> Result<(), Why> {
    let link = copy.delivery_info.as_ref().and_then(|delivery| delivery.url.as_deref());
    if link == Some(LINK) { Ok(()) } else { Err(Why("the link did not arrive".to_owned())) }
}

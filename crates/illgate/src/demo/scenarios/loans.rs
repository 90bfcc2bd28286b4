//! Loans from request to return.

use iso18626::{ReasonForMessage, Status, YesNo};
use simulator::NewRequest;

use super::super::stage::{Stage, Why};

pub(super) async fn brokered_loan(stage: &Stage) -> Result<String, Why> {
    let title = "The Long Way Home";
    stage.supplies("river", title, "unfilled NotOnShelf")?;
    stage.supplies(
        "sea",
        title,
        "will-supply, loaned due +14d, overdue on received, renew yes due +28d, recalled after 30ms",
    )?;
    let talk = stage.ask("north", NewRequest::loan(title).author("A. Walker"), &["river", "sea"]).await?;
    talk.hears(Status::ExpectToSupply).await?;
    talk.hears_that("news that the first supplier cannot", |heard| {
        heard.message_info.reason_unfilled.is_some()
    })
    .await?;
    talk.hears_all(&[Status::ExpectToSupply, Status::WillSupply, Status::Loaned]).await?;
    talk.0.received().await?;
    talk.hears(Status::Overdue).await?;
    talk.0.renew().await?;
    let answer = talk
        .hears_that("the answer to the renewal", |heard| {
            heard.message_info.reason_for_message == ReasonForMessage::RenewResponse
        })
        .await?;
    if answer.message_info.answer_yes_no != Some(YesNo::Y) {
        return Err(Why("the renewal was not granted".to_owned()));
    }
    talk.hears(Status::Recalled).await?;
    talk.0.shipped_return().await?;
    talk.hears(Status::LoanCompleted).await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

pub(super) async fn newer_to_older(stage: &Stage) -> Result<String, Why> {
    let title = "Maps of the Interior";
    stage.supplies("moor", title, "will-supply, loaned due +21d item 31001 item 31002")?;
    let talk = stage.ask("hill", NewRequest::loan(title), &["moor"]).await?;
    talk.hears_all(&[Status::ExpectToSupply, Status::WillSupply, Status::Loaned]).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

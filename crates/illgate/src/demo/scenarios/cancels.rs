//! Withdrawn requests.

use iso18626::{ReasonForMessage, Status, YesNo};
use simulator::NewRequest;

use super::super::stage::{Stage, Talk, Why};

pub(super) async fn accepted(stage: &Stage) -> Result<String, Why> {
    let title = "On Second Thoughts";
    stage.supplies("river", title, "will-supply, wait, cancel yes")?;
    let talk = stage.ask("hill", NewRequest::loan(title), &["river", "sea"]).await?;
    talk.hears(Status::WillSupply).await?;
    talk.0.cancel().await?;
    answered(&talk, YesNo::Y).await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

pub(super) async fn refused(stage: &Stage) -> Result<String, Why> {
    let title = "Too Late to Turn";
    stage.supplies("sea", title, "will-supply, loaned due +21d, cancel no")?;
    let talk = stage.ask("north", NewRequest::loan(title), &["sea"]).await?;
    talk.hears(Status::Loaned).await?;
    talk.0.cancel().await?;
    answered(&talk, YesNo::N).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

async fn answered(talk: &Talk, wanted: YesNo) -> Result<(), Why> {
    let answer = talk
        .hears_that("the answer to the cancel", |heard| {
            heard.message_info.reason_for_message == ReasonForMessage::CancelResponse
        })
        .await?;
    match answer.message_info.answer_yes_no {
        Some(given) if given == wanted => Ok(()),
        other => Err(Why(format!("the cancel was answered {other:?}, not {wanted:?}"))),
    }
}

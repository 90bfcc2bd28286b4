//! Suppliers that cannot, and one that says nothing.

use iso18626::{Action, Message, ReasonForMessage, Status};
use simulator::{Direction, NewRequest};

use super::super::stage::{SOON, Stage, Why};

pub(super) async fn end_of_rota(stage: &Stage) -> Result<String, Why> {
    let title = "The Unfindable Book";
    for supplier in ["river", "sea", "moor"] {
        stage.supplies(supplier, title, "unfilled NotHeld")?;
    }
    let talk = stage.ask("north", NewRequest::loan(title), &["river", "sea", "moor"]).await?;
    talk.hears(Status::Unfilled).await?;
    stage.settled(&talk).await?;
    let finals = talk.0.heard().into_iter().filter(|heard| {
        heard.status_info.status == Status::Unfilled
            && heard.message_info.reason_for_message != ReasonForMessage::Notification
    });
    match finals.count() {
        1 => Ok(talk.ending()),
        many => Err(Why(format!("the library was told {many} times that nobody can"))),
    }
}

pub(super) async fn passed_over(stage: &Stage) -> Result<String, Why> {
    let title = "The Quiet Reading Room";
    stage.supplies("moor", title, "silent")?;
    stage.supplies("sea", title, "will-supply, loaned due +21d")?;
    let talk = stage.ask("north", NewRequest::loan(title), &["moor", "sea"]).await?;
    talk.hears(Status::ExpectToSupply).await?;
    let at_moor = stage.library("moor").flow();
    let arrived = |entry: &simulator::FlowEntry| {
        entry.direction == Direction::In
            && matches!(&entry.message, Some(Message::Request(request))
                if request.bibliographic_info.title.as_deref() == Some(title))
    };
    at_moor.wait_for("the request at the silent supplier", SOON, arrived).await?;
    stage.pass(&talk, "answer").await?;
    let cancelled = |entry: &simulator::FlowEntry| {
        entry.direction == Direction::In
            && matches!(&entry.message, Some(Message::RequestingAgencyMessage(message)) if message.action == Action::Cancel)
    };
    at_moor.wait_for("a cancel at the silent supplier", SOON, cancelled).await?;
    stage.pass(&talk, "grace").await?;
    talk.hears_all(&[Status::ExpectToSupply, Status::WillSupply, Status::Loaned]).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

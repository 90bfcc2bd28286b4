//! Loans through another broker, in each direction.

use iso18626::Status;
use simulator::NewRequest;

use super::super::stage::{SOON, Stage, Why};

/// The gateway asks a library behind the other broker.
pub(super) async fn below(stage: &Stage) -> Result<String, Why> {
    let title = "Tides and Currents";
    stage
        .isle()
        .scenario_for_title(title, "will-supply, loaned due +14d, loan-completed on shipped-return")?;
    let talk = stage.ask("north", NewRequest::loan(title), &["isle"]).await?;
    talk.hears_all(&[Status::ExpectToSupply, Status::WillSupply, Status::Loaned]).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

/// A library behind the other broker asks; that one asks the gateway.
pub(super) async fn above(stage: &Stage) -> Result<String, Why> {
    let title = "Lamps of the Northern Coast";
    stage.supplies("sea", title, "will-supply, loaned due +14d, loan-completed on shipped-return")?;
    let talk = stage.isle().send_request(NewRequest::loan(title)).await?;
    let id = stage.asked_by_union(title).await?;
    for status in [Status::WillSupply, Status::Loaned] {
        talk.wait_for_status(status, SOON).await?;
    }
    talk.received().await?;
    talk.shipped_return().await?;
    talk.wait_for_status(Status::LoanCompleted, SOON).await?;
    stage.at_rest(&id).await?;
    Ok(talk.last_status().map_or("nothing".to_owned(), |status| status.to_string()))
}

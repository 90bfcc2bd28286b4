//! Costs and conditions.

use iso18626::{Costs, Decimal, Open, Status};
use simulator::{NewRequest, RetryTerms};

use super::super::stage::{Stage, Why};

pub(super) async fn cost_accepted(stage: &Stage) -> Result<String, Why> {
    let title = "Binding by Hand";
    stage.supplies(
        "river",
        title,
        "retry CostExceedsMaxCost cost 12.50 USD before +7d, will-supply on retry, loaned due +21d",
    )?;
    let talk = stage.ask("north", NewRequest::loan(title).max_cost("5.00", "USD"), &["river"]).await?;
    talk.hears(Status::RetryPossible).await?;
    let offered = Costs { currency_code: Open::new("USD"), monetary_value: Decimal::from_lexical("12.50") };
    talk.0.retry(RetryTerms { max_cost: Some(offered), ..RetryTerms::default() }).await?;
    talk.hears_all(&[Status::WillSupply, Status::Loaned]).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

pub(super) async fn condition_agreed(stage: &Stage) -> Result<String, Why> {
    let title = "Letters from the Coast";
    stage.supplies("moor", title, "conditional LibraryUseOnly, will-supply on accept, loaned due +21d")?;
    let talk = stage.ask("hill", NewRequest::loan(title), &["moor"]).await?;
    hears_condition(&talk).await?;
    talk.0.accept().await?;
    talk.hears(Status::Loaned).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

pub(super) async fn condition_declined(stage: &Stage) -> Result<String, Why> {
    let title = "A Herbal in Four Parts";
    stage.supplies("moor", title, "conditional NoReproduction")?;
    stage.supplies("sea", title, "will-supply, loaned due +21d")?;
    let talk = stage.ask("north", NewRequest::loan(title), &["moor", "sea"]).await?;
    hears_condition(&talk).await?;
    talk.0.decline().await?;
    talk.hears_all(&[Status::ExpectToSupply, Status::Loaned]).await?;
    talk.returns().await?;
    stage.settled(&talk).await?;
    Ok(talk.ending())
}

async fn hears_condition(talk: &super::super::stage::Talk) -> Result<(), Why> {
    talk.hears_that("a condition", |heard| {
        heard.delivery_info.as_ref().is_some_and(|delivery| !delivery.loan_condition.is_empty())
    })
    .await?;
    Ok(())
}

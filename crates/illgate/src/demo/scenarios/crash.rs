//! The gateway killed while it relays.

use iso18626::{Message, Status};
use simulator::{Direction, NewRequest};

use super::super::stage::{SOON, Stage, Talk, Why};

/// How many loans run when the power goes.
const LOANS: usize = 6;

pub(super) async fn killed_mid_relay(stage: &Stage) -> Result<String, Why> {
    let title = "Working by Candlelight";
    // The first attempt reaches one supplier and is never answered, the other answers at once: the kill finds requests at every step.
    stage.supplies("river", title, "answer hang, will-supply, loaned due +21d")?;
    stage.supplies("sea", title, "will-supply, loaned due +21d")?;
    let suppliers = ["river", "sea", "river"];
    let requesters = ["north", "hill"];
    let mut talks = Vec::new();
    for number in 0..LOANS {
        let request = NewRequest::loan(&format!("{title}, volume {number}"));
        talks.push(
            stage
                .ask(requesters[number % requesters.len()], request, &[suppliers[number % suppliers.len()]])
                .await?,
        );
    }
    let asked = |entry: &simulator::FlowEntry| {
        entry.direction == Direction::In
            && matches!(&entry.message, Some(Message::Request(request))
                if request.bibliographic_info.title.as_deref().is_some_and(|one| one.starts_with(title)))
    };
    stage.library("river").flow().wait_for("a request at the supplier", SOON, asked).await?;
    stage.cut_power().await?;
    for talk in &talks {
        loan_runs_on(talk).await?;
    }
    for talk in &talks {
        stage.settled(talk).await?;
    }
    let entries = ["river", "sea"].map(|supplier| stage.library(supplier).flow().entries());
    let mut ids: Vec<String> =
        entries.into_iter().flatten().filter(asked).filter_map(|entry| entry.request).collect();
    ids.sort();
    ids.dedup();
    match ids.len() {
        LOANS => Ok(talks[0].ending()),
        other => Err(Why(format!("the suppliers were asked for {other} loans instead of {LOANS}"))),
    }
}

async fn loan_runs_on(talk: &Talk) -> Result<(), Why> {
    talk.hears_all(&[Status::ExpectToSupply, Status::WillSupply, Status::Loaned]).await?;
    talk.returns().await
}

//! `illgate ncip`: what NCIP carried between members, in figures.

use api::model::NcipCounts;
use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::wait;
use crate::{
    client::Client,
    context::Context,
    exit::{Exit, Failure},
    output::Table,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate ncip counts
  illgate ncip counts --since 2026-07-01 --until 2026-09-30 --json";

/// What to show.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Count visiting patrons and their loans per pair of libraries and day, and exchanges by how they ended
    Counts(Counts),
}

/// Of which days.
#[derive(Debug, Args)]
pub(crate) struct Counts {
    /// From this day on (UTC)
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,
    /// Up to this day, included (UTC)
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::Counts(days) => wait(counts(context, &client, &days)),
    }
}

async fn counts(context: &Context, client: &Client, days: &Counts) -> Result<Exit, Failure> {
    let bound = |name: &str, day: &Option<Date>| day.map(|day| format!("{name}={day}"));
    let bounds: Vec<String> =
        [bound("since", &days.since), bound("until", &days.until)].into_iter().flatten().collect();
    let found: NcipCounts = client.get(&format!("ncip/counts?{}", bounds.join("&"))).await?;
    context.output.value(&found, |found, colour| {
        let mut visits = Table::new(&["DAY", "AT", "HOME LIBRARY", "CARDS", "LOOKUPS", "LOANS"]);
        for line in &found.visits {
            let (cards, lookups, loans) = (line.cards, line.lookups, line.loans);
            visits.row([
                line.day.to_string(),
                line.at.clone(),
                line.home.clone(),
                cards.to_string(),
                lookups.to_string(),
                loans.to_string(),
            ]);
        }
        let mut exchanges = Table::new(&["DAY", "FROM", "TO", "SERVICE", "ENDED", "HOW MANY"]);
        for line in &found.exchanges {
            exchanges.row([
                line.day.to_string(),
                line.from.clone(),
                line.to.clone(),
                line.service.clone(),
                line.outcome.clone(),
                line.count.to_string(),
            ]);
        }
        format!("{}\n{}", visits.print(colour), exchanges.print(colour))
    })?;
    Ok(Exit::Ok)
}

//! `illgate intake`: what came in and could not be attributed to a request.

use api::model::{IntakeLine, IntakePage};
use clap::{Args, Subcommand};

use super::wait;
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Table, Tone, say},
    timeline::moment,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate intake list
  illgate intake show int_01... | illgate message check -";

/// What to do with the intake.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List what came, newest first
    List(List),
    /// Print the bytes of one entry
    Show(Show),
}

/// Which entries.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// How many
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Only those before this one
    #[arg(long, value_name = "ENTRY")]
    before: Option<String>,
}

/// Which entry.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Its id: `int_...`
    id: String,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::List(which) => wait(list(context, &client, &which)),
        Command::Show(which) => wait(show(context, &client, &which)),
    }
}

async fn list(context: &Context, client: &Client, which: &List) -> Result<Exit, Failure> {
    let before = which.before.as_ref().map_or(String::new(), |id| format!("&before={}", part(id)));
    let page: IntakePage = client.get(&format!("intake?limit={}{before}", which.limit)).await?;
    context.output.value(&page, |page, colour| {
        let mut table = Table::new(&["ID", "CAME", "FROM", "TYPE", "WHY IT WAS NOT TAKEN"]);
        for line in &page.entries {
            table.row([
                line.id.clone(),
                moment(line.at),
                line.source.clone(),
                line.content_type.clone(),
                line.reason.clone(),
            ]);
        }
        table.print(colour)
    })?;
    if context.output.form == Form::Text {
        for source in page.sources.iter().filter(|source| source.overflow > 0) {
            say(format!("{}: {} more were counted only, over the limit", source.source, source.overflow));
        }
        if let Some(next) = &page.next {
            say(format!("there are more: --before {next}"));
        }
    }
    Ok(Exit::Ok)
}

async fn show(context: &Context, client: &Client, which: &Show) -> Result<Exit, Failure> {
    let line: IntakeLine = client.get(&format!("intake/{}", part(&which.id))).await?;
    if context.output.form == Form::Text {
        let colour = context.output.colour;
        say(format!(
            "{} came {} from {}: {}",
            colour.paint(Tone::Title, &line.id),
            moment(line.at),
            line.source,
            line.reason
        ));
    }
    context.output.value(&line, |line, _| line.text.clone().unwrap_or_default())?;
    Ok(if line.text.is_some() { Exit::Ok } else { Exit::Finding })
}

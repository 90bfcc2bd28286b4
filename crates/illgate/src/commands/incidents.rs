//! `illgate incidents`: what needs staff, of requests and of libraries as a whole.

use api::model::{IncidentPage, ResolveIncidents, ResolvedIncidents};
use clap::{Args, Subcommand};
use errors::Blame;
use jiff::Timestamp;

use super::{requests::user, wait};
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Table, Tone, say},
    timeline::moment,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate incidents list
  illgate incidents list --library hill
  illgate incidents resolve hill --reason 'they corrected the form of their dates'
  illgate requests act req_01... resolve-incidents --reason 'found'     those of a request";

/// What to do with incidents.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List what needs staff: first what is wrong with a library as a whole or with the gateway itself, then what is with requests, the newest
    /// first
    List(List),
    /// Say that what is wrong with a library as a whole, or with the gateway, was seen to; it is raised anew where it goes on
    Resolve(Resolve),
}

/// Which incidents.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those of this library and of the requests that are run for it
    #[arg(long, value_name = "LIBRARY")]
    library: Option<String>,
    /// Of how many requests
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Where an earlier listing said that it goes on
    #[arg(long)]
    cursor: Option<String>,
}

/// Of which library, and why.
#[derive(Debug, Args)]
pub(crate) struct Resolve {
    /// The library, by its id in the registry, or what else the list names there
    library: String,
    /// Only those of this name, such as `ncip.date`
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Why; it is kept in the log
    #[arg(long)]
    reason: String,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::List(which) => wait(list(context, &client, &which)),
        Command::Resolve(which) => wait(resolve(context, &client, which)),
    }
}

async fn list(context: &Context, client: &Client, which: &List) -> Result<Exit, Failure> {
    let mut path = format!("incidents?limit={}", which.limit);
    for (name, value) in [("library", &which.library), ("cursor", &which.cursor)] {
        if let Some(value) = value {
            path += &format!("&{name}={}", part(value));
        }
    }
    let found: IncidentPage = client.get(&path).await?;
    context.output.value(&found, |found, colour| {
        let mut table = Table::new(&["ABOUT", "INCIDENT", "WHOSE", "SINCE", "WHAT"]);
        let mut row = |about: &str, slug: &str, whose: Option<Blame>, since: Timestamp, text: &str| {
            table.toned([
                (Tone::Plain, about.to_owned()),
                (Tone::Warn, slug.to_owned()),
                (Tone::Plain, whose.map_or("", Blame::as_str).to_owned()),
                (Tone::Faint, moment(since)),
                (Tone::Plain, text.to_owned()),
            ]);
        };
        for it in &found.libraries {
            row(&it.library, &it.slug, it.blame, it.since, &it.text);
        }
        for request in &found.page.requests {
            for it in &request.incidents {
                row(&request.id, &it.slug, it.blame, it.since, &it.text);
            }
        }
        table.print(colour)
    })?;
    if context.output.form == Form::Text {
        for damaged in &found.page.damaged {
            say(format!("damaged: {damaged}"));
        }
        if let Some(next) = &found.page.next {
            say(format!("there are more: --cursor {next}"));
        }
    }
    Ok(if found.page.damaged.is_empty() { Exit::Ok } else { Exit::Finding })
}

async fn resolve(context: &Context, client: &Client, which: Resolve) -> Result<Exit, Failure> {
    let body = ResolveIncidents { slug: which.name, reason: which.reason, by: Some(user()) };
    let path = format!("incidents/{}/resolve", part(&which.library));
    let done: ResolvedIncidents = client.post(&path, &body).await?;
    context.output.value(&done, |done, _| match done.resolved {
        0 => "no such incident stands\n".to_owned(),
        1 => "one incident is resolved\n".to_owned(),
        many => format!("{many} incidents are resolved\n"),
    })?;
    Ok(if done.resolved > 0 { Exit::Ok } else { Exit::Finding })
}

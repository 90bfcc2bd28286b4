//! `illgate queue`: messages that wait to be confirmed, and what to do about one that is stuck.

use api::model::{Done, Queue, QueueLine, Reason};
use clap::{Args, Subcommand};
use errors::slug;

use super::{requests, wait};
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Table, Tone},
    timeline::{moment, queued},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate queue list --held
  illgate queue resend msg_01... --reason 'their server is back'
  illgate queue drop msg_01... --reason 'told by telephone'";

/// What to do with the queue.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List messages that wait to be confirmed
    List(List),
    /// Show one of them
    Show(One),
    /// Send one again: the same bytes
    Resend(Resend),
    /// Give one up: the next of its lane goes on
    Drop(Act),
}

/// Which messages.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those to this library
    #[arg(long, value_name = "LIBRARY")]
    peer: Option<String>,
    /// Only those that an incident holds
    #[arg(long)]
    held: bool,
}

/// Which message.
#[derive(Debug, Args)]
pub(crate) struct One {
    /// The message: `msg_...`
    message: String,
}

/// Which message, and why.
#[derive(Debug, Args)]
pub(crate) struct Act {
    /// The message: `msg_...`
    message: String,
    /// Why; it is kept with the request
    #[arg(long)]
    reason: String,
}

/// Which message, and whose it was.
#[derive(Debug, Args)]
pub(crate) struct Resend {
    #[command(flatten)]
    act: Act,
    /// Its request: `req_...`. A message that waits no longer is sent again only with it
    #[arg(long, value_name = "REQUEST")]
    request: Option<String>,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::List(which) => wait(list(context, &client, &which)),
        Command::Show(which) => wait(show(context, &client, &which)),
        Command::Resend(Resend { act, request }) => {
            let which = request.map_or(String::new(), |request| format!("?request={}", part(&request)));
            wait(self::act(context, &client, &act, &format!("resend{which}")))
        }
        Command::Drop(act) => wait(self::act(context, &client, &act, "drop")),
    }
}

async fn list(context: &Context, client: &Client, which: &List) -> Result<Exit, Failure> {
    let path = which.peer.as_ref().map_or("queue".to_owned(), |peer| format!("queue?peer={}", part(peer)));
    let mut queue: Queue = client.get(&path).await?;
    queue.messages.retain(|line| !which.held || line.held.is_some());
    context.output.value(&queue, |queue, colour| {
        let mut table = Table::new(&["MESSAGE", "TO", "KIND", "REQUEST", "SINCE", "SENT", "NEXT"]);
        for line in &queue.messages {
            let (tone, next) = next(line);
            table.toned([
                (Tone::Plain, line.message.clone()),
                (Tone::Plain, line.peer.clone()),
                (Tone::Plain, line.kind.clone()),
                (Tone::Faint, line.request.clone()),
                (Tone::Faint, moment(line.queued_at)),
                (Tone::Plain, line.attempts.to_string()),
                (tone, next),
            ]);
        }
        table.print(colour)
    })?;
    Ok(Exit::Ok)
}

fn next(line: &QueueLine) -> (Tone, String) {
    match (&line.held, line.head) {
        (Some(incident), _) => (Tone::Bad, format!("held: {incident}")),
        (None, true) => (Tone::Plain, moment(line.next_at)),
        (None, false) => (Tone::Faint, "waits for an earlier message to this library".to_owned()),
    }
}

async fn show(context: &Context, client: &Client, which: &One) -> Result<Exit, Failure> {
    let queue: Queue = client.get("queue").await?;
    let Some(line) = queue.messages.into_iter().find(|line| line.message == which.message) else {
        return Err(Failure::new(
            slug!("queue.unknown"),
            format!("{} does not wait in the queue", which.message),
        )
        .hint("`illgate requests show` tells what became of a request's messages"));
    };
    context.output.value(&line, |line, colour| {
        let error = line.last_error.as_ref().map_or(String::new(), |why| format!("  last error  {why}\n"));
        format!(
            "{}\n  request     {}\n  side        {}\n  since       {}\n{error}",
            queued(line, colour),
            line.request,
            line.party,
            moment(line.queued_at)
        )
    })?;
    Ok(Exit::Ok)
}

async fn act(context: &Context, client: &Client, act: &Act, what: &str) -> Result<Exit, Failure> {
    let reason = Reason { reason: act.reason.clone(), by: Some(requests::user()) };
    let done: Done = client.post(&format!("queue/{}/{what}", part(&act.message)), &reason).await?;
    context.output.value(&done, |done, colour| {
        let waits = done.waits.as_ref().map_or(String::new(), |why| format!("  not sent yet  {why}\n"));
        requests::done(&done.request, done, colour) + &waits
    })?;
    Ok(Exit::Ok)
}

//! `illgate route`: why a request went where it went. Must never rank anybody itself.

use api::model::RequestDetail;
use clap::{Args, Subcommand};

use super::wait;
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Colour, Table, Tone},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate route explain req_01...             by our id, the requester's, or a supplier's
  illgate peers rota denver-public            who would be asked for a library now";

/// What to say of where requests go.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Say who was asked for a request and in which order, by what, and who was passed over and why
    Explain(Explain),
}

/// Which request.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// Our id (`req_...`), the requester's, or one under which a supplier knows it
    request: String,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::Explain(which) => wait(explain(context, &client, &which)),
    }
}

async fn explain(context: &Context, client: &Client, which: &Explain) -> Result<Exit, Failure> {
    let detail: RequestDetail = client.get(&format!("requests/{}", part(&which.request))).await?;
    context.output.value(&detail, table)?;
    Ok(Exit::Ok)
}

fn table(detail: &RequestDetail, colour: Colour) -> String {
    let line = &detail.line;
    let title = line.title.as_deref().unwrap_or("no title");
    let mut text = format!("{}  {title}, for {}\n", colour.paint(Tone::Title, &line.id), line.requester);
    if detail.rota.is_empty() {
        return text + "nobody was looked for: the broker has not placed this request\n";
    }
    let mut table = Table::new(&["PLACE", "LIBRARY", "SYMBOL", "NOW", "WHY"]);
    for entry in &detail.rota {
        let leg = detail.legs.iter().rev().find(|leg| leg.peer == entry.peer);
        let now = leg.map_or_else(|| "-".to_owned(), |leg| leg.state.clone());
        let (tone, place) = match entry.place {
            Some(place) => (Tone::Plain, place.to_string()),
            None => (Tone::Faint, "-".to_owned()),
        };
        let cells = [place, entry.peer.clone(), entry.symbol.clone(), now, entry.why.clone()];
        table.toned(cells.map(|cell| (tone, cell)));
    }
    text += &table.print(colour);
    text
}

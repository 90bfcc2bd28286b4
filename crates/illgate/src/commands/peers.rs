//! `illgate peers`: the libraries the gateway knows: one reviewed file in and out, and how each stands.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use api::model::{Applied, PeerDetail, Peers, Rota, RotaLine};
use clap::{Args, Subcommand};

use super::wait;
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Colour, Form, Table, Tone, say},
    timeline::moment,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate peers export > consortium.toml          edit it, then
  illgate peers apply consortium.toml --dry-run   what would change
  illgate peers apply consortium.toml             whole or not at all
  illgate peers show denver-public
  illgate peers rota denver-public                who would be asked for it now, and why in this order";

/// What to do with the registry.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Replace the registry by a file: whole or not at all
    Apply(Apply),
    /// Print the registry as a file
    Export,
    /// List the libraries
    List,
    /// Show a library, how its queue stands, and what is the matter with it
    Show(Show),
    /// Say who would be asked now if a library asked for something and named nobody, and why in this order
    Rota(Show),
}

/// Which file.
#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// The file; `-` is standard input
    file: PathBuf,
    /// Only say what would change
    #[arg(long)]
    dry_run: bool,
}

/// Which library.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Its id in the registry
    library: String,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::Apply(what) => wait(apply(context, &client, &what)),
        Command::Export => wait(export(context, &client)),
        Command::List => wait(list(context, &client)),
        Command::Show(which) => wait(show(context, &client, &which)),
        Command::Rota(of) => wait(rota(context, &client, &of)),
    }
}

async fn apply(context: &Context, client: &Client, what: &Apply) -> Result<Exit, Failure> {
    let text = match what.file == Path::new("-") {
        true => {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text).map(|_| text)
        }
        false => std::fs::read_to_string(&what.file),
    };
    let text = text.map_err(|why| Failure::file(&what.file, &why))?;
    let path = if what.dry_run { "registry?dry_run=true" } else { "registry" };
    let applied: Applied = client.post_text(path, "text/toml", text).await?;
    context.output.value(&applied, |applied, colour| {
        let mut text: String =
            applied.changes.iter().map(|change| format!("{}\n", toned(change, colour))).collect();
        for warning in &applied.warnings {
            text += &format!("{}: {warning}\n", colour.paint(Tone::Warn, "warning"));
        }
        text += &match (applied.changes.is_empty(), applied.applied) {
            (true, _) => format!("nothing changes; the registry is at version {}\n", applied.version),
            (false, true) => format!("applied: the registry is at version {}\n", applied.version),
            (false, false) => format!("not applied: it would become version {}\n", applied.version),
        };
        text
    })?;
    Ok(Exit::Ok)
}

/// A change in the colour of what it does.
fn toned(change: &str, colour: Colour) -> String {
    let tone = match change.chars().next() {
        Some('+') => Tone::Good,
        Some('-') => Tone::Bad,
        Some('~') => Tone::Warn,
        _ => Tone::Plain,
    };
    colour.paint(tone, change)
}

async fn export(context: &Context, client: &Client) -> Result<Exit, Failure> {
    let bytes = client.bytes("registry").await?;
    match context.output.form {
        Form::Text => context.output.bytes(&bytes)?,
        Form::Json => {
            context.output.json(&serde_json::json!({ "toml": String::from_utf8_lossy(&bytes) }))?;
        }
    }
    Ok(Exit::Ok)
}

async fn list(context: &Context, client: &Client) -> Result<Exit, Failure> {
    let peers: Peers = client.get("peers").await?;
    context.output.value(&peers, |peers, colour| {
        let mut table = Table::new(&[
            "LIBRARY", "SYMBOL", "NAME", "STATUS", "BORROWS", "LENDS", "SPEAKS", "FACE", "QUEUED", "CIRCUIT",
        ]);
        for peer in &peers.peers {
            let tone = if peer.queue.circuit == "open" { Tone::Bad } else { Tone::Plain };
            table.toned([
                (Tone::Plain, peer.id.clone()),
                (Tone::Plain, peer.symbols.first().cloned().unwrap_or_default()),
                (Tone::Plain, peer.name.clone()),
                (Tone::Plain, peer.standing.clone()),
                (Tone::Plain, yes(peer.borrows).to_owned()),
                (Tone::Plain, peer.lends.clone()),
                (Tone::Plain, peer.speaks.clone().unwrap_or_default()),
                (Tone::Plain, peer.face.clone()),
                (Tone::Plain, peer.queue.queued.to_string()),
                (tone, peer.queue.circuit.clone()),
            ]);
        }
        table.print(colour)
    })?;
    if context.output.form == Form::Text && peers.registry_version == 0 {
        say("there is no registry yet: `illgate peers apply FILE`; deploy/sample-consortium.toml is one");
    }
    Ok(Exit::Ok)
}

fn yes(whether: bool) -> &'static str {
    if whether { "yes" } else { "no" }
}

async fn rota(context: &Context, client: &Client, of: &Show) -> Result<Exit, Failure> {
    let rota: Rota = client.get(&format!("peers/{}/rota", part(&of.library))).await?;
    context.output.value(&rota, |rota, colour| {
        let mut table =
            Table::new(&["PLACE", "LIBRARY", "SYMBOL", "LENT", "OPEN", "BORROWED", "GOAL", "WHY"]);
        for lender in &rota.lenders {
            let RotaLine { peer, symbol, place, why, .. } = &lender.line;
            let tone = if place.is_some() { Tone::Plain } else { Tone::Faint };
            let place = place.map_or_else(|| "-".to_owned(), |place| place.to_string());
            let counts = [lender.lent, lender.open, lender.borrowed].map(|count| count.to_string());
            let [lent, open, borrowed] = counts;
            let goal = format!("{}%", lender.goal);
            let cells = [place, peer.clone(), symbol.clone(), lent, open, borrowed, goal, why.clone()];
            table.toned(cells.map(|cell| (tone, cell)));
        }
        let mut text = if rota.lenders.is_empty() { String::new() } else { table.print(colour) };
        if let Some(why) = &rota.nobody {
            text += &format!("{why}\n");
        }
        text
    })?;
    Ok(Exit::Ok)
}

async fn show(context: &Context, client: &Client, which: &Show) -> Result<Exit, Failure> {
    let detail: PeerDetail = client.get(&format!("peers/{}", part(&which.library))).await?;
    context.output.value(&detail, |PeerDetail { line: peer, warnings, incidents }, colour| {
        let mut text = format!("{}  {}\n", colour.paint(Tone::Title, &peer.id), peer.name);
        let mut said = |name: &str, value: String| text += &format!("  {name:<12} {value}\n");
        said("symbols", peer.symbols.join(", "));
        said("kind", peer.kind.clone());
        said("status", peer.standing.clone());
        said("borrows", yes(peer.borrows).to_owned());
        said("lends", peer.lends.clone());
        said("messages to", peer.url.clone().unwrap_or_else(|| "nowhere: it has no connection".to_owned()));
        said("speaks", peer.speaks.clone().unwrap_or_default());
        said("face", format!("{} as a requester, {} as a supplier", peer.face, peer.supplier_face));
        let queue = &peer.queue;
        said("queue", format!("{} waiting, {} held, {} being sent", queue.queued, queue.held, queue.sending));
        said(
            "line",
            match queue.open_until {
                Some(until) => format!("resting until {} ({} failures)", moment(until), queue.failures),
                None => "reachable".to_owned(),
            },
        );
        if let Some(good) = queue.last_good {
            said("last answer", moment(good));
        }
        if let Some(error) = &queue.last_error {
            said("last error", error.clone());
        }
        for warning in warnings {
            said("warnings", format!("{}: {}", warning.name, warning.value));
        }
        for incident in incidents {
            said("incident", format!("{}: {}", incident.slug, incident.text));
        }
        text
    })?;
    Ok(Exit::Ok)
}

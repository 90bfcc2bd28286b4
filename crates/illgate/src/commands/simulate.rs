//! `illgate simulate`: plays libraries from a file, towards anybody's broker. Needs no gateway of ours.

use std::{path::PathBuf, sync::Arc};

use clap::{Args, Subcommand};
use errors::slug;
use simulator::{FarSide, SetFile, SimClock, SimulateOptions, SimulatorEvent};

use super::{simulate_broker, simulate_ils, wait};
use crate::{
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Output, Tone, say},
    stop,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate simulate libraries.toml
  illgate simulate libraries.toml --broker https://broker.example.org/iso18626 --broker-symbol ISIL:XX-BROKER
  illgate simulate --language             what a scenario can say
  illgate simulate ils --help             an ILS that speaks NCIP
  illgate simulate broker other.toml      another broker, to be asked by yours or to ask it

Each library shows its exchanges on a page of its own; the command prints where. Ctrl-C ends it.";

/// Which libraries, and towards whom.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Command {
    #[command(subcommand)]
    what: Option<What>,
    /// The file that describes the libraries
    #[arg(value_name = "FILE", required_unless_present = "language")]
    file: Option<PathBuf>,
    /// Where their messages go, instead of where the file says
    #[arg(long, value_name = "URL")]
    broker: Option<String>,
    /// Whom their requests are addressed to, instead of whom the file says
    #[arg(long, value_name = "SYMBOL")]
    broker_symbol: Option<String>,
    /// Print the scenario language and the form of the file
    #[arg(long)]
    language: bool,
}

/// What else can be played.
#[derive(Debug, Subcommand)]
enum What {
    /// An integrated library system that speaks NCIP
    #[command(after_help = simulate_ils::EXAMPLES)]
    Ils(simulate_ils::Command),
    /// Another broker, opaque or transparent, with the habits of real ones
    #[command(after_help = simulate_broker::EXAMPLES)]
    Broker(simulate_broker::Command),
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    match &command.what {
        Some(What::Ils(ils)) => return simulate_ils::run(context, ils),
        Some(What::Broker(broker)) => return simulate_broker::run(context, broker),
        None => {}
    }
    let Some(path) = command.file.as_ref().filter(|_| !command.language) else {
        context.output.text(simulator::scenario::document())?;
        return Ok(Exit::Ok);
    };
    let text = std::fs::read_to_string(path).map_err(|why| Failure::file(path, &why))?;
    let set = SetFile::parse(&text).map_err(|problems| {
        let lines = problems
            .iter()
            .map(|one| format!("{}:{}:{}: {}", path.display(), one.line, one.column, one.sentence))
            .collect();
        Failure::new(slug!("simulate.invalid"), "the file cannot be played")
            .details(lines)
            .hint("`illgate simulate --language` describes it")
    })?;
    let set = match (&command.broker, &command.broker_symbol) {
        (None, None) => set,
        (url, symbol) => {
            let mut far = set.far.clone();
            if let Some(url) = url {
                far.url.clone_from(url);
            }
            if let Some(symbol) = symbol {
                far = FarSide::new(far.url, symbol);
            }
            set.turned_to(far)
        }
    };
    let output = context.output;
    let played = wait(async move {
        let mut signals = stop::Signals::listen()?;
        let options = SimulateOptions {
            set,
            clock: SimClock::real(),
            on_event: Arc::new(move |event| told(&output, &event)),
            shutdown: Box::pin(async move {
                signals.asked().await;
            }),
        };
        simulator::run(options)
            .await
            .map_err(|why| Failure::new(slug!("simulate.not-started"), why.to_string()))
    })?;
    say(format!("{} libraries exchanged {} messages", played.libraries, played.exchanges));
    Ok(Exit::Ok)
}

/// Prints what happens; nobody is left to be told when standard output is gone.
fn told(output: &Output, event: &SimulatorEvent) {
    let colour = output.colour;
    let _gone = match (output.form, event) {
        (Form::Json, SimulatorEvent::Listening { symbol, name, url }) => {
            output.json(&serde_json::json!({ "listening": { "symbol": symbol, "name": name, "url": url } }))
        }
        (Form::Json, SimulatorEvent::Exchange(entry)) => {
            output.json(&serde_json::json!({ "exchange": entry }))
        }
        (Form::Json, SimulatorEvent::NotSent { symbol, why }) => {
            output.json(&serde_json::json!({ "not_sent": { "symbol": symbol, "why": why } }))
        }
        (Form::Text, SimulatorEvent::Listening { symbol, name, url }) => {
            output.text(format!("{}  {name}  {url}", colour.paint(Tone::Title, symbol)))
        }
        (Form::Text, SimulatorEvent::Exchange(entry)) => output.text(super::exchange(entry, colour)),
        (Form::Text, SimulatorEvent::NotSent { symbol, why }) => {
            output.text(format!("{symbol}: {}: {why}", colour.paint(Tone::Bad, "not sent")))
        }
    };
}

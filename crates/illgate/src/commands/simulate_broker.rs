//! `illgate simulate broker`: plays another broker, between the peers that a file lists. Needs no gateway of ours.

use std::path::PathBuf;

use clap::Args;
use errors::slug;
use simulator::{
    SimClock,
    broker::{Broker, BrokerSettings, document},
};

use super::{exchange, wait};
use crate::{
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Output, Tone, say},
    stop,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate simulate broker other.toml
  illgate simulate broker --document      the form of the file, and what a broker does wrong

Its page shows its exchanges; the command prints where. Ctrl-C ends it.";

/// Which broker.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// The file that describes it and its peers
    #[arg(value_name = "FILE", required_unless_present = "document")]
    file: Option<PathBuf>,
    /// Print the form of the file
    #[arg(long)]
    document: bool,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    let output = context.output;
    let Some(path) = command.file.as_ref().filter(|_| !command.document) else {
        output.text(document())?;
        return Ok(Exit::Ok);
    };
    let text = std::fs::read_to_string(path).map_err(|why| Failure::file(path, &why))?;
    let settings = BrokerSettings::parse(&text).map_err(|why| {
        Failure::new(slug!("simulate.invalid"), "the file cannot be used")
            .details(vec![format!("{}: {why}", path.display())])
            .hint("`illgate simulate broker --document` describes it")
    })?;
    let exchanged = wait(async move {
        let mut signals = stop::Signals::listen()?;
        let told = move |entry: &simulator::FlowEntry| {
            // Nobody is left to be told when standard output is gone.
            let _gone = match output.form {
                Form::Json => output.json(&serde_json::json!({ "exchange": entry })),
                Form::Text => output.text(exchange(entry, output.colour)),
            };
        };
        let broker = Broker::start_watched(settings, SimClock::real(), told)
            .await
            .map_err(|why| Failure::new(slug!("simulate.not-started"), why.to_string()))?;
        listening(&output, &broker);
        signals.asked().await;
        let exchanged = broker.flow().entries().len();
        broker.stop().await;
        Ok::<_, Failure>(exchanged)
    })?;
    say(format!("{exchanged} messages"));
    Ok(Exit::Ok)
}

/// Prints where it listens; nobody is left to be told when standard output is gone.
fn listening(output: &Output, broker: &Broker) {
    let (symbol, url) = (broker.symbol(), broker.url());
    let _gone = match output.form {
        Form::Json => output.json(&serde_json::json!({ "listening": { "symbol": symbol, "url": url } })),
        Form::Text => output.text(format!("{}  {url}", output.colour.paint(Tone::Title, symbol))),
    };
}

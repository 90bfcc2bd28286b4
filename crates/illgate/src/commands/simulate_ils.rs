//! `illgate simulate ils`: plays an ILS that speaks NCIP, as a particular kind of ILS does. Needs no gateway of ours.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use errors::slug;
use simulator::{
    SimClock,
    ils::{Dialect, Failure, IlsExchange, IlsOptions, IlsServer, Notices, Service, Stock, Transport},
};

use super::wait;
use crate::{
    context::Context,
    exit::{Exit, Failure as CommandFailure},
    output::{Form, Output, Tone, say},
    stop,
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate simulate ils --dialect koha --agency ASPEN --listen 127.0.0.1:19101
  illgate simulate ils --dialect voyager --agency BOULDER --tcp --patrons stock.toml
  illgate simulate ils --dialect alma --agency CEDAR --notices http://127.0.0.1:18626/ncip --notices-to ILLGATE
  illgate simulate ils --dialect sierra --agency DURANGO --fail 'AcceptItem=drop-after*1' --fail 'any=late:2s'
  illgate simulate ils --document         dialects, quirks, failures and the form of the file

Its page shows what it holds; the command prints where. Ctrl-C ends it.";

/// Which ILS, and how it behaves.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// How it speaks: koha, evergreen, folio, alma, sierra, symphony, polaris, horizon, wms or voyager
    #[arg(long, required_unless_present = "document")]
    dialect: Option<Dialect>,
    /// Its own agency id
    #[arg(long, value_name = "ID", required_unless_present = "document")]
    agency: Option<String>,
    /// Where it listens; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The file with its patrons and items; without one, it has a few examples
    #[arg(long, value_name = "FILE")]
    patrons: Option<PathBuf>,
    /// Messages come over a bare connection, whatever is usual for the dialect
    #[arg(long, conflicts_with = "http")]
    tcp: bool,
    /// Messages come by HTTP, whatever is usual for the dialect
    #[arg(long)]
    http: bool,
    /// Where it tells what happens at its desk; without it, nobody is told
    #[arg(long, value_name = "URL")]
    notices: Option<String>,
    /// The agency its notices are addressed to
    #[arg(long, value_name = "ID", default_value = "ILLGATE", requires = "notices")]
    notices_to: String,
    /// Which notices it sends, instead of every one
    #[arg(long, value_name = "SERVICE", requires = "notices")]
    notice: Vec<Service>,
    /// An agency that may ask; without one, any may
    #[arg(long = "ask", value_name = "ID")]
    agencies: Vec<String>,
    /// The application profile that was agreed on, for a dialect that wants one
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// What goes wrong: SERVICE=FAULT or SERVICE=FAULT*TIMES
    #[arg(long, value_name = "FAILURE")]
    fail: Vec<Failure>,
    /// Print what it can do
    #[arg(long)]
    document: bool,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, CommandFailure> {
    let (Some(dialect), Some(agency), false) = (command.dialect, &command.agency, command.document) else {
        context.output.text(simulator::ils::document())?;
        return Ok(Exit::Ok);
    };
    let stock = match &command.patrons {
        None => Stock::example(),
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|why| CommandFailure::file(path, &why))?;
            Stock::parse(&text).map_err(|why| {
                CommandFailure::new(slug!("simulate.invalid"), "the file cannot be used")
                    .details(vec![format!("{}: {why}", path.display())])
                    .hint("`illgate simulate ils --document` describes it")
            })?
        }
    };
    let mut options = IlsOptions::new(dialect, agency);
    options.patrons = stock.patrons;
    options.items = stock.items;
    options.listen = command.listen.ip();
    options.port = command.listen.port();
    options.agreement.agencies.clone_from(&command.agencies);
    options.agreement.profile.clone_from(&command.profile);
    options.failures.clone_from(&command.fail);
    options.transport = match (command.tcp, command.http) {
        (true, _) => Transport::RawTcp,
        (_, true) => Transport::Http,
        _ => dialect.transport(),
    };
    options.notices = command.notices.as_ref().map(|url| Notices {
        url: url.clone(),
        to: command.notices_to.clone(),
        only: command.notice.clone(),
    });
    let output = context.output;
    let exchanged = wait(async move {
        let mut signals = stop::Signals::listen()?;
        let ils =
            IlsServer::start_watched(options, SimClock::real(), move |exchange| told(&output, exchange))
                .await
                .map_err(|why| CommandFailure::new(slug!("simulate.not-started"), why.to_string()))?;
        listening(&output, &ils);
        signals.asked().await;
        let exchanged = ils.exchanges().len();
        ils.stop().await;
        Ok::<_, CommandFailure>(exchanged)
    })?;
    say(format!("{exchanged} messages and notices"));
    Ok(Exit::Ok)
}

/// Prints where it listens; nobody is left to be told when standard output is gone.
fn listening(output: &Output, ils: &IlsServer) {
    let _gone = match output.form {
        Form::Json => output.json(&serde_json::json!({ "listening": {
            "agency": ils.agency(), "dialect": ils.dialect(), "url": ils.url(), "page": format!("http://{}/", ils.address()),
        } })),
        Form::Text => output.text(format!(
            "{}  {}  {}  page http://{}/",
            output.colour.paint(Tone::Title, ils.agency()),
            ils.dialect().title(),
            ils.url(),
            ils.address()
        )),
    };
}

fn told(output: &Output, exchange: &IlsExchange) {
    let _gone = match output.form {
        Form::Json => output.json(&serde_json::json!({ "exchange": exchange })),
        Form::Text => output.text(format!("{} {exchange}", exchange.at.strftime("%T"))),
    };
}

//! `illgate conformance`: runs the conformance suite against an endpoint and reports. What is right and wrong is the suite's to say.

use std::{path::PathBuf, time::Duration};

use clap::{ArgGroup, Args};
use conformance_tests::{
    CaseResult, Deviations, Edition, Hook, Line, Options, Peers, Progress, Report, Role, Scenarios, Subject,
    Suite,
    ncip::{self, Members, NcipSuite, Wire},
    render,
};
use errors::slug;

use super::wait;
use crate::{
    conformance::OwnGateway,
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Output, say},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate conformance --self                       hold illgate itself to every rule of a broker
  illgate conformance --self --role ncip-responder and of an NCIP router
  illgate conformance --self --role ncip-initiator and of one that asks ILSs
  illgate conformance --list                       what there is, by area
  illgate conformance --print-peers > peers.toml   the parties that the suite plays: tell your system of them
  illgate conformance --role broker --subject http://127.0.0.1:8080/iso18626 --peers peers.toml
  illgate conformance --self --case B01 --edition 1.2
  illgate conformance --role ncip-responder --print-peers > members.toml
  illgate conformance --role ncip-responder --subject http://127.0.0.1:8080/ncip --peers members.toml

0 if nothing failed that is not a known deviation, 1 if something did or nothing could be tested.";

/// What to test, and how.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["own", "subject", "list", "print_peers"]))]
pub(crate) struct Command {
    /// Start a gateway of our own and test it
    #[arg(long = "self")]
    own: bool,
    /// Where the endpoint under test listens
    #[arg(long, value_name = "URL")]
    subject: Option<String>,
    /// What it is: broker, supplier, requester, ncip-responder or ncip-initiator [default: broker; for --list all]
    #[arg(long)]
    role: Option<Role>,
    /// The parties that the suite plays, as the subject knows them
    #[arg(long, value_name = "FILE", requires = "subject")]
    peers: Option<PathBuf>,
    /// Only in this edition: 1.2 or 2021-2; for NCIP ncip-1, ncip-2.02, ncip-1/tcp or ncip-2.02/tcp
    #[arg(long)]
    edition: Vec<Line>,
    /// Only these cases
    #[arg(long, value_name = "ID")]
    case: Vec<String>,
    /// Failures that are known, each with its reason; one that passes fails the run
    #[arg(long, value_name = "FILE")]
    deviations: Option<PathBuf>,
    /// Where `{"advance_seconds": N}` is posted to advance the subject's clock
    #[arg(long, value_name = "URL", requires = "subject")]
    clock: Option<String>,
    /// A command that makes the subject's staff do what its standard input says, as JSON: for suppliers, requesters and initiators
    #[arg(long, value_name = "COMMAND", requires = "subject")]
    staff: Option<String>,
    /// How a subject that acts by itself is told what to do: the markers in a record's id or note that it understands
    #[arg(long, value_name = "FILE", requires = "subject", conflicts_with = "staff")]
    scenarios: Option<PathBuf>,
    /// Write the report as one HTML page
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the report as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// How many seconds to wait for what must come
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// What ids are made of: the same seed writes the same ids
    #[arg(long)]
    seed: Option<u64>,
    /// Keep our own gateway's store on this engine
    #[arg(long, default_value = "redb", value_parser = ["redb", "sled"])]
    engine: String,
    /// List the cases, of a role where --role names one, each with the scenario that it needs of a subject that acts by itself
    #[arg(long)]
    list: bool,
    /// Print the peers file that the suite is at its best with, for the role and the editions
    #[arg(long)]
    print_peers: bool,
    /// The subject's own symbol in the peers file, such as ISIL:US-CO-1; for NCIP its agency id
    #[arg(long, value_name = "SYMBOL", requires = "print_peers")]
    symbol: Option<String>,
    /// Where the subject reaches the suite, in the peers file [default: 127.0.0.1:19626, for NCIP 127.0.0.1:19627]
    #[arg(long, value_name = "HOST:PORT", requires = "print_peers")]
    listen: Option<String>,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    let output = context.output;
    if command.list {
        return list(output, command.role);
    }
    if command.print_peers {
        output.text(command.peers_file().map_err(wrong)?)?;
        return Ok(Exit::Ok);
    }
    let report = wait(async {
        let options = command.options()?;
        if command.own { of_our_own(command, &options).await } else { of_theirs(command, &options).await }
    })?;
    let files = [(&command.html, render::html as fn(&Report) -> String), (&command.junit, render::junit)];
    for (file, form) in files {
        if let Some(file) = file {
            std::fs::write(file, form(&report)).map_err(|why| Failure::file(file, &why))?;
        }
    }
    show(output, &report)?;
    Ok(if report.ok { Exit::Ok } else { Exit::Finding })
}

/// Where the suite's ISO 18626 parties listen.
const PARTIES: &str = "127.0.0.1:19626";
/// Where the systems of the suite's NCIP members listen.
const MEMBERS: &str = "127.0.0.1:19627";

impl Command {
    fn role(&self) -> Role {
        self.role.unwrap_or(Role::Broker)
    }

    fn peers_file(&self) -> Result<String, String> {
        let options = Options { editions: self.editions(), wires: self.wires(), ..Options::default() };
        let members = |members: fn(&str) -> Members| {
            let mut members = members(self.listen.as_deref().unwrap_or(MEMBERS)).over(&options.wires);
            if let Some(agency) = &self.symbol {
                members.agency.clone_from(agency);
            }
            members.to_toml()
        };
        match self.role() {
            Role::NcipResponder => members(Members::standard),
            Role::NcipInitiator => members(Members::hosted),
            role @ (Role::Broker | Role::Supplier | Role::Requester) => {
                let symbol = match &self.symbol {
                    Some(symbol) => symbol.parse()?,
                    None => OwnGateway::symbol(),
                };
                let peers = Peers::standard(&symbol, self.listen.as_deref().unwrap_or(PARTIES));
                peers.for_role(role).in_editions(&options.editions).to_toml()
            }
        }
    }

    fn editions(&self) -> Vec<Edition> {
        Edition::ALL.into_iter().filter(|&edition| self.is_chosen(&Line::Iso(edition))).collect()
    }

    fn wires(&self) -> Vec<Wire> {
        Wire::ALL.iter().copied().filter(|&wire| self.is_chosen(&Line::Ncip(wire))).collect()
    }

    fn is_chosen(&self, line: &Line) -> bool {
        self.edition.is_empty() || self.edition.contains(line)
    }

    fn their_subject(&self) -> Result<Subject, Failure> {
        let url = self.subject.as_deref().expect("the command line demands it where there is no --self");
        let mut subject = Subject::new(self.role(), url);
        subject.clock = self.clock.clone().map(|url| Hook::Url { url, token: None });
        let words = |command: &String| command.split_whitespace().map(str::to_owned).collect();
        subject.staff = self.staff.as_ref().map(|command| Hook::Command(words(command)));
        subject.scenarios = self.scenarios.as_deref().map(Scenarios::load).transpose().map_err(wrong)?;
        Ok(subject)
    }

    fn options(&self) -> Result<Options, Failure> {
        let deviations = match &self.deviations {
            Some(file) => Deviations::load(file).map_err(wrong)?,
            None => Deviations::default(),
        };
        Ok(Options {
            editions: self.editions(),
            wires: self.wires(),
            cases: self.case.clone(),
            timeout: Duration::from_secs(self.timeout),
            seed: self.seed,
            deviations,
            ..Options::default()
        })
    }
}

async fn of_our_own(command: &Command, options: &Options) -> Result<Report, Failure> {
    match command.role() {
        Role::Broker | Role::NcipResponder | Role::NcipInitiator => {}
        role @ (Role::Supplier | Role::Requester) => {
            return Err(wrong(format!(
                "illgate cannot be tested as a {role}: it is a broker, an ncip-responder and an ncip-initiator"
            )));
        }
    }
    if command.role() == Role::NcipResponder {
        let suite = NcipSuite::open(Members::standard("127.0.0.1:0")).await.map_err(wrong)?;
        let own = OwnGateway::start_ncip(&command.engine, suite.members()).await?;
        let (subject, tcp) = own.ncip_subject().await?;
        let report = suite.run(subject, tcp, options, tell).await.map_err(wrong);
        own.end().await;
        return report;
    }
    if command.role() == Role::NcipInitiator {
        let suite = NcipSuite::open(Members::hosted("127.0.0.1:0")).await.map_err(wrong)?;
        let own = OwnGateway::start_hosting(&command.engine, suite.members()).await?;
        let subject = own.hosting_subject(suite.members()).await;
        // Most of them wait most of the time: for answers that are late or lost on purpose.
        let options = &Options { beside: 16, ..options.clone() };
        let report = suite.run(subject, None, options, tell).await.map_err(wrong);
        own.end().await;
        return report;
    }
    let peers = Peers::standard(&OwnGateway::symbol(), "127.0.0.1:0").with_special_suppliers();
    let suite = Suite::open(peers).await.map_err(wrong)?;
    let own = OwnGateway::start(&command.engine, suite.peers()).await?;
    let report = suite.run(own.subject().await, options, tell).await.map_err(wrong);
    own.end().await;
    report
}

async fn of_theirs(command: &Command, options: &Options) -> Result<Report, Failure> {
    if matches!(command.role(), Role::NcipResponder | Role::NcipInitiator) {
        let members = match (&command.peers, command.role()) {
            (Some(file), _) => Members::load(file).map_err(wrong)?,
            (None, Role::NcipInitiator) => Members::hosted(MEMBERS),
            (None, _) => Members::standard(MEMBERS),
        };
        return ncip::run(members, command.their_subject()?, options, tell).await.map_err(wrong);
    }
    let peers = match &command.peers {
        Some(file) => Peers::load(file).map_err(wrong)?,
        None => Peers::standard(&OwnGateway::symbol(), PARTIES).for_role(command.role()),
    };
    conformance_tests::run(peers, command.their_subject()?, options, tell).await.map_err(wrong)
}

fn wrong(sentence: String) -> Failure {
    Failure::new(slug!("conformance.cannot-run"), sentence)
}

/// A line a case, while the run goes on: those that are as they should be say little.
fn tell(progress: &Progress<'_>) {
    let CaseResult { case, edition, verdict, .. } = progress.last;
    say(format!("[{}/{}] {case} {edition} {}", progress.done, progress.total, verdict.word()));
}

fn list(output: Output, role: Option<Role>) -> Result<Exit, Failure> {
    let cases =
        || conformance_tests::catalogue().filter(|case| role.is_none_or(|role| case.roles.contains(&role)));
    if output.form == Form::Json {
        let cases: Vec<_> = cases()
            .map(|case| serde_json::json!({"case": case.id, "area": case.area, "title": case.title, "roles": case.roles, "scenarios": case.does}))
            .collect();
        output.json(&cases)?;
        return Ok(Exit::Ok);
    }
    let mut area = "";
    for case in cases() {
        if case.area != area {
            area = case.area;
            output.text(format!("\n{area}"))?;
        }
        let scenarios: String = case.does.iter().map(|does| format!(" [{does}]")).collect();
        output.text(format!("  {:6} {}{scenarios}", case.id, case.title))?;
    }
    Ok(Exit::Ok)
}

fn show(output: Output, report: &Report) -> Result<(), Failure> {
    if output.form == Form::Json {
        return output.json(report);
    }
    output.text(render::terminal(report))
}

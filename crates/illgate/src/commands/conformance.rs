//! `illgate conformance`: runs the conformance suite against an endpoint and reports. What is right and wrong is the suite's to say.

use std::{path::PathBuf, time::Duration};

use clap::{ArgGroup, Args};
use conformance_tests::{
    CaseResult, Deviations, Edition, Hook, Line, Options, Peers, Progress, Report, Role, Standing, Subject,
    Suite, Verdict,
    ncip::{self, Members, NcipSuite, Wire},
    render,
};
use errors::slug;

use super::wait;
use crate::{
    conformance::OwnGateway,
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Output, Tone, say},
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

0 if nothing failed that is not a known deviation, 1 if something did.";

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
    /// What it is: broker, supplier, requester, ncip-responder or ncip-initiator
    #[arg(long, default_value = "broker")]
    role: Role,
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
    /// List the cases
    #[arg(long)]
    list: bool,
    /// Print the peers file that the suite is at its best with
    #[arg(long)]
    print_peers: bool,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    let output = context.output;
    if command.list {
        return list(output);
    }
    if command.print_peers {
        let text = match command.role {
            Role::NcipResponder => Members::standard(MEMBERS).to_toml(),
            Role::NcipInitiator => Members::hosted(MEMBERS).to_toml(),
            Role::Broker | Role::Supplier | Role::Requester => {
                Peers::standard(&OwnGateway::symbol(), PARTIES).to_toml()
            }
        };
        output.text(text.map_err(wrong)?)?;
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
    fn their_subject(&self) -> Subject {
        let url = self.subject.as_deref().expect("the command line demands it where there is no --self");
        let mut subject = Subject::new(self.role, url);
        subject.clock = self.clock.clone().map(|url| Hook::Url { url, token: None });
        let words = |command: &String| command.split_whitespace().map(str::to_owned).collect();
        subject.staff = self.staff.as_ref().map(|command| Hook::Command(words(command)));
        subject
    }

    fn options(&self) -> Result<Options, Failure> {
        let deviations = match &self.deviations {
            Some(file) => Deviations::load(file).map_err(wrong)?,
            None => Deviations::default(),
        };
        let chosen = |line: &Line| self.edition.is_empty() || self.edition.contains(line);
        Ok(Options {
            editions: Edition::ALL.into_iter().filter(|&edition| chosen(&Line::Iso(edition))).collect(),
            wires: Wire::ALL.iter().copied().filter(|&wire| chosen(&Line::Ncip(wire))).collect(),
            cases: self.case.clone(),
            timeout: Duration::from_secs(self.timeout),
            seed: self.seed,
            deviations,
            ..Options::default()
        })
    }
}

async fn of_our_own(command: &Command, options: &Options) -> Result<Report, Failure> {
    if command.role == Role::NcipResponder {
        let suite = NcipSuite::open(Members::standard("127.0.0.1:0")).await.map_err(wrong)?;
        let own = OwnGateway::start_ncip(&command.engine, suite.members()).await?;
        let (subject, tcp) = own.ncip_subject().await?;
        let report = suite.run(subject, tcp, options, tell).await.map_err(wrong);
        own.end().await;
        return report;
    }
    if command.role == Role::NcipInitiator {
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
    if matches!(command.role, Role::NcipResponder | Role::NcipInitiator) {
        let members = match (&command.peers, command.role) {
            (Some(file), _) => Members::load(file).map_err(wrong)?,
            (None, Role::NcipInitiator) => Members::hosted(MEMBERS),
            (None, _) => Members::standard(MEMBERS),
        };
        return ncip::run(members, command.their_subject(), options, tell).await.map_err(wrong);
    }
    let peers = match &command.peers {
        Some(file) => Peers::load(file).map_err(wrong)?,
        None => Peers::standard(&OwnGateway::symbol(), PARTIES),
    };
    conformance_tests::run(peers, command.their_subject(), options, tell).await.map_err(wrong)
}

fn wrong(sentence: String) -> Failure {
    Failure::new(slug!("conformance.cannot-run"), sentence)
}

/// A line a case, while the run goes on: those that are as they should be say little.
fn tell(progress: &Progress<'_>) {
    let CaseResult { case, edition, verdict, .. } = progress.last;
    say(format!("[{}/{}] {case} {edition} {}", progress.done, progress.total, verdict.word()));
}

fn list(output: Output) -> Result<Exit, Failure> {
    if output.form == Form::Json {
        let cases: Vec<_> = conformance_tests::catalogue()
            .map(|case| serde_json::json!({"case": case.id, "area": case.area, "title": case.title}))
            .collect();
        output.json(&cases)?;
        return Ok(Exit::Ok);
    }
    let mut area = "";
    for case in conformance_tests::catalogue() {
        if case.area != area {
            area = case.area;
            output.text(format!("\n{area}"))?;
        }
        output.text(format!("  {:6} {}", case.id, case.title))?;
    }
    Ok(Exit::Ok)
}

fn show(output: Output, report: &Report) -> Result<(), Failure> {
    if output.form == Form::Json {
        return output.json(report);
    }
    for result in report.results.iter().filter(|result| result.is_bad()) {
        output.text(output.colour.paint(
            Tone::Bad,
            format!("\n{} {} {}: {}", result.case, result.edition, result.verdict.word(), result.title),
        ))?;
        match &result.verdict {
            Verdict::Fail(failure) => {
                output.text(format!("  expected {}\n  got      {}", failure.expected, failure.got))?;
            }
            Verdict::Inconclusive { why } => output.text(format!("  {why}"))?,
            _ => {
                if let Standing::NoLongerDeviates(reason) = &result.standing {
                    output.text(format!("  no longer deviates ({reason}): take it out of the file"))?;
                }
            }
        }
        output.text(format!("  why it matters: {} ({})", result.why, result.source))?;
    }
    let counts: Vec<String> = report.verdicts.iter().map(|(word, times)| format!("{times} {word}")).collect();
    output.text(format!(
        "\n{} cases against {} in {:.1} s: {}. Suite {}, seed {}.",
        report.cases,
        report.subject,
        report.milliseconds as f64 / 1000.0,
        counts.join(", "),
        report.suite,
        report.seed
    ))
}

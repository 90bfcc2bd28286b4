//! What each command does, one module a command. Must never decide anything about a request: the gateway does.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod conformance;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod intake;
pub(crate) mod message;
pub(crate) mod ncip;
pub(crate) mod peers;
pub(crate) mod queue;
pub(crate) mod requests;
pub(crate) mod serve;
pub(crate) mod simulate;
pub(crate) mod simulate_ils;
pub(crate) mod status;
pub(crate) mod store;

use std::future::Future;

use errors::slug;

use crate::{
    cli::{Cli, Command, Global},
    exit::{Exit, Failure},
    output::{Colour, Output, Tone},
    timeline,
};

/// What a command is given besides its own arguments.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) output: Output,
}

/// Runs the command that was asked for.
pub(crate) fn run(cli: Cli, output: Output) -> Result<Exit, Failure> {
    let context = Context { global: cli.global, output };
    match cli.command {
        Command::Serve(command) => serve::run(&context, &command),
        Command::Demo(command) => demo::run(&context, &command),
        Command::Simulate(command) => simulate::run(&context, &command),
        Command::Status => status::run(&context),
        Command::Requests(command) => requests::run(&context, command),
        Command::Queue(command) => queue::run(&context, command),
        Command::Peers(command) => peers::run(&context, command),
        Command::Intake(command) => intake::run(&context, command),
        Command::Message(command) => message::run(&context, command),
        Command::Ncip(command) => ncip::run(&context, command),
        Command::Store(command) => store::run(&context, command),
        Command::Conformance(command) => conformance::run(&context, &command),
        Command::Config(command) => config::run(&context, command),
        Command::Explain(command) => explain::run(&context, &command),
        Command::Completions(command) => completions::run(&context, &command),
    }
}

/// Runs something asynchronous to its end.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime
        .map_err(|why| Failure::new(slug!("system.no-runtime"), format!("cannot start threads: {why}")))?;
    let done = runtime.block_on(work);
    // A command that is over must not wait for a blocking read of standard input or the like.
    runtime.shutdown_background();
    done
}

/// An exchange of a simulated library, in a line.
pub(crate) fn exchange(entry: &simulator::FlowEntry, colour: Colour) -> String {
    let (from, to) = match entry.direction {
        simulator::Direction::In => (&entry.peer, &entry.library),
        simulator::Direction::Out => (&entry.library, &entry.peer),
    };
    let time = timeline::moment(entry.at);
    let id = entry.request.as_deref().unwrap_or("");
    format!("{}  {from} ──▶ {to}  {}  {id}", colour.paint(Tone::Faint, time), entry.says)
}

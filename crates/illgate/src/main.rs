//! The one binary: command line, configuration, wiring and the demonstration. What a request goes through is decided elsewhere.

mod child;
mod cli;
mod client;
mod commands;
mod config;
mod conformance;
mod context;
mod crowd;
mod demo;
mod error_pages;
mod exit;
mod output;
mod stop;
mod timeline;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use self::{
    cli::{Cli, Command},
    context::Context,
    exit::{Exit, Failure},
    output::Output,
};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let output = Output::new(cli.form());
    match run(cli, output) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::explain(&failure, output.form);
            failure.exit().into()
        }
    }
}

/// Runs the command that was asked for.
fn run(cli: Cli, output: Output) -> Result<Exit, Failure> {
    let context = Context { global: cli.global, output };
    match cli.command {
        Command::Serve(command) => commands::serve::run(&context, &command),
        Command::Demo(command) => commands::demo::run(&context, &command),
        Command::Crowd(command) => commands::crowd::run(&context, &command),
        Command::Simulate(command) => commands::simulate::run(&context, &command),
        Command::Status => commands::status::run(&context),
        Command::Requests(command) => commands::requests::run(&context, command),
        Command::Incidents(command) => commands::incidents::run(&context, command),
        Command::Queue(command) => commands::queue::run(&context, command),
        Command::Peers(command) => commands::peers::run(&context, command),
        Command::Route(command) => commands::route::run(&context, command),
        Command::Intake(command) => commands::intake::run(&context, command),
        Command::Message(command) => commands::message::run(&context, command),
        Command::Ncip(command) => commands::ncip::run(&context, command),
        Command::Store(command) => commands::store::run(&context, command),
        Command::Conformance(command) => commands::conformance::run(&context, &command),
        Command::Config(command) => commands::config::run(&context, command),
        Command::Explain(command) => commands::explain::run(&context, &command),
        Command::Completions(command) => commands::completions::run(&context, &command, Cli::command()),
    }
}

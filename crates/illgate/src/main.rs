//! The one binary: command line, configuration, wiring and the demonstration. What a request goes through is decided elsewhere.

mod child;
mod cli;
mod client;
mod commands;
mod config;
mod conformance;
mod demo;
mod error_pages;
mod exit;
mod output;
mod stop;
mod timeline;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let output = output::Output::new(cli.form());
    match commands::run(cli, output) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::explain(&failure, output.form);
            failure.exit().into()
        }
    }
}

//! The command line: every command, option and help text. Must never do anything.

use clap::{Parser, Subcommand};

use crate::{commands, context::Global, exit::Exit, output::Form};

/// A gateway for interlibrary loan: speaks ISO 18626 and brokers requests between libraries.
#[derive(Debug, Parser)]
#[command(
    name = "illgate",
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = format!("{EXAMPLES}\n\n{}", Exit::help())
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "Examples:
  illgate demo                            see brokered loans run, from request to return
  illgate message check request.xml       what is wrong with a message
  illgate serve                           start the gateway
  illgate requests list                   where requests stand";

impl Cli {
    pub(crate) fn form(&self) -> Form {
        if self.global.json { Form::Json } else { Form::Text }
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the gateway
    #[command(after_help = commands::serve::EXAMPLES)]
    Serve(commands::serve::Command),
    /// See brokered requests run, from request to return
    #[command(after_help = commands::demo::EXAMPLES)]
    Demo(commands::demo::Command),
    /// Let many requests run at once between simulated peers of every kind, and compare everybody's books
    #[command(after_help = commands::crowd::EXAMPLES)]
    Crowd(commands::crowd::Command),
    /// Play libraries from a file, towards anybody's broker
    #[command(after_help = commands::simulate::EXAMPLES)]
    Simulate(commands::simulate::Command),
    /// Show the running gateway at a glance
    Status,
    /// List, show, watch and act on requests
    #[command(subcommand, after_help = commands::requests::EXAMPLES)]
    Requests(commands::requests::Command),
    /// List what needs staff, of requests and of libraries as a whole, and say what was seen to
    #[command(subcommand, after_help = commands::incidents::EXAMPLES)]
    Incidents(commands::incidents::Command),
    /// List, show, resend and drop messages that wait to be confirmed
    #[command(subcommand, after_help = commands::queue::EXAMPLES)]
    Queue(commands::queue::Command),
    /// Apply, export, list and show the libraries
    #[command(subcommand, after_help = commands::peers::EXAMPLES)]
    Peers(commands::peers::Command),
    /// List and show what came in and could not be attributed to a request
    #[command(subcommand, after_help = commands::intake::EXAMPLES)]
    Intake(commands::intake::Command),
    /// Say why a request went where it went
    #[command(subcommand, after_help = commands::route::EXAMPLES)]
    Route(commands::route::Command),
    /// Check, show and convert ISO 18626 messages
    #[command(subcommand, after_help = commands::message::EXAMPLES)]
    Message(commands::message::Command),
    /// Show what NCIP carried between members: visiting patrons, loans and exchanges
    #[command(subcommand, after_help = commands::ncip::EXAMPLES)]
    Ncip(commands::ncip::Command),
    /// Check, back up, restore, export, import and prune the store
    #[command(subcommand, after_help = commands::store::EXAMPLES)]
    Store(commands::store::Command),
    /// Hold a system that speaks ISO 18626 or NCIP, ours or yours, to the protocol's rules
    #[command(after_help = commands::conformance::EXAMPLES)]
    Conformance(commands::conformance::Command),
    /// Check, show and explain the configuration
    #[command(subcommand, after_help = commands::config::EXAMPLES)]
    Config(commands::config::Command),
    /// Say what an error means, and what to do about it
    #[command(after_help = commands::explain::EXAMPLES)]
    Explain(commands::explain::Command),
    /// Print a script that completes illgate's commands in your shell
    #[command(after_help = commands::completions::EXAMPLES)]
    Completions(commands::completions::Command),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_of_every_command_is_as_it_was_reviewed() {
        let mut text = String::new();
        let mut root = Cli::command().term_width(100);
        root.build();
        help(&mut root, "illgate", &mut text);
        testkit::same_as_checked_in("crates/illgate/tests/it/snapshots/help.txt", &text);
    }

    fn help(command: &mut clap::Command, name: &str, text: &mut String) {
        text.push_str(&format!("$ {name} --help\n{}\n", command.render_long_help()));
        for sub in command.get_subcommands_mut().filter(|sub| sub.get_name() != "help" && !sub.is_hide_set())
        {
            let name = format!("{name} {}", sub.get_name());
            help(sub, &name, text);
        }
    }

    #[test]
    fn every_command_says_what_it_is_for_and_shows_examples() {
        for command in Cli::command().get_subcommands().filter(|command| !command.is_hide_set()) {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            let plain = ["status"];
            let shown =
                command.get_after_help().is_some_and(|help| help.to_string().starts_with("Examples:"));
            assert!(shown || plain.contains(&command.get_name()), "{}", command.get_name());
        }
    }
}

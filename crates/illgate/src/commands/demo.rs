//! `illgate demo`: a gateway and libraries on loopback, and requests that run between them.

use clap::Args;

use super::wait;
use crate::{
    context::Context,
    demo,
    exit::{Exit, Failure},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate demo                   play every scenario, then stay up to be looked at
  illgate demo --once            play every scenario; 0 if each ended as it should
  illgate demo --once --json     one object for each scenario
  illgate demo --only brokered-loan --once
  illgate demo --only polled-ilss --only lending-by-mail   libraries that speak no ISO 18626

The libraries speak ISO 18626, or have an ILS that speaks NCIP and nothing else, or have no system and are told by mail. After each step
of a loan between ILSs it is shown what they hold; a scenario fails when they hold anything else.

It uses a folder and ports of its own and leaves nothing behind.";

/// What to play.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// End when every scenario has been played
    #[arg(long)]
    once: bool,
    /// Play only these scenarios
    #[arg(long, value_name = "SCENARIO")]
    only: Vec<String>,
    /// List the scenarios
    #[arg(long)]
    list: bool,
    /// Keep the gateway's store on this engine
    #[arg(long, value_name = "ENGINE", default_value = "redb", value_parser = ["redb", "sled"])]
    engine: String,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    if command.list {
        return demo::list(&context.output);
    }
    let stay = if command.once { demo::Stay::Once } else { demo::Stay::Up };
    wait(demo::run(context.output, stay, &command.only, &command.engine))
}

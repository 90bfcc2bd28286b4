//! `illgate demo`: a gateway and libraries on loopback, and brokered requests that run between them.

use clap::Args;

use super::{Context, wait};
use crate::{
    demo,
    exit::{Exit, Failure},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate demo                   play every scenario, then stay up to be looked at
  illgate demo --once            play every scenario; 0 if each ended as it should
  illgate demo --once --json     one object for each scenario
  illgate demo --only brokered-loan --once

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

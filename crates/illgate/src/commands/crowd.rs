//! `illgate crowd`: many requests at once between simulated peers of every kind, and whether everybody's books agree at the end.

use std::num::NonZeroUsize;

use clap::Args;

use super::wait;
use crate::{
    context::Context,
    crowd,
    exit::{Exit, Failure},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate crowd                           300 requests, 16 at once
  illgate crowd --requests 10000 --json   the report as one object
  illgate crowd --only cancel-crosses --requests 50
  illgate crowd --list                    the kinds of requests

A gateway of its own runs between libraries of every edition and dialect and other brokers of every kind, above it and below it. At the end
the books of the requester, of each supplier and of the gateway are compared, request by request: each ended as all of them say, nothing was
sent twice, nothing went in circles, and staff are left only what people must decide. The exit code is 1 where books differ.

It uses a folder and ports of its own, and leaves the folder only where books differ. The same seed asks for the same.";

/// What to play.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// How many requests
    #[arg(long, value_name = "NUMBER", default_value = "300")]
    requests: NonZeroUsize,
    /// How many are under way at once
    #[arg(long, value_name = "NUMBER", default_value = "16")]
    at_once: NonZeroUsize,
    /// What decides who asks whom
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Play only these kinds of requests
    #[arg(long, value_name = "KIND")]
    only: Vec<String>,
    /// List the kinds of requests
    #[arg(long)]
    list: bool,
    /// Keep the gateway's store on this engine
    #[arg(long, value_name = "ENGINE", default_value = "redb", value_parser = ["redb", "sled"])]
    engine: String,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    if command.list {
        return crowd::list(&context.output);
    }
    let options = crowd::Options {
        requests: command.requests.get(),
        at_once: command.at_once.get(),
        seed: command.seed,
        only: command.only.clone(),
        engine: command.engine.clone(),
    };
    wait(crowd::run(context.output, options))
}

//! `illgate completions`: the shells' completion scripts.

use clap::Args;

use crate::{
    context::Context,
    exit::{Exit, Failure},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate completions bash > ~/.local/share/bash-completion/completions/illgate
  illgate completions fish > ~/.config/fish/completions/illgate.fish";

/// Which shell.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// The shell
    shell: clap_complete::Shell,
}

/// `all` is the whole command line.
pub(crate) fn run(context: &Context, command: &Command, mut all: clap::Command) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(command.shell, &mut all, "illgate", &mut script);
    context.output.bytes(&script)?;
    Ok(Exit::Ok)
}

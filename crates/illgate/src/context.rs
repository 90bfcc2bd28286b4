//! What a command is given besides its own arguments.

use std::path::PathBuf;

use clap::Args;

use crate::output::Output;

/// What a command is given besides its own arguments.
pub(crate) struct Context {
    pub(crate) global: Global,
    pub(crate) output: Output,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Global {
    /// Print JSON: data on standard output, errors on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// The configuration file [default: what ILLGATE_CONFIG names, else illgate.toml, where there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

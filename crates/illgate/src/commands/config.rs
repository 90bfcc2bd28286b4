//! `illgate config`: what the configuration is, and what is wrong with it.

use clap::Subcommand;
use serde::Serialize;

use crate::{
    config::{KEYS, Loaded, Origin, load, reference},
    context::Context,
    exit::{Exit, Failure},
    output::{Table, Tone, say},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate config check                     every error, with line and key
  illgate config show                      each value, and where it came from
  ILLGATE_LOG__LEVEL=debug illgate serve   a value from the environment";

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell everything that is wrong with it
    Check,
    /// Show every value and where it came from
    Show,
    /// Describe every key
    Reference,
}

/// A value as `show` prints it.
#[derive(Debug, Serialize)]
struct Value {
    key: String,
    value: String,
    from: Origin,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Check => check(context),
        Command::Show => show(context),
        Command::Reference => {
            context.output.text(reference())?;
            Ok(Exit::Ok)
        }
    }
}

fn check(context: &Context) -> Result<Exit, Failure> {
    let loaded = load(context.global.config.as_deref())?;
    let file = loaded.file.as_ref().map(|path| path.display().to_string());
    context.output.value(&serde_json::json!({ "ok": true, "file": file }), |_, colour| {
        let what = file.as_deref().unwrap_or("no file: defaults and environment");
        format!("{} {what}", colour.paint(Tone::Good, "ok"))
    })?;
    Ok(Exit::Ok)
}

fn show(context: &Context) -> Result<Exit, Failure> {
    let Loaded { config, origins, file } = load(context.global.config.as_deref())?;
    let values: Vec<Value> = KEYS
        .iter()
        .zip(origins)
        .map(|(key, from)| Value { key: key.path(), value: (key.get)(&config), from })
        .collect();
    if file.is_none() {
        say("no illgate.toml here: defaults and environment only");
    }
    context.output.value(&values, |values, colour| {
        let mut table = Table::new(&["KEY", "VALUE", "FROM"]);
        for value in values {
            let (tone, from) = match &value.from {
                Origin::Default => (Tone::Faint, "default".to_owned()),
                Origin::Line(line) => {
                    let file = file.as_ref().map_or(String::new(), |path| path.display().to_string());
                    (Tone::Plain, format!("{file}:{line}"))
                }
                Origin::Variable(name) => (Tone::Plain, name.clone()),
            };
            table.toned([(Tone::Plain, value.key.clone()), (Tone::Plain, value.value.clone()), (tone, from)]);
        }
        table.print(colour)
    })?;
    Ok(Exit::Ok)
}

//! `illgate message`: what a vendor runs on a message to see what is wrong with it. Needs no gateway.

use std::{
    io::{Read, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use errors::slug;
use iso18626::NamespaceRule;
use serde::Serialize;

mod protocol;

use self::protocol::{Diagnostic, Extra, Loss, Reading, Target, Unreadable};
use crate::{
    context::Context,
    exit::{Exit, Failure},
    output::{Colour, Form, Tone, explain, say},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate message check request.xml                   errors and warnings, with line and column
  curl -s https://example.org/m.xml | illgate message check -
  illgate message show --json request.xml             as it was understood
  illgate message convert --to 2021-2 request.xml     in the other edition; losses on standard error
  illgate message convert --to ncip-2.02 lookup.xml   an NCIP message in the other version

Messages of ISO 18626 and of NCIP are told apart by their root element.

Exit code 1: a message has errors.";

/// What to do with messages.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell what is wrong with messages
    Check(Files),
    /// Show messages as they were understood
    Show(Files),
    /// Write messages in another edition, and tell what they lose
    Convert(Convert),
}

/// Which messages.
#[derive(Debug, Args)]
pub(crate) struct Files {
    /// The files; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Take elements that are in no namespace for those of ISO 18626; in NCIP they always are
    #[arg(long)]
    no_namespace: bool,
}

/// Which messages, and into what.
#[derive(Debug, Args)]
pub(crate) struct Convert {
    #[command(flatten)]
    files: Files,
    /// The edition or version to write
    #[arg(long, value_name = "EDITION")]
    to: Target,
    /// Write each message into this folder under its own name, never over a file, instead of on standard output
    #[arg(long, value_name = "FOLDER")]
    into: Option<PathBuf>,
}

/// What was found in one file.
#[derive(Serialize)]
struct Found<'a> {
    file: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
    diagnostics: Vec<Diagnostic<'a>>,
    extras: Vec<Extra<'a>>,
    /// Where not even the kind of message could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreadable: Option<String>,
}

/// A file that was read, or could not be.
struct Input {
    name: String,
    bytes: Vec<u8>,
    reading: Result<Reading, Unreadable>,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Check(files) => each(context, &files, |input| check(context, input)),
        Command::Show(files) => each(context, &files, |input| show(context, input)),
        Command::Convert(convert) => {
            if convert.files.files.len() > 1 && convert.into.is_none() && context.output.form == Form::Text {
                return Err(Failure::new(
                    slug!("usage.several-files"),
                    "several messages cannot be written on standard output",
                )
                .hint("name a folder with `--into`, or take `--json`"));
            }
            if let Some(folder) = &convert.into {
                std::fs::create_dir_all(folder).map_err(|why| Failure::file(folder, &why))?;
            }
            each(context, &convert.files, |input| self::convert(context, input, &convert))
        }
    }
}

/// Does the same with each file. One that cannot be read keeps none of the others from being looked at.
fn each(
    context: &Context,
    files: &Files,
    act: impl Fn(&Input) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    let namespace = if files.no_namespace { NamespaceRule::MayBeMissing } else { NamespaceRule::Required };
    let mut exit = Exit::Ok;
    for path in &files.files {
        let (name, bytes) = match bytes_of(path) {
            Ok(read) => read,
            Err(failure) => {
                explain(&failure, context.output.form);
                exit = failure.exit();
                continue;
            }
        };
        let reading = protocol::read(&bytes, namespace);
        let one = act(&Input { name, bytes, reading })?;
        if exit == Exit::Ok {
            exit = one;
        }
    }
    Ok(exit)
}

fn bytes_of(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|why| Failure::file(Path::new("standard input"), &why))?;
        return Ok(("<stdin>".to_owned(), bytes));
    }
    let bytes = std::fs::read(path).map_err(|why| Failure::file(path, &why))?;
    Ok((path.display().to_string(), bytes))
}

fn check(context: &Context, input: &Input) -> Result<Exit, Failure> {
    let found = found(input);
    context.output.value(&found, |found, colour| lines(found, input, colour))?;
    Ok(if found.ok { Exit::Ok } else { Exit::Finding })
}

fn found(input: &Input) -> Found<'_> {
    match &input.reading {
        Ok(reading) => Found {
            file: &input.name,
            ok: reading.is_acceptable(),
            kind: Some(reading.kind()),
            edition: Some(reading.edition()),
            version: Some(reading.version()),
            diagnostics: reading.diagnostics(),
            extras: reading.extras(),
            unreadable: None,
        },
        Err(unreadable) => Found {
            file: &input.name,
            ok: false,
            kind: None,
            edition: None,
            version: None,
            diagnostics: Vec::new(),
            extras: Vec::new(),
            unreadable: Some(unreadable.whole.clone()),
        },
    }
}

/// As compilers say it: `file:line:column: severity: what`.
fn lines(found: &Found<'_>, input: &Input, colour: Colour) -> String {
    let mut text = String::new();
    if let Err(unreadable) = &input.reading {
        let place = format!("{}:{}:{}", input.name, unreadable.line, unreadable.column);
        text += &format!("{place}: {}: {}\n", colour.paint(Tone::Bad, "error"), unreadable.sentence);
    }
    for diagnostic in &found.diagnostics {
        text += &line(&input.name, diagnostic, colour);
    }
    for extra in &found.extras {
        text += &format!(
            "{}: {}: {}: no edition knows this element; it is kept aside\n",
            input.name,
            colour.paint(Tone::Faint, "note"),
            extra.path
        );
    }
    let wrong = found.diagnostics.iter().filter(|one| one.is_error()).count();
    let warnings = found.diagnostics.len() - wrong;
    let errors = wrong + usize::from(found.unreadable.is_some());
    let what = match &input.reading {
        Ok(reading) => format!("{}, {}", reading.kind(), reading.spoken_edition()),
        Err(_) => "not a message".to_owned(),
    };
    let verdict = match (errors, warnings) {
        (0, 0) => colour.paint(Tone::Good, "ok"),
        (0, warnings) => colour.paint(Tone::Warn, number(warnings, "warning")),
        (errors, 0) => colour.paint(Tone::Bad, number(errors, "error")),
        (errors, warnings) => {
            colour.paint(Tone::Bad, format!("{}, {}", number(errors, "error"), number(warnings, "warning")))
        }
    };
    text + &format!("{}: {what}: {verdict}\n", input.name)
}

fn line(name: &str, diagnostic: &Diagnostic<'_>, colour: Colour) -> String {
    let severity = match diagnostic.is_error() {
        true => colour.paint(Tone::Bad, "error"),
        false => colour.paint(Tone::Warn, "warning"),
    };
    let (line, column) = diagnostic.place();
    format!(
        "{name}:{line}:{column}: {severity}: {} ({})\n  in {}\n",
        diagnostic.sentence(),
        diagnostic.name(),
        diagnostic.path()
    )
}

fn number(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn show(context: &Context, input: &Input) -> Result<Exit, Failure> {
    let found = found(input);
    let Ok(reading) = &input.reading else { return check(context, input) };
    if context.output.form == Form::Json {
        let message = reading
            .message()
            .map_err(|why| Failure::new(slug!("message.json"), format!("the message has no JSON: {why}")))?;
        let understood = serde_json::json!({ "file": &input.name, "edition": reading.edition(), "version": reading.version(),
            "diagnostics": &found.diagnostics, "extras": &found.extras, "message": message });
        context.output.json(&understood)?;
    } else {
        say(lines(&found, input, Colour::of(&std::io::stderr())).trim_end());
        match iso18626::pretty(&input.bytes) {
            Ok(pretty) => context.output.text(pretty)?,
            // It can be read, but not to its end: as it came.
            Err(_) => context.output.bytes(&input.bytes)?,
        }
    }
    Ok(if found.ok { Exit::Ok } else { Exit::Finding })
}

fn convert(context: &Context, input: &Input, convert: &Convert) -> Result<Exit, Failure> {
    let colour = Colour::of(&std::io::stderr());
    let reading = match &input.reading {
        Ok(reading) if reading.is_acceptable() => reading,
        _ => {
            say(lines(&found(input), input, colour).trim_end());
            return Ok(Exit::Finding);
        }
    };
    let written = match reading.write(convert.to) {
        Ok(written) => written,
        Err(error) => {
            say(format!("{}: {}: {error}", input.name, colour.paint(Tone::Bad, "error")));
            return Ok(Exit::Finding);
        }
    };
    let xml = String::from_utf8_lossy(&written.bytes);
    if let Some(folder) = &convert.into {
        let name = Path::new(&input.name).file_name().unwrap_or("message.xml".as_ref());
        let at = folder.join(name);
        // Never over another file: it may be the message itself, or one of the same name from another folder.
        std::fs::File::create_new(&at)
            .and_then(|mut file| file.write_all(&written.bytes))
            .map_err(|why| Failure::file(&at, &why))?;
    }
    if context.output.form == Form::Json {
        context.output.json(
            &serde_json::json!({ "file": &input.name, "from": reading.edition(), "to": convert.to.name(),
            "losses": &written.losses, "xml": xml }),
        )?;
    } else {
        for loss in &written.losses {
            say(lost(&input.name, loss, colour));
        }
        if convert.into.is_none() {
            context.output.text(xml)?;
        }
    }
    Ok(Exit::Ok)
}

fn lost(name: &str, loss: &Loss, colour: Colour) -> String {
    format!("{name}: {}: {loss}", colour.paint(Tone::Warn, "loss"))
}

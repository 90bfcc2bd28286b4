//! What a command prints: data on standard output, as text or JSON; the rest on standard error. Must never colour what no terminal reads.

use std::io::{IsTerminal, Write};

use errors::slug;
use serde::Serialize;

use crate::exit::Failure;

/// The form of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Json,
}

/// Whether text is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Plain,
    Ansi,
}

/// What a piece of text says, for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Title,
    Good,
    Bad,
    Warn,
    Faint,
    Plain,
}

impl Colour {
    /// Coloured if a terminal reads `stream` and `NO_COLOR` is not set.
    pub(crate) fn of(stream: &impl IsTerminal) -> Self {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        if unwanted || !stream.is_terminal() { Self::Plain } else { Self::Ansi }
    }

    pub(crate) fn paint(self, tone: Tone, text: impl std::fmt::Display) -> String {
        let code = match (self, tone) {
            (Self::Plain, _) | (_, Tone::Plain) => return text.to_string(),
            (_, Tone::Title) => "1",
            (_, Tone::Good) => "32",
            (_, Tone::Bad) => "31;1",
            (_, Tone::Warn) => "33",
            (_, Tone::Faint) => "2",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// Where a command writes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Output {
    pub(crate) form: Form,
    pub(crate) colour: Colour,
}

impl Output {
    pub(crate) fn new(form: Form) -> Self {
        Self { form, colour: Colour::of(&std::io::stdout()) }
    }

    /// Prints a value: as JSON, or as `text` says it.
    pub(crate) fn value<T: Serialize>(
        &self,
        value: &T,
        text: impl FnOnce(&T, Colour) -> String,
    ) -> Result<(), Failure> {
        match self.form {
            Form::Json => self.json(value),
            Form::Text => self.text(text(value, self.colour)),
        }
    }

    /// Prints a value as one line of JSON where standard output is no terminal, else indented.
    pub(crate) fn json<T: Serialize>(&self, value: &T) -> Result<(), Failure> {
        let written = match std::io::stdout().is_terminal() {
            true => serde_json::to_string_pretty(value),
            false => serde_json::to_string(value),
        };
        let written =
            written.map_err(|why| Failure::new(slug!("gateway.fault"), format!("as JSON: {why}")))?;
        self.text(written)
    }

    /// Prints text, with a line end if it has none. A reader that went away ends the command quietly.
    pub(crate) fn text(&self, text: impl AsRef<str>) -> Result<(), Failure> {
        let text = text.as_ref();
        let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        self.bytes(format!("{text}{end}").as_bytes())
    }

    pub(crate) fn bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match out.write_all(bytes).and_then(|()| out.flush()) {
            Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
            Err(why) => Err(Failure::new(slug!("output.unwritable"), format!("standard output: {why}"))),
            Ok(()) => Ok(()),
        }
    }
}

/// Says something on standard error.
pub(crate) fn say(text: impl AsRef<str>) {
    // Nobody is left to be told when standard error is gone.
    let _gone = writeln!(std::io::stderr().lock(), "{}", text.as_ref());
}

/// Says on standard error why a command failed.
pub(crate) fn explain(failure: &Failure, form: Form) {
    if form == Form::Json {
        return say(serde_json::json!({ "error": failure }).to_string());
    }
    let colour = Colour::of(&std::io::stderr());
    let slug = colour.paint(Tone::Faint, format!("[{}]", failure.slug));
    say(format!("{} {} {slug}", colour.paint(Tone::Bad, "error:"), failure.sentence));
    for detail in &failure.details {
        say(format!("  {detail}"));
    }
    if let Some(hint) = &failure.hint {
        say(format!("{} {hint}", colour.paint(Tone::Title, "help:")));
    }
}

/// A table of left-aligned columns, as wide as what is in them.
pub(crate) struct Table {
    heads: Vec<&'static str>,
    rows: Vec<Vec<(Tone, String)>>,
}

impl Table {
    pub(crate) fn new(heads: &[&'static str]) -> Self {
        Self { heads: heads.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.rows.push(cells.into_iter().map(|cell| (Tone::Plain, cell)).collect());
    }

    pub(crate) fn toned<const N: usize>(&mut self, cells: [(Tone, String); N]) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn print(&self, colour: Colour) -> String {
        let width = |column: usize| {
            let cells =
                self.rows.iter().filter_map(|row| row.get(column)).map(|(_, cell)| cell.chars().count());
            cells.chain([self.heads[column].len()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.heads.len()).map(width).collect();
        let head = self.heads.iter().map(|head| (Tone::Title, (*head).to_owned())).collect();
        let mut text = String::new();
        for row in std::iter::once(&head).chain(&self.rows) {
            let last = row.len().saturating_sub(1);
            for (at, (tone, cell)) in row.iter().enumerate() {
                text += &colour.paint(*tone, cell);
                if at != last {
                    text += &" ".repeat(widths[at].saturating_sub(cell.chars().count()) + 2);
                }
            }
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
        text
    }
}

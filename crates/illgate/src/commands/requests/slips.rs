//! `illgate requests slip` and `illgate requests pull-list`: what a hosted library prints. Must never pour a PDF file over a terminal.

use std::{io::IsTerminal, path::PathBuf};

use api::model::PullList;
use clap::{Args, ValueEnum};
use errors::slug;
use slips::SlipKind;

use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Form, Table, say},
};

/// Which slip.
#[derive(Debug, Args)]
pub(crate) struct Slip {
    /// The request's id
    id: String,
    /// What it is for [default: what is wanted next]
    #[arg(long, value_parser = kinds())]
    kind: Option<String>,
    #[command(flatten)]
    to: PrintTo,
}

/// Whose.
#[derive(Debug, Args)]
pub(crate) struct PullListOf {
    /// The library, by its id in the registry or by a symbol
    library: String,
    #[command(flatten)]
    to: PrintTo,
}

/// In which form, and where to.
#[derive(Debug, Args)]
struct PrintTo {
    /// As a page or a PDF file to print
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write it to this file; what it ends with says the form, if nothing else does
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Html,
    Pdf,
}

impl Format {
    fn as_str(self) -> &'static str {
        match self {
            Format::Html => "html",
            Format::Pdf => "pdf",
        }
    }
}

impl PrintTo {
    /// The form that is asked for, in words or by the file's name.
    fn wanted(&self) -> Option<Format> {
        let ending = || self.output.as_ref()?.extension()?.to_str().map(str::to_ascii_lowercase);
        self.format.or_else(|| match ending()?.as_str() {
            "pdf" => Some(Format::Pdf),
            _ => Some(Format::Html),
        })
    }

    /// Writes it there.
    fn put(&self, context: &Context, format: Format, bytes: &[u8]) -> Result<Exit, Failure> {
        match &self.output {
            Some(file) => {
                std::fs::write(file, bytes).map_err(|why| Failure::file(file, &why))?;
                say(format!("written: {}", file.display()));
            }
            None if format == Format::Pdf && std::io::stdout().is_terminal() => {
                return Err(Failure::new(
                    slug!("usage.terminal"),
                    "a PDF file cannot be printed on a terminal",
                )
                .hint("name a file with `-o FILE`, or send it through a pipe"));
            }
            None => context.output.bytes(bytes)?,
        }
        Ok(Exit::Ok)
    }
}

pub(super) async fn slip(context: &Context, client: &Client, which: &Slip) -> Result<Exit, Failure> {
    let format = which.to.wanted().unwrap_or(Format::Html);
    let mut path = format!("requests/{}/slip?format={}", part(&which.id), format.as_str());
    if let Some(kind) = &which.kind {
        path += &format!("&kind={kind}");
    }
    which.to.put(context, format, &client.bytes(&path).await?)
}

pub(super) async fn pull_list(
    context: &Context,
    client: &Client,
    which: &PullListOf,
) -> Result<Exit, Failure> {
    let path = format!("peers/{}/pull-list", part(&which.library));
    if let Some(format) = which.to.wanted() {
        let bytes = client.bytes(&format!("{path}?format={}", format.as_str())).await?;
        return which.to.put(context, format, &bytes);
    }
    let list: PullList = client.get(&path).await?;
    context.output.value(&list, |list, colour| {
        let mut table =
            Table::new(&["LOCATION", "CALL NUMBER", "TITLE", "AUTHOR", "WANTED BY", "NEEDED BY", "REQUEST"]);
        for item in &list.items {
            let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
            let title = [&item.title, &item.extent].into_iter().flatten().map(String::as_str);
            table.row([
                or_none(&item.location),
                or_none(&item.call_number),
                title.collect::<Vec<_>>().join(", "),
                or_none(&item.author),
                item.wanted_by.clone(),
                item.needed_by.map(|date| date.to_string()).unwrap_or_default(),
                item.request.clone(),
            ]);
        }
        table.print(colour)
    })?;
    if context.output.form == Form::Text {
        for damaged in &list.damaged {
            say(format!("damaged: {damaged}"));
        }
    }
    Ok(if list.damaged.is_empty() { Exit::Ok } else { Exit::Finding })
}

fn kinds() -> clap::builder::PossibleValuesParser {
    SlipKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().into()
}

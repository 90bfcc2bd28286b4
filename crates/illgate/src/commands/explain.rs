//! `illgate explain`: what an error means, and what to do about it. Needs no gateway: that there is none may be the error.

use clap::Args;
use errors::slug;
use errors::{find, nearest};

use crate::{
    context::Context,
    error_pages::PAGES,
    exit::{Exit, Failure},
    output::{Table, Tone},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate explain                         every error
  illgate explain ils.step-failed         one of them: what it means, what to do";

/// Which error.
#[derive(Debug, Args)]
pub(crate) struct Command {
    /// Its name, as given after a message, in a log, or in a problem of the API [default: all]
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

pub(crate) fn run(context: &Context, command: &Command) -> Result<Exit, Failure> {
    let Some(name) = &command.name else {
        context.output.value(&PAGES, |pages, colour| {
            let mut table = Table::new(&["NAME", "MEANS"]);
            for page in *pages {
                table.row([page.slug.to_owned(), page.means.to_owned()]);
            }
            table.print(colour)
        })?;
        return Ok(Exit::Ok);
    };
    let Some(page) = find(PAGES, name) else {
        let failure = Failure::new(slug!("errors.unknown"), format!("no error is called `{name}`"));
        return Err(match nearest(name)[..] {
            [] => failure.hint("`illgate explain` lists them"),
            ref like => failure.hint(format!("is it one of these? {}", like.join(", "))),
        });
    };
    context.output.value(page, |page, colour| {
        let name = colour.paint(Tone::Title, page.slug);
        let remedy = colour.paint(Tone::Title, "What to do:");
        let blame = colour.paint(Tone::Title, "Blame:");
        format!("{name}\n\n{}\n\n{remedy} {}\n{blame} {}\n", page.means, page.remedy, page.blame.as_str())
    })?;
    Ok(Exit::Ok)
}

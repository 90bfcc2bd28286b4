//! `illgate requests`: where requests stand, what happened to each, and what staff may do.

mod acts;
mod slips;

use std::collections::BTreeSet;

use api::model::{Ask, AskOrigin, AskedItem, Done, RequestDetail, RequestLine, RequestPage, Watched};
use clap::{Args, Subcommand, builder::PossibleValuesParser};
use errors::slug;
use jiff::Timestamp;
use loan_model::MachineKind;
use state_machine::{hosted::Over, phases};

use super::wait;
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Colour, Form, Table, Tone, say},
    timeline::{self, Timeline},
};

pub(crate) const EXAMPLES: &str = "Examples:
  illgate requests list --phase on-loan
  illgate requests list --machine lending --library hill --phase on-pull-list
  illgate requests show BVR-2026-0041          by the requester's id, a supplier's, or ours
  illgate requests show req_01... --message 3/in
  illgate requests watch req_01...
  illgate requests acts req_01...              what staff may do with it now, and how
  illgate requests act req_01... close --reason 'found on our own shelf'
  illgate requests act req_01... ship --volume 31183004 --volume 31183005 --due 2026-12-20
  illgate requests act req_01... unfilled --field reason=NotOnShelf
  illgate requests slip req_01... --kind routing -o slip.pdf
  illgate requests pull-list hill -o today.pdf
  illgate requests upload req_01... article.pdf
  illgate requests ask north --patron 21234000 --title 'Dune' --author 'Herbert, Frank'";

/// What to do with requests.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List requests, newest first
    List(List),
    /// Show a request: its rota, its timeline on two lanes, what is awaited and what staff may do
    Show(Show),
    /// Show what happens to a request as it happens, until it is over
    Watch(Watch),
    /// Do one of the things that staff may do with a request
    Act(acts::ActOn),
    /// List what staff may do with a request now: each act with its fields and an example
    Acts(acts::ActsOf),
    /// Print the slip of a request: to pull it, to send it, to send it home
    Slip(slips::Slip),
    /// List what a hosted library is to fetch from its shelves, or print the list with its slips
    PullList(slips::PullListOf),
    /// Deliver a copy as a file: the requester is told where to fetch it
    Upload(Upload),
    /// Ask for something for a patron of a library that this gateway hosts
    Ask(Box<AskFor>),
}

/// Which requests.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those that this machine runs: the broker's, or a hosted library's as borrower or lender
    #[arg(long, value_parser = machines())]
    machine: Option<String>,
    /// Only those in this phase; which there are depends on the machine, and a wrong one is answered with the list
    #[arg(long, value_parser = phases(), hide_possible_values = true)]
    phase: Option<String>,
    /// Only those that are run for this library, which the gateway hosts
    #[arg(long, value_name = "LIBRARY")]
    library: Option<String>,
    /// Only those of this library, on either side
    #[arg(long, value_name = "LIBRARY")]
    peer: Option<String>,
    /// Only those that need staff
    #[arg(long)]
    attention: bool,
    /// How many
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Where an earlier listing said that it goes on
    #[arg(long)]
    cursor: Option<String>,
}

/// Which request.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Our id (`req_...`), the requester's, or one under which a supplier knows it
    id: String,
    /// Print the bytes of one of its messages: `msg_...`, `3/in`, `3/reply`
    #[arg(long, value_name = "MESSAGE")]
    message: Option<String>,
}

/// Which request.
#[derive(Debug, Args)]
pub(crate) struct Watch {
    /// Its id
    id: String,
    /// Begin after this step; 0 is from the start [default: the latest]
    #[arg(long, value_name = "STEP")]
    after: Option<u64>,
}

/// Which file, for which request.
#[derive(Debug, Args)]
pub(crate) struct Upload {
    /// The supplier's request, by its id
    id: String,
    /// The file: PDF, TIFF, JPEG or PNG
    file: std::path::PathBuf,
    /// Why; it is kept with the request
    #[arg(long, default_value = "a copy as a file")]
    reason: String,
}

/// What a patron wants.
#[derive(Debug, Args)]
pub(crate) struct AskFor {
    /// The library, by its id in the registry
    library: String,
    /// The patron's barcode; it is sealed and never shown
    #[arg(long)]
    patron: String,
    /// What kind of service
    #[arg(long, value_parser = ["Loan", "Copy", "CopyOrLoan"])]
    service: Option<String>,
    /// The title
    #[arg(long)]
    title: Option<String>,
    /// The author
    #[arg(long)]
    author: Option<String>,
    /// The title of an article or chapter
    #[arg(long)]
    article: Option<String>,
    /// Which pages
    #[arg(long)]
    pages: Option<String>,
    /// A volume; may be repeated
    #[arg(long = "volume")]
    volumes: Vec<String>,
    /// Which edition
    #[arg(long)]
    edition: Option<String>,
    /// ISBN
    #[arg(long)]
    isbn: Option<String>,
    /// ISSN
    #[arg(long)]
    issn: Option<String>,
    /// A record number, as in `OCLC:1234`; may be repeated
    #[arg(long = "record", value_name = "WHOSE:NUMBER", value_parser = record)]
    records: Vec<(String, String)>,
    /// A particular item, as in `XX-WEST/31183004`; may be repeated
    #[arg(long = "item", value_name = "AGENCY/BARCODE", value_parser = item)]
    items: Vec<AskedItem>,
    /// Of no use after this: a date, or a date and time with its offset
    #[arg(long, value_name = "DATE")]
    need_before: Option<String>,
    /// Where it is to be picked up, if not where the library's settings say
    #[arg(long, value_name = "PLACE")]
    pickup: Option<String>,
    /// What the patron writes; it is sealed
    #[arg(long)]
    note: Option<String>,
}

pub(crate) fn run(context: &Context, command: Command) -> Result<Exit, Failure> {
    let client = Client::find(context)?;
    match command {
        Command::List(which) => wait(list(context, &client, &which)),
        Command::Show(which) => wait(show(context, &client, &which)),
        Command::Watch(which) => wait(watch(context, &client, &which)),
        Command::Act(act) => wait(acts::act(context, &client, &act)),
        Command::Acts(which) => wait(acts::list(context, &client, &which)),
        Command::Slip(which) => wait(slips::slip(context, &client, &which)),
        Command::PullList(which) => wait(slips::pull_list(context, &client, &which)),
        Command::Upload(file) => wait(upload(context, &client, &file)),
        Command::Ask(ask) => wait(self::ask(context, &client, *ask)),
    }
}

async fn list(context: &Context, client: &Client, which: &List) -> Result<Exit, Failure> {
    check_phase(which)?;
    let given = [
        ("machine", &which.machine),
        ("phase", &which.phase),
        ("library", &which.library),
        ("peer", &which.peer),
        ("cursor", &which.cursor),
    ];
    let mut path =
        format!("{}?limit={}", if which.attention { "incidents" } else { "requests" }, which.limit);
    for (name, value) in given {
        if let Some(value) = value {
            path += &format!("&{name}={}", part(value));
        }
    }
    let page: RequestPage = client.get(&path).await?;
    context.output.value(&page, |page, colour| {
        let mut table = Table::new(&[
            "ID",
            "MACHINE",
            "PHASE",
            "REQUESTER",
            "AS",
            "SUPPLIER",
            "TOLD",
            "CHANGED",
            "TITLE",
        ]);
        for line in &page.requests {
            let tone = if line.incidents.is_empty() { Tone::Plain } else { Tone::Warn };
            table.toned([
                (Tone::Plain, line.id.clone()),
                (Tone::Plain, line.machine.clone()),
                (tone, line.phase.clone()),
                (Tone::Plain, line.requester.clone()),
                (Tone::Plain, line.requester_request_id.clone()),
                (Tone::Plain, line.supplier.clone().unwrap_or_default()),
                (Tone::Plain, line.told.clone().unwrap_or_default()),
                (Tone::Faint, timeline::moment(line.changed_at)),
                (Tone::Plain, line.title.clone().unwrap_or_default()),
            ]);
        }
        table.print(colour)
    })?;
    if context.output.form == Form::Text {
        for damaged in &page.damaged {
            say(format!("damaged: {damaged}"));
        }
        if let Some(next) = &page.next {
            say(format!("there are more: --cursor {next}"));
        }
    }
    Ok(if page.damaged.is_empty() { Exit::Ok } else { Exit::Finding })
}

async fn show(context: &Context, client: &Client, which: &Show) -> Result<Exit, Failure> {
    let id = part(&which.id);
    if let Some(message) = &which.message {
        let message: Vec<String> = message.split('/').map(part).collect();
        let bytes = client.bytes(&format!("requests/{id}/messages/{}", message.join("/"))).await?;
        context.output.bytes(&bytes)?;
        return Ok(Exit::Ok);
    }
    let detail: RequestDetail = client.get(&format!("requests/{id}")).await?;
    context.output.value(&detail, timeline::detail)?;
    Ok(Exit::Ok)
}

async fn watch(context: &Context, client: &Client, which: &Watch) -> Result<Exit, Failure> {
    let id = part(&which.id);
    let detail: RequestDetail = client.get(&format!("requests/{id}")).await?;
    let mut after = which.after.unwrap_or(detail.line.version);
    let mut legs = detail.legs;
    let mut timeline = Timeline::new(context.output.colour, &legs);
    if context.output.form == Form::Text {
        context.output.text(timeline.head())?;
    }
    loop {
        let watched: Watched = client
            .clone()
            .within(std::time::Duration::from_secs(120))
            .get(&format!("requests/{id}/watch?after={after}"))
            .await?;
        for step in &watched.steps {
            after = after.max(step.number);
            if context.output.form == Form::Json {
                context.output.json(step)?;
                continue;
            }
            let unknown = |party: &Option<String>| {
                party
                    .as_ref()
                    .is_some_and(|party| party != "requester" && !legs.iter().any(|leg| leg.leg == *party))
            };
            if step.messages.iter().any(|message| unknown(&message.party)) {
                let detail: RequestDetail = client.get(&format!("requests/{id}")).await?;
                legs = detail.legs;
                timeline.name(&legs);
            }
            context.output.text(timeline.step(step))?;
        }
        // Over is over when the last message has been taken and told of.
        let detail: RequestDetail = client.get(&format!("requests/{id}")).await?;
        if is_over(&detail.line) && detail.queue.is_empty() && detail.line.version <= after {
            return Ok(Exit::Ok);
        }
    }
}

fn machines() -> PossibleValuesParser {
    PossibleValuesParser::new(MachineKind::ALL.iter().map(|machine| machine.as_str()))
}

/// The phases of all machines, for completions and slips of the pen.
fn phases() -> PossibleValuesParser {
    let all = MachineKind::ALL.iter().flat_map(|machine| phases::phases(*machine));
    PossibleValuesParser::new(all.map(|(name, _)| name).collect::<BTreeSet<_>>())
}

/// A phase of another machine than the one that is meant is found in nothing.
fn check_phase(which: &List) -> Result<(), Failure> {
    let (Some(machine), Some(phase)) = (&which.machine, &which.phase) else { return Ok(()) };
    let machine = machine.parse::<MachineKind>().map_err(|why| wrong(&why))?;
    phases::check(Some(machine), phase).map_err(|why| wrong(&why))
}

fn wrong(why: &dyn std::fmt::Display) -> Failure {
    Failure::new(slug!("usage.phase"), why.to_string())
}

/// Whether nothing more happens to it; what a newer gateway calls by a name that is not known here goes on.
fn is_over(line: &RequestLine) -> bool {
    let machine = line.machine.parse::<MachineKind>().ok();
    machine.and_then(|machine| phases::over(machine, &line.phase)) == Some(Over::Closed)
}

/// Hands a file over as a copy.
async fn upload(context: &Context, client: &Client, which: &Upload) -> Result<Exit, Failure> {
    let bytes = std::fs::read(&which.file).map_err(|why| Failure::file(&which.file, &why))?;
    let id = part(&which.id);
    let path = format!("requests/{id}/copy?reason={}&by={}", part(&which.reason), part(&user()));
    let client = client.clone().within(std::time::Duration::from_secs(300));
    let done: Done = client.post_bytes(&path, "application/octet-stream", bytes).await?;
    context.output.value(&done, |done, colour| self::done(&done.request, done, colour))?;
    Ok(Exit::Ok)
}

/// A date and time, or the end of a day.
fn instant(text: &str) -> Result<Timestamp, Failure> {
    let day = |text: &str| format!("{text}T23:59:59Z").parse::<Timestamp>();
    text.parse().or_else(|_| day(text)).map_err(|_| {
        let sentence = format!("`{text}` is not a valid date: write 2026-12-20, or 2026-12-20T18:00:00Z");
        Failure::new(slug!("usage.date"), sentence)
    })
}

fn record(text: &str) -> Result<(String, String), String> {
    let (whose, number) = text.split_once(':').ok_or("write WHOSE:NUMBER, as in OCLC:1234")?;
    Ok((whose.to_owned(), number.to_owned()))
}

fn item(text: &str) -> Result<AskedItem, String> {
    let (agency, barcode) = text.rsplit_once('/').ok_or("write AGENCY/BARCODE, as in XX-WEST/31183004")?;
    let agency = Some(agency.to_owned()).filter(|agency| !agency.is_empty());
    Ok(AskedItem { barcode: barcode.to_owned(), agency })
}

async fn ask(context: &Context, client: &Client, ask: AskFor) -> Result<Exit, Failure> {
    let ask = Ask {
        library: ask.library,
        patron: ask.patron,
        service: ask.service,
        title: ask.title,
        author: ask.author,
        title_of_component: ask.article,
        pages: ask.pages,
        volumes: ask.volumes,
        edition: ask.edition,
        isbn: ask.isbn,
        issn: ask.issn,
        records: ask.records.into_iter().collect(),
        items: ask.items,
        need_before: ask.need_before.as_deref().map(instant).transpose()?,
        pickup: ask.pickup,
        note: ask.note,
        origin: Some(AskOrigin::Staff),
    };
    let done: Done = client.post("requests", &ask).await?;
    context.output.value(&done, |done, colour| self::done(&done.request, done, colour))?;
    Ok(Exit::Ok)
}

/// What became of something staff did.
pub(crate) fn done(line: &RequestLine, done: &Done, colour: Colour) -> String {
    let mut text = format!("{} {} is {}\n", colour.paint(Tone::Good, "done:"), line.id, line.phase);
    for rule in &done.rules {
        text += &format!("  {}\n", rule.why);
    }
    if let Some(message) = &done.message {
        text += &format!("  it is sent again as {message}\n");
    }
    text
}

/// Who runs this: it is kept with what they do.
pub(crate) fn user() -> String {
    ["ILLGATE_USER", "SUDO_USER", "USER"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "command line".to_owned())
}

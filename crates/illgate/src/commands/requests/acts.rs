//! `illgate requests act` and `illgate requests acts`: what staff may do with a request, and doing it. What there is to say of an act comes
//! from the table of acts; must never know one by its name.

use acts::{self, ActError, ActKind, Fields};
use api::model::{Act, ActField, AllowedAct, AllowedActs, Done};
use clap::{
    Args,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use errors::slug;

use super::{done, user};
use crate::{
    client::{Client, part},
    context::Context,
    exit::{Exit, Failure},
    output::{Colour, Tone},
};

/// What to do, and why.
#[derive(Debug, Args)]
pub(crate) struct ActOn {
    /// The request's id
    id: String,
    /// What to do; `illgate requests acts` lists what can be done to the request now, with the fields of each act
    #[arg(value_parser = kinds())]
    act: ActKind,
    /// Why it is done; it is kept with the request. What the other library is told is a field of the act
    #[arg(long, default_value = "")]
    reason: String,
    /// A field of the act; may be repeated, a list takes one value each time
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = field)]
    fields: Vec<(String, String)>,
    /// The field `volumes`: a volume, by its barcode or as `vol-1`; may be repeated
    #[arg(long = "volume", value_name = "BARCODE_OR_NUMBER")]
    volumes: Vec<String>,
    /// The field `due`: a date, or a date and time with its offset
    #[arg(long, value_name = "DATE")]
    due: Option<String>,
    /// The field `note`: what the other library reads
    #[arg(long)]
    note: Option<String>,
    /// The field `url`: where a copy can be fetched
    #[arg(long)]
    url: Option<String>,
    /// The field `step`: an ILS call, as `illgate requests show` lists it
    #[arg(long)]
    step: Option<String>,
    /// Fields of the act, as a JSON object
    #[arg(long, value_name = "JSON")]
    data: Option<String>,
}

/// Which request.
#[derive(Debug, Args)]
pub(crate) struct ActsOf {
    /// The request's id
    id: String,
}

/// The acts of all machines, for completions, help and slips of the pen.
fn kinds() -> impl TypedValueParser<Value = ActKind> {
    let named = |kind: &ActKind| PossibleValue::new(kind.as_str()).help(kind.info().does);
    let names = PossibleValuesParser::new(ActKind::ALL.iter().map(named));
    names.try_map(|name| name.parse::<ActKind>())
}

fn field(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE, as in reason=NotOnShelf")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

pub(super) async fn act(context: &Context, client: &Client, act: &ActOn) -> Result<Exit, Failure> {
    let with = fields(act)?;
    acts::Act::new(act.act, with.clone()).map_err(|why| refused(&why))?;
    let name = act.act.to_string();
    let reason = if act.reason.trim().is_empty() { name.clone() } else { act.reason.clone() };
    let ask = Act { action: name, reason, by: Some(user()), with };
    let done: Done = client.post(&format!("requests/{}/act", part(&act.id)), &ask).await?;
    context.output.value(&done, |done, colour| self::done(&done.request, done, colour))?;
    Ok(Exit::Ok)
}

pub(super) async fn list(context: &Context, client: &Client, which: &ActsOf) -> Result<Exit, Failure> {
    let allowed: AllowedActs = client.get(&format!("requests/{}/acts", part(&which.id))).await?;
    context.output.value(&allowed, |allowed, colour| listed(allowed, &which.id, colour))?;
    Ok(Exit::Ok)
}

/// The fields that are given; an option goes before what is in `--data`.
fn fields(act: &ActOn) -> Result<Fields, Failure> {
    let mut all = match &act.data {
        Some(data) => serde_json::from_str::<Fields>(data).map_err(|why| {
            Failure::new(slug!("usage.data"), format!("`--data` cannot be read as fields: {why}"))
        })?,
        None => Fields::default(),
    };
    let mut options = Fields::default();
    for (name, value) in &act.fields {
        options.add(name, value);
    }
    for volume in &act.volumes {
        options.add("volumes", volume);
    }
    let single = [("due", &act.due), ("note", &act.note), ("url", &act.url), ("step", &act.step)];
    for (name, value) in single {
        if let Some(value) = value {
            options.add(name, value);
        }
    }
    all.extend(options);
    Ok(all)
}

/// Why an act cannot be read, with what to type.
fn refused(why: &ActError) -> Failure {
    let sentence = match why.example() {
        Some(example) => format!("{}: `--data '{example}'`", why.problem()),
        None => why.problem(),
    };
    Failure::new(slug!("request.bad-act"), sentence)
}

/// What staff may do, each act with its fields and an example.
fn listed(allowed: &AllowedActs, id: &str, colour: Colour) -> String {
    if allowed.acts.is_empty() {
        return "Nothing can be done to this request now.\n".to_owned();
    }
    let acts = allowed.acts.iter().map(|act| described(act, id, colour));
    acts.collect::<Vec<_>>().join("\n")
}

fn described(act: &AllowedAct, id: &str, colour: Colour) -> String {
    let mut text = format!("{}\n  {}\n", colour.paint(Tone::Title, &act.action), act.does);
    for field in &act.fields {
        let required = if field.required { ", required" } else { "" };
        text += &format!("  {}{required}: {}. {}\n", field.name, takes(field), field.about);
    }
    let options: String = match act.example.is_empty() {
        true => String::new(),
        false => format!(" --data '{}'", act.example.json()),
    };
    text += &colour.paint(Tone::Faint, format!("  illgate requests act {id} {}{options}\n", act.action));
    text
}

fn takes(field: &ActField) -> String {
    match field.many {
        true => format!("a list, each {}", field.expects),
        false => field.expects.clone(),
    }
}

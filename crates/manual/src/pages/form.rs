//! What was filled in, as an act. Which fields there are says the table of acts. Must never let through what the form did not ask for.

use acts::{self, Act, ActError, ActFault, ActKind, Count, FieldInfo};

use super::Filling;
use crate::offers;

/// The field of the staff's own words, which are kept with the request.
pub(super) const NOTE: &str = "note";
/// The longest note.
const MAX_NOTE: usize = 1000;

/// What was told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FormData {
    pub(super) act: Act,
    pub(super) note: String,
}

/// Reads the fields of the form of an act; else says what to correct.
pub(super) fn read(kind: ActKind, filled: &Filling) -> Result<FormData, String> {
    let text = |name: &str| filled.get(name).map(|text| text.trim()).unwrap_or_default();
    let mut given = acts::Fields::default();
    for field in fields(kind) {
        let text = text(field.name);
        if text.is_empty() {
            continue;
        }
        match field.count {
            Count::One => given.set(field.name, text),
            Count::Many => given.set(field.name, lines(text)),
        }
    }
    let act = Act::new(kind, given).map_err(|why| correction(&why))?;
    let note = text(NOTE);
    if note.chars().count() > MAX_NOTE {
        return Err(format!("the note has more than {MAX_NOTE} characters: shorten it"));
    }
    Ok(FormData { act, note: note.to_owned() })
}

/// The fields of the act that its form asks for; a file is given instead of the address of a copy.
pub(super) fn fields(kind: ActKind) -> impl Iterator<Item = &'static FieldInfo> {
    kind.info().fields().filter(move |field| !(asks_file(kind) && field.name == "url"))
}

/// Whether the form of this act asks for a file.
pub(super) fn asks_file(kind: ActKind) -> bool {
    kind == ActKind::DeliverCopy
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What to correct, in the words of the form.
fn correction(why: &ActError) -> String {
    let info = why.act.info();
    let label = |name: &str| {
        info.field(name).map_or_else(|| name.to_owned(), |field| offers::label(field).to_owned())
    };
    match &why.fault {
        ActFault::Missing { fields } | ActFault::NoneOf { fields } => {
            let labels: Vec<&str> = fields.iter().map(|field| offers::label(field)).collect();
            format!("fill in: {}", labels.join(", "))
        }
        ActFault::Value { field, takes } if takes.codes().is_empty() => {
            format!("{}: it must be {takes}", label(field))
        }
        ActFault::Value { field, .. } => format!("{}: choose one", label(field)),
        ActFault::OneOnly { field } => format!("{}: write one", label(field)),
        ActFault::Twice { field } => format!("{}: one is there twice, write each once", label(field)),
        ActFault::TooMany { field, most } => format!("{}: too many, {most} at most", label(field)),
        ActFault::UnknownField { .. } => why.problem(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(pairs: &[(&str, &str)]) -> Filling {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn each_form_becomes_its_act() {
        let all = filled(&[
            ("reason", "NotOnShelf"),
            ("volumes", " 31183 \r\n\r\nvol-2\r\n"),
            ("instead-of", "31199"),
            ("due", "2027-01-15"),
            ("answer", "yes"),
            ("note", " with a smile "),
            ("url", "https://elsewhere.example/"),
            ("colour", "green"),
        ]);
        for kind in offers::all() {
            let read = read(kind, &all).unwrap_or_else(|why| panic!("{kind}: {why}"));
            assert_eq!((read.act.kind(), read.note.as_str()), (kind, "with a smile"));
            let mut wanted = acts::Fields::default();
            for field in
                kind.info().fields().filter(|field| kind != ActKind::DeliverCopy || field.name != "url")
            {
                match field.name {
                    "volumes" => wanted.set("volumes", vec!["31183".to_owned(), "vol-2".to_owned()]),
                    "instead-of" => wanted.set("instead-of", vec!["31199".to_owned()]),
                    name => wanted.set(name, all[name].as_str()),
                }
            }
            assert_eq!(read.act.fields(), wanted, "{kind}");
        }
        let empty = read(ActKind::Ship, &Filling::new()).unwrap();
        assert!(empty.act.fields().is_empty());
    }

    #[test]
    fn what_does_not_fit_is_said_and_what_to_do() {
        let many: String = (0..101).map(|n| format!("{n}\n")).collect();
        for (kind, name, text, says) in [
            (ActKind::Unfilled, "reason", "", "fill in: Why it cannot be supplied"),
            (ActKind::Unfilled, "reason", "Whatever", "Why it cannot be supplied: choose one"),
            (ActKind::AnswerCancel, "answer", "perhaps", "Your answer: choose one"),
            (ActKind::Ship, "due", "15/1/2027", "Due back: it must be a date such as"),
            (ActKind::Ship, "volumes", "1\n1", "twice"),
            (ActKind::Receive, "volumes", &many, "too many"),
            (ActKind::WillSupply, "note", &"x".repeat(1001), "shorten"),
        ] {
            let why = read(kind, &filled(&[(name, text)])).unwrap_err();
            assert!(why.contains(says), "{why}");
        }
    }
}

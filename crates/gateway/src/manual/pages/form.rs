//! What was filled in, as an act. Must never let through what the form did not ask for.

use iso18626::{Open, ReasonUnfilled};
use jiff::civil::Date;

use super::Fields;
use crate::manual::{Act, ActKind, ItemBarcode, YesNo};

/// The most pieces that one form names.
const PIECES: usize = 100;
/// The longest note.
const NOTE: usize = 1000;

/// The reasons that can be chosen, as the page says them.
pub(super) const REASONS: &[(ReasonUnfilled, &str)] = &[
    (ReasonUnfilled::NotOnShelf, "It is not on the shelf"),
    (ReasonUnfilled::NotHeld, "We do not have it"),
    (ReasonUnfilled::NonCirculating, "It does not leave the house"),
    (ReasonUnfilled::NotAvailableForILL, "It is not lent to other libraries"),
    (ReasonUnfilled::PoorCondition, "It is in too poor a condition"),
    (ReasonUnfilled::PolicyProblem, "Our rules do not allow it"),
];

/// What was told.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) act: Act,
    pub(super) note: String,
}

/// Reads the fields of the form of an act; else says what to correct.
pub(super) fn read(kind: &ActKind, fields: &Fields) -> Result<Told, String> {
    let field = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
    let items = || items(field("items"));
    let act = match kind {
        ActKind::WillSupply => Act::WillSupply,
        ActKind::CannotSupply => Act::CannotSupply { reason: reason(field("reason"))? },
        ActKind::Ship => Act::Ship { items: items()?, due: due(field("due"))? },
        ActKind::CheckIn => Act::CheckIn { items: items()? },
        ActKind::Receive => Act::Receive { items: items()? },
        ActKind::ShipBack => Act::ShipBack { items: items()? },
        ActKind::AnswerCancel => Act::AnswerCancel { answer: answer(field("answer"))? },
        ActKind::AnswerRenewal => {
            Act::AnswerRenewal { answer: answer(field("answer"))?, due: due(field("due"))? }
        }
        ActKind::DeliverCopy => Act::DeliverCopy,
        ActKind::Other(name) => Act::Other { name: name.clone() },
    };
    let note = field("note");
    if note.chars().count() > NOTE {
        return Err(format!("the note has more than {NOTE} characters: shorten it"));
    }
    Ok(Told { act, note: note.to_owned() })
}

/// Whether the form of this act asks for barcodes.
pub(super) fn asks_items(kind: &ActKind) -> bool {
    matches!(kind, ActKind::Ship | ActKind::CheckIn | ActKind::Receive | ActKind::ShipBack)
}

/// Whether the form of this act asks for a file.
pub(super) fn asks_file(kind: &ActKind) -> bool {
    *kind == ActKind::DeliverCopy
}

/// Whether the form of this act asks yes or no.
pub(super) fn asks_answer(kind: &ActKind) -> bool {
    matches!(kind, ActKind::AnswerCancel | ActKind::AnswerRenewal)
}

/// Whether the form of this act asks until when.
pub(super) fn asks_due(kind: &ActKind) -> bool {
    matches!(kind, ActKind::Ship | ActKind::AnswerRenewal)
}

fn answer(text: &str) -> Result<YesNo, String> {
    match text {
        "yes" => Ok(YesNo::Yes),
        "no" => Ok(YesNo::No),
        _ => Err("choose yes or no".to_owned()),
    }
}

fn reason(text: &str) -> Result<Open<ReasonUnfilled>, String> {
    let known = REASONS.iter().map(|(reason, _)| Open::from(*reason)).find(|reason| reason.value == text);
    known.ok_or_else(|| "choose why it cannot be supplied".to_owned())
}

/// One barcode a line.
fn items(text: &str) -> Result<Vec<ItemBarcode>, String> {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.len() > PIECES {
        return Err(format!("{} barcodes are too many for one parcel: {PIECES} at most", lines.len()));
    }
    let mut items: Vec<ItemBarcode> = Vec::new();
    for line in lines {
        let item = ItemBarcode::new(line).map_err(|why| why.to_string())?;
        if items.contains(&item) {
            return Err(format!("the barcode {line} stands there twice: write each once"));
        }
        items.push(item);
    }
    Ok(items)
}

fn due(text: &str) -> Result<Option<Date>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("`{text}` is not a date: write it as 2027-01-31"))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn each_form_becomes_its_act() {
        let item = |text| ItemBarcode::new(text).unwrap();
        let filled = fields(&[
            ("reason", "NotOnShelf"),
            ("items", " 31183 \r\n\r\n31184\r\n"),
            ("due", "2027-01-15"),
            ("answer", "yes"),
            ("note", " with a smile "),
        ]);
        let items = vec![item("31183"), item("31184")];
        for (kind, act) in [
            (ActKind::WillSupply, Act::WillSupply),
            (ActKind::CannotSupply, Act::CannotSupply { reason: ReasonUnfilled::NotOnShelf.into() }),
            (ActKind::Ship, Act::Ship { items: items.clone(), due: Some(date(2027, 1, 15)) }),
            (ActKind::CheckIn, Act::CheckIn { items: items.clone() }),
            (ActKind::Receive, Act::Receive { items: items.clone() }),
            (ActKind::ShipBack, Act::ShipBack { items }),
            (ActKind::AnswerCancel, Act::AnswerCancel { answer: YesNo::Yes }),
            (ActKind::AnswerRenewal, Act::AnswerRenewal { answer: YesNo::Yes, due: Some(date(2027, 1, 15)) }),
            (ActKind::DeliverCopy, Act::DeliverCopy),
            (ActKind::Other("renew".to_owned()), Act::Other { name: "renew".to_owned() }),
        ] {
            let told = read(&kind, &filled).unwrap();
            assert_eq!(told, Told { act, note: "with a smile".to_owned() });
            assert_eq!(told.act.kind(), kind);
        }
        let empty = read(&ActKind::Ship, &Fields::new()).unwrap();
        assert_eq!(empty.act, Act::Ship { items: Vec::new(), due: None });
    }

    #[test]
    fn what_does_not_fit_is_said_and_what_to_do() {
        let many: String = (0..101).map(|n| format!("{n}\n")).collect();
        for (kind, name, text, says) in [
            (ActKind::CannotSupply, "reason", "", "choose why"),
            (ActKind::CannotSupply, "reason", "Whatever", "choose why"),
            (ActKind::AnswerCancel, "answer", "perhaps", "yes or no"),
            (ActKind::Ship, "due", "15/1/2027", "write it as"),
            (ActKind::Ship, "items", "1\n1", "twice"),
            (ActKind::Receive, "items", &many, "too many"),
            (ActKind::WillSupply, "note", &"x".repeat(1001), "shorten"),
        ] {
            let why = read(&kind, &fields(&[(name, text)])).unwrap_err();
            assert!(why.contains(says), "{why}");
        }
    }

    #[test]
    fn every_reason_that_can_be_chosen_is_one_of_the_standards() {
        for (reason, says) in REASONS {
            assert_eq!(Open::from(*reason).code(), Some(*reason), "{says}");
        }
    }
}

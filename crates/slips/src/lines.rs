//! What a slip says, as named lines: both forms of it, HTML and PDF, are made of these, so that they say the same.

use super::{Courier, Slip, SlipKind, Stop};

/// A line: its name and what it says.
pub(super) struct Line {
    pub(super) name: &'static str,
    pub(super) says: String,
}

/// Lines about the item, in the order in which they are wanted at the shelf.
pub(super) fn item(slip: &Slip) -> Vec<Line> {
    let item = &slip.item;
    let mut lines = Lines::default();
    lines.say("Location", item.location.as_deref());
    lines.say("Call number", item.call_number.as_deref());
    lines.say("Title", item.title.as_deref());
    lines.say("Author", item.author.as_deref());
    lines.say("Edition", item.edition.as_deref());
    lines.say("Published", item.published.as_deref());
    lines.say("Part", item.part.as_deref());
    lines.say("Volume, pages", item.extent.as_deref());
    for (list, number) in &item.numbers {
        lines.say("Number", Some(&format!("{list} {number}")));
    }
    for volume in &slip.volumes {
        let says = match &volume.barcode {
            Some(barcode) => format!("{} [{barcode}]", volume.name),
            None => volume.name.clone(),
        };
        lines.say("Piece", Some(&says));
    }
    lines.0
}

/// Lines about the request.
pub(super) fn request(slip: &Slip) -> Vec<Line> {
    let mut lines = Lines::default();
    lines.say("Request", Some(&slip.reference));
    lines.say("Service", slip.item.service.as_deref());
    lines.say("Needed by", slip.needed_by.map(|date| date.to_string()).as_deref());
    lines.say("Due back", slip.due.map(|date| date.to_string()).as_deref());
    lines.say("For patron", slip.patron.as_ref().map(|token| token.as_str()));
    for note in &slip.notes {
        lines.say("Note", Some(note));
    }
    lines.0
}

/// The lines of an address.
pub(super) fn stop(stop: &Stop) -> Vec<String> {
    let mut lines = vec![stop.name.clone()];
    lines.extend(stop.symbol.clone());
    lines.extend(stop.address.iter().cloned());
    lines.retain(|line| !line.trim().is_empty());
    lines
}

/// What drivers sort by: the stop's code, and through which other it goes.
pub(super) fn courier(courier: &Courier) -> (String, Option<String>) {
    let code = match &courier.name {
        Some(name) => format!("{name} {}", courier.code),
        None => courier.code.clone(),
    };
    (code, courier.through.as_ref().map(|through| format!("through {through}")))
}

/// What the two libraries are to each other.
pub(super) fn sides(kind: SlipKind) -> (&'static str, &'static str) {
    match kind {
        SlipKind::Pull => ("Held by", "Wanted by"),
        SlipKind::Routing => ("From", "To"),
        SlipKind::Return => ("From", "Return to"),
    }
}

#[derive(Default)]
struct Lines(Vec<Line>);

impl Lines {
    fn say(&mut self, name: &'static str, says: Option<&str>) {
        let says = says.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        if !says.is_empty() {
            self.0.push(Line { name, says });
        }
    }
}

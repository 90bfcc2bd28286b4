//! A request's timeline for the terminal: the requester's lane on the left, the suppliers' on the right, between them what was decided.
//! Must never ask anything: it prints what it is given.

use api::model::{
    Delivery, DeliveryEnd, Direction, Leg, QueueLine, RequestDetail, RequestLine, Step, StepInput,
    StepMessage,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::output::{Colour, Tone};

/// How wide the requester's lane is.
const LANE: usize = 36;
/// How wide a time is.
const TIME: usize = 12;

/// Prints steps one after another; says the day when it changes.
pub(crate) struct Timeline {
    colour: Colour,
    legs: Vec<(String, String)>,
    day: Option<Date>,
}

impl Timeline {
    /// Names the suppliers' legs by their libraries.
    pub(crate) fn new(colour: Colour, legs: &[Leg]) -> Self {
        let mut timeline = Self { colour, legs: Vec::new(), day: None };
        timeline.name(legs);
        timeline
    }

    /// Learns of new legs.
    pub(crate) fn name(&mut self, legs: &[Leg]) {
        self.legs = legs.iter().map(|leg| (leg.leg.clone(), leg.peer.clone())).collect();
    }

    /// The line over the lanes.
    pub(crate) fn head(&self) -> String {
        let heads = format!("{:TIME$}  {:LANE$} │ {}", "UTC", "REQUESTER", "SUPPLIERS");
        format!("{}\n", self.colour.paint(Tone::Title, heads))
    }

    /// One step: its messages, then what was decided and why.
    pub(crate) fn step(&mut self, step: &Step) -> String {
        let at = step.at.to_zoned_datetime(TimeZone::UTC);
        let mut text = String::new();
        if self.day != Some(at.date()) {
            self.day = Some(at.date());
            text += &format!("{}\n", self.colour.paint(Tone::Faint, at.strftime("%A, %-d %B %Y")));
        }
        let mut time = at.strftime("%H:%M:%S%.3f").to_string();
        for line in self.lines(step) {
            let row = match line {
                Line::Left(tone, said) => {
                    let pad = " ".repeat(LANE.saturating_sub(width(&said)));
                    format!("{time:TIME$}  {}{pad} │", self.colour.paint(tone, said))
                }
                Line::Right(tone, said) => {
                    format!("{time:TIME$}  {:LANE$} │ {}", "", self.colour.paint(tone, said))
                }
                Line::Between(said) => {
                    format!("{time:TIME$}  {:LANE$} │   {}", "", self.colour.paint(Tone::Faint, said))
                }
            };
            text += row.trim_end();
            text.push('\n');
            time.clear();
        }
        text
    }

    fn lines(&self, step: &Step) -> Vec<Line> {
        let mut lines = Vec::new();
        let reply = step.messages.iter().find(|message| message.direction == Direction::Reply);
        for input in &step.inputs {
            lines.extend(self.input(input, reply));
            for problem in &input.problems {
                lines.push(Line::Between(format!("! {problem}")));
            }
        }
        for moved in &step.moves {
            let what = self.party(&moved.what);
            lines.push(Line::Between(format!("{what}: {} → {}", moved.from, moved.to)));
        }
        let mut said: Vec<&str> = Vec::new();
        // That what was sent was taken is how it goes, and says all there is to say.
        for rule in step.inputs.iter().filter(|input| !is_taken(input)).flat_map(|input| &input.rules) {
            if !rule.why.is_empty() && !said.contains(&rule.why.as_str()) {
                said.push(&rule.why);
                lines.push(Line::Between(rule.why.clone()));
            }
        }
        for message in step.messages.iter().filter(|message| message.direction == Direction::Out) {
            lines.push(self.out(message));
            for loss in &message.losses {
                lines.push(Line::Between(format!(
                    "lost in edition {}: {loss}",
                    message.edition.as_deref().unwrap_or("?")
                )));
            }
        }
        lines
    }

    fn input(&self, input: &StepInput, reply: Option<&StepMessage>) -> Option<Line> {
        let party = input.party.as_deref().unwrap_or("");
        match input.kind.as_str() {
            "message" => {
                let refused = reply.filter(|reply| reply.text.starts_with("ERROR"));
                let (tone, said) = match refused {
                    Some(_) => (Tone::Bad, format!("{} (answered ERROR)", input.text)),
                    None => (Tone::Plain, input.text.clone()),
                };
                Some(match is_requester(party) {
                    true => Line::Left(tone, right_arrow(&said)),
                    false => Line::Right(tone, format!("◀── {said}  {}", self.party(party))),
                })
            }
            "not-taken" => Some(match is_requester(party) {
                true => Line::Left(Tone::Bad, format!("✗ {}", input.text)),
                false => Line::Right(Tone::Bad, format!("✗ {}", input.text)),
            }),
            "delivery" => {
                let (tone, said) = match &input.delivery {
                    Some(Delivery { what, end: DeliveryEnd::Taken }) => {
                        (Tone::Good, format!("✓ {what} taken"))
                    }
                    Some(Delivery { what, end: DeliveryEnd::Done }) => (Tone::Good, format!("✓ {what} done")),
                    _ => (Tone::Bad, format!("✗ {}", input.text)),
                };
                Some(match is_requester(party) {
                    true => Line::Left(tone, said),
                    false => Line::Right(tone, format!("{said}  {}", self.party(party))),
                })
            }
            "timer" => Some(Line::Between(format!("⏰ {}", input.text))),
            "staff" | "resend" | "drop" => Some(Line::Between(format!("staff: {}", input.text))),
            "located" if !input.text.is_empty() => Some(Line::Between(input.text.clone())),
            "located" => None,
            other => Some(Line::Between(format!("{other}: {}", input.text))),
        }
    }

    fn out(&self, message: &StepMessage) -> Line {
        let again = if message.resends.is_some() { " (again)" } else { "" };
        let said = format!("{}{again}", message.text);
        let party = message.party.as_deref().unwrap_or("");
        match is_requester(party) {
            true => Line::Left(Tone::Plain, left_arrow(&said)),
            false => Line::Right(Tone::Plain, format!("──▶ {said}  {}", self.party(party))),
        }
    }

    /// A party as people know it: the library of a leg.
    fn party(&self, party: &str) -> String {
        match self.legs.iter().find(|(leg, _)| leg == party) {
            Some((_, peer)) => format!("[{peer}]"),
            None if party == "request" => "request".to_owned(),
            None => format!("[{party}]"),
        }
    }
}

enum Line {
    Left(Tone, String),
    Right(Tone, String),
    Between(String),
}

fn is_requester(party: &str) -> bool {
    party == "requester"
}

/// Whether it tells that a message was taken by the other side.
fn is_taken(input: &StepInput) -> bool {
    input.delivery.as_ref().is_some_and(|delivery| delivery.end == DeliveryEnd::Taken)
}

fn width(text: &str) -> usize {
    text.chars().count()
}

fn right_arrow(said: &str) -> String {
    format!("{said} {}▶", "─".repeat(LANE.saturating_sub(width(said) + 2).max(2)))
}

fn left_arrow(said: &str) -> String {
    format!("◀{} {said}", "─".repeat(LANE.saturating_sub(width(said) + 2).max(2)))
}

/// An instant for people, in UTC.
pub(crate) fn moment(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%SZ").to_string()
}

/// A request with all that happened and all that is awaited.
pub(crate) fn detail(request: &RequestDetail, colour: Colour) -> String {
    let mut text = head(&request.line, colour);
    if !request.rota.is_empty() {
        text += &section("Rota", colour);
        for line in &request.rota {
            let (tone, place) = match line.place {
                Some(place) => (Tone::Plain, format!("{place}.")),
                None => (Tone::Faint, "–".to_owned()),
            };
            let said = format!("  {place:3} {} ({})  {}", line.peer, line.symbol, line.why);
            text += &format!("{}\n", colour.paint(tone, said));
        }
    }
    if let Some(place) = &request.pickup {
        text += &format!("  {:<10} {place}\n", "pick up at");
    }
    if let Some(copy) = &request.copy {
        text += &format!("  {:<10} {copy}\n", "copy");
    }
    text += &section("Timeline", colour);
    let mut timeline = Timeline::new(colour, &request.legs);
    text += &timeline.head();
    for step in &request.timeline {
        text += &timeline.step(step);
    }
    if !request.queue.is_empty() {
        text += &section("Waiting to be sent or confirmed", colour);
        for line in &request.queue {
            text += &format!("  {}\n", queued(line, colour));
        }
    }
    if !request.line.waits.is_empty() {
        text += &section("Awaited", colour);
        for wait in &request.line.waits {
            text += &format!("  until {}  {} ({})\n", moment(wait.until), wait.why, wait.timer);
        }
    }
    if !request.line.incidents.is_empty() {
        text += &section("Needs staff", colour);
        for incident in &request.line.incidents {
            let slug = colour.paint(Tone::Warn, &incident.slug);
            let blame = incident.blame.map_or(String::new(), |blame| format!(" ({})", blame.as_str()));
            text += &format!("  {slug}{blame}  {} (since {})\n", incident.text, moment(incident.since));
        }
    }
    if !request.asked.is_empty() {
        text += &section("ILS calls that are not done", colour);
        for step in &request.asked {
            text += &format!("  {step}\n");
        }
    }
    if !request.actions.is_empty() {
        text += &section("What staff may do", colour);
        let id = &request.line.id;
        text += &format!("  illgate requests act {id} ACT --reason TEXT   with ACT one of:\n");
        text += &format!("  {}\n", request.actions.join(", "));
        text += &format!("  illgate requests acts {id}   says what each does, and its fields\n");
    }
    text
}

fn head(line: &RequestLine, colour: Colour) -> String {
    let title = line.title.as_deref().unwrap_or("(no title)");
    let mut text = format!("{}  {title}\n", colour.paint(Tone::Title, &line.id));
    let mut said = |name: &str, value: &str| text += &format!("  {name:<10} {value}\n");
    let known_as = match line.requester_request_id.as_str() {
        "" => ", not sent yet".to_owned(),
        id => format!(", as {id}"),
    };
    said("requester", &format!("{} ({}){known_as}", line.requester, line.requester_symbol));
    if let Some(service) = &line.service {
        said("service", service);
    }
    said("phase", &line.phase);
    said("told", line.told.as_deref().unwrap_or("nothing yet"));
    if let Some(supplier) = &line.supplier {
        said("supplier", supplier);
    }
    said("opened", &moment(line.opened_at));
    said("changed", &moment(line.changed_at));
    text
}

fn section(name: &str, colour: Colour) -> String {
    format!("\n{}\n", colour.paint(Tone::Title, name))
}

/// A message that waits, in a line.
pub(crate) fn queued(line: &QueueLine, colour: Colour) -> String {
    let state = match (&line.held, line.head, line.attempts) {
        (Some(incident), ..) => colour.paint(Tone::Bad, format!("held: {incident}")),
        (None, true, 0) => "to be sent now".to_owned(),
        (None, true, tries) => {
            let why = line.last_error.as_deref().unwrap_or("no answer yet");
            colour.paint(Tone::Warn, format!("{tries} sent, next {}: {why}", moment(line.next_at)))
        }
        (None, false, _) => "waits for an earlier message to this library".to_owned(),
    };
    format!("{}  to {}  {}  {state}", line.message, line.peer, line.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A brokered loan, made up, in the API's own form.
    fn fixed() -> RequestDetail {
        serde_json::from_str(include_str!("../tests/it/data/request.json")).expect("the fixed request reads")
    }

    #[test]
    fn a_request_is_shown_on_two_lanes() {
        let shown = detail(&fixed(), Colour::Plain);
        testkit::same_as_checked_in("crates/illgate/tests/it/snapshots/request.txt", &shown);
    }

    #[test]
    fn what_an_ils_did_is_told_apart_from_what_it_refused() {
        for (end, text, shown) in [
            (DeliveryEnd::Done, "check-patron/-/0: done, HTTP 200", "✓ check-patron done"),
            (DeliveryEnd::Refused, "check-patron/-/0: refused, HTTP 200", "✗ check-patron/-/0: refused"),
        ] {
            let mut request = fixed();
            let mut inputs = request.timeline.iter_mut().flat_map(|step| &mut step.inputs);
            let input = inputs.find(|input| input.delivery.is_some()).expect("something was delivered");
            input.text = text.to_owned();
            input.delivery = Some(Delivery { what: "check-patron".to_owned(), end });
            assert!(detail(&request, Colour::Plain).contains(shown), "{shown}");
        }
    }

    #[test]
    fn what_was_not_sent_is_known_to_nobody() {
        let mut request = fixed();
        request.line.requester_request_id.clear();
        assert!(detail(&request, Colour::Plain).contains(", not sent yet"));
    }
}

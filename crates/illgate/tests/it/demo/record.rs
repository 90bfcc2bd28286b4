//! What the gateway kept of a scenario, as text: the timeline of each request and every message, lane by lane. What happens in one lane has
//! an order; between lanes there is none, since they run side by side.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    net::SocketAddr,
    path::Path,
};

use api::model::{BASE, Direction, Move, RequestDetail, Step, StepInput, StepMessage, TOKEN_FILE};
use jiff::Timestamp;
use serde_json::Value;

use super::names::{Names, Times};
use crate::support::http;

/// The API of the demonstration's gateway.
pub(super) struct Gateway {
    address: SocketAddr,
    token: String,
}

/// A request and the bytes of its messages.
struct Recorded {
    detail: RequestDetail,
    bytes: BTreeMap<String, Vec<u8>>,
}

/// A message, the step it is in, and the time that it must repeat.
type Sent<'a> = (&'a Step, &'a StepMessage, Option<String>);

impl Gateway {
    /// The one with its data in this folder.
    pub(super) fn of(data: &Path) -> Self {
        let read = |name: &str| std::fs::read_to_string(data.join(name)).expect("the gateway wrote it");
        let address = read("api-address").trim().parse().expect("an address");
        Self { address, token: read(TOKEN_FILE).trim().to_owned() }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let bearer = format!("Bearer {}", self.token);
        let answer = http::exchange(
            self.address,
            "GET",
            &format!("{BASE}/{path}"),
            &[("Authorization", &bearer)],
            b"",
        );
        let answer = answer.expect("the gateway answers");
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.body
    }

    fn request(&self, id: &str) -> Recorded {
        let detail = self.get(&format!("requests/{id}"));
        let detail: RequestDetail = serde_json::from_slice(&detail).expect("a request");
        let id = &detail.line.id;
        let messages = detail.timeline.iter().flat_map(|step| &step.messages);
        let bytes = messages
            .map(|message| (message.id.clone(), self.get(&format!("requests/{id}/messages/{}", message.id))));
        Recorded { bytes: bytes.collect(), detail }
    }

    /// All records of a loan, in the order in which they were opened.
    fn loan(&self, asked: &str) -> Vec<Recorded> {
        let asked = self.request(asked).detail;
        let mut ids: BTreeSet<String> = asked.related.into_iter().map(|one| one.id).collect();
        ids.insert(asked.line.id);
        ids.iter().map(|id| self.request(id)).collect()
    }

    /// All of a scenario, as `illgate demo --json` tells of it.
    pub(super) fn record(&self, played: &Value) -> String {
        let mut text = format!("{}: {}\n", words(&played["scenario"]), words(&played["outcome"]));
        let mut names = Names::default();
        let asked = played["requests"].as_array().into_iter().flatten();
        let loans: Vec<Vec<Recorded>> = asked.map(|asked| self.loan(words(asked))).collect();
        let now = loans.first().map_or(Timestamp::UNIX_EPOCH, |first| first[0].detail.line.opened_at);
        for step in played["steps"].as_array().into_iter().flatten() {
            let _ = writeln!(text, "{}", names.of(words(step), Times { now, echo: None }));
        }
        for loan in &loans {
            names.another_loan();
            for request in loan {
                request.write(&mut text, &mut names);
            }
        }
        text
    }
}

impl Recorded {
    fn write(&self, text: &mut String, names: &mut Names) {
        let line = &self.detail.line;
        let of = line.library.as_deref().map_or(String::new(), |library| format!(" of {library}"));
        let id = names.of(&line.id, Times { now: line.opened_at, echo: None });
        let _ = writeln!(text, "\n==== {id}: {}{of}, {}", line.machine, line.phase);
        for (strand, steps) in strands(&self.detail.timeline) {
            let _ = writeln!(text, "\n== steps: {strand}");
            let mut written = String::new();
            for step in steps {
                write_step(&mut written, step, names);
            }
            text.push_str(&in_the_usual_order(&strand, &written));
        }
        for (lane, messages) in self.lanes() {
            let _ = writeln!(text, "\n== messages: {lane}");
            for (step, message, echo) in messages {
                let times = Times { now: step.at, echo: echo.as_deref() };
                let _ = writeln!(text, "-- {}: {}", named(message.direction), names.of(&message.text, times));
                text.push_str(&lines(&names.of(&whole_lines(&self.bytes[&message.id]), times)));
            }
        }
    }

    /// The messages of each lane. What the gateway sent stands before its answer, which may come when more was sent; so it stands apart
    /// from what the other side sent.
    fn lanes(&self) -> BTreeMap<String, Vec<Sent<'_>>> {
        let mut lanes: BTreeMap<String, Vec<Sent<'_>>> = BTreeMap::new();
        let timeline = &self.detail.timeline;
        for step in timeline {
            let asked = step.inputs.first().and_then(|input| input.message.as_deref());
            for message in &step.messages {
                let lane = |whose: &str| {
                    let (party, peer) = (said(message.party.as_ref()), said(message.peer.as_ref()));
                    format!("{party}, {peer}: {whose}")
                };
                match message.direction {
                    // Stands with what it answers.
                    Direction::In if asked.is_some() => {}
                    Direction::Out => {
                        let lane = lanes.entry(lane("what the gateway sent")).or_default();
                        lane.push((step, message, None));
                        lane.extend(
                            self.answers(&message.id)
                                .map(|(step, answer)| (step, answer, self.own_time(&message.id))),
                        );
                    }
                    Direction::In => {
                        lanes.entry(lane("what it sent")).or_default().push((step, message, None))
                    }
                    Direction::Reply => {
                        let answered = step.messages.iter().find(|other| other.direction == Direction::In);
                        let echo = answered.and_then(|other| self.own_time(&other.id));
                        lanes.entry(lane("what it sent")).or_default().push((step, message, echo));
                    }
                }
            }
        }
        lanes
    }

    /// What came back for a message.
    fn answers(&self, id: &str) -> impl Iterator<Item = (&Step, &StepMessage)> {
        let about =
            move |step: &&Step| step.inputs.first().is_some_and(|input| input.message.as_deref() == Some(id));
        let steps = self.detail.timeline.iter().filter(about);
        steps
            .flat_map(|step| step.messages.iter().map(move |message| (step, message)))
            .filter(|(_, message)| message.direction == Direction::In)
    }

    /// The time that a message has in its header.
    fn own_time(&self, id: &str) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes[id]);
        let (_, after) = text.split_once("<timestamp>")?;
        after.split_once("</timestamp>").map(|(time, _)| time.to_owned())
    }
}

/// The steps by what they came from, since only those from one side have an order: its messages, and its answers to what it was sent.
fn strands(timeline: &[Step]) -> BTreeMap<String, Vec<&Step>> {
    let mut strands: BTreeMap<String, Vec<&Step>> = BTreeMap::new();
    for step in timeline {
        let strand = step.inputs.first().map(|input| match (&input.party, input.kind.as_str()) {
            (Some(party), "delivery") => format!("{party}, what it was sent"),
            (Some(party), _) => party.clone(),
            (None, _) => "the request".to_owned(),
        });
        strands.entry(strand.unwrap_or_else(|| "nobody".to_owned())).or_default().push(step);
    }
    strands
}

fn write_step(text: &mut String, step: &Step, names: &mut Names) {
    let times = Times { now: step.at, echo: None };
    let mut out = String::new();
    for StepInput { kind, text, problems, rules, .. } in &step.inputs {
        let rules: Vec<String> = rules.iter().map(|rule| format!("{}/{}", rule.table, rule.rule)).collect();
        let _ = writeln!(out, "{kind} {text} => {}", rules.join(", "));
        for problem in problems {
            let _ = writeln!(out, "    problem: {problem}");
        }
    }
    for Move { what, from, to, rule } in &step.moves {
        let _ = writeln!(out, "    {what}: {from} -> {to} ({rule})");
    }
    for message in step.messages.iter().filter(|message| message.direction != Direction::In) {
        let resends = message.resends.as_ref().map_or(String::new(), |of| format!(", again {of}"));
        let _ = writeln!(
            out,
            "    {} {}: {}{resends}",
            named(message.direction),
            said(message.party.as_ref()),
            message.text
        );
        for loss in &message.losses {
            let _ = writeln!(out, "        loses {loss}");
        }
    }
    text.push_str(&names.of(&out, times));
}

/// A supplier's first message may come before its answer to the request is read, most of all where the gateway was killed between the two
/// and has asked again. The leg then moves one step later or earlier, and goes on alike: this is told as it mostly is.
fn in_the_usual_order(strand: &str, steps: &str) -> String {
    match strand.split_once(", ") {
        None => steps.replace(&format!("{strand}: sending -> "), &format!("{strand}: asked -> ")),
        Some((leg, _)) => {
            let taken = format!(" => leg/taken\n    {leg}: sending -> asked (taken)\n");
            let confirmed = "delivery request: confirmed, HTTP 200";
            steps
                .replace(" => leg/taken-already\n", &taken)
                .replace("delivery request: never confirmed, but answered by a message", confirmed)
        }
    }
}

fn named(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "in",
        Direction::Out => "out",
        Direction::Reply => "reply",
    }
}

fn said(what: Option<&String>) -> &str {
    what.map_or("nobody", String::as_str)
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// Bytes as text. The lines of a mail are joined where only its encoding broke them.
fn whole_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    match text.contains("Content-Transfer-Encoding: quoted-printable") {
        true => text.replace("=\r\n", ""),
        false => text.into_owned(),
    }
}

/// The same, to be read: an element begins a line; where the bytes themselves end a line there is a mark.
fn lines(text: &str) -> String {
    let broken = text.replace("\r\n", "↵").replace('\n', "⏎\n").replace('↵', "↵\n").replace("><", ">\n<");
    let mut out = String::new();
    for line in broken.split_inclusive('\n') {
        out.push_str("  ");
        out.push_str(line);
    }
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

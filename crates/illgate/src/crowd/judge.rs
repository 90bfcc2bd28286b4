//! Whether a request ended as the books of all who took part say. Must never take anybody's word for another's: each book is compared with the
//! requester's.

use api::model::RequestLine;
use iso18626::Status;
use simulator::AskedOf;

use super::part::Part;

/// What the books say of one request.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) part: &'a Part,
    /// How it ended for its requester; or why it did not.
    pub(super) end: Result<Status, String>,
    /// What each library that was asked has in its books: its id in the registry, and its own record.
    pub(super) asked: Vec<(String, &'a AskedOf)>,
    /// What the gateway has.
    pub(super) lines: Vec<&'a RequestLine>,
    /// Through which other brokers it went, each time once.
    pub(super) relayed: Vec<&'a str>,
    /// Whether its requester asks the gateway itself.
    pub(super) is_direct: bool,
}

/// Everything in which the books differ.
pub(super) fn judge(facts: &Facts<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    match &facts.end {
        Err(why) => wrong.push(format!("it did not end: {why}")),
        Ok(end) => {
            if !facts.part.play.ends.contains(end) {
                wrong.push(format!("it ended as {end}, not as {}", words(facts.part.play.ends)));
            }
            suppliers(facts, end, &mut wrong);
            gateway(facts, end, &mut wrong);
        }
    }
    rounds(facts, &mut wrong);
    incidents(facts, &mut wrong);
    wrong
}

fn is_supplied(end: &Status) -> bool {
    matches!(end, Status::LoanCompleted | Status::CopyCompleted | Status::CompletedWithoutReturn)
}

/// One supplier sent it, once, and it ended there as for the requester; or none did.
fn suppliers(facts: &Facts<'_>, end: &Status, wrong: &mut Vec<String>) {
    let sent: u32 = facts.asked.iter().map(|(_, record)| record.sent).sum();
    let by = || {
        let each = facts.asked.iter().filter(|(_, record)| record.sent > 0);
        each.map(|(library, record)| format!("{library} {} times, {}", record.sent, record.status))
            .collect::<Vec<_>>()
            .join("; ")
    };
    match (is_supplied(end), sent) {
        (true, 0) => wrong.push(format!("{end}, and nobody sent it")),
        (true, 1) => {
            let sender = facts.asked.iter().find(|(_, record)| record.sent == 1);
            if let Some((library, record)) = sender.filter(|(_, record)| record.status != *end) {
                wrong.push(format!("{end} for the requester, {} for {library}, who sent it", record.status));
            }
        }
        (false, 0) => {}
        (true, _) => wrong.push(format!("sent more than once: {}", by())),
        (false, _) => wrong.push(format!("{end}, and it was sent: {}", by())),
    }
}

/// Where a request of the gateway stands when nothing more is to come.
const OVER: [&str; 4] = ["completed", "unfilled", "cancelled", "closed"];
/// The machine in the middle: the others are a hosted library's own.
const BROKERING: &str = "brokering";

/// The gateway has told what was heard, of the library that sent it, and awaits nothing.
fn gateway(facts: &Facts<'_>, end: &Status, wrong: &mut Vec<String>) {
    for line in &facts.lines {
        if !OVER.contains(&line.phase.as_str()) {
            wrong.push(format!("the gateway has {} as {}", line.id, line.phase));
        }
        if let Some(wait) = line.waits.first() {
            wrong.push(format!("the gateway awaits something of {}: {}", line.id, wait.why));
        }
    }
    let between: Vec<_> = facts.lines.iter().filter(|line| line.machine == BROKERING).collect();
    let told = |line: &&&&RequestLine| line.told.as_deref() == Some(end.as_str());
    let same = between.iter().filter(told).count();
    match (facts.is_direct, between.len(), same) {
        (true, 1, 1) => {}
        (true, lines, _) => {
            let told: Vec<_> = between.iter().filter_map(|line| line.told.as_deref()).collect();
            wrong.push(format!("{end} was heard; the gateway has {lines} requests, and told {told:?}"));
        }
        // Behind another broker each supplier that is asked through the gateway is a request of its own there.
        (false, _, 1) => {}
        (false, _, same) if is_supplied(end) => {
            wrong.push(format!("{end} was heard; the gateway told that in {same} requests"));
        }
        (false, ..) => {}
    }
}

/// Nobody was asked more often than its scenario asks for, and no broker had it twice.
fn rounds(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    let again = facts.part.play.plan.contains("retry ");
    for (library, record) in &facts.asked {
        if record.ids.len() > 1 + usize::from(again) {
            wrong.push(format!("{library} was asked {} times: {}", record.ids.len(), record.ids.join(", ")));
        }
        let records = facts.asked.iter().filter(|(other, _)| other == library).count();
        if records > 1 {
            wrong.push(format!("{library} was asked for it in {records} separate requests"));
        }
    }
    for broker in &facts.relayed {
        let times = facts.relayed.iter().filter(|other| *other == broker).count();
        if times > facts.part.suppliers.len() {
            wrong.push(format!("{broker} had it {times} times"));
        }
    }
    let between = facts.lines.iter().filter(|line| line.machine == BROKERING).count();
    if between > facts.part.suppliers.len() {
        wrong.push(format!("the gateway had it {between} times"));
    }
}

/// Nothing that was played to its end needs staff.
fn incidents(facts: &Facts<'_>, wrong: &mut Vec<String>) {
    for incident in facts.lines.iter().flat_map(|line| &line.incidents) {
        wrong.push(format!("an incident that nobody expects: {}: {}", incident.slug, incident.text));
    }
}

fn words(ends: &[Status]) -> String {
    ends.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use api::model::Incident;

    use super::{
        super::{cast::Who, plays::PLAYS},
        *,
    };

    /// Books that agree: a loan that one library sent and has back.
    struct Case {
        part: Part,
        end: Result<Status, String>,
        asked: Vec<(String, AskedOf)>,
        lines: Vec<RequestLine>,
        relayed: Vec<&'static str>,
    }

    fn asked(sent: u32, status: Status) -> AskedOf {
        AskedOf {
            requester: "ISIL:R".to_owned(),
            ids: vec!["k-1".to_owned()],
            title: "T".to_owned(),
            status,
            sent,
        }
    }

    fn line(phase: &str, told: Status) -> RequestLine {
        RequestLine {
            id: "req_1".to_owned(),
            machine: BROKERING.to_owned(),
            phase: phase.to_owned(),
            told: Some(told.to_string()),
            ..RequestLine::default()
        }
    }

    fn agreeing() -> Case {
        let part = Part {
            play: &PLAYS[0],
            requester: Who::Member(0),
            suppliers: vec![Who::Member(1)],
            title: "Crowd".to_owned(),
            barcode: "C-0".to_owned(),
        };
        Case {
            part,
            end: Ok(Status::LoanCompleted),
            asked: vec![("one".to_owned(), asked(1, Status::LoanCompleted))],
            lines: vec![line("completed", Status::LoanCompleted)],
            relayed: Vec::new(),
        }
    }

    fn verdict(case: &Case) -> Vec<String> {
        judge(&Facts {
            part: &case.part,
            end: case.end.clone(),
            asked: case.asked.iter().map(|(library, record)| (library.clone(), record)).collect(),
            lines: case.lines.iter().collect(),
            relayed: case.relayed.clone(),
            is_direct: true,
        })
    }

    #[test]
    fn books_that_agree_are_right() {
        assert_eq!(verdict(&agreeing()), Vec::<String>::new());
    }

    #[test]
    fn every_difference_of_the_books_is_found() {
        type Spoil = fn(&mut Case);
        let rows: [(&str, Spoil); 13] = [
            ("it did not end", |case| case.end = Err("nothing was heard".to_owned())),
            ("it ended as Unfilled", |case| case.end = Ok(Status::Unfilled)),
            ("and nobody sent it", |case| case.asked[0].1.sent = 0),
            ("sent more than once", |case| case.asked[0].1.sent = 2),
            ("sent more than once", |case| {
                case.asked.push(("two".to_owned(), asked(1, Status::Loaned)));
            }),
            ("and it was sent", |case| case.end = Ok(Status::Cancelled)),
            ("Loaned for one", |case| case.asked[0].1.status = Status::Loaned),
            ("the gateway has req_1 as on-loan", |case| case.lines[0].phase = "on-loan".to_owned()),
            ("and told [\"Unfilled\"]", |case| case.lines[0].told = Some("Unfilled".to_owned())),
            ("one was asked 2 times", |case| case.asked[0].1.ids.push("k-2".to_owned())),
            ("the gateway had it 2 times", |case| {
                let again = case.lines[0].clone();
                case.lines.push(again);
            }),
            ("nobody expects: item.lost", |case| {
                case.lines[0].incidents.push(Incident {
                    slug: "item.lost".to_owned(),
                    blame: None,
                    text: "It is lost.".to_owned(),
                    party: "leg-0".to_owned(),
                    since: jiff::Timestamp::UNIX_EPOCH,
                });
            }),
            ("OTHER had it 2 times", |case| case.relayed = vec!["OTHER", "OTHER"]),
        ];
        for (wrong, spoil) in rows {
            let mut case = agreeing();
            spoil(&mut case);
            let found = verdict(&case);
            assert!(found.iter().any(|sentence| sentence.contains(wrong)), "{wrong}: {found:?}");
        }
    }
}

//! A broker between native libraries: nothing acknowledged is lost, nothing sticks, nothing is done twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use iso18626::{Message, ReasonForMessage, RequestType, Status};
use simulator::{Conversation, Direction, Library, NewRequest};

use crate::support::{daemon::Daemon, free_address, wait_for, world::World};

/// Requests that are begun in each round.
const REQUESTS: usize = 6;
/// How long everything may take to come to its end after the last kill.
const SETTLING: Duration = Duration::from_secs(120);

/// A loan and how it must end.
struct Course {
    title: &'static str,
    copy: bool,
    plan: &'static str,
    end: Status,
}

const COURSES: [Course; REQUESTS] = [
    Course { title: "lent at once", copy: false, plan: RETURNS, end: Status::LoanCompleted },
    Course { title: "lent by the second", copy: false, plan: RETURNS, end: Status::LoanCompleted },
    Course { title: "held by nobody", copy: false, plan: "", end: Status::Unfilled },
    Course {
        title: "dear",
        copy: false,
        plan: "retry on retry-possible cost 15.00 USD, received on loaned, shipped-return after 20ms",
        end: Status::LoanCompleted,
    },
    Course {
        title: "promised and cancelled",
        copy: false,
        plan: "cancel on will-supply",
        end: Status::Cancelled,
    },
    Course { title: "copied", copy: true, plan: "", end: Status::CopyCompleted },
];
const RETURNS: &str = "received on loaned, shipped-return after 20ms";

#[test]
fn nothing_is_lost_or_stuck_on_redb() {
    rounds("redb");
}

#[test]
fn nothing_is_lost_or_stuck_on_sled() {
    rounds("sled");
}

fn rounds(engine: &str) {
    let rounds = super::asked_for();
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let address = free_address();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let world = runtime.block_on(World::around(address));
    Daemon::start_at(&store, engine, address).apply(&world.registry());

    let mut begun = Vec::new();
    for round in 0..rounds {
        let gateway = Daemon::start_at(&store, engine, address);
        for (number, course) in COURSES.iter().enumerate() {
            let requester = world.requesters[(round as usize + number) % world.requesters.len()].clone();
            let request = request(round, course);
            begun.push((course, runtime.spawn(async move { requester.send_request(request).await })));
        }
        // Another instant in each round: from before the first answer to well into the loans.
        gateway.kill_after(Duration::from_millis(u64::from((round * 37) % 400)));
    }

    let gateway = Daemon::start_at(&store, engine, address);
    let mut ended = 0;
    for (course, asked) in begun {
        let conversation = runtime
            .block_on(asked)
            .expect("the requester does not panic")
            .unwrap_or_else(|why| panic!("{}: the request was not taken: {why}", course.title));
        let told = times_told(&conversation, &course.end);
        assert_eq!(told, 1, "{}: one final answer, not {told}: {:?}", course.title, statuses(&conversation));
        ended += 1;
    }
    assert_eq!(ended, rounds as usize * REQUESTS);
    nothing_sticks(&gateway, ended);
    suppliers_were_asked_once(&world.suppliers);
}

fn request(round: u32, course: &Course) -> NewRequest {
    let title = format!("{} ({round})", course.title);
    let request = if course.copy { NewRequest::copy(&title) } else { NewRequest::loan(&title) };
    match course.plan {
        "" => request,
        plan => request.plan(plan.parse().expect("the plan is one")),
    }
}

/// Waits until the final status has been told; gives how often it was.
fn times_told(conversation: &Conversation, end: &Status) -> usize {
    let told = || {
        let heard = conversation.heard();
        let finals = heard.iter().filter(|heard| heard.status_info.status == *end).filter(|heard| {
            let reason = &heard.message_info.reason_for_message;
            !matches!(reason, ReasonForMessage::Notification | ReasonForMessage::StatusRequestResponse)
        });
        Some(finals.count()).filter(|&times| times > 0)
    };
    let what = || format!("{end} of {}: {:?}", conversation.id(), statuses(conversation));
    wait_for(what, SETTLING, told)
}

fn statuses(conversation: &Conversation) -> Vec<String> {
    let heard = conversation.heard();
    heard.iter().map(|m| format!("{} {}", m.message_info.reason_for_message, m.status_info.status)).collect()
}

/// Nothing waits to be sent, and every request is closed.
fn nothing_sticks(gateway: &Daemon, expected: usize) {
    wait_for(
        || "an empty queue".to_owned(),
        SETTLING,
        || {
            let queue = gateway.json(&["queue", "list"]);
            queue
                .as_array()
                .or_else(|| queue["messages"].as_array())
                .filter(|lines| lines.is_empty())
                .map(|_| ())
        },
    );
    let lines = every_request(gateway);
    assert_eq!(lines.len(), expected, "every request that was taken is there, once");
    for line in lines {
        assert_eq!(line["incidents"].as_array().map(Vec::len), Some(0), "{line}");
        assert_eq!(line["waits"].as_array().map(Vec::len), Some(0), "{line}");
    }
}

/// Page by page.
fn every_request(gateway: &Daemon) -> Vec<serde_json::Value> {
    let mut lines = Vec::new();
    let mut arguments =
        vec!["requests".to_owned(), "list".to_owned(), "--limit".to_owned(), "200".to_owned()];
    loop {
        let page = gateway.json(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        lines.extend(page["requests"].as_array().expect("the list has its requests").iter().cloned());
        let Some(next) = page["next"].as_str() else { return lines };
        arguments.truncate(4);
        arguments.extend(["--cursor".to_owned(), next.to_owned()]);
    }
}

/// A supplier may get a message again, byte for byte. It never gets one request in two ways; a retry is a request of its own.
fn suppliers_were_asked_once(suppliers: &[Arc<Library>]) {
    for supplier in suppliers {
        let mut asked = BTreeMap::<Option<String>, BTreeSet<Arc<[u8]>>>::new();
        for entry in supplier.flow().entries() {
            let (Direction::In, Some(Message::Request(request))) = (entry.direction, &entry.message) else {
                continue;
            };
            let retry = request.service_info.as_ref().and_then(|service| service.request_type.as_ref());
            if retry != Some(&RequestType::Retry) {
                asked
                    .entry(request.bibliographic_info.title.clone())
                    .or_default()
                    .insert(entry.bytes.clone());
            }
        }
        assert!(!asked.is_empty(), "{} was asked for something", supplier.symbol());
        for (title, ways) in asked {
            assert_eq!(ways.len(), 1, "{} was asked for {title:?} in {} ways", supplier.symbol(), ways.len());
        }
    }
}

//! Killed at any instant, it restarts into the state it would have had: nothing acknowledged is lost, nothing sticks, nothing is done
//! twice. `ILLGATE_KILL_ROUNDS` says how often each engine is killed; `conformance-tests/kill-rounds` runs many.

use std::{net::SocketAddr, path::Path, time::Duration};

use iso18626::{MessageKind, ReasonForMessage, Status};
use simulator::{Conversation, Direction, Library, NewRequest};

use crate::support::{daemon::Daemon, free_address, pause, wait_for, world::World};

/// Rounds where nobody says otherwise: enough to see a broken promise, few enough for every run.
const USUAL_ROUNDS: u32 = 4;
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
    Course { title: "promised and cancelled", copy: false, plan: "cancel on will-supply", end: Status::Cancelled },
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
    let rounds =
        std::env::var("ILLGATE_KILL_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(USUAL_ROUNDS);
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = home.path().join("data");
    std::fs::create_dir(&store).expect("a folder for the store");
    let address = free_address();
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    let world = runtime.block_on(World::around(address));
    apply(&store, engine, address, &world);

    let mut begun = Vec::new();
    for round in 0..rounds {
        let gateway = Daemon::start_at(&store, engine, address);
        for (number, course) in COURSES.iter().enumerate() {
            let requester = &world.requesters[(round as usize + number) % world.requesters.len()];
            begun.push((course, runtime.spawn(begin(requester, round, course))));
        }
        // Another instant in each round: from before the first answer to well into the loans.
        pause(Duration::from_millis(u64::from((round * 37) % 400)));
        gateway.kill();
    }

    let gateway = Daemon::start_at(&store, engine, address);
    let mut ended = 0;
    for (course, asked) in begun {
        let conversation = runtime
            .block_on(asked)
            .expect("the requester does not panic")
            .unwrap_or_else(|why| panic!("{}: the request was not taken: {why}", course.title));
        let last = wait_for_within("the end", SETTLING, &conversation, &course.end);
        assert_eq!(last, 1, "{}: one final answer, not {last}: {:?}", course.title, statuses(&conversation));
        ended += 1;
    }
    assert_eq!(ended, rounds as usize * REQUESTS);
    nothing_sticks(&gateway, ended);
    suppliers_were_asked_once(&world.suppliers);
}

fn begin(
    requester: &Library,
    round: u32,
    course: &Course,
) -> impl Future<Output = Result<Conversation, simulator::SendFailure>> + use<> {
    let title = format!("{} ({round})", course.title);
    let request = if course.copy { NewRequest::copy(&title) } else { NewRequest::loan(&title) };
    let request = match course.plan {
        "" => request,
        plan => request.plan(plan.parse().expect("the plan is one")),
    };
    requester.begin_request(request)
}

fn apply(store: &Path, engine: &str, address: SocketAddr, world: &World) {
    let gateway = Daemon::start_at(store, engine, address);
    let file = store.join("../peers.toml");
    std::fs::write(&file, world.registry()).expect("the registry file");
    let output = gateway.command(&["peers", "apply", &file.display().to_string(), "--yes"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// How often the final status was told, once it was.
fn wait_for_within(what: &str, limit: Duration, conversation: &Conversation, end: &Status) -> usize {
    let told = || {
        conversation
            .heard()
            .iter()
            .filter(|heard| heard.status_info.status == *end)
            .filter(|heard| heard.message_info.reason_for_message != ReasonForMessage::Notification)
            .filter(|heard| heard.message_info.reason_for_message != ReasonForMessage::StatusRequestResponse)
            .count()
    };
    wait_for(&format!("{what} of {}: {:?}", conversation.id(), statuses(conversation)), limit, || {
        Some(told()).filter(|&times| times > 0)
    })
}

fn statuses(conversation: &Conversation) -> Vec<String> {
    let heard = conversation.heard();
    heard.iter().map(|m| format!("{} {}", m.message_info.reason_for_message, m.status_info.status)).collect()
}

/// Nothing waits to be sent, and every request is closed.
fn nothing_sticks(gateway: &Daemon, expected: usize) {
    wait_for("an empty queue", SETTLING, || {
        let queue = gateway.json(&["queue", "list"]);
        queue.as_array().or_else(|| queue["messages"].as_array()).filter(|lines| lines.is_empty()).map(|_| ())
    });
    let all = gateway.json(&["requests", "list", "--limit", "10000"]);
    let lines = all["requests"].as_array().expect("the list has its requests");
    assert_eq!(lines.len(), expected, "every request that was taken is there, once");
    for line in lines {
        assert_eq!(line["incidents"].as_array().map(Vec::len), Some(0), "{line}");
        assert_eq!(line["waits"].as_array().map(Vec::len), Some(0), "{line}");
    }
}

/// A supplier may get a message again, byte for byte; it never gets two requests under one id, nor one request under two.
fn suppliers_were_asked_once(suppliers: &[Library]) {
    for supplier in suppliers {
        let mut titles = std::collections::BTreeMap::<String, std::collections::BTreeSet<String>>::new();
        for entry in supplier.flow().entries() {
            if entry.direction != Direction::In || entry.kind != Some(MessageKind::Request) {
                continue;
            }
            let text = String::from_utf8_lossy(&entry.body).into_owned();
            let title = text.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).unwrap_or_default();
            // A retry is a request of its own.
            if !text.contains("<requestType>Retry<") {
                titles.entry(title.to_owned()).or_default().insert(text);
            }
        }
        for (title, requests) in titles {
            assert_eq!(requests.len(), 1, "{}: {title} was asked for in {} ways", supplier.symbol(), requests.len());
        }
    }
}

//! Killed at any moment, the store has every commit that was acknowledged, whole. The child is this test binary, run again with
//! an environment variable; it acknowledges over a pipe and is killed with SIGKILL at random moments.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use persistence::{
    Commit, EngineKind, Entropy, LaneOp, Opened, Store, StoreConfig, SystemEntropy, TimerOp, restore,
};

use crate::support::{NOW, body, first, id, later, message, open};

const CHILD: &str = "ILLGATE_KILL_CHILD";
const ROUNDS: &str = "ILLGATE_KILL_ROUNDS";
const TASKS: u64 = 16;
/// How many commits a request gets.
const STEPS: u64 = 3;

#[test]
fn redb_keeps_what_it_acknowledged() {
    rounds(&EngineKind::Redb);
}

#[test]
fn sled_keeps_what_it_acknowledged() {
    rounds(&EngineKind::Sled);
}

/// Does nothing unless it is run as the child: then it commits until it is killed.
#[test]
fn child() {
    let Ok(task) = std::env::var(CHILD) else { return };
    let (engine, rest) = task.split_once(' ').unwrap();
    let (start, dir) = rest.split_once(' ').unwrap();
    let kind = if engine == "sled" { EngineKind::Sled } else { EngineKind::Redb };
    let start: u64 = start.parse().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let store = open(&kind, Path::new(dir));
    runtime.block_on(async {
        let tasks: Vec<_> =
            (0..TASKS).map(|task| tokio::spawn(commit_for_ever(store.clone(), start + task))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

async fn commit_for_ever(store: Store, start: u64) {
    for number in (start..).step_by(TASKS as usize) {
        let mut committed = store.commit(big(number)).await.unwrap();
        acknowledge(number, 1);
        for step in 2..=STEPS {
            let mut next = first(number);
            let mut commit =
                Commit::new(id(number), committed.version, next.record, format!("{step}").into_bytes());
            commit.record.rendered_out = vec![(message(number * 100 + step), body("<again/>"))];
            commit.lanes = committed.lanes.drain(..).map(LaneOp::Remove).collect();
            commit.lanes.push(LaneOp::Push {
                peer: "peer".to_owned(),
                message: message(number * 100 + step),
                kind: "again".to_owned(),
                next_at: NOW,
            });
            next.timers = vec![TimerOp::Set { name: "answer".to_owned(), due: later(step) }];
            commit.timers = next.timers;
            commit.counters = vec![("steps".to_owned(), 1)];
            committed = store.commit(commit).await.unwrap();
            acknowledge(number, step);
        }
    }
}

/// Now and then a body that is longer than a piece of sled, and does not compress.
fn big(number: u64) -> Commit {
    let mut commit = first(number);
    commit.counters.push(("steps".to_owned(), 1));
    if number.is_multiple_of(7) {
        let mut noise = vec![0; 30_000];
        SystemEntropy.fill(&mut noise).unwrap();
        commit.record.raw_in.as_mut().unwrap().plaintext = noise;
    }
    commit
}

/// One line, in one write: a torn line is a commit that was not acknowledged.
fn acknowledge(number: u64, step: u64) {
    let line = format!("ack {number} {step}\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    std::io::stdout().lock().flush().unwrap();
}

fn rounds(kind: &EngineKind) {
    let rounds: u64 = std::env::var(ROUNDS).ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20);
    let dir = tempfile::tempdir().unwrap();
    let mut start = 0;
    let mut total = 0;
    for round in 0..rounds {
        let mut seed = [0; 2];
        SystemEntropy.fill(&mut seed).unwrap();
        let life = Duration::from_millis(40 + u64::from(u16::from_be_bytes(seed)) % 300);
        let acknowledged = run_and_kill(kind, dir.path(), start, life);
        total += acknowledged.len();
        let last = acknowledged.iter().map(|(number, _)| *number).max().unwrap_or(start);
        verify(kind, dir.path(), &acknowledged, round);
        // Past anything the child can have begun.
        start = last + 10 * TASKS + 1;
    }
    assert!(total > 0, "nothing was acknowledged in {rounds} rounds");
    println!("{}: {total} acknowledged commits in {rounds} rounds", kind.name());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let store = open(kind, dir.path());
    let problems = runtime.block_on(store.check()).unwrap().problems;
    assert_eq!(problems, []);
    let backup = dir.path().join("backup");
    runtime.block_on(store.backup(&backup)).unwrap();
    restore(&StoreConfig { engine: EngineKind::Redb, dir: dir.path().join("restored") }, &backup).unwrap();
}

#[expect(
    clippy::disallowed_methods,
    reason = "the instant of the kill is the point: any is as good as another"
)]
fn run_and_kill(kind: &EngineKind, dir: &Path, start: u64, life: Duration) -> Vec<(u64, u64)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::child", "--exact", "--nocapture"])
        .env(CHILD, format!("{} {start} {}", kind.name(), dir.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    // The clock starts with the first acknowledgement, so that opening (and recovery) does not eat it up.
    let mut text = String::new();
    while !text.contains("ack ") {
        if out.read_line(&mut text).unwrap() == 0 {
            let mut why = String::new();
            child.stderr.take().unwrap().read_to_string(&mut why).unwrap();
            panic!("the child ended by itself: {text}{why}");
        }
    }
    let reader = std::thread::spawn(move || {
        let mut rest = Vec::new();
        out.read_to_end(&mut rest).unwrap();
        rest
    });
    std::thread::sleep(life);
    child.kill().unwrap();
    child.wait().unwrap();
    text.push_str(&String::from_utf8_lossy(&reader.join().unwrap()));
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    whole.lines().filter_map(|line| parse(&line[line.find("ack ")?..])).collect()
}

fn parse(line: &str) -> Option<(u64, u64)> {
    let mut words = line.strip_prefix("ack ")?.split(' ');
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

fn verify(kind: &EngineKind, dir: &Path, acknowledged: &[(u64, u64)], round: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = open(kind, dir);
    runtime.block_on(async {
        let mut newest = std::collections::BTreeMap::new();
        for (number, step) in acknowledged {
            let known = newest.entry(*number).or_insert(0);
            *known = (*step).max(*known);
        }
        for (number, step) in newest {
            let what = format!("{} round {round}: request {number} step {step}", kind.name());
            let stored = store.request(id(number)).await.unwrap().expect(&what);
            // A commit may have been made whose acknowledgement the kill swallowed.
            assert!(stored.version.number() == step || stored.version.number() == step + 1, "{what}");
            let now = stored.version.number();
            let steps = store.records(id(number), 0, 9).await.unwrap();
            assert_eq!(steps.len() as u64, now, "{what}");
            let bodies = steps.iter().flat_map(|step| &step.bodies);
            assert!(bodies.into_iter().all(|body| matches!(body.plaintext, Opened::Plain(_))), "{what}");
            assert_eq!(
                store.find_external(&format!("up/peer/{number}")).await.unwrap(),
                Some(id(number)),
                "{what}"
            );
            assert!(
                store.dedupe(id(number), format!("key-{number}").into_bytes()).await.unwrap().is_some(),
                "{what}"
            );
            let lane = store.request_lanes(id(number)).await.unwrap();
            assert_eq!(lane.len(), 1, "{what}");
            let sent = if now == 1 { message(number) } else { message(number * 100 + now) };
            assert_eq!(lane[0].message, sent, "{what}");
            let timers = store.request_timers(id(number)).await.unwrap();
            let due = later(if now == 1 { number } else { now });
            assert_eq!(timers.iter().map(|timer| timer.due).collect::<Vec<_>>(), [due], "{what}");
        }
    });
}

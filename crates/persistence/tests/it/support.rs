//! What the tests share: stores on each engine, and commits of a known shape. Must never assert anything itself.

use std::{path::Path, time::Duration};

use persistence::{
    Body, Commit, EngineKind, ExternalOp, LaneOp, MemoryDisk, MessageId, Place, Record, RequestId, Store,
    StoreConfig, SystemEntropy, TimerOp, UnixMillis, Version, WorklistOp,
};

pub(crate) const NOW: UnixMillis = UnixMillis::new(1_790_000_000_000);

/// So many milliseconds after `NOW`.
pub(crate) fn later(millis: u64) -> UnixMillis {
    NOW.saturating_add(Duration::from_millis(millis))
}

pub(crate) fn open(engine: &EngineKind, dir: &Path) -> Store {
    Store::open(&StoreConfig { engine: engine.clone(), dir: dir.to_owned() }, Box::new(SystemEntropy))
        .unwrap()
}

pub(crate) fn memory(disk: &MemoryDisk) -> Store {
    Store::memory(disk, Box::new(SystemEntropy)).unwrap()
}

pub(crate) fn id(number: u64) -> RequestId {
    RequestId::new(later(number), u128::from(number))
}

pub(crate) fn message(number: u64) -> MessageId {
    MessageId::new(later(number), u128::from(number))
}

pub(crate) fn body(text: &str) -> Body {
    Body {
        content_type: "application/xml".to_owned(),
        plaintext: text.as_bytes().to_vec(),
        redacted: Some(b"<redacted/>".to_vec()),
    }
}

/// The first commit of request `number`: every kind of row.
pub(crate) fn first(number: u64) -> Commit {
    let record = Record {
        at: NOW,
        input: br#"{"input":"request"}"#.to_vec(),
        events: br#"[{"event":"received"}]"#.to_vec(),
        raw_in: Some(body(&format!("<in>{number}</in>"))),
        rendered_out: vec![(message(number), body(&format!("<out>{number}</out>")))],
        reply: Some(body(&format!("<ok>{number}</ok>"))),
    };
    let mut commit =
        Commit::new(id(number), Version::NEW, record, format!(r#"{{"n":{number}}}"#).into_bytes());
    commit.dedupe.push(format!("key-{number}").into_bytes());
    commit.external.push(ExternalOp::Claim(format!("up/peer/{number}")));
    commit.worklists.push(WorklistOp::Enter(place()));
    commit.lanes.push(LaneOp::Push {
        peer: "peer".to_owned(),
        message: message(number),
        kind: "request".to_owned(),
        next_at: NOW,
    });
    commit.timers.push(TimerOp::Set { name: "answer".to_owned(), due: later(number) });
    commit.counters.push(("received".to_owned(), 1));
    commit
}

pub(crate) fn place() -> Place {
    Place { list: "new".to_owned(), library: "lib".to_owned(), since: NOW }
}

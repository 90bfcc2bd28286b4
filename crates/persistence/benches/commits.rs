//! Durable commits a second, engine by engine: 128 tasks, each commit a record with three bodies, state, indexes, lane and timer.
#![allow(missing_docs, reason = "criterion's macros make public items")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on should stop")]

use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use persistence::{
    Body, Commit, EngineKind, ExternalOp, LaneOp, MessageId, Record, RequestId, Store, StoreConfig,
    SystemEntropy, TimerOp, UnixMillis, Version,
};

const TASKS: u64 = 128;
static NEXT: AtomicU64 = AtomicU64::new(0);

fn commit(number: u64) -> Commit {
    let at = UnixMillis::new(i64::try_from(number).unwrap());
    let body = Body {
        content_type: "application/xml".to_owned(),
        plaintext: format!("<request>{number}</request>").repeat(60).into_bytes(),
        redacted: Some(b"<request/>".to_vec()),
    };
    let message = MessageId::new(at, 1);
    let record = Record {
        at,
        input: br#"{"input":"request"}"#.to_vec(),
        events: br#"[{"event":"received"}]"#.to_vec(),
        raw_in: Some(body.clone()),
        rendered_out: vec![(message, body.clone())],
        reply: Some(body),
    };
    let mut commit = Commit::new(RequestId::new(at, 1), Version::NEW, record, vec![b'{'; 400]);
    commit.dedupe.push(b"key".to_vec());
    commit.external.push(ExternalOp::Claim(format!("up/{number}")));
    commit.lanes.push(LaneOp::Push {
        peer: "peer".to_owned(),
        message,
        kind: "request".to_owned(),
        next_at: at,
    });
    commit.timers.push(TimerOp::Set { name: "answer".to_owned(), due: at });
    commit
}

fn commits(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let mut group = criterion.benchmark_group("durable commits");
    group.throughput(Throughput::Elements(TASKS)).sample_size(20);
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        let dir = tempfile::tempdir().unwrap();
        let config = StoreConfig { engine: engine.clone(), dir: dir.path().to_owned() };
        let store = Store::open(&config, Box::new(SystemEntropy)).unwrap();
        group.bench_function(engine.name(), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    let tasks: Vec<_> = (0..TASKS)
                        .map(|_| {
                            let (store, number) = (store.clone(), NEXT.fetch_add(1, Ordering::Relaxed));
                            tokio::spawn(async move { store.commit(commit(number)).await.unwrap() })
                        })
                        .collect();
                    for task in tasks {
                        task.await.unwrap();
                    }
                });
            });
        });
    }
    group.finish();
}

criterion_group!(benches, commits);
criterion_main!(benches);

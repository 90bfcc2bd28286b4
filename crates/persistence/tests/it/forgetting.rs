//! Erasure, retention and intake: what is forgotten is gone from every file, and nothing else is.

use std::{path::Path, time::Duration};

use persistence::{
    Commit, EngineKind, Erasure, IntakeEntry, IntakeId, IntakeLimits, IntakeOutcome, LaneOp, Lifecycle,
    MemoryDisk, Opened, Record, Retention, Store, UnixMillis,
};

use crate::support::{NOW, body, first, id, later, memory, message, open};

const MARKER: &str = "Zaphod-Marker-Beeblebrox";
const DAY: Duration = Duration::from_secs(86_400);

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    found
}

fn holds(bytes: &[u8], marker: &[u8]) -> bool {
    bytes.windows(marker.len()).any(|window| window == marker)
}

fn marked(number: u64) -> Commit {
    let mut commit = first(number);
    let text = format!("<patron>{MARKER}</patron>");
    commit.record.raw_in = Some(body(&text));
    commit.record.rendered_out[0].1 = body(&text);
    commit.record.reply = Some(body(&text));
    commit
}

/// Closes a request and empties its lanes.
async fn close(store: &Store, number: u64, at: UnixMillis) {
    let stored = store.request(id(number)).await.unwrap().unwrap();
    let mut commit =
        Commit::new(id(number), stored.version, Record { at, ..Record::default() }, b"{}".to_vec());
    commit.lifecycle = Lifecycle::Closed { at };
    commit.lanes = store.request_lanes(id(number)).await.unwrap().into_iter().map(LaneOp::Remove).collect();
    store.commit(commit).await.unwrap();
}

#[tokio::test]
async fn an_erased_body_is_in_no_file_and_its_key_neither() {
    for kind in [EngineKind::Redb, EngineKind::Sled] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&kind, dir.path());
        let version = store.commit(marked(1)).await.unwrap().version;
        store.commit(marked(2)).await.unwrap();
        let slots = dir.path().join("keyring/slots");
        let key = std::fs::read(&slots).unwrap()[17..49].to_vec();
        let assert_hidden = |when: &str| {
            for (name, bytes) in files(dir.path()) {
                assert!(!holds(&bytes, MARKER.as_bytes()), "{when}: the marker is in {name}");
            }
        };
        assert_hidden("before");
        assert_eq!(store.erase(id(1)).await.unwrap(), Erasure::Done);
        assert_eq!(store.erase(id(9)).await.unwrap(), Erasure::Unknown);
        for (name, bytes) in files(dir.path()) {
            assert!(!holds(&bytes, &key), "the key is still in {name}");
        }
        let mut later = Commit::new(id(1), version, Record::default(), Vec::new());
        later.record.raw_in = Some(body(MARKER));
        store.commit(later).await.unwrap();
        for _ in 0..2 {
            let store = store.clone();
            let erased = store.body(message(1)).await.unwrap().unwrap();
            assert_eq!((erased.plaintext, erased.redacted), (Opened::Erased, Some(b"<redacted/>".to_vec())));
            let steps = store.records(id(1), 0, 9).await.unwrap();
            assert!(steps.iter().flat_map(|step| &step.bodies).all(|body| body.plaintext == Opened::Erased));
            assert!(matches!(store.body(message(2)).await.unwrap().unwrap().plaintext, Opened::Plain(_)));
        }
        assert_eq!(store.check().await.unwrap().problems, []);
        drop(store);
        let store = open(&kind, dir.path());
        assert_eq!(store.body(message(1)).await.unwrap().unwrap().plaintext, Opened::Erased);
        assert_hidden("after");
    }
}

#[tokio::test]
async fn a_key_is_reused_by_nobody_who_could_read_the_old_bodies() {
    let disk = MemoryDisk::new();
    let store = memory(&disk);
    store.commit(marked(1)).await.unwrap();
    store.erase(id(1)).await.unwrap();
    store.commit(marked(2)).await.unwrap();
    assert_eq!(store.body(message(1)).await.unwrap().unwrap().plaintext, Opened::Erased);
    assert!(matches!(store.body(message(2)).await.unwrap().unwrap().plaintext, Opened::Plain(_)));
}

#[tokio::test]
async fn a_commit_that_was_not_made_gives_its_key_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&EngineKind::Redb, dir.path());
    store.commit(first(1)).await.unwrap();
    for _ in 0..5 {
        store.commit(first(1)).await.unwrap_err();
    }
    store.commit(first(2)).await.unwrap();
    assert_eq!(std::fs::metadata(dir.path().join("keyring/slots")).unwrap().len(), 2 * 64);
    drop(store);
    let store = open(&EngineKind::Redb, dir.path());
    assert!(matches!(store.body(message(1)).await.unwrap().unwrap().plaintext, Opened::Plain(_)));
    assert!(matches!(store.body(message(2)).await.unwrap().unwrap().plaintext, Opened::Plain(_)));
}

#[tokio::test]
async fn the_keyring_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let store = open(&EngineKind::Redb, dir.path());
    store.commit(first(1)).await.unwrap();
    for (name, mode) in [("keyring", 0o700), ("keyring/slots", 0o600), ("keyring/erased", 0o600)] {
        let found = std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{name}");
    }
}

#[tokio::test]
async fn pruning_takes_what_the_policy_says_and_no_more() {
    for kind in [EngineKind::Redb, EngineKind::Sled, EngineKind::Memory(MemoryDisk::new())] {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&kind, dir.path());
        for number in 1..=4 {
            store.commit(marked(number)).await.unwrap();
        }
        close(&store, 1, NOW.saturating_sub(100 * DAY)).await;
        close(&store, 2, NOW.saturating_sub(10 * DAY)).await;
        // 3 closed long ago but still has to send; 4 is open.
        let stored = store.request(id(3)).await.unwrap().unwrap();
        let mut commit = Commit::new(id(3), stored.version, Record::default(), Vec::new());
        commit.lifecycle = Lifecycle::Closed { at: NOW.saturating_sub(100 * DAY) };
        store.commit(commit).await.unwrap();

        let policy = Retention { raw_after: Some(90 * DAY), ..Retention::default() };
        let pruned = store.prune(policy, NOW).await.unwrap();
        assert_eq!((pruned.raw, pruned.events), (1, 0));
        let plaintext = async |number| store.body(message(number)).await.unwrap().map(|body| body.plaintext);
        assert_eq!(plaintext(1).await, Some(Opened::Erased));
        for kept in 2..=4 {
            assert!(matches!(plaintext(kept).await, Some(Opened::Plain(_))), "request {kept}");
        }
        assert_eq!(store.records(id(1), 0, 9).await.unwrap()[0].events, br#"[{"event":"received"}]"#);
        assert_eq!(store.prune(policy, NOW).await.unwrap().raw, 0);

        let policy = Retention { events_after: Some(95 * DAY), ..policy };
        assert_eq!(store.prune(policy, NOW).await.unwrap().events, 1);
        assert_eq!((plaintext(1).await, store.records(id(1), 0, 9).await.unwrap()), (None, Vec::new()));
        assert_eq!(store.request(id(1)).await.unwrap().unwrap().state, b"{}");
        assert_eq!(store.find_external("up/peer/1").await.unwrap(), Some(id(1)));
        assert_eq!(store.records(id(2), 0, 9).await.unwrap().len(), 2);
        assert_eq!(store.check().await.unwrap().problems, []);
    }
}

#[tokio::test]
async fn intake_is_bounded_per_source_and_its_overflow_counted() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&EngineKind::Redb, dir.path());
    let limits = IntakeLimits { count: 3, bytes: 100 };
    let entry = |number: u64, source: &str, size: usize| IntakeEntry {
        id: IntakeId::new(later(number), u128::from(number)),
        source: source.to_owned(),
        reason: "not well-formed".to_owned(),
        body: body(&"x".repeat(size)),
    };
    for (number, source, size, outcome) in [
        (1, "bad", 10, IntakeOutcome::Kept),
        (2, "bad", 95, IntakeOutcome::Overflowed),
        (3, "bad", 10, IntakeOutcome::Kept),
        (4, "bad", 10, IntakeOutcome::Kept),
        (5, "bad", 10, IntakeOutcome::Overflowed),
        (6, "other", 100, IntakeOutcome::Kept),
    ] {
        assert_eq!(
            store.keep_intake(entry(number, source, size), limits).await.unwrap(),
            outcome,
            "entry {number}"
        );
    }
    let sources = store.intake_sources().await.unwrap();
    let figures: Vec<_> = sources
        .iter()
        .map(|source| (source.source.as_str(), source.count, source.bytes, source.overflow))
        .collect();
    assert_eq!(figures, [("bad", 3, 30, 2), ("other", 1, 100, 0)]);
    let listed: Vec<_> = store.list_intake(None, 2).await.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(listed.iter().map(|intake| intake.id.made_at()).collect::<Vec<_>>(), [later(6), later(4)]);
    assert_eq!(store.list_intake(Some(listed[1].id), 9).await.unwrap().len(), 2);
    assert_eq!(listed[1].plaintext, Opened::Plain(b"xxxxxxxxxx".to_vec()));
    drop(store);

    let store = open(&EngineKind::Redb, dir.path());
    store.keep_intake(entry(7, "other", 0), limits).await.unwrap();
    assert_eq!(store.intake(listed[1].id).await.unwrap().unwrap(), listed[1]);
    let policy = Retention { intake_after: Some(DAY), ..Retention::default() };
    assert_eq!(store.prune(policy, NOW).await.unwrap().intake, 0);
    assert_eq!(store.prune(policy, NOW.saturating_add(3 * DAY)).await.unwrap().intake, 5);
    assert!(store.list_intake(None, 9).await.unwrap().is_empty());
    assert!(
        store.intake_sources().await.unwrap().iter().all(|source| source.count == 0 && source.bytes == 0)
    );
}

//! Failed writes, lost writes and damaged values: the store stops, or refuses the one request, and never guesses.

use persistence::{
    CommitError, EngineKind, Fault, MemoryDisk, Opened, StoreConfig, StoreError, SystemEntropy,
};

use crate::support::{first, id, memory, message, open};

#[tokio::test]
async fn a_failed_write_stops_the_store_with_its_reason() {
    for (fault, kept) in [(Fault::Refuse, 0), (Fault::FailAfter, 1)] {
        let disk = MemoryDisk::new();
        let store = memory(&disk);
        store.commit(first(1)).await.unwrap();
        disk.fail_next(fault);
        let failed = store.commit(first(2)).await;
        assert!(matches!(failed, Err(CommitError::Store(StoreError::Stopped { .. }))), "{failed:?}");
        assert!(matches!(store.commit(first(3)).await, Err(CommitError::Store(StoreError::Stopped { .. }))));
        assert!(matches!(store.request(id(1)).await, Err(StoreError::Stopped { .. })));
        assert!(store.failed().await.starts_with("memory: "));
        disk.crash();
        let store = memory(&disk);
        assert!(store.request(id(1)).await.unwrap().is_some());
        assert_eq!(store.request(id(2)).await.unwrap().is_some(), kept == 1);
        assert!(matches!(store.body(message(1)).await.unwrap().unwrap().plaintext, Opened::Plain(_)));
        store.commit(first(3)).await.unwrap();
    }
}

#[tokio::test]
async fn a_disk_that_lies_loses_what_it_lied_about_only() {
    let disk = MemoryDisk::new();
    let store = memory(&disk);
    store.commit(first(1)).await.unwrap();
    disk.fail_next(Fault::Lose);
    store.commit(first(2)).await.unwrap();
    disk.crash();
    let store = memory(&disk);
    assert_eq!(store.request(id(2)).await.unwrap(), None);
    assert!(store.request(id(1)).await.unwrap().is_some());
    assert_eq!(store.check().await.unwrap().problems, []);
}

#[tokio::test]
async fn a_torn_value_is_found() {
    let disk = MemoryDisk::new();
    let store = memory(&disk);
    disk.fail_next(Fault::Tear);
    store.commit(first(1)).await.unwrap();
    disk.crash();
    let store = memory(&disk);
    assert_eq!(store.check().await.unwrap().problems.len(), 1);
}

/// What happens when every value of a table has a flipped bit.
#[derive(Debug, PartialEq)]
enum Found {
    AtOpen,
    StopsAtUse,
    OneRequest,
}

#[tokio::test]
async fn damage_in_what_the_gateway_runs_on_stops_it_and_elsewhere_does_not() {
    for (prefix, expected) in [
        ("m", Found::AtOpen),
        ("l", Found::AtOpen),
        ("q", Found::StopsAtUse),
        ("y", Found::StopsAtUse),
        ("z", Found::StopsAtUse),
        ("r", Found::OneRequest),
        ("t", Found::OneRequest),
        ("b", Found::OneRequest),
        ("d", Found::OneRequest),
        ("x", Found::OneRequest),
    ] {
        let disk = MemoryDisk::new();
        let store = memory(&disk);
        store.commit(first(1)).await.unwrap();
        assert_eq!(disk.damage(prefix.as_bytes()), 1, "table {prefix}");
        let found = match persistence::Store::memory(&disk, Box::new(SystemEntropy)) {
            Err(StoreError::Corrupt(_)) => Found::AtOpen,
            Err(other) => panic!("table {prefix}: {other}"),
            Ok(store) => {
                let errors = [
                    store.request(id(1)).await.err(),
                    store.records(id(1), 0, 9).await.err(),
                    store.body(message(1)).await.err(),
                    store.dedupe(id(1), b"key-1".to_vec()).await.err(),
                    store.find_external("up/peer/1").await.err(),
                    store.lanes().await.err(),
                    store.request_timers(id(1)).await.err(),
                    store.next_timer().await.err(),
                ];
                let stopped =
                    errors.iter().flatten().any(|error| matches!(error, StoreError::Stopped { .. }));
                assert!(errors.iter().any(Option::is_some), "table {prefix}: damage went unseen");
                if stopped {
                    assert!(store.commit(first(2)).await.is_err());
                    assert!(!store.failed().await.is_empty());
                    Found::StopsAtUse
                } else {
                    assert!(errors.iter().flatten().all(|error| matches!(error, StoreError::Corrupt(_))));
                    assert_eq!(store.check().await.unwrap().problems.len(), 1, "table {prefix}");
                    store.commit(first(2)).await.unwrap();
                    Found::OneRequest
                }
            }
        };
        assert_eq!(found, expected, "table {prefix}");
    }
}

#[tokio::test]
async fn a_newer_store_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(&EngineKind::Redb, dir.path()));
    let engine = persistence::engine::Engine::open(&EngineKind::Redb, dir.path()).unwrap();
    let mut newer = engine.get(b"mschema").unwrap().unwrap();
    newer[8] = 200;
    engine
        .write(&[persistence::engine::Batch {
            puts: vec![(b"mschema".to_vec(), newer)],
            ..Default::default()
        }])
        .unwrap();
    drop(engine);
    let config = StoreConfig { engine: EngineKind::Redb, dir: dir.path().to_owned() };
    let refused = persistence::Store::open(&config, Box::new(SystemEntropy));
    assert!(matches!(refused, Err(StoreError::Newer { found: 200, .. })));
}

#[tokio::test]
async fn a_damaged_data_key_is_no_erasure() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&EngineKind::Redb, dir.path());
    store.commit(first(1)).await.unwrap();
    store.commit(first(2)).await.unwrap();
    drop(store);
    let slots = dir.path().join("keyring/slots");
    let mut bytes = std::fs::read(&slots).unwrap();
    bytes[20] ^= 1;
    std::fs::write(&slots, bytes).unwrap();
    let store = open(&EngineKind::Redb, dir.path());
    assert!(matches!(store.body(message(1)).await, Err(StoreError::Corrupt(_))));
    assert!(matches!(store.body(message(2)).await.unwrap().unwrap().plaintext, Opened::Plain(_)));
    assert_eq!(store.check().await.unwrap().problems.len(), 1);
}

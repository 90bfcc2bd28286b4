//! Backup, restore, export and import: the same store afterwards, on any engine; what is damaged is refused.

use std::io::Cursor;

use persistence::{
    EngineKind, MemoryDisk, Opened, Store, StoreConfig, StoreError, SystemEntropy, import, restore,
};

use crate::support::{first, id, memory, message, open};

fn config(engine: EngineKind, dir: &std::path::Path) -> StoreConfig {
    StoreConfig { engine, dir: dir.to_owned() }
}

async fn lines(store: &Store, dir: &std::path::Path, name: &str) -> String {
    let path = dir.join(name);
    store.export(std::fs::File::create(&path).unwrap()).await.unwrap();
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn an_export_goes_into_any_engine_and_comes_out_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let first_store = open(&EngineKind::Redb, &dir.path().join("a"));
    for number in 0..30 {
        let mut commit = first(number);
        commit.state = vec![b'7'; 20_000];
        first_store.commit(commit).await.unwrap();
    }
    let text = lines(&first_store, dir.path(), "a.jsonl").await;
    assert!(!text.contains("<in>"));
    let kinds = [EngineKind::Sled, EngineKind::Memory(MemoryDisk::new()), EngineKind::Redb];
    for (number, kind) in kinds.into_iter().enumerate() {
        let config = config(kind, &dir.path().join(format!("b{number}")));
        let rows = import(&config, Cursor::new(&text), "a.jsonl").unwrap();
        assert_eq!(rows + 2, text.lines().count() as u64);
        let store = Store::open(&config, Box::new(SystemEntropy)).unwrap();
        assert!(
            lines(&store, dir.path(), &format!("b{number}.jsonl")).await == text,
            "{}",
            config.engine.name()
        );
        assert_eq!(store.lanes().await.unwrap(), first_store.lanes().await.unwrap());
        // Without the keyring nothing sealed can be read.
        assert_eq!(store.body(message(3)).await.unwrap().unwrap().plaintext, Opened::Erased);
        assert_eq!(store.check().await.unwrap().problems, []);
        drop(store);
        assert!(matches!(import(&config, Cursor::new(&text), "again"), Err(StoreError::Dump { .. })));
    }
}

#[tokio::test]
async fn a_restore_brings_back_the_store_but_not_what_was_erased() {
    for kind in [EngineKind::Redb, EngineKind::Sled] {
        let dir = tempfile::tempdir().unwrap();
        let (home, backup) = (dir.path().join("store"), dir.path().join("backup.jsonl"));
        let config = config(kind.clone(), &home);
        let store = open(&kind, &home);
        store.commit(first(1)).await.unwrap();
        store.commit(first(2)).await.unwrap();
        store.backup(&backup).await.unwrap();
        store.backup_keyring(&dir.path().join("keys")).await.unwrap();
        assert!(
            matches!(store.backup(&backup).await, Err(StoreError::Dump { .. })),
            "a backup never overwrites"
        );
        store.erase(id(1)).await.unwrap();
        store.commit(first(3)).await.unwrap();
        drop(store);

        // The store is lost, and the keyring comes back from before the erasure; its ledger is still there.
        for lost in ["illgate.redb", "illgate.sled"] {
            let path = home.join(lost);
            if path.is_dir() {
                std::fs::remove_dir_all(&path).unwrap();
            } else if path.exists() {
                std::fs::remove_file(&path).unwrap();
            }
        }
        std::fs::copy(dir.path().join("keys"), home.join("keyring/slots")).unwrap();
        restore(&config, &backup).unwrap();
        let store = open(&kind, &home);
        assert_eq!(store.request(id(3)).await.unwrap(), None);
        assert_eq!(store.body(message(1)).await.unwrap().unwrap().plaintext, Opened::Erased);
        assert_eq!(
            store.body(message(2)).await.unwrap().unwrap().plaintext,
            Opened::Plain(b"<out>2</out>".to_vec())
        );
        store.commit(first(3)).await.unwrap();
    }
}

#[tokio::test]
async fn a_damaged_export_is_refused_and_leaves_no_store() {
    let dir = tempfile::tempdir().unwrap();
    let store = memory(&MemoryDisk::new());
    store.commit(first(1)).await.unwrap();
    let text = lines(&store, dir.path(), "a.jsonl").await;
    let all: Vec<&str> = text.lines().collect();
    let without = |gone: usize| -> String {
        let left = all.iter().enumerate().filter(|(number, _)| *number != gone).map(|(_, line)| *line);
        left.collect::<Vec<_>>().join("\n")
    };
    let cases = [
        ("no beginning", without(0)),
        ("a row is missing", without(3)),
        ("no end", without(all.len() - 1)),
        ("a row is of another table", text.replacen(r#""table":"request""#, r#""table":"lane""#, 1)),
        ("a value differs", text.replacen("AAAAAAAAAA", "AAAAAAAABA", 1)),
        ("more after the end", format!("{text}{}", all[1])),
        ("newer", text.replacen(r#""schema":1"#, r#""schema":99"#, 1)),
        ("no export", "hello".to_owned()),
    ];
    for (what, bad) in cases {
        let disk = MemoryDisk::new();
        let config = config(EngineKind::Memory(disk.clone()), dir.path());
        assert!(bad != text, "{what}");
        assert!(import(&config, Cursor::new(&bad), "bad.jsonl").is_err(), "{what}");
        assert!(!disk.bytes().windows(7).any(|window| window == b"mschema"), "{what}: it could be opened");
    }
}

#[tokio::test]
async fn an_unfinished_restore_cannot_be_opened() {
    let dir = tempfile::tempdir().unwrap();
    let engine = persistence::engine::Engine::open(&EngineKind::Redb, dir.path()).unwrap();
    let puts = vec![(b"rhalf".to_vec(), vec![0; 20])];
    engine.write(&[persistence::engine::Batch { puts, ..Default::default() }]).unwrap();
    drop(engine);
    let opened = Store::open(&config(EngineKind::Redb, dir.path()), Box::new(SystemEntropy));
    assert!(matches!(opened, Err(StoreError::Corrupt(_))));
}

//! Any history of batches gives the same outcomes and the same rows on every engine, re-opened or not.

use persistence::{
    EngineKind, MemoryDisk,
    engine::{Assert, Batch, Engine, Pair},
};
use proptest::{collection::vec, prelude::*};

fn key() -> impl Strategy<Value = Vec<u8>> {
    (0u8..6).prop_map(|number| vec![b'r', number])
}

fn batch() -> impl Strategy<Value = Batch> {
    let assert = prop_oneof![
        key().prop_map(Assert::Absent),
        (key(), 0u64..3).prop_map(|(key, version)| Assert::At(key, version)),
    ];
    let size = prop_oneof![4 => 0usize..40, 1 => 7_990usize..8_010, 1 => 15_990usize..30_000];
    let put = (key(), 0u64..3, size, any::<u8>()).prop_map(|(key, version, size, fill)| {
        (key, [version.to_be_bytes().to_vec(), vec![fill; size]].concat())
    });
    let add = ((0u8..2).prop_map(|number| vec![b'c', number]), -5i64..5);
    (vec(assert, 0..2), vec(put, 0..4), vec(key(), 0..2), vec(add, 0..3))
        .prop_map(|(asserts, puts, deletes, adds)| Batch { asserts, puts, deletes, adds })
}

fn rows(engine: &Engine) -> Vec<Pair> {
    let mut rows = Vec::new();
    engine
        .walk(&mut |key, value| {
            rows.push((key.to_vec(), value.to_vec()));
            Ok(())
        })
        .unwrap();
    rows
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn engines_agree(groups in vec(vec(batch(), 1..5), 1..6)) {
        let memory = Engine::open(&EngineKind::Memory(MemoryDisk::new()), std::path::Path::new("")).unwrap();
        let expected: Vec<_> = groups.iter().map(|group| memory.write(group).unwrap()).collect();
        for kind in [EngineKind::Redb, EngineKind::Sled] {
            let dir = tempfile::tempdir().unwrap();
            let engine = Engine::open(&kind, dir.path()).unwrap();
            let outcomes: Vec<_> = groups.iter().map(|group| engine.write(group).unwrap()).collect();
            prop_assert_eq!(&outcomes, &expected);
            prop_assert!(rows(&engine) == rows(&memory), "{} differs", kind.name());
            drop(engine);
            prop_assert!(rows(&Engine::open(&kind, dir.path()).unwrap()) == rows(&memory), "{} differs re-opened", kind.name());
        }
    }
}

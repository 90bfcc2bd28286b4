//! What fuzzing has found stays: each file of the fuzz target's corpus is replayed, and so are random changes of each.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

#[path = "../../../../fuzz/properties/ncip.rs"]
mod property;

#[test]
fn the_property_holds_for_the_whole_corpus() {
    for (name, bytes) in corpus() {
        eprintln!("{name}");
        property::holds(&bytes);
    }
}

/// A change of some bytes: what is cut out at one place, and which piece of the document comes to stand there.
type Change = (Index, usize, Index, usize);

#[test]
fn the_property_holds_for_what_the_corpus_may_become() {
    let corpus = corpus();
    let any_change = (any::<Index>(), 0..40usize, any::<Index>(), 0..40usize);
    TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(cases()) })
        .run(&(any::<Index>(), proptest::collection::vec(any_change, 1..6)), |(file, changes)| {
            let mut bytes = corpus[file.index(corpus.len())].1.clone();
            for change in &changes {
                bytes = changed(&bytes, change);
            }
            property::holds(&bytes);
            Ok(())
        })
        .unwrap_or_else(|why| panic!("{why}"));
}

/// How many random cases: more where the environment asks for more.
fn cases() -> u32 {
    std::env::var("ILLGATE_FUZZ_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2_000)
}

fn changed(bytes: &[u8], (at, cut, from, len): &Change) -> Vec<u8> {
    if bytes.is_empty() {
        return vec![b'<'; *len];
    }
    let (at, from) = (at.index(bytes.len()), from.index(bytes.len()));
    let after = (at + cut).min(bytes.len());
    let piece = &bytes[from..(from + len).min(bytes.len())];
    [&bytes[..at], piece, &bytes[after..]].concat()
}

fn corpus() -> Vec<(String, Vec<u8>)> {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/ncip");
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(dir)
        .expect("the corpus is part of the checkout")
        .map(|entry| entry.expect("the corpus can be listed").path())
        .map(|file| (file.display().to_string(), std::fs::read(&file).expect("a corpus file can be read")))
        .collect();
    assert!(!files.is_empty(), "the corpus is empty");
    files.sort();
    files
}

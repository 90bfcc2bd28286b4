//! What fuzzing has found stays: each file of the fuzz target's corpus is replayed.

#[path = "../../../../fuzz/properties/iso18626.rs"]
mod property;

#[test]
fn the_property_holds_for_the_whole_corpus() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/iso18626");
    let mut replayed = 0;
    for entry in std::fs::read_dir(dir).expect("the corpus is part of the checkout") {
        let file = entry.expect("the corpus can be listed").path();
        let bytes = std::fs::read(&file).expect("a corpus file can be read");
        eprintln!("{}", file.display());
        property::holds(&bytes);
        replayed += 1;
    }
    assert!(replayed > 0, "the corpus is empty");
}

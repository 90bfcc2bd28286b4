//! What is generated and what is shipped.

use std::fs;

use testkit::same_as_checked_in;

use crate::support::{checkout, id, read};

#[test]
fn the_reference_page_is_fresh() {
    same_as_checked_in("schemas/registry.md", &registry::reference());
}

#[test]
fn the_sample_consortium_is_a_good_file() {
    let sample = fs::read_to_string(checkout("deploy/sample-consortium.toml")).unwrap();
    let registry = read(&sample);
    assert_eq!(registry.libraries().count(), 11);
    for library in registry.libraries().filter(|library| library.id != id("harbor-museum")) {
        let reached = registry.connection(&library.id).is_some() || registry.is_hosted(&library.id);
        assert!(reached, "{}", library.id);
        assert!(registry.facts(&library.id).is_some(), "{}", library.id);
    }
    // The canonical form says the same, and does not change any more.
    let canonical = registry.to_toml();
    assert_eq!(read(&canonical), registry);
    assert_eq!(read(&canonical).to_toml(), canonical);
    same_as_checked_in("crates/registry/tests/it/sample-canonical.toml", &canonical);
}

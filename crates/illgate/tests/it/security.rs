//! What SECURITY.md says of its tests is so: each that it names is there.

use std::path::Path;

use crate::support::sources::sources;

#[test]
fn each_test_that_guards_something_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the project's folder");
    let page = std::fs::read_to_string(root.join("SECURITY.md")).expect("SECURITY.md");
    let mut files = Vec::new();
    for folder in ["crates", "conformance-tests"] {
        sources(&root.join(folder), &mut files);
    }
    let all: String = files.iter().map(|file| std::fs::read_to_string(file).expect("a source")).collect();
    let rows = page
        .lines()
        .skip_while(|line| *line != "## Threats and guards")
        .take_while(|line| *line != "## Not guarded yet");
    let named: Vec<&str> = rows
        .filter_map(|row| row.trim_end_matches(" |").rsplit_once(" | "))
        .flat_map(|(_, tests)| tests.split('`').skip(1).step_by(2))
        .collect();
    assert!(named.len() > 40, "the page is read: {named:?}");
    let missing: Vec<&&str> = named.iter().filter(|name| !all.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "SECURITY.md names tests that are not there: {missing:?}");
}

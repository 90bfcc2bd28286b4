//! Each warning and each error in the log names its error, so that `illgate explain` can say what to do about it.

use std::path::Path;

use crate::support::sources::sources;

/// The calls that write a line which an operator should look at.
const CALLS: [&str; 2] = ["tracing::warn!(", "tracing::error!("];

#[test]
fn every_warning_and_error_has_a_slug() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the folder of the crates");
    let mut files = Vec::new();
    for package in std::fs::read_dir(crates).expect("the crates") {
        sources(&package.expect("a crate").path().join("src"), &mut files);
    }
    let (mut found, mut bare) = (0, Vec::new());
    for file in files {
        let source = std::fs::read_to_string(&file).expect("a source");
        for (at, fields) in CALLS.iter().flat_map(|call| calls(&source, call)) {
            found += 1;
            if !fields.starts_with("slug = %slug!(") && !fields.contains(" slug,") {
                bare.push(format!("{}:{}", file.display(), source[..at].lines().count()));
            }
        }
    }
    assert!(found > 40, "the sources are read: {found}");
    assert!(bare.is_empty(), "log lines without `slug = %slug!(..)`:\n{}", bare.join("\n"));
}

/// Where a macro is called, and what it is given.
fn calls<'a>(source: &'a str, call: &str) -> Vec<(usize, &'a str)> {
    let given = |(at, _): (usize, &str)| {
        let rest = &source[at + call.len()..];
        (at, rest.split_once(");").map_or(rest, |(fields, _)| fields).trim_start())
    };
    source.match_indices(call).map(given).collect()
}

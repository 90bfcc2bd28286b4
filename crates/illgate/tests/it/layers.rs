//! Imports point down the list of layers only. The list is the one of `ARCHITECTURE.md`, read from there, so that the page cannot
//! drift from the code.

use std::collections::BTreeMap;

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The heading under which `ARCHITECTURE.md` lists the layers, highest first, in a fenced block.
const HEADING: &str = "## Layers";
/// The black box: it may import no crate of the gateway.
const BLACK_BOX: &str = "conformance-tests";
/// What tests stand on. It is the highest layer, so that it is nobody's dependency but for tests; and it may import no crate of the gateway,
/// so that tests of a low crate need not wait for all others.
const TESTKIT: &str = "testkit";

#[test]
fn imports_point_down() {
    let layers = layers();
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let from = package.name.as_str();
        if [BLACK_BOX, TESTKIT].contains(&from) {
            let ours = package.dependencies.iter().filter(|to| layers.contains_key(to.name.as_str()));
            wrong.extend(
                ours.map(|to| format!("{from} -> {}: {from} imports no crate of the gateway", to.name)),
            );
            continue;
        }
        let Some(&height) = layers.get(from) else {
            wrong.push(format!("{from} is in no layer of ARCHITECTURE.md"));
            continue;
        };
        for to in package.dependencies.iter().filter(|to| to.kind != DependencyKind::Development) {
            if layers.get(to.name.as_str()).is_some_and(|&below| below >= height) {
                wrong.push(format!("{from} -> {}: not a lower layer", to.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_binary_is_what_cargo_runs() {
    let metadata = MetadataCommand::new().no_deps().exec().expect("cargo metadata runs");
    let defaults: Vec<_> =
        metadata.workspace_default_members.iter().map(|id| metadata[id].name.as_str().to_owned()).collect();
    assert_eq!(defaults, ["illgate"]);
}

/// Each crate's height: 0 is the lowest line of the list.
fn layers() -> BTreeMap<String, usize> {
    let page = include_str!("../../../../ARCHITECTURE.md");
    let list = page.split_once(HEADING).expect("ARCHITECTURE.md has the layers").1;
    let list = list.split("```").nth(1).expect("the layers stand in a fenced block");
    let lines: Vec<&str> = list.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let names = |line: &str| -> Vec<String> {
        let line = line.split_once('#').map_or(line, |(names, _)| names);
        line.split_whitespace().map(str::to_owned).collect()
    };
    lines
        .iter()
        .rev()
        .enumerate()
        .flat_map(|(height, line)| names(line).into_iter().map(move |name| (name, height)))
        .collect()
}

//! What differs, as people review it.

use registry::Registry;

use crate::support::{library, read, registry};

fn told(old: &Registry, new: &Registry) -> Vec<String> {
    old.diff(new).iter().map(ToString::to_string).collect()
}

#[test]
fn each_kind_of_change_is_told() {
    let old = registry(
        &[
            "[[group]]\nid = \"g\"\nname = \"G\"\n".to_owned(),
            library("a", "connection.edition = \"1.2\"\nshort_name = \"A\"\nlends = \"last\""),
            library("b", ""),
        ]
        .concat(),
    );
    let new = registry(
        &[
            "[defaults.clocks]\ndeliver = \"2h\"\n[[group]]\nid = \"g\"\nname = \"Gee\"\n".to_owned(),
            library(
                "a",
                "connection.edition = \"2021-2\"\nlends = \"last\"\ngroups = [{ group = \"g\", priority = 1 }]\n\
                 calendar.closures = [{ from = 2026-05-01, to = 2026-05-02, what = \"May\" }, { from = 2026-06-01, to = 2026-06-01 }]",
            ),
            library("c", ""),
        ]
        .concat(),
    );
    assert_eq!(
        told(&old, &new),
        [
            "~ defaults: clocks.deliver: + \"2h\"",
            "~ group g: name: \"G\" -> \"Gee\"",
            "~ library a: groups: + { group = \"g\", priority = 1 }",
            "~ library a: calendar.closures: + { from = 2026-05-01, to = 2026-05-02, what = \"May\" }",
            "~ library a: calendar.closures: + { from = 2026-06-01, to = 2026-06-01 }",
            "~ library a: connection.edition: \"1.2\" -> \"2021-2\"",
            "~ library a: short_name: - \"A\"",
            "- library b (Library b)",
            "+ library c (Library c)",
        ]
    );
}

#[test]
fn an_order_that_matters_is_a_change_and_one_that_does_not_is_none() {
    let (one, other) = (library("a", "accept_from = [\"192.0.2.1\", \"192.0.2.2\"]"), library("b", ""));
    let old = registry(&[one.as_str(), &other].concat());
    assert!(told(&old, &registry(&[other.as_str(), &one].concat())).is_empty());
    let turned = registry(&[library("a", "accept_from = [\"192.0.2.2\", \"192.0.2.1\"]"), other].concat());
    assert_eq!(
        told(&old, &turned),
        ["~ library a: accept_from: [\"192.0.2.1\", \"192.0.2.2\"] -> [\"192.0.2.2\", \"192.0.2.1\"]"]
    );
}

#[test]
fn a_plain_header_is_told_without_its_value() {
    let with = |value| {
        registry(&library(
            "a",
            &format!("connection.headers = [{{ name = \"X-Site\", value = \"{value}\" }}]"),
        ))
    };
    let changes = told(&with("swordfish"), &with("trout"));
    assert_eq!(
        changes,
        ["~ library a: connection.headers: { name = \"x-site\", value = \"***\" } (another value)"]
    );
    let debugged = format!("{:?}", with("swordfish").diff(&with("trout")));
    assert!(!debugged.contains("swordfish") && !debugged.contains("trout"), "{debugged}");
}

#[test]
fn the_version_it_is_based_on_is_no_change() {
    let registry = registry(&library("a", ""));
    let exported = read(&registry.export(7));
    assert_eq!(exported.based_on(), Some(7));
    assert!(told(&registry, &exported).is_empty());
}

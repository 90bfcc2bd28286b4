//! `illgate crowd`: requests of every kind end as everybody's books say. Thousands of them are played by `conformance-tests/crowd`.

use serde_json::Value;

use crate::program::{folder, illgate, run};

/// Each kind three or four times.
const REQUESTS: &str = "96";

#[test]
fn every_request_of_a_crowd_ends_as_everybodys_books_say() {
    let dir = folder();
    let played = run(&mut illgate(dir.path(), &["crowd", "--json", "--requests", REQUESTS]));
    let report: Value = serde_json::from_str(&played.out).expect("the report is an object");
    assert_eq!(report["discrepancies"], Value::Array(Vec::new()), "{}", played.err);
    assert_eq!((played.code, report["requests"].to_string().as_str()), (0, REQUESTS));
    let kinds = report["kinds"].as_object().expect("the kinds");
    let listed = run(&mut illgate(dir.path(), &["crowd", "--list"]));
    assert_eq!(kinds.len() + 1, listed.out.lines().count(), "every kind is played");
}

#[test]
fn a_kind_that_nobody_knows_is_refused() {
    let dir = folder();
    let refused = run(&mut illgate(dir.path(), &["crowd", "--only", "loans"]));
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("[crowd.unknown]"), "{}", refused.err);
}

#[test]
fn nothing_played_is_no_success() {
    let dir = folder();
    for nothing in ["--requests", "--at-once"] {
        let refused = run(&mut illgate(dir.path(), &["crowd", nothing, "0"]));
        assert_eq!(refused.code, 2, "{nothing}: {}", refused.err);
    }
}

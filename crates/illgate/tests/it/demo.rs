//! `illgate demo --once`: every scenario ends as it should, quickly, and nothing is left behind.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{folder, illgate, run};

/// How long the demonstration may take.
const BUDGET: Duration = Duration::from_secs(30);

/// What the demonstration must show.
const SCENARIOS: &[&str] = &[
    "brokered-loan",
    "loan-in-2021-2",
    "copy-by-url",
    "cost-retry",
    "condition-agreed",
    "condition-declined",
    "cancel-accepted",
    "cancel-refused",
    "end-of-rota",
    "killed-mid-relay",
    "silent-supplier",
];

#[test]
#[expect(clippy::disallowed_methods, reason = "the budget is of real time")]
fn every_scenario_ends_as_it_should() {
    for engine in ["redb", "sled"] {
        let dir = folder();
        let began = Instant::now();
        let ran =
            run(illgate(dir.path(), &["demo", "--once", "--json", "--engine", engine])
                .env("TMPDIR", dir.path()));
        assert_eq!(ran.code, 0, "{engine}: {}{}", ran.out, ran.err);
        let played: Vec<Value> =
            ran.out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
        let names: Vec<&str> = played.iter().filter_map(|one| one["scenario"].as_str()).collect();
        assert_eq!(names, SCENARIOS);
        assert!(played.iter().all(|one| one["ok"] == true && one["outcome"].is_string()), "{}", ran.out);
        assert!(began.elapsed() < BUDGET, "{engine}: {:?}", began.elapsed());
        let left: Vec<_> = std::fs::read_dir(dir.path()).expect("the folder is there").collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn a_scenario_is_shown_on_two_lanes() {
    let dir = folder();
    let ran = run(&mut illgate(dir.path(), &["demo", "--once", "--only", "copy-by-url"]));
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    for wanted in ["copy-by-url", "request ──", "──▶ request  [sea]", "◀── CopyCompleted", "✓ CopyCompleted"]
    {
        assert!(ran.out.contains(wanted), "no `{wanted}` in:\n{}", ran.out);
    }
    let unknown = run(&mut illgate(dir.path(), &["demo", "--only", "nothing"]));
    assert_eq!(unknown.code, 2, "{}", unknown.err);
}

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
    "copy-to-1.2",
    "cost-retry",
    "condition-agreed",
    "condition-declined",
    "cancel-accepted",
    "cancel-refused",
    "end-of-rota",
    "killed-mid-relay",
    "hosted-borrower",
    "hosted-lender",
    "three-volumes",
    "ilss-with-notices",
    "lending-by-mail",
    "visiting-patron",
    "silent-supplier",
    "polled-ilss",
];

#[test]
fn every_scenario_ends_as_it_should_on_redb() {
    play_every_scenario("redb");
}

#[test]
fn every_scenario_ends_as_it_should_on_sled() {
    play_every_scenario("sled");
}

#[expect(clippy::disallowed_methods, reason = "the budget is of real time")]
fn play_every_scenario(engine: &str) {
    let dir = folder();
    let began = Instant::now();
    let ran =
        run(illgate(dir.path(), &["demo", "--once", "--json", "--engine", engine]).env("TMPDIR", dir.path()));
    assert_eq!(ran.code, 0, "{engine}: {}{}", ran.out, ran.err);
    let played: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let names: Vec<&str> = played.iter().filter_map(|one| one["scenario"].as_str()).collect();
    assert_eq!(names, SCENARIOS);
    assert!(played.iter().all(|one| one["ok"] == true && one["outcome"].is_string()), "{}", ran.out);
    let mail = played.iter().find(|one| one["scenario"] == "lending-by-mail").expect("it is played");
    assert!(mail["steps"].as_array().is_some_and(|steps| steps.len() > 6), "{mail}");
    assert!(began.elapsed() < BUDGET, "{engine}: {:?}", began.elapsed());
    let left: Vec<_> = std::fs::read_dir(dir.path()).expect("the folder is there").collect();
    assert!(left.is_empty(), "{left:?}");
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

#[test]
fn a_loan_between_ilss_shows_what_each_holds_after_every_step() {
    let dir = folder();
    let only = ["polled-ilss", "visiting-patron"].map(|name| ["--only", name]).concat();
    let ran = run(&mut illgate(dir.path(), &[["demo", "--once"].as_slice(), &only].concat()));
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let wanted = [
        "• The patron asks at Oak Street: RequestItem",
        "pine (Symphony, NCIP 1.0)          P-101 on hold for ILL-LIBRARIES",
        "pine (Symphony, NCIP 1.0)          P-101 lent to ILL-LIBRARIES",
        "oak (Koha (NCIPServer), NCIP 2.02) temporary P-101 on the hold shelf for CARD-OAK-1",
        "oak (Koha (NCIPServer), NCIP 2.02) temporary P-101 lent to CARD-OAK-1",
        "• It comes home: CheckInItem",
        "pine (Symphony, NCIP 1.0)          nothing out, nothing on hold",
        "✓ LoanCompleted",
    ];
    let mut rest = ran.out.split_once("polled-ilss").expect("it is played").1;
    for wanted in wanted {
        let (_, after) =
            rest.split_once(wanted).unwrap_or_else(|| panic!("no `{wanted}` in its place in:\n{}", ran.out));
        rest = after;
    }
    assert!(ran.out.contains("oak   pine  1      2        0"), "one card, two lookups:\n{}", ran.out);
}

#[test]
fn it_stays_up_to_be_looked_at_until_it_is_told_to_stop() {
    use std::io::{BufRead, BufReader};
    let dir = folder();
    let mut command = illgate(dir.path(), &["demo", "--only", "copy-by-url"]);
    command
        .env("TMPDIR", dir.path())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().expect("illgate starts");
    let mut said = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    let invited = said.by_ref().map_while(Result::ok).find_map(|line| {
        line.trim()
            .split_once(" --config ")
            .and_then(|(_, rest)| rest.strip_suffix(" status").map(str::to_owned))
    });
    let config = invited.expect("it says what to try");
    let status = run(&mut illgate(dir.path(), &["--config", &config, "status", "--json"]));
    assert_eq!(status.code, 0, "{}", status.err);
    let listed = run(&mut illgate(dir.path(), &["--config", &config, "requests", "list"]));
    assert!(listed.out.contains("Journal of Tides"), "{}", listed.out);
    let asked = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(asked.is_ok_and(|status| status.success()), "kill runs");
    assert!(child.wait().expect("it ends").success());
    let left: Vec<_> = std::fs::read_dir(dir.path()).expect("the folder is there").collect();
    assert!(left.is_empty(), "{left:?}");
}

//! `illgate demo`: every scenario ends as it should, by the steps and the messages that were reviewed, and nothing is left behind.

mod names;
mod record;

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use testkit::difference_from_checked_in;

use self::record::Gateway;
use crate::program::{folder, illgate, run};

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
    "behind-another-broker",
    "for-another-broker",
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

fn play_every_scenario(engine: &str) {
    let dir = folder();
    let mut demo = Staying::start(dir.path(), &["--json", "--engine", engine]);
    let config = demo.invitation();
    let gateway = Gateway::of(&Path::new(&config).with_file_name("data"));
    let played: Vec<Value> =
        demo.out().lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let names: Vec<&str> = played.iter().filter_map(|one| one["scenario"].as_str()).collect();
    assert_eq!(names, SCENARIOS);
    assert!(
        played.iter().all(|one| one["ok"] == true && one["outcome"].is_string()),
        "{engine}: {played:#?}"
    );
    let mail = played.iter().find(|one| one["scenario"] == "lending-by-mail").expect("it is played");
    assert!(mail["steps"].as_array().is_some_and(|steps| steps.len() > 6), "{mail}");
    let records: Vec<String> = played.iter().map(|one| gateway.record(one)).collect();
    demo.stop();
    assert!(is_empty(dir.path()));
    let differences = names.iter().zip(&records).filter_map(|(name, text)| {
        difference_from_checked_in(&format!("crates/illgate/tests/it/snapshots/demo/{name}.txt"), text)
    });
    let differences: Vec<String> = differences.collect();
    assert!(differences.is_empty(), "{engine}: {}", differences.join("\n"));
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
    let dir = folder();
    let mut demo = Staying::start(dir.path(), &["--only", "copy-by-url"]);
    let config = demo.invitation();
    let status = run(&mut illgate(dir.path(), &["--config", &config, "status", "--json"]));
    assert_eq!(status.code, 0, "{}", status.err);
    let listed = run(&mut illgate(dir.path(), &["--config", &config, "requests", "list"]));
    assert!(listed.out.contains("Journal of Tides"), "{}", listed.out);
    demo.stop();
    assert!(is_empty(dir.path()));
}

/// A demonstration that stays up. Killed when dropped.
struct Staying {
    child: Child,
    out: PathBuf,
}

impl Staying {
    fn start(dir: &Path, args: &[&str]) -> Self {
        // Beside the folder that must be empty in the end. A file, since nobody reads while it plays.
        let out = dir.with_extension("out");
        let mut command = illgate(dir, &[&["demo"], args].concat());
        command.env("TMPDIR", dir).stderr(Stdio::piped());
        command.stdout(std::fs::File::create(&out).expect("a file for what it writes"));
        Self { child: command.spawn().expect("illgate starts"), out }
    }

    /// Waits until everything was played; the gateway's configuration, which it invites to use.
    fn invitation(&mut self) -> String {
        let said = BufReader::new(self.child.stderr.take().expect("it is piped")).lines();
        let mut all = Vec::new();
        for line in said.map_while(Result::ok) {
            if let Some((_, rest)) = line.trim().split_once(" --config ")
                && let Some(config) = rest.strip_suffix(" status")
            {
                return config.to_owned();
            }
            all.push(line);
        }
        panic!("it invites nobody:\n{}\n{}", self.out(), all.join("\n"));
    }

    /// What it wrote.
    fn out(&self) -> String {
        std::fs::read_to_string(&self.out).expect("it writes UTF-8")
    }

    /// Asks it to stop, which must go well.
    fn stop(mut self) {
        let asked = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "kill runs");
        assert!(self.child.wait().expect("it ends").success(), "{}", self.out());
    }
}

impl Drop for Staying {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.out);
    }
}

fn is_empty(dir: &Path) -> bool {
    std::fs::read_dir(dir).expect("the folder is there").next().is_none()
}

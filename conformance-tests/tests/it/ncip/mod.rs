//! The NCIP half tried on a router of its own: correct, it must pass; wrong in one way, it must be caught.

mod commands;
mod faults;
mod initiator;
mod judging;
mod reference;
mod requests;
mod server;
mod wrongs;

use std::collections::BTreeSet;
use std::time::Duration;

use conformance_tests::ncip::{Members, NcipSuite, Wire};
use conformance_tests::{Case, Options, Report, Role, Subject};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::faults::{FAULTS, Fault};
use self::initiator::Initiator;
use self::reference::Router;
use self::wrongs::{AMONG_OTHERS, EXACTLY, Wrong};
use crate::subjects::complaints;

async fn run(fault: Option<Fault>, cases: &[&str]) -> Report {
    let suite = NcipSuite::open(Members::standard("127.0.0.1:0")).await.expect("free ports");
    let router = Router::new(suite.members().clone(), fault);
    let (url, tcp) = server::serve(router).await;
    let options = Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        timeout: Duration::from_secs(10),
        quiet: Duration::from_millis(100),
        seed: Some(11),
        ..Options::default()
    };
    let subject = Subject::new(Role::NcipResponder, &url);
    suite.run(subject, Some(tcp), &options, |_| {}).await.expect("a run")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_router_passes() {
    let report = run(None, &[]).await;
    println!("{} cases, {:?}, {} ms", report.cases, report.verdicts, report.milliseconds);
    assert!(report.ok, "{}", complaints(&report));
    assert!(report.cases >= 60, "{} cases", report.cases);
    assert_eq!(report.of("inconclusive").count(), 0);
    for wire in Wire::ALL {
        assert!(report.of("pass").any(|result| result.edition.to_string() == wire.to_string()), "{wire}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_of_a_router_is_caught_by_its_case() {
    let mut runs = JoinSet::new();
    for &(fault, case) in FAULTS {
        runs.spawn(async move {
            let report = run(Some(fault), &[case]).await;
            let caught = report.of("fail").any(|result| result.case == case);
            (!caught).then(|| format!("{fault:?} is not caught by {case}: {:?}", report.verdicts))
        });
    }
    none_missed(runs).await;
}

/// How many wrong initiators run at once: each waits for what must not come, and a busy machine makes that look as if it did not.
static AT_ONCE: Semaphore = Semaphore::const_new(6);

async fn run_initiator(wrong: Option<Wrong>, cases: &[&str], wires: &[Wire]) -> Report {
    let _permit = AT_ONCE.acquire().await.expect("it is never closed");
    let suite = NcipSuite::open(Members::hosted("127.0.0.1:0")).await.expect("free ports");
    let mut subject = Subject::new(Role::NcipInitiator, "http://127.0.0.1:9/");
    let initiator = Initiator::new(suite.members().clone(), wrong);
    subject.staff = Some(initiator.staff());
    subject.restart = Some(initiator.restart());
    let options = Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        wires: wires.to_vec(),
        timeout: Duration::from_secs(if wrong.is_some() { 8 } else { 15 }),
        quiet: Duration::from_millis(if wrong.is_some() { 300 } else { 150 }),
        beside: 16,
        seed: Some(12),
        ..Options::default()
    };
    suite.run(subject, None, &options, |_| {}).await.expect("a run")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_initiator_passes() {
    let report = run_initiator(None, &[], Wire::ALL).await;
    println!("{} cases, {:?}, {} ms", report.cases, report.verdicts, report.milliseconds);
    assert!(report.ok, "{}", complaints(&report));
    assert!(report.cases >= 60, "{} cases", report.cases);
    for untold in ["inconclusive", "not applicable"] {
        assert_eq!(report.of(untold).count(), 0);
    }
}

/// The cases for a role, without those that fail nobody.
fn cases_of(role: Role, noted: &[&str]) -> BTreeSet<&'static str> {
    let is_ours = |case: &&Case| case.roles.contains(&role) && !noted.contains(&case.id);
    conformance_tests::catalogue().filter(is_ours).map(|case| case.id).collect()
}

#[test]
fn each_case_has_a_subject_that_fails_it() {
    let caught: BTreeSet<&str> = EXACTLY.iter().chain(AMONG_OTHERS).map(|(_, case)| *case).collect();
    assert_eq!(caught, cases_of(Role::NcipInitiator, wrongs::NOTED));
    let caught: BTreeSet<&str> = FAULTS.iter().map(|(_, case)| *case).collect();
    assert_eq!(caught, cases_of(Role::NcipResponder, faults::NOTED));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_wrong_initiator_is_caught_by_its_case() {
    let mut runs = JoinSet::new();
    for &(wrong, case) in AMONG_OTHERS {
        runs.spawn(async move {
            let report = run_initiator(Some(wrong), &[case], Wire::ALL).await;
            let caught = report.of("fail").any(|result| result.case == case);
            (!caught).then(|| format!("{wrong:?} is not caught by {case}: {:?}", report.verdicts))
        });
    }
    none_missed(runs).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_misjudgement_of_an_answer_is_caught_by_its_case_and_by_no_other() {
    let mut runs = JoinSet::new();
    for &(wrong, case) in EXACTLY {
        runs.spawn(async move {
            let is_near = |other: &&str| other[..2] == case[..2];
            let near: Vec<&str> = EXACTLY.iter().map(|(_, case)| *case).filter(is_near).collect();
            let report = run_initiator(Some(wrong), &near, &[Wire::V2, Wire::V1_TCP]).await;
            let caught: BTreeSet<_> = report.of("fail").map(|result| result.case.clone()).collect();
            let only = caught.iter().map(String::as_str).eq([case]);
            (!only)
                .then(|| format!("{wrong:?} is to be caught by {case}: {caught:?}, {}", complaints(&report)))
        });
    }
    none_missed(runs).await;
}

async fn none_missed(mut runs: JoinSet<Option<String>>) {
    let mut missed = Vec::new();
    while let Some(run) = runs.join_next().await {
        missed.extend(run.expect("a run"));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

//! The reference subjects pass.

use std::sync::Arc;
use std::time::Duration;

use conformance_tests::{
    Deviations, Edition, Hook, Options, Peers, Report, Role, Scenarios, Subject, Suite, Symbol,
};

use conformance_tests::peers::Trait;

use crate::reference::broker::Broker;
use crate::reference::requester::Requester;
use crate::reference::self_acting::{MARK, SelfActing};
use crate::reference::supplier::Supplier;
use crate::reference::{Fault, server};

/// Runs cases against a reference broker; all that fit, if none are named.
pub(crate) async fn run_broker(fault: Option<Fault>, cases: &[&str]) -> Report {
    run_broker_with(fault, cases, Deviations::default()).await
}

/// The same with failures that are expected.
pub(crate) async fn run_broker_with(fault: Option<Fault>, cases: &[&str], deviations: Deviations) -> Report {
    let cases = cases.iter().map(|&case| case.to_owned()).collect();
    let timeout = if fault.is_some() { Duration::from_secs(3) } else { Duration::from_secs(15) };
    run_broker_as(fault, &Options { cases, timeout, deviations, ..Options::default() }).await
}

async fn run_broker_as(fault: Option<Fault>, options: &Options) -> Report {
    let own: Symbol = "ISIL:CT-BROKER".parse().expect("a symbol");
    let peers = Peers::standard(&own, "127.0.0.1:0").with_special("CT-BELOW", Trait::Broker);
    let suite = Suite::open(peers).await.expect("free ports");
    let broker = Broker::new(suite.peers().clone(), fault);
    let url = server::serve(Arc::clone(&broker) as Arc<dyn server::Subject>).await;
    let mut subject = Subject::new(Role::Broker, &url);
    subject.clock = Some(Hook::Call(Arc::new(move |order| {
        let broker = Arc::clone(&broker);
        Box::pin(async move {
            broker.advance(order["advance_seconds"].as_i64().unwrap_or_default());
            Ok(())
        })
    })));
    let options = Options { seed: Some(7), ..options.clone() };
    suite.run(subject, &options, |_| {}).await.expect("a run")
}

/// Runs cases against a reference supplier or requester.
pub(crate) async fn run_other(role: Role, fault: Option<Fault>, cases: &[&str]) -> Report {
    let own: Symbol = "ISIL:CT-SUBJECT".parse().expect("a symbol");
    let suite = Suite::open(Peers::standard(&own, "127.0.0.1:0")).await.expect("free ports");
    let peers = suite.peers().clone();
    let (door, staff): (Arc<dyn server::Subject>, Box<Staff>) = match role {
        Role::Requester => {
            let requester = Arc::new(Requester::new(peers, fault));
            let hands = Arc::clone(&requester);
            (requester, Box::new(move |order| hands.staff(order)))
        }
        _ => {
            let supplier = Arc::new(Supplier::new(peers, fault));
            let hands = Arc::clone(&supplier);
            (supplier, Box::new(move |order| hands.staff(order)))
        }
    };
    let mut subject = Subject::new(role, &server::serve(door).await);
    subject.staff = Some(Hook::Call(Arc::new(move |order| {
        let done = staff(&order);
        Box::pin(async move { done })
    })));
    let options = Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        timeout: if fault.is_some() { Duration::from_secs(2) } else { Duration::from_secs(10) },
        ..Options::default()
    };
    suite.run(subject, &options, |_| {}).await.expect("a run")
}

/// Runs cases against a reference supplier that does what its requests' markers say. `knows` are the markers in the suite's table.
async fn run_self_acting(knows: &[&str], cases: &[&str]) -> Report {
    let own: Symbol = "ISIL:CT-SUBJECT".parse().expect("a symbol");
    let suite = Suite::open(Peers::standard(&own, "127.0.0.1:0")).await.expect("free ports");
    let supplier = SelfActing::new(Supplier::new(suite.peers().clone(), None));
    let mut subject = Subject::new(Role::Supplier, &server::serve(Arc::new(supplier)).await);
    let table =
        knows.iter().map(|does| format!("[[scenario]]\ndoes = \"{does}\"\nmarker = \"{MARK}{does}\"\n"));
    let table = format!("place = \"record-id\"\n{}", table.collect::<String>());
    subject.scenarios = Some(Scenarios::parse(&table).expect("a table of scenarios"));
    let cases = cases.iter().map(|&case| case.to_owned()).collect();
    suite.run(subject, &Options { cases, ..Options::default() }, |_| {}).await.expect("a run")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_supplier_that_acts_by_itself_is_told_by_its_requests() {
    let knows = [
        "WillSupply Loaned LoanCompleted",
        "CopyCompleted",
        "Loaned",
        "Unfilled",
        "RetryPossible",
        "WillSupply",
        "WillSupply Loaned",
        "WillSupply Loaned Renew=N",
        "Cancel=Y",
    ];
    let cases = ["S01", "S02", "S03", "S04", "S05", "S06", "S10", "S14", "S15", "S16", "S19"];
    let report = run_self_acting(&knows, &cases).await;
    assert!(report.ok, "{}", complaints(&report));
    assert_eq!(report.of("not applicable").count(), 0);

    let report = run_self_acting(&["Loaned"], &["S03", "S04"]).await;
    let why: Vec<String> =
        report.of("not applicable").map(|result| format!("{:?}", result.verdict)).collect();
    assert_eq!(why.len(), 2, "S04 in both editions");
    assert!(why[0].contains("no scenario \\\"Unfilled\\\""), "{why:?}");
}

type Staff = dyn Fn(&serde_json::Value) -> Result<(), String> + Send + Sync;

/// What speaks against a run, in words.
pub(crate) fn complaints(report: &Report) -> String {
    let bad = report.results.iter().filter(|result| result.is_bad());
    bad.map(|result| format!("{} [{}] {:?}\n", result.case, result.edition, result.verdict)).collect()
}

// The cases that move the subject's clock run one after another. Each edition has a run of its own, so that these wait side by side.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_broker_passes() {
    tokio::join!(
        the_reference_broker_passes_in(Edition::V1_2),
        the_reference_broker_passes_in(Edition::V2021_2)
    );
}

async fn the_reference_broker_passes_in(edition: Edition) {
    let timeout = Duration::from_secs(15);
    let options = Options { editions: vec![edition], timeout, ..Options::default() };
    let report = run_broker_as(None, &options).await;
    for result in report.of("note").chain(report.of("not applicable")) {
        println!("{} [{}] {:?}", result.case, result.edition, result.verdict);
    }
    println!("{} cases, {:?}, {} ms", report.cases, report.verdicts, report.milliseconds);
    assert!(report.ok, "{}", complaints(&report));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_supplier_passes() {
    the_reference_passes(Role::Supplier, 80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_requester_passes() {
    the_reference_passes(Role::Requester, 25).await;
}

async fn the_reference_passes(role: Role, least: usize) {
    let report = run_other(role, None, &[]).await;
    println!("{role}: {} cases, {:?}, {} ms", report.cases, report.verdicts, report.milliseconds);
    assert!(report.ok, "{role}:\n{}", complaints(&report));
    assert!(report.cases >= least, "{role}: {} cases", report.cases);
    assert_eq!(report.of("inconclusive").count(), 0);
}

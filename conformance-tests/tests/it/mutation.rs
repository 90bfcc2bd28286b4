//! Each fault is caught by a named case.

use crate::reference::Fault;
use crate::subjects::run_broker;

/// The fault, and the case that must catch it.
const BROKER: &[(Fault, &str)] = &[
    (Fault::InterimUnfilled, "B02"),
    (Fault::EverybodyAtOnce, "B15"),
    (Fault::NoCancelForTheLate, "B06"),
    (Fault::StatusOutOfOrder, "B06"),
    (Fault::CopiedReason, "B26"),
    (Fault::NotificationCounts, "B24"),
    (Fault::SharedIds, "B31"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_of_a_broker_is_caught_by_its_case() {
    let runs = BROKER.iter().map(|&(fault, case)| async move {
        let report = tokio::spawn(run_broker_owned(fault, case)).await.expect("a run");
        (fault, case, report)
    });
    let mut missed = Vec::new();
    for run in runs {
        let (fault, case, failed) = run.await;
        if !failed {
            missed.push(format!("{fault:?} is not caught by {case}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

async fn run_broker_owned(fault: Fault, case: &'static str) -> bool {
    let report = run_broker(Some(fault), &[case]).await;
    report.of("fail").any(|result| result.case == case)
}

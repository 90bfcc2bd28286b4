//! Each fault is caught by a named case.

use std::sync::Arc;

use conformance_tests::{Role, Verdict};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::reference::Fault;
use crate::subjects::{run_broker, run_other};

/// The fault, the case that must catch it, and the cases that bring about the traffic it looks at.
const BROKER: &[(Fault, &str, &[&str])] = &[
    (Fault::AnyActionGoes, "E04", &[]),
    (Fault::AnyConfirmation, "T36", &[]),
    (Fault::AnyKindConfirms, "T37", &[]),
    (Fault::AnybodySpeaks, "E19", &[]),
    (Fault::BareValues, "W17", &["L01"]),
    (Fault::BareVersion, "W02", &["L01"]),
    (Fault::CancelDoesNotStop, "C09", &[]),
    (Fault::CopiedReason, "B26", &[]),
    (Fault::DeclineEnds, "K03", &[]),
    (Fault::DoubleAnswer, "W11", &["B03"]),
    (Fault::DoubleEffect, "T01", &[]),
    (Fault::DroppedOffset, "M11", &[]),
    (Fault::EverybodyAtOnce, "B15", &[]),
    (Fault::ExpandsEntities, "E08", &[]),
    (Fault::FloatCosts, "M12", &[]),
    (Fault::FollowsRedirect, "T18", &[]),
    (Fault::ForgottenConfirmation, "M04", &[]),
    (Fault::ForgottenSupplierId, "F04", &[]),
    (Fault::HtmlIsDelivered, "T16", &[]),
    (Fault::IgnoresErrorBody, "T03", &[]),
    (Fault::InterimNoEnds, "G03", &[]),
    (Fault::InterimUnfilled, "B02", &[]),
    (Fault::LeaksSecret, "F09", &[]),
    (Fault::LeftBehind, "G04", &[]),
    (Fault::LeftBehind, "G05", &[]),
    (Fault::LostNamespace, "W01", &["L01"]),
    (Fault::LostScheme, "M10", &[]),
    (Fault::NoCancelForTheLate, "B06", &[]),
    (Fault::NotificationCounts, "B24", &[]),
    (Fault::RefusesCancel("WillSupply"), "C19", &[]),
    (Fault::RefusesCancel("Loaned"), "C20", &[]),
    (Fault::RefusesCancel("Conditional"), "C21", &[]),
    (Fault::RefusesCancel("RetryPossible"), "C22", &[]),
    (Fault::RefusesCancel("ExpectToSupply"), "C23", &[]),
    (Fault::RefusesCancel("CopyCompleted"), "C24", &[]),
    (Fault::RetriesWithoutEnd, "Y13", &[]),
    (Fault::NeverSeesCircles, "G06", &[]),
    (Fault::WrongList, "W18", &["L01"]),
    (Fault::RefusalIsFinal, "T40", &[]),
    (Fault::RefusalIsFinal, "T38", &[]),
    (Fault::RepeatsWhatIsAnswered, "T39", &[]),
    (Fault::RestampedResend, "T04", &[]),
    (Fault::RetriesItsOwn, "G02", &[]),
    (Fault::RetryGoesOn, "Y02", &[]),
    (Fault::SharedIds, "B31", &[]),
    (Fault::StaleRetry, "Y12", &[]),
    (Fault::StatusOutOfOrder, "B06", &[]),
    (Fault::TakesItsOwnBack, "G01", &[]),
    (Fault::TimerEndsCustody, "Z05", &[]),
    (Fault::WaitsForEver, "Z01", &[]),
    (Fault::WrongEcho, "W04", &["L01"]),
    (Fault::WrongOrder, "M05", &[]),
];

/// The same for suppliers and requesters.
const OTHERS: &[(Role, Fault, &str)] = &[
    (Role::Supplier, Fault::ForgottenAnswer, "S09"),
    (Role::Supplier, Fault::ForgottenReason, "S04"),
    (Role::Supplier, Fault::CopiedReason, "S03"),
    (Role::Supplier, Fault::SilentOnStatus, "S15"),
    (Role::Supplier, Fault::NotificationCounts, "S18"),
    (Role::Supplier, Fault::AnyActionGoes, "E04"),
    (Role::Supplier, Fault::RefusesRepeats, "S22"),
    (Role::Supplier, Fault::BooksRepeats, "S22"),
    (Role::Supplier, Fault::BooksLate, "T41"),
    (Role::Requester, Fault::RefusalIsFinal, "R23"),
    (Role::Requester, Fault::BooksLate, "R24"),
    (Role::Requester, Fault::RetriesByItself, "R25"),
    (Role::Requester, Fault::ForgottenPrevious, "R14"),
    (Role::Requester, Fault::NotificationCounts, "R04"),
    (Role::Requester, Fault::WrongAction, "R07"),
    (Role::Requester, Fault::RepeatsWhatIsAnswered, "R22"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_of_a_broker_is_caught_by_its_case() {
    // A run mostly waits.
    let few = Arc::new(Semaphore::new(10));
    let mut runs = JoinSet::new();
    for &(fault, case, traffic) in BROKER {
        let few = Arc::clone(&few);
        runs.spawn(async move {
            let _one = few.acquire_owned().await;
            let cases: Vec<&str> = traffic.iter().copied().chain([case]).collect();
            let report = run_broker(Some(fault), &cases).await;
            let caught = report.of("fail").any(|result| result.case == case);
            let others: Vec<&Verdict> = report.results.iter().map(|result| &result.verdict).collect();
            (!caught).then(|| format!("{fault:?} is not caught by {case}: {others:?}"))
        });
    }
    let mut missed = Vec::new();
    while let Some(run) = runs.join_next().await {
        missed.extend(run.expect("a run"));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_of_a_supplier_or_requester_is_caught_by_its_case() {
    let mut runs = JoinSet::new();
    for &(role, fault, case) in OTHERS {
        runs.spawn(async move {
            let report = run_other(role, Some(fault), &[case]).await;
            (report.of("fail").count() == 0).then(|| format!("{fault:?} of a {role} is not caught by {case}"))
        });
    }
    let mut missed = Vec::new();
    while let Some(run) = runs.join_next().await {
        missed.extend(run.expect("a run"));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

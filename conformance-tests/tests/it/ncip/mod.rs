//! The NCIP half tried on a router of its own: correct, it must pass; wrong in one way, it must be caught.

mod initiator;
mod judging;
mod reference;
mod requests;
mod server;

use std::collections::BTreeSet;
use std::time::Duration;

use conformance_tests::ncip::{Members, NcipSuite, Wire};
use conformance_tests::{Options, Report, Role, Subject};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::initiator::Initiator;
use self::judging::Wrong;
use self::reference::{Fault, Router};
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

/// The fault, and the case that must catch it.
const FAULTS: &[(Fault, &str)] = &[
    (Fault::AddressInProblem, "NR18"),
    (Fault::AgencyAsItCame, "NC12"),
    (Fault::AnswersInItsOwnVersion, "NE01"),
    (Fault::BareTerms, "NC08"),
    (Fault::BareVersion, "NE02"),
    (Fault::BothPassed, "NC02"),
    (Fault::BytesPassedOn, "NC13"),
    (Fault::CarriesEverything, "NR14"),
    (Fault::CarriesPasswords, "NR06"),
    (Fault::CarriesWhatChanges, "NR16"),
    (Fault::CutIsFound, "NC06"),
    (Fault::CutsAtTheWord, "NT13"),
    (Fault::DataFirst, "NC01"),
    (Fault::DoubleRequest, "NQ02"),
    (Fault::DropsPins, "NC07"),
    (Fault::EmptyElements, "NC10"),
    (Fault::EmptyIsFound, "NC05"),
    (Fault::ExtUnread, "NC03"),
    (Fault::FetchesTheDtd, "NE06"),
    (Fault::FirstProblemOnly, "NL03"),
    (Fault::ForgetsIds, "NL01"),
    (Fault::HtmlPassedOn, "NR10"),
    (Fault::HttpErrorForProblems, "NT07"),
    (Fault::NoScheme, "NS09"),
    (Fault::NotSwapped, "NE03"),
    (Fault::OneMessageAConnection, "NT11"),
    (Fault::OwnFormOnly, "NC04"),
    (Fault::OwnWords, "NC09"),
    (Fault::PinEchoed, "NL05"),
    (Fault::StrangersWelcome, "NS08"),
    (Fault::TracesPassedOn, "NC11"),
    (Fault::UnknownAgencyIsUnknownUser, "NS07"),
    (Fault::UnqualifiedRefused, "NE04"),
    (Fault::WaitsForEver, "NR08"),
];

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
    let mut missed = Vec::new();
    while let Some(run) = runs.join_next().await {
        missed.extend(run.expect("a run"));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// How many wrong initiators run at once: each waits for what must not come, and a busy machine makes that look as if it did not.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

async fn run_initiator(wrong: Option<Wrong>, cases: &[&str]) -> Report {
    let _permit = AT_ONCE.acquire().await.expect("it is never closed");
    let suite = NcipSuite::open(Members::hosted("127.0.0.1:0")).await.expect("free ports");
    let mut subject = Subject::new(Role::NcipInitiator, "http://127.0.0.1:9/");
    subject.staff = Some(Initiator::new(suite.members().clone(), wrong).staff());
    let options = Options {
        cases: cases.iter().map(|&case| case.to_owned()).collect(),
        timeout: Duration::from_secs(if wrong.is_some() { 8 } else { 15 }),
        quiet: Duration::from_millis(if wrong.is_some() { 300 } else { 150 }),
        beside: 16,
        seed: Some(12),
        ..Options::default()
    };
    suite.run(subject, None, &options, |_| {}).await.expect("a run")
}

/// What is wrong with an initiator, and the case that must catch it.
const WRONGS: &[(Wrong, &str)] = &[
    (Wrong::AnyVersion, "NF01"),
    (Wrong::BareTerms, "NF13"),
    (Wrong::BlindRepeat, "NB01"),
    (Wrong::DeletesFirst, "NW14"),
    (Wrong::EscapesTwice, "NF09"),
    (Wrong::FirstProblemOnly, "NP03"),
    (Wrong::ForgetsTheChosenId, "NW10"),
    (Wrong::GivesUpAtOnce, "NP05"),
    (Wrong::Hammers, "NP06"),
    (Wrong::IdsInSmallLetters, "NF05"),
    (Wrong::LossIsSuccess, "NB05"),
    (Wrong::NewItemOnRepeat, "NB03"),
    (Wrong::NoLookup, "NW01"),
    (Wrong::OneAtATime, "NB19"),
    (Wrong::OutOfOrder, "NF03"),
    (Wrong::OwnDate, "NW09"),
    (Wrong::OwnWords, "NF14"),
    (Wrong::PasswordForAll, "NF06"),
    (Wrong::PlainCodes, "NF04"),
    (Wrong::PostsPlainText, "NF07"),
    (Wrong::SendsPins, "NF10"),
    (Wrong::SendsTwice, "NW08"),
    (Wrong::SwappedHeader, "NF02"),
    (Wrong::UnknownIsWelcome, "NP01"),
    (Wrong::UnlentIsAFailure, "NP04"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_reference_initiator_passes() {
    let report = run_initiator(None, &[]).await;
    println!("{} cases, {:?}, {} ms", report.cases, report.verdicts, report.milliseconds);
    assert!(report.ok, "{}", complaints(&report));
    assert!(report.cases >= 60, "{} cases", report.cases);
    assert_eq!(report.of("inconclusive").count(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_wrong_initiator_is_caught_by_its_case() {
    let mut runs = JoinSet::new();
    for &(wrong, case) in WRONGS {
        runs.spawn(async move {
            let report = run_initiator(Some(wrong), &[case]).await;
            let caught = report.of("fail").any(|result| result.case == case);
            (!caught).then(|| format!("{wrong:?} is not caught by {case}: {:?}", report.verdicts))
        });
    }
    let mut missed = Vec::new();
    while let Some(run) = runs.join_next().await {
        missed.extend(run.expect("a run"));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What an initiator may wrongly take for a yes or a no, and the one case of its area that must catch it.
const MISJUDGED: &[(Wrong, &str)] = &[
    (Wrong::ExtUnread, "NA01"),
    (Wrong::DataFirst, "NA02"),
    (Wrong::DataUnread, "NA03"),
    (Wrong::OwnFormOnly, "NA04"),
    (Wrong::OwnNamesOnly, "NA05"),
    (Wrong::EmptyUserIsFound, "NA06"),
    (Wrong::CutIsFound, "NA07"),
    (Wrong::EmptyIsAccepted, "NA08"),
    (Wrong::AnyItemWillDo, "NA09"),
    (Wrong::RedoesTheUnreadable, "NA10"),
    (Wrong::RefusedProbeIsNotDone, "NA11"),
    (Wrong::BlocksPass, "NA12"),
    (Wrong::AnyBlockStops, "NA13"),
    (Wrong::UnknownBlocksPass, "NA14"),
    (Wrong::EmptyBlocksStop, "NA15"),
    (Wrong::SeesBlocked, "NA16"),
    (Wrong::SeesActive, "NA17"),
    (Wrong::UnknownStandingPasses, "NA18"),
    (Wrong::AnyPrivilegeIsStanding, "NA19"),
    (Wrong::DatesAsTheyCame, "NA20"),
    (Wrong::RestsForAll, "NA21"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_misjudgement_of_an_answer_is_caught_by_its_case_and_by_no_other() {
    let all: Vec<&str> = MISJUDGED.iter().map(|(_, case)| *case).collect();
    let mut runs = JoinSet::new();
    for &(wrong, case) in MISJUDGED {
        let all = all.clone();
        runs.spawn(async move {
            let report = run_initiator(Some(wrong), &all).await;
            let caught: BTreeSet<_> = report.of("fail").map(|result| result.case.clone()).collect();
            let only = caught.iter().map(String::as_str).eq([case]);
            (!only).then(|| format!("{wrong:?} is to be caught by {case}: {caught:?}, {:?}", report.verdicts))
        });
    }
    let mut missed = Vec::new();
    while let Some(run) = runs.join_next().await {
        missed.extend(run.expect("a run"));
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

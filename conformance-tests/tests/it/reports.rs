//! The reports say what was found, in every form, and the known deviations only shrink.

use conformance_tests::render::{html, junit, terminal};
use conformance_tests::tree::Element;
use conformance_tests::{
    Deviations, Options, Peers, Report, Role, Standing, Subject, Suite, Symbol, Verdict,
};

use crate::reference::Fault;
use crate::subjects::{run_broker, run_broker_with};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_says_the_same() {
    let report = run_broker(Some(Fault::InterimUnfilled), &["B02", "B03", "E03"]).await;
    assert!(!report.ok, "{}", terminal(&report));
    let failed = report.of("fail").next().expect("B02 fails");
    assert_eq!(failed.case, "B02");
    assert!(failed.exchanges.len() >= 4, "the exchange is kept");

    let text = terminal(&report);
    assert!(text.starts_with("fail           B02"), "what failed comes first: {text}");
    assert!(text.contains("expected: Loaned to ISIL:CT-R1-12"), "{text}");
    assert!(text.contains("3 cases"), "{text}");

    let junit = Element::parse(junit(&report).as_bytes()).expect("JUnit is XML");
    let cases: Vec<&Element> = junit.all("testsuite").flat_map(|suite| suite.all("testcase")).collect();
    assert_eq!(cases.len(), report.results.len());
    assert_eq!(
        cases.iter().filter(|case| case.child("failure").is_some()).count(),
        report.of("fail").count()
    );
    assert_eq!(
        cases.iter().filter(|case| case.child("skipped").is_some()).count(),
        2,
        "E03 needs credentials"
    );

    let page = html(&report);
    assert!(page.contains("id=\"B02-1.2\" open"), "what failed is open");
    let place = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing"));
    assert!(place("What failed") < place("<a href=\"#B02-1.2\">"), "and linked");
    assert!(place("<a href=\"#B02-1.2\">") < place("Summary"), "before anything else");
    assert!(page.contains("<mark>") && page.contains("&gt;Unfilled&lt;"), "the line that is wrong is marked");
    assert!(page.contains("&lt;supplyingAgencyMessage&gt;"), "the exchange is shown");
    assert!(!page.contains("src=") && !page.contains("<link"), "the page needs nothing else");

    let json = report.to_json().expect("JSON");
    let again: Report = serde_json::from_str(&json).expect("its own JSON");
    assert_eq!((again.cases, again.verdicts, again.ok), (report.cases, report.verdicts.clone(), report.ok));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_in_which_nothing_was_applicable_is_no_success() {
    let report = run_broker(None, &["E03"]).await;
    assert!(!report.ok);
    let verdict = report.verdict();
    assert!(verdict.starts_with("Nothing was tested: ") && verdict.contains("(2 cases)"), "{verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subject_that_cannot_be_reached_has_passed_nothing() {
    let own: Symbol = "ISIL:CT-SUBJECT".parse().expect("a symbol");
    let suite = Suite::open(Peers::standard(&own, "127.0.0.1:0")).await.expect("free ports");
    let subject = Subject::new(Role::Supplier, "http://127.0.0.1:9/iso18626");
    let cases = ["E01", "W02", "W03", "W04", "W05", "W06", "W16"].map(str::to_owned).to_vec();
    let report = suite.run(subject, &Options { cases, ..Options::default() }, |_| {}).await.expect("a run");
    assert_eq!(report.of("pass").count(), 0, "{}", terminal(&report));
    let verdict = report.verdict();
    assert!(
        verdict.starts_with("Nothing was tested: ") && verdict.contains("cannot be reached"),
        "{verdict}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_of_all_messages_names_the_case_in_which_it_was_broken() {
    let report = run_broker(Some(Fault::BareVersion), &["L01", "W02"]).await;
    let failed = report.of("fail").find(|result| result.case == "W02").expect("W02 fails");
    let Verdict::Fail(failure) = &failed.verdict else { unreachable!("it is of the failed ones") };
    assert!(failure.got.contains("in L01"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_known_deviation_is_no_failure_and_must_go_when_it_is_gone() {
    let known = "[[deviation]]\ncase = \"B02\"\nreason = \"our members want to see each Unfilled\"\n";
    let known = Deviations::parse(known).expect("a list of deviations");
    let report = run_broker_with(Some(Fault::InterimUnfilled), &["B02"], known.clone()).await;
    assert!(report.ok, "{}", terminal(&report));
    assert!(report.results.iter().all(|result| matches!(result.standing, Standing::KnownDeviation(_))));

    let report = run_broker_with(None, &["B02"], known).await;
    assert!(!report.ok, "a deviation that is gone fails the run");

    assert!(
        Deviations::parse("[[deviation]]\ncase = \"B02\"\nreason = \" \"\n").is_err(),
        "a reason is needed"
    );
    assert!(
        Deviations::parse("[[deviation]]\ncase = \"B99\"\nreason = \"x\"\n").is_err(),
        "a case is needed"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_writes_the_same_ids() {
    let ids = |report: &Report| -> Vec<String> {
        let exchanges = report.results.iter().flat_map(|result| &result.exchanges);
        let sent =
            exchanges.filter(|shown| shown.from.contains("CT-R1") && shown.message.contains("<request>"));
        sent.filter_map(|shown| {
            let tree = Element::parse(shown.message.as_bytes()).ok()?;
            tree.text_at("request/header/requestingAgencyRequestId").map(str::to_owned)
        })
        .collect()
    };
    let (one, two) = (run_broker(None, &["B01", "M12"]).await, run_broker(None, &["B01", "M12"]).await);
    assert!(!ids(&one).is_empty());
    assert_eq!(ids(&one), ids(&two));
}

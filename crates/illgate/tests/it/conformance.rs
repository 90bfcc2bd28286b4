//! illgate is held to its own conformance suite, as a broker in both editions and as a router and an initiator of NCIP in both versions,
//! and every message that it emits in the runs to the official schemas, and every coded element to the list of its scheme.

use iso18626::Edition;
use ncip::Version;

use crate::{
    program::{folder, illgate, run},
    support::{
        official::Official,
        oracle::{Oracle, VERSIONS, schema},
        terms::{wrong_codes, wrong_terms},
    },
};

/// What the suite owes its users.
const CASES: u64 = 120;
/// The same for NCIP, as who is asked and as who asks.
const NCIP_CASES: u64 = 60;
const INITIATOR_CASES: u64 = 60;

/// Seconds that what must come is waited for: many, for a machine that has other work too.
const TIMEOUT: &str = "60";

#[test]
fn illgate_conforms_in_both_editions() {
    let report = held_to(&["conformance", "--self", "--json", "--timeout", TIMEOUT], CASES);
    all_listed(&report, "<ISO18626Message", wrong_codes, 400);
    let Some(official) = Official::find() else { return };
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let emitted = emitted(&report, edition);
        assert!(emitted.len() > 200, "only {} messages in {edition}", emitted.len());
        official.assert_valid(edition, emitted.iter().map(|message| message.as_bytes()));
    }
}

#[test]
fn illgate_conforms_as_a_router_of_ncip() {
    let report = held_to(
        &["conformance", "--self", "--role", "ncip-responder", "--json", "--timeout", TIMEOUT],
        NCIP_CASES,
    );
    all_listed(&report, "<NCIPMessage", wrong_terms, 200);
    all_valid(&report, &[(V1, 100), (V2, 100), (VERSION_MESSAGE, 2)]);
}

#[test]
fn illgate_conforms_as_an_initiator_of_ncip() {
    let report = held_to(
        &["conformance", "--self", "--role", "ncip-initiator", "--json", "--timeout", TIMEOUT],
        INITIATOR_CASES,
    );
    all_listed(&report, "<NCIPMessage", wrong_terms, 600);
    all_valid(&report, &[(V1, 300), (V2, 300)]);
}

#[test]
fn lists_and_peers_files_are_for_the_role() {
    let folder = folder();
    let out = |args: &[&str]| {
        let ran = run(&mut illgate(folder.path(), args));
        assert_eq!(ran.code, 0, "{args:?}: {}", ran.err);
        ran.out
    };
    let ncip = out(&["conformance", "--list", "--role", "ncip-responder"]);
    assert!(!ncip.contains("  B01"), "a broker's case is not a responder's: {ncip}");
    let all = out(&["conformance", "--list"]);
    assert!(all.contains("  B01") && all.contains("  NF03"), "without a role all are listed: {all}");

    let peers = out(&[
        "conformance",
        "--print-peers",
        "--role",
        "supplier",
        "--symbol",
        "ISIL:US-CO-1",
        "--edition",
        "1.2",
        "--listen",
        "192.0.2.7:8000",
    ]);
    assert!(
        peers.contains("subject = \"ISIL:US-CO-1\"") && peers.contains("http://192.0.2.7:8000/r1-12"),
        "{peers}"
    );
    assert!(!peers.contains("part = \"supplier\"") && !peers.contains("2021-2"), "{peers}");

    let ran = run(&mut illgate(folder.path(), &["conformance", "--self", "--role", "supplier"]));
    assert_ne!(ran.code, 0);
    assert!(ran.err.contains("cannot be tested as a supplier"), "{}", ran.err);
}

/// By what a message of NCIP 1 is known, one of 2.02, and one of LookupVersion.
const V1: &str = "<NCIPMessage version=\"http://www.niso.org/ncip/v1_0";
const V2: &str = "version=\"http://www.niso.org/schemas/ncip/v2_02/";
const VERSION_MESSAGE: &str = "<NCIPVersionMessage";

/// What illgate wrote of each kind is valid, and there is so much of it.
fn all_valid(report: &serde_json::Value, kinds: &[(&str, usize)]) {
    let Some(oracle) = Oracle::find() else { return };
    for &(mark, least) in kinds {
        let schema = match mark {
            V1 => schema(Version::V1_0),
            V2 => schema(Version::V2_02),
            _ => Some(VERSIONS),
        };
        let emitted: Vec<(String, Vec<u8>)> = written(report, "the subject")
            .filter(|(_, text)| text.contains(mark))
            .map(|(case, text)| (case.to_owned(), text.trim_start().as_bytes().to_vec()))
            .collect();
        assert!(emitted.len() >= least, "only {} messages with {mark}", emitted.len());
        oracle.all_valid(schema.expect("these versions have a schema"), &emitted);
    }
}

/// The codes of every message in a run are listed, those of the suite too.
fn all_listed(report: &serde_json::Value, root: &str, wrong: fn(&str) -> Option<String>, least: usize) {
    let results = report["results"].as_array().into_iter().flatten();
    let exchanges = results.flat_map(|result| {
        let exchanges = result["exchanges"].as_array().into_iter().flatten();
        exchanges.map(|exchange| (result["case"].as_str().unwrap_or_default(), exchange))
    });
    let texts = exchanges.flat_map(|(case, exchange)| {
        [&exchange["message"], &exchange["answer"]].map(|text| (case, text.as_str().unwrap_or_default()))
    });
    let texts: Vec<(&str, &str)> = texts.filter(|(_, text)| text.contains(root)).collect();
    assert!(texts.len() >= least, "only {} messages", texts.len());
    let bad: std::collections::BTreeSet<String> =
        texts.iter().filter_map(|(case, text)| Some(format!("{case}: {}", wrong(text)?))).collect();
    assert!(bad.is_empty(), "{}", bad.into_iter().collect::<Vec<_>>().join("\n"));
}

/// A run in which nothing failed and everything could be told.
fn held_to(args: &[&str], least: u64) -> serde_json::Value {
    let folder = folder();
    let ran = run(&mut illgate(folder.path(), args));
    let report: serde_json::Value = serde_json::from_str(&ran.out).expect("the report is JSON");
    let results = report["results"].as_array().expect("the report has its results");
    let bad: Vec<String> = results
        .iter()
        .filter(|result| matches!(result["verdict"].as_str(), Some("fail" | "inconclusive")))
        .map(|result| {
            format!("{} {}: {} {}", result["case"], result["edition"], result["got"], result["why"])
        })
        .collect();
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    assert_eq!((ran.code, report["ok"].as_bool()), (0, Some(true)), "{}", ran.err);
    assert!(report["cases"].as_u64().is_some_and(|cases| cases >= least), "{} cases", report["cases"]);
    report
}

/// Every message and confirmation that illgate wrote in an edition.
fn emitted(report: &serde_json::Value, edition: Edition) -> Vec<&str> {
    let own = report["subject"].as_str().expect("the report names its subject");
    let version = format!("version=\"{edition}\"");
    written(report, own)
        .map(|(_, text)| text)
        .filter(|text| text.contains("<ISO18626Message") && text.contains(&version))
        .collect()
}

/// What illgate wrote, with the case it wrote it in: messages where it began, answers elsewhere.
fn written<'a>(report: &'a serde_json::Value, own: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let results = report["results"].as_array().into_iter().flatten();
    results.flat_map(move |result| {
        let exchanges = result["exchanges"].as_array().into_iter().flatten();
        exchanges.filter_map(move |exchange| {
            let text = if exchange["from"] == own { &exchange["message"] } else { &exchange["answer"] };
            Some((result["case"].as_str()?, text.as_str()?))
        })
    })
}

//! illgate is held to its own conformance suite, in both editions, and every message that it emits in the run to the official schemas.

use iso18626::Edition;

use crate::{
    program::{folder, illgate, run},
    support::official::Official,
};

/// What the suite owes its users.
const CASES: u64 = 120;

#[test]
fn illgate_conforms_in_both_editions() {
    let folder = folder();
    let ran = run(&mut illgate(folder.path(), &["conformance", "--self", "--json"]));
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
    assert!(report["cases"].as_u64().is_some_and(|cases| cases >= CASES), "{} cases", report["cases"]);

    let Some(official) = Official::find() else { return };
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let emitted = emitted(&report, edition);
        assert!(emitted.len() > 200, "only {} messages in {edition}", emitted.len());
        official.assert_valid(edition, emitted.iter().map(|message| message.as_bytes()));
    }
}

/// Every message and confirmation that illgate wrote in an edition.
fn emitted(report: &serde_json::Value, edition: Edition) -> Vec<&str> {
    let own = report["subject"].as_str().expect("the report names its subject");
    let version = format!("version=\"{edition}\"");
    let exchanges = report["results"].as_array().into_iter().flatten();
    let exchanges = exchanges.flat_map(|result| result["exchanges"].as_array().into_iter().flatten());
    exchanges
        .map(|exchange| if exchange["from"] == own { &exchange["message"] } else { &exchange["answer"] })
        .filter_map(serde_json::Value::as_str)
        .filter(|text| text.contains("<ISO18626Message") && text.contains(&version))
        .collect()
}

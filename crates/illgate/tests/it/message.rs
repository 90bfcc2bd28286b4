//! `illgate message` on small samples.

use crate::program::{data, folder, illgate, run, run_with};

#[test]
fn messages_are_checked_as_a_compiler_checks() {
    let files = ["request-1.2.xml", "loaned-2021-2.xml", "bad-request.xml", "not-a-message.txt"];
    let ran = run(illgate(&data(), &["message", "check"]).args(files));
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    testkit::same_as_checked_in("crates/illgate/tests/it/snapshots/message-check.txt", &ran.out);
    assert_eq!(run(&mut illgate(&data(), &["message", "check", "request-1.2.xml"])).code, 0);
}

#[test]
fn a_check_gives_its_places_as_json() {
    let ran = run(&mut illgate(&data(), &["message", "check", "--json", "bad-request.xml"]));
    let found: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON on standard output");
    assert_eq!((ran.code, &found["ok"], &found["kind"]), (1, &false.into(), &"request".into()));
    let places: Vec<(u64, &str)> = found["diagnostics"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|one| (one["line"].as_u64().unwrap_or(0), one["path"].as_str().unwrap_or("")))
        .collect();
    assert!(
        places.iter().any(|(line, path)| *line == 8 && path.ends_with("/header/timestamp")),
        "{places:?}"
    );
    assert!(places.iter().any(|(line, path)| *line == 16 && path.ends_with("/serviceType")), "{places:?}");
}

#[test]
fn standard_input_is_a_file_too() {
    let bytes = std::fs::read(data().join("request-1.2.xml")).expect("the sample is there");
    let ran = run_with(&mut illgate(&data(), &["message", "check", "-"]), &bytes);
    assert_eq!((ran.code, ran.out.as_str()), (0, "<stdin>: request, edition 1.2: ok\n"));
}

#[test]
fn a_conversion_tells_what_it_loses() {
    let ran = run(&mut illgate(&data(), &["message", "convert", "--to", "1.2", "loaned-2021-2.xml"]));
    assert_eq!(ran.code, 0, "{}", ran.err);
    testkit::same_as_checked_in("crates/illgate/tests/it/snapshots/message-losses.txt", &ran.err);
    let again = run_with(&mut illgate(&data(), &["message", "check", "-"]), ran.out.as_bytes());
    assert_eq!(again.out, "<stdin>: supplyingAgencyMessage, edition 1.2: ok\n");
}

#[test]
fn a_message_is_shown_indented_and_as_it_was_understood() {
    let ran = run(&mut illgate(&data(), &["message", "show", "request-1.2.xml"]));
    assert!(ran.code == 0 && ran.out.contains("\n    <header>\n"), "{}", ran.out);
    let json = run(&mut illgate(&data(), &["message", "show", "--json", "request-1.2.xml"]));
    let shown: serde_json::Value = serde_json::from_str(&json.out).expect("JSON on standard output");
    assert_eq!(shown["message"]["request"]["header"]["requesting_agency_request_id"], "NC-2026-0041");
}

#[test]
fn a_file_that_is_not_there_may_be_there_another_time() {
    let ran = run(&mut illgate(&data(), &["message", "check", "absent.xml"]));
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
}

#[test]
fn a_file_that_cannot_be_read_keeps_none_of_the_others_from_being_checked() {
    let files = ["absent.xml", "bad-request.xml", "request-1.2.xml"];
    let ran = run(illgate(&data(), &["message", "check"]).args(files));
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("absent.xml"), "{}", ran.err);
    assert!(ran.out.contains("bad-request.xml:8:") && ran.out.ends_with("edition 1.2: ok\n"), "{}", ran.out);
}

#[test]
fn a_conversion_makes_its_folder_and_writes_over_nothing() {
    let folder = folder();
    let into = folder.path().join("new").display().to_string();
    let args = ["message", "convert", "--to", "2021-2", "request-1.2.xml", "--into", &into];
    let ran = run(&mut illgate(&data(), &args));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let at = folder.path().join("new").join("request-1.2.xml");
    std::fs::write(&at, "mine").expect("it can be written");
    let ran = run(&mut illgate(&data(), &args));
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert_eq!(std::fs::read_to_string(&at).expect("it is there"), "mine");
}

#[test]
fn a_message_of_ncip_is_told_by_its_root() {
    let ran = run(&mut illgate(&data(), &["message", "check", "checkout-ncip-1.xml"]));
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert!(
        ran.out.contains("checkout-ncip-1.xml:17:5: warning: `DesiredDateDue` is a date without a time"),
        "{}",
        ran.out
    );
    assert!(ran.out.ends_with("checkout-ncip-1.xml: CheckOutItem, NCIP 1.0: 1 warning\n"), "{}", ran.out);

    let ran = run(&mut illgate(&data(), &["message", "convert", "--to", "ncip-2.02", "checkout-ncip-1.xml"]));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let again = run_with(&mut illgate(&data(), &["message", "check", "-"]), ran.out.as_bytes());
    assert_eq!(again.out, "<stdin>: CheckOutItem, NCIP 2.02: ok\n");

    let ran = run(&mut illgate(&data(), &["message", "convert", "--to", "1.2", "checkout-ncip-1.xml"]));
    assert!(ran.code == 1 && ran.err.contains("no form in ISO 18626"), "{}", ran.err);
}

//! Bad files: everything that is wrong is said at once. Each file of `problems/` has its listing beside it.

use std::fs;

use proptest::prelude::*;
use registry::{Problem, Registry};

use testkit::same_as_checked_in;

use crate::support::{checkout, file, library};

const FOLDER: &str = "crates/registry/tests/it/problems";

fn listing(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect()
}

#[test]
fn every_bad_file_has_its_listing() {
    let mut seen = 0;
    for entry in fs::read_dir(checkout(FOLDER)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let problems = Registry::parse_toml(&fs::read_to_string(&path).unwrap()).unwrap_err();
        assert!(!problems.is_empty(), "{name}");
        same_as_checked_in(&format!("{FOLDER}/{name}.txt"), &listing(&problems));
        seen += 1;
    }
    assert!(seen >= 5, "only {seen} bad files");
}

/// Each of these lines is wrong by itself, where and as said. `at` is part of the key, `says` part of the sentence.
#[test]
fn each_rule_is_told_at_its_key() {
    let rows: &[(&str, &str, &str)] = &[
        ("edition = 1", "library[a].edition", "no such key"),
        ("kind = \"libary\"", "library[a].kind", "did you mean \"library\""),
        ("borrows = \"yes\"", "library[a].borrows", "must be true or false"),
        ("parent = \"nobody\"", "library[a].parent", "there is no library `nobody`"),
        ("parent = \"a\"", "library[a].parent", "is the library itself"),
        ("behind = \"b\"", "library[a].behind", "not a broker"),
        (
            "groups = [{ group = \"g\", priority = 1 }]",
            "library[a].groups[#1].group",
            "there is no group `g`",
        ),
        ("groups = [{ group = \"h\", priority = 0 }]", "library[a].groups[#1].priority", "is 0"),
        ("groups = [{ group = \"h\" }]", "library[a].groups[#1].priority", "is missing"),
        (
            "groups = [{ group = \"h\", priority = 1 }, { group = \"h\", priority = 2 }]",
            "library[a].groups[#2].group",
            "named twice",
        ),
        ("accept_from = [\"192.0.2.1/24\"]", "library[a].accept_from[#1]", "the range is 192.0.2.0/24"),
        ("calendar.time_zone = \"Denver\"", "library[a].calendar.time_zone", "not a known time zone"),
        ("calendar.open_days = [\"monday\", \"monday\"]", "library[a].calendar.open_days[#2]", "named twice"),
        (
            "calendar.closures = [{ from = 2026-12-26, to = 2026-12-24 }]",
            "library[a].calendar.closures[#1].to",
            "ends (2026-12-24) before it begins",
        ),
        (
            "calendar.closures = [{ from = 2026-12-26, to = 12 }]",
            "library[a].calendar.closures[#1].to",
            "must be a date",
        ),
        (
            "clocks.answer = { working_days = 9, cap_calendar_days = 7 }",
            "library[a].clocks.answer.cap_calendar_days",
            "are over before 9 working days",
        ),
        (
            "clocks.answer = { working_days = 0, cap_calendar_days = 7 }",
            "library[a].clocks.answer.working_days",
            "is 0",
        ),
        ("clocks.deliver = \"0s\"", "library[a].clocks.deliver", "must be longer than zero"),
        ("connection.concurrency = 0", "library[a].connection.concurrency", "is 0"),
        ("connection.concurrency = -1", "library[a].connection.concurrency", "is -1"),
        ("connection.rate = \"10\"", "library[a].connection.rate", "not a rate"),
        (
            "connection.timeouts.connect = \"2m\"",
            "library[a].connection.timeouts.connect",
            "connect is 2m, longer than",
        ),
        ("connection.retry.longest = \"1s\"", "library[a].connection.retry.longest", "longer than"),
        ("connection.dialect = \"klingon\"", "library[a].connection.dialect", "not among \"plain\""),
        (
            "connection.headers = [{ name = \"X-A\" }]",
            "library[a].connection.headers[#1]",
            "neither a value nor a secret",
        ),
        (
            "connection.headers = [{ name = \"X-A\", value = \"1\", secret = \"env:A\" }]",
            "library[a].connection.headers[#1]",
            "needs one of them",
        ),
        (
            "connection.headers = [{ name = \"Authorization\", value = \"Bearer swordfish\" }]",
            "library[a].connection.headers[#1].value",
            "carries a secret",
        ),
        (
            "connection.headers = [{ name = \"X-Key\", secret = \"swordfish\" }]",
            "library[a].connection.headers[#1].secret",
            "where the secret is kept",
        ),
        (
            "connection.headers = [{ name = \"X-A\", value = \"1\" }, { name = \"x-a\", value = \"2\" }]",
            "library[a].connection.headers[#2].name",
            "there twice",
        ),
        (
            "contact = [{ name = \"Desk\", email = \"desk\" }]",
            "library[a].contact[#1].email",
            "not an e-mail address",
        ),
        ("contact = [{}]", "library[a].contact[#1].name", "is missing"),
        ("address = [{ country = \"usa\" }]", "library[a].address[#1].country", "two capital letters"),
        ("address = [{ purposes = [\"return\"] }]", "library[a].address[#1]", "says nothing"),
        (
            "connection.manual = { mail_to = [\"desk@example.org\"] }",
            "library[a].connection.manual",
            "kind = \"manual\"",
        ),
        ("connection.ncip = { preset = \"koha\" }", "library[a].connection.ncip.url", "is missing"),
        (
            "connection.ncip = { url = \"http://a.example.org/\", preset = \"kohha\" }",
            "library[a].connection.ncip.preset",
            "did you mean \"koha\"",
        ),
        (
            "connection.ncip = { url = \"tcp://a.example.org\" }",
            "library[a].connection.ncip.url",
            "needs a port",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", version = \"2.2\" }",
            "library[a].connection.ncip.version",
            "not among \"2.02\"",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", agency_secret = \"swordfish\" }",
            "library[a].connection.ncip.agency_secret",
            "where the secret is kept",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", steps = { check_patron = \"on\" } }",
            "library[a].connection.ncip.steps.check_patron",
            "must be true or false",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", steps = { hold_for_patrons = true } }",
            "library[a].connection.ncip.steps.hold_for_patrons",
            "did you mean `hold_for_patron`",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", tolerated = [{ service = \"CheckIn\", problem = \"X\" }] }",
            "library[a].connection.ncip.tolerated[#1].service",
            "not an NCIP service",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", institutional_patrons = [{ patron = \"1\" }, { patron = \"2\" }] }",
            "library[a].connection.ncip.institutional_patrons[#2]",
            "second patron for every other library",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", agencies = [\"A\", \"a\"] }",
            "library[a].connection.ncip.agencies[#2]",
            "is an agency of `a` already",
        ),
        (
            "connection.ncip = { url = \"http://a.example.org/\", time_zone = \"Denver\" }",
            "library[a].connection.ncip.time_zone",
            "not a known time zone",
        ),
        ("hosted.temporary_items = \"prefix:\"", "library[a].hosted.temporary_items", "1 to 12 letters"),
        ("hosted.availability = \"yes\"", "library[a].hosted.availability", "not among \"expect-to-supply\""),
        ("hosted.loan_days = 0", "library[a].hosted.loan_days", "from 1 to 366"),
        ("hosted.undo_window = \"3601s\"", "library[a].hosted.undo_window", "an hour is the most"),
        ("hosted.unknown_items = \"ask\"", "library[a].hosted.unknown_items", "not among \"refuse\""),
        ("hosted.poll_every = \"1s\"", "library[a].hosted.poll_every", "too often"),
        ("courier.via = \"nobody\"", "library[a].courier.via", "there is no library `nobody`"),
        ("courier.via = \"a\"", "library[a].courier.via", "is the library itself"),
        ("courier.days = [\"monday\", \"monday\"]", "library[a].courier.days[#2]", "named twice"),
        ("short_name = \"  \"", "library[a].short_name", "is empty"),
    ];
    for (line, at, says) in rows {
        let text = file(&format!(
            "[[group]]\nid = \"h\"\nname = \"H\"\n\n{}{}",
            library("a", line),
            library("b", "")
        ));
        let problems = Registry::parse_toml(&text).expect_err(line);
        assert_eq!(problems.len(), 1, "{line}\n{}", listing(&problems));
        let problem = &problems[0];
        assert!(problem.key == *at && problem.sentence.contains(says), "{line}\n{problem}");
        assert!(!problem.to_string().contains("swordfish"), "{problem}");
        let there = text.lines().nth(problem.line - 1).unwrap();
        assert!(there == *line || says.contains("missing"), "{line}\npoints at: {there}");
    }
}

#[test]
fn what_secures_a_line_is_whole_and_of_use() {
    let rows = [
        ("tls", "certificate = \"file:a\"", "tls.key", "shown with its key"),
        ("tls", "key = \"file:a\"", "tls.certificate", "shown with the key"),
        ("tls", "pins = [\"e3:b0\"]", "tls.pins[#1]", "64 hexadecimal digits"),
        ("tcp", "authorities = \"file:a\"", "tls", "begins with https or tls"),
    ];
    for (scheme, tls, key, says) in rows {
        let ncip = format!("connection.ncip.url = \"{scheme}://a.example.org:1\"");
        let problems =
            Registry::parse_toml(&file(&library("a", &format!("{ncip}\nconnection.tls = {{ {tls} }}"))));
        let problems = problems.unwrap_err();
        let [problem] = &problems[..] else { panic!("{tls}: {}", listing(&problems)) };
        assert!(
            problem.key == format!("library[a].connection.{key}") && problem.sentence.contains(says),
            "{problem}"
        );
    }
}

#[test]
fn what_is_lost_with_a_broken_line_is_not_told_as_missing() {
    let good = file(&library("a", ""));
    let broken = good.replace("symbols = [\"ISIL:XX-A\"]", "symbols = [\"ISIL:XX-A\"");
    let problems = Registry::parse_toml(&broken).unwrap_err();
    assert!(problems.iter().all(|problem| problem.sentence.contains("not TOML")), "{}", listing(&problems));
}

#[test]
fn a_broken_line_does_not_hide_what_else_is_wrong() {
    let text = file(&format!(
        "{}{}",
        library("a", "lends = maybe"),
        library("b", "calendar.time_zone = \"Nowhere\"")
    ));
    let problems = Registry::parse_toml(&text).unwrap_err();
    let listing = listing(&problems);
    assert!(
        problems.len() == 2 && listing.contains("not TOML") && listing.contains("`Nowhere`"),
        "{listing}"
    );
}

#[test]
fn columns_count_characters() {
    let text = file(&library(
        "a",
        "calendar = { closures = [{ what = \"Ä\u{1F600}\", from = 2026-01-01, to = 1 }] }",
    ));
    let problems = Registry::parse_toml(&text).unwrap_err();
    let line = text.lines().nth(problems[0].line - 1).unwrap();
    assert_eq!(line.chars().skip(problems[0].column - 1).collect::<String>(), "1 }] }");
}

proptest! {
    /// Whatever the text, reading ends with a registry or with problems that lie in it.
    #[test]
    fn any_text_is_read_to_an_end(text in "(?s)[\\[\\]{}=\"#.,a-z0-9 \n-]{0,200}") {
        if let Err(problems) = Registry::parse_toml(&text) {
            prop_assert!(!problems.is_empty());
            for problem in problems {
                prop_assert!(problem.line >= 1 && problem.line <= text.matches('\n').count() + 1);
            }
        }
    }

    /// A good file with a piece cut out is never a panic.
    #[test]
    fn a_damaged_file_is_read_to_an_end(from in 0usize..6000, length in 0usize..80) {
        let sample = fs::read_to_string(checkout("deploy/sample-consortium.toml")).unwrap();
        let kept: String = sample.chars().enumerate().filter(|(at, _)| *at < from || *at >= from + length).map(|(_, c)| c).collect();
        let _ = Registry::parse_toml(&kept).map_err(|problems| assert!(!problems.is_empty()));
    }
}

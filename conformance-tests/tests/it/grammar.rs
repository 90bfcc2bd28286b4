//! The suite's own reading of the standard agrees with the official schemas: on other systems' messages, on what the suite writes, and on
//! both with one thing changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use conformance_tests::edition::Edition;
use conformance_tests::grammar::faults;
use conformance_tests::tree::Element;
use conformance_tests::wire::{
    Code, Confirmed, Delivery, Head, Request, Requesting, Say, Supplying, el, wrap,
};

/// The official schema of an edition, where it and xmllint are there.
fn official(edition: Edition) -> Option<PathBuf> {
    let name = match edition {
        Edition::V1_2 => "ISO-18626-v1_2.xsd",
        Edition::V2021_2 => "ISO-18626-2021-2.xsd",
    };
    let file = beside("standards").join(name);
    if file.exists() && Command::new("xmllint").arg("--version").output().is_ok() {
        return Some(file);
    }
    skip(&format!("no xmllint, or no {}", file.display()));
    None
}

fn beside(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(name)
}

fn skip(why: &str) {
    assert!(std::env::var_os("ILLGATE_NO_SKIP").is_none(), "{why}");
    eprintln!("skipped: {why}");
}

/// What xmllint says of each of these messages.
fn valid(schema: &Path, messages: &[String]) -> Vec<bool> {
    let dir = tempfile::tempdir().expect("room for a folder");
    let mut verdicts = Vec::new();
    for some in messages.chunks(300) {
        let names: Vec<String> = (0..some.len()).map(|number| format!("{number:04}.xml")).collect();
        for (name, message) in names.iter().zip(some) {
            std::fs::write(dir.path().join(name), message).expect("a file");
        }
        let ran = Command::new("xmllint")
            .current_dir(dir.path())
            .args(["--noout", "--nonet", "--schema"])
            .arg(std::path::absolute(schema).expect("a path"))
            .args(&names)
            .output()
            .expect("xmllint runs");
        let said = String::from_utf8_lossy(&ran.stderr);
        verdicts
            .extend(names.iter().map(|name| said.lines().any(|line| line == format!("{name} validates"))));
    }
    verdicts
}

#[test]
fn other_systems_messages_are_told_apart_as_the_schemas_do() {
    let corpus = beside("corpus");
    let Ok(table) = std::fs::read_to_string(corpus.join("VALIDATION.tsv")) else {
        return skip(&format!("no corpus at {}", corpus.display()));
    };
    let mut seen = 0;
    for row in table.lines().map(|line| line.split('\t').collect::<Vec<_>>()).filter(|row| row[2] == "iso") {
        let bytes = std::fs::read(corpus.join(row[0]).join(row[1])).expect("the table's file");
        for (edition, wanted) in [(Edition::V1_2, row[4]), (Edition::V2021_2, row[5])] {
            let found = match Element::parse(&bytes) {
                Ok(tree) => faults(&tree, edition),
                Err(error) => vec![error],
            };
            assert_eq!(found.is_empty(), wanted == "yes", "{} in {edition}: {found:?}", row[1]);
            seen += 1;
        }
    }
    assert!(seen >= 20, "{seen} readings");
}

#[test]
fn what_the_suite_writes_is_valid_and_every_change_is_judged_as_the_schemas_judge_it() {
    for edition in Edition::ALL {
        let Some(schema) = official(edition) else { return };
        let messages = samples(edition);
        for (message, valid) in messages.iter().zip(valid(&schema, &messages)) {
            let tree = Element::parse(message.as_bytes()).expect("well-formed");
            assert!(valid, "{edition}: {message}");
            assert_eq!(faults(&tree, edition), Vec::<String>::new(), "{message}");
        }
        let changed: Vec<String> = messages.iter().flat_map(|message| changes(message)).collect();
        assert!(changed.len() > 300, "{} changes", changed.len());
        let (mut refused, mut wrong) = (0, Vec::new());
        for (message, valid) in changed.iter().zip(valid(&schema, &changed)) {
            let ours = Element::parse(message.as_bytes()).map(|tree| faults(&tree, edition));
            let ours_valid = ours.as_ref().is_ok_and(Vec::is_empty);
            refused += usize::from(!valid);
            if ours_valid != valid {
                wrong.push(format!("the schema of {edition} says {valid}, we {ours:?}: {message}"));
            }
        }
        assert!(refused > 100, "{refused} changes are refused");
        assert!(wrong.is_empty(), "{} of {}: {}", wrong.len(), changed.len(), wrong[0]);
    }
}

/// The message with one element left out, doubled, emptied or renamed, each element in its turn.
fn changes(message: &str) -> Vec<String> {
    let mut changed = Vec::new();
    for (start, _) in message.match_indices('<') {
        let rest = &message[start + 1..];
        let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        let end_tag = format!("</{name}>");
        let Some(end) = message[start..].find(&end_tag).map(|place| start + place + end_tag.len()) else {
            continue;
        };
        if name.is_empty() || name == "ISO18626Message" {
            continue;
        }
        let (before, own, after) = (&message[..start], &message[start..end], &message[end..]);
        changed.push(format!("{before}{after}"));
        changed.push(format!("{before}{own}{own}{after}"));
        changed.push(format!("{before}<{name}></{name}>{after}"));
        changed.push(format!("{before}<other>x</other>{own}{after}"));
        if !own[1..].contains("><") {
            changed.push(format!("{before}<{name}>perhaps</{name}>{after}"));
        }
    }
    changed
}

/// One message of each kind, with much in it.
fn samples(edition: Edition) -> Vec<String> {
    let new = edition == Edition::V2021_2;
    let now = "2031-02-03T04:05:06.789Z";
    let head = Head {
        supplier: Some("ISIL:S".parse().expect("a symbol")),
        requester: "ISIL:R".parse().expect("a symbol"),
        timestamp: now.to_owned(),
        request_id: "id-1".to_owned(),
        supplier_request_id: Some("id-2".to_owned()),
        multiple: Some("id-3".to_owned()),
        authentication: Some(("account".to_owned(), "secret".to_owned())),
    };
    let request = Request {
        head: head.clone(),
        kind: Some("Retry".to_owned()),
        previous: Some("id-0".to_owned()),
        service: "Loan".to_owned(),
        record: Some("record".to_owned()),
        title: "A title & more".to_owned(),
        volumes: vec!["4".to_owned()],
        item_ids: vec![("ISBN".into(), "9780000000002".to_owned())],
        bibliographic: el("author", "A. Author") + &el("subtitle", "and so on"),
        record_ids: vec![(Code::of("http://example.org/list", "OCLC"), "1".to_owned())],
        publication: wrap("publicationInfo", &el("publisher", "P")),
        need_before: Some("2031-03-01T00:00:00+01:00".to_owned()),
        level: Some("Rush".into()),
        format: Some("PDF".into()),
        any_edition: Some("Y".to_owned()),
        preferred_edition: Some("AnyEdition".to_owned()),
        conditions: vec!["LibraryUseOnly".into()],
        note: Some("a note".to_owned()),
        suppliers: vec!["ISIL:S".parse().expect("a symbol")],
        rest: wrap("requestedDeliveryInfo", &el("sortOrder", "1"))
            + &wrap("requestingAgencyInfo", &el("name", "Library"))
            + &wrap("patronInfo", &(el("surname", "S") + &el("sendToPatron", "Y")))
            + &wrap("billingInfo", &el("billingName", "B")),
    }
    .xml(edition);
    let supplying_head = Head { authentication: None, ..head.clone() };
    let say = Say {
        reason: Some("RequestResponse".to_owned()),
        answer: Some("Y".to_owned()),
        note: Some("a note".to_owned()),
        reason_unfilled: Some("NotHeld".into()),
        reason_retry: Some("OnLoan".into()),
        offered: Some(("EUR".to_owned(), "12.50".to_owned())),
        retry_before: Some(now.to_owned()),
        status: "Loaned".to_owned(),
        expected: Some(now.to_owned()),
        due: Some(now.to_owned()),
        last_change: None,
        delivery: Some(Delivery {
            items: vec!["item".to_owned()],
            url: Some("https://example.org/1".to_owned()),
            via: Some("Mail".into()),
            conditions: vec!["LibraryUseOnly".into()],
            format: Some("Printed".into()),
            costs: Some(("EUR".to_owned(), "1".to_owned())),
            ..Delivery::default()
        }),
        rest: if new { wrap("shippingInfo", &el("trackingId", "T")) } else { String::new() }
            + &wrap("returnInfo", &el("name", "N")),
    };
    let supplying = Supplying { head: supplying_head, say }.xml(edition, now);
    let requesting =
        Requesting { head, action: "Renew".to_owned(), note: Some("a note".to_owned()) }.xml(edition);
    let mut all = vec![request, supplying, requesting];
    for message in all.clone() {
        let tree = Element::parse(message.as_bytes()).expect("well-formed");
        for error in [None, Some(("UnrecognisedDataValue", "status: not known"))] {
            all.push(Confirmed { message: &tree, received: now, error }.xml(edition));
        }
    }
    all
}

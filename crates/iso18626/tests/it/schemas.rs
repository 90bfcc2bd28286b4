//! The generated schemas: checked in, up to date, and of one mind with the official ones.

use std::path::{Path, PathBuf};

use iso18626::{Edition, ReadOptions, WriteOptions, read, write, xsd};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::arbitrary::any_message;
use crate::official::{Official, verdicts};

/// The editions whose schema is published.
const PUBLISHED: [Edition; 2] = [Edition::V1_2, Edition::V2021_2];

fn checked_in(edition: Edition) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../schemas/iso18626-{edition}.xsd"))
}

#[test]
fn the_schemas_are_up_to_date() {
    for edition in PUBLISHED {
        testkit::same_as_checked_in(&format!("schemas/iso18626-{edition}.xsd"), &xsd(edition));
    }
}

/// Ways to spoil a message.
pub(crate) const WAYS: usize = 12;

/// A message changed somewhere: `seed` says where, `way` how.
pub(crate) fn mutated(message: &str, way: usize, seed: usize) -> String {
    let tags: Vec<(usize, &str)> = message
        .match_indices('<')
        .filter_map(|(at, _)| message[at..].find('>').map(|end| (at, &message[at..=at + end])))
        .filter(|(at, tag)| *at > 0 && !tag.starts_with("<?") && !tag.contains("ISO18626Message"))
        .collect();
    let Some((at, tag)) = tags.get(seed % tags.len().max(1)).copied() else { return message.to_owned() };
    let name = tag.trim_matches(['<', '>', '/']).split(' ').next().unwrap_or_default();
    let open = format!("<{name}");
    let close = format!("</{name}>");
    // The whole element that the tag opens or closes.
    let start = message[..=at].rfind(&open).unwrap_or(at);
    let end = message[start..].find(&close).map_or(at + tag.len(), |end| start + end + close.len());
    let element = &message[start..end];
    let inside = element.find('>').map_or(0, |gt| gt + 1)..element.len().saturating_sub(close.len());
    let replaced = |with: &str| format!("{}{with}{}", &message[..start], &message[end..]);
    let refilled =
        |with: &str| replaced(&format!("{}{with}{}", &element[..inside.start], &element[inside.end..]));
    match way {
        0 => replaced(""),
        1 => replaced(&format!("{element}{element}")),
        2 => refilled(""),
        3 => refilled("no such value"),
        4 => refilled("-1"),
        5 => replaced(&element.replace(name, "noSuchElement")),
        6 => format!("{}<noSuchElement/>{}", &message[..start], &message[start..]),
        7 => format!("{}stray text{}", &message[..start], &message[start..]),
        8 => replaced(&element.replacen(&open, &format!("{open} ill:scheme=\"urn:x\""), 1)),
        9 => replaced(&element.replacen(&open, &format!("{open} scheme=\"urn:x\""), 1)),
        10 => refilled("2026-01-31T12:00:00Z"),
        // The element after its successor.
        _ => match message[end..].strip_prefix('<') {
            Some(rest) if !rest.starts_with('/') => {
                let next = rest.split(['>', ' ', '/']).next().unwrap_or_default();
                let over = message[end..].find(&format!("</{next}>")).map(|at| end + at + next.len() + 3);
                match over {
                    Some(over) => {
                        format!("{}{}{element}{}", &message[..start], &message[end..over], &message[over..])
                    }
                    None => message.to_owned(),
                }
            }
            _ => message.to_owned(),
        },
    }
}

#[test]
fn mutated_messages_are_taken_and_refused_alike() {
    let Some(official) = Official::find() else { return };
    let mut runner = TestRunner::deterministic();
    for edition in PUBLISHED {
        let mut messages: Vec<Vec<u8>> = Vec::new();
        for seed in 0..60 {
            let message = any_message().new_tree(&mut runner).expect("a message can be drawn").current();
            let written = write(&message, &WriteOptions::new(edition)).expect("any message can be written");
            let text = String::from_utf8(written.bytes).expect("what is written is UTF-8");
            let spoilt = (0..WAYS).map(|way| mutated(&text, way, seed * 31 + way * 7).into_bytes());
            messages.extend(spoilt);
            messages.push(text.into_bytes());
        }
        let theirs = verdicts(&official.schema(edition), &messages);
        let ours = verdicts(&checked_in(edition), &messages);
        let refused = theirs.iter().filter(|verdict| verdict.is_some()).count();
        assert!(
            refused > messages.len() / 3,
            "mutations spoil many messages: {refused} of {}",
            messages.len()
        );
        assert!(refused < messages.len() * 9 / 10, "and not all: {refused} of {}", messages.len());
        for ((theirs, ours), message) in theirs.iter().zip(&ours).zip(&messages) {
            assert_eq!(
                theirs.is_none(),
                ours.is_none(),
                "{edition}: official {theirs:?}, ours {ours:?}\n{}",
                String::from_utf8_lossy(message)
            );
            // The reader says something exactly where the schema does.
            let said = read(message, &ReadOptions::default()).map(|reading| reading.diagnostics);
            let silent = said.as_ref().is_ok_and(Vec::is_empty);
            assert_eq!(
                theirs.is_none(),
                silent,
                "{edition}: official {theirs:?}, the reader {said:?}\n{}",
                String::from_utf8_lossy(message)
            );
        }
    }
}

/// A request in 1.2 with these values.
fn request_with(date: &str, amount: &str, order: &str, scheme: &str) -> String {
    let ns = "http://illtransactions.org/2013/iso18626";
    let agency = "<agencyIdType>a</agencyIdType><agencyIdValue>a</agencyIdValue>";
    let scheme = scheme.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!(
        "<ISO18626Message xmlns=\"{ns}\" xmlns:ill=\"{ns}\" ill:version=\"1.2\"><request><header>\
         <supplyingAgencyId>{agency}</supplyingAgencyId><requestingAgencyId>{agency}</requestingAgencyId>\
         <multipleItemRequestId/><timestamp>{date}</timestamp><requestingAgencyRequestId/></header><bibliographicInfo/>\
         <supplierInfo><sortOrder>{order}</sortOrder></supplierInfo><billingInfo><maximumCosts>\
         <currencyCode ill:scheme=\"{scheme}\"/><monetaryValue>{amount}</monetaryValue></maximumCosts></billingInfo>\
         </request></ISO18626Message>"
    )
}

#[test]
fn simple_values_are_taken_and_refused_alike() {
    let Some(official) = Official::find() else { return };
    let (date, amount, order, scheme) = ("2026-01-31T12:00:00Z", "1", "1", "urn:x");
    let dates = "-?(20[0-9]{2}|[0-9]{3,5})-(0[0-9]|1[0-3]|2)-([0-2][0-9]|3[0-2])T(0[0-9]|2[0-5]):(00|59|60):(00|59|60)(\\.[0-9]{0,3})?(Z|[+-](0[0-9]|1[0-5]):(00|30|60))?";
    let amounts = "[ ]?[+-]?[0-9]{0,26}[.]?[0-9]{0,3}";
    let schemes =
        "[a-z:/#%?@\\[\\] .A-F0-9é\"<>|{}~+-]{0,10}|(http|urn|1x)://?[a-z:@\\[\\]0-9]{0,8}[/?#]?[a-z#]{0,3}";
    let mut runner = TestRunner::deterministic();
    let mut documents = Vec::new();
    for (pattern, kind) in [(dates, 0), (amounts, 1), (amounts, 2), (schemes, 3)] {
        let strategy = proptest::string::string_regex(pattern).expect("the pattern is sound");
        for _ in 0..600 {
            let value = strategy.new_tree(&mut runner).expect("a value can be drawn").current();
            documents.push(match kind {
                0 => request_with(&value, amount, order, scheme),
                1 => request_with(date, &value, order, scheme),
                2 => request_with(date, amount, &value, scheme),
                _ => request_with(date, amount, order, &value),
            });
        }
    }
    let messages: Vec<Vec<u8>> = documents.iter().map(|document| document.clone().into_bytes()).collect();
    let mut wrong = Vec::new();
    for (verdict, document) in verdicts(&official.schema(Edition::V1_2), &messages).iter().zip(&documents) {
        let reading = read(document.as_bytes(), &ReadOptions::default()).expect("it is readable");
        if verdict.is_none() != reading.diagnostics.is_empty() {
            let values: Vec<&str> = document.split("scheme=").skip(1).collect();
            wrong.push(format!("{verdict:?}, the reader {:?}: {values:?}", reading.diagnostics));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

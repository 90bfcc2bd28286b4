//! Listed terms carry their scheme, in every place of every message and version; the schemes of others stay.

use ncip::{Body, Message, ReadOptions, Schemes, Version, WriteOptions, read, schemes, write};
use xml::schema::{Content, Lexical};
use xml::{Element, Slot};

use crate::{oracle::Oracle, oracle::schema, walk::every_message};

/// Gives every term of a message a term that its scheme lists, where it lists any.
fn name_terms(element: &mut dyn Element, number: usize, scheme: Option<&str>) {
    let description = element.schema();
    for (row, what) in description.rows.iter().enumerate() {
        let name = what.cells.iter().find_map(|cell| cell.place()).map_or("", |place| place.name);
        for index in 0..element.count(row) {
            match (element.get_mut(row, index), what.content) {
                (Slot::Element(child), _) => name_terms(child, number, scheme),
                (Slot::Leaf(leaf), Content::Text(text)) if text.attribute.is_some() => {
                    let terms = schemes::terms(name);
                    if !terms.is_empty() {
                        leaf.set(terms[number % terms.len()], scheme);
                    }
                }
                (Slot::Leaf(leaf), Content::Text(text)) => match text.lexical {
                    Lexical::DateTime => leaf.set("2026-01-31T12:00:00Z", None),
                    Lexical::String => {}
                    _ => leaf.set("1", None),
                },
                (Slot::Leaf(leaf), _) => leaf.set("", None),
                _ => {}
            }
        }
    }
}

fn messages(number: usize, scheme: Option<&str>) -> Vec<Message> {
    let made = every_message("x").into_iter();
    let made = made.filter(|body| !matches!(body, Body::LookupVersion(_) | Body::LookupVersionResponse(_)));
    made.map(|mut body| {
        name_terms(&mut body, number, scheme);
        Message { body }
    })
    .collect()
}

fn text(message: &Message, options: &WriteOptions) -> Option<String> {
    let written = write(message, options).ok()?;
    Some(String::from_utf8(written.bytes).expect("UTF-8"))
}

/// Every element of a scheme in a message: name, scheme, term.
fn terms(text: &str) -> Vec<(&'static str, Option<String>, String)> {
    let mut found = Vec::new();
    for name in schemes::elements().filter(|name| !schemes::terms(name).is_empty()) {
        for piece in text.split(&format!("<{name}")).skip(1) {
            let Some((tag, rest)) = piece.split_once('>') else { continue };
            if !tag.is_empty() && !tag.starts_with(' ') {
                continue;
            }
            match rest.strip_prefix("<Scheme>").and_then(|pair| pair.split_once("</Scheme><Value>")) {
                Some((scheme, rest)) => {
                    let term = rest.split('<').next().unwrap_or_default();
                    found.push((name, Some(scheme.to_owned()), term.to_owned()));
                }
                None => {
                    let scheme = tag.split('"').nth(1).map(str::to_owned);
                    found.push((name, scheme, rest.split('<').next().unwrap_or_default().to_owned()));
                }
            }
        }
    }
    found
}

#[test]
fn every_listed_term_carries_its_scheme() {
    for version in Version::ALL {
        let mut seen = std::collections::BTreeSet::new();
        for number in 0..15 {
            let mut all = Vec::new();
            // Every place once, and every term somewhere.
            let some = if number == 0 { 1 } else { 24 };
            for message in messages(number, None).into_iter().step_by(some) {
                let Some(text) = text(&message, &WriteOptions::new(version)) else { continue };
                for (name, scheme, term) in terms(&text) {
                    assert!(schemes::lists(name, &term), "{version}: {name} {term}");
                    assert_eq!(scheme.as_deref(), schemes::of_element(name), "{version}: {name} {term}");
                    seen.insert(name);
                }
                all.push((format!("{version}"), text.into_bytes()));
            }
            if let (0, Some(oracle), Some(schema)) = (number, Oracle::find(), schema(version)) {
                oracle.all_valid(schema, &all);
            }
        }
        assert!(seen.len() > 25, "{version}: {seen:?}");
    }
}

#[test]
fn a_system_that_chokes_on_schemes_gets_none_and_foreign_ones_stay() {
    for version in [Version::V2_0, Version::V2_01, Version::V2_02] {
        let without = WriteOptions { schemes: Schemes::LeftOut, ..WriteOptions::new(version) };
        for message in messages(0, None) {
            let Some(listed) = text(&message, &WriteOptions::new(version)) else { continue };
            let relayed = read(listed.as_bytes(), &ReadOptions::default()).expect("it is NCIP").message;
            for message in [message, relayed] {
                let text = text(&message, &without).expect("it can be written");
                for (name, scheme, term) in terms(&text) {
                    assert_eq!(scheme, None, "{version}: {name} {term}");
                }
            }
        }
        for options in [&without, &WriteOptions::new(version)] {
            for message in messages(0, Some("urn:somebody:else")) {
                let Some(text) = text(&message, options) else { continue };
                for (name, scheme, term) in terms(&text) {
                    assert_eq!(scheme.as_deref(), Some("urn:somebody:else"), "{version}: {name} {term}");
                }
            }
        }
    }
}

#[test]
fn version_1_has_a_scheme_with_every_term_whatever_is_left_out() {
    for version in [Version::V1_0, Version::V1_01] {
        let without = WriteOptions { schemes: Schemes::LeftOut, ..WriteOptions::new(version) };
        for message in messages(0, None) {
            assert_eq!(text(&message, &without), text(&message, &WriteOptions::new(version)));
        }
    }
}

#[test]
fn a_problem_has_the_scheme_of_its_service_or_the_one_of_all() {
    use ncip::{LookupItemResponse, Problem, ProblemKind, SchemeValue};
    let errors = "http://www.niso.org/ncip/v1_0/schemes/processingerrortype";
    for (name, scheme) in [
        ("Unknown Item", Some(format!("{errors}/lookupitemprocessingerror.scm"))),
        ("Unknown Agency", Some(format!("{errors}/generalprocessingerror.scm"))),
        ("Protocol Error", ProblemKind::ProtocolError.scheme().map(str::to_owned)),
        ("Unkown Item", None),
    ] {
        let problem = Problem { problem_type: SchemeValue::bare(name), ..Problem::default() };
        let reply = LookupItemResponse { problems: vec![problem], ..LookupItemResponse::default() };
        let message = Message { body: Body::from(reply) };
        let options = WriteOptions::new(Version::V2_02);
        let written = text(&message, &options).expect("it can be written");
        let read = read(written.as_bytes(), &ReadOptions::default()).expect("it is NCIP").message;
        let said = read.body.problems()[0].problem_type.clone();
        assert_eq!((said.value.as_str(), said.scheme), (name, scheme), "{written}");
        let without = WriteOptions { schemes: Schemes::LeftOut, ..options };
        assert!(!text(&read, &without).expect("it can be written").contains("Scheme="), "{name}");
    }
}

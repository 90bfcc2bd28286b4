//! The messages of other systems: each is read without loss, and what is valid stays so.

use std::collections::BTreeMap;

use ncip::{Diagnostic, ReadOptions, Version, WriteOptions, convert, read, write};
use quick_xml::events::Event;

use crate::oracle::{Oracle, VERSIONS, samples, schema};
use crate::walk::texts;

#[test]
fn every_well_formed_message_is_read_and_every_word_kept() {
    let Some(samples) = samples() else { return };
    assert!(samples.len() > 200, "{} messages", samples.len());
    for sample in samples.iter().filter(|sample| sample.well_formed) {
        let reading = read(&sample.bytes, &ReadOptions::default())
            .unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        assert_ne!(reading.message, ncip::Message::default(), "{}", sample.name);
        // Words between elements are nobody's; the reading says that they stood there.
        if reading.diagnostics.iter().any(|said| said.sentence.contains("there is text between elements")) {
            continue;
        }
        let mut kept = texts(&reading.message.body);
        kept.extend(reading.extras.iter().map(|extra| extra.raw.clone()));
        for word in words(&sample.bytes) {
            let found = kept.iter().any(|text| text.contains(&word));
            assert!(found, "{}: `{word}` is lost\n{:#?}", sample.name, reading.message);
        }
    }
}

/// The texts of a document, without the white space around them.
fn words(bytes: &[u8]) -> Vec<String> {
    let text = xml::decode(bytes, &xml::Limits::default()).expect("it can be decoded");
    let mut reader = quick_xml::Reader::from_str(text.as_str());
    let mut words = Vec::new();
    loop {
        match reader.read_event().expect("it is well-formed") {
            Event::Eof => return words,
            Event::Text(text) => {
                let text: &str = &text.into_inner();
                words.extend(Some(text.trim().to_owned()).filter(|text| !text.is_empty()));
            }
            _ => {}
        }
    }
}

#[test]
fn a_valid_message_is_read_without_complaint_and_stays_valid() {
    let Some(samples) = samples() else { return };
    let mut written = BTreeMap::<&str, Vec<_>>::new();
    for sample in &samples {
        let Some(valid_in) = sample.valid_in else { continue };
        let reading = read(&sample.bytes, &ReadOptions::default()).expect(&sample.name);
        let complaints: Vec<_> = reading.diagnostics.iter().filter(|said| !is_about_version(said)).collect();
        // A document type knows no dates and numbers: where one has a placeholder, it cannot be written.
        if valid_in == Version::V1_0 && !complaints.is_empty() {
            assert!(
                complaints.iter().all(|said| said.sentence.contains("not a valid ")),
                "{}: {complaints:#?}",
                sample.name
            );
            continue;
        }
        assert!(complaints.is_empty(), "{}: {complaints:#?}", sample.name);
        assert!(reading.extras.is_empty(), "{}: {:?}", sample.name, reading.extras);

        let bytes = write(&reading.message, &WriteOptions::new(valid_in))
            .unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        assert!(bytes.losses.is_empty(), "{}: {:#?}", sample.name, bytes.losses);
        let again = read(&bytes.bytes, &ReadOptions::default()).expect(&sample.name);
        assert_eq!(again.message, convert(&reading.message, valid_in).0, "{}", sample.name);
        assert!(again.diagnostics.is_empty(), "{}: {:#?}", sample.name, again.diagnostics);
        written
            .entry(schema(valid_in).expect("it has one"))
            .or_default()
            .push((sample.name.clone(), bytes.bytes));
    }
    assert!(written.values().map(Vec::len).sum::<usize>() > 140);
    let Some(oracle) = Oracle::find() else { return };
    for (schema, documents) in &written {
        oracle.all_valid(schema, documents);
    }
}

fn is_about_version(diagnostic: &Diagnostic) -> bool {
    diagnostic.path == "/NCIPMessage" && diagnostic.sentence.contains("version")
}

#[test]
fn an_invalid_message_says_what_is_wrong_and_where() {
    let Some(samples) = samples() else { return };
    for sample in samples.iter().filter(|sample| sample.well_formed && sample.valid_in.is_none()) {
        let reading = read(&sample.bytes, &ReadOptions::default()).expect(&sample.name);
        let placed = reading.diagnostics.iter().all(|said| said.line > 0 && said.path.starts_with('/'));
        // An `Ext` is not looked into.
        let theirs = String::from_utf8_lossy(&sample.bytes).contains("Ext>");
        assert!(
            (theirs || !reading.diagnostics.is_empty()) && placed,
            "{}: {:#?}",
            sample.name,
            reading.message
        );
    }
}

#[test]
fn every_message_is_said_in_the_other_versions_or_an_error_names_the_element() {
    let Some(samples) = samples() else { return };
    let oracle = Oracle::find();
    let mut written = BTreeMap::<&str, Vec<_>>::new();
    for sample in samples.iter().filter(|sample| sample.well_formed) {
        let message = read(&sample.bytes, &ReadOptions::default()).expect(&sample.name).message;
        for version in Version::ALL {
            match write(&message, &WriteOptions::new(version)) {
                Ok(bytes) => {
                    let again = read(&bytes.bytes, &ReadOptions::default()).expect(&sample.name);
                    assert!(
                        again.diagnostics.is_empty(),
                        "{} in {version}: {:#?}\n{}",
                        sample.name,
                        again.diagnostics,
                        String::from_utf8_lossy(&bytes.bytes)
                    );
                    let (converted, losses) = ncip::convert(&message, version);
                    assert_eq!(again.message, converted, "{} in {version}", sample.name);
                    assert_eq!(losses, bytes.losses);
                    // What others put into an `Ext` is theirs, and 1.01 has no document type of its own.
                    let text = String::from_utf8_lossy(&bytes.bytes);
                    let schema =
                        if text.contains("NCIPVersionMessage") { Some(VERSIONS) } else { schema(version) };
                    if let Some(schema) = schema.filter(|_| !text.contains("Ext>")) {
                        written.entry(schema).or_default().push((sample.name.clone(), bytes.bytes));
                    }
                }
                Err(error) => assert!(error.path.starts_with("/NCIPMessage"), "{}: {error}", sample.name),
            }
        }
    }
    assert!(written.values().map(Vec::len).sum::<usize>() > 500);
    let Some(oracle) = oracle else { return };
    for (schema, documents) in &written {
        oracle.all_valid(schema, documents);
    }
}

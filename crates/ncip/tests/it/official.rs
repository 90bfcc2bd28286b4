//! What is written is valid against the official schemas, and means the same when read.

use ncip::{Message, ReadOptions, Version, WriteOptions, read, write};
use proptest::prelude::*;

use crate::made::{body, rows};
use crate::oracle::{Oracle, VERSIONS, schema};

/// Whatever a version can say is written without loss, read as it was, and valid.
#[test]
fn what_a_version_can_say_it_says() {
    let oracle = Oracle::find();
    for version in Version::ALL {
        let mut documents = Vec::new();
        let mut versions = Vec::new();
        for row in rows(version) {
            for seed in 0..8 {
                let (name, bytes) = round(row, version, seed);
                if name.starts_with("LookupVersion") {
                    versions.push((name, bytes));
                } else {
                    documents.push((name, bytes));
                }
            }
        }
        let Some(oracle) = &oracle else { continue };
        if !versions.is_empty() {
            oracle.all_valid(VERSIONS, &versions);
        }
        if let Some(schema) = schema(version) {
            oracle.all_valid(schema, &documents);
        }
    }
}

fn round(row: usize, version: Version, seed: u64) -> (String, Vec<u8>) {
    let message = Message { body: body(row, version, seed) };
    let name = format!("{} {seed}", message.body.element());
    let written = write(&message, &WriteOptions::new(version))
        .unwrap_or_else(|error| panic!("{name} in {version}: {error}\n{message:#?}"));
    assert!(written.losses.is_empty(), "{name} in {version}: {:#?}", written.losses);
    let reading = read(&written.bytes, &ReadOptions::default()).expect(&name);
    let text = String::from_utf8_lossy(&written.bytes);
    assert!(reading.diagnostics.is_empty(), "{name} in {version}: {:#?}\n{text}", reading.diagnostics);
    assert_eq!(reading.message, message, "{name} in {version}\n{text}");
    (name, written.bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// What goes from one version to another is valid there, or the error names an element; and what was converted
    /// once converts no further.
    #[test]
    fn a_conversion_settles(from in 0..5usize, to in 0..5usize, pick in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let (from, to) = (Version::ALL[from], Version::ALL[to]);
        let rows = rows(from);
        let message = Message { body: body(rows[pick.index(rows.len())], from, seed) };
        let (converted, _) = ncip::convert(&message, to);
        match write(&message, &WriteOptions::new(to)) {
            Ok(written) => {
                let reading = read(&written.bytes, &ReadOptions::default()).expect("it is readable");
                prop_assert!(reading.diagnostics.is_empty(), "{:#?}", reading.diagnostics);
                prop_assert_eq!(&reading.message, &converted);
                let (again, losses) = ncip::convert(&converted, to);
                prop_assert_eq!(again, converted);
                prop_assert!(losses.is_empty(), "{:?}", losses);
            }
            Err(error) => prop_assert!(error.path.starts_with("/NCIPMessage/"), "{}", error),
        }
    }
}

/// Messages damaged at random: what is still read is written as valid, or not at all.
#[test]
fn what_is_left_of_a_damaged_message_is_valid_when_written() {
    let oracle = Oracle::find();
    for version in [Version::V1_0, Version::V2_02] {
        let mut documents = Vec::new();
        for (index, row) in rows(version).into_iter().enumerate() {
            let message = Message { body: body(row, version, index as u64) };
            let written = write(&message, &WriteOptions::new(version)).expect("it is written");
            let text = String::from_utf8(written.bytes).expect("it is UTF-8");
            for seed in 0..8 {
                let damaged = crate::hostile::damaged(&text, seed);
                let Ok(reading) = read(damaged.as_bytes(), &ReadOptions::default()) else { continue };
                let Ok(again) = write(&reading.message, &WriteOptions::new(version)) else { continue };
                let text = String::from_utf8_lossy(&again.bytes);
                if !text.contains("Ext>") && !text.contains("NCIPVersionMessage") {
                    documents.push((format!("{} {seed}\n{damaged}", message.body.element()), again.bytes));
                }
            }
        }
        assert!(documents.len() > 100, "{} in {version}", documents.len());
        if let (Some(oracle), Some(schema)) = (&oracle, schema(version)) {
            oracle.all_valid(schema, &documents);
        }
    }
}

//! What other systems send. A valid message reads without a word and is written valid again; an invalid one is read as far as it makes
//! sense, with a word that names the element and the place.

use std::path::{Path, PathBuf};

use iso18626::{Edition, NamespaceRule, ReadOptions, Severity, WriteOptions, convert, read, write};

use crate::official::{Official, corpus};

/// A file of the corpus, and in which edition the official schemas find it valid.
struct Sample {
    file: PathBuf,
    bytes: Vec<u8>,
    well_formed: bool,
    valid_in: Option<Edition>,
}

#[test]
fn valid_messages_are_read_without_a_word_and_written_valid_again() {
    let Some(dir) = corpus() else { return };
    let mut again: Vec<(Edition, Vec<u8>)> = Vec::new();
    for sample in samples(&dir).iter().filter(|sample| sample.valid_in.is_some()) {
        let name = sample.file.display();
        let edition = sample.valid_in.expect("only valid samples are looked at");
        let reading =
            read(&sample.bytes, &ReadOptions::default()).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(reading.diagnostics, [], "{name}");
        assert_eq!(reading.extras, [], "{name}");
        // Nobody has published a schema of 1.1: a message of it is valid in another edition by its luck.
        let its_own = if reading.version.starts_with("1.0") { Edition::V1_1 } else { edition };
        assert_eq!(reading.edition, its_own, "{name}");
        let written = write(&reading.message, &WriteOptions::new(its_own))
            .unwrap_or_else(|why| panic!("{name} cannot be written again: {why}"));
        assert_eq!(written.losses, [], "{name}");
        let back =
            read(&written.bytes, &ReadOptions::default()).unwrap_or_else(|why| panic!("{name}: {why}"));
        let (listed, _) = convert(&reading.message, &WriteOptions::new(its_own));
        assert_eq!(back.message, listed, "{name}");
        let written = write(&reading.message, &WriteOptions::new(edition))
            .unwrap_or_else(|why| panic!("{name} cannot be written as {edition}: {why}"));
        again.push((edition, written.bytes));
    }
    assert!(!again.is_empty(), "the corpus has valid messages");
    let Some(official) = Official::find() else { return };
    for edition in [Edition::V1_2, Edition::V2021_2] {
        let some: Vec<&[u8]> =
            again.iter().filter(|(of, _)| *of == edition).map(|(_, bytes)| bytes.as_slice()).collect();
        if !some.is_empty() {
            official.assert_valid(edition, some);
        }
    }
}

#[test]
fn invalid_messages_get_a_word_that_names_the_element_and_the_place() {
    let Some(dir) = corpus() else { return };
    for sample in samples(&dir).iter().filter(|sample| sample.valid_in.is_none()) {
        let name = sample.file.display();
        match read(&sample.bytes, &ReadOptions::default()) {
            Ok(reading) => {
                assert!(!reading.diagnostics.is_empty(), "{name} is invalid and nothing is said about it");
                for found in &reading.diagnostics {
                    assert!(
                        found.path.starts_with('/') && found.line > 0 && found.column > 0,
                        "{name}: {found}"
                    );
                }
            }
            Err(why) => assert!(why.line > 0 && !why.sentence.is_empty(), "{name}: {why}"),
        }
    }
}

#[test]
fn every_well_formed_message_is_read_for_its_kind() {
    let Some(dir) = corpus() else { return };
    let lenient = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..ReadOptions::default() };
    for sample in samples(&dir).iter().filter(|sample| sample.well_formed) {
        let text = String::from_utf8_lossy(&sample.bytes);
        if !text.contains("ISO18626Message") {
            continue;
        }
        let reading =
            read(&sample.bytes, &lenient).unwrap_or_else(|why| panic!("{}: {why}", sample.file.display()));
        assert!(text.contains(reading.message.kind().as_str()), "{}", sample.file.display());
        assert!(reading.diagnostics.iter().all(|found| found.severity <= Severity::Error));
    }
}

fn samples(dir: &Path) -> Vec<Sample> {
    let table = std::fs::read_to_string(dir.join("VALIDATION.tsv")).expect("the corpus has its table");
    let samples: Vec<Sample> = table
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|row| row.get(2) == Some(&"iso"))
        .map(|row| {
            let file = dir.join(row[0]).join(row[1]);
            let bytes = std::fs::read(&file).expect("the corpus has the files of its table");
            let valid_in = match (row[4], row[5]) {
                ("yes", _) => Some(Edition::V1_2),
                (_, "yes") => Some(Edition::V2021_2),
                _ => None,
            };
            Sample { file, bytes, well_formed: row[3] == "True", valid_in }
        })
        .collect();
    assert!(!samples.is_empty(), "the corpus has ISO 18626 messages");
    samples
}

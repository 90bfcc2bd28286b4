//! The messages of other systems: each is read without loss, and what is valid stays so.

use ncip::{ReadOptions, WriteOptions, read, write};

use crate::oracle::{Oracle, is_empty, samples};

#[test]
fn every_well_formed_message_is_read() {
    let Some(samples) = samples() else { return };
    assert!(samples.len() > 200, "{} messages", samples.len());
    for sample in samples.iter().filter(|sample| sample.well_formed) {
        let reading = read(&sample.bytes, &ReadOptions::default())
            .unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        assert!(!is_empty(&reading.message), "{}", sample.name);
    }
}

#[test]
fn a_valid_message_is_read_without_complaint_and_written_as_valid() {
    let Some(samples) = samples() else { return };
    let mut written = std::collections::BTreeMap::<_, Vec<_>>::new();
    for sample in &samples {
        let Some(valid_in) = sample.valid_in else { continue };
        let reading = read(&sample.bytes, &ReadOptions::default()).expect(&sample.name);
        let complaints: Vec<String> = reading.diagnostics.iter().map(ToString::to_string).collect();
        assert!(
            complaints.iter().all(|said| said.contains("the version ")),
            "{}: {complaints:#?}\n{:#?}",
            sample.name,
            reading.message
        );
        assert!(reading.extras.is_empty(), "{}: {:?}", sample.name, reading.extras);
        let bytes = write(&reading.message, &WriteOptions::new(valid_in))
            .unwrap_or_else(|error| panic!("{}: {error}", sample.name));
        let losses: Vec<String> = bytes.losses.iter().map(ToString::to_string).collect();
        assert!(losses.is_empty(), "{}: {losses:#?}", sample.name);
        let again = read(&bytes.bytes, &ReadOptions::default()).expect(&sample.name);
        assert_eq!(again.message, reading.message, "{}", sample.name);
        written.entry(valid_in).or_default().push((sample.name.clone(), bytes.bytes));
    }
    assert!(written.values().map(Vec::len).sum::<usize>() > 150);
    let Some(oracle) = Oracle::find() else { return };
    for (version, documents) in &written {
        oracle.all_valid(*version, documents);
    }
}

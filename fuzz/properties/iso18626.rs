//! What holds for any bytes: reading ends with a reading or a reason; what was read without an error can be written in every edition, and
//! what is written reads back as what the conversion said.

use iso18626::{Edition, NamespaceRule, ReadOptions, WriteOptions, convert, read, write};

/// Panics where the property does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let options = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..ReadOptions::default() };
    let reading = match read(bytes, &options) {
        Ok(reading) => reading,
        Err(why) => {
            assert!(why.line > 0 && why.column > 0 && !why.sentence.is_empty());
            return;
        }
    };
    for found in &reading.diagnostics {
        assert!(found.line > 0 && found.column > 0 && found.path.starts_with('/'), "{found}");
    }
    if !reading.is_acceptable() {
        return;
    }
    for edition in Edition::ALL {
        let options = WriteOptions::new(edition);
        let (converted, _) = convert(&reading.message, &options);
        let written = write(&reading.message, &options)
            .unwrap_or_else(|why| panic!("an acceptable message cannot be written in {edition}: {why}"));
        let back = read(&written.bytes, &ReadOptions::default())
            .unwrap_or_else(|why| panic!("what was written in {edition} cannot be read: {why}"));
        assert_eq!(back.message, converted, "in {edition}");
        assert!(back.diagnostics.is_empty(), "in {edition}: {:?}", back.diagnostics);
    }
}

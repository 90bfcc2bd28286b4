//! What holds for any bytes: reading ends with a reading or a reason; what is written in a version reads back as what the conversion said,
//! without complaint.

use ncip::{ReadOptions, Version, WriteOptions, convert, read, write};

/// Panics where the property does not hold.
pub(crate) fn holds(bytes: &[u8]) {
    let reading = match read(bytes, &ReadOptions::default()) {
        Ok(reading) => reading,
        Err(why) => {
            assert!(why.line > 0 && why.column > 0 && !why.sentence.is_empty());
            return;
        }
    };
    for found in &reading.diagnostics {
        assert!(found.line > 0 && found.column > 0 && found.path.starts_with('/'), "{found}");
    }
    // What nobody knows goes out as it came.
    if let ncip::Body::Other(_) = reading.message.body {
        return;
    }
    for version in Version::ALL {
        let Ok(written) = write(&reading.message, &WriteOptions::new(version)) else { continue };
        let (converted, losses) = convert(&reading.message, version);
        assert_eq!(losses, written.losses, "in {version}");
        let back = read(&written.bytes, &ReadOptions::default())
            .unwrap_or_else(|why| panic!("what was written in {version} cannot be read: {why}"));
        assert_eq!(back.message, converted, "in {version}");
        assert!(back.diagnostics.is_empty(), "in {version}: {:?}", back.diagnostics);
    }
}

//! Texts that were reviewed and are kept beside the tests.

/// Compares with the kept text; `ILLGATE_BLESS=1` keeps the new one.
pub(crate) fn same(name: &str, text: &str) {
    let at = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots").join(name);
    if std::env::var_os("ILLGATE_BLESS").is_some() {
        std::fs::write(&at, text).expect("written");
    }
    let kept = std::fs::read_to_string(&at).unwrap_or_default();
    assert!(
        kept == text,
        "{name} is not as it was reviewed: run `ILLGATE_BLESS=1 cargo test -p illgate` and look at the change.\n{text}"
    );
}

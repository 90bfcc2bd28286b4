//! Texts that are generated and checked in: pages, schemas, and what was reviewed once. A test compares; with `ILLGATE_BLESS=1` it writes.

use std::{fs, path::Path};

/// How many lines before a difference are shown, and from it on.
const CONTEXT: usize = 12;

/// Compares a text with the file at this path of the checkout. Fails with the first lines that differ; with `ILLGATE_BLESS=1` it writes the
/// file first.
///
/// # Panics
/// Where they differ.
pub fn same_as_checked_in(path: &str, text: &str) {
    if let Some(difference) = difference_from_checked_in(path, text) {
        panic!("{difference}");
    }
}

/// The same, but gives the difference, for a test that compares several.
pub fn difference_from_checked_in(path: &str, text: &str) -> Option<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("ILLGATE_BLESS").is_some_and(|bless| bless == "1") {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
    }
    let kept = fs::read_to_string(&file).unwrap_or_default();
    (kept != text).then(|| difference(path, &kept, text))
}

fn difference(path: &str, kept: &str, text: &str) -> String {
    let (kept, found): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), text.lines().collect());
    let same = kept.iter().zip(&found).take_while(|(kept, found)| kept == found).count();
    let part = |lines: &[&str], mark: &str| {
        lines.iter().skip(same).take(CONTEXT).map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    let before = found[same.saturating_sub(CONTEXT)..same].iter().map(|line| format!("  {line}\n"));
    format!(
        "{path} is stale, from line {}: run this test with `ILLGATE_BLESS=1` and look at the change.\n{}{}{}",
        same + 1,
        before.collect::<String>(),
        part(&kept, "-"),
        part(&found, "+"),
    )
}

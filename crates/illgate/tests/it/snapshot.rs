//! Texts that were reviewed and are kept beside the tests.

/// How many lines before a difference are shown.
const BEFORE: usize = 12;

/// Compares with the kept text; `ILLGATE_BLESS=1` keeps the new one.
pub(crate) fn same(name: &str, text: &str) {
    if let Some(difference) = difference(name, text) {
        panic!("{difference}");
    }
}

/// The same; tells where they differ first.
pub(crate) fn difference(name: &str, text: &str) -> Option<String> {
    let at = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots").join(name);
    if std::env::var_os("ILLGATE_BLESS").is_some() {
        std::fs::write(&at, text).expect("written");
    }
    let kept = std::fs::read_to_string(&at).unwrap_or_default();
    if kept == text {
        return None;
    }
    let (kept, found): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), text.lines().collect());
    let same = kept.iter().zip(&found).take_while(|(kept, found)| kept == found).count();
    let part = |lines: &[&str], mark: &str| {
        let part = lines.iter().skip(same).take(BEFORE);
        part.map(|line| format!("{mark} {line}\n")).collect::<String>()
    };
    let before: String =
        found[same.saturating_sub(BEFORE)..same].iter().map(|line| format!("  {line}\n")).collect();
    Some(format!(
        "{name} is not as it was reviewed, from line {}: run `ILLGATE_BLESS=1 cargo test -p illgate` and look at the change.\n\
         {before}{}{}",
        same + 1,
        part(&kept, "-"),
        part(&found, "+"),
    ))
}

//! What is checked in of the histories of one machine: a sum for each block, and some histories as text. Must never know what a history is
//! about.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use super::History;

/// Over so many histories goes one sum.
const BLOCK: usize = 50;
/// So many histories are kept as text.
const KEPT: usize = 20;
/// A history that is kept as text has no more steps than this.
const LONGEST: usize = 20;

/// What is checked in.
pub(super) struct Golden {
    blocks: Vec<String>,
    kept: Vec<(usize, String)>,
}

impl Golden {
    /// What these histories should be in other runs. Those that were kept as text before still are, so that the difference can be read;
    /// where there are none, they are chosen.
    pub(super) fn of(histories: &[History], before: &Golden) -> Golden {
        let mut numbers: BTreeSet<usize> = before.kept.iter().map(|(number, _)| *number).collect();
        if numbers.is_empty() {
            numbers = choose(histories);
        }
        let kept = numbers.into_iter().map(|number| (number, histories[number].text())).collect();
        Golden { blocks: histories.chunks(BLOCK).map(sum).collect(), kept }
    }

    pub(super) fn read(machine: &str) -> Golden {
        let text = fs::read_to_string(path(machine)).unwrap_or_default();
        let mut parts = text.split("history ");
        let blocks = parts.next().unwrap_or_default().lines().filter_map(|line| line.strip_prefix("block "));
        let blocks = blocks.filter_map(|line| line.split(' ').nth(1)).map(str::to_owned).collect();
        let kept = parts.map(|part| {
            let (number, text) = part.split_once('\n').expect("a history begins with its number");
            (number.parse().expect("a history has a number"), text.to_owned())
        });
        Golden { kept: kept.collect(), blocks }
    }

    pub(super) fn write(&self, machine: &str) {
        let mut text = String::new();
        for (number, block) in self.blocks.iter().enumerate() {
            let _ = writeln!(text, "block {number:04} {block}");
        }
        for (number, history) in &self.kept {
            let _ = write!(text, "history {number}\n{history}");
        }
        fs::write(path(machine), text).expect("the checked-in file can be written");
    }

    /// Fails where a history is another than it was.
    pub(super) fn compare(&self, machine: &str, histories: &[History]) {
        for (number, expected) in &self.kept {
            assert_same(machine, *number, expected, &histories[*number].text());
        }
        let sums: Vec<String> = histories.chunks(BLOCK).map(sum).collect();
        assert_eq!(sums.len(), self.blocks.len(), "{machine}: there are as many blocks as are checked in");
        let wrong: Vec<usize> = (0..sums.len()).filter(|block| sums[*block] != self.blocks[*block]).collect();
        assert!(
            wrong.is_empty(),
            "{machine}: histories of {} of {} blocks are not what they were: blocks {wrong:?}, each of {BLOCK} histories. To see what \
             has changed, run this test with ILLGATE_ORACLE_DUMP=DIR, with and without the change, and compare the directories.",
            wrong.len(),
            sums.len(),
        );
    }
}

/// Shows the first step that is not as it was.
fn assert_same(machine: &str, number: usize, expected: &str, found: &str) {
    if expected == found {
        return;
    }
    let split = |text: &str| -> Vec<String> { text.split("step ").map(str::to_owned).collect() };
    let (expected, found) = (split(expected), split(found));
    let same = expected.iter().zip(&found).take_while(|(expected, found)| expected == found).count();
    let shown = |steps: &[String]| {
        steps.get(same).map_or_else(|| "no such step".to_owned(), |step| format!("step {step}"))
    };
    panic!(
        "{machine}: history {number} is not what it was.\n--- expected\n{}\n+++ found\n{}",
        shown(&expected),
        shown(&found)
    );
}

/// Writes every history as text, one file a block.
pub(super) fn dump(folder: &Path, machine: &str, histories: &[History]) {
    let folder = folder.join(machine);
    fs::create_dir_all(&folder).expect("the directory for the dump can be made");
    for (block, histories) in histories.chunks(BLOCK).enumerate() {
        let text: String = histories
            .iter()
            .enumerate()
            .map(|(number, history)| format!("history {}\n{}", block * BLOCK + number, history.text()))
            .collect();
        fs::write(folder.join(format!("{block:04}.txt")), text).expect("the dump can be written");
    }
}

fn path(machine: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/oracle/{machine}.txt"))
}

/// The histories that are kept as text: each one is that which adds the most rows to those before it.
fn choose(histories: &[History]) -> BTreeSet<usize> {
    let mut chosen = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let short: Vec<usize> =
        (0..histories.len()).filter(|number| histories[*number].steps.len() <= LONGEST).collect();
    while chosen.len() < KEPT {
        let new = |number: &usize| histories[*number].rows.difference(&seen).count();
        let Some(best) = short.iter().copied().filter(|number| !chosen.contains(number)).max_by_key(new)
        else {
            break;
        };
        seen.extend(histories[best].rows.iter().cloned());
        chosen.insert(best);
    }
    chosen
}

/// FNV-1a, of 64 bits.
fn sum(histories: &[History]) -> String {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for step in histories.iter().flat_map(|history| &history.steps) {
        for byte in step.bytes() {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    format!("{sum:016x}")
}

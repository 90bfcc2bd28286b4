//! 5,000 histories of each machine, the same ones in every run, replayed and compared with what is checked in beside this file: for some
//! of them word by word, for the others by a sum over each fifty. A change that should change nothing leaves every one as it was; where
//! only names change, the dumps of both sides differ in those names alone.
//!
//! `ILLGATE_ORACLE_DUMP=DIR` writes every history as text under `DIR`, one file a block; `ILLGATE_BLESS=1` checks the histories in anew.

mod brokering;
mod golden;
mod inputs;
mod lending;
pub(crate) mod words;

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use state_machine::{
    borrowing,
    interpreter::{RowDescription, TableDescription},
};

use self::{golden::Golden, words::Step};

/// How many histories of each machine.
const HISTORIES: u32 = 5_000;

/// A machine whose histories are kept.
struct Machine {
    name: &'static str,
    /// Its tables, as documents.
    tables: [TableDescription; 2],
    /// States that a request leaves in the step that brings it there.
    passing: &'static [&'static str],
    /// So many rows of its tables decide in some history, or more. Less only where rows have gone.
    rows: usize,
    /// Plays one history.
    play: fn(&mut TestRunner) -> Vec<Step>,
}

#[test]
fn brokering_does_what_it_did() {
    Machine {
        name: "brokering",
        tables: state_machine::brokering::state_tables(),
        passing: &[],
        rows: 210,
        play: |runner| brokering::written(&draw(&brokering::history(), runner)),
    }
    .replay();
}

#[test]
fn borrowing_does_what_it_did() {
    Machine {
        name: "borrowing",
        tables: borrowing::state_tables(),
        passing: &[],
        rows: 223,
        play: |runner| {
            crate::borrowing::histories::written(draw(&crate::borrowing::histories::history(), runner))
        },
    }
    .replay();
}

#[test]
fn lending_does_what_it_did() {
    Machine {
        name: "lending",
        tables: state_machine::lending::state_tables(),
        passing: &["received"],
        rows: 192,
        play: |runner| lending::written(draw(&lending::history(), runner)),
    }
    .replay();
}

fn draw<S: Strategy>(strategy: &S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).expect("nothing is filtered out").current()
}

impl Machine {
    fn replay(&self) {
        let histories: Vec<History> = (0..HISTORIES).map(|number| self.history(number)).collect();
        if let Some(folder) = std::env::var_os("ILLGATE_ORACLE_DUMP") {
            golden::dump(folder.as_ref(), self.name, &histories);
        }
        if std::env::var_os("ILLGATE_BLESS").is_some() {
            Golden::of(&histories, &Golden::read(self.name)).write(self.name);
        }
        Golden::read(self.name).compare(self.name, &histories);
        self.covers(&histories);
    }

    fn history(&self, number: u32) -> History {
        // Splitmix: seeds that lie close together must not make histories that are alike.
        let mixed = u64::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mut seed = [0; 16];
        seed[..8].copy_from_slice(&mixed.to_le_bytes());
        seed[8..].copy_from_slice(&mixed.rotate_left(32).to_be_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::XorShift, &seed);
        History::of(&(self.play)(&mut TestRunner::new_with_rng(Config::default(), rng)))
    }

    /// The histories go everywhere: through every phase, and through most rows.
    fn covers(&self, histories: &[History]) {
        let mut reached: BTreeMap<&str, usize> =
            self.tables.iter().flat_map(|table| &table.states).map(|state| (state.name, 0)).collect();
        for state in histories.iter().flat_map(|history| &history.states) {
            *reached.get_mut(state.as_str()).expect("a state of the machine") += 1;
        }
        println!("{}: histories that reach each phase: {reached:?}", self.name);
        let never: Vec<&str> = reached
            .iter()
            .filter(|(name, count)| **count == 0 && !self.passing.contains(name))
            .map(|(name, _)| *name)
            .collect();
        assert!(never.is_empty(), "{}: no history reaches {never:?}", self.name);

        let used: BTreeSet<&Row> = histories.iter().flat_map(|history| &history.rows).collect();
        let rows = self.rows();
        let decides = |row: &&Row| {
            used.iter().any(|used| used.name == row.name && (used.table.is_none() || used.table == row.table))
        };
        let unused: Vec<&Row> = rows.iter().filter(|row| !decides(row)).collect();
        let count = rows.len() - unused.len();
        println!("{}: {count} of {} rows decide; not: {unused:?}", self.name, rows.len());
        assert!(
            count >= self.rows,
            "{}: {count} rows decide; there were {}; not: {unused:?}",
            self.name,
            self.rows
        );
        assert!(
            // What the drawn histories do not come to has tests of its own.
            count * 5 >= rows.len() * 4,
            "{}: {count} of {} rows decide; not: {unused:?}",
            self.name,
            rows.len()
        );
    }

    /// The rows of its tables.
    fn rows(&self) -> Vec<Row> {
        let of_table = |table: &TableDescription| {
            let name = table.file.trim_end_matches(".md").rsplit('-').next().map(str::to_owned);
            let row = |row: &RowDescription| Row { table: name.clone(), name: row.name.to_owned() };
            table.rows.iter().map(row).collect::<Vec<_>>()
        };
        self.tables.iter().flat_map(of_table).collect()
    }
}

/// A row of a table. The table is left out where the machine does not tell it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    table: Option<String>,
    name: String,
}

/// What a history came to.
struct History {
    /// The lines of each step.
    steps: Vec<String>,
    rows: BTreeSet<Row>,
    /// Phases and states of legs or volumes that it went through.
    states: BTreeSet<String>,
}

impl History {
    fn of(steps: &[Step]) -> History {
        let row = |(table, name): &(Option<&str>, &str)| Row {
            table: table.map(str::to_owned),
            name: (*name).to_owned(),
        };
        History {
            steps: steps.iter().map(|step| step.text.clone()).collect(),
            rows: steps.iter().flat_map(|step| step.rules.iter().map(row)).collect(),
            states: steps
                .iter()
                .flat_map(|step| step.states.iter().cloned())
                .filter(|state| !state.is_empty())
                .collect(),
        }
    }

    /// The history as text.
    fn text(&self) -> String {
        self.steps.iter().enumerate().map(|(number, step)| format!("step {number}\n{step}")).collect()
    }
}

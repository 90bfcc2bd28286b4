//! Walks the product of states and triggers of a table, for the tests of a machine.

use std::collections::BTreeSet;

use super::{Kind, Row, Rules, To};

/// Each pair has rows, of which the last has no guard; each row decides somewhere; each name is used once.
pub(crate) fn walk<R: Rules, S, T>(table: &'static [Row<R, S, T>], states: &[S], triggers: &[T])
where
    S: Copy + PartialEq + std::fmt::Debug,
    T: Copy + PartialEq + std::fmt::Debug,
{
    let mut used = BTreeSet::new();
    for &state in states {
        for &trigger in triggers {
            let mut decided = false;
            for row in table.iter().filter(|row| row.is_for(state, trigger)) {
                if !decided {
                    used.insert(row.name);
                }
                decided |= row.guard.is_none();
            }
            assert!(decided, "no row for {state:?} on {trigger:?}");
        }
    }
    let mut names = BTreeSet::new();
    for row in table {
        assert!(names.insert(row.name), "two rows are called {}", row.name);
        assert!(used.contains(row.name), "{} never decides: rows above it take every pair", row.name);
        assert!(row.why.ends_with('.') && !row.why.contains('|'), "{}: {}", row.name, row.why);
    }
}

/// Where a state leads to on some triggers.
pub(crate) fn targets<R: Rules, S: Copy + PartialEq, T: Copy + PartialEq>(
    table: &'static [Row<R, S, T>],
    from: S,
    on: impl Fn(&T) -> bool,
) -> Vec<S> {
    table
        .iter()
        .filter(|row| row.from.contains(&from) && row.on.iter().any(&on))
        .filter_map(|row| match row.kind {
            Kind::Goes { to: To::State(to), .. } if to != from => Some(to),
            _ => None,
        })
        .collect()
}

/// Every state that is reached from the first one.
pub(crate) fn reached<R: Rules, S: Copy + PartialEq, T: Copy + PartialEq>(
    table: &'static [Row<R, S, T>],
    start: S,
) -> Vec<S> {
    let mut reached = vec![start];
    let mut next = 0;
    while next < reached.len() {
        for to in targets(table, reached[next], |_| true) {
            if !reached.contains(&to) {
                reached.push(to);
            }
        }
        next += 1;
    }
    reached
}

/// The row that a pair has whatever its guards say.
pub(crate) fn unguarded<R: Rules, S: Copy + PartialEq, T: Copy + PartialEq>(
    table: &'static [Row<R, S, T>],
    state: S,
    trigger: T,
) -> &'static Row<R, S, T> {
    table.iter().find(|row| row.is_for(state, trigger) && row.guard.is_none()).unwrap()
}

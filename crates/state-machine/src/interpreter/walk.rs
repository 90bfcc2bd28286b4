//! Walks the product of states and triggers of a table, for the tests of a machine.

use std::collections::BTreeSet;

use acts::ActKind;
use loan_model::MachineKind;

use super::{
    machine::Machine,
    rows::{Kind, Row, TableState, To},
};

/// Each pair has rows, of which the last has no guard; each row decides somewhere; each name is used once; each state is reached from the
/// first one.
pub(crate) fn walk<M: Machine, S, T, A>(table: &'static [Row<M, S, T, A>], start: S, triggers: &[T])
where
    S: TableState,
    T: Copy + PartialEq + std::fmt::Debug,
{
    let mut used = BTreeSet::new();
    for &state in S::STATES {
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
    let reached = reached(table, start);
    for state in S::STATES {
        assert!(reached.contains(state), "{state} is never reached");
    }
}

/// Where a state leads to on some triggers.
pub(crate) fn targets<M: Machine, S: Copy + PartialEq, T: Copy + PartialEq, A>(
    table: &'static [Row<M, S, T, A>],
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

/// The row that a pair has whatever its guards say.
pub(crate) fn unguarded<M: Machine, S: Copy + PartialEq, T: Copy + PartialEq, A>(
    table: &'static [Row<M, S, T, A>],
    state: S,
    trigger: T,
) -> &'static Row<M, S, T, A> {
    table.iter().find(|row| row.is_for(state, trigger) && row.guard.is_none()).unwrap()
}

/// The incidents that rows raise, as `slug` finds them in actions.
pub(crate) fn raised<M: Machine, S, T, A>(
    table: &'static [Row<M, S, T, A>],
    slug: impl Fn(&A) -> Option<&'static str>,
) -> BTreeSet<&'static str>
where
    S: Copy + PartialEq,
    T: Copy + PartialEq,
{
    table.iter().flat_map(Row::actions).filter_map(slug).collect()
}

/// Each act has a trigger of its own in the machine, if it is one of the machine's, and none otherwise.
pub(crate) fn acts<T: Ord>(machine: MachineKind, trigger: impl Fn(ActKind) -> Option<T>) {
    let mut triggers = BTreeSet::new();
    for &kind in ActKind::ALL {
        let knows = kind.info().machines.contains(&machine);
        assert_eq!(trigger(kind).is_some(), knows, "{kind}");
        assert!(trigger(kind).is_none_or(|trigger| triggers.insert(trigger)), "{kind}");
    }
}

fn reached<M: Machine, S: Copy + PartialEq, T: Copy + PartialEq, A>(
    table: &'static [Row<M, S, T, A>],
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

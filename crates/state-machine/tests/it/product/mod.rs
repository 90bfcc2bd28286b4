//! Walks the whole product of states and triggers of every machine's tables, as they are described.

use std::collections::BTreeSet;

use acts::ActKind;
use loan_model::{MachineKind, names::Clock};
use state_machine::interpreter::{
    ActionDescription, Cause, RowDescription, RowOutcome, StateDescription, TableDescription, To,
    TriggerDescription,
};

mod borrowing;
mod brokering;
mod lending;

/// Each pair has rows, of which the last has no guard; each row decides somewhere; each name is used once; each state is reached from the
/// first one.
fn walk(table: &TableDescription) {
    let mut used = BTreeSet::new();
    for state in &table.states {
        for trigger in &table.triggers {
            let mut decided = false;
            for row in table.rows.iter().filter(|row| is_for(row, state.name, &trigger.name)) {
                if !decided {
                    used.insert(row.name);
                }
                decided |= row.guard.is_none();
            }
            assert!(decided, "{}: no row for {} on {}", table.title, state.name, trigger.name);
        }
    }
    let mut names = BTreeSet::new();
    for row in &table.rows {
        assert!(names.insert(row.name), "two rows are called {}", row.name);
        assert!(used.contains(row.name), "{} never decides: rows above it take every pair", row.name);
        assert!(row.why.ends_with('.') && !row.why.contains('|'), "{}: {}", row.name, row.why);
    }
    let reached = reached(table);
    for state in &table.states {
        assert!(reached.contains(&state.name), "{} is never reached", state.name);
    }
}

fn is_for(row: &RowDescription, state: &str, trigger: &str) -> bool {
    row.from.contains(&state) && row.on.iter().any(|on| on == trigger)
}

fn open(table: &TableDescription) -> impl Iterator<Item = &StateDescription> {
    table.states.iter().filter(|state| !state.is_end)
}

fn ended(table: &TableDescription) -> impl Iterator<Item = &StateDescription> {
    table.states.iter().filter(|state| state.is_end)
}

fn trigger<'t>(table: &'t TableDescription, name: &str) -> &'t TriggerDescription {
    table.triggers.iter().find(|trigger| trigger.name == name).unwrap_or_else(|| panic!("no trigger {name}"))
}

/// The trigger that the clock's running out is.
fn of_clock(table: &TableDescription, clock: Clock) -> &str {
    let found = table.triggers.iter().find(|trigger| trigger.cause == Cause::Clock(clock));
    &found.unwrap_or_else(|| panic!("{clock} is no clock of {}", table.title)).name
}

fn is_timer(trigger: &TriggerDescription) -> bool {
    matches!(trigger.cause, Cause::Clock(_))
}

fn is_by_staff(trigger: &TriggerDescription) -> bool {
    matches!(trigger.cause, Cause::Act(_))
}

/// Where a state leads to on some triggers.
fn targets(
    table: &TableDescription,
    from: &str,
    on: impl Fn(&TriggerDescription) -> bool,
) -> Vec<&'static str> {
    let is_meant = |name: &String| on(trigger(table, name));
    table
        .rows
        .iter()
        .filter(|row| row.from.contains(&from) && row.on.iter().any(is_meant))
        .filter_map(RowDescription::target)
        .filter(|to| *to != from)
        .collect()
}

/// Where a state leads to on triggers with these names.
fn targets_on(table: &TableDescription, from: &str, on: &[&str]) -> Vec<&'static str> {
    assert!(on.iter().all(|name| trigger(table, name).name == *name));
    targets(table, from, |trigger| on.contains(&trigger.name.as_str()))
}

/// Whether the row that a pair has whatever its guards say changes nothing.
fn is_refused(table: &TableDescription, state: &str, on: &str) -> bool {
    let row = table.rows.iter().find(|row| is_for(row, state, on) && row.guard.is_none());
    row.unwrap_or_else(|| panic!("no row for {state} on {on}")).is_refusal()
}

fn does(row: &RowDescription, text: &str) -> bool {
    row.actions().iter().any(|action| action.text == text)
}

/// What the rows' actions of this name hold, or of the same that is done each time: the slugs of `Incident`.
fn held<'t>(tables: &'t [TableDescription], name: &str) -> BTreeSet<&'t str> {
    let actions = tables.iter().flat_map(|table| &table.rows).flat_map(RowDescription::actions);
    let slug = |action: &'t ActionDescription| action.text.split('"').nth(1).expect("it holds a text");
    let each_time = format!("{name}EachTime");
    actions.filter(|action| action.name == name || action.name == each_time).map(slug).collect()
}

/// Each act has a trigger of the request in the machine, if it is one of the machine's, and none otherwise.
#[test]
fn each_act_has_its_own_trigger() {
    for (machine, tables) in [
        (MachineKind::Brokering, state_machine::brokering::state_tables()),
        (MachineKind::Borrowing, state_machine::borrowing::state_tables()),
        (MachineKind::Lending, state_machine::lending::state_tables()),
    ] {
        let [request, part] = &tables;
        for kind in ActKind::ALL {
            let has = |table: &TableDescription| {
                table.triggers.iter().any(|trigger| trigger.cause == Cause::Act(*kind))
            };
            assert_eq!(has(request), kind.info().machines.contains(&machine), "{kind}");
            assert!(!has(part), "{kind}");
        }
    }
}

fn reached(table: &TableDescription) -> Vec<&'static str> {
    let mut reached = vec![table.start];
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

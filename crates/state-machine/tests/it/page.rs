//! A table as a page of Markdown: a diagram, one row a line, and what the actions mean. Must never say anything that the table does not.

use std::{collections::BTreeMap, fmt::Write as _};

use state_machine::interpreter::{RowDescription, RowOutcome, TableDescription, To};

/// The page, as Markdown: a diagram, one row a line, and what the actions mean.
pub(crate) fn page(table: &TableDescription) -> String {
    let mut out = format!("# {}\n\n{}\n\n", table.title, table.intro);
    out.push_str("Generated from the table in the code; rows are tried from the top, and the first one that matches decides.\n\n");
    diagram(table, &mut out);
    out.push_str("\n## Rows\n\n| Rule | In | On | If | To | Does | Why |\n|---|---|---|---|---|---|---|\n");
    for row in &table.rows {
        row_line(table, &mut out, row);
    }
    out.push_str("\n## What changes nothing\n\n| Rule | In | On | If | Why |\n|---|---|---|---|---|\n");
    for row in table.rows.iter().filter(|row| row.is_refusal()) {
        let _ = writeln!(out, "| {} | {} | {} |", row.name, when(table, row), row.why);
    }
    withdrawn(table, &mut out);
    calls(table, &mut out);
    actions(table, &mut out);
    out
}

fn withdrawn(table: &TableDescription, out: &mut String) {
    let withdraws = |row: &&RowDescription| matches!(row.outcome, RowOutcome::Withdrawn);
    let names: Vec<&str> = table.rows.iter().filter(withdraws).map(|row| row.name).collect();
    if !names.is_empty() {
        let _ = write!(
            out,
            "\n## Failed calls that nobody needs to look at\n\nA call of the ILS that failed counts as withdrawn by: {}.\n",
            names.join(", ")
        );
    }
}

fn calls(table: &TableDescription, out: &mut String) {
    if table.states.iter().all(|state| state.calls.is_empty()) {
        return;
    }
    out.push_str(
        "\n## Which calls of the ILS make sense where\n\nA call that is named here makes no sense in other states: one that waits is not made any more when\n\
         its volume comes there, unless the ILS may keep something of it. A no, or a failure that cannot have arrived, counts there as given up\n\
         or withdrawn.\n\n| In | Calls |\n|---|---|\n",
    );
    for state in &table.states {
        let calls: Vec<&str> = state.calls.iter().map(|step| step.as_str()).collect();
        let _ = writeln!(out, "| {} | {} |", state.name, calls.join(", "));
    }
}

fn diagram(table: &TableDescription, out: &mut String) {
    out.push_str("```mermaid\nstateDiagram-v2\n");
    for state in &table.states {
        let _ = writeln!(out, "    {}", mermaid(state.name));
    }
    let _ = writeln!(out, "    [*] --> {}", mermaid(table.start));
    for from in table.states.iter().map(|state| state.name) {
        for to in table.states.iter().map(|state| state.name).filter(|to| *to != from) {
            let leads = |row: &&RowDescription| row.from.contains(&from) && row.target() == Some(to);
            let by: Vec<&str> = table.rows.iter().filter(leads).map(|row| row.name).collect();
            if !by.is_empty() {
                let _ = writeln!(out, "    {} --> {}: {}", mermaid(from), mermaid(to), by.join(", "));
            }
        }
    }
    for state in table.states.iter().filter(|state| state.is_end) {
        let _ = writeln!(out, "    {} --> [*]", mermaid(state.name));
    }
    out.push_str("```\n");
}

fn row_line(table: &TableDescription, out: &mut String, row: &RowDescription) {
    let RowOutcome::Goes { to, does, then } = &row.outcome else { return };
    let to = match to {
        To::Stay => "stays",
        To::Resume => "as before",
        To::State(state) => state,
    };
    let mut does: Vec<String> = does.iter().map(|action| action.text.clone()).collect();
    does.extend(then.iter().map(|then| format!("→ {then}")));
    let (when, does) = (when(table, row), does.join(", "));
    let _ = writeln!(out, "| {} | {when} | {to} | {does} | {} |", row.name, row.why);
}

/// The columns that say when a row decides.
fn when(table: &TableDescription, row: &RowDescription) -> String {
    let from = if row.from.len() == table.states.len() { "any".to_owned() } else { row.from.join(", ") };
    let on = table.triggers.iter().filter(|trigger| row.on.contains(&trigger.name));
    let words =
        |name: &String| on.clone().find(|trigger| trigger.name == *name).map_or("", |trigger| trigger.words);
    let on: Vec<&str> = row.on.iter().map(words).collect();
    let guard = row.guard.unwrap_or_default().replace('_', " ");
    format!("{from} | {} | {guard}", on.join("; "))
}

fn actions(table: &TableDescription, out: &mut String) {
    let used = table.rows.iter().flat_map(RowDescription::actions);
    let used: BTreeMap<_, _> = used.map(|action| (&action.name, action.meaning)).collect();
    if used.is_empty() {
        return;
    }
    out.push_str("\n## What the actions do\n\n| Action | Meaning |\n|---|---|\n");
    for (name, meaning) in used {
        let _ = writeln!(out, "| {name} | {meaning} |");
    }
}

fn mermaid(state: &str) -> String {
    state.replace('-', "_")
}

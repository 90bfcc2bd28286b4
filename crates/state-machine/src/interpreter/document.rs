//! A table as a document: a diagram, one row a line, and what the actions mean.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{
    actions::Described,
    machine::Machine,
    rows::{Kind, Row, TableState, To},
};

/// Something that is told in words.
pub(crate) trait Words: Copy {
    /// What happened, in words.
    fn words(self) -> &'static str;
}

/// One table, and what is said of it.
pub(crate) struct Document<M: Machine, S: 'static, T: 'static, A: 'static> {
    /// Its title.
    pub(crate) title: &'static str,
    /// A sentence on it.
    pub(crate) intro: &'static str,
    /// The first state.
    pub(crate) start: S,
    /// The rows.
    pub(crate) rows: &'static [Row<M, S, T, A>],
}

impl<M, S, T, A> Document<M, S, T, A>
where
    M: Machine,
    S: TableState,
    T: Words + PartialEq,
    A: Described + std::fmt::Debug,
{
    /// The document, as Markdown.
    pub(crate) fn text(&self) -> String {
        let mut out = format!("# {}\n\n{}\n\n", self.title, self.intro);
        out.push_str("Generated from the table in the code; rows are tried from the top, and the first one that matches decides.\n\n");
        self.diagram(&mut out);
        let refused = |row: &&Row<M, S, T, A>| row.is_refusal();
        out.push_str(
            "\n## Rows\n\n| Rule | In | On | If | To | Does | Why |\n|---|---|---|---|---|---|---|\n",
        );
        for row in self.rows.iter().filter(|row| !refused(row)) {
            self.row(&mut out, row);
        }
        out.push_str("\n## What changes nothing\n\n| Rule | In | On | If | Why |\n|---|---|---|---|---|\n");
        for row in self.rows.iter().filter(refused) {
            let (from, on, guard) = (from(row), on(row), guard(row));
            let _ = writeln!(out, "| {} | {from} | {on} | {guard} | {} |", row.name, row.why);
        }
        self.actions(&mut out);
        out
    }

    fn diagram(&self, out: &mut String) {
        out.push_str("```mermaid\nstateDiagram-v2\n");
        for state in S::STATES {
            let _ = writeln!(out, "    {}", mermaid(*state));
        }
        let _ = writeln!(out, "    [*] --> {}", mermaid(self.start));
        for from in S::STATES {
            for to in S::STATES.iter().filter(|to| *to != from) {
                let by: Vec<&str> =
                    self.rows.iter().filter(|row| leads(row, *from, *to)).map(|row| row.name).collect();
                if !by.is_empty() {
                    let _ = writeln!(out, "    {} --> {}: {}", mermaid(*from), mermaid(*to), by.join(", "));
                }
            }
        }
        for state in S::STATES.iter().filter(|state| state.is_end()) {
            let _ = writeln!(out, "    {} --> [*]", mermaid(*state));
        }
        out.push_str("```\n");
    }

    fn row(&self, out: &mut String, row: &Row<M, S, T, A>) {
        let Kind::Goes { to, does, then } = &row.kind else { return };
        let to = match to {
            To::Stay => "stays",
            To::Resume => "as before",
            To::State(state) => state.name(),
        };
        let mut does: Vec<String> = does.iter().map(|what| format!("{what:?}")).collect();
        if let Some(then) = then {
            does.push(format!("→ {then:?}"));
        }
        let (from, on, guard) = (from(row), on(row), guard(row));
        let _ = writeln!(
            out,
            "| {} | {from} | {on} | {guard} | {to} | {} | {} |",
            row.name,
            does.join(", "),
            row.why
        );
    }

    fn actions(&self, out: &mut String) {
        let used: BTreeMap<_, _> = self.rows.iter().flat_map(Row::actions).map(Described::meaning).collect();
        if used.is_empty() {
            return;
        }
        out.push_str("\n## What the actions do\n\n| Action | Meaning |\n|---|---|\n");
        for (name, meaning) in used {
            let _ = writeln!(out, "| {name} | {meaning} |");
        }
    }
}

fn from<M: Machine, S: TableState, T, A>(row: &Row<M, S, T, A>) -> String {
    if row.from.len() == S::STATES.len() {
        return "any".to_owned();
    }
    row.from.iter().map(|state| state.name()).collect::<Vec<_>>().join(", ")
}

fn on<M: Machine, S, T: Words, A>(row: &Row<M, S, T, A>) -> String {
    row.on.iter().map(|trigger| trigger.words()).collect::<Vec<_>>().join("; ")
}

fn guard<M: Machine, S, T, A>(row: &Row<M, S, T, A>) -> String {
    row.guard.as_ref().map(|guard| guard.name.replace('_', " ")).unwrap_or_default()
}

fn leads<M: Machine, S: PartialEq, T, A>(row: &Row<M, S, T, A>, from: S, to: S) -> bool {
    row.from.contains(&from) && matches!(&row.kind, Kind::Goes { to: To::State(state), .. } if *state == to)
}

fn mermaid(state: impl TableState) -> String {
    state.name().replace('-', "_")
}

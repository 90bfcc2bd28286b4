//! A table as a document: one row a line, and a diagram.

use std::fmt::Write as _;

use super::{Kind, Row, Rules, To};

/// One table, and how its states and triggers are written.
pub(crate) struct Document<R: Rules, S: 'static, T: 'static> {
    /// Its title.
    pub(crate) title: &'static str,
    /// A sentence on it.
    pub(crate) intro: &'static str,
    /// Every state.
    pub(crate) states: &'static [S],
    /// The first state.
    pub(crate) start: S,
    /// The name of a state.
    pub(crate) name: fn(S) -> &'static str,
    /// Whether a state is final.
    pub(crate) is_final: fn(S) -> bool,
    /// What a trigger is, in words.
    pub(crate) words: fn(T) -> &'static str,
    /// The rows.
    pub(crate) rows: &'static [Row<R, S, T>],
}

impl<R: Rules, S: Copy + PartialEq, T: Copy + PartialEq> Document<R, S, T> {
    /// The document, as Markdown.
    pub(crate) fn text(&self) -> String {
        let mut out = format!("# {}\n\n{}\n\n", self.title, self.intro);
        out.push_str("Generated from the table in the code; rows are tried from the top, and the first one that matches decides.\n\n");
        self.diagram(&mut out);
        let refused = |row: &&Row<R, S, T>| row.is_refusal();
        out.push_str(
            "\n## Rows\n\n| Rule | In | On | If | To | Does | Why |\n|---|---|---|---|---|---|---|\n",
        );
        for row in self.rows.iter().filter(|row| !refused(row)) {
            self.row(&mut out, row);
        }
        out.push_str("\n## What changes nothing\n\n| Rule | In | On | If | Why |\n|---|---|---|---|---|\n");
        for row in self.rows.iter().filter(refused) {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                row.name,
                self.from(row),
                self.on(row),
                guard(row),
                row.why
            );
        }
        out
    }

    fn diagram(&self, out: &mut String) {
        out.push_str("```mermaid\nstateDiagram-v2\n");
        for state in self.states {
            let _ = writeln!(out, "    {}", mermaid((self.name)(*state)));
        }
        let _ = writeln!(out, "    [*] --> {}", mermaid((self.name)(self.start)));
        for from in self.states {
            for to in self.states.iter().filter(|to| *to != from) {
                let by: Vec<&str> =
                    self.rows.iter().filter(|row| leads(row, *from, *to)).map(|row| row.name).collect();
                if !by.is_empty() {
                    let _ = writeln!(
                        out,
                        "    {} --> {}: {}",
                        mermaid((self.name)(*from)),
                        mermaid((self.name)(*to)),
                        by.join(", ")
                    );
                }
            }
        }
        for state in self.states.iter().filter(|state| (self.is_final)(**state)) {
            let _ = writeln!(out, "    {} --> [*]", mermaid((self.name)(*state)));
        }
        out.push_str("```\n");
    }

    fn row(&self, out: &mut String, row: &Row<R, S, T>) {
        let Kind::Goes { to, does, then } = &row.kind else { return };
        let to = match to {
            To::Stay => "stays",
            To::Resume => "as before the cancel",
            To::State(state) => (self.name)(*state),
        };
        let mut does: Vec<String> = does.iter().map(|what| format!("{what:?}")).collect();
        if let Some(then) = then {
            does.push(format!("→ {then:?}"));
        }
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            self.from(row),
            self.on(row),
            guard(row),
            to,
            does.join(", "),
            row.why
        );
    }

    fn from(&self, row: &Row<R, S, T>) -> String {
        if row.from.len() == self.states.len() {
            return "any".to_owned();
        }
        row.from.iter().map(|state| (self.name)(*state)).collect::<Vec<_>>().join(", ")
    }

    fn on(&self, row: &Row<R, S, T>) -> String {
        row.on.iter().map(|trigger| (self.words)(*trigger)).collect::<Vec<_>>().join("; ")
    }
}

fn guard<R: Rules, S, T>(row: &Row<R, S, T>) -> String {
    row.guard.as_ref().map(|guard| guard.name.replace('_', " ")).unwrap_or_default()
}

fn leads<R: Rules, S: Copy + PartialEq, T>(row: &Row<R, S, T>, from: S, to: S) -> bool {
    row.from.contains(&from) && matches!(row.kind, Kind::Goes { to: To::State(state), .. } if state == to)
}

fn mermaid(name: &str) -> String {
    name.replace('-', "_")
}

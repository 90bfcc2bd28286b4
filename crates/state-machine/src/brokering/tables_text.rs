//! The tables as documents: one row a line, and a diagram. Checked in under `schemas/state-tables/`.

use std::fmt::{Debug, Write as _};

use super::{
    leg_table::LEG_TABLE,
    phases::{LegState, Phase},
    request_table::REQUEST_TABLE,
    table::{Kind, Row, To},
    trigger::{LegTrigger, RequestTrigger},
};

/// The documents, each with its file name.
pub fn state_tables() -> [(&'static str, String); 2] {
    let request = Document {
        title: "Brokering: the request",
        intro: "Where a request stands between its requester and its suppliers, and what moves it.",
        states: Phase::ALL,
        start: Phase::Locating,
        name: Phase::as_str,
        is_final: Phase::is_final,
        words: RequestTrigger::words,
        rows: REQUEST_TABLE,
    };
    let leg = Document {
        title: "Brokering: a supplier's leg",
        intro: "Where a supplier stands with one request, and what moves it. What a row makes happen to the request stands behind an arrow.",
        states: LegState::ALL,
        start: LegState::Sending,
        name: LegState::as_str,
        is_final: LegState::is_final,
        words: LegTrigger::words,
        rows: LEG_TABLE,
    };
    [("brokering-request.md", request.text()), ("brokering-leg.md", leg.text())]
}

struct Document<S: 'static, T: 'static> {
    title: &'static str,
    intro: &'static str,
    states: &'static [S],
    start: S,
    name: fn(S) -> &'static str,
    is_final: fn(S) -> bool,
    words: fn(T) -> &'static str,
    rows: &'static [Row<S, T>],
}

impl<S: Copy + PartialEq, T: Copy + PartialEq + Debug> Document<S, T> {
    fn text(&self) -> String {
        let mut out = format!("# {}\n\n{}\n\n", self.title, self.intro);
        out.push_str("Generated from the table in the code; rows are tried from the top, and the first one that matches decides.\n\n");
        self.diagram(&mut out);
        let refused = |row: &&Row<S, T>| row.is_refusal();
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

    fn row(&self, out: &mut String, row: &Row<S, T>) {
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

    fn from(&self, row: &Row<S, T>) -> String {
        if row.from.len() == self.states.len() {
            return "any".to_owned();
        }
        row.from.iter().map(|state| (self.name)(*state)).collect::<Vec<_>>().join(", ")
    }

    fn on(&self, row: &Row<S, T>) -> String {
        row.on.iter().map(|trigger| (self.words)(*trigger)).collect::<Vec<_>>().join("; ")
    }
}

fn guard<S, T>(row: &Row<S, T>) -> String {
    row.guard.map(|guard| guard.name.replace('_', " ")).unwrap_or_default()
}

fn leads<S: Copy + PartialEq, T>(row: &Row<S, T>, from: S, to: S) -> bool {
    row.from.contains(&from) && matches!(row.kind, Kind::Goes { to: To::State(state), .. } if state == to)
}

fn mermaid(name: &str) -> String {
    name.replace('-', "_")
}

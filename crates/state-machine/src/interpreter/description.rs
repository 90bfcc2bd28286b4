//! A table, described: what the generated pages are made of, and what can be checked of a table from outside.

use std::{
    collections::BTreeMap,
    fmt::{Debug, Write as _},
};

use loan_model::{ils::Step, names::Clock};

use super::{
    actions::Described,
    machine::Machine,
    rows::{Kind, Row, TableState, To},
    triggers::{Cause, Trigger},
};

/// One table, and what is said of it.
#[derive(Clone, Debug)]
pub struct TableDescription {
    /// The name of its page.
    pub file: &'static str,
    /// Its title.
    pub title: &'static str,
    /// A sentence on it.
    pub intro: &'static str,
    /// The first state, by name.
    pub start: &'static str,
    /// Where a request or a part can stand.
    pub states: Vec<StateDescription>,
    /// What can happen to it.
    pub triggers: Vec<TriggerDescription>,
    /// The rows, in the order in which they are tried.
    pub rows: Vec<RowDescription>,
}

/// A state.
#[derive(Clone, Copy, Debug)]
pub struct StateDescription {
    /// Its name.
    pub name: &'static str,
    /// Whether it is an end.
    pub is_end: bool,
    /// The clocks that run there.
    pub clocks: &'static [Clock],
    /// The calls of the ILS that make sense there.
    pub calls: &'static [Step],
}

/// A trigger.
#[derive(Clone, Debug)]
pub struct TriggerDescription {
    /// Its name in the code.
    pub name: String,
    /// What happened, in words.
    pub words: &'static str,
    /// What it comes from.
    pub cause: Cause,
}

/// A row.
#[derive(Clone, Debug)]
pub struct RowDescription {
    /// Its name.
    pub name: &'static str,
    /// In which states, by name.
    pub from: Vec<&'static str>,
    /// On which triggers, by name.
    pub on: Vec<String>,
    /// Only if, by the guard's name.
    pub guard: Option<&'static str>,
    /// What it leads to.
    pub outcome: RowOutcome,
    /// Why, for people.
    pub why: &'static str,
}

/// What a row leads to.
#[derive(Clone, Debug)]
pub enum RowOutcome {
    /// To a state, with something done, and perhaps with something happening to the request.
    Goes {
        /// The state, by name.
        to: To<&'static str>,
        /// What is done.
        does: Vec<ActionDescription>,
        /// What happens to the request, by the trigger's name.
        then: Option<String>,
    },
    /// Nothing happens.
    Refused,
    /// Nothing happens, and a call of the ILS whose failure this is counts as withdrawn.
    Withdrawn,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionDescription {
    /// As the row has it: `Incident("ship.late")`.
    pub text: String,
    /// Its name: `Incident`.
    pub name: String,
    /// What it does.
    pub meaning: &'static str,
}

impl TableDescription {
    /// Describes a table.
    pub(crate) fn new<M: Machine, S: TableState, T: Trigger, A: Described + Debug>(
        file: &'static str,
        (title, intro): (&'static str, &'static str),
        start: S,
        rows: &'static [Row<M, S, T, A>],
    ) -> Self {
        let state = |state: &S| StateDescription {
            name: state.name(),
            is_end: state.is_end(),
            clocks: state.clocks(),
            calls: state.calls(),
        };
        let trigger = |trigger: &T| TriggerDescription {
            name: format!("{trigger:?}"),
            words: trigger.words(),
            cause: trigger.cause(),
        };
        TableDescription {
            file,
            title,
            intro,
            start: start.name(),
            states: S::STATES.iter().map(state).collect(),
            triggers: T::ALL.iter().map(trigger).collect(),
            rows: rows.iter().map(RowDescription::new).collect(),
        }
    }

    /// The page, as Markdown: a diagram, one row a line, and what the actions mean.
    pub fn page(&self) -> String {
        let mut out = format!("# {}\n\n{}\n\n", self.title, self.intro);
        out.push_str("Generated from the table in the code; rows are tried from the top, and the first one that matches decides.\n\n");
        self.diagram(&mut out);
        out.push_str(
            "\n## Rows\n\n| Rule | In | On | If | To | Does | Why |\n|---|---|---|---|---|---|---|\n",
        );
        for row in &self.rows {
            self.row(&mut out, row);
        }
        out.push_str("\n## What changes nothing\n\n| Rule | In | On | If | Why |\n|---|---|---|---|---|\n");
        for row in self.rows.iter().filter(|row| row.is_refusal()) {
            let _ = writeln!(out, "| {} | {} | {} |", row.name, self.when(row), row.why);
        }
        self.withdrawn(&mut out);
        self.calls(&mut out);
        self.actions(&mut out);
        out
    }

    fn withdrawn(&self, out: &mut String) {
        let withdraws = |row: &&RowDescription| matches!(row.outcome, RowOutcome::Withdrawn);
        let names: Vec<&str> = self.rows.iter().filter(withdraws).map(|row| row.name).collect();
        if !names.is_empty() {
            let _ = write!(
                out,
                "\n## Failed calls that nobody needs to look at\n\nA call of the ILS that failed counts as withdrawn by: {}.\n",
                names.join(", ")
            );
        }
    }

    fn calls(&self, out: &mut String) {
        if self.states.iter().all(|state| state.calls.is_empty()) {
            return;
        }
        out.push_str(
            "\n## Which calls of the ILS make sense where\n\nA call that is named here makes no sense in other states: one that waits is not made any more when\n\
             its volume comes there, unless the ILS may keep something of it. A no, or a failure that cannot have arrived, counts there as given up\n\
             or withdrawn.\n\n| In | Calls |\n|---|---|\n",
        );
        for state in &self.states {
            let calls: Vec<&str> = state.calls.iter().map(|step| step.as_str()).collect();
            let _ = writeln!(out, "| {} | {} |", state.name, calls.join(", "));
        }
    }

    fn diagram(&self, out: &mut String) {
        out.push_str("```mermaid\nstateDiagram-v2\n");
        for state in &self.states {
            let _ = writeln!(out, "    {}", mermaid(state.name));
        }
        let _ = writeln!(out, "    [*] --> {}", mermaid(self.start));
        for from in self.states.iter().map(|state| state.name) {
            for to in self.states.iter().map(|state| state.name).filter(|to| *to != from) {
                let leads = |row: &&RowDescription| row.from.contains(&from) && row.target() == Some(to);
                let by: Vec<&str> = self.rows.iter().filter(leads).map(|row| row.name).collect();
                if !by.is_empty() {
                    let _ = writeln!(out, "    {} --> {}: {}", mermaid(from), mermaid(to), by.join(", "));
                }
            }
        }
        for state in self.states.iter().filter(|state| state.is_end) {
            let _ = writeln!(out, "    {} --> [*]", mermaid(state.name));
        }
        out.push_str("```\n");
    }

    fn row(&self, out: &mut String, row: &RowDescription) {
        let RowOutcome::Goes { to, does, then } = &row.outcome else { return };
        let to = match to {
            To::Stay => "stays",
            To::Resume => "as before",
            To::State(state) => state,
        };
        let mut does: Vec<String> = does.iter().map(|action| action.text.clone()).collect();
        does.extend(then.iter().map(|then| format!("→ {then}")));
        let (when, does) = (self.when(row), does.join(", "));
        let _ = writeln!(out, "| {} | {when} | {to} | {does} | {} |", row.name, row.why);
    }

    /// The columns that say when a row decides.
    fn when(&self, row: &RowDescription) -> String {
        let from = if row.from.len() == self.states.len() { "any".to_owned() } else { row.from.join(", ") };
        let on = self.triggers.iter().filter(|trigger| row.on.contains(&trigger.name));
        let words = |name: &String| {
            on.clone().find(|trigger| trigger.name == *name).map_or("", |trigger| trigger.words)
        };
        let on: Vec<&str> = row.on.iter().map(words).collect();
        let guard = row.guard.unwrap_or_default().replace('_', " ");
        format!("{from} | {} | {guard}", on.join("; "))
    }

    fn actions(&self, out: &mut String) {
        let used = self.rows.iter().flat_map(RowDescription::actions);
        let used: BTreeMap<_, _> = used.map(|action| (&action.name, action.meaning)).collect();
        if used.is_empty() {
            return;
        }
        out.push_str("\n## What the actions do\n\n| Action | Meaning |\n|---|---|\n");
        for (name, meaning) in used {
            let _ = writeln!(out, "| {name} | {meaning} |");
        }
    }
}

impl RowDescription {
    fn new<M: Machine, S: TableState, T: Trigger, A: Described + Debug>(row: &Row<M, S, T, A>) -> Self {
        let outcome = match &row.kind {
            Kind::Refused => RowOutcome::Refused,
            Kind::Withdrawn => RowOutcome::Withdrawn,
            Kind::Goes { to, does, then } => RowOutcome::Goes {
                to: match to {
                    To::Stay => To::Stay,
                    To::Resume => To::Resume,
                    To::State(state) => To::State(state.name()),
                },
                does: does.iter().map(ActionDescription::new).collect(),
                then: then.map(|then| format!("{then:?}")),
            },
        };
        RowDescription {
            name: row.name,
            from: row.from.iter().map(|state| state.name()).collect(),
            on: row.on.iter().map(|trigger| format!("{trigger:?}")).collect(),
            guard: row.guard.as_ref().map(|guard| guard.name),
            outcome,
            why: row.why,
        }
    }

    /// Whether nothing happens.
    pub fn is_refusal(&self) -> bool {
        matches!(self.outcome, RowOutcome::Refused | RowOutcome::Withdrawn)
    }

    /// The state that it names.
    pub fn target(&self) -> Option<&'static str> {
        match self.outcome {
            RowOutcome::Goes { to: To::State(state), .. } => Some(state),
            RowOutcome::Goes { to: To::Stay | To::Resume, .. }
            | RowOutcome::Refused
            | RowOutcome::Withdrawn => None,
        }
    }

    /// What it does.
    pub fn actions(&self) -> &[ActionDescription] {
        match &self.outcome {
            RowOutcome::Goes { does, .. } => does,
            RowOutcome::Refused | RowOutcome::Withdrawn => &[],
        }
    }
}

impl ActionDescription {
    fn new(action: &(impl Described + Debug)) -> Self {
        let (name, meaning) = action.meaning();
        ActionDescription { text: format!("{action:?}"), name, meaning }
    }
}

fn mermaid(state: &str) -> String {
    state.replace('-', "_")
}

//! A table, described: what the generated pages are made of, and what can be checked of a table from outside.

use std::fmt::Debug;

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

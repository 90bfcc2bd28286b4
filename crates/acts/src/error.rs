//! Why an act cannot be read. Each says what was expected, and gives an example; must never quote what was given, but for a name.

use std::fmt;

use super::{ActKind, FieldInfo, Takes};

/// Why an act cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActError {
    /// Which act.
    pub act: ActKind,
    /// What is wrong with it.
    pub fault: ActFault,
}

/// What is wrong with the fields of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ActFault {
    /// It has no such field.
    UnknownField {
        /// Which.
        field: String,
    },
    /// Fields are missing that it needs.
    Missing {
        /// Which.
        fields: Vec<&'static FieldInfo>,
    },
    /// It needs one of these fields, or several.
    NoneOf {
        /// Which.
        fields: Vec<&'static FieldInfo>,
    },
    /// The value is none of those that the field takes.
    Value {
        /// Which field.
        field: &'static str,
        /// What it takes.
        takes: Takes,
    },
    /// The field takes one value.
    OneOnly {
        /// Which field.
        field: &'static str,
    },
    /// A value of the list is given twice.
    Twice {
        /// Which field.
        field: &'static str,
    },
    /// The list is too long.
    TooMany {
        /// Which field.
        field: &'static str,
        /// How many values it takes.
        most: usize,
    },
}

impl ActError {
    /// What is wrong, without the example.
    pub fn problem(&self) -> String {
        let act = self.act;
        match &self.fault {
            ActFault::UnknownField { field } => {
                let known: Vec<String> =
                    act.info().fields().map(|field| format!("`{}`", field.name)).collect();
                match known.as_slice() {
                    [] => format!("`{act}` has no field `{field}`: it has none"),
                    known => format!("`{act}` has no field `{field}`: it has {}", known.join(", ")),
                }
            }
            ActFault::Missing { fields } => format!("`{act}` needs {}", listed(fields, "and")),
            ActFault::NoneOf { fields } => format!("`{act}` needs {}", listed(fields, "or")),
            ActFault::Value { field, takes } => format!("`{field}` of `{act}` must be {takes}"),
            ActFault::OneOnly { field } => format!("`{field}` of `{act}` takes one value"),
            ActFault::Twice { field } => format!("`{field}` of `{act}` has a value twice: give each once"),
            ActFault::TooMany { field, most } => format!("`{field}` of `{act}` takes {most} values at most"),
        }
    }

    /// Fields with which the act can be read, as JSON; nothing where it needs none.
    pub fn example(&self) -> Option<String> {
        let example = self.act.info().example();
        (!example.is_empty()).then(|| example.json())
    }
}

fn listed(fields: &[&FieldInfo], last: &str) -> String {
    let named: Vec<String> =
        fields.iter().map(|field| format!("`{}` ({})", field.name, field.takes)).collect();
    match named.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

impl fmt::Display for ActError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem())?;
        match self.example() {
            Some(example) => write!(f, "; an example: {example}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ActError {}

/// A text that is not the name of an act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not an act: there are {}", all())]
pub struct NoSuchAct {
    /// The text.
    pub name: String,
}

fn all() -> String {
    ActKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ")
}

impl std::str::FromStr for ActKind {
    type Err = NoSuchAct;

    fn from_str(text: &str) -> Result<Self, NoSuchAct> {
        let found = ActKind::ALL.iter().copied().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| NoSuchAct { name: text.to_owned() })
    }
}

impl fmt::Display for ActKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

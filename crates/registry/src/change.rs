//! What differs between two registries, for people to review. Must never show a plain header's value.

use std::{collections::BTreeMap, fmt};

use loan_model::{PeerId, facts::PeerStanding};

use crate::{
    Registry,
    binding::{Field, Leaf, Part},
};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What is different.
    pub subject: Subject,
    /// How.
    pub what: Difference,
}

/// What is different.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// The broker itself.
    Broker,
    /// What holds for everybody.
    Defaults,
    /// A group.
    Group(String),
    /// A library.
    Library(PeerId),
}

/// How something is different.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is new.
    Added {
        /// Its name.
        name: String,
    },
    /// It is gone.
    Removed {
        /// Its name.
        name: String,
    },
    /// It is retired.
    Retired {
        /// Its name.
        name: String,
    },
    /// A key says something else. Of a list, what only one side has.
    Changed {
        /// Which key.
        key: String,
        /// What it said, in TOML; nothing where it said nothing.
        before: Option<String>,
        /// What it says, in TOML; nothing where it says nothing.
        after: Option<String>,
    },
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Broker => f.write_str("broker"),
            Subject::Defaults => f.write_str("defaults"),
            Subject::Group(id) => write!(f, "group {id}"),
            Subject::Library(id) => write!(f, "library {id}"),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = &self.subject;
        match &self.what {
            Difference::Added { name } => write!(f, "+ {subject} ({name})"),
            Difference::Removed { name } => write!(f, "- {subject} ({name})"),
            Difference::Retired { name } => {
                write!(f, "~ {subject} ({name}): retired, as open requests still name it")
            }
            Difference::Changed { key, before, after } => match (before, after) {
                (None, Some(after)) => write!(f, "~ {subject}: {key}: + {after}"),
                (Some(before), None) => write!(f, "~ {subject}: {key}: - {before}"),
                (Some(before), Some(after)) if before == after => {
                    write!(f, "~ {subject}: {key}: {after} (another value)")
                }
                (before, after) => write!(
                    f,
                    "~ {subject}: {key}: {} -> {}",
                    before.as_deref().unwrap_or("nothing"),
                    after.as_deref().unwrap_or("nothing")
                ),
            },
        }
    }
}

impl Registry {
    /// What `new` changes: nothing exactly where both say the same. The version it is based on does not count.
    pub fn diff(&self, new: &Registry) -> Vec<Change> {
        let (old, new) = (&self.file, &new.file);
        let mut changes = Vec::new();
        of_tables(Subject::Broker, &old.broker, &new.broker, &mut changes);
        of_tables(Subject::Defaults, &old.defaults, &new.defaults, &mut changes);
        let group = |group: &crate::Group| (Subject::Group(group.id.as_str().to_owned()), group.name.clone());
        of_lists(&old.groups, &new.groups, group, &mut changes);
        let library = |library: &crate::Library| (Subject::Library(library.id.clone()), library.name.clone());
        of_lists(&old.libraries, &new.libraries, library, &mut changes);
        changes
    }

    /// The same, telling libraries that were gone from the file from those that it retires itself.
    pub(crate) fn diff_retiring(&self, new: &Registry, retired: &[PeerId]) -> Vec<Change> {
        let mut changes = self.diff(new);
        for id in retired {
            let subject = Subject::Library(id.clone());
            let was = self.library(id);
            if was.is_some_and(|library| library.status == PeerStanding::Retired) {
                continue;
            }
            changes.retain(|change| change.subject != subject);
            let name = was.map(|library| library.name.clone()).unwrap_or_default();
            changes.push(Change { subject, what: Difference::Retired { name } });
        }
        changes
    }
}

fn of_lists<T: Field>(
    old: &[T],
    new: &[T],
    name: impl Fn(&T) -> (Subject, String),
    changes: &mut Vec<Change>,
) {
    let keyed = |list| -> BTreeMap<Subject, (&T, String)> {
        let list: &[T] = list;
        list.iter()
            .map(|one| {
                let (subject, name) = name(one);
                (subject, (one, name))
            })
            .collect()
    };
    let (old, new) = (keyed(old), keyed(new));
    for (subject, (was, name)) in &old {
        match new.get(subject) {
            Some((is, _)) => of_tables(subject.clone(), *was, *is, changes),
            None => changes
                .push(Change { subject: subject.clone(), what: Difference::Removed { name: name.clone() } }),
        }
    }
    for (subject, (_, name)) in &new {
        if !old.contains_key(subject) {
            changes.push(Change { subject: subject.clone(), what: Difference::Added { name: name.clone() } });
        }
    }
}

fn of_tables<T: Field>(subject: Subject, old: &T, new: &T, changes: &mut Vec<Change>) {
    let (old, new) = (leaves(old), leaves(new));
    let mut keys: Vec<&String> = new.iter().map(|leaf| &leaf.key).collect();
    keys.extend(old.iter().map(|leaf| &leaf.key).filter(|key| new.iter().all(|leaf| leaf.key != **key)));
    for key in keys {
        let find =
            |leaves: &'_ [Leaf]| leaves.iter().find(|leaf| leaf.key == *key).map(|leaf| leaf.parts.clone());
        for (before, after) in parts(find(&old), find(&new)) {
            changes.push(Change {
                subject: subject.clone(),
                what: Difference::Changed { key: key.clone(), before, after },
            });
        }
    }
}

fn leaves(table: &impl Field) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    table.leaves("", &mut leaves);
    leaves
}

/// What only one side has: of two single values both, of lists each element that came or went, and both lists where only their order
/// differs.
fn parts(old: Option<Vec<Part>>, new: Option<Vec<Part>>) -> Vec<(Option<String>, Option<String>)> {
    if old == new {
        return Vec::new();
    }
    let whole = |parts: &[Part]| {
        let shown: Vec<_> = parts.iter().map(|part| part.shown.clone()).collect();
        if shown.len() == 1 { shown[0].clone() } else { format!("[{}]", shown.join(", ")) }
    };
    let was = old.clone().unwrap_or_default();
    let is = new.clone().unwrap_or_default();
    let gone: Vec<&Part> = was.iter().filter(|part| !is.contains(part)).collect();
    let come: Vec<&Part> = is.iter().filter(|part| !was.contains(part)).collect();
    match (gone.as_slice(), come.as_slice()) {
        ([], []) => vec![(old.as_deref().map(whole), new.as_deref().map(whole))],
        ([gone], [come]) => vec![(Some(gone.shown.clone()), Some(come.shown.clone()))],
        _ => {
            let gone = gone.into_iter().map(|part| (Some(part.shown.clone()), None));
            gone.chain(come.into_iter().map(|part| (None, Some(part.shown.clone())))).collect()
        }
    }
}

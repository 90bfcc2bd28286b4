//! What staff can do to a request, in whichever machine: one enum, [`Act`], with the fields of each act, declared in one table with what the
//! act does, which machines know it, what its fields take and an example. The same value goes from the API, a page, the command line or an
//! NCIP message to the machine. Must never decide whether an act is allowed: the machines' tables do.
//!
//! An act is read from [`Fields`], texts by name: strictly, so that an unknown field, a missing one or a wrong value is refused with what was
//! expected and an example.

mod declare;
mod error;
mod fields;
mod groups;
mod notices;
mod page;
mod reader;
mod table;
mod values;

use loan_model::MachineKind;

pub use self::{
    error::{ActError, ActFault, NoSuchAct},
    fields::{Count, FieldInfo, Fields, Given, Need, Takes},
    groups::{Cost, Patch, Terms},
    notices::{Side, unclear_notice},
    page::acts_page,
    table::{Act, ActKind},
    values::{Amount, Answer, Barcode, Currency, DayOrTime, VolumeRef},
};

/// What there is to say of an act: the same everywhere.
#[derive(Debug)]
pub struct ActInfo {
    /// Which.
    pub kind: ActKind,
    /// Its name: `will-supply`.
    pub name: &'static str,
    /// The machines that know it.
    pub machines: &'static [MachineKind],
    /// What it does, and to whom.
    pub does: &'static str,
    /// Its fields, in parts.
    parts: &'static [&'static [FieldInfo]],
    /// Whether it needs one of its fields, whichever it is.
    needs: Needs,
    example: &'static [(&'static str, &'static [&'static str])],
}

/// What an act needs besides its required fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing.
    Nothing,
    /// One of its fields, whichever it is.
    AnyField,
}

impl ActInfo {
    /// Its fields, in the order in which they are shown.
    pub fn fields(&self) -> impl Iterator<Item = &'static FieldInfo> + use<> {
        self.parts.iter().copied().flatten()
    }

    /// A field, by its name.
    pub fn field(&self, name: &str) -> Option<&'static FieldInfo> {
        self.fields().find(|field| field.name == name)
    }

    /// Fields as they can be given.
    pub fn example(&self) -> Fields {
        let mut fields = Fields::default();
        for (name, values) in self.example {
            match self.field(name).map(|field| field.count) {
                Some(Count::Many) => {
                    fields.set(name, values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>())
                }
                _ => values.iter().for_each(|value| fields.set(name, *value)),
            }
        }
        fields
    }
}

impl ActKind {
    /// The acts that a machine knows.
    pub fn of(machine: MachineKind) -> impl Iterator<Item = ActKind> {
        ActKind::ALL.iter().copied().filter(move |kind| kind.info().machines.contains(&machine))
    }
}

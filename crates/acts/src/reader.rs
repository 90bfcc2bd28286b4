//! Reads the fields of one act, each as its type. Must never let a field through that the act does not have.

use super::{
    ActError, ActFault, ActKind, Needs,
    fields::{Count, FieldInfo, Fields, Given, Need, Takes},
};

/// The most values that a list has.
const MAX_VALUES: usize = 100;

/// A value of a field.
pub(super) trait Value: Sized + PartialEq {
    /// Which texts it takes.
    const TAKES: Takes;

    /// Reads one; nothing where the text is none of those.
    fn from_text(text: &str) -> Option<Self>;

    /// As it is read.
    fn text(&self) -> String;
}

/// A field of an act: a value that is required, one that may be left out, or a list of them that may be empty.
pub(super) trait Field: Sized {
    const TAKES: Takes;
    const NEED: Need;
    const COUNT: Count;

    fn read(given: Option<Given>) -> Result<Self, Wrong>;

    fn write(&self) -> Option<Given>;
}

/// What is wrong with what is given for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It is none of the values that the field takes.
    Value,
    /// The field takes one value.
    OneOnly,
    /// A value stands there twice.
    Twice,
    /// They are too many.
    TooMany,
}

/// Fields that belong together.
pub(super) trait Group: Sized {
    /// What there is to say of them.
    const FIELDS: &'static [FieldInfo];

    /// Reads them.
    fn read(reader: &mut Reader) -> Result<Self, ActError>;

    /// Writes them as they are read.
    fn write(&self, fields: &mut Fields);
}

impl<G: Group> Group for Box<G> {
    const FIELDS: &'static [FieldInfo] = G::FIELDS;

    fn read(reader: &mut Reader) -> Result<Self, ActError> {
        G::read(reader).map(Box::new)
    }

    fn write(&self, fields: &mut Fields) {
        (**self).write(fields);
    }
}

impl<T: Value> Field for T {
    const TAKES: Takes = T::TAKES;
    const NEED: Need = Need::Required;
    const COUNT: Count = Count::One;

    fn read(given: Option<Given>) -> Result<Self, Wrong> {
        match given {
            Some(Given::One(text)) => T::from_text(text.trim()).ok_or(Wrong::Value),
            Some(Given::Many(_)) => Err(Wrong::OneOnly),
            None => Err(Wrong::Value),
        }
    }

    fn write(&self) -> Option<Given> {
        Some(Given::One(self.text()))
    }
}

impl<T: Value> Field for Option<T> {
    const TAKES: Takes = T::TAKES;
    const NEED: Need = Need::Optional;
    const COUNT: Count = Count::One;

    fn read(given: Option<Given>) -> Result<Self, Wrong> {
        given.map(|given| <T as Field>::read(Some(given))).transpose()
    }

    fn write(&self) -> Option<Given> {
        self.as_ref().map(|value| Given::One(value.text()))
    }
}

impl<T: Value> Field for Vec<T> {
    const TAKES: Takes = T::TAKES;
    const NEED: Need = Need::Optional;
    const COUNT: Count = Count::Many;

    fn read(given: Option<Given>) -> Result<Self, Wrong> {
        let texts = given.map(Given::values).unwrap_or_default();
        if texts.len() > MAX_VALUES {
            return Err(Wrong::TooMany);
        }
        let mut values = Vec::new();
        for text in texts {
            let value = T::from_text(text.trim()).ok_or(Wrong::Value)?;
            if values.contains(&value) {
                return Err(Wrong::Twice);
            }
            values.push(value);
        }
        Ok(values)
    }

    fn write(&self) -> Option<Given> {
        (!self.is_empty()).then(|| Given::Many(self.iter().map(Value::text).collect()))
    }
}

/// One act under way.
pub(super) struct Reader {
    kind: ActKind,
    fields: Fields,
}

impl Reader {
    /// Takes the fields of an act, if it has each of them and none is missing.
    pub(super) fn new(kind: ActKind, fields: Fields) -> Result<Self, ActError> {
        let info = kind.info();
        let fault = |fault| Err(ActError { act: kind, fault });
        if let Some(unknown) = fields.names().find(|name| info.field(name).is_none()) {
            return fault(ActFault::UnknownField { field: unknown.to_owned() });
        }
        let missing: Vec<&'static FieldInfo> = info
            .fields()
            .filter(|field| field.need == Need::Required && fields.get(field.name).is_none())
            .collect();
        if !missing.is_empty() {
            return fault(ActFault::Missing { fields: missing });
        }
        if info.needs == Needs::AnyField && fields.is_empty() {
            return fault(ActFault::NoneOf { fields: info.fields().collect() });
        }
        Ok(Reader { kind, fields })
    }

    /// Reads a field.
    pub(super) fn field<F: Field>(&mut self, name: &'static str) -> Result<F, ActError> {
        F::read(self.fields.take(name)).map_err(|wrong| {
            let takes = F::TAKES;
            self.error(match wrong {
                Wrong::Value => ActFault::Value { field: name, takes },
                Wrong::OneOnly => ActFault::OneOnly { field: name },
                Wrong::Twice => ActFault::Twice { field: name },
                Wrong::TooMany => ActFault::TooMany { field: name, most: MAX_VALUES },
            })
        })
    }

    /// Reads fields that belong together.
    pub(super) fn group<G: Group>(&mut self) -> Result<G, ActError> {
        G::read(self)
    }

    /// Something is wrong with the act.
    pub(super) fn error(&self, fault: ActFault) -> ActError {
        ActError { act: self.kind, fault }
    }
}

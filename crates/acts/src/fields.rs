//! The fields of an act as they are given, and what there is to say of one. Must never know which act has which.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};

use super::reader::Field;

/// Fields by their names, as texts. As JSON: `{"volumes":["31183004"],"due":"2026-12-20"}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fields(BTreeMap<String, Given>);

/// What is given for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Given {
    /// One text.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// What there is to say of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Its name: `volumes`.
    pub name: &'static str,
    /// What it says.
    pub about: &'static str,
    /// Whether the act needs it.
    pub need: Need,
    /// How many values it takes.
    pub count: Count,
    /// Which values it takes.
    pub takes: Takes,
}

/// Whether an act needs a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Without it nothing is done.
    Required,
    /// It may be left out.
    Optional,
}

/// How many values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// One.
    One,
    /// A list.
    Many,
}

/// Which values a field takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Any text that is not empty.
    Text,
    /// A volume.
    Volume,
    /// A day, or a point in time.
    DayOrTime,
    /// An amount of money.
    Amount,
    /// A currency.
    Currency,
    /// A call of the ILS.
    Step,
    /// One of these words.
    Code(&'static [&'static str]),
}

impl Takes {
    /// Its name: `day-or-time`.
    pub fn as_str(self) -> &'static str {
        match self {
            Takes::Text => "text",
            Takes::Volume => "volume",
            Takes::DayOrTime => "day-or-time",
            Takes::Amount => "amount",
            Takes::Currency => "currency",
            Takes::Step => "step",
            Takes::Code(_) => "code",
        }
    }

    /// The words it takes, where they are listed.
    pub fn codes(self) -> &'static [&'static str] {
        match self {
            Takes::Code(codes) => codes,
            _ => &[],
        }
    }
}

/// What was expected, for people.
impl fmt::Display for Takes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Takes::Text => f.write_str("a text"),
            Takes::Volume => f.write_str("a volume's barcode, or its number such as `vol-1`"),
            Takes::DayOrTime => {
                f.write_str("a date such as `2026-12-20`, or a time such as `2026-12-20T18:00:00Z`")
            }
            Takes::Amount => f.write_str("an amount such as `12.50`"),
            Takes::Currency => f.write_str("a currency by ISO 4217 such as `USD`"),
            Takes::Step => f.write_str("an ILS call such as `hold-for-patron/vol-1/0`"),
            Takes::Code(codes) => write!(f, "one of {}", codes.join(", ")),
        }
    }
}

impl Fields {
    /// Gives a field.
    pub fn set(&mut self, name: &str, given: impl Into<Given>) {
        self.0.insert(name.to_owned(), given.into());
    }

    /// Gives a field another value besides those that it has.
    pub fn add(&mut self, name: &str, value: &str) {
        let given = match self.0.remove(name) {
            None => Given::One(value.to_owned()),
            Some(given) => {
                let mut values = given.values();
                values.push(value.to_owned());
                Given::Many(values)
            }
        };
        self.0.insert(name.to_owned(), given);
    }

    /// Takes over other fields; where both have one, the other's stays.
    pub fn extend(&mut self, others: Fields) {
        self.0.extend(others.0);
    }

    /// What is given for a field.
    pub fn get(&self, name: &str) -> Option<&Given> {
        self.0.get(name)
    }

    /// The names of the fields given.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether no field is given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields as JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("names with texts are always valid JSON")
    }

    /// Takes a field away.
    pub fn take(&mut self, name: &str) -> Option<Given> {
        self.0.remove(name)
    }

    pub(super) fn write(&mut self, name: &str, field: &impl Field) {
        if let Some(given) = field.write() {
            self.set(name, given);
        }
    }
}

impl Given {
    /// Its values.
    pub fn values(self) -> Vec<String> {
        match self {
            Given::One(value) => vec![value],
            Given::Many(values) => values,
        }
    }
}

impl From<&str> for Given {
    fn from(text: &str) -> Self {
        Given::One(text.to_owned())
    }
}

impl From<String> for Given {
    fn from(text: String) -> Self {
        Given::One(text)
    }
}

impl From<Vec<String>> for Given {
    fn from(texts: Vec<String>) -> Self {
        Given::Many(texts)
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfMap;

        impl<'de> Visitor<'de> for OfMap {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fields by their names")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while let Some(name) = map.next_key::<String>()? {
                    let given = map.next_value::<Option<Given>>();
                    let given = given.map_err(|why| A::Error::custom(format!("`{name}`: {why}")))?;
                    if fields.0.contains_key(&name) {
                        return Err(A::Error::custom(format!("`{name}` is given twice")));
                    }
                    if let Some(given) = given {
                        fields.0.insert(name, given);
                    }
                }
                Ok(fields)
            }
        }

        deserializer.deserialize_map(OfMap)
    }
}

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfText;

        impl<'de> Visitor<'de> for OfText {
            type Value = Given;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, or a list of texts")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Given, E> {
                Ok(Given::One(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Given, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element::<String>()? {
                    texts.push(text);
                }
                Ok(Given::Many(texts))
            }
        }

        deserializer.deserialize_any(OfText)
    }
}

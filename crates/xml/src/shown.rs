//! An element as JSON for people. Must never show a secret: that there is one is all that is said.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::schema::{Content, Lexical, Row, TextType};
use crate::{Element, Leaf, View};

/// What is shown instead of a secret.
const SECRET: &str = "***";

/// Serialises an element by its schema: a key for each field that has a value, named as in the model.
pub struct Shown<'a>(pub &'a dyn Element);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (number, row) in self.0.schema().rows.iter().enumerate() {
            let field = ShownField { element: self.0, number, row };
            if self.0.count(number) > 0 {
                map.serialize_entry(&key(row.field), &field)?;
            }
        }
        map.end()
    }
}

/// A field's key: the variant of a choice begins with a small letter like every other field.
fn key(field: &str) -> String {
    let mut key = field.to_owned();
    if let Some(first) = key.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    key
}

struct ShownField<'a> {
    element: &'a dyn Element,
    number: usize,
    row: &'static Row,
}

impl ShownField<'_> {
    fn value(&self, index: usize) -> ShownValue<'_> {
        ShownValue { view: self.element.get(self.number, index), content: self.row.content }
    }
}

impl Serialize for ShownField<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.row.repeatable {
            return self.value(0).serialize(serializer);
        }
        let count = self.element.count(self.number);
        let mut values = serializer.serialize_seq(Some(count))?;
        for index in 0..count {
            values.serialize_element(&self.value(index))?;
        }
        values.end()
    }
}

struct ShownValue<'a> {
    view: View<'a>,
    content: Content,
}

impl Serialize for ShownValue<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (&self.view, self.content) {
            (View::Secret(_), _) => serializer.serialize_str(SECRET),
            (View::Element(element), _) => Shown(*element).serialize(serializer),
            (View::Leaf(leaf), Content::Text(text)) => self::text(*leaf, text, serializer),
            (View::Leaf(leaf), _) => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("raw", leaf.text())?;
                if let Some(namespaces) = leaf.attribute() {
                    map.serialize_entry("namespaces", namespaces)?;
                }
                map.end()
            }
        }
    }
}

fn text<S: Serializer>(leaf: &dyn Leaf, text: TextType, serializer: S) -> Result<S::Ok, S::Error> {
    match (text.lexical, text.attribute) {
        (Lexical::Boolean, _) => serializer.serialize_bool(leaf.text() == "true"),
        (Lexical::Empty, _) => serializer.serialize_bool(true),
        (_, None) => serializer.serialize_str(leaf.text()),
        (_, Some(name)) => {
            let mut map = serializer.serialize_map(None)?;
            if let Some(attribute) = leaf.attribute() {
                map.serialize_entry(&key(name), attribute)?;
            }
            map.serialize_entry("value", leaf.text())?;
            map.end()
        }
    }
}

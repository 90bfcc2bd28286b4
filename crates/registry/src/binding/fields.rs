//! What is in tables: texts of a kind, numbers, switches, dates, lists, and things that may be left out.

use jiff::civil::Date;
use loan_model::{PeerId, Symbol};
use toml::de::DeValue;

#[cfg(test)]
use super::TestRng;
use super::{Field, Layout, Leaf, Node, Part, Reader, Shape, Writer, labels, quoted, write::inline_all};

/// A value written as a TOML string.
pub(crate) trait Text: Sized {
    /// What it is, for the reference and for problems: "a symbol, as in ISIL:US-CO-X".
    const WHAT: &'static str;
    /// Reads it, or says what is wrong with it.
    fn parse(text: &str) -> Result<Self, String>;
    /// The text that reads as this.
    fn print(&self) -> String;
    /// As people may see it.
    fn masked(&self) -> String {
        self.print()
    }
    /// What replaces it.
    fn blank() -> Self;
    /// Texts that read as one, odd ones too.
    #[cfg(test)]
    const SAMPLES: &[&str];
}

impl<T: Text> Field for T {
    fn shape() -> Shape {
        Shape::Value(T::WHAT)
    }

    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::String(text) = node.get_ref() else {
            mistyped(node, at, T::WHAT, reader);
            return None;
        };
        match T::parse(text) {
            Ok(value) => Some(value),
            Err(sentence) => {
                reader.wrong(node.span().start, at, sentence);
                None
            }
        }
    }

    fn blank() -> Self {
        T::blank()
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        let text = rng.pick(T::SAMPLES);
        T::parse(text).unwrap_or_else(|sentence| panic!("{sentence}"))
    }

    fn inline(&self) -> String {
        quoted(&self.print())
    }

    fn shown(&self) -> String {
        quoted(&self.masked())
    }
}

impl Text for String {
    const WHAT: &'static str = "text";

    #[cfg(test)]
    const SAMPLES: &[&str] = &[
        "North",
        "say \"hi\" \\ there",
        "two\nlines",
        "it's",
        "Bücherei \u{1F4DA}",
        "# no comment = [1]",
        "{ a = 1 }",
        "0",
    ];

    fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("is empty: say something or leave the key out".to_owned()),
            _ if text.chars().any(|c| c.is_control() && c != '\n') => {
                Err("holds a control character".to_owned())
            }
            trimmed => Ok(trimmed.to_owned()),
        }
    }

    fn print(&self) -> String {
        self.clone()
    }

    fn blank() -> Self {
        String::new()
    }
}

impl Text for Symbol {
    const WHAT: &'static str = "a symbol, as in `ISIL:US-CO-X`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["ISIL:US-CO-X", "local:a b:c", "OCLC:\"Q\""];

    fn parse(text: &str) -> Result<Self, String> {
        if text.chars().any(char::is_control) {
            return Err("holds a control character".to_owned());
        }
        text.parse().map_err(|error: loan_model::BadSymbol| error.to_string())
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        Symbol::new("", "")
    }
}

impl Text for PeerId {
    const WHAT: &'static str = "an id: small letters, digits and hyphens";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["a", "north-library", "0-9"];

    fn parse(text: &str) -> Result<Self, String> {
        if is_slug(text) {
            Ok(PeerId::new(text))
        } else {
            Err(format!(
                "`{text}` is not an id: use 1 to 64 small letters, digits and hyphens, beginning with a letter or digit"
            ))
        }
    }

    fn print(&self) -> String {
        self.as_str().to_owned()
    }

    fn blank() -> Self {
        PeerId::new("")
    }
}

/// Whether the text can be an id.
pub(super) fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

impl Field for u32 {
    fn shape() -> Shape {
        Shape::Value("a whole number")
    }

    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let number = match node.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        if number.is_none() {
            not_a_number(node, at, "from 0 to 4294967295", reader);
        }
        number
    }

    fn blank() -> Self {
        0
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        u32::try_from(rng.throw(100)).unwrap_or(0) + 1
    }

    fn inline(&self) -> String {
        self.to_string()
    }
}

impl Field for u64 {
    fn shape() -> Shape {
        Shape::Value("a whole number")
    }

    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let number = match node.get_ref() {
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().and_then(|n| u64::try_from(n).ok())
            }
            _ => None,
        };
        if number.is_none() {
            not_a_number(node, at, "from 0", reader);
        }
        number
    }

    fn blank() -> Self {
        0
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        u64::try_from(rng.throw(1000)).unwrap_or(0)
    }

    fn inline(&self) -> String {
        self.to_string()
    }
}

impl Field for bool {
    fn shape() -> Shape {
        Shape::Value("`true` or `false`")
    }

    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        match node.get_ref() {
            DeValue::Boolean(value) => Some(*value),
            _ => {
                mistyped(node, at, "true or false", reader);
                None
            }
        }
    }

    fn blank() -> Self {
        true
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        rng.throw(2) == 0
    }

    fn inline(&self) -> String {
        self.to_string()
    }
}

impl Field for Date {
    fn shape() -> Shape {
        Shape::Value("a date, as in `2026-12-24`, without quotes")
    }

    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let date = match node.get_ref() {
            DeValue::Datetime(value) if value.time.is_none() => value.to_string().parse().ok(),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        if date.is_none() {
            mistyped(node, at, "a date, as in 2026-12-24", reader);
        }
        date
    }

    fn blank() -> Self {
        Date::ZERO
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        *rng.pick(&[
            jiff::civil::date(2026, 2, 28),
            jiff::civil::date(2028, 2, 29),
            jiff::civil::date(1, 1, 1),
        ])
    }

    fn inline(&self) -> String {
        self.to_string()
    }
}

impl<T: Field> Field for Option<T> {
    fn shape() -> Shape {
        T::shape()
    }

    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self> {
        T::read(node, at, reader).map(Some)
    }

    fn blank() -> Self {
        None
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        (rng.throw(2) == 0).then(|| T::random(rng))
    }

    fn inline(&self) -> String {
        self.as_ref().map(Field::inline).unwrap_or_default()
    }

    fn shown(&self) -> String {
        self.as_ref().map(Field::shown).unwrap_or_default()
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn write(&self, key: &str, writer: &mut Writer) {
        if let Some(value) = self {
            value.write(key, writer);
        }
    }

    fn leaves(&self, at: &str, into: &mut Vec<Leaf>) {
        if let Some(value) = self {
            value.leaves(at, into);
        }
    }
}

impl<T: Field> Field for Vec<T> {
    fn shape() -> Shape {
        Shape::List(Box::new(T::shape()))
    }

    fn read(node: &Node<'_>, list: &str, reader: &mut Reader<'_>) -> Option<Self> {
        let DeValue::Array(elements) = node.get_ref() else {
            mistyped(node, list, "a list in brackets", reader);
            return None;
        };
        let labels = element_labels(elements.iter());
        let mut values = Vec::new();
        for (element, label) in elements.iter().zip(labels) {
            let at = format!("{list}[{label}]");
            if let Some(value) = T::read(element, &at, reader) {
                values.push(value);
                // Tables are always read; of simple values the later checks know those that could be.
                let at = if element.get_ref().is_table() { at } else { format!("{list}[#{}]", values.len()) };
                reader.remember(&at, element.span().start);
            } else {
                reader.unusable(list);
            }
        }
        Some(values)
    }

    fn blank() -> Self {
        Vec::new()
    }

    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self {
        (0..rng.throw(4)).map(|_| T::random(rng)).collect()
    }

    fn inline(&self) -> String {
        format!("[{}]", inline_all(self).join(", "))
    }

    fn shown(&self) -> String {
        format!("[{}]", self.iter().map(Field::shown).collect::<Vec<_>>().join(", "))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn write(&self, key: &str, writer: &mut Writer) {
        match T::shape() {
            Shape::Table(Layout::Section, _) => {
                for element in self {
                    element.write_element(key, writer);
                }
            }
            _ => writer.list(key, &inline_all(self)),
        }
    }

    fn leaves(&self, at: &str, into: &mut Vec<Leaf>) {
        into.push(Leaf { key: at.to_owned(), parts: self.iter().map(Part::of).collect() });
    }
}

fn element_labels<'n, 't: 'n>(elements: impl Iterator<Item = &'n Node<'t>>) -> Vec<String> {
    let ids: Vec<&str> = elements
        .map(|element| match element.get_ref() {
            DeValue::Table(table) => {
                table.iter().find(|(key, _)| key.get_ref() == "id").and_then(|(_, id)| id.get_ref().as_str())
            }
            _ => None,
        })
        .map(Option::unwrap_or_default)
        .collect();
    labels(ids.into_iter())
}

/// Says that another kind of value is wanted here. The value may be a secret, so it is not repeated.
pub(crate) fn mistyped(node: &Node<'_>, at: &str, wanted: &str, reader: &mut Reader<'_>) {
    let found = match node.get_ref() {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    };
    reader.wrong(node.span().start, at, format!("is {found}, but must be {wanted}"));
}

/// Says which numbers can stand here.
fn not_a_number(node: &Node<'_>, at: &str, range: &str, reader: &mut Reader<'_>) {
    match node.get_ref() {
        DeValue::Integer(number) => {
            reader.wrong(node.span().start, at, format!("is {number}, but must be a whole number {range}"));
        }
        _ => mistyped(node, at, &format!("a whole number {range}"), reader),
    }
}

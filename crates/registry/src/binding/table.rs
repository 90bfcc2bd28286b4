//! Declaring a table of the file.

use toml::de::DeTable;

use super::{Node, Reader, Writer, fields::mistyped};

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Under a heading of its own.
    Section,
    /// In braces, on one line.
    Inline,
}

/// Whether a key may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must stand there.
    Required,
    /// It may be left out.
    Optional,
    /// It may be left out and then means its default; the canonical file says it.
    Default,
}

/// What a value looks like.
pub(crate) enum Shape {
    /// A simple value.
    Value(&'static str),
    /// One of a few words, each with its meaning.
    Words(Vec<(&'static str, &'static str)>),
    /// A list.
    List(Box<Shape>),
    /// A table.
    Table(Layout, fn() -> TableDoc),
}

/// A table, for the reference.
pub(crate) struct TableDoc {
    /// What it is for.
    pub(crate) about: &'static [&'static str],
    /// Its keys, in order.
    pub(crate) fields: Vec<FieldDoc>,
}

/// A key, for the reference.
pub(crate) struct FieldDoc {
    pub(crate) key: &'static str,
    pub(crate) about: &'static [&'static str],
    pub(crate) need: Need,
    pub(crate) shape: Shape,
    /// Its default, in TOML.
    pub(crate) default: String,
}

/// A struct that is a table of the file.
pub(crate) trait Table: Sized {
    /// What its keys are, for the reference.
    fn doc() -> TableDoc;
    /// Reads the keys of a table that starts at `offset`.
    fn read_fields(table: &DeTable<'_>, offset: usize, at: &str, reader: &mut Reader<'_>) -> Self;
    /// Writes its keys.
    fn write_fields(&self, writer: &mut Writer);
    /// Its keys on one line, each value as `shown` has it.
    fn in_braces(&self, shown: Shown) -> String;
}

/// How a value is put into a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// As the file has it.
    InFull,
    /// As people may see it.
    Masked,
}

/// Declares a table once: `KEY as "other-name": TYPE = required | optional | default`. With `impl` in place of `pub struct`, the struct itself
/// is declared elsewhere.
macro_rules! table {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident in $layout:ident {
            $( $(#[doc = $doc:literal])+ $field:ident $(as $key:literal)? : $type:ty = $need:ident, )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl Default for $name {
            fn default() -> Self {
                <$name as $crate::binding::Field>::blank()
            }
        }

        $crate::binding::table! {
            $(#[doc = $about])+
            impl $name in $layout {
                $( $(#[doc = $doc])+ $field $(as $key)? : $type = $need, )+
            }
        }
    };
    (
        $(#[doc = $about:literal])+
        impl $name:ident in $layout:ident {
            $( $(#[doc = $doc:literal])+ $field:ident $(as $key:literal)? : $type:ty = $need:ident, )+
        }
    ) => {
        impl $crate::binding::Table for $name {
            fn doc() -> $crate::binding::TableDoc {
                use $crate::binding::{Field, FieldDoc, TableDoc};
                TableDoc {
                    about: &[$($about),+],
                    fields: vec![$( FieldDoc {
                        key: table!(@key $field $(as $key)?),
                        about: &[$($doc),+],
                        need: table!(@need $need),
                        shape: <$type as Field>::shape(),
                        default: <$type as Field>::blank().inline(),
                    }, )+],
                }
            }

            fn read_fields(
                table: &toml::de::DeTable<'_>,
                offset: usize,
                at: &str,
                reader: &mut $crate::binding::Reader<'_>,
            ) -> Self {
                use $crate::binding::{Field, TableRow};
                let mut value = Self::blank();
                let rows = [$( TableRow { key: table!(@key $field $(as $key)?), need: table!(@need $need) }, )+];
                $crate::binding::read_rows(table, offset, at, &rows, reader, &mut |row, node, at, reader| {
                    let mut index = 0;
                    $(
                        if row == index {
                            return match <$type as Field>::read(node, at, reader) {
                                Some(read) => { value.$field = read; true }
                                None => false,
                            };
                        }
                        index += 1;
                    )+
                    row < index
                });
                value
            }

            fn write_fields(&self, writer: &mut $crate::binding::Writer) {
                use $crate::binding::Field;
                $( if !self.$field.is_absent() {
                    self.$field.write(table!(@key $field $(as $key)?), writer);
                } )+
            }

            fn in_braces(&self, shown: $crate::binding::Shown) -> String {
                use $crate::binding::{Field, Shown};
                let mut pairs = Vec::new();
                $( if !self.$field.is_absent() {
                    let value = match shown {
                        Shown::InFull => self.$field.inline(),
                        Shown::Masked => self.$field.shown(),
                    };
                    pairs.push(format!("{} = {value}", table!(@key $field $(as $key)?)));
                } )+
                if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
            }
        }

        impl $crate::binding::Field for $name {
            fn shape() -> $crate::binding::Shape {
                use $crate::binding::{Layout, Shape, Table};
                Shape::Table(Layout::$layout, $name::doc)
            }

            fn read(
                node: &$crate::binding::Node<'_>,
                at: &str,
                reader: &mut $crate::binding::Reader<'_>,
            ) -> Option<Self> {
                use $crate::binding::Table;
                let offset = node.span().start;
                Some(match $crate::binding::as_table(node, at, reader) {
                    Some(table) => $name::read_fields(table, offset, at, reader),
                    None => Self::blank(),
                })
            }

            fn blank() -> Self {
                $name { $( $field: <$type as $crate::binding::Field>::blank(), )+ }
            }

            #[cfg(test)]
            fn random(rng: &mut $crate::binding::TestRng) -> Self {
                $name { $( $field: <$type as $crate::binding::Field>::random(rng), )+ }
            }

            fn inline(&self) -> String {
                use $crate::binding::{Shown, Table};
                self.in_braces(Shown::InFull)
            }

            fn shown(&self) -> String {
                use $crate::binding::{Shown, Table};
                self.in_braces(Shown::Masked)
            }

            fn is_absent(&self) -> bool {
                *self == Self::blank()
            }

            fn write(&self, key: &str, writer: &mut $crate::binding::Writer) {
                use $crate::binding::{Layout, Table};
                match Layout::$layout {
                    Layout::Section => writer.section(key, |writer| self.write_fields(writer)),
                    Layout::Inline => writer.pair(key, &self.inline()),
                }
            }

            fn write_element(&self, key: &str, writer: &mut $crate::binding::Writer) {
                use $crate::binding::Table;
                writer.element(key, |writer| self.write_fields(writer));
            }

            fn leaves(&self, at: &str, into: &mut Vec<$crate::binding::Leaf>) {
                use $crate::binding::{Layout, Leaf, Part, joined};
                if Layout::$layout == Layout::Inline {
                    into.push(Leaf { key: at.to_owned(), parts: vec![Part::of(self)] });
                    return;
                }
                $( if !self.$field.is_absent() {
                    self.$field.leaves(&joined(at, table!(@key $field $(as $key)?)), into);
                } )+
            }
        }
    };
    (@key $field:ident as $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
    (@need required) => { $crate::binding::Need::Required };
    (@need optional) => { $crate::binding::Need::Optional };
    (@need default) => { $crate::binding::Need::Default };
}
pub(crate) use table;

/// A key as the reader needs it.
pub(crate) struct TableRow {
    pub(crate) key: &'static str,
    pub(crate) need: Need,
}

/// The table that stands here, or a problem.
pub(crate) fn as_table<'n, 't>(
    node: &'n Node<'t>,
    at: &str,
    reader: &mut Reader<'_>,
) -> Option<&'n DeTable<'t>> {
    let table = node.get_ref().as_table();
    if table.is_none() {
        mistyped(node, at, "a table", reader);
        reader.unusable(at);
    }
    table
}

/// Reads what is in a table: each known key by its row, each other key being a problem, and each that is missing too.
pub(crate) fn read_rows<'t>(
    table: &DeTable<'t>,
    offset: usize,
    at: &str,
    rows: &[TableRow],
    reader: &mut Reader<'_>,
    read: &mut dyn FnMut(usize, &Node<'t>, &str, &mut Reader<'_>) -> bool,
) {
    reader.remember(at, offset);
    let mut seen = vec![false; rows.len()];
    for (key, node) in table {
        let name: &str = key.get_ref();
        let path = super::joined(at, name);
        match rows.iter().position(|row| row.key == name) {
            Some(row) => {
                seen[row] = true;
                if read(row, node, &path, reader) {
                    reader.remember(&path, node.span().start);
                } else {
                    reader.unusable(&path);
                }
            }
            None => reader.wrong(key.span().start, &path, unknown(name, rows)),
        }
    }
    for (row, seen) in rows.iter().zip(seen) {
        if !seen && row.need == Need::Required {
            let path = super::joined(at, row.key);
            reader.missing(offset, &path, "is missing: it is required here");
            reader.unusable(&path);
        }
    }
}

fn unknown(name: &str, rows: &[TableRow]) -> String {
    let near = rows.iter().map(|row| (distance(name, row.key), row.key)).min();
    match near {
        Some((distance, key)) if distance <= 1 + name.len() / 4 => {
            format!("there is no such key here; did you mean `{key}`?")
        }
        _ => {
            let keys: Vec<_> = rows.iter().map(|row| row.key).collect();
            format!("there is no such key here; the keys are {}", keys.join(", "))
        }
    }
}

/// How many letters must change to make one word of the other.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        for (a, b, expected) in
            [("", "", 0), ("edtion", "edition", 1), ("url", "rate", 4), ("lends", "lend", 1)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}

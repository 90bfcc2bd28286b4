//! One declaration of a table of the file, and everything that follows from it: the struct, the strict reader, the canonical writer, the
//! differences and the reference page. Must never know what the tables mean.

mod fields;
mod read;
mod table;
#[cfg(test)]
mod test_rng;
mod words;
mod write;

pub(crate) use fields::Text;
pub use read::Problem;
pub(crate) use read::{Node, Reader, joined, labels};
pub(crate) use table::{
    FieldDoc, Layout, Need, Shape, Shown, Table, TableDoc, TableRow, as_table, read_rows, table,
};
#[cfg(test)]
pub(crate) use test_rng::TestRng;
pub(crate) use words::{read_word, shape_of_words, words};
pub(crate) use write::{Writer, quoted};

/// What can be in the file.
pub(crate) trait Field: Sized {
    /// What it looks like, for the reference.
    fn shape() -> Shape;
    /// Reads it. Where it can't be used a problem is noted and nothing comes back.
    fn read(node: &Node<'_>, at: &str, reader: &mut Reader<'_>) -> Option<Self>;
    /// What replaces it where it is missing.
    fn blank() -> Self;
    /// One of its values, whichever.
    #[cfg(test)]
    fn random(rng: &mut TestRng) -> Self;
    /// As a TOML value on one line.
    fn inline(&self) -> String;
    /// As people may see it: without what only the file may hold.
    fn shown(&self) -> String {
        self.inline()
    }
    /// Whether the canonical file leaves it out.
    fn is_absent(&self) -> bool {
        false
    }
    /// Writes it under `key` into the table that is being written.
    fn write(&self, key: &str, writer: &mut Writer) {
        writer.pair(key, &self.inline());
    }
    /// Writes it as one of the elements of the list `key`.
    fn write_element(&self, key: &str, writer: &mut Writer) {
        self.write(key, writer);
    }
    /// Lists what it says, one line for each thing that can differ by itself.
    fn leaves(&self, at: &str, into: &mut Vec<Leaf>) {
        into.push(Leaf { key: at.to_owned(), parts: vec![Part::of(self)] });
    }
}

/// A thing that can differ by itself: a value, or a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leaf {
    /// Where it is in its library, group or section.
    pub(crate) key: String,
    /// The value, or each of the list.
    pub(crate) parts: Vec<Part>,
}

/// A value, to compare and to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// To the letter.
    pub(crate) exact: String,
    /// As people may see it.
    pub(crate) shown: String,
}

impl Part {
    pub(crate) fn of(field: &impl Field) -> Self {
        Part { exact: field.inline(), shown: field.shown() }
    }
}

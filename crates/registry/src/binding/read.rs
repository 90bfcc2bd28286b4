//! Reading strictly: every problem at once, each with its line, its column and its key.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use super::fields::is_slug;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A value of the file, and where it stands.
pub(crate) type Node<'t> = Spanned<DeValue<'t>>;

/// Something wrong with the file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The key, such as `library[denver].connection.url`; empty where the file is not TOML.
    pub key: String,
    /// What is wrong and what to do.
    pub sentence: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.sentence)
    }
}

/// The file as text.
pub(crate) struct Source<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { text, starts }
    }

    /// Line and column, both from 1.
    fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts[line - 1];
        let before = self.text.get(start..offset.min(self.text.len())).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// Collects what is wrong, and remembers where each key stands so that later checks can point at it.
pub(crate) struct Reader<'t> {
    source: Source<'t>,
    problems: Vec<Problem>,
    places: BTreeMap<String, usize>,
    /// Keys of which it is told already that they are missing, or that their value (or one of a list) is of no use.
    unusable: BTreeSet<String>,
    /// Lines that are not TOML: nothing else is said about them.
    broken: Vec<usize>,
}

impl<'t> Reader<'t> {
    /// Parses the text as far as it is TOML.
    pub(crate) fn open(text: &'t str) -> (Self, Spanned<DeTable<'t>>) {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader {
            source: Source::new(text),
            problems: Vec::new(),
            places: BTreeMap::new(),
            unusable: BTreeSet::new(),
            broken: Vec::new(),
        };
        for error in errors {
            let (line, column) = reader.source.place(error.span().map_or(0, |span| span.start));
            reader.broken.push(line);
            let sentence = format!("this is not TOML: {}", error.message().replace('\n', ", "));
            reader.problems.push(Problem { line, column, key: String::new(), sentence });
        }
        (reader, root)
    }

    /// Notes something wrong with the value at this place.
    pub(crate) fn wrong(&mut self, offset: usize, key: &str, sentence: impl Into<String>) {
        let (line, column) = self.source.place(offset);
        if !self.broken.contains(&line) {
            self.problems.push(Problem { line, column, key: key.to_owned(), sentence: sentence.into() });
        }
    }

    /// Notes that something is missing. Where part of the file could not be read it may stand there, so nothing is said.
    pub(crate) fn missing(&mut self, offset: usize, key: &str, sentence: impl Into<String>) {
        if self.broken.is_empty() {
            self.wrong(offset, key, sentence);
        }
    }

    /// Notes something wrong with the key, wherever it or its nearest table stands; not where its value could not be used.
    pub(crate) fn wrong_at(&mut self, key: &str, sentence: impl Into<String>) {
        if !self.is_told(key) {
            self.wrong(self.offset(key), key, sentence);
        }
    }

    /// Notes that what the key needs is missing; not where there is something that could not be used.
    pub(crate) fn missing_at(&mut self, key: &str, sentence: impl Into<String>) {
        if !self.is_told(key) {
            self.missing(self.offset(key), key, sentence);
        }
    }

    /// Notes that the key names something that there is not; not where the id of one of them could not be used.
    pub(crate) fn unknown_at(&mut self, key: &str, among: &str, sentence: impl Into<String>) {
        let list = format!("{among}[");
        if !self.unusable.iter().any(|key| key.starts_with(&list) && key.ends_with("].id")) {
            self.missing(self.offset(key), key, sentence);
        }
    }

    /// Remembers that it is told already what is wrong with a key.
    pub(crate) fn unusable(&mut self, key: &str) {
        self.unusable.insert(key.to_owned());
    }

    /// Remembers where a key stands.
    pub(crate) fn remember(&mut self, key: &str, offset: usize) {
        self.places.insert(key.to_owned(), offset);
    }

    /// Line of a key that was read, for messages that point at another place.
    pub(crate) fn line(&self, key: &str) -> usize {
        self.source.place(self.offset(key)).0
    }

    /// The problems, in the order of the file.
    pub(crate) fn finish(mut self) -> Vec<Problem> {
        self.problems.sort();
        self.problems.dedup();
        self.problems
    }

    /// Whether it is told already what is wrong with a key, or with a table that it is in.
    pub(crate) fn is_told(&self, key: &str) -> bool {
        let tables = key.match_indices('.').map(|(end, _)| &key[..end]);
        tables.chain([key]).any(|key| self.unusable.contains(key))
    }

    fn offset(&self, key: &str) -> usize {
        let mut key = key;
        loop {
            if let Some(offset) = self.places.get(key) {
                return *offset;
            }
            match key.rfind(['.', '[']) {
                Some(end) => key = &key[..end],
                None => return 0,
            }
        }
    }
}

/// The key of something inside a table.
pub(crate) fn joined(at: &str, key: &str) -> String {
    if at.is_empty() { key.to_owned() } else { format!("{at}.{key}") }
}

/// What the elements of a list of tables are called in keys: by their id where it tells them apart, else by their number.
pub(crate) fn labels<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for (index, id) in ids.enumerate() {
        let free = is_slug(id) && !labels.iter().any(|label| label == id);
        labels.push(if free { id.to_owned() } else { format!("#{}", index + 1) });
    }
    labels
}

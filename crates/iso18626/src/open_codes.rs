//! The open code lists of ISO 18626: the values the standard lists, and room for everybody else's.
//!
//! An [`Open`] value keeps its text and its scheme as they came. Matching a listed value is tolerant (letter case,
//! and the dashes that some systems write for a hyphen); writing is not: a value that is written as the standard
//! lists it goes out with its list's URI, since strict readers look a value up by both. The URI of anybody else is
//! never changed. The lists themselves are in `open_lists`.

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use xml::schema::Lexical;
use xml::{Leaf, Schemes};

use crate::Edition;

/// A value of an open code list: text with the scheme it belongs to.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Open<L> {
    /// The value as it came.
    pub value: String,
    /// The list's URI, where the sender gave one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    #[serde(skip)]
    list: PhantomData<fn() -> L>,
}

impl<L> Open<L> {
    /// A value without a scheme.
    pub fn new(value: impl Into<String>) -> Self {
        Open { value: value.into(), scheme: None, list: PhantomData }
    }

    /// A value with the scheme it belongs to.
    pub fn with_scheme(value: impl Into<String>, scheme: impl Into<String>) -> Self {
        Open { value: value.into(), scheme: Some(scheme.into()), list: PhantomData }
    }
}

impl<L: OpenList> Open<L> {
    /// The listed value this is, if the standard lists it.
    pub fn code(&self) -> Option<L> {
        L::from_wire(&self.value)
    }
}

impl<L: OpenList> From<L> for Open<L> {
    fn from(code: L) -> Self {
        Open::new(code.as_str())
    }
}

impl<L> Clone for Open<L> {
    fn clone(&self) -> Self {
        Open { value: self.value.clone(), scheme: self.scheme.clone(), list: PhantomData }
    }
}

impl<L> Default for Open<L> {
    fn default() -> Self {
        Open::new("")
    }
}

impl<L> PartialEq for Open<L> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value && self.scheme == other.scheme
    }
}

impl<L> Eq for Open<L> {}

impl<L> std::fmt::Debug for Open<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.scheme {
            Some(scheme) => write!(f, "{:?} in {scheme:?}", self.value),
            None => write!(f, "{:?}", self.value),
        }
    }
}

impl<L: OpenList> Leaf for Open<L> {
    fn set(&mut self, text: &str, attribute: Option<&str>) {
        text.clone_into(&mut self.value);
        self.scheme = attribute.map(str::to_owned);
    }

    fn text(&self) -> &str {
        &self.value
    }

    fn attribute(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    fn drop_attribute(&mut self) {
        self.scheme = None;
    }

    fn written_attribute(&self, element: &str, edition: usize, schemes: Schemes) -> Option<&str> {
        match (self.scheme.as_deref(), schemes) {
            (Some(scheme), _) if !L::is_standard(scheme) => Some(scheme),
            (scheme, Schemes::Written) => L::list_of(&self.value, element, edition).or(scheme),
            (_, Schemes::LeftOut) => None,
        }
    }
}

xml::leaf!(Open<L>, Lexical::String, Some("scheme"), <L: OpenList>);

/// A list of the standard in one generation of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    /// The element whose values it lists, where elements have lists of their own; empty where it is that of all.
    pub element: &'static str,
    /// Its URI: the scheme of its values.
    pub uri: &'static str,
}

/// The generations of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// 2014 and 2017: 1.0, 1.1 and 1.2.
    First,
    /// 2021.
    Now,
}

impl Generation {
    /// Both.
    pub const ALL: [Generation; 2] = [Generation::First, Generation::Now];

    const fn of_column(column: usize) -> Self {
        if column == Edition::V2021_2.column() { Generation::Now } else { Generation::First }
    }

    const fn other(self) -> Self {
        match self {
            Generation::First => Generation::Now,
            Generation::Now => Generation::First,
        }
    }
}

/// An open code list of the standard.
pub trait OpenList: Copy + 'static {
    /// The values that some generation lists, as the standard writes them.
    const CODES: &'static [&'static str];

    /// The lists of a generation.
    fn lists(generation: Generation) -> &'static [List];

    /// Whether a generation lists a value, to the letter.
    fn has(generation: Generation, value: &str) -> bool;

    /// The value that `text` means, matched tolerantly: a listed one, or another that is in use.
    fn from_wire(text: &str) -> Option<Self>;

    /// The value as the standard writes it.
    fn as_str(self) -> &'static str;

    /// Whether a scheme is that of a list of the standard.
    fn is_standard(scheme: &str) -> bool {
        Generation::ALL
            .iter()
            .any(|generation| Self::lists(*generation).iter().any(|list| list.uri == scheme))
    }

    /// The URI of the list that has a value: that of the edition, else that of the other generation.
    fn list_of(value: &str, element: &str, edition: usize) -> Option<&'static str> {
        let generation = Generation::of_column(edition);
        let listing = [generation, generation.other()].into_iter().find(|known| Self::has(*known, value))?;
        let lists = Self::lists(listing);
        lists.iter().find(|list| list.element == element).or(lists.first()).map(|list| list.uri)
    }
}

pub(crate) fn same_code(listed: &str, text: &str) -> bool {
    let folded = |c: char| if matches!(c, '\u{2010}'..='\u{2015}') { '-' } else { c.to_ascii_lowercase() };
    listed.chars().map(folded).eq(text.trim().chars().map(folded))
}

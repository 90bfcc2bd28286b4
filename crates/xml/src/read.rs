//! The reader: fills a model by its schema, forgiving what can be understood and saying what is wrong.

mod expect;
mod leaf;
mod say;

use std::borrow::Cow;

pub use self::expect::{Expect, NamespaceRule, Unsound};
use self::say::plain_name;

use crate::finding::{About, Extra, Finding, Severity};
use crate::schema::{Content, Group, MAX_ROWS, Need, Place, Schema, TextType};
use crate::tokens::{Space, Tag, Token, Tokens};
use crate::{Break, BreakKind, Element, Limits, Slot, Text};

/// A document of which the root element has been read.
pub struct Document<'t> {
    tokens: Tokens<'t>,
    expect: Expect,
    edition: usize,
    root: Tag<'t>,
    attributes: Vec<(&'static str, Cow<'t, str>)>,
    path: Vec<&'t str>,
    findings: Vec<Finding>,
    extras: Vec<Extra>,
    scratch: String,
}

/// What was found in a document besides the values.
#[derive(Debug)]
pub struct Outcome {
    /// What is wrong with it, in the order of the document.
    pub findings: Vec<Finding>,
    /// Elements kept aside.
    pub extras: Vec<Extra>,
    /// Whether the root holds at least one element that the protocol knows.
    pub begun: bool,
    /// Where it broke off, if it did.
    pub broken: Option<Break>,
}

impl<'t> Document<'t> {
    /// Opens a document: reads up to its root element, which must be the one expected.
    pub fn open(text: &'t Text<'t>, limits: &Limits, expect: Expect) -> Result<Self, Break> {
        let mut tokens = Tokens::new(text, limits, expect.doctype, expect.namespaces);
        let root = loop {
            match tokens.next()? {
                Token::Start(tag) => break tag,
                Token::Text(text) if is_blank(&text) => {}
                Token::Eof => return Err(fault(tokens.offset(), "there is no root element".to_owned())),
                _ => return Err(fault(tokens.offset(), "there is text before the root element".to_owned())),
            }
        };
        if root.local != expect.root {
            let sentence = format!("the root element is `{}`, not `{}`", plain_name(root.local), expect.root);
            return Err(Break { offset: root.offset, kind: BreakKind::Foreign, sentence });
        }
        if root.space == Space::Other {
            let sentence = format!("`{}` is in another namespace than {}", expect.root, expect.namespaces[0]);
            return Err(Break { offset: root.offset, kind: BreakKind::Foreign, sentence });
        }
        let mut document = Document {
            tokens,
            expect,
            edition: 0,
            root,
            attributes: Vec::new(),
            path: vec![root.local],
            findings: Vec::new(),
            extras: Vec::new(),
            scratch: String::new(),
        };
        if root.space == Space::None {
            document.namespace_missing(root.offset);
        }
        document.root_attributes()?;
        Ok(document)
    }

    /// One of the root's attributes.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_ref())
    }

    /// Reads the rest into `root`, as `edition` has it.
    pub fn read(mut self, root: &mut dyn Element, edition: usize) -> Outcome {
        self.edition = edition;
        let mut begun = false;
        let result = if self.root.closed {
            self.missing_in(root.schema(), &[0; MAX_ROWS], self.root.offset);
            Ok(())
        } else {
            self.elements(root, self.root.offset, &mut begun)
        };
        let broken = result.and_then(|()| self.trailer()).err();
        if let Some(broken) = &broken {
            self.find(About::Break, Severity::Error, broken.offset, broken.sentence.clone());
        }
        self.path.truncate(1);
        for (offset, sentence) in self.tokens.oddities() {
            self.find(About::Encoding, Severity::Warning, offset, sentence);
        }
        Outcome { findings: self.findings, extras: self.extras, begun, broken }
    }

    fn root_attributes(&mut self) -> Result<(), Break> {
        let root = self.root;
        for attribute in self.tokens.attributes(&root)? {
            let known = self.expect.attributes.iter().find(|name| **name == attribute.local);
            match known {
                Some(name) if attribute.space != Space::Other => {
                    if attribute.space == Space::None && self.root.space == Space::Ours {
                        self.unqualified(root.offset, name);
                    }
                    self.attributes.push((name, attribute.value));
                }
                _ if attribute.space == Space::Other || self.passed(attribute.local) => {}
                _ => self.unknown_attribute(root.offset, attribute.local),
            }
        }
        for name in self.expect.attributes {
            if self.attribute(name).is_none() {
                let sentence = format!("the attribute `{name}` is missing");
                self.find(About::Attribute, Severity::Warning, root.offset, sentence);
            }
        }
        Ok(())
    }

    /// The elements inside of an element, up to its end tag.
    fn elements(&mut self, target: &mut dyn Element, start: usize, any: &mut bool) -> Result<(), Break> {
        let mut state = State { seen: [0; MAX_ROWS], at: 0, any: false };
        let result = self.children(target, &mut state, None);
        *any |= state.any;
        result?;
        self.missing_in(target.schema(), &state.seen, start);
        Ok(())
    }

    /// The elements of an element, or those that are in it inside of a wrapper.
    fn children(
        &mut self,
        target: &mut dyn Element,
        state: &mut State,
        wrapper: Option<&str>,
    ) -> Result<(), Break> {
        let schema = target.schema();
        let order = schema.editions[self.edition].rows();
        loop {
            let tag = match self.tokens.next()? {
                Token::Start(tag) => tag,
                Token::End => return Ok(()),
                Token::Text(text) if is_blank(&text) => continue,
                Token::Text(_) => {
                    let offset = self.tokens.offset();
                    let sentence = "there is text between elements".to_owned();
                    self.find(About::Stray, Severity::Warning, offset, sentence);
                    continue;
                }
                Token::UnknownEntity(offset) => {
                    self.unknown_entity(offset);
                    continue;
                }
                Token::Eof => {
                    return Err(fault(self.tokens.offset(), "the document ends too soon".to_owned()));
                }
            };
            self.path.push(tag.local);
            match self.locate(schema, order, (state.at, wrapper), &tag) {
                Some(Found::Row(found)) => {
                    if let Some(position) = found.position {
                        if position < state.at && schema.group == Group::Sequence {
                            let sentence = format!("`{}` comes too late", tag.local);
                            self.find(About::Order, Severity::Warning, tag.offset, sentence);
                        }
                        state.at = state.at.max(position);
                    }
                    state.any = true;
                    self.known(target, schema, found, &tag, &mut state.seen)?;
                }
                Some(Found::Wrapper(name)) => {
                    if tag.has_attributes() {
                        self.no_attributes(&tag)?;
                    }
                    if !tag.closed {
                        self.children(target, state, Some(name))?;
                    }
                }
                None => self.aside(
                    &tag,
                    About::Unknown,
                    format!("`{}` is not known here", plain_name(tag.local)),
                )?,
            }
            self.path.pop();
        }
    }

    /// The row that a tag belongs to: first where the last one stood or after it, then anywhere, then in another
    /// edition; or the wrapper of some rows.
    #[inline]
    fn locate(
        &mut self,
        schema: &'static Schema,
        order: &[u8],
        (at, wrapper): (usize, Option<&str>),
        tag: &Tag<'t>,
    ) -> Option<Found> {
        match tag.space {
            Space::Ours => {}
            Space::None if self.root.space == Space::None => {}
            Space::None => self.namespace_missing(tag.offset),
            Space::Other => return None,
        }
        for position in (at..order.len()).chain(0..at) {
            let row = usize::from(order[position]);
            let Some(place) = schema.rows[row].cells[self.edition].place() else { continue };
            if place.wrapper == wrapper {
                let inside = match place.twin {
                    _ if place.name == tag.local => place.inside,
                    Some((name, edition)) if name == tag.local => Some(edition),
                    _ => continue,
                };
                return Some(Found::Row(FoundRow { row, place, inside, position: Some(position) }));
            }
            if let (None, Some(name)) = (wrapper, place.wrapper)
                && name == tag.local
            {
                return Some(Found::Wrapper(name));
            }
        }
        let nests = |row: &u8| {
            let place = schema.rows[usize::from(*row)].cells[self.edition].place();
            place.is_some_and(|place| place.nests && place.wrapper == Some(tag.local))
        };
        if let (Some(row), Some(_)) = (order.iter().find(|row| nests(row)), wrapper) {
            let place = schema.rows[usize::from(*row)].cells[self.edition].place();
            return place.and_then(|place| place.wrapper).map(Found::Wrapper);
        }
        self.elsewhere(schema, wrapper, tag)
    }

    /// The row that a tag belongs to in another edition.
    fn elsewhere(&mut self, schema: &'static Schema, wrapper: Option<&str>, tag: &Tag<'t>) -> Option<Found> {
        for (row, description) in schema.rows.iter().enumerate() {
            for place in description.cells.iter().filter_map(|cell| cell.place()) {
                if wrapper.is_none()
                    && let Some(name) = place.wrapper
                    && name == tag.local
                {
                    self.foreign(tag);
                    return Some(Found::Wrapper(name));
                }
                let twin = place.twin.filter(|(name, _)| *name == tag.local);
                if place.name != tag.local && twin.is_none() || place.wrapper != wrapper && wrapper.is_some()
                {
                    continue;
                }
                self.foreign(tag);
                let inside = twin.map(|(_, edition)| edition);
                let place = description.cells[self.edition].place().unwrap_or(place);
                return Some(Found::Row(FoundRow { row, place, inside, position: None }));
            }
        }
        None
    }

    fn foreign(&mut self, tag: &Tag<'t>) {
        let sentence = format!("`{}` belongs to another edition", tag.local);
        self.find(About::Foreign, Severity::Warning, tag.offset, sentence);
    }

    fn passed(&self, attribute: &str) -> bool {
        self.expect.passed.contains(&attribute)
    }

    fn known(
        &mut self,
        target: &mut dyn Element,
        schema: &'static Schema,
        found: FoundRow,
        tag: &Tag<'t>,
        seen: &mut [u16; MAX_ROWS],
    ) -> Result<(), Break> {
        let row = &schema.rows[found.row];
        let before = match schema.group {
            Group::Sequence => seen[found.row],
            Group::Choice => seen.iter().sum(),
        };
        let others = before > seen[found.row];
        seen[found.row] = seen[found.row].saturating_add(1);
        if !found.place.nests && found.place.max.is_some_and(|max| before >= max) || others {
            let sentence = match schema.group {
                Group::Sequence => format!("`{}` occurs once too often", tag.local),
                Group::Choice => format!("`{}` and another choice of its kind are both present", tag.local),
            };
            if !row.repeatable {
                return self.aside(tag, About::Surplus, sentence);
            }
            self.find(About::Surplus, Severity::Warning, tag.offset, sentence);
        }
        match found.place.content(row) {
            Content::Text(text) => self.leaf(target, found, text, tag),
            Content::Secret => self.leaf(target, found, TextType::PLAIN, tag),
            Content::Elements(_) => self.element(target, found, tag),
            Content::Raw => self.raw(target, found, tag),
        }
    }

    fn element(&mut self, target: &mut dyn Element, found: FoundRow, tag: &Tag<'t>) -> Result<(), Break> {
        let edition = self.edition;
        self.edition = found.inside.unwrap_or(edition);
        let result = self.element_as_it_is(target, found, tag);
        self.edition = edition;
        result
    }

    fn element_as_it_is(
        &mut self,
        target: &mut dyn Element,
        found: FoundRow,
        tag: &Tag<'t>,
    ) -> Result<(), Break> {
        if tag.has_attributes() {
            self.no_attributes(tag)?;
        }
        let held = self.findings.len();
        let mut any = false;
        let schema = match target.open(found.row) {
            Slot::Element(child) => {
                if tag.closed {
                    self.missing_in(child.schema(), &[0; MAX_ROWS], tag.offset);
                } else {
                    self.elements(child, tag.offset, &mut any)?;
                }
                child.schema()
            }
            Slot::Leaf(_) | Slot::Secret(_) => return Ok(()),
        };
        // An optional element with nothing in it says nothing: it need not say what is mandatory in it.
        if !any
            && self.findings.len() > held
            && found.place.need == Need::Optional
            && has_mandatory(schema, self.edition)
        {
            self.findings.truncate(held);
            target.truncate(found.row, target.count(found.row).saturating_sub(1));
            self.find(
                About::Missing(None),
                Severity::Warning,
                tag.offset,
                format!("`{}` is empty", tag.local),
            );
        }
        Ok(())
    }

    fn no_attributes(&mut self, tag: &Tag<'t>) -> Result<(), Break> {
        for attribute in self.tokens.attributes(tag)? {
            if attribute.space != Space::Other && !self.passed(attribute.local) {
                self.unknown_attribute(tag.offset, attribute.local);
            }
        }
        Ok(())
    }

    /// Keeps an element aside, whole.
    fn aside(&mut self, tag: &Tag<'t>, about: About, sentence: String) -> Result<(), Break> {
        // A piece of a value after a `<` that was not escaped reads like a name too.
        if let Some(name) = self.path.last_mut()
            && about == About::Unknown
        {
            *name = plain_name(name);
        }
        self.find(about, Severity::Warning, tag.offset, sentence);
        let path = self.spoken_path();
        let result = self.skip(tag).map(|_| ());
        self.extras.push(Extra { path, raw: self.tokens.slice(tag.offset).to_owned() });
        result
    }

    /// Keeps what is in an element as it came.
    fn raw(&mut self, target: &mut dyn Element, found: FoundRow, tag: &Tag<'t>) -> Result<(), Break> {
        let start = self.tokens.offset();
        let namespaces = self.tokens.namespaces(self.root.space);
        let inner = self.skip(tag)?;
        let inside = self.tokens.slice(start);
        let inside = inside.rfind("</").map_or("", |end| &inside[..end]);
        if inner.undeclared {
            return Ok(());
        }
        let used = namespaces
            .iter()
            .filter(|(prefix, _)| prefix.is_empty() || inside.contains(&format!("{prefix}:")));
        let mut declared = String::new();
        for (prefix, uri) in used {
            let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
            declared.push_str(&format!(" {name}=\""));
            if crate::write::escape_attribute(&mut declared, uri).is_err() {
                return Ok(());
            }
            declared.push('"');
        }
        if let Slot::Leaf(leaf) = target.open(found.row) {
            leaf.set(
                if tag.closed { "" } else { inside },
                Some(declared.as_str()).filter(|text| !text.is_empty()),
            );
        }
        Ok(())
    }

    /// Reads past the rest of an element.
    fn skip(&mut self, tag: &Tag<'t>) -> Result<Skipped, Break> {
        let mut depth = usize::from(!tag.closed);
        let mut skipped = Skipped { undeclared: false };
        while depth > 0 {
            match self.tokens.next()? {
                Token::Start(inner) => depth += usize::from(!inner.closed),
                Token::End => depth -= 1,
                Token::Eof => break,
                Token::UnknownEntity(offset) => {
                    self.unknown_entity(offset);
                    skipped.undeclared = true;
                }
                Token::Text(_) => {}
            }
        }
        Ok(skipped)
    }

    /// What follows the root element.
    fn trailer(&mut self) -> Result<(), Break> {
        loop {
            match self.tokens.next()? {
                Token::Eof => return Ok(()),
                Token::Text(text) if is_blank(&text) => {}
                _ => {
                    return Err(fault(self.tokens.offset(), "something follows the root element".to_owned()));
                }
            }
        }
    }
}

/// What has been read of an element so far.
struct State {
    seen: [u16; MAX_ROWS],
    at: usize,
    any: bool,
}

/// What stood in an element that was read past.
struct Skipped {
    /// An entity that nobody declared.
    undeclared: bool,
}

/// Where a tag belongs.
enum Found {
    Row(FoundRow),
    Wrapper(&'static str),
}

#[derive(Clone, Copy)]
struct FoundRow {
    row: usize,
    place: &'static Place,
    /// The edition of its inside, if not the document's.
    inside: Option<usize>,
    /// In the edition's order; `None` for an element of another edition.
    position: Option<usize>,
}

fn has_mandatory(schema: &'static Schema, edition: usize) -> bool {
    schema.group == Group::Choice || schema.places(edition).any(|(_, _, place)| place.is_mandatory())
}

fn fault(offset: usize, sentence: String) -> Break {
    Break { offset, kind: BreakKind::IllFormed, sentence }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

#[inline]
fn is_blank(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
}

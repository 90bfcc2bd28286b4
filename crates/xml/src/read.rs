//! The reading engine: fills a model by its schema, forgiving what can be understood and saying what is wrong.

mod leaf;
mod say;

use std::borrow::Cow;

use self::say::short;

use crate::finding::{About, Aside, Finding, Severity};
use crate::schema::{Content, Group, MAX_ROWS, Need, Place, Schema};
use crate::tokens::{Space, Tag, Token, Tokens};
use crate::{Break, BreakKind, DocType, Element, Limits, Slot, Text};

/// Whether elements must stand in the protocol's namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamespaceRule {
    /// They must.
    #[default]
    Required,
    /// Elements in no namespace are taken for the protocol's.
    MayBeMissing,
}

/// What a document is expected to be.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// The name of its root element.
    pub root: &'static str,
    /// The protocol's namespaces.
    pub namespaces: &'static [&'static str],
    /// The root's attributes.
    pub attributes: &'static [&'static str],
    /// Whether the namespace must be there.
    pub namespace: NamespaceRule,
    /// Whether a DOCTYPE is read past.
    pub doctype: DocType,
}

/// A document of which the root element has been read.
pub struct Document<'t> {
    tokens: Tokens<'t>,
    expect: Expect,
    edition: usize,
    root: Tag<'t>,
    attributes: Vec<(&'static str, Cow<'t, str>)>,
    path: Vec<&'t str>,
    findings: Vec<Finding>,
    asides: Vec<Aside>,
    scratch: String,
}

/// What was found in a document besides the values.
#[derive(Debug)]
pub struct Outcome {
    /// What is wrong with it, in the order of the document.
    pub findings: Vec<Finding>,
    /// Elements kept aside.
    pub asides: Vec<Aside>,
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
                _ => return Err(fault(tokens.offset(), "text stands before the root element".to_owned())),
            }
        };
        if root.local != expect.root {
            let found: String = root.local.chars().take(64).collect();
            let sentence = format!("the root element is `{found}`, not `{}`", expect.root);
            return Err(Break { offset: root.offset, kind: BreakKind::Foreign, sentence });
        }
        if root.space == Space::Other {
            let sentence =
                format!("`{}` stands in another namespace than {}", expect.root, expect.namespaces[0]);
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
            asides: Vec::new(),
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
        Outcome { findings: self.findings, asides: self.asides, begun, broken }
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
                _ if attribute.space == Space::Other => {}
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
        let schema = target.schema();
        let order = schema.editions[self.edition].rows();
        let mut seen = [0u16; MAX_ROWS];
        let mut at = 0;
        loop {
            let tag = match self.tokens.next()? {
                Token::Start(tag) => tag,
                Token::End => break,
                Token::Text(text) if is_blank(&text) => continue,
                Token::Text(_) => {
                    let offset = self.tokens.offset();
                    self.find(
                        About::Stray,
                        Severity::Warning,
                        offset,
                        "text stands between elements".to_owned(),
                    );
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
            match self.locate(schema, order, at, &tag) {
                Some(found) => {
                    if let Some(position) = found.position {
                        if position < at && schema.group == Group::Sequence {
                            let sentence = format!("`{}` stands too late", tag.local);
                            self.find(About::Order, Severity::Warning, tag.offset, sentence);
                        }
                        at = at.max(position);
                    }
                    *any = true;
                    self.known(target, schema, found, &tag, &mut seen)?;
                }
                None => {
                    self.aside(&tag, About::Unknown, format!("`{}` is not known here", short(tag.local)))?
                }
            }
            self.path.pop();
        }
        self.missing_in(schema, &seen, start);
        Ok(())
    }

    /// The row that a tag belongs to: first where the last one stood or after it, then anywhere, then in another
    /// edition.
    #[inline]
    fn locate(&mut self, schema: &'static Schema, order: &[u8], at: usize, tag: &Tag<'t>) -> Option<Found> {
        match tag.space {
            Space::Ours => {}
            Space::None if self.root.space == Space::None => {}
            Space::None => self.namespace_missing(tag.offset),
            Space::Other => return None,
        }
        for position in (at..order.len()).chain(0..at) {
            let row = usize::from(order[position]);
            if let Some(place) = schema.rows[row].cells[self.edition].place()
                && place.name == tag.local
            {
                return Some(Found { row, place, position: Some(position) });
            }
        }
        for (row, description) in schema.rows.iter().enumerate() {
            for cell in description.cells {
                if let Some(place) = cell.place()
                    && place.name == tag.local
                {
                    let sentence = format!("`{}` belongs to another edition", tag.local);
                    self.find(About::Foreign, Severity::Warning, tag.offset, sentence);
                    let place = description.cells[self.edition].place().unwrap_or(place);
                    return Some(Found { row, place, position: None });
                }
            }
        }
        None
    }

    fn known(
        &mut self,
        target: &mut dyn Element,
        schema: &'static Schema,
        found: Found,
        tag: &Tag<'t>,
        seen: &mut [u16; MAX_ROWS],
    ) -> Result<(), Break> {
        let row = &schema.rows[found.row];
        let before = match schema.group {
            Group::Sequence => seen[found.row],
            Group::Choice => seen.iter().sum(),
        };
        seen[found.row] = seen[found.row].saturating_add(1);
        if found.place.max.is_some_and(|max| before >= max) || (before > 0 && schema.group == Group::Choice) {
            let sentence = match schema.group {
                Group::Sequence => format!("`{}` stands there once too often", tag.local),
                Group::Choice => format!("`{}` stands beside another of its kind", tag.local),
            };
            if !row.repeatable {
                return self.aside(tag, About::Surplus, sentence);
            }
            self.find(About::Surplus, Severity::Warning, tag.offset, sentence);
        }
        match found.place.content(row) {
            Content::Text(text) => self.leaf(target, found, text, tag),
            Content::Elements(_) => self.element(target, found, tag),
        }
    }

    fn element(&mut self, target: &mut dyn Element, found: Found, tag: &Tag<'t>) -> Result<(), Break> {
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
            Slot::Leaf(_) => return Ok(()),
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
            if attribute.space != Space::Other {
                self.unknown_attribute(tag.offset, attribute.local);
            }
        }
        Ok(())
    }

    /// Keeps an element aside, whole.
    fn aside(&mut self, tag: &Tag<'t>, about: About, sentence: String) -> Result<(), Break> {
        self.find(about, Severity::Warning, tag.offset, sentence);
        let path = self.spoken_path();
        let mut depth = usize::from(!tag.closed);
        let mut result = Ok(());
        while depth > 0 {
            match self.tokens.next() {
                Ok(Token::Start(inner)) => depth += usize::from(!inner.closed),
                Ok(Token::End) => depth -= 1,
                Ok(Token::Eof) => break,
                Ok(Token::Text(_) | Token::UnknownEntity(_)) => {}
                Err(broken) => {
                    result = Err(broken);
                    break;
                }
            }
        }
        self.asides.push(Aside { path, raw: self.tokens.slice(tag.offset).to_owned() });
        result
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

/// Where a tag belongs.
#[derive(Clone, Copy)]
struct Found {
    row: usize,
    place: &'static Place,
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

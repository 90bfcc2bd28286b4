//! Tags and text out of a document, with namespaces resolved, limits kept and hostile constructs refused.
//!
//! It follows no reference, expands no entity beyond the five predefined ones, and does a bounded amount of work
//! for each byte.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::events::{BytesStart, Event};

use crate::{Break, BreakKind, Limits, Text};

/// What a document may open with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DocType {
    /// No DOCTYPE.
    #[default]
    Refused,
    /// One that names an external identifier and has no internal subset; it is read past, and nothing is fetched.
    ExternalReadPast,
}

/// Whose name a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Space {
    /// The protocol's.
    Ours,
    /// Nobody's.
    None,
    /// Somebody else's.
    Other,
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'t> {
    pub(crate) local: &'t str,
    pub(crate) space: Space,
    pub(crate) offset: usize,
    /// `<a/>`: no end tag follows.
    pub(crate) closed: bool,
    /// The inside of the tag, and how much of it is the name.
    content: &'t str,
    name_len: usize,
}

impl Tag<'_> {
    #[inline]
    pub(crate) fn has_attributes(&self) -> bool {
        self.content.len() > self.name_len
    }
}

/// An attribute that is no namespace declaration.
#[derive(Clone, Debug)]
pub(crate) struct Attribute<'t> {
    pub(crate) local: &'t str,
    pub(crate) space: Space,
    pub(crate) value: Cow<'t, str>,
}

/// What comes next.
pub(crate) enum Token<'t> {
    Start(Tag<'t>),
    End,
    /// A piece of text: references, comments and CDATA cut text into pieces.
    Text(Cow<'t, str>),
    /// A reference to an entity that nobody declared, with its offset.
    UnknownEntity(usize),
    Eof,
}

pub(crate) struct Tokens<'t> {
    reader: Reader<&'t [u8]>,
    source: &'t Text<'t>,
    text: &'t str,
    limits: Limits,
    doctype: DocType,
    namespaces: &'static [&'static str],
    bindings: Vec<Binding<'t>>,
    default: Space,
    depth: usize,
    elements: usize,
    opened: bool,
}

struct Binding<'t> {
    prefix: &'t str,
    uri: String,
    space: Space,
    depth: usize,
}

impl<'t> Tokens<'t> {
    pub(crate) fn new(
        source: &'t Text<'t>,
        limits: &Limits,
        doctype: DocType,
        namespaces: &'static [&'static str],
    ) -> Self {
        let text = source.as_str();
        let mut reader = Reader::from_str(text);
        reader.config_mut().check_comments = true;
        Tokens {
            reader,
            source,
            text,
            limits: *limits,
            doctype,
            namespaces,
            bindings: Vec::new(),
            default: Space::None,
            depth: 0,
            elements: 0,
            opened: false,
        }
    }

    /// What was read past, and the offset of each.
    pub(crate) fn oddities(&self) -> Vec<(usize, String)> {
        self.source.oddities().iter().map(|odd| (odd.offset, odd.sentence.clone())).collect()
    }

    #[inline]
    pub(crate) fn offset(&self) -> usize {
        // The document is a string in memory, so that its offsets fit.
        self.reader.buffer_position() as usize
    }

    pub(crate) fn max_text(&self) -> usize {
        self.limits.max_text
    }

    pub(crate) fn text_limit(&self) -> Break {
        limit(self.offset(), "bytes of text", self.limits.max_text)
    }

    pub(crate) fn slice(&self, from: usize) -> &'t str {
        &self.text[from.min(self.text.len())..self.offset().min(self.text.len())]
    }

    #[inline]
    pub(crate) fn next(&mut self) -> Result<Token<'t>, Break> {
        loop {
            let offset = self.offset();
            match self.reader.read_event() {
                Ok(Event::Start(start)) => return self.start(&start, offset, false).map(Token::Start),
                Ok(Event::Empty(start)) => return self.start(&start, offset, true).map(Token::Start),
                Ok(Event::End(_)) => {
                    self.close();
                    return Ok(Token::End);
                }
                Ok(Event::Text(text)) => return self.piece(text.into_inner(), offset).map(Token::Text),
                Ok(Event::CData(text)) => return self.piece(text.into_inner(), offset).map(Token::Text),
                Ok(Event::GeneralRef(reference)) => return self.reference(&reference, offset),
                Ok(Event::Comment(_)) | Ok(Event::PI(_)) => {}
                Ok(Event::Decl(_)) => self.declaration(offset)?,
                Ok(Event::DocType(inside)) => self.document_type(&inside, offset)?,
                Ok(Event::Eof) => return self.eof(offset),
                Err(error) => return Err(self.broken(&error)),
            }
        }
    }

    #[inline]
    fn start(&mut self, start: &BytesStart<'t>, offset: usize, closed: bool) -> Result<Tag<'t>, Break> {
        let inside = offset + 1;
        let name_len = start.name().0.len();
        let content_len = name_len + start.attributes_raw().len();
        let content = &self.text[inside..inside + content_len];
        self.opened = true;
        self.elements += 1;
        if self.elements > self.limits.max_elements {
            return Err(limit(offset, "elements", self.limits.max_elements));
        }
        if self.depth >= self.limits.max_depth {
            return Err(limit(offset, "elements inside one another", self.limits.max_depth));
        }
        if name_len > self.limits.max_name {
            return Err(limit(offset, "bytes in a name", self.limits.max_name));
        }
        self.depth += 1;
        if content_len > name_len {
            self.declare(content, name_len, offset)?;
        }
        let name = &content[..name_len];
        let (space, local) = match name.find(':') {
            None => (self.default, name),
            Some(colon) => (self.bound(&name[..colon]), &name[colon + 1..]),
        };
        if local.is_empty() {
            return Err(ill_formed(offset, "an element has no name".to_owned()));
        }
        if closed {
            self.close();
        }
        Ok(Tag { local, space, offset, closed, content, name_len })
    }

    #[inline]
    fn close(&mut self) {
        if self.bindings.last().is_some_and(|binding| binding.depth == self.depth) {
            while self.bindings.last().is_some_and(|binding| binding.depth == self.depth) {
                self.bindings.pop();
            }
            self.default = self.bound("");
        }
        self.depth -= 1;
    }

    fn bound(&self, prefix: &str) -> Space {
        let found = self.bindings.iter().rev().find(|binding| binding.prefix == prefix);
        match found {
            Some(binding) => binding.space,
            None if prefix.is_empty() => Space::None,
            None => Space::Other,
        }
    }

    /// Takes the namespace declarations of a tag, and looks at its attributes' form.
    fn declare(&mut self, content: &'t str, name_len: usize, offset: usize) -> Result<(), Break> {
        let mut names: Vec<&str> = Vec::new();
        for attribute in BytesStart::from_content(content, name_len).attributes().with_checks(false) {
            let attribute = attribute
                .map_err(|error| ill_formed(offset, format!("an attribute is not well-formed: {error}")))?;
            let name = within(content, attribute.key.0);
            if names.len() == self.limits.max_attributes {
                return Err(limit(offset, "attributes", self.limits.max_attributes));
            }
            if name.len() > self.limits.max_name {
                return Err(limit(offset, "bytes in a name", self.limits.max_name));
            }
            if attribute.value.len() > self.limits.max_text {
                return Err(limit(offset, "bytes in an attribute", self.limits.max_text));
            }
            if names.contains(&name) {
                return Err(ill_formed(offset, "an attribute occurs twice".to_owned()));
            }
            names.push(name);
            let prefix = match name.strip_prefix("xmlns") {
                Some("") => "",
                Some(rest) if rest.starts_with(':') => &rest[1..],
                _ => continue,
            };
            if self.bindings.len() == self.limits.max_namespaces {
                return Err(limit(offset, "namespace declarations", self.limits.max_namespaces));
            }
            let value = unescape(&attribute.value, offset)?;
            let space = match value.trim() {
                "" => Space::None,
                uri if self.namespaces.contains(&uri) => Space::Ours,
                _ => Space::Other,
            };
            let uri = value.trim().to_owned();
            self.bindings.push(Binding { prefix, uri, space, depth: self.depth });
            if prefix.is_empty() {
                self.default = space;
            }
        }
        Ok(())
    }

    /// The prefixes in force and what they mean; the empty one where unprefixed names are not what they are in
    /// `root`'s namespace.
    pub(crate) fn namespaces(&self, root: Space) -> Vec<(&'t str, String)> {
        let mut found: Vec<(&'t str, String)> = Vec::new();
        for binding in self.bindings.iter().rev() {
            if found.iter().all(|(prefix, _)| *prefix != binding.prefix) {
                found.push((binding.prefix, binding.uri.clone()));
            }
        }
        let ours = |space: Space| space == Space::Ours || space == root && root == Space::None;
        let default = self.default;
        found.retain(|(prefix, _)| !prefix.is_empty() || !ours(default));
        if !ours(default) && found.iter().all(|(prefix, _)| !prefix.is_empty()) {
            found.push(("", String::new()));
        }
        found.sort_unstable();
        found
    }

    /// A tag's attributes, namespace declarations apart. Call it before the next token.
    pub(crate) fn attributes(&self, tag: &Tag<'t>) -> Result<Vec<Attribute<'t>>, Break> {
        let mut found = Vec::new();
        for attribute in BytesStart::from_content(tag.content, tag.name_len).attributes().with_checks(false) {
            let Ok(attribute) = attribute else { continue };
            let name = within(tag.content, attribute.key.0);
            if name == "xmlns" || name.starts_with("xmlns:") {
                continue;
            }
            let (space, local) = match name.split_once(':') {
                None => (Space::None, name),
                Some(("xml", local)) => (Space::Other, local),
                Some((prefix, local)) => (self.bound(prefix), local),
            };
            let raw = match attribute.value {
                Cow::Borrowed(raw) => within(tag.content, raw),
                Cow::Owned(_) => continue,
            };
            found.push(Attribute { local, space, value: unescape(raw, tag.offset)? });
        }
        Ok(found)
    }

    #[inline]
    fn piece(&self, text: Cow<'t, str>, offset: usize) -> Result<Cow<'t, str>, Break> {
        if text.len() > self.limits.max_text {
            return Err(limit(offset, "bytes of text", self.limits.max_text));
        }
        Ok(text)
    }

    fn reference(&self, name: &str, offset: usize) -> Result<Token<'t>, Break> {
        if self.depth == 0 {
            return Err(ill_formed(offset, "there is text outside of the root element".to_owned()));
        }
        Ok(match entity(name, offset)? {
            Some(c) => Token::Text(Cow::Owned(c.to_string())),
            None => Token::UnknownEntity(offset),
        })
    }

    fn declaration(&self, offset: usize) -> Result<(), Break> {
        // Blanks before it are read past.
        if self.text[..offset].trim_ascii_start().is_empty() {
            return Ok(());
        }
        Err(ill_formed(offset, "the XML declaration is not at the beginning".to_owned()))
    }

    fn document_type(&self, inside: &str, offset: usize) -> Result<(), Break> {
        let external = inside.contains("PUBLIC") || inside.contains("SYSTEM");
        match self.doctype {
            DocType::ExternalReadPast if external && !inside.contains('[') && !self.opened => Ok(()),
            _ => Err(ill_formed(offset, "a DOCTYPE is not accepted".to_owned())),
        }
    }

    fn eof(&self, offset: usize) -> Result<Token<'t>, Break> {
        match self.source.cut() {
            Some(cut) => Err(cut.clone()),
            None if self.depth > 0 => {
                Err(ill_formed(offset, "the document ends before its root element does".to_owned()))
            }
            None => Ok(Token::Eof),
        }
    }

    fn broken(&self, error: &quick_xml::Error) -> Break {
        if let Some(cut) = self.source.cut() {
            return cut.clone();
        }
        let offset = usize::try_from(self.reader.error_position()).unwrap_or_default();
        ill_formed(offset, format!("the XML is not well-formed: {}", obstacle(error)))
    }
}

/// What is in the reader's way, without what it found there.
fn obstacle(error: &quick_xml::Error) -> String {
    match error {
        quick_xml::Error::Syntax(error) => error.to_string(),
        quick_xml::Error::IllFormed(IllFormedError::MismatchedEndTag { .. }) => {
            "an end tag is not that of the element that is open".to_owned()
        }
        quick_xml::Error::IllFormed(IllFormedError::UnmatchedEndTag(_)) => {
            "an end tag has no start tag".to_owned()
        }
        quick_xml::Error::IllFormed(IllFormedError::MissingEndTag(_)) => {
            "an element has no end tag".to_owned()
        }
        quick_xml::Error::IllFormed(IllFormedError::MissingDeclVersion(_)) => {
            "the XML declaration has no version".to_owned()
        }
        quick_xml::Error::IllFormed(error) => error.to_string(),
        _ => "it cannot be read here".to_owned(),
    }
}

/// The part of `whole` that `part`, which is a slice of it, covers: with the lifetime of the whole.
fn within<'t>(whole: &'t str, part: &str) -> &'t str {
    let start = (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize);
    whole.get(start..start.wrapping_add(part.len())).unwrap_or_default()
}

fn limit(offset: usize, what: &str, most: usize) -> Break {
    Break { offset, kind: BreakKind::Limit, sentence: format!("more than {most} {what}") }
}

fn ill_formed(offset: usize, sentence: String) -> Break {
    Break { offset, kind: BreakKind::IllFormed, sentence }
}

/// The character that a reference means; `None` if nobody knows it.
fn entity(name: &str, offset: usize) -> Result<Option<char>, Break> {
    let number = match name {
        "amp" => return Ok(Some('&')),
        "lt" => return Ok(Some('<')),
        "gt" => return Ok(Some('>')),
        "quot" => return Ok(Some('"')),
        "apos" => return Ok(Some('\'')),
        _ => match name.strip_prefix('#') {
            None => return Ok(None),
            Some(number) => number,
        },
    };
    let (digits, radix) = match number.strip_prefix('x') {
        Some(hex) => (hex, 16),
        None => (number, 10),
    };
    let sound = !digits.is_empty() && digits.len() <= 10 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let c = u32::from_str_radix(digits, radix).ok().filter(|_| sound).and_then(char::from_u32);
    match c.filter(|c| crate::decode::illegal(c.encode_utf8(&mut [0; 4])).is_none()) {
        Some(c) => Ok(Some(c)),
        None => Err(ill_formed(offset, "a character reference means no character of XML".to_owned())),
    }
}

/// An attribute's value with its references resolved and its white space normalised.
fn unescape(raw: &str, offset: usize) -> Result<Cow<'_, str>, Break> {
    if !raw.contains(['&', '\t', '\n', '\r', '<']) {
        return Ok(Cow::Borrowed(raw));
    }
    if raw.contains('<') {
        return Err(ill_formed(offset, "an attribute contains `<`".to_owned()));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '\t', '\n', '\r']) {
        value.push_str(&rest[..at]);
        rest = &rest[at..];
        if !rest.starts_with('&') {
            value.push(' ');
            rest = &rest[1..];
            continue;
        }
        let Some(end) = rest.find(';') else {
            return Err(ill_formed(offset, "a reference in an attribute has no end".to_owned()));
        };
        match entity(&rest[1..end], offset)? {
            Some(c) => value.push(c),
            None => return Err(ill_formed(offset, "an entity in an attribute is not declared".to_owned())),
        }
        rest = &rest[end + 1..];
    }
    value.push_str(rest);
    Ok(Cow::Owned(value))
}

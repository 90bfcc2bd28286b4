//! Reading the elements that hold text.

use std::borrow::Cow;

use super::{Document, FoundRow, Unsound, fault, is_blank, is_space};
use crate::finding::{About, Quoted, Severity};
use crate::read::say::plain_name;
use crate::schema::{Apart, Lexical, Need, TextType};
use crate::tokens::{Space, Tag, Token};
use crate::{Break, Element, Secret, Slot, lexical};

impl<'t> Document<'t> {
    pub(super) fn leaf(
        &mut self,
        target: &mut dyn Element,
        found: FoundRow,
        text_type: TextType,
        tag: &Tag<'t>,
    ) -> Result<(), Break> {
        let attribute = if tag.has_attributes() { self.leaf_attribute(text_type, tag)? } else { None };
        let (text, attribute) = match text_type.apart {
            _ if tag.closed => (Cow::Borrowed(""), attribute),
            None => (self.text(tag)?, attribute),
            Some(apart) => {
                self.text_apart(tag, apart, text_type.apart_in(self.edition).is_some(), attribute)?
            }
        };
        let text = match text_type.lexical {
            Lexical::String => Some(text),
            other => self.checked(other, found, text, tag),
        };
        let Some(text) = text else { return Ok(()) };
        if text.is_empty() && found.place.need == Need::MayBeEmpty {
            return Ok(());
        }
        if found.place.nests && target.count(found.row) > 0 {
            if let Slot::Leaf(leaf) = target.get_mut(found.row, 0)
                && !leaf.text().is_empty()
            {
                leaf.set(&format!("{}/{text}", leaf.text()), None);
            }
        } else {
            match target.open(found.row) {
                Slot::Leaf(leaf) => leaf.set(&text, attribute.as_deref()),
                Slot::Secret(secret) => *secret = Secret::new(text),
                Slot::Element(_) => {}
            }
        }
        Ok(())
    }

    /// A text that is no plain string: what is kept of it.
    fn checked(
        &mut self,
        lexical: Lexical,
        found: FoundRow,
        text: Cow<'t, str>,
        tag: &Tag<'t>,
    ) -> Option<Cow<'t, str>> {
        let trimmed = match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim_matches(is_space)),
            Cow::Owned(ref owned) if owned.trim_matches(is_space).len() == owned.len() => text,
            Cow::Owned(owned) => Cow::Owned(owned.trim_matches(is_space).to_owned()),
        };
        if lexical::allows(lexical, self.edition, &trimmed) {
            return Some(trimmed);
        }
        let list = lexical.code_list();
        if trimmed.is_empty() {
            let (about, severity) = match found.place.need {
                Need::Mandatory => (About::Missing(list), Severity::Error),
                _ => (About::Missing(list), Severity::Warning),
            };
            self.find(about, severity, tag.offset, format!("`{}` is empty", tag.local));
            return None;
        }
        if let Lexical::DateTime = lexical
            && let Some((date, zone)) = lexical::date_and_zone(&trimmed)
        {
            let sentence = format!("`{}` is a date without a time", tag.local);
            self.find(About::Value(None), Severity::Warning, tag.offset, sentence);
            return Some(Cow::Owned(format!("{date}T00:00:00{zone}")));
        }
        if let Lexical::Code(codes) = lexical
            && let Some(code) = codes.codes.iter().find(|code| code.value == trimmed)
        {
            let sentence = format!("`{}` is a value of another edition", code.value);
            self.find(About::Foreign, Severity::Warning, tag.offset, sentence);
            return Some(trimmed);
        }
        if let Lexical::Code(codes) = lexical
            && let Some(code) = codes.codes.iter().find(|code| code.value.eq_ignore_ascii_case(&trimmed))
        {
            let sentence = format!("`{}` is not written as the standard has it: `{}`", tag.local, code.value);
            self.find(About::Value(list), Severity::Warning, tag.offset, sentence);
            return Some(Cow::Borrowed(code.value));
        }
        let severity = match found.place.need {
            Need::Forgiven if list.is_none() => Severity::Warning,
            _ => Severity::Error,
        };
        let found = (lexical::not_valid(lexical, self.edition), Some(Quoted::new(&trimmed)));
        self.find_value(About::Value(list), severity, tag.offset, found);
        (list.is_some() || self.expect.unsound == Unsound::Kept).then_some(trimmed)
    }

    /// A text and its attribute, in two elements or, as other editions have it, in one.
    fn text_apart(
        &mut self,
        tag: &Tag<'t>,
        apart: &'static Apart,
        expected: bool,
        attribute: Option<Cow<'t, str>>,
    ) -> Result<(Cow<'t, str>, Option<Cow<'t, str>>), Break> {
        let (mut text, mut attribute) = (Cow::Borrowed(""), attribute);
        let (mut blank, mut whole) = (true, false);
        loop {
            match self.tokens.next()? {
                Token::End => break,
                Token::Text(piece) if whole && is_blank(&piece) => {}
                Token::Text(piece) if blank && is_blank(&text) => {
                    blank = is_blank(&piece);
                    text = piece;
                }
                Token::Text(piece) => {
                    if text.len() + piece.len() > self.tokens.max_text() {
                        return Err(self.tokens.text_limit());
                    }
                    text.to_mut().push_str(&piece);
                }
                Token::UnknownEntity(offset) => {
                    self.unknown_entity(offset);
                    text.to_mut().push('\u{FFFD}');
                }
                Token::Start(inner) => {
                    self.path.push(inner.local);
                    let is_part = inner.local == apart.text || inner.local == apart.attribute;
                    if inner.space == Space::Other || !is_part {
                        let sentence = format!("`{}` is not known here", plain_name(inner.local));
                        self.aside(&inner, About::Unknown, sentence)?;
                    } else {
                        if inner.has_attributes() {
                            self.no_attributes(&inner)?;
                        }
                        let part = if inner.closed { Cow::Borrowed("") } else { self.text(&inner)? };
                        if inner.local == apart.text {
                            (text, whole, blank) = (part, true, false);
                        } else {
                            attribute = Some(part);
                        }
                    }
                    self.path.pop();
                }
                Token::Eof => {
                    return Err(fault(self.tokens.offset(), "the document ends too soon".to_owned()));
                }
            }
        }
        if whole != expected && (whole || !text.is_empty()) {
            let sentence = format!("`{}` is made as another edition has it", tag.local);
            self.find(About::Foreign, Severity::Warning, tag.offset, sentence);
        }
        Ok((text, attribute))
    }

    /// The text of an element, up to its end tag.
    fn text(&mut self, tag: &Tag<'t>) -> Result<Cow<'t, str>, Break> {
        let mut text = Cow::Borrowed("");
        let mut held = false;
        loop {
            match self.tokens.next()? {
                Token::End => return Ok(text),
                Token::Text(piece) if text.is_empty() => text = piece,
                Token::Text(piece) if held && is_blank(&piece) => {}
                Token::Text(piece) => {
                    if text.len() + piece.len() > self.tokens.max_text() {
                        return Err(self.tokens.text_limit());
                    }
                    text.to_mut().push_str(&piece);
                }
                Token::UnknownEntity(offset) => {
                    self.unknown_entity(offset);
                    text.to_mut().push('\u{FFFD}');
                }
                // What writes elements out of hashes has the text as an element beside those of the attributes that say nothing.
                Token::Start(inner)
                    if inner.local == "content"
                        && inner.space != Space::Other
                        && !self.expect.passed.is_empty()
                        && is_blank(&text) =>
                {
                    let sentence = format!("`{}` holds its text in an element", tag.local);
                    self.find(About::Unknown, Severity::Warning, inner.offset, sentence);
                    text = if inner.closed { Cow::Borrowed("") } else { self.text(&inner)? };
                    held = true;
                }
                Token::Start(inner) => {
                    self.path.push(inner.local);
                    let sentence = format!("`{}` holds text, no elements", tag.local);
                    self.aside(&inner, About::Unknown, sentence)?;
                    self.path.pop();
                }
                Token::Eof => {
                    return Err(fault(self.tokens.offset(), "the document ends too soon".to_owned()));
                }
            }
        }
    }

    fn leaf_attribute(&mut self, text: TextType, tag: &Tag<'t>) -> Result<Option<Cow<'t, str>>, Break> {
        let mut value = None;
        for attribute in self.tokens.attributes(tag)? {
            match attribute.space {
                Space::Other => {}
                space if text.attribute == Some(attribute.local) => {
                    if space == Space::None && tag.space == Space::Ours {
                        self.unqualified(tag.offset, attribute.local);
                    }
                    if !lexical::is_any_uri(attribute.value.trim_matches(is_space)) {
                        let sentence = format!("the attribute `{}` is not a valid URI", attribute.local);
                        self.find(About::Attribute, Severity::Warning, tag.offset, sentence);
                    }
                    value = Some(attribute.value);
                }
                _ if self.passed(attribute.local) => {}
                _ => self.unknown_attribute(tag.offset, attribute.local),
            }
        }
        Ok(value)
    }
}

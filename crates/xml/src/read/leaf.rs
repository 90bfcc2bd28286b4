//! Reading the elements that hold text.

use std::borrow::Cow;

use super::{Document, Found, fault, is_space};
use crate::finding::{About, Severity};
use crate::read::say::{short, spoken};
use crate::schema::{Lexical, Need, TextType};
use crate::tokens::{Space, Tag, Token};
use crate::{Break, Element, Slot, lexical};

impl<'t> Document<'t> {
    pub(super) fn leaf(
        &mut self,
        target: &mut dyn Element,
        found: Found,
        text_type: TextType,
        tag: &Tag<'t>,
    ) -> Result<(), Break> {
        let attribute = if tag.has_attributes() { self.leaf_attribute(text_type, tag)? } else { None };
        let text = if tag.closed { Cow::Borrowed("") } else { self.text(tag)? };
        let text = match text_type.lexical {
            Lexical::String => Some(text),
            other => self.checked(other, found, text, tag),
        };
        let Some(text) = text else { return Ok(()) };
        if text.is_empty() && found.place.need == Need::MayBeEmpty {
            return Ok(());
        }
        if let Slot::Leaf(leaf) = target.open(found.row) {
            leaf.set(&text, attribute.as_deref());
        }
        Ok(())
    }

    /// A text that is no plain string: what is kept of it.
    fn checked(
        &mut self,
        lexical: Lexical,
        found: Found,
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
            && lexical::is_date(&trimmed)
        {
            let sentence = format!("`{}` is a date without a time", tag.local);
            self.find(About::Value(None), Severity::Warning, tag.offset, sentence);
            return Some(Cow::Owned(format!("{trimmed}T00:00:00")));
        }
        let value = short(&trimmed);
        if let Lexical::Code(codes) = lexical
            && codes.codes.iter().any(|code| code.value == trimmed)
        {
            let sentence = format!("`{value}` is a value of another edition");
            self.find(About::Foreign, Severity::Warning, tag.offset, sentence);
            return Some(trimmed);
        }
        let severity = match found.place.need {
            Need::Forgiven if list.is_none() => Severity::Warning,
            _ => Severity::Error,
        };
        let sentence = match list {
            Some(_) => format!("`{}` does not know the value `{value}`", tag.local),
            None => format!("`{value}` is no {}", spoken(lexical)),
        };
        self.find(About::Value(list), severity, tag.offset, sentence);
        list.map(|_| trimmed)
    }

    /// The text of an element, up to its end tag.
    fn text(&mut self, tag: &Tag<'t>) -> Result<Cow<'t, str>, Break> {
        let mut text = Cow::Borrowed("");
        loop {
            match self.tokens.next()? {
                Token::End => return Ok(text),
                Token::Text(piece) if text.is_empty() => text = piece,
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
                        let sentence = format!("the attribute `{}` is no URI", attribute.local);
                        self.find(About::Attribute, Severity::Warning, tag.offset, sentence);
                    }
                    value = Some(attribute.value);
                }
                _ => self.unknown_attribute(tag.offset, attribute.local),
            }
        }
        Ok(value)
    }
}

//! The writing engine: a model's values in the order and form of an edition, or the element that has none.

use crate::schema::{Content, Group, Lexical, Need, TextType};
use crate::{Element, Leaf, View, lexical};

/// What stands around a written message.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The root element.
    pub root: &'a str,
    /// The namespace, declared as the default one and for the prefix.
    pub namespace: &'a str,
    /// The prefix of attributes.
    pub prefix: &'a str,
    /// The root's attributes.
    pub attributes: &'a [(&'a str, &'a str)],
}

/// An element has no valid form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteFault {
    /// The element, from the root.
    pub path: String,
    /// What is wrong with it.
    pub sentence: String,
}

/// Writes `body` as the one element `name` inside of an envelope.
pub fn write(
    envelope: &Envelope<'_>,
    name: &str,
    body: &dyn Element,
    edition: usize,
) -> Result<String, WriteFault> {
    let mut writer = Writer { out: String::with_capacity(2048), prefix: envelope.prefix, edition };
    writer.root(envelope, name, body).map_err(|mut fault| {
        fault.path = format!("/{}/{name}{}", envelope.root, fault.path);
        fault
    })?;
    Ok(writer.out)
}

struct Writer<'a> {
    out: String,
    prefix: &'a str,
    edition: usize,
}

impl Writer<'_> {
    fn root(&mut self, envelope: &Envelope<'_>, name: &str, body: &dyn Element) -> Result<(), WriteFault> {
        self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<");
        for piece in [envelope.root, " xmlns=\"", envelope.namespace, "\" xmlns:", envelope.prefix, "=\""] {
            self.out.push_str(piece);
        }
        self.out.push_str(envelope.namespace);
        self.out.push('"');
        for (name, value) in envelope.attributes {
            self.attribute(name, value).map_err(|sentence| WriteFault { path: String::new(), sentence })?;
        }
        self.out.push('>');
        self.start(name);
        self.elements(body)?;
        self.end(name);
        self.end(envelope.root);
        self.out.push('\n');
        Ok(())
    }

    fn elements(&mut self, element: &dyn Element) -> Result<(), WriteFault> {
        let schema = element.schema();
        let mut written = 0;
        for (index, row, place) in schema.places(self.edition) {
            let count = element.count(index);
            if count == 0 && place.is_mandatory() && schema.group == Group::Sequence {
                if place.need != Need::MayBeEmpty {
                    return Err(at(place.name, format!("`{}` is missing", place.name)));
                }
                self.start(place.name);
                self.end(place.name);
            }
            if place.max.is_some_and(|max| count > usize::from(max)) {
                return Err(at(place.name, format!("`{}` stands there too often", place.name)));
            }
            for value in 0..count {
                written += 1;
                let result = match (element.get(index, value), place.content(row)) {
                    (View::Leaf(leaf), Content::Text(text)) => self.leaf(place.name, leaf, text),
                    (View::Element(child), Content::Elements(_)) => {
                        self.start(place.name);
                        let result = self.elements(child);
                        self.end(place.name);
                        result.map_err(|mut fault| {
                            fault.path = format!("/{}{}", place.name, fault.path);
                            fault
                        })
                    }
                    _ => Err(at(place.name, "the table and the model disagree".to_owned())),
                };
                result?;
            }
        }
        if written == 0 && schema.group == Group::Choice {
            return Err(WriteFault { path: String::new(), sentence: "nothing is chosen".to_owned() });
        }
        Ok(())
    }

    fn leaf(&mut self, name: &str, leaf: &dyn Leaf, text_type: TextType) -> Result<(), WriteFault> {
        let text = leaf.text();
        if !matches!(text_type.lexical, Lexical::String)
            && !lexical::allows(text_type.lexical, self.edition, text)
        {
            let shown: String = text.chars().take(40).collect();
            return Err(at(name, format!("`{shown}` is no valid value of `{name}` in this edition")));
        }
        self.out.push('<');
        self.out.push_str(name);
        if let (Some(attribute), Some(value)) = (text_type.attribute, leaf.attribute()) {
            if !lexical::is_any_uri(value) {
                return Err(at(name, format!("the attribute `{attribute}` is no URI")));
            }
            self.attribute(attribute, value).map_err(|sentence| at(name, sentence))?;
        }
        self.out.push('>');
        escape(&mut self.out, text).map_err(|sentence| at(name, sentence))?;
        self.end(name);
        Ok(())
    }

    fn attribute(&mut self, name: &str, value: &str) -> Result<(), String> {
        for piece in [" ", self.prefix, ":", name, "=\""] {
            self.out.push_str(piece);
        }
        escape_attribute(&mut self.out, value)?;
        self.out.push('"');
        Ok(())
    }

    #[inline]
    fn start(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
    }

    #[inline]
    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }
}

fn at(name: &str, sentence: String) -> WriteFault {
    WriteFault { path: format!("/{name}"), sentence }
}

/// Appends text, escaped for the content of an element.
pub(crate) fn escape(out: &mut String, text: &str) -> Result<(), String> {
    escaped(out, text, |b| b < 0x20 && !matches!(b, b'\t' | b'\n') || matches!(b, b'<' | b'>' | b'&' | 0xEF))
}

/// Appends text, escaped for an attribute in double quotes.
pub(crate) fn escape_attribute(out: &mut String, text: &str) -> Result<(), String> {
    escaped(out, text, |b| b < 0x20 || matches!(b, b'<' | b'>' | b'&' | b'"' | 0xEF))
}

#[inline]
fn escaped(out: &mut String, text: &str, special: impl Fn(u8) -> bool) -> Result<(), String> {
    let mut done = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !special(byte) {
            continue;
        }
        let entity = match byte {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            b'\t' => "&#9;",
            b'\n' => "&#10;",
            b'\r' => "&#13;",
            // The first byte of many sound characters, and of the two that XML does not allow.
            0xEF if !text[at..].starts_with(['\u{FFFE}', '\u{FFFF}']) => continue,
            _ => return Err("it contains a character that XML does not allow".to_owned()),
        };
        out.push_str(&text[done..at]);
        out.push_str(entity);
        done = at + 1;
    }
    out.push_str(&text[done..]);
    Ok(())
}

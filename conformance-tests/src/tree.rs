//! Reading XML into a small tree, by quick-xml's events alone. It is strict about well-formedness and namespaces, knows nothing of ISO
//! 18626, and refuses a DOCTYPE: what a subject sends has no need of one.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// An element with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// The local name.
    pub name: String,
    /// The namespace it is in; empty for none.
    pub namespace: String,
    /// The attributes, namespace declarations apart.
    pub attributes: Vec<Attribute>,
    /// The elements in it, in order.
    pub children: Vec<Element>,
    /// Its own text, joined.
    pub text: String,
}

/// An attribute as its namespace has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribute {
    /// The local name.
    pub name: String,
    /// The namespace it is in; empty for none.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

impl Element {
    /// Reads a document: one root element.
    ///
    /// # Errors
    /// A sentence that says what is not well-formed, and about where.
    pub fn parse(bytes: &[u8]) -> Result<Element, String> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes)
            .map_err(|error| format!("not UTF-8 after byte {}", error.valid_up_to()))?;
        parse_text(text)
    }

    /// The first child of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Every child of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element along a path of names: `header/timestamp`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// The text at a path.
    #[must_use]
    pub fn text_at(&self, path: &str) -> Option<&str> {
        self.at(path).map(|element| element.text.as_str())
    }

    /// The text of every element along a path, repeats included.
    #[must_use]
    pub fn texts_at(&self, path: &str) -> Vec<&str> {
        let mut at = vec![self];
        for name in path.split('/') {
            let below = at.into_iter().flat_map(|element| &element.children);
            at = below.filter(|child| child.name == name).collect();
        }
        at.into_iter().map(|element| element.text.as_str()).collect()
    }

    /// The first attribute with that local name, in whatever namespace.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Whether the text occurs somewhere in it.
    #[must_use]
    pub fn mentions(&self, text: &str) -> bool {
        self.text.contains(text) || self.children.iter().any(|child| child.mentions(text))
    }
}

/// No message of either protocol is nested deeper, nor half as deep.
const DEEPEST: usize = 200;

/// Whether XML 1.0 allows the character at all.
fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn parse_text(text: &str) -> Result<Element, String> {
    if let Some(character) = text.chars().find(|&character| !is_allowed(character)) {
        return Err(format!("the character {character:?}, which XML forbids"));
    }
    let mut reader = NsReader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("{error} (near byte {})", reader.error_position()))?;
        match event {
            Event::Start(start) => {
                if root.is_some() {
                    return Err("a second root element".to_owned());
                }
                if open.len() >= DEEPEST {
                    return Err(format!("elements nested more than {DEEPEST} deep"));
                }
                open.push(begin(&reader, &start)?);
            }
            Event::Empty(start) => {
                let element = begin(&reader, &start)?;
                close(&mut open, &mut root, element)?;
            }
            Event::End(_) => {
                let element = open.pop().ok_or("an end tag without its start")?;
                close(&mut open, &mut root, element)?;
            }
            Event::Text(part) => add_text(&mut open, &part.xml10_content())?,
            Event::CData(part) => add_text(&mut open, &part.xml10_content())?,
            Event::GeneralRef(reference) => {
                let character = match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                    Some(character) if is_allowed(character) => character,
                    Some(character) => {
                        return Err(format!("a reference to {character:?}, which XML forbids"));
                    }
                    None => entity(&reference.xml10_content())?,
                };
                add_text(&mut open, character.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err("a DOCTYPE".to_owned()),
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    if let Some(element) = open.last() {
        return Err(format!("it ends inside <{}>", element.name));
    }
    root.ok_or_else(|| "no root element".to_owned())
}

fn begin(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let (namespace, local) = reader.resolver().resolve_element(start.name());
    let mut element =
        Element { name: local.as_ref().to_owned(), namespace: bound(&namespace)?, ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push(Attribute {
            name: local.as_ref().to_owned(),
            namespace: bound(&namespace)?,
            value: value.into_owned(),
        });
    }
    Ok(element)
}

fn bound(namespace: &ResolveResult<'_>) -> Result<String, String> {
    match namespace {
        ResolveResult::Bound(namespace) => Ok(namespace.as_ref().to_owned()),
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Unknown(prefix) => Err(format!("the prefix {prefix} is not declared")),
    }
}

fn close(open: &mut [Element], root: &mut Option<Element>, element: Element) -> Result<(), String> {
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_some() => return Err("a second root element".to_owned()),
        None => *root = Some(element),
    }
    Ok(())
}

fn add_text(open: &mut [Element], text: &str) -> Result<(), String> {
    match open.last_mut() {
        Some(element) => element.text.push_str(text),
        None if text.chars().all(char::is_whitespace) => {}
        None => return Err("text outside of the root element".to_owned()),
    }
    Ok(())
}

fn entity(name: &str) -> Result<char, String> {
    Ok(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        other => return Err(format!("the entity &{other}; is not declared")),
    })
}

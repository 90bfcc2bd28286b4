//! Reading XML into a small tree. It is as forgiving as an ILS is: a DOCTYPE is read past, namespaces are noted and not insisted on.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    name::ResolveResult,
    reader::NsReader,
};

/// How deep elements may be in one another.
const DEEPEST: usize = 64;

/// An element with all that is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// The local name.
    pub(crate) name: String,
    /// The prefix it was written with.
    pub(crate) prefix: Option<String>,
    /// The namespace it is in.
    pub(crate) namespace: Option<String>,
    /// The attributes by their local names, namespace declarations apart.
    pub(crate) attributes: Vec<(String, String)>,
    /// The elements in it, in order.
    pub(crate) children: Vec<Element>,
    /// Its own text, joined and trimmed.
    pub(crate) text: String,
}

impl Element {
    /// Reads a document: one root element.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Element, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
        let mut reader = NsReader::from_str(text.trim_start_matches('\u{FEFF}'));
        let mut open: Vec<Element> = Vec::new();
        let mut root = None;
        loop {
            match reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(start) => {
                    if open.len() == DEEPEST {
                        return Err("too deep".to_owned());
                    }
                    open.push(begun(&reader, &start)?);
                }
                Event::Empty(start) => close(&mut open, &mut root, begun(&reader, &start)?)?,
                Event::End(_) => {
                    let element = open.pop().ok_or("an end tag without its start")?;
                    close(&mut open, &mut root, element)?;
                }
                Event::Text(part) => add_text(&mut open, &part.xml10_content()),
                Event::CData(part) => add_text(&mut open, &part.xml10_content()),
                Event::GeneralRef(reference) => {
                    let known = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                    let character = match known {
                        Some(character) => character,
                        None => predefined(&reference.xml10_content())?,
                    };
                    add_text(&mut open, character.encode_utf8(&mut [0; 4]));
                }
                Event::DocType(_) | Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if open.is_empty() {
            root.ok_or_else(|| "no element".to_owned())
        } else {
            Err("it ends too early".to_owned())
        }
    }

    /// The first child of that name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The first child that has one of the names, in the order of the names.
    pub(crate) fn either(&self, names: &[&str]) -> Option<&Element> {
        names.iter().find_map(|name| self.child(name))
    }

    /// Every child of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first element along a path of names.
    pub(crate) fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| element.child(name))
    }

    /// The text along a path, unless it is empty.
    pub(crate) fn text_at(&self, path: &str) -> Option<String> {
        self.at(path).map(|element| element.text.clone()).filter(|text| !text.is_empty())
    }

    /// What it says: version 1 puts it into a `Value`, version 2 says it plainly.
    pub(crate) fn value(&self) -> &str {
        self.child("Value").map_or(self.text.as_str(), |value| value.text.as_str())
    }

    /// The value of the attribute with that local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it, or something in it, was written with a prefix.
    pub(crate) fn has_prefix(&self) -> bool {
        self.prefix.is_some() || self.children.iter().any(Element::has_prefix)
    }
}

fn begun(reader: &NsReader<&[u8]>, start: &BytesStart<'_>) -> Result<Element, String> {
    let (namespace, local) = reader.resolver().resolve_element(start.name());
    let mut element = Element {
        name: local.as_ref().to_owned(),
        prefix: start.name().prefix().map(|prefix| prefix.as_ref().to_owned()),
        namespace: match namespace {
            ResolveResult::Bound(namespace) => Some(namespace.as_ref().to_owned()),
            ResolveResult::Unbound | ResolveResult::Unknown(_) => None,
        },
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        element.attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    Ok(element)
}

fn close(open: &mut [Element], root: &mut Option<Element>, mut element: Element) -> Result<(), String> {
    element.text = element.text.trim().to_owned();
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        None if root.is_some() => return Err("a second root element".to_owned()),
        None => *root = Some(element),
    }
    Ok(())
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn predefined(name: &str) -> Result<char, String> {
    match name {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("the entity &{other}; is not declared")),
    }
}

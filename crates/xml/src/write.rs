//! The writer: a model's values in the order and form of an edition, or the element that has none.

use crate::schema::{Content, Group, Lexical, Need, Place, Row, TextType};
use crate::{Element, Leaf, View, lexical};

/// What encloses a written message.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// The root element.
    pub root: &'a str,
    /// The namespace, declared as the default one and for the prefix, or none.
    pub namespace: Option<Namespace<'a>>,
    /// A document type declaration, whole.
    pub doctype: Option<&'a str>,
    /// The root's attributes.
    pub attributes: &'a [(&'a str, &'a str)],
    /// Whether values carry the URI of the list that they are on.
    pub schemes: Schemes,
}

/// Whether a value that is on a list of the standard carries the list's URI. The URI that somebody else gave a value
/// is always written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Schemes {
    /// It does: a strict reader looks values up by both.
    #[default]
    Written,
    /// It does not, for systems that choke on it.
    LeftOut,
}

/// A namespace.
#[derive(Clone, Copy, Debug)]
pub struct Namespace<'a> {
    /// What it is.
    pub uri: &'a str,
    /// The prefix of attributes.
    pub prefix: &'a str,
}

/// An element has no valid form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {sentence}")]
pub struct WriteError {
    /// The element, from the root.
    pub path: String,
    /// What is wrong with it; it never quotes what the element holds.
    pub sentence: String,
}

/// Writes `body` as the one element `name` inside of an envelope.
pub fn write(
    envelope: &Envelope<'_>,
    name: &str,
    body: &dyn Element,
    edition: usize,
) -> Result<String, WriteError> {
    document(envelope, edition, |writer| {
        writer.start(name);
        let result = writer.elements(body);
        writer.end(name);
        result.map_err(|fault| fault.below(name))
    })
}

/// Writes what `content` has in it inside of an envelope.
pub fn write_content(
    envelope: &Envelope<'_>,
    content: &dyn Element,
    edition: usize,
) -> Result<String, WriteError> {
    document(envelope, edition, |writer| writer.elements(content))
}

/// The same for a peer that takes elements beside one another which the schema has exclude one another.
pub fn write_content_side_by_side(
    envelope: &Envelope<'_>,
    content: &dyn Element,
    edition: usize,
) -> Result<String, WriteError> {
    document(envelope, edition, |writer| {
        writer.exclusion = Exclusion::PassedOver;
        writer.elements(content)
    })
}

/// Writes an envelope around a piece of XML, which is taken as it is.
pub fn write_raw(envelope: &Envelope<'_>, raw: &str) -> Result<String, WriteError> {
    document(envelope, 0, |writer| {
        writer.out.push_str(raw);
        Ok(())
    })
}

fn document(
    envelope: &Envelope<'_>,
    edition: usize,
    inside: impl FnOnce(&mut Writer<'_>) -> Result<(), WriteError>,
) -> Result<String, WriteError> {
    let prefix = envelope.namespace.map(|namespace| namespace.prefix);
    let exclusion = Exclusion::Kept;
    let mut writer =
        Writer { out: String::with_capacity(2048), prefix, edition, exclusion, schemes: envelope.schemes };
    writer.open(envelope).and_then(|()| inside(&mut writer)).map_err(|fault| fault.below(envelope.root))?;
    writer.end(envelope.root);
    writer.out.push('\n');
    Ok(writer.out)
}

impl WriteError {
    /// The same fault, seen from one element further out.
    fn below(mut self, name: &str) -> Self {
        self.path = format!("/{name}{}", self.path);
        self
    }
}

struct Writer<'a> {
    out: String,
    prefix: Option<&'a str>,
    edition: usize,
    exclusion: Exclusion,
    schemes: Schemes,
}

/// Whether what the schema has exclude one another is an error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exclusion {
    Kept,
    PassedOver,
}

impl Writer<'_> {
    fn open(&mut self, envelope: &Envelope<'_>) -> Result<(), WriteError> {
        self.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        if let Some(doctype) = envelope.doctype {
            self.out.push_str(doctype);
            self.out.push('\n');
        }
        self.out.push('<');
        self.out.push_str(envelope.root);
        if let Some(Namespace { uri, prefix }) = envelope.namespace {
            for piece in [" xmlns=\"", uri, "\" xmlns:", prefix, "=\"", uri, "\""] {
                self.out.push_str(piece);
            }
        }
        for (name, value) in envelope.attributes {
            self.attribute(name, value).map_err(|sentence| WriteError { path: String::new(), sentence })?;
        }
        self.out.push('>');
        Ok(())
    }

    fn elements(&mut self, element: &dyn Element) -> Result<(), WriteError> {
        let schema = element.schema();
        let count = |row: usize| element.count(row);
        let demands = schema.demands(self.edition, count);
        if let Some(rows) = schema.unmet(self.edition, &demands, count).next() {
            let name = |row: &usize| schema.rows[*row].cells[self.edition].place().map(|place| place.name);
            let names: Vec<_> = rows.iter().filter_map(name).collect();
            let sentence = format!("one of `{}` is missing", names.join("`, `"));
            return Err(WriteError { path: String::new(), sentence });
        }
        let mut written = 0;
        let mut wrapper: Option<&str> = None;
        let mut depth = 0;
        for (index, row, place) in schema.places(self.edition) {
            let count = element.count(index);
            if count > 0 && demands.excludes(index) && self.exclusion == Exclusion::Kept {
                return Err(at(
                    place.name,
                    format!("`{}` is present together with an element that excludes it", place.name),
                ));
            }
            if place.wrapper != wrapper && (count > 0 || wrapper.is_some()) {
                if let Some(name) = wrapper.take() {
                    (0..depth).for_each(|_| self.end(name));
                }
                if let (Some(name), true) = (place.wrapper, count > 0) {
                    self.start(name);
                    (wrapper, depth) = (Some(name), 1);
                }
            }
            let demanded = place.is_mandatory() && !demands.excludes(index);
            if count == 0 && demanded && schema.group == Group::Sequence {
                if place.need != Need::MayBeEmpty {
                    return Err(at(place.name, format!("`{}` is missing", place.name)));
                }
                self.start(place.name);
                self.end(place.name);
            }
            if place.max.is_some_and(|max| count > usize::from(max)) {
                return Err(at(place.name, format!("`{}` occurs too often", place.name)));
            }
            let twin =
                place.twin.filter(|_| (0..count).all(|value| goes_by_twin(&element.get(index, value))));
            for value in 0..count {
                written += 1;
                match (element.get(index, value), wrapper) {
                    (View::Leaf(leaf), Some(around)) if place.nests => {
                        depth += self.nested(place.name, around, leaf.text())?;
                    }
                    (view, _) => self.value(view, row, place, twin)?,
                }
            }
        }
        if let Some(name) = wrapper {
            (0..depth).for_each(|_| self.end(name));
        }
        if written == 0 && schema.group == Group::Choice {
            return Err(WriteError { path: String::new(), sentence: "nothing is chosen".to_owned() });
        }
        Ok(())
    }

    /// Writes a path, a wrapper for each part but the first. Says how many are open then.
    fn nested(&mut self, name: &str, wrapper: &str, path: &str) -> Result<usize, WriteError> {
        let mut opened = 0;
        for (index, part) in path.split('/').enumerate() {
            if index > 0 {
                self.start(wrapper);
                opened += 1;
            }
            self.start(name);
            escape(&mut self.out, part).map_err(|sentence| at(name, sentence))?;
            self.end(name);
        }
        Ok(opened)
    }

    fn value(
        &mut self,
        view: View<'_>,
        row: &Row,
        place: &Place,
        twin: Option<(&'static str, usize)>,
    ) -> Result<(), WriteError> {
        match (view, place.content(row)) {
            (View::Leaf(leaf), Content::Text(text)) => self.leaf(place.name, leaf, text),
            (View::Secret(secret), Content::Secret) => {
                self.start(place.name);
                escape(&mut self.out, secret.expose()).map_err(|sentence| at(place.name, sentence))?;
                self.end(place.name);
                Ok(())
            }
            (View::Leaf(leaf), Content::Raw) => {
                self.raw(place.name, leaf);
                Ok(())
            }
            (View::Element(child), Content::Elements(_)) => {
                let edition = self.edition;
                let (name, inside) = twin.unwrap_or((place.name, place.inside.unwrap_or(edition)));
                self.edition = inside;
                self.start(name);
                let result = self.elements(child);
                self.end(name);
                self.edition = edition;
                result.map_err(|fault| fault.below(name))
            }
            _ => Err(at(place.name, "the table and the model disagree".to_owned())),
        }
    }

    /// What somebody put there, with the namespaces that it needs. Where unprefixed names mean something else in
    /// it, the element itself has a prefix.
    fn raw(&mut self, name: &str, leaf: &dyn Leaf) {
        let declared = leaf.attribute().unwrap_or_default();
        let prefix = self.prefix.filter(|_| declared.contains(" xmlns="));
        self.out.push('<');
        self.prefixed(prefix, name);
        self.out.push_str(declared);
        self.out.push('>');
        self.out.push_str(leaf.text());
        self.out.push_str("</");
        self.prefixed(prefix, name);
        self.out.push('>');
    }

    fn prefixed(&mut self, prefix: Option<&str>, name: &str) {
        if let Some(prefix) = prefix {
            self.out.push_str(prefix);
            self.out.push(':');
        }
        self.out.push_str(name);
    }

    fn leaf(&mut self, name: &str, leaf: &dyn Leaf, text_type: TextType) -> Result<(), WriteError> {
        let text = leaf.text();
        if !matches!(text_type.lexical, Lexical::String)
            && !lexical::allows(text_type.lexical, self.edition, text)
        {
            return Err(at(name, lexical::not_valid(text_type.lexical, self.edition)));
        }
        if let Some(apart) = text_type.apart_in(self.edition) {
            self.start(name);
            let attribute = leaf.attribute().unwrap_or_default();
            for (part, content) in [(apart.attribute, attribute), (apart.text, text)] {
                self.start(part);
                escape(&mut self.out, content).map_err(|sentence| at(name, sentence))?;
                self.end(part);
            }
            self.end(name);
            return Ok(());
        }
        self.out.push('<');
        self.out.push_str(name);
        if let Lexical::Empty = text_type.lexical {
            self.out.push_str("/>");
            return Ok(());
        }
        if let (Some(attribute), Some(value)) =
            (text_type.attribute, leaf.written_attribute(name, self.edition, self.schemes))
        {
            if !lexical::is_any_uri(value) {
                return Err(at(name, format!("the attribute `{attribute}` is not a valid URI")));
            }
            self.attribute(attribute, value).map_err(|sentence| at(name, sentence))?;
        }
        self.out.push('>');
        escape(&mut self.out, text).map_err(|sentence| at(name, sentence))?;
        self.end(name);
        Ok(())
    }

    fn attribute(&mut self, name: &str, value: &str) -> Result<(), String> {
        self.out.push(' ');
        self.prefixed(self.prefix, name);
        self.out.push_str("=\"");
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

fn goes_by_twin(view: &View<'_>) -> bool {
    matches!(view, View::Element(child) if child.is_twin())
}

fn at(name: &str, sentence: String) -> WriteError {
    WriteError { path: format!("/{name}"), sentence }
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

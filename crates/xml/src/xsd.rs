//! An XML Schema of one edition, generated from the tables.

use std::fmt::Write;

use crate::schema::{CodeCell, CodeList, Content, Group, Lexical, Place, Row, Schema, TextType};

/// What the tables do not say.
#[derive(Clone, Copy, Debug)]
pub struct Heading<'a> {
    /// What the schema is, for its first comment.
    pub title: &'a str,
    /// The root element.
    pub root: &'a str,
    /// The target namespace.
    pub namespace: &'a str,
    /// The root's mandatory attributes.
    pub attributes: &'a [&'a str],
}

/// The schema of documents with `content` in their root element.
pub fn xsd(heading: &Heading<'_>, content: &'static Schema, edition: usize) -> String {
    let mut types = Types { edition, elements: Vec::new(), codes: Vec::new(), attributes: Vec::new() };
    types.collect(content);
    let mut out = Out(String::new());
    out.line(0, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    out.line(0, &format!("<!-- {}. Generated: do not edit. -->", heading.title));
    out.line(
        0,
        &format!(
            "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\" xmlns=\"{0}\" targetNamespace=\"{0}\" \
             elementFormDefault=\"qualified\" attributeFormDefault=\"qualified\">",
            heading.namespace
        ),
    );
    out.line(1, &format!("<xs:element name=\"{}\">", heading.root));
    out.line(2, "<xs:complexType>");
    out.group(3, content, edition);
    for attribute in heading.attributes {
        out.line(3, &format!("<xs:attribute name=\"{attribute}\" type=\"xs:string\" use=\"required\"/>"));
    }
    out.line(2, "</xs:complexType>");
    out.line(1, "</xs:element>");
    for schema in types.elements.iter().skip(1) {
        out.line(1, &format!("<xs:complexType name=\"{}\">", schema.name));
        out.group(2, schema, edition);
        out.line(1, "</xs:complexType>");
    }
    for attribute in &types.attributes {
        out.text_with(attribute);
    }
    for list in &types.codes {
        out.codes(list, edition);
    }
    out.line(0, "</xs:schema>");
    out.0
}

/// The types that the elements of an edition have, each once, in the order of their first use.
struct Types {
    edition: usize,
    elements: Vec<&'static Schema>,
    codes: Vec<&'static CodeList>,
    attributes: Vec<&'static str>,
}

impl Types {
    fn collect(&mut self, schema: &'static Schema) {
        if self.elements.iter().any(|known| known.name == schema.name) {
            return;
        }
        self.elements.push(schema);
        for (_, row, place) in schema.places(self.edition) {
            match place.content(row) {
                Content::Elements(inner) => self.collect(inner),
                Content::Text(TextType { attribute: Some(attribute), .. }) => {
                    if !self.attributes.contains(&attribute) {
                        self.attributes.push(attribute);
                    }
                }
                Content::Text(TextType { lexical: Lexical::Code(list), .. }) => {
                    if self.codes.iter().all(|known| known.name != list.name) {
                        self.codes.push(list);
                    }
                }
                Content::Text(_) | Content::Secret | Content::Raw => {}
            }
        }
    }
}

struct Out(String);

impl Out {
    fn line(&mut self, depth: usize, line: &str) {
        self.0.extend(std::iter::repeat_n("  ", depth));
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn group(&mut self, depth: usize, schema: &'static Schema, edition: usize) {
        let group = match schema.group {
            Group::Sequence => "sequence",
            Group::Choice => "choice",
        };
        self.line(depth, &format!("<xs:{group}>"));
        for (_, row, place) in schema.places(edition) {
            self.element(depth + 1, row, place);
        }
        self.line(depth, &format!("</xs:{group}>"));
    }

    fn element(&mut self, depth: usize, row: &Row, place: &Place) {
        let mut element =
            format!("<xs:element name=\"{}\" type=\"{}\"", place.name, type_name(place.content(row)));
        if !place.is_mandatory() {
            element.push_str(" minOccurs=\"0\"");
        }
        match place.max {
            Some(1) => {}
            Some(max) => {
                let _ = write!(element, " maxOccurs=\"{max}\"");
            }
            None => element.push_str(" maxOccurs=\"unbounded\""),
        }
        let doc = row.doc.trim();
        if doc.is_empty() {
            self.line(depth, &format!("{element}/>"));
            return;
        }
        self.line(depth, &format!("{element}>"));
        let doc = doc.replace('&', "&amp;").replace('<', "&lt;").replace('`', "");
        self.line(
            depth + 1,
            &format!("<xs:annotation><xs:documentation>{doc}</xs:documentation></xs:annotation>"),
        );
        self.line(depth, "</xs:element>");
    }

    fn text_with(&mut self, attribute: &str) {
        self.line(1, &format!("<xs:complexType name=\"{}\">", text_with(attribute)));
        self.line(2, "<xs:simpleContent>");
        self.line(3, "<xs:extension base=\"xs:string\">");
        self.line(4, &format!("<xs:attribute name=\"{attribute}\" type=\"xs:anyURI\"/>"));
        self.line(3, "</xs:extension>");
        self.line(2, "</xs:simpleContent>");
        self.line(1, "</xs:complexType>");
    }

    fn codes(&mut self, list: &CodeList, edition: usize) {
        self.line(1, &format!("<xs:simpleType name=\"{}\">", list.name));
        self.line(2, "<xs:restriction base=\"xs:string\">");
        for code in list.codes.iter().filter(|code| code.cells[edition] == CodeCell::Known) {
            self.line(3, &format!("<xs:enumeration value=\"{}\"/>", code.value));
        }
        self.line(2, "</xs:restriction>");
        self.line(1, "</xs:simpleType>");
    }
}

fn type_name(content: Content) -> String {
    match content {
        Content::Elements(schema) => schema.name.to_owned(),
        Content::Text(TextType { attribute: Some(attribute), .. }) => text_with(attribute),
        Content::Text(TextType { lexical, .. }) => match lexical {
            Lexical::String => "xs:string".to_owned(),
            Lexical::DateTime => "xs:dateTime".to_owned(),
            Lexical::Decimal => "xs:decimal".to_owned(),
            Lexical::Boolean => "xs:boolean".to_owned(),
            Lexical::Integer => "xs:integer".to_owned(),
            Lexical::NonNegativeInteger => "xs:nonNegativeInteger".to_owned(),
            Lexical::PositiveInteger => "xs:positiveInteger".to_owned(),
            Lexical::Empty => "xs:string".to_owned(),
            Lexical::Code(list) => list.name.to_owned(),
        },
        Content::Secret => "xs:string".to_owned(),
        Content::Raw => "xs:anyType".to_owned(),
    }
}

fn text_with(attribute: &str) -> String {
    let mut name = "TextWith".to_owned();
    let mut letters = attribute.chars();
    name.extend(letters.next().map(|c| c.to_ascii_uppercase()));
    name.extend(letters);
    name
}

//! The tables of the messages, and the XML Schemas of the editions that are generated from them.

use xml::Element;
use xml::schema::Schema;

use crate::Edition;
use crate::read::{NAMESPACE, ROOT};
use crate::wire::Envelope;

/// The XML Schema of an edition: what [`write`](crate::write()) writes is valid against it.
pub fn xsd(edition: Edition) -> String {
    let title = format!("ISO 18626, edition {edition}");
    let heading = xml::Heading { title: &title, root: ROOT, namespace: NAMESPACE, attributes: &["version"] };
    xml::xsd(&heading, messages(), edition.column())
}

/// The table of the messages, from which every element can be reached; its columns are [`Edition::ALL`].
pub fn messages() -> &'static Schema {
    Envelope::default().schema()
}

//! The XML Schemas of the editions, generated from the tables.

use xml::Single;
use xml::schema::Content;

use crate::Edition;
use crate::read::{NAMESPACE, ROOT};
use crate::wire::Envelope;

/// The XML Schema of an edition: what [`write`](crate::write()) writes is valid against it.
pub fn xsd(edition: Edition) -> String {
    let Content::Elements(envelope) = Envelope::CONTENT else { return String::new() };
    let title = format!("ISO 18626, edition {edition}");
    let heading = xml::Heading { title: &title, root: ROOT, namespace: NAMESPACE, attributes: &["version"] };
    xml::xsd(&heading, envelope, edition.column())
}

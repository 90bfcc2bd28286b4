//! Writing a message, strictly: valid against the version's schema, or an error that names the element.

use xml::{Schemes, WriteError};

use crate::convert::settle;
use crate::parts::Noted;
use crate::read::{ROOT, VERSION_ROOT, VersionMessage};
use crate::{Body, Loss, Message, Version};

/// How to write.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// The version.
    pub version: Version,
    /// What is in the attribute `version`, where the peer wants another word than the version's own.
    pub attribute: Option<String>,
    /// Whether a version 1 message names its document type.
    pub doctype: DocTypeDeclaration,
    /// Whether a version 2 message is in the standard's namespace.
    pub namespace: NamespaceUse,
    /// What a message may say of who a user is.
    pub user: UserForm,
    /// Whether terms carry the scheme that lists them. Version 1 demands one beside every term, and always has it.
    pub schemes: Schemes,
    /// What is to be said to the reader beside the message: in an `Ext` where the version has a note for it, else in a comment.
    pub notes: Vec<String>,
}

/// What a message may say of who a user is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UserForm {
    /// His id, or what he gives to be known: each schema has them exclude one another.
    #[default]
    OneOf,
    /// Both beside one another, for systems that take it so.
    Both,
}

/// Whether a version 2 message is in the standard's namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum NamespaceUse {
    /// It is.
    #[default]
    Written,
    /// It is in none, for systems that can't read it otherwise. No schema has such a message.
    LeftOut,
}

/// Whether a version 1 message names its document type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DocTypeDeclaration {
    /// It does not: nobody needs it, and some would go and fetch it.
    #[default]
    LeftOut,
    /// It does.
    Written,
}

impl WriteOptions {
    /// To write in `version`, with its own attribute.
    pub fn new(version: Version) -> Self {
        WriteOptions { version, ..WriteOptions::default() }
    }
}

impl From<Version> for WriteOptions {
    fn from(version: Version) -> Self {
        WriteOptions::new(version)
    }
}

/// A message as bytes, and what it lost on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// UTF-8, valid against the version's schema.
    pub bytes: Vec<u8>,
    /// What the version could not say as it stands.
    pub losses: Vec<Loss>,
}

/// What is in the attribute `version` of the messages that ask for versions.
const VERSION_ATTRIBUTE: &str = "http://www.niso.org/ncip/v1_0/imp1/xsd/ncip_version.xsd";

const DOCTYPE: &str = concat!(
    "<!DOCTYPE NCIPMessage PUBLIC \"-//NISO//NCIP DTD Version 1.0//EN\" ",
    "\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\">"
);

/// Writes one message in a version: what is written is valid, or it is an error that names the element.
///
/// An `Ext` goes out as it came in: whether a schema knows what others put there, is not for this to say.
pub fn write(message: &Message, options: &WriteOptions) -> Result<Written, WriteError> {
    let (mut message, losses) = settle(message, options.version, options.user, options.schemes);
    let mut notes: Vec<&str> = options.notes.iter().map(String::as_str).collect();
    if options.version == Version::V2_02 {
        notes.retain(|note| message.body.note(note) == Noted::Nowhere);
    }
    let mut text = document(&message.body, options)?;
    if let Some(end) = text.rfind("</").filter(|_| !notes.is_empty()) {
        // A comment must not hold two hyphens.
        let said = notes.join("; ").replace('-', " ");
        text.insert_str(end, &format!("<!-- {said} -->"));
    }
    Ok(Written { bytes: text.into_bytes(), losses })
}

/// What the message becomes in another version, with what it loses.
pub fn convert(message: &Message, version: Version) -> (Message, Vec<Loss>) {
    settle(message, version, UserForm::OneOf, Schemes::Written)
}

fn document(body: &Body, options: &WriteOptions) -> Result<String, WriteError> {
    let version = options.version;
    match body {
        Body::LookupVersion(message) => {
            let envelope = VersionMessage { initiation: Some(message.clone()), response: None };
            return xml::write_content(&version_envelope(), &envelope, Version::V1_0.column());
        }
        Body::LookupVersionResponse(message) => {
            let envelope = VersionMessage { initiation: None, response: Some(message.clone()) };
            return xml::write_content(&version_envelope(), &envelope, Version::V1_0.column());
        }
        _ => {}
    }
    let attribute = options.attribute.as_deref().unwrap_or(version.attribute());
    let envelope = xml::Envelope {
        root: ROOT,
        namespace: version
            .namespace()
            .filter(|_| options.namespace == NamespaceUse::Written)
            .map(|uri| xml::Namespace { uri, prefix: "ncip" }),
        doctype: match options.doctype {
            DocTypeDeclaration::Written if version.namespace().is_none() => Some(DOCTYPE),
            _ => None,
        },
        attributes: &[("version", attribute)],
        schemes: options.schemes,
    };
    let fault = |sentence: String| WriteError { path: format!("/{ROOT}/{}", body.element()), sentence };
    if let Body::Other(other) = body {
        if other.raw.is_empty() {
            return Err(fault("there is no message".to_owned()));
        }
        if !other.raw.starts_with(&format!("<{}", other.name)) {
            return Err(fault("the service is not known, and its namespace cannot be told".to_owned()));
        }
        return xml::write_raw(&envelope, &other.raw);
    }
    if !crate::convert::has_body(body, version) {
        return Err(fault(format!("version {version} has no such message")));
    }
    match options.user {
        UserForm::OneOf => xml::write_content(&envelope, body, version.column()),
        UserForm::Both => xml::write_content_side_by_side(&envelope, body, version.column()),
    }
}

fn version_envelope() -> xml::Envelope<'static> {
    xml::Envelope {
        root: VERSION_ROOT,
        namespace: None,
        doctype: None,
        attributes: &[("version", VERSION_ATTRIBUTE)],
        schemes: Schemes::Written,
    }
}

//! Hardened, namespace-aware reading and writing of XML, and the declarative binding that the codecs share.
//!
//! A codec declares its elements in tables; from them come a static [`schema`] and the dispatch of [`bind`]. The
//! reader, the writer and the XML Schema of an edition all walk that schema.
//!
//! Nothing here knows a particular protocol, opens a file or a socket, or follows a reference: a DOCTYPE is
//! refused and only the five predefined entities and character references are understood.

pub mod bind;
mod canonical;
mod decode;
mod finding;
pub mod lexical;
mod limits;
mod pretty;
mod read;
pub mod schema;
mod secret;
mod shown;
mod tokens;
mod tree;
mod unreadable;
mod write;
mod xsd;

pub use bind::{Element, Field, Leaf, Single, Slot, View};
pub use canonical::canonical;
pub use decode::{Text, UnknownCharset, decode, looks_like_xml, recoded};
pub use finding::{About, Break, BreakKind, Extra, Finding, Quoted, Severity, placed};
pub use limits::Limits;
pub use pretty::pretty;
pub use read::{Document, Expect, NamespaceRule, Outcome, Unsound};
pub use secret::Secret;
pub use shown::Shown;
pub use tokens::DocType;
pub use tree::{Node, tree};
pub use unreadable::{Unreadable, UnreadableKind};
pub use write::{
    Envelope, Namespace, Schemes, WriteError, write, write_content, write_content_side_by_side, write_raw,
};
pub use xsd::{Heading, xsd};

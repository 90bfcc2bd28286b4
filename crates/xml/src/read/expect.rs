//! What a document is expected to be, and how much of it is forgiven.

use crate::DocType;

/// Whether elements must be in the protocol's namespace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NamespaceRule {
    /// They must.
    #[default]
    Required,
    /// Elements in no namespace are taken for the protocol's.
    MayBeMissing,
}

/// What a document is expected to be.
#[derive(Clone, Copy, Debug)]
pub struct Expect {
    /// The name of its root element.
    pub root: &'static str,
    /// The protocol's namespaces.
    pub namespaces: &'static [&'static str],
    /// The root's attributes.
    pub attributes: &'static [&'static str],
    /// Whether the namespace must be there.
    pub namespace: NamespaceRule,
    /// Whether a DOCTYPE is read past.
    pub doctype: DocType,
    /// Attributes that any element may carry and that say nothing.
    pub passed: &'static [&'static str],
    /// What becomes of a date or number that is none.
    pub unsound: Unsound,
}

/// What becomes of a date or number that is none. Values of code lists are always kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsound {
    /// It is left out.
    #[default]
    LeftOut,
    /// It is kept as it came.
    Kept,
}

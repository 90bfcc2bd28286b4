//! How much of a document is taken before it is refused.

/// Bounds on a document. What goes past one is refused at the place where it does, in linear time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document, as it came.
    pub max_bytes: usize,
    /// Elements inside one another.
    pub max_depth: usize,
    /// Attributes of one element, namespace declarations included.
    pub max_attributes: usize,
    /// Bytes of an element's or attribute's name, prefix included.
    pub max_name: usize,
    /// Bytes of one element's text or one attribute's value.
    pub max_text: usize,
    /// Namespace declarations in force at one place.
    pub max_namespaces: usize,
    /// Elements of the whole document.
    pub max_elements: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_bytes: 1 << 20,
            max_depth: 32,
            max_attributes: 32,
            max_name: 128,
            max_text: 1 << 18,
            max_namespaces: 32,
            max_elements: 20_000,
        }
    }
}

//! Writing XML: elements as they are to be in a reply.

/// An element to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
    text: String,
}

impl Node {
    /// An element with nothing in it.
    pub(crate) fn new(name: &str) -> Self {
        Node { name: name.to_owned(), attributes: Vec::new(), children: Vec::new(), text: String::new() }
    }

    /// An element with a text.
    pub(crate) fn text(name: &str, text: &str) -> Self {
        Node { text: text.to_owned(), ..Node::new(name) }
    }

    /// An element with elements in it.
    pub(crate) fn of(name: &str, children: impl IntoIterator<Item = Node>) -> Self {
        Node { children: children.into_iter().collect(), ..Node::new(name) }
    }

    /// The same with an attribute.
    pub(crate) fn attribute(mut self, name: &str, value: &str) -> Self {
        self.attributes.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with another element at the end.
    pub(crate) fn with(mut self, child: impl IntoIterator<Item = Node>) -> Self {
        self.children.extend(child);
        self
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.children.is_empty() && self.text.is_empty()
    }

    /// Writes it, every element with the prefix.
    pub(crate) fn write(&self, prefix: &str, out: &mut String) {
        let name = if prefix.is_empty() { self.name.clone() } else { format!("{prefix}:{}", self.name) };
        out.push('<');
        out.push_str(&name);
        for (attribute, value) in &self.attributes {
            out.push_str(&format!(" {attribute}=\"{}\"", escaped(value)));
        }
        if self.is_empty() {
            out.push_str("/>");
            return;
        }
        out.push('>');
        out.push_str(&escaped(&self.text));
        self.children.iter().for_each(|child| child.write(prefix, out));
        out.push_str(&format!("</{name}>"));
    }
}

/// Text escaped for XML and HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

//! A document as plain elements, whatever they are called: to look for what stands where no schema has it. Must never know a protocol.

use crate::tokens::{Tag, Token, Tokens};
use crate::{Break, BreakKind, DocType, Limits, Text};

/// An element.
#[derive(Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name, without a prefix.
    pub name: String,
    /// Byte offset of its start tag.
    pub offset: usize,
    /// The text in it, apart from that of the elements in it, without blanks around it.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Node>,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Node {
    fn of(tag: &Tag<'_>) -> Self {
        Node { name: tag.local.to_owned(), offset: tag.offset, text: String::new(), children: Vec::new() }
    }

    fn ended(mut self) -> Self {
        self.text = self.text.trim().to_owned();
        self
    }
}

/// Reads a document to its end. It must be well-formed.
///
/// # Errors
/// Where it breaks off, or meets a limit.
pub fn tree(text: &Text<'_>, limits: &Limits) -> Result<Node, Break> {
    let mut tokens = Tokens::new(text, limits, DocType::ExternalReadPast, &[]);
    let mut open: Vec<Node> = Vec::new();
    let mut root = None;
    loop {
        let ended = match tokens.next()? {
            Token::Start(tag) if tag.closed => Node::of(&tag),
            Token::Start(tag) => {
                open.push(Node::of(&tag));
                continue;
            }
            Token::Text(piece) => {
                if let Some(node) = open.last_mut() {
                    if node.text.len() + piece.len() > limits.max_text {
                        return Err(tokens.text_limit());
                    }
                    node.text.push_str(&piece);
                }
                continue;
            }
            Token::UnknownEntity(_) => continue,
            Token::End => match open.pop() {
                Some(node) => node,
                None => continue,
            },
            Token::Eof => break,
        }
        .ended();
        match open.last_mut() {
            Some(parent) => parent.children.push(ended),
            None => root = root.or(Some(ended)),
        }
    }
    root.ok_or_else(|| Break {
        offset: 0,
        kind: BreakKind::IllFormed,
        sentence: "there is no root element".to_owned(),
    })
}

//! A document indented for people.

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::tokens::{Token, Tokens};
use crate::{Break, BreakKind, DocType, Limits, Text, Unreadable, decode};

/// The document with each element on its own line. Text stays as it is, as do comments and the like; white space between elements does
/// not. Nothing is checked.
///
/// # Errors
/// It is not XML, or too much of it.
pub fn pretty(bytes: &[u8]) -> Result<String, Unreadable> {
    let limits = Limits::default();
    let text = decode(bytes, &limits).map_err(|broken| Unreadable::new(None, broken))?;
    indented(&text, &limits).map_err(|broken| Unreadable::new(Some(&text), broken))
}

fn indented(text: &Text<'_>, limits: &Limits) -> Result<String, Break> {
    let mut tokens = Tokens::new(text, limits, DocType::ExternalReadPast, &[]);
    while !matches!(tokens.next()?, Token::Eof) {}

    let source = text.as_str();
    let mut reader = Reader::from_str(source);
    let mut out = String::with_capacity(source.len() * 2);
    // For each open element, whether it has elements in it.
    let mut open: Vec<bool> = Vec::new();
    loop {
        let from = position(&reader);
        let event = reader.read_event().map_err(|error| Break {
            offset: from,
            kind: BreakKind::IllFormed,
            sentence: error.to_string(),
        })?;
        let raw = &source[from..position(&reader)];
        match event {
            Event::Eof => break,
            Event::Text(_) if raw.trim().is_empty() => {}
            Event::Text(_) | Event::CData(_) | Event::GeneralRef(_) => out.push_str(raw),
            Event::End(_) => {
                if open.pop() == Some(true) {
                    line(&mut out, open.len());
                }
                out.push_str(raw);
            }
            event => {
                if let Some(inner) = open.last_mut() {
                    *inner = true;
                }
                line(&mut out, open.len());
                out.push_str(raw);
                if let Event::Start(_) = event {
                    open.push(false);
                }
            }
        }
    }
    out.push('\n');
    Ok(out)
}

fn line(out: &mut String, depth: usize) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.extend(std::iter::repeat_n("  ", depth));
}

fn position(reader: &Reader<&[u8]>) -> usize {
    // The document is a string in memory, so that its offsets fit.
    reader.buffer_position() as usize
}

//! From bytes to text: which encoding it is, and how much of it is sound.
//!
//! Line ends become `\n`. Bytes that are no UTF-8 in a document that should be are read as windows-1252, characters that XML forbids are
//! replaced, and the reader says so. Text that is damaged so that no guess is safe (NUL, 0xFF, wrong UTF-16) is cut there, so that what stands before can still be read; the reader
//! reports the cut when it comes to it.

use std::borrow::Cow;

use crate::{Break, BreakKind, Limits};

/// A document as text.
#[derive(Clone, Debug)]
pub struct Text<'b> {
    text: Cow<'b, str>,
    cut: Option<Break>,
    oddities: Vec<Oddity>,
}

/// Something about the bytes that was read past, and where it stands first.
#[derive(Clone, Debug)]
pub(crate) struct Oddity {
    /// Byte offset into the decoded text.
    pub(crate) offset: usize,
    /// What it is, in words.
    pub(crate) sentence: String,
}

impl Text<'_> {
    /// The sound text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Why the document is not sound to its end, if it is not.
    pub(crate) fn cut(&self) -> Option<&Break> {
        self.cut.as_ref()
    }

    /// The same document with another text of the same length.
    pub fn with_text(&self, text: String) -> Text<'static> {
        Text { text: Cow::Owned(text), cut: self.cut.clone(), oddities: self.oddities.clone() }
    }

    /// What was read past.
    pub(crate) fn oddities(&self) -> &[Oddity] {
        &self.oddities
    }

    /// Line and column of a byte offset, from 1; columns count characters.
    pub fn place(&self, offset: usize) -> (u32, u32) {
        self.places(&[offset])[0]
    }

    /// The same for many offsets, in one pass over the text.
    pub fn places(&self, offsets: &[usize]) -> Vec<(u32, u32)> {
        let mut order: Vec<usize> = (0..offsets.len()).collect();
        order.sort_by_key(|index| offsets[*index]);
        let mut places = vec![(1, 1); offsets.len()];
        let (mut line, mut column, mut done) = (1u32, 1u32, 0);
        for index in order {
            let mut offset = offsets[index].min(self.text.len());
            while !self.text.is_char_boundary(offset) {
                offset -= 1;
            }
            for c in self.text[done..offset.max(done)].chars() {
                (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            done = offset.max(done);
            places[index] = (line, column);
        }
        places
    }
}

/// Decodes a document: UTF-8, UTF-16 with a byte order mark or by its look, Latin-1 and its kin by declaration.
pub fn decode<'b>(bytes: &'b [u8], limits: &Limits) -> Result<Text<'b>, Break> {
    if bytes.len() > limits.max_bytes {
        let sentence = format!("the document has {} bytes, more than {}", bytes.len(), limits.max_bytes);
        return Err(Break { offset: 0, kind: BreakKind::Limit, sentence });
    }
    let mut oddities = Vec::new();
    let (text, mut cut) = match encoding(bytes)? {
        Encoding::Utf8 { skip } => utf8(&bytes[skip..], &mut oddities),
        Encoding::Utf16(utf16) => decoded(utf16, bytes),
        Encoding::Latin1 => (encoding_rs::mem::decode_latin1(bytes), None),
        Encoding::Other(other) => decoded(other, bytes),
    };
    if let Some(offset) = text.find(|c: char| !is_passed_before(c))
        && offset > 0
        && text[offset..].starts_with("<?xml")
    {
        let sentence = "something stands before the XML declaration".to_owned();
        oddities.push(Oddity { offset: 0, sentence });
    }
    if !is_suspect(text.as_bytes()) {
        return Ok(Text { text, cut, oddities });
    }
    let text = match text {
        text if !text.contains('\r') => text,
        text => Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")),
    };
    let document = text.find('<').unwrap_or(0)..text.rfind('>').unwrap_or(text.len());
    let nul = text.match_indices('\0').map(|(offset, _)| offset).find(|offset| document.contains(offset));
    let text = match nul {
        None => text,
        Some(offset) => {
            cut = Some(no_text(offset));
            Cow::Owned(text[..offset].to_owned())
        }
    };
    let text = match illegal(&text) {
        None => text,
        Some((offset, c)) => {
            let sentence =
                format!("the character U+{:04X} is not allowed in XML: it is replaced", u32::from(c));
            oddities.push(Oddity { offset, sentence });
            Cow::Owned(replaced(&text))
        }
    };
    Ok(Text { text, cut, oddities })
}

/// What stands in the place of a character that XML forbids.
const REPLACEMENT: char = '\u{FFFD}';

/// The text with what XML forbids replaced: by a mark between the first tag and the last, else, where only blanks may stand, by a blank.
fn replaced(text: &str) -> String {
    let document = text.find('<').unwrap_or(0)..text.rfind('>').unwrap_or(text.len());
    let chars = text.char_indices().map(|(offset, c)| match c {
        c if !is_illegal(c) => c,
        _ if document.contains(&offset) => REPLACEMENT,
        _ => ' ',
    });
    chars.collect()
}

/// Blanks, and what becomes a blank, before a document.
fn is_passed_before(c: char) -> bool {
    c.is_ascii_whitespace() || c.is_ascii_control()
}

enum Encoding {
    Utf8 { skip: usize },
    Utf16(&'static encoding_rs::Encoding),
    Latin1,
    Other(&'static encoding_rs::Encoding),
}

fn encoding(bytes: &[u8]) -> Result<Encoding, Break> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return Ok(Encoding::Utf8 { skip: 3 }),
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => return Ok(Encoding::Utf16(encoding_rs::UTF_16LE)),
        [0xFE, 0xFF, ..] | [0, b'<', ..] => return Ok(Encoding::Utf16(encoding_rs::UTF_16BE)),
        _ => {}
    }
    let Some(label) = declared(bytes) else { return Ok(Encoding::Utf8 { skip: 0 }) };
    named(label).ok_or_else(|| Break {
        offset: 0,
        kind: BreakKind::IllFormed,
        sentence: "the declared encoding is none of UTF-8, UTF-16, ISO-8859-1, ISO-8859-15, windows-1252"
            .to_owned(),
    })
}

/// The encoding of a document that is no UTF-16 by its look.
fn named(label: &str) -> Option<Encoding> {
    match label.trim().to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" | "us-ascii" | "ascii" => Some(Encoding::Utf8 { skip: 0 }),
        // A document that could be read this far as bytes is not UTF-16, whatever it says.
        "utf-16" | "utf-16le" | "utf-16be" => Some(Encoding::Utf8 { skip: 0 }),
        "iso-8859-1" | "iso8859-1" | "iso_8859-1" | "latin1" | "latin-1" | "l1" => Some(Encoding::Latin1),
        "iso-8859-15" | "iso8859-15" | "iso_8859-15" | "latin-9" | "latin9" => {
            Some(Encoding::Other(encoding_rs::ISO_8859_15))
        }
        "windows-1252" | "cp1252" | "x-cp1252" => Some(Encoding::Other(encoding_rs::WINDOWS_1252)),
        _ => None,
    }
}

/// The encoding that is named beside a document is none that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCharset;

/// A document whose encoding is named beside it, as in the header of a request: as UTF-8. What the document says itself goes before that, and a
/// document of ASCII alone needs no name.
///
/// # Errors
/// When it says nothing itself, and the encoding is none that can be read.
pub fn recoded<'b>(bytes: &'b [u8], label: &str) -> Result<Cow<'b, [u8]>, UnknownCharset> {
    let tells = matches!(
        bytes,
        [0xEF, 0xBB, 0xBF, ..] | [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [b'<', 0, ..] | [0, b'<', ..]
    );
    if tells || declared(bytes).is_some() || bytes.is_ascii() {
        return Ok(Cow::Borrowed(bytes));
    }
    let text = match named(label).ok_or(UnknownCharset)? {
        Encoding::Utf8 { .. } | Encoding::Utf16(_) => return Ok(Cow::Borrowed(bytes)),
        Encoding::Latin1 => encoding_rs::mem::decode_latin1(bytes),
        Encoding::Other(other) => other.decode_without_bom_handling(bytes).0,
    };
    Ok(Cow::Owned(text.into_owned().into_bytes()))
}

/// Whether bytes look like a document: a tag comes first, whatever the encoding.
pub fn looks_like_xml(bytes: &[u8]) -> bool {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, b'<', ..] => true,
        [0xEF, 0xBB, 0xBF, rest @ ..] | rest => {
            rest.iter().find(|byte| !is_passed_before(char::from(**byte))) == Some(&b'<')
        }
    }
}

/// The encoding that the XML declaration names.
fn declared(bytes: &[u8]) -> Option<&str> {
    let start = bytes.iter().position(|byte| !is_passed_before(char::from(*byte)))?;
    let head = &bytes[start..bytes.len().min(start + 256)];
    let end = head.windows(2).position(|w| w == b"?>")?;
    let head = std::str::from_utf8(&head[..end]).ok()?.strip_prefix("<?xml")?;
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(label, _)| label)
}

/// UTF-8; bytes that are none as windows-1252, which is what they are as good as always. 0xFF is in no text of either.
fn utf8<'b>(bytes: &'b [u8], oddities: &mut Vec<Oddity>) -> (Cow<'b, str>, Option<Break>) {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (Cow::Borrowed(text), None),
        Err(error) => error,
    };
    let sentence = "the bytes are not UTF-8: they are read as windows-1252".to_owned();
    oddities.push(Oddity { offset: error.valid_up_to(), sentence });
    let mut text = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().contains(&0xFF) {
            let cut = no_text(text.len());
            return (Cow::Owned(text), Some(cut));
        }
        let (other, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        text.push_str(&other);
    }
    (Cow::Owned(text), None)
}

/// What is not text in any encoding: nobody can tell what it was, and a guess could change an id.
fn no_text(offset: usize) -> Break {
    let sentence = "a byte is no text: neither UTF-8 nor windows-1252 has it".to_owned();
    Break { offset, kind: BreakKind::IllFormed, sentence }
}

fn decoded<'b>(encoding: &'static encoding_rs::Encoding, bytes: &'b [u8]) -> (Cow<'b, str>, Option<Break>) {
    let (text, malformed) = encoding.decode_with_bom_removal(bytes);
    match text.find('\u{FFFD}').filter(|_| malformed) {
        None => (text, None),
        Some(offset) => {
            let sentence = format!("the bytes are not sound {}", encoding.name());
            let cut = Break { offset, kind: BreakKind::IllFormed, sentence };
            (Cow::Owned(text[..offset].to_owned()), Some(cut))
        }
    }
}

/// Whether there may be line ends to change or characters that XML does not allow. Written so that the compiler
/// looks at many bytes at once: most documents have none.
fn is_suspect(bytes: &[u8]) -> bool {
    bytes.chunks(256).any(|chunk| {
        let suspect = |b: &u8| (*b < 0x20) & (*b != b'\t') & (*b != b'\n') | (*b == 0xEF);
        chunk.iter().fold(false, |found, b| found | suspect(b))
    })
}

/// The first character that XML 1.0 does not allow.
pub(crate) fn illegal(text: &str) -> Option<(usize, char)> {
    // Most texts have none: bytes are looked at before characters.
    let control = |b: &u8| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r');
    let first = text.as_bytes().iter().position(control);
    let nonchar = text.find('\u{FFFE}').into_iter().chain(text.find('\u{FFFF}')).min();
    let offset = first.into_iter().chain(nonchar).min()?;
    text[offset..].chars().next().map(|c| (offset, c))
}

/// Whether XML 1.0 does not allow a character.
fn is_illegal(c: char) -> bool {
    c < ' ' && !matches!(c, '\t' | '\n' | '\r') || matches!(c, '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_that_is_named_beside_a_document_is_heeded_where_it_says_none() {
        for (bytes, label, read) in [
            (&b"<a>\xa4 \x80</a>"[..], "windows-1252", Some("<a>\u{a4} \u{20ac}</a>")),
            (b"<a>\xa4</a>", "ISO-8859-15", Some("<a>\u{20ac}</a>")),
            (b"<a>\xe9</a>", "latin1", Some("<a>\u{e9}</a>")),
            ("<a>\u{e9}</a>".as_bytes(), "utf-8", Some("<a>\u{e9}</a>")),
            (b"<a>e</a>", "koi8-r", Some("<a>e</a>")),
            (b"<a>\xe9</a>", "koi8-r", None),
        ] {
            let found = recoded(bytes, label).ok().map(|text| String::from_utf8(text.into_owned()).unwrap());
            assert_eq!(found.as_deref(), read, "{label}");
        }
        let says = b"<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><a>\xa4</a>";
        for label in ["windows-1252", "koi8-r"] {
            assert_eq!(
                recoded(says, label),
                Ok(Cow::Borrowed(&says[..])),
                "the document itself goes before that"
            );
        }
    }

    #[test]
    fn a_document_is_known_by_its_first_tag() {
        for document in
            [&b"<a/>"[..], b" \r\n\t<a/>", b"\xef\xbb\xbf <a/>", b"\xff\xfe<\0", b"\0<\0a", b"<\0a\0"]
        {
            assert!(looks_like_xml(document), "{document:?}");
        }
        for other in [&b""[..], b"xml=%3Ca%3E", b"{}", b"--b\r\n<a/>", b"\xef\xbb\xbf"] {
            assert!(!looks_like_xml(other), "{other:?}");
        }
    }
}

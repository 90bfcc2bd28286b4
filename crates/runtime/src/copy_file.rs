//! A file that is handed over as a copy: of a kind that people can open, known by its first bytes and not by what it is called. Pure.

use persistence::Body;

/// What kinds of files are taken, and how each begins.
const KINDS: &[(&str, &str, &[&[u8]])] = &[
    ("application/pdf", "pdf", &[b"%PDF-"]),
    ("image/tiff", "tif", &[b"II*\0", b"MM\0*"]),
    ("image/jpeg", "jpg", &[b"\xff\xd8\xff"]),
    ("image/png", "png", &[b"\x89PNG\r\n\x1a\n"]),
];

/// A file that can be handed over.
#[derive(Clone, PartialEq, Eq)]
pub struct CopyFile {
    kind: &'static str,
    bytes: Vec<u8>,
}

/// Why a file is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCopy {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is too large.
    #[error("the file has more than the {most} bytes that a copy may have (`copies.size`)")]
    TooLarge {
        /// The most there may be.
        most: u64,
    },
    /// It is of no kind that is taken.
    #[error("the file is none of those that are taken as a copy: {}", kinds())]
    Kind,
    /// Nobody could fetch it.
    #[error("nobody could fetch it: `copies.links` does not say where this gateway is reached from outside")]
    NoAddress,
}

/// The kinds that are taken, for people.
fn kinds() -> String {
    KINDS.iter().map(|(kind, _, _)| *kind).collect::<Vec<_>>().join(", ")
}

impl CopyFile {
    /// The file, if it is one that is taken.
    ///
    /// # Errors
    /// When it is empty, too large or of another kind.
    pub fn new(bytes: Vec<u8>, most: u64) -> Result<Self, NoCopy> {
        if bytes.is_empty() {
            return Err(NoCopy::Empty);
        }
        if bytes.len() as u64 > most {
            return Err(NoCopy::TooLarge { most });
        }
        let begins = |starts: &[&[u8]]| starts.iter().any(|start| bytes.starts_with(start));
        let kind = KINDS.iter().find(|(_, _, starts)| begins(starts)).map(|(kind, _, _)| *kind);
        Ok(Self { kind: kind.ok_or(NoCopy::Kind)?, bytes })
    }

    /// What the names of such files end with, for the browser's choice of files.
    pub fn endings() -> impl Iterator<Item = &'static str> {
        KINDS.iter().map(|(_, ending, _)| *ending)
    }

    /// What the name of a file of this media type ends with.
    pub fn ending(media: &str) -> &'static str {
        KINDS.iter().find(|(kind, _, _)| *kind == media).map_or("bin", |(_, ending, _)| *ending)
    }

    /// How many bytes it has.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// As the store takes it: sealed, without a redacted form.
    pub fn body(self) -> Body {
        Body { content_type: self.kind.to_owned(), plaintext: self.bytes, redacted: None }
    }
}

impl std::fmt::Debug for CopyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CopyFile").field("kind", &self.kind).field("bytes", &self.bytes.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_how_it_begins() {
        for (bytes, kind) in [
            (b"%PDF-1.7\n...".as_slice(), "application/pdf"),
            (b"II*\0....", "image/tiff"),
            (b"MM\0*....", "image/tiff"),
            (b"\xff\xd8\xff\xe0....", "image/jpeg"),
            (b"\x89PNG\r\n\x1a\n....", "image/png"),
        ] {
            assert_eq!(CopyFile::new(bytes.to_vec(), 100).unwrap().body().content_type, kind);
        }
        for bad in [b"<html><script>".as_slice(), b"MZ\x90", b"PK\x03\x04", b"GIF89a", b" %PDF-1.7"] {
            assert_eq!(CopyFile::new(bad.to_vec(), 100), Err(NoCopy::Kind));
        }
    }

    #[test]
    fn a_file_has_something_in_it_and_an_end() {
        assert_eq!(CopyFile::new(Vec::new(), 9), Err(NoCopy::Empty));
        assert!(CopyFile::new(b"%PDF-1.7\n".to_vec(), 9).is_ok());
        assert_eq!(CopyFile::new(b"%PDF-1.7\n.".to_vec(), 9), Err(NoCopy::TooLarge { most: 9 }));
    }
}

//! Documents that nobody should send.

use ncip::{ReadOptions, UnreadableKind, read};
use proptest::prelude::*;

use crate::made::TestRng;

/// A document with some of its tags left out, doubled or renamed.
pub(crate) fn damaged(text: &str, seed: u64) -> String {
    let mut rng = TestRng::new(seed + 77);
    let elements: Vec<(usize, usize)> = leaves(text);
    let mut damaged = text.to_owned();
    let Some((start, end)) = elements.get(rng.below(elements.len().max(1))).copied() else { return damaged };
    match rng.below(4) {
        0 => damaged.replace_range(start..end, ""),
        1 => damaged.insert_str(end, &text[start..end]),
        2 => damaged.replace_range(start..end, "<Nonsense>?</Nonsense>"),
        _ => damaged.insert_str(start, "stray"),
    }
    damaged
}

/// Where the elements without elements in them stand.
fn leaves(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, _) in text.match_indices('<') {
        let end = text[at..].find('>').map_or(text.len(), |end| at + end + 1);
        match (&text[at..end], start) {
            (tag, Some(from)) if tag.starts_with("</") => {
                found.push((from, end));
                start = None;
            }
            (tag, _) if tag.starts_with("</") => start = None,
            (tag, _) if tag.ends_with("/>") => found.push((at, end)),
            _ => start = Some(at),
        }
    }
    found
}

#[test]
fn entities_are_not_expanded_and_internal_subsets_refused() {
    let bomb = "<!DOCTYPE NCIPMessage [<!ENTITY a \"aaaa\">]><NCIPMessage version=\"x\"><LookupUser>&a;</LookupUser></NCIPMessage>";
    assert_eq!(read(bomb.as_bytes(), &ReadOptions::default()).unwrap_err().kind, UnreadableKind::NotXml);
}

#[test]
fn an_external_document_type_is_read_past() {
    let text = "<!DOCTYPE NCIPMessage SYSTEM \"file:///nowhere\"><NCIPMessage version=\"http://www.niso.org/ncip/v1_0/imp1/dtd/ncip_v1_0.dtd\"><LookupUser/></NCIPMessage>";
    let reading = read(text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(reading.message.body.element(), "LookupUser");
    assert!(!reading.is_acceptable());
}

#[test]
fn other_documents_are_none() {
    for text in ["<html><body>It works!</body></html>", "<NCIPMessage/>", "<NCIPMessage xmlns=\"urn:x\"/>"] {
        let error = read(text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert_eq!(error.kind, UnreadableKind::NotAMessage, "{text}: {error}");
    }
    for text in ["", "It works!", "<NCIPMessage>"] {
        let error = read(text.as_bytes(), &ReadOptions::default()).unwrap_err();
        assert_eq!(error.kind, UnreadableKind::NotXml, "{text}: {error}");
    }
}

proptest! {
    /// Any bytes are read or refused, never more.
    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes, &ReadOptions::default());
    }

    /// So are documents of the right names in any order.
    #[test]
    fn no_tags_bring_it_down(tags in prop::collection::vec(0..12usize, 0..60)) {
        const TAGS: [&str; 12] = [
            "<LookupUserResponse>", "</LookupUserResponse>", "<UserId>", "</UserId>", "<Problem>", "</Problem>",
            "<ProcessingError>", "</ProcessingError>", "<ProcessingErrorElement>", "</ProcessingErrorElement>",
            "<ElementName>a", "</ElementName>",
        ];
        let inside: String = tags.iter().map(|tag| TAGS[*tag]).collect();
        let _ = read(format!("<NCIPMessage>{inside}</NCIPMessage>").as_bytes(), &ReadOptions::default());
    }
}

//! The link of a copy, and where each edition has it: 2021-2 in `URL`, 1.2 in `itemId` beside `sentVia` URL. The model has one home for it,
//! [`DeliveryInfo::url`]. Must never take a link away that is no copy's: an item that was sent in another way keeps its id, whatever it
//! looks like.

use crate::{DeliveryInfo, DeliveryMethod};

/// The schemes of links that can be followed.
const SCHEMES: &[&str] = &["https://", "http://", "ftps://", "sftp://", "ftp://"];

/// Between the ids of several items in one element.
const BETWEEN: &[char] = &[',', ';', '|', ' ', '\t', '\r', '\n'];

/// Whether a text is a link that can be followed, and nothing beside it.
pub fn is_link(text: &str) -> bool {
    let text = text.trim();
    let begins = |scheme: &str| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len()
    };
    SCHEMES.iter().any(|scheme| begins(scheme)) && !text.contains(char::is_whitespace)
}

impl DeliveryInfo {
    /// Whether what was sent is fetched by its link.
    pub fn is_sent_by_link(&self) -> bool {
        self.delivery_method.as_ref().is_some_and(|method| method.code() == Some(DeliveryMethod::URL))
    }

    /// Puts the link to its home in the model; the ids of other items stay.
    pub(crate) fn link_to_its_home(&mut self) {
        if !self.is_sent_by_link() {
            return;
        }
        let mut link = self.url.take().filter(|url| !url.trim().is_empty());
        let mut items = Vec::new();
        for text in self.item_id.drain(..) {
            let (found, rest) = parted(&text);
            match (found, &link) {
                (None, _) => items.push(text),
                (Some(found), Some(known)) if known.trim() != found => items.push(text),
                (Some(found), _) => {
                    link.get_or_insert(found);
                    items.extend(Some(rest).filter(|rest| !rest.is_empty()));
                }
            }
        }
        self.item_id = items;
        self.url = link;
    }

    /// Puts the link where 1.2 has it. The ids that had that place are given back, for the note.
    pub(crate) fn link_to_item_id(&mut self) -> Vec<String> {
        let items = self.item_id.iter().any(|item| !item.trim().is_empty());
        if !self.is_sent_by_link() && (self.delivery_method.is_some() || items) {
            return Vec::new();
        }
        let Some(url) = self.url.take_if(|url| !url.trim().is_empty()) else { return Vec::new() };
        self.delivery_method.get_or_insert_with(|| DeliveryMethod::URL.into());
        let mut others = std::mem::replace(&mut self.item_id, vec![url]);
        others.retain(|item| !item.trim().is_empty());
        others
    }
}

/// The first link in a text that may hold the ids of several items, and the others.
fn parted(text: &str) -> (Option<String>, String) {
    let lower = text.to_ascii_lowercase();
    let starts_at =
        |at: &usize| text[..*at].chars().next_back().is_none_or(|before| BETWEEN.contains(&before));
    let begins = SCHEMES.iter().flat_map(|scheme| lower.match_indices(scheme)).map(|(at, _)| at);
    let Some(begin) = begins.filter(starts_at).min() else { return (None, text.to_owned()) };
    let ends = text[begin..].find(char::is_whitespace).map_or(text.len(), |length| begin + length);
    let link = match ends == text.len() {
        true => &text[begin..],
        // Between two ids a comma is none of the link's.
        false => text[begin..ends].trim_end_matches(BETWEEN),
    };
    if !is_link(link) {
        return (None, text.to_owned());
    }
    let around = [&text[..begin], &text[ends..]].map(|part| part.trim_matches(BETWEEN));
    let rest: Vec<&str> = around.into_iter().filter(|part| !part.is_empty()).collect();
    (Some(link.to_owned()), rest.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Open;

    #[test]
    fn only_a_link_that_can_be_followed_is_one() {
        for link in
            ["https://x.example/1", "HTTP://x.example", " ftp://x/1 ", "sftp://x/1", "https://x/a,b?c=1&d=2"]
        {
            assert!(is_link(link), "{link}");
        }
        for other in [
            "",
            "https://",
            "30123",
            "www.x.example/1",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://x/ 1",
        ] {
            assert!(!is_link(other), "{other}");
        }
    }

    /// Items, URL and method as they come; the link and items of the model.
    type Row = (
        &'static [&'static str],
        Option<&'static str>,
        &'static str,
        Option<&'static str>,
        &'static [&'static str],
    );

    #[test]
    fn the_link_of_what_is_sent_by_url_has_one_home() {
        let rows: &[Row] = &[
            (&["https://x/1"], None, "URL", Some("https://x/1"), &[]),
            (&["https://x/1"], None, "url ", Some("https://x/1"), &[]),
            (&[" https://x/1\n"], None, "URL", Some("https://x/1"), &[]),
            (&["A", "https://x/1", "B"], None, "URL", Some("https://x/1"), &["A", "B"]),
            (&["A, https://x/1, B"], None, "URL", Some("https://x/1"), &["A, B"]),
            (&["A,https://x/1"], None, "URL", Some("https://x/1"), &["A"]),
            (&["https://x/1,2"], None, "URL", Some("https://x/1,2"), &[]),
            (&["A"], Some("https://x/1"), "URL", Some("https://x/1"), &["A"]),
            (&["https://x/1"], Some("https://x/1"), "URL", Some("https://x/1"), &[]),
            (&["https://x/2"], Some("https://x/1"), "URL", Some("https://x/1"), &["https://x/2"]),
            (&["https://x/1", "https://x/2"], None, "URL", Some("https://x/1"), &["https://x/2"]),
            (&["https://x/1"], Some(" "), "URL", Some("https://x/1"), &[]),
            (&["A"], None, "URL", None, &["A"]),
            (&["Ahttps://x/1"], None, "URL", None, &["Ahttps://x/1"]),
            // A barcode may be a link too.
            (&["https://x/1"], None, "Mail", None, &["https://x/1"]),
            (&["https://x/1"], None, "", None, &["https://x/1"]),
        ];
        for (items, url, method, link, others) in rows {
            let mut delivery = DeliveryInfo {
                item_id: items.iter().map(|&item| item.to_owned()).collect(),
                url: url.map(str::to_owned),
                delivery_method: Some(*method).filter(|method| !method.is_empty()).map(Open::new),
                ..DeliveryInfo::default()
            };
            delivery.link_to_its_home();
            assert_eq!(
                (delivery.url.as_deref(), &delivery.item_id[..]),
                (*link, &others.iter().map(|&o| o.to_owned()).collect::<Vec<_>>()[..]),
                "{items:?} {url:?} {method}"
            );
        }
    }
}

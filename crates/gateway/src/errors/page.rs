//! The page of an error, and all of them as a document.

use std::fmt::Write;

use serde::Serialize;

use super::ERRORS;

/// What an error means, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorPage {
    /// Its name: `peer.unknown`.
    pub slug: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The page of an error, if there is one by that name.
pub fn find(slug: &str) -> Option<&'static ErrorPage> {
    ERRORS.iter().find(|page| page.slug == slug)
}

/// The names that a text may have meant: those of its area or with its words in them.
pub fn nearest(text: &str) -> Vec<&'static str> {
    let area = text.split_once('.').map_or(text, |(area, _)| area);
    let words: Vec<&str> = text.split(['.', '-']).filter(|word| word.len() > 2).collect();
    let fits = |slug: &str| {
        let own = slug.split_once('.').map_or(slug, |(own, _)| own);
        own == area || words.iter().any(|word| slug.contains(word))
    };
    ERRORS.iter().map(|page| page.slug).filter(|slug| fits(slug)).collect()
}

/// All pages, as Markdown.
pub fn document() -> String {
    let mut text = "# Errors\n\nGenerated from the code. Each error that can be met in logs, incidents, problems of the API and on the command \
                    line, under the name that it has everywhere. `illgate explain NAME` shows its page.\n"
        .to_owned();
    let mut area = "";
    for page in ERRORS {
        let own = page.slug.split_once('.').map_or(page.slug, |(own, _)| own);
        if own != area {
            let _ = write!(text, "\n## {own}\n");
            area = own;
        }
        let _ = write!(text, "\n### {}\n\n{}\n\n**What to do:** {}\n", page.slug, page.means, page.remedy);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_found_by_its_name_and_others_by_what_is_like_it() {
        assert_eq!(find("peer.unknown").map(|page| page.slug), Some("peer.unknown"));
        assert!(find("peer").is_none());
        assert!(nearest("peer.unkown").contains(&"peer.unknown"));
        assert!(nearest("undeliverable").contains(&"mail.undeliverable"));
        assert!(nearest("zzz").is_empty());
    }

    #[test]
    fn the_document_is_fresh_and_has_every_page() {
        let text = document();
        let at = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/errors.md");
        if std::env::var_os("ILLGATE_BLESS").is_some() {
            std::fs::write(at, &text).unwrap();
        }
        let kept = std::fs::read_to_string(at).unwrap_or_default();
        assert!(kept == text, "schemas/errors.md is stale: run `ILLGATE_BLESS=1 cargo test -p gateway`");
        for page in ERRORS {
            assert!(text.contains(&format!("\n### {}\n", page.slug)));
        }
    }
}

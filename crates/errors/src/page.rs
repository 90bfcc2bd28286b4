//! The form of an error's page. The pages themselves are written above, and handed to what shows them.

use serde::Serialize;

use super::{ALL, Blame};

/// What an error means, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorPage {
    /// Its name: `peer.unknown`.
    pub slug: &'static str,
    /// Whose it is.
    pub blame: Blame,
    /// What it means.
    pub means: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// The page of an error among these, if there is one by that name.
pub fn find<'a>(pages: &'a [ErrorPage], slug: &str) -> Option<&'a ErrorPage> {
    pages.iter().find(|page| page.slug == slug)
}

/// The names that a text may have meant: those of its area or with its words in them.
pub fn nearest(text: &str) -> Vec<&'static str> {
    let area = text.split_once('.').map_or(text, |(area, _)| area);
    let words: Vec<&str> = text.split(['.', '-']).filter(|word| word.len() > 2).collect();
    let fits = |slug: &str| {
        let own = slug.split_once('.').map_or(slug, |(own, _)| own);
        own == area || words.iter().any(|word| slug.contains(word))
    };
    ALL.iter().map(|slug| slug.as_str()).filter(|slug| fits(slug)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_what_is_like_them() {
        assert!(nearest("peer.unkown").contains(&"peer.unknown"));
        assert!(nearest("undeliverable").contains(&"mail.undeliverable"));
        assert!(nearest("zzz").is_empty());
    }
}

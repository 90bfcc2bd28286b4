//! The pages of the errors, and all of them as a document. Must never name an error that crate `errors` does not declare.

mod table;

pub(crate) use self::table::PAGES;

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use errors::{ALL, Slug, find};
    use state_machine::{borrowing, brokering, lending};

    use super::*;

    #[test]
    fn each_error_has_one_page_that_says_what_it_means_and_what_to_do() {
        let declared: Vec<&str> = ALL.iter().map(|slug| slug.as_str()).collect();
        let written: Vec<&str> = PAGES.iter().map(|page| page.slug).collect();
        assert_eq!(written, declared, "one page each, in the same order");
        for page in PAGES {
            for sentence in [page.means, page.remedy] {
                assert!(sentence.len() > 20 && sentence.ends_with('.'), "{}: {sentence}", page.slug);
            }
        }
    }

    #[test]
    fn a_page_is_found_by_its_name() {
        assert_eq!(find(PAGES, "peer.unknown").map(|page| page.slug), Some("peer.unknown"));
        assert!(find(PAGES, "peer").is_none());
        assert!(PAGES.iter().all(|page| Slug::find(page.slug).map(Slug::blame) == Some(page.blame)));
    }

    #[test]
    fn every_incident_of_the_machines_is_declared() {
        for slug in [brokering::INCIDENTS, borrowing::INCIDENTS, lending::INCIDENTS].concat() {
            assert!(Slug::find(slug).is_some(), "the incident {slug} has no page");
        }
    }

    #[test]
    fn the_document_is_fresh_and_has_every_page() {
        let text = document();
        testkit::same_as_checked_in("schemas/errors.md", &text);
        for page in PAGES {
            assert!(text.contains(&format!("\n### {}\n", page.slug)));
        }
    }

    /// All pages, as Markdown.
    fn document() -> String {
        let mut text = "# Errors\n\nGenerated from the code. Each error that can be met in logs, incidents, problems of the API and on the command \
                        line, under the name that it has everywhere. `illgate explain NAME` shows its page.\n"
            .to_owned();
        let mut area = "";
        for page in PAGES {
            let own = page.slug.split_once('.').map_or(page.slug, |(own, _)| own);
            if own != area {
                let _ = write!(text, "\n## {own}\n");
                area = own;
            }
            let _ = write!(
                text,
                "\n### {}\n\n{}\n\n**What to do:** {}\n\n**Blame:** {}\n",
                page.slug,
                page.means,
                page.remedy,
                page.blame.as_str()
            );
        }
        text
    }
}

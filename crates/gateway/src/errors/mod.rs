//! The errors that an operator can meet, each under a name that stays: the same in logs, incidents, problems of the API and on the command line.
//! What each means and what to do about it is declared once, in `table`. Must never name an error that has no page.

mod page;
mod table;

pub use self::{
    page::{ErrorPage, document, find, nearest},
    table::ERRORS,
};

/// The name of an error, which has a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(&'static str);

impl Slug {
    /// The name; outside of constants, [`slug!`](crate::slug) is the way to one.
    ///
    /// # Panics
    /// When the table has no such page. In a constant that is an error of the compiler.
    pub const fn of(name: &'static str) -> Self {
        let mut at = 0;
        while at < ERRORS.len() {
            if same(ERRORS[at].slug.as_bytes(), name.as_bytes()) {
                return Self(name);
            }
            at += 1;
        }
        panic!("this error has no page: say in errors/table.rs what it means and what to do")
    }

    /// As text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != other[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The name of an error, looked up while compiling: one without a page does not compile.
#[macro_export]
macro_rules! slug {
    ($name:literal) => {
        const { $crate::errors::Slug::of($name) }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use state_machine::{borrowing, brokering, lending};

    use super::*;

    #[test]
    fn each_error_has_one_page_that_says_what_it_means_and_what_to_do() {
        let mut seen = BTreeSet::new();
        for page in ERRORS {
            assert!(seen.insert(page.slug), "{} is declared twice", page.slug);
            let (area, name) = page.slug.split_once('.').expect("an area and a name");
            for word in [area, name] {
                let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
                assert!(plain && !word.is_empty(), "{}", page.slug);
            }
            for sentence in [page.means, page.remedy] {
                assert!(sentence.len() > 20 && sentence.ends_with('.'), "{}: {sentence}", page.slug);
            }
        }
        assert!(ERRORS.is_sorted_by_key(|page| page.slug), "they are looked up by people: in their order");
    }

    #[test]
    fn every_incident_of_the_machines_has_a_page() {
        for slug in [brokering::INCIDENTS, borrowing::INCIDENTS, lending::INCIDENTS].concat() {
            assert!(find(slug).is_some(), "the incident {slug} has no page");
        }
    }
}

//! Who asked for what lately, to tell a request that comes round from copies of one thing. In memory alone: a circle that outlasts a restart is
//! told anew. Must never judge: what is asked for is told alike, and no more.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, VecDeque},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use iso18626::BibliographicInfo;
use loan_model::{PeerId, names::HOP};
use persistence::RequestId;

/// How many things are remembered.
const REMEMBERED: usize = 20_000;
/// How many requests for one thing are.
const OF_ONE: usize = 64;

/// Who asked for what lately.
#[derive(Debug, Default)]
pub struct Turns(Mutex<BTreeMap<Name, VecDeque<Turn>>>);

/// A request for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) by: PeerId,
    pub(super) request: RequestId,
    /// What is asked for, to the letter.
    pub(super) thing: u64,
}

/// One of the names of a thing: its title, or a number of it.
type Name = u64;

impl Turns {
    /// Notes that it was asked for.
    pub(crate) fn note(&self, by: &PeerId, info: &BibliographicInfo, request: RequestId) {
        let turn = Turn { by: by.clone(), request, thing: thing(info) };
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names(info) {
            // Ids of requests grow: the thing that was asked for last longest ago makes way.
            if turns.len() >= REMEMBERED && !turns.contains_key(&name) {
                let oldest = turns.iter().min_by_key(|(_, of_it)| of_it.back().map(|turn| turn.request));
                let oldest = oldest.map(|(name, _)| *name);
                oldest.map(|name| turns.remove(&name));
            }
            let of_it = turns.entry(name).or_default();
            if of_it.len() == OF_ONE {
                of_it.pop_front();
            }
            of_it.push_back(turn.clone());
        }
    }

    /// The requests for what may be the same, by any of its names, the latest first.
    pub(super) fn of(&self, info: &BibliographicInfo) -> Vec<Turn> {
        let turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let named = names(info).into_iter().filter_map(|name| turns.get(&name)).flatten();
        let mut found: Vec<Turn> = named.cloned().collect();
        found.sort_by_key(|turn| Reverse(turn.request));
        found.dedup();
        found
    }
}

/// The names by which a thing may be told again: a broker on the way may leave some of them out, or write one in its own way.
fn names(info: &BibliographicInfo) -> Vec<Name> {
    let name = |kind: &str, parts: &[Option<&str>]| {
        let parts: Vec<String> = parts.iter().map(|part| bare(part.unwrap_or_default())).collect();
        let mut hasher = DefaultHasher::new();
        (kind, &parts).hash(&mut hasher);
        parts.first().filter(|first| !first.is_empty()).map(|_| hasher.finish())
    };
    let volume = info.volume.join(" ");
    let part = [info.title_of_component.as_deref(), Some(&*volume), info.issue.as_deref()];
    let titled = name("title", &[&[info.title.as_deref()], &part[..]].concat());
    let items = info.bibliographic_item_id.iter().map(|it| &it.identifier);
    let records =
        info.bibliographic_record_id.iter().filter(|it| it.code.value != HOP).map(|it| &it.identifier);
    let numbers = items.chain(records).chain(&info.supplier_unique_record_id);
    titled.into_iter().chain(numbers.filter_map(|it| name("number", &[Some(it)]))).collect()
}

/// Its letters and figures.
fn bare(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is asked for, as a number. Each list is told from the next.
pub(super) fn thing(info: &BibliographicInfo) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&info.title, &info.author, &info.title_of_component, &info.volume, &info.issue).hash(&mut hasher);
    (&info.pages_requested, &info.supplier_unique_record_id).hash(&mut hasher);
    let numbers = info.bibliographic_item_id.iter().map(|number| &number.identifier);
    numbers.collect::<Vec<_>>().hash(&mut hasher);
    // A mark of ours is another one each time; a record may be all that says what is wanted.
    let records = info.bibliographic_record_id.iter().filter(|record| record.code.value != HOP);
    records.map(|record| &record.identifier).collect::<Vec<_>>().hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use iso18626::{BibliographicItemId, BibliographicRecordId, Open};
    use persistence::UnixMillis;

    use super::*;

    fn titled(title: &str, author: &str) -> BibliographicInfo {
        BibliographicInfo {
            title: Some(title.to_owned()),
            author: Some(author.to_owned()),
            ..BibliographicInfo::default()
        }
    }

    fn numbered(numbers: &[&str], records: &[&str]) -> BibliographicInfo {
        BibliographicInfo {
            bibliographic_item_id: numbers
                .iter()
                .map(|number| BibliographicItemId {
                    identifier: (*number).to_owned(),
                    code: Open::new("ISBN"),
                })
                .collect(),
            bibliographic_record_id: records
                .iter()
                .map(|record| BibliographicRecordId {
                    identifier: (*record).to_owned(),
                    code: Open::new("OCLC"),
                })
                .collect(),
            ..BibliographicInfo::default()
        }
    }

    #[test]
    fn things_are_told_apart_by_where_each_word_stands() {
        for (one, other) in [
            (titled("a", "bc"), titled("ab", "c")),
            (numbered(&["1", "2"], &[]), numbered(&["1"], &["2"])),
            (numbered(&[], &["1"]), numbered(&["1"], &[])),
        ] {
            assert_ne!(thing(&one), thing(&other), "{one:?} and {other:?}");
            assert_eq!(thing(&one), thing(&one.clone()));
        }
    }

    #[test]
    fn what_a_broker_leaves_out_or_writes_in_its_own_way_is_found_again() {
        let request = |number: i64| RequestId::new(UnixMillis::new(number), 1);
        let (turns, north) = (Turns::default(), PeerId::new("north"));
        let whole =
            BibliographicInfo { title: Some("The Cloud Atlas.".to_owned()), ..numbered(&["978-3"], &["17"]) };
        turns.note(&north, &whole, request(1));
        turns.note(&north, &titled("Another", "x"), request(2));
        for part in [titled("the cloud atlas", "y"), numbered(&["9783"], &[]), numbered(&[], &["17"])] {
            let found = turns.of(&part);
            assert_eq!(found.iter().map(|turn| turn.request).collect::<Vec<_>>(), [request(1)], "{part:?}");
        }
        let volume = BibliographicInfo { volume: vec!["2".to_owned()], ..titled("The Cloud Atlas.", "") };
        for other in [titled("The Cloud", ""), numbered(&["18"], &[]), volume, BibliographicInfo::default()] {
            assert_eq!(turns.of(&other), [], "{other:?}");
        }
    }

    #[test]
    fn so_many_are_remembered_and_no_more() {
        let request = |number: usize| RequestId::new(UnixMillis::new(i64::try_from(number).unwrap()), 1);
        let (turns, north) = (Turns::default(), PeerId::new("north"));
        for number in 0..2 * OF_ONE {
            turns.note(&north, &titled("The same", ""), request(number));
        }
        assert_eq!(turns.of(&titled("The same", "")).len(), OF_ONE);
        assert_eq!(turns.of(&titled("The same", ""))[0].request, request(2 * OF_ONE - 1));
        let book = |number: usize| titled(&format!("Book {number}"), "");
        for number in 0..=REMEMBERED {
            turns.note(&north, &book(number), request(1000 + number));
            assert!(turns.0.lock().unwrap().len() <= REMEMBERED);
            if number % 4 == 0 && number < 40 {
                assert_eq!(turns.of(&book(number)).len(), 1);
            }
        }
        assert_eq!(turns.of(&titled("The same", "")), [], "it was asked for longest ago");
    }
}

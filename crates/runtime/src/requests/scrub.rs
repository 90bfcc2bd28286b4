//! What a peer says is wrong is kept for the operator; should it quote the patron, those words are struck out. Must never keep a word
//! that was sealed.

use iso18626::{Address, ErrorData};
use loan_model::sealed::SealedParts;

/// Shorter words are struck out only where they stand alone: they are in too many others.
const SHORT: usize = 4;
/// What stands for a word that was struck out.
const STRUCK: &str = "***";

/// Errors without the words of these sealed parts.
pub(super) fn scrubbed(errors: &[ErrorData], parts: &SealedParts) -> Vec<ErrorData> {
    let words = words(parts);
    let scrub = |error: &ErrorData| ErrorData {
        error_type: error.error_type.clone(),
        error_value: error.error_value.as_ref().map(|text| strike(text, &words)),
    };
    errors.iter().map(scrub).collect()
}

/// Every sealed word, longest first. Of the note each line is one, whole.
pub fn words(parts: &SealedParts) -> Vec<String> {
    let mut words: Vec<String> = parts.note.iter().flat_map(|note| note.lines()).map(str::to_owned).collect();
    if let Some(patron) = &parts.patron_info {
        words.extend([&patron.patron_id, &patron.surname, &patron.given_name].into_iter().flatten().cloned());
        patron.address.iter().for_each(|address| of_address(address, &mut words));
    }
    let delivery = parts.requested_delivery_info.iter().filter_map(|delivery| delivery.address.as_ref());
    delivery.for_each(|address| of_address(address, &mut words));
    words.iter_mut().for_each(|word| *word = word.trim().to_owned());
    words.retain(|word| !word.is_empty());
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

fn of_address(address: &Address, words: &mut Vec<String>) {
    match address {
        Address::Electronic(address) => words.push(address.data.clone()),
        Address::Physical(address) => {
            words.extend([&address.line1, &address.line2].into_iter().flatten().cloned());
        }
    }
}

fn strike(text: &str, words: &[String]) -> String {
    let mut left = text.to_owned();
    for word in words {
        left = strike_word(&left, word);
    }
    left
}

/// Strikes a word out whatever its letter case.
fn strike_word(text: &str, word: &str) -> String {
    let short = word.chars().count() < SHORT;
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    let mut before = None;
    while let Some(next) = rest.chars().next() {
        let end = same_start(rest, word);
        let alone = |end: usize| {
            let part_of_word = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
            !part_of_word(before) && !part_of_word(rest[end..].chars().next())
        };
        match end {
            Some(end) if !short || alone(end) => {
                left.push_str(STRUCK);
                before = rest[..end].chars().next_back();
                rest = &rest[end..];
            }
            _ => {
                left.push(next);
                before = Some(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    left
}

/// Where `word` ends, if `text` begins with it, whatever its letter case.
fn same_start(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in word.chars() {
        let (_, found) = letters.next()?;
        if !found.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(index, _)| index))
}

#[cfg(test)]
mod tests {
    use iso18626::{ErrorType, PatronInfo};

    use super::*;

    #[test]
    fn sealed_words_are_struck_out_and_no_others() {
        let parts = SealedParts {
            patron_info: Some(PatronInfo {
                surname: Some("Åberg".to_owned()),
                given_name: Some("Bo".to_owned()),
                patron_id: Some("P-4711".to_owned()),
                ..PatronInfo::default()
            }),
            note: Some("by Friday\n\nfor Ms A".to_owned()),
            ..SealedParts::default()
        };
        let error = |text: &str| ErrorData {
            error_type: ErrorType::UnrecognisedDataValue,
            error_value: Some(text.to_owned()),
        };
        for (told, kept) in [
            ("patron åBERG, Bo (p-4711) owes a book", "patron ***, *** (***) owes a book"),
            ("the Bookshelf of Bo", "the Bookshelf of ***"),
            ("note: BY FRIDAY is late", "note: *** is late"),
            ("title: not here", "title: not here"),
        ] {
            assert_eq!(scrubbed(&[error(told)], &parts), [error(kept)]);
        }
    }
}

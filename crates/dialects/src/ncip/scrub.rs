//! Text of an ILS without patron data, so that it can be kept and shown.

/// More than this of a text is not kept.
const LONGEST: usize = 200;

/// The text with each private word (whatever its letter case) put out, on one line, cut to a length that can be shown.
pub(crate) fn scrubbed(text: &str, private: &[&str]) -> String {
    let mut text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.retain(|c| !c.is_control());
    for word in private.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        text = without(&text, word);
    }
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text,
    }
}

/// What is in the place of a private word.
const OUT: &str = "***";

fn without(text: &str, word: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let word: Vec<char> = word.chars().collect();
    let same = |at: usize| {
        chars[at..].len() >= word.len()
            && std::iter::zip(&chars[at..], &word).all(|(a, b)| a.to_lowercase().eq(b.to_lowercase()))
    };
    // A short one is put out only where it is a word of its own: it may be part of any word.
    let alone = |at: usize| {
        let edge = |c: Option<&char>| c.is_none_or(|c| !c.is_alphanumeric());
        edge(at.checked_sub(1).and_then(|before| chars.get(before))) && edge(chars.get(at + word.len()))
    };
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        if same(at) && (word.len() >= 4 || alone(at)) {
            out.push_str(OUT);
            at += word.len();
        } else {
            out.push(chars[at]);
            at += 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn private_words_are_put_out() {
        for (text, private, shown) in [
            ("User 21234567 is blocked", &["21234567"][..], "User *** is blocked"),
            ("user <ab-12cd> unknown\n at  line 1", &["AB-12CD"], "user <***> unknown at line 1"),
            (
                "Jane Doe, card 7, owes 17",
                &["Jane", "Doe", "7"],
                "***, card ***, owes 17".replace("***, card", "*** ***, card").leak(),
            ),
            ("nothing private", &["", "  "], "nothing private"),
        ] {
            assert_eq!(scrubbed(text, private), shown);
        }
    }

    proptest! {
        #[test]
        fn no_private_word_is_left_and_the_text_stays_short(before in ".{0,120}", word in "[A-Za-z0-9-]{4,20}", after in ".{0,400}") {
            let text = scrubbed(&format!("{before}{word}{after}"), &[&word]);
            prop_assert!(!text.to_lowercase().contains(&word.to_lowercase()), "{}", text);
            prop_assert!(text.chars().count() <= LONGEST + 3);
        }
    }
}

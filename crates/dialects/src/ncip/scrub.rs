//! Text of an ILS without patron data, so that it can be kept and shown.

use ncip::Problem;

/// More than this of a text is not kept.
const LONGEST: usize = 200;

/// More than this of a problem's text is not passed on.
pub(super) const LONGEST_PASSED_ON: usize = 400;

/// Cuts what a problem says to what a person can use: without stack traces, and not longer than can be shown.
pub(crate) fn bounded(problem: &mut Problem) {
    problem.problem_type.value = cut(&problem.problem_type.value);
    for text in [&mut problem.problem_detail, &mut problem.problem_element, &mut problem.problem_value] {
        *text = text.as_deref().map(cut).filter(|text| !text.is_empty());
    }
    if problem.problem_type.value.is_empty() {
        problem.problem_type.value =
            problem.problem_detail.take().unwrap_or_else(|| "no reason given".to_owned());
    }
    problem.ext = None;
}

fn cut(text: &str) -> String {
    shortened(one_line(text), LONGEST_PASSED_ON)
}

/// A text on one line, without stack traces and control characters.
fn one_line(text: &str) -> String {
    let mut traced = Traced::No;
    let lines = text.lines().filter(|line| {
        let indented = line.starts_with([' ', '\t']);
        let line = line.trim();
        if line.starts_with("Traceback (") {
            traced = Traced::Python;
            return false;
        }
        !(is_frame(line) || indented && traced == Traced::Python)
    });
    let mut text = lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ");
    text.retain(|c| !c.is_control());
    let cut = frame_within(&text).unwrap_or(text.len());
    text.truncate(cut);
    text.trim_end().to_owned()
}

/// Whether a trace was begun whose lines are known by their indent alone.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Traced {
    No,
    Python,
}

/// Whether a line is one of a stack trace.
fn is_frame(line: &str) -> bool {
    let numbered = line.strip_prefix('#').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    line.strip_prefix("at ").is_some_and(is_place)
        || line.starts_with("Caused by: ")
        || (line.starts_with("... ") && line.ends_with(" more"))
        || line.starts_with("File \"")
        || line.starts_with("--- End of ")
        || (numbered && line.contains(['(', '{']))
}

/// Where a stack trace begins within a line.
fn frame_within(text: &str) -> Option<usize> {
    let frames = text.match_indices(" at ").filter(|(at, word)| is_place(&text[at + word.len()..]));
    let causes = text.match_indices(" Caused by: ").chain(text.match_indices("Traceback (most recent"));
    frames.chain(causes).map(|(at, _)| at).min()
}

/// Whether a text begins with a place in a program: `org.x.Y.z(Y.java:12)`, `/lib/X.pm line 12`.
fn is_place(text: &str) -> bool {
    let call = text
        .split_once('(')
        .is_some_and(|(name, _)| name.contains('.') && !name.contains(char::is_whitespace));
    let file = text.split_once(" line ").is_some_and(|(name, rest)| {
        name.contains(['/', '\\', '.'])
            && !name.contains(char::is_whitespace)
            && rest.starts_with(|c: char| c.is_ascii_digit())
    });
    call || file
}

fn shortened(mut text: String, longest: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(longest) {
        text.truncate(end);
        text.push_str("...");
    }
    text
}

/// The text with each private word (whatever its letter case) put out, on one line, cut to a length that can be shown.
pub(crate) fn scrubbed(text: &str, private: &[&str]) -> String {
    let mut text = one_line(text);
    for word in private.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        text = without(&text, word);
    }
    shortened(text, LONGEST)
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

    #[test]
    fn a_stack_trace_is_no_reason() {
        for (text, shown) in [
            (
                "java.lang.NullPointerException: no user\n\tat org.x.Y.z(Y.java:12)\n\tat org.x.W.v(W.java:3)\n\t... 42 more",
                "java.lang.NullPointerException: no user",
            ),
            (
                "Lookup failed: boom at org.x.Y.z(Y.java:12) at org.x.W.v(W.java:3) Caused by: x",
                "Lookup failed: boom",
            ),
            ("System.Exception: no\r\n   at A.B.C(String d) in C:\\x.cs:line 12", "System.Exception: no"),
            (
                "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    x()\nValueError: bad card",
                "ValueError: bad card",
            ),
            ("Can't locate object at /usr/share/koha/C4/X.pm line 12.", "Can't locate object"),
            ("No user\n#0 /var/www/x.php(12): f()\n#1 {main}", "No user"),
            ("Ask at the desk (first floor) for help", "Ask at the desk (first floor) for help"),
            ("Closed at 5 p.m. (today)", "Closed at 5 p.m. (today)"),
        ] {
            assert_eq!(one_line(text), shown);
        }
    }

    #[test]
    fn what_a_problem_says_is_bounded_everywhere() {
        let long = "word ".repeat(2000);
        let mut problem =
            Problem::new(ncip::ProblemKind::UnknownUser).detail(&*long).element(&*long).value(&*long);
        problem.problem_type.value = long;
        bounded(&mut problem);
        let Problem { problem_type, problem_detail, problem_element, problem_value, ext: _ } = problem;
        for text in [Some(problem_type.value), problem_detail, problem_element, problem_value] {
            assert!((1..=LONGEST_PASSED_ON + 3).contains(&text.unwrap().chars().count()));
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

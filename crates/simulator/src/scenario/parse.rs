//! Reading a scenario: one parser for both vocabularies, and errors that say what to write instead.

use std::time::Duration;

use jiff::{SignedDuration, civil::Date};

use super::{
    Chain, Scenario, Timed,
    details::{Detail, Details, When},
    lex::{Token, What, tokens},
};
use crate::edit_distance::nearest;

/// What is wrong with a scenario, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {sentence}")]
pub struct ScenarioError {
    /// Line, from 1.
    pub line: usize,
    /// Column in letters, from 1.
    pub column: usize,
    /// What is wrong, and what could stand there.
    pub sentence: String,
}

/// A step, and the trigger that its word implies.
pub(super) type Begun<S> = (S, Option<<S as Vocabulary>::Trigger>);

/// The words one side may use.
pub(super) trait Vocabulary: Sized {
    /// What sets a chain off.
    type Trigger: Copy + PartialEq;

    /// What the steps before the first `on` wait for.
    const FIRST: Self::Trigger;

    /// The trigger that `text` means.
    fn trigger(text: &str) -> Option<Self::Trigger>;

    /// Every trigger's word.
    fn trigger_words() -> Vec<&'static str>;

    /// Reads the word that begins a step and what belongs to it; also the trigger it implies.
    fn begin(word: &str, args: &mut Args<'_>) -> Result<Option<Begun<Self>>, ScenarioError>;

    /// Every word that begins a step.
    fn words() -> Vec<&'static str>;

    /// Which details this step may have.
    fn allows(&self) -> Vec<Detail>;

    /// Puts the details in.
    fn detailed(self, details: Details) -> Self;
}

pub(super) fn parse<S: Vocabulary>(text: &str) -> Result<Scenario<S::Trigger, S>, ScenarioError> {
    let tokens = tokens(text);
    if let Some(open) = tokens.iter().find(|token| token.what == What::OpenQuote) {
        return Err(error_at(open, "this quote is never closed".to_owned()));
    }
    let mut chains: Vec<Chain<S::Trigger, S>> = Vec::new();
    for words in tokens.split(|token| token.what == What::StepEnd) {
        let Some(first) = words.first() else { continue };
        let (on, timed) = step::<S>(first, words)?;
        match (on, chains.last_mut()) {
            (None, Some(chain)) => chain.steps.push(timed),
            (on, _) => chains.push(Chain { on: on.unwrap_or(S::FIRST), steps: vec![timed] }),
        }
    }
    if chains.is_empty() {
        let sentence = format!("a scenario has at least one step: one of {}", listed(&S::words()));
        return Err(ScenarioError { line: 1, column: 1, sentence });
    }
    Ok(Scenario { chains })
}

/// One step: its word, then details, `on` and `after` in any order.
fn step<S: Vocabulary>(
    first: &Token,
    words: &[Token],
) -> Result<(Option<S::Trigger>, Timed<S>), ScenarioError> {
    let mut args = Args { tokens: words, at: 1 };
    let word = first.text().unwrap_or_default();
    let Some((step, implied)) = S::begin(word, &mut args)? else {
        let meant = nearest(word, S::words());
        let sentence = match meant {
            Some(meant) => format!("`{word}` is no step; did you mean `{meant}`?"),
            None => format!("`{word}` is no step; a step begins with one of {}", listed(&S::words())),
        };
        return Err(error_at(first, sentence));
    };
    let allowed = step.allows();
    let mut details = Details::default();
    let mut on = None;
    let mut after = Duration::ZERO;
    while let Some(token) = args.next() {
        let text = token.text().unwrap_or_default().to_owned();
        let duration_follows = args.peek().is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        match text.as_str() {
            "after" if duration_follows => after = args.duration()?,
            "on" | "after" => {
                on = Some(args.checked_with(
                    || format!("a trigger: one of {}", listed(&S::trigger_words())),
                    S::trigger,
                )?);
            }
            _ => match Detail::named(&text) {
                Some(detail) if allowed.contains(&detail) => details.take(detail, &mut args)?,
                Some(detail) => {
                    let takes: Vec<_> = allowed.iter().map(|detail| detail.declared().word).collect();
                    let sentence = format!("`{word}` has no `{detail}`; it takes {}", listed(&takes));
                    return Err(error_at(token, sentence));
                }
                None => {
                    let known = Detail::ALL.iter().map(|detail| detail.declared().word);
                    let sentence = match nearest(&text, known.chain(["on", "after"])) {
                        Some(meant) => format!("`{text}` is not understood here; did you mean `{meant}`?"),
                        None => format!(
                            "`{text}` is not understood here; steps are parted by commas, and after `{word}` may \
                             stand `on`, `after` or its details"
                        ),
                    };
                    return Err(error_at(token, sentence));
                }
            },
        }
    }
    Ok((on.or(implied), Timed { after, step: step.detailed(details) }))
}

/// The words of a step that are still to be read.
pub(super) struct Args<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Args<'a> {
    /// The next word, left where it is.
    pub(super) fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).and_then(Token::text)
    }

    /// The next word, if there is one.
    pub(super) fn next(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    /// The next word, if `read` understands it; else it stays.
    pub(super) fn maybe<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        let found = read(self.peek()?)?;
        self.at += 1;
        Some(found)
    }

    /// The next word as it is.
    pub(super) fn text(&mut self, wanted: &str) -> Result<String, ScenarioError> {
        self.checked(wanted, |text| Some(text.to_owned()))
    }

    /// The next word as `read` understands it.
    pub(super) fn checked<T>(
        &mut self,
        wanted: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ScenarioError> {
        self.checked_with(|| wanted.to_owned(), read)
    }

    fn checked_with<T>(
        &mut self,
        wanted: impl FnOnce() -> String,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ScenarioError> {
        let before = &self.tokens[self.at - 1];
        let after_what = before.text().unwrap_or_default();
        match self.next() {
            None => Err(error_at(before, format!("after `{after_what}` there should be {}", wanted()))),
            Some(token) => {
                let text = token.text().unwrap_or_default();
                read(text).ok_or_else(|| {
                    error_at(
                        token,
                        format!("after `{after_what}` there should be {}, not `{text}`", wanted()),
                    )
                })
            }
        }
    }

    /// A duration such as `200ms`.
    pub(super) fn duration(&mut self) -> Result<Duration, ScenarioError> {
        self.checked("a duration such as `200ms`, `3s` or `2m`", duration)
    }

    /// A date such as `+14d` or `2027-01-31`.
    pub(super) fn date(&mut self) -> Result<When, ScenarioError> {
        self.checked("a date such as `+14d`, `-2h` or `2027-01-31`", |text| {
            if let Ok(date) = text.parse::<Date>() {
                return Some(When::On(date));
            }
            let (sign, span) = match text.split_at_checked(1)? {
                ("+", span) => (1, span),
                ("-", span) => (-1, span),
                _ => return None,
            };
            let seconds = i64::try_from(duration(span)?.as_secs()).ok()?;
            Some(When::In(SignedDuration::from_secs(sign * seconds)))
        })
    }
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: u64 = text[..digits].parse().ok()?;
    let milliseconds = match &text[digits..] {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

fn error_at(token: &Token, sentence: String) -> ScenarioError {
    ScenarioError { line: token.line, column: token.column, sentence }
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

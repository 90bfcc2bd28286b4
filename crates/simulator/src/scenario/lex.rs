//! Cutting a scenario's text into words.

/// A word, a quoted text or the end of a step, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) what: What,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A bare word.
    Word(String),
    /// A text in double quotes.
    Quoted(String),
    /// A comma, a semicolon or the end of a line.
    StepEnd,
    /// A quote that is never closed.
    OpenQuote,
}

impl Token {
    /// The text of a word or a quoted text.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.what {
            What::Word(text) | What::Quoted(text) => Some(text),
            What::StepEnd | What::OpenQuote => None,
        }
    }
}

/// Cuts `text`; `#` at the beginning of a word makes the rest of the line a comment.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for (index, line_text) in text.lines().enumerate() {
        let line = index + 1;
        let mut letters = line_text.chars().enumerate().peekable();
        while let Some((at, letter)) = letters.next() {
            let column = at + 1;
            let what = match letter {
                letter if letter.is_whitespace() => continue,
                '#' => break,
                ',' | ';' => What::StepEnd,
                '"' => {
                    let mut quoted = String::new();
                    let mut closed = false;
                    for (_, letter) in letters.by_ref() {
                        if letter == '"' {
                            closed = true;
                            break;
                        }
                        quoted.push(letter);
                    }
                    if closed { What::Quoted(quoted) } else { What::OpenQuote }
                }
                letter => {
                    let mut word = String::from(letter);
                    while let Some((_, letter)) =
                        letters.next_if(|(_, l)| !l.is_whitespace() && !matches!(l, ',' | ';' | '"'))
                    {
                        word.push(letter);
                    }
                    What::Word(word)
                }
            };
            found.push(Token { what, line, column });
        }
        found.push(Token { what: What::StepEnd, line, column: line_text.chars().count() + 1 });
    }
    found
}

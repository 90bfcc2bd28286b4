//! Text as the fonts take it that every PDF reader has: Windows Latin 1, Helvetica's widths. What is outside is written in Latin letters,
//! for a slip is read at a shelf; the page in HTML has it as it is.

/// A font that every reader has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    Plain,
    Bold,
}

/// Bold letters are wider than plain ones by no more than this.
const BOLD: f32 = 1.1;

/// What Windows Latin 1 has from 0x80 on, instead of control characters; a space where it has nothing.
const WINDOWS: &str = "€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ";

/// Helvetica's widths from the space to the tilde, in thousandths of the size.
const WIDTHS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/// The bytes of a text in Windows Latin 1.
pub(super) fn encoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            ' '..='~' => bytes.push(letter as u8),
            '\u{a0}'..='\u{ff}' => bytes.push(letter as u8),
            _ => match WINDOWS.chars().position(|known| known == letter && known != ' ') {
                Some(place) => bytes.push(0x80 + place as u8),
                None => match deunicode::deunicode_char(letter) {
                    Some(latin) => bytes.extend(latin.bytes().filter(|byte| (b' '..=b'~').contains(byte))),
                    None => bytes.push(b'?'),
                },
            },
        }
    }
    bytes
}

/// How wide a text is.
pub(super) fn width(text: &str, font: Font, size: f32) -> f32 {
    let thousandths: f32 = text.chars().map(letter_width).sum();
    let bold = if font == Font::Bold { BOLD } else { 1.0 };
    thousandths / 1000.0 * size * bold
}

fn letter_width(letter: char) -> f32 {
    let ascii = |byte: u8| byte.checked_sub(b' ').and_then(|place| WIDTHS.get(usize::from(place))).copied();
    if let Some(width) = u8::try_from(letter).ok().and_then(ascii) {
        return f32::from(width);
    }
    // An accent adds no width; what is written in several letters is as wide as they are.
    let latin = deunicode::deunicode_char(letter).unwrap_or("?");
    latin.bytes().filter_map(ascii).map(f32::from).sum()
}

/// A text in lines no wider than this. A word that is wider is broken.
pub(super) fn wrapped(text: &str, font: Font, size: f32, wide: f32) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last().map_or("", String::as_str);
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&longer, font, size) <= wide {
            lines.pop();
            lines.push(longer);
            continue;
        }
        if line.is_empty() {
            lines.pop();
        }
        let mut piece = String::new();
        for letter in word.chars() {
            if !piece.is_empty() && width(&format!("{piece}{letter}"), font, size) > wide {
                lines.push(std::mem::take(&mut piece));
            }
            piece.push(letter);
        }
        lines.push(piece);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_letters_as_far_as_the_fonts_have_them() {
        assert_eq!(encoded("Œuvres – «café»"), b"\x8cuvres \x96 \xabcaf\xe9\xbb");
        assert_eq!(encoded("Žižek"), b"\x8ei\x9eek");
        assert_eq!(encoded("Ďábel"), b"D\xe1bel");
        assert_eq!(encoded("Война и мир"), b"Voina i mir");
        assert_eq!(encoded("a\u{7}b"), encoded("ab"));
    }

    #[test]
    fn every_line_fits_and_nothing_is_lost() {
        let long = "x".repeat(300);
        let text = format!("A word, then {long} and some more words that go on for a while, to the very end");
        for wide in [40.0, 100.0, 400.0] {
            let lines = wrapped(&text, Font::Bold, 12.0, wide);
            assert!(lines.len() > 1 && lines.iter().all(|line| width(line, Font::Bold, 12.0) <= wide));
            let squeezed = |text: &str| text.replace(' ', "");
            assert_eq!(squeezed(&lines.concat()), squeezed(&text));
        }
        assert_eq!(wrapped("", Font::Plain, 12.0, 100.0), [""]);
    }
}

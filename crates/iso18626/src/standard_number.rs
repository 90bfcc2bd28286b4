//! ISBN, ISSN and ISMN, by whatever name systems call them and in whatever form they write them: carried on under the standard's code. Must
//! never change a text that is no valid number, and never take a number for another kind than its sender says.

use crate::{BibliographicItemId, BibliographicItemIdCode as Code};

/// Names that say only that a number is one of a product.
const OF_PRODUCTS: &[&str] = &["ean", "ean13", "gtin", "gtin13"];

impl BibliographicItemId {
    /// A number that is known to be of this kind: in its usual form where it is valid, else as it came.
    pub fn of(code: Code, text: &str) -> Self {
        let text = text.trim();
        let bare = without_name(text);
        let usual = match code {
            Code::ISBN => isbn(bare),
            Code::ISSN => issn(bare),
            Code::ISMN => ismn(bare),
        };
        BibliographicItemId { code: code.into(), identifier: usual.unwrap_or_else(|| text.to_owned()) }
    }

    /// A number whose sender calls its kind so, or says nothing of it: what it is called comes first, then its form and check digit. Nothing
    /// where it is no standard number.
    pub fn recognised(called: Option<&str>, text: &str) -> Option<Self> {
        let name = letters(called.unwrap_or_default());
        if let Some(code) = by_name(&name) {
            return Some(Self::of(code, text)).filter(|number| !number.identifier.is_empty());
        }
        if !name.is_empty() && !OF_PRODUCTS.contains(&name.as_str()) {
            return None;
        }
        let text = text.trim();
        if let Some(code) = named_in(text) {
            return Some(Self::of(code, text));
        }
        let found = |code: Code, number: Option<String>| {
            number.map(|identifier| BibliographicItemId { code: code.into(), identifier })
        };
        // An ISMN is a number of 13 digits too, and so comes first.
        found(Code::ISMN, ismn(text))
            .or_else(|| found(Code::ISBN, isbn(text)))
            .or_else(|| found(Code::ISSN, issn(text)))
    }

    /// Calls the number by the standard's code, if it is a standard number.
    pub fn call_by_its_code(&mut self) {
        if let Some(number) = Self::recognised(Some(&self.code.value), &self.identifier) {
            let scheme = self.code.scheme.take().filter(|_| number.code.value == self.code.value);
            *self = number;
            self.code.scheme = scheme;
        }
    }
}

/// The kind that a name means: `ISBN-13`, `rft.issn`, `eISSN`, `urn:isbn`.
fn by_name(name: &str) -> Option<Code> {
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if says(&["isbn", "standardbooknumber"]) {
        Some(Code::ISBN)
    } else if says(&["issn", "standardserialnumber"]) {
        Some(Code::ISSN)
    } else if says(&["ismn", "standardmusicnumber"]) {
        Some(Code::ISMN)
    } else {
        None
    }
}

/// The kind that a number itself says in front: `ISBN 0-14-...`, `urn:issn:...`.
fn named_in(text: &str) -> Option<Code> {
    let bare = without_name(text);
    by_name(&letters(&text[..text.len() - bare.len()]))
}

/// A number without the name in front of it.
fn without_name(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let named = ["isbn", "issn", "ismn"].into_iter().find_map(|name| {
        let before = lower.strip_prefix("urn:").or_else(|| lower.strip_prefix("e")).unwrap_or(&lower);
        let after = before.strip_prefix(name).or_else(|| lower.strip_prefix(name))?;
        // `ISBN-13: 978...`, but not the first digits of a number.
        let kind = ["-13", "-10", "13", "10"].into_iter().find_map(|kind| after.strip_prefix(kind));
        let after = kind.filter(|rest| rest.starts_with([':', ' ', '='])).unwrap_or(after);
        Some(&text[text.len() - after.len()..])
    });
    named.map_or(text, |rest| rest.trim_start_matches([':', ' ', '=', '.', '\u{a0}']))
}

fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// The characters of a number without what is set between them; nothing where anything else is among them.
fn digits(text: &str) -> Option<Vec<u8>> {
    let between = |c: &char| matches!(c, '-' | ' ' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let last = text.trim().chars().filter(|c| !between(c)).collect::<Vec<_>>();
    let count = last.len();
    let digit = |(at, c): (usize, char)| match c {
        'x' | 'X' if at + 1 == count => Some(b'X'),
        _ => c.is_ascii_digit().then_some(c as u8),
    };
    last.into_iter().enumerate().map(digit).collect()
}

fn value(digit: u8) -> u32 {
    if digit == b'X' { 10 } else { u32::from(digit - b'0') }
}

/// The check of numbers of 13 digits.
fn is_ean(digits: &[u8]) -> bool {
    let weights = [1, 3].into_iter().cycle();
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| value(*digit) * weight).sum();
    digits.len() == 13 && !digits.contains(&b'X') && sum.is_multiple_of(10)
}

/// The check of older numbers: weights that fall to 1, modulo 11.
fn is_modulo_11(digits: &[u8]) -> bool {
    let weights = (1..=digits.len() as u32).rev();
    digits.iter().zip(weights).map(|(digit, weight)| value(*digit) * weight).sum::<u32>().is_multiple_of(11)
}

fn text(digits: &[u8]) -> String {
    digits.iter().copied().map(char::from).collect()
}

/// An ISBN of 10 or 13 digits, without hyphens.
fn isbn(number: &str) -> Option<String> {
    let digits = digits(number)?;
    let valid = match digits.len() {
        10 => is_modulo_11(&digits),
        _ => is_ean(&digits) && (digits.starts_with(b"978") || digits.starts_with(b"979")),
    };
    valid.then(|| text(&digits))
}

/// An ISSN, with its hyphen.
fn issn(number: &str) -> Option<String> {
    let digits = digits(number)?;
    let valid = digits.len() == 8 && is_modulo_11(&digits);
    valid.then(|| format!("{}-{}", text(&digits[..4]), text(&digits[4..])))
}

/// An ISMN of 13 digits, without hyphens; the older form has an M for its first four.
fn ismn(number: &str) -> Option<String> {
    let rest = number.trim().strip_prefix(['M', 'm']);
    let digits = digits(&rest.map_or_else(|| number.to_owned(), |rest| format!("9790{rest}")))?;
    (is_ean(&digits) && digits.starts_with(b"9790")).then(|| text(&digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(called: Option<&str>, number: &str) -> Option<(String, String)> {
        BibliographicItemId::recognised(called, number).map(|it| (it.code.value, it.identifier))
    }

    #[test]
    fn numbers_are_known_by_any_of_their_names() {
        let isbn = [
            "ISBN",
            "isbn",
            "Isbn",
            " ISBN ",
            "ISBN-13",
            "ISBN13",
            "ISBN 13",
            "isbn_13",
            "ISBN-10",
            "ISBN10",
            "rft.isbn",
            "urn:isbn",
            "eISBN",
            "International Standard Book Number",
            "http://example.org/terms/isbn",
        ];
        for name in isbn {
            assert_eq!(
                recognised(Some(name), "978-0-14-032872-1"),
                Some(("ISBN".into(), "9780140328721".into())),
                "{name}"
            );
        }
        for name in ["ISSN", "issn", "ISSN-L", "eISSN", "E-ISSN", "pissn", "rft.eissn", "Print ISSN"] {
            assert_eq!(
                recognised(Some(name), "00280836"),
                Some(("ISSN".into(), "0028-0836".into())),
                "{name}"
            );
        }
        assert_eq!(recognised(Some("ismn"), "M-2306-7118-7"), Some(("ISMN".into(), "9790230671187".into())));
        // Another name is another kind, whatever the number looks like.
        for name in ["LCCN", "OCLC", "Barcode", "SICI", "CODEN", "DOI", "Other"] {
            assert_eq!(recognised(Some(name), "9780140328721"), None, "{name}");
        }
    }

    #[test]
    fn what_nobody_names_is_known_by_its_form_and_its_check_digit() {
        for called in [None, Some(""), Some("  "), Some("EAN"), Some("ean-13")] {
            for (number, code, usual) in [
                ("9780140328721", "ISBN", "9780140328721"),
                ("978-0-14-032872-1", "ISBN", "9780140328721"),
                ("978 0 14 032872 1", "ISBN", "9780140328721"),
                ("978\u{2010}0\u{2010}14\u{2010}032872\u{2010}1", "ISBN", "9780140328721"),
                ("979-10-90636-07-1", "ISBN", "9791090636071"),
                ("0140328726", "ISBN", "0140328726"),
                ("0-8044-2957-X", "ISBN", "080442957X"),
                ("080442957x", "ISBN", "080442957X"),
                ("ISBN 0-8044-2957-X", "ISBN", "080442957X"),
                ("ISBN-13: 978-0-14-032872-1", "ISBN", "9780140328721"),
                ("ISBN-10 0140328726", "ISBN", "0140328726"),
                ("urn:isbn:9780140328721", "ISBN", "9780140328721"),
                ("0028-0836", "ISSN", "0028-0836"),
                ("00280836", "ISSN", "0028-0836"),
                ("2434-561x", "ISSN", "2434-561X"),
                ("eISSN 2434-561X", "ISSN", "2434-561X"),
                ("979-0-2306-7118-7", "ISMN", "9790230671187"),
                // A number that says what it is need not be right.
                ("ISBN 12345", "ISBN", "ISBN 12345"),
            ] {
                assert_eq!(
                    recognised(called, number),
                    Some((code.into(), usual.into())),
                    "{called:?} {number}"
                );
            }
            for number in [
                "",
                " ",
                "9780140328722",
                "0140328727",
                "0028-0837",
                "30123000456789",
                "5901234123457",
                "X140328726",
                "ocm123",
                "Dune",
            ] {
                assert_eq!(recognised(called, number), None, "{called:?} {number}");
            }
        }
    }

    #[test]
    fn a_number_that_is_not_valid_keeps_its_form() {
        for number in ["978-0-14-032872-2", "0-14-032872-7", "0014-0328", "see cover", "9780140328721 (pbk.)"]
        {
            assert_eq!(recognised(Some("ISBN-13"), number), Some(("ISBN".into(), number.into())));
        }
        assert_eq!(recognised(Some("ISSN"), " 1234-5678 "), Some(("ISSN".into(), "1234-5678".into())));
        assert_eq!(recognised(Some("ISSN"), "  "), None);
    }

    #[test]
    fn a_scheme_stays_with_the_code_that_is_its_own() {
        let called = |code: &str| {
            let mut number = BibliographicItemId {
                code: crate::Open::with_scheme(code, "http://x/"),
                identifier: "9780140328721".into(),
            };
            number.call_by_its_code();
            number.code
        };
        assert_eq!(called("ISBN"), crate::Open::with_scheme("ISBN", "http://x/"));
        assert_eq!(called("isbn13"), crate::Open::new("ISBN"));
        assert_eq!(called("LCCN"), crate::Open::with_scheme("LCCN", "http://x/"));
    }
}

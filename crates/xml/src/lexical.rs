//! Which texts the simple types of XML Schema allow, as the common validators have it.

use crate::schema::Lexical;

/// Whether a closed or simple type allows a text in an edition. The text has no white space around it, unless
/// the type is a string.
pub fn allows(lexical: Lexical, edition: usize, text: &str) -> bool {
    match lexical {
        Lexical::String => true,
        Lexical::DateTime => is_date_time(text),
        Lexical::Decimal => is_decimal(text),
        Lexical::Boolean => matches!(text, "true" | "false" | "1" | "0"),
        Lexical::Integer => is_integer(text),
        Lexical::NonNegativeInteger => is_integer(text) && (!text.starts_with('-') || is_zero(text)),
        Lexical::PositiveInteger => is_integer(text) && !text.starts_with('-') && !is_zero(text),
        Lexical::Empty => text.is_empty(),
        Lexical::Code(list) => list.knows(edition, text),
    }
}

/// Whether a text is an `xs:dateTime`.
pub fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    is_date(date) && is_time(time)
}

/// Whether a text is an `xs:date` without a zone.
pub fn is_date(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let mut parts = unsigned.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let sound = year.len() >= 4 && year.len() <= 9 && (year.len() == 4 || !year.starts_with('0'));
    let (Some(y), Some(m), Some(d)) = (digits(year), two(month), two(day)) else { return false };
    sound && y > 0 && (1..=12).contains(&m) && (1..=days(y, m)).contains(&d)
}

/// The day and the zone of an `xs:date`; the zone is empty where none is said.
pub fn date_and_zone(text: &str) -> Option<(&str, &str)> {
    let end = text.find('Z').or_else(|| {
        let day = text.len().checked_sub(6)?;
        matches!(text.as_bytes().get(day), Some(b'+' | b'-'))
            .then_some(day)
            .filter(|_| text.ends_with(|c: char| c.is_ascii_digit()) && text[day..].contains(':'))
    });
    let (date, zone) = text.split_at_checked(end.unwrap_or(text.len()))?;
    (is_date(date) && is_zone(zone)).then_some((date, zone))
}

fn is_time(text: &str) -> bool {
    let (clock, zone) = match text.find(['Z', '+', '-']) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let (whole, fraction) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (clock, None),
    };
    let mut parts = whole.split(':');
    let (Some(h), Some(m), Some(s), None) =
        (parts.next().and_then(two), parts.next().and_then(two), parts.next().and_then(two), parts.next())
    else {
        return false;
    };
    let fraction_sound = fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()));
    let midnight = h == 24 && m == 0 && s == 0 && fraction.is_none_or(|f| f.bytes().all(|b| b == b'0'));
    fraction_sound && (midnight || (h < 24 && m < 60 && s < 60)) && is_zone(zone)
}

fn is_zone(zone: &str) -> bool {
    if matches!(zone, "" | "Z") {
        return true;
    }
    let Some((hours, minutes)) = zone[1..].split_once(':') else { return false };
    match (two(hours), two(minutes)) {
        (Some(h), Some(m)) => m < 60 && h * 60 + m <= 14 * 60,
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn two(text: &str) -> Option<u32> {
    if text.len() == 2 { digits(text) } else { None }
}

fn digits(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) { None } else { text.parse().ok() }
}

/// Whether a text is an `xs:decimal`. More than 24 digits that count are refused, as common validators do.
pub fn is_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let count = whole.trim_start_matches('0').len() + fraction.len() + usize::from(unsigned.ends_with('.'));
    unsigned.len() > usize::from(unsigned.contains('.'))
        && count <= 24
        && whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit())
}

/// Whether a text is an `xs:integer`.
pub fn is_integer(text: &str) -> bool {
    !text.contains('.') && is_decimal(text)
}

fn is_zero(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b'+' | b'-' | b'0'))
}

/// Whether a text passes for an `xs:anyURI`: a URI reference, characters that an IRI would escape allowed.
pub fn is_any_uri(text: &str) -> bool {
    let (text, fragment) = text.split_once('#').unwrap_or((text, ""));
    if !escapes_are_sound(text) || !escapes_are_sound(fragment) || fragment.contains('#') {
        return false;
    }
    let rest = match text.bytes().position(|b| matches!(b, b':' | b'/' | b'?')) {
        Some(colon) if text[colon..].starts_with(':') => {
            if !is_scheme(&text[..colon]) {
                return false;
            }
            &text[colon + 1..]
        }
        _ => text,
    };
    match rest.strip_prefix("//") {
        None => !has_brackets(rest),
        Some(rest) => {
            let end = rest.bytes().position(|b| matches!(b, b'/' | b'?')).unwrap_or(rest.len());
            is_authority(&rest[..end]) && !has_brackets(&rest[end..])
        }
    }
}

/// No control characters, and hexadecimal digits after each `%`.
fn escapes_are_sound(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.iter().all(|b| (*b >= 0x20) & (*b != 0x7F) & (*b != b'%')) {
        return true;
    }
    bytes.iter().all(|b| *b >= 0x20 && *b != 0x7F)
        && text
            .match_indices('%')
            .all(|(at, _)| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)))
}

fn has_brackets(text: &str) -> bool {
    text.bytes().any(|b| matches!(b, b'[' | b']'))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// A port is a number, and brackets enclose the whole host; everything else in an authority passes.
fn is_authority(authority: &str) -> bool {
    let (user, host) =
        authority.split_once('@').filter(|_| !authority.starts_with('[')).unwrap_or(("", authority));
    let after = match host.strip_prefix('[') {
        Some(literal) => literal.split_once(']').map(|(_, after)| after),
        None => host
            .find(':')
            .map_or(Some(""), |colon| Some(&host[colon..]))
            .filter(|_| !host.contains(['@', '[', ']'])),
    };
    let is_port = |port: &str| (1..=5).contains(&port.len()) && port.bytes().all(|b| b.is_ascii_digit());
    !has_brackets(user)
        && after.is_some_and(|after| after.is_empty() || after.strip_prefix(':').is_some_and(is_port))
}

/// What is wrong with a text that is not allowed: what was expected, never what it is.
pub(crate) fn not_valid(lexical: Lexical, edition: usize) -> String {
    let what = match lexical {
        Lexical::DateTime => "date and time",
        Lexical::Decimal => "decimal number",
        Lexical::Boolean => "truth value",
        Lexical::Integer => "whole number",
        Lexical::NonNegativeInteger => "whole number from 0",
        Lexical::PositiveInteger => "whole number from 1",
        Lexical::Code(list) => {
            let known = list.codes.iter().map(|code| code.value).filter(|value| list.knows(edition, value));
            return format!("not one of {}", known.collect::<Vec<_>>().join(", "));
        }
        Lexical::String | Lexical::Empty => "value",
    };
    format!("not a valid {what}")
}

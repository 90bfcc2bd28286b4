//! What is another in every run, told by what is the same in all: ids by their number in the scenario, times by their distance from the
//! step that they are in. Must never hide anything else.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, fmt::rfc2822};

/// The random names of one scenario, numbered as they first appear.
#[derive(Default)]
pub(super) struct Names {
    seen: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

/// The times that a text may speak of.
#[derive(Clone, Copy)]
pub(super) struct Times<'a> {
    /// When the step was.
    pub(super) now: Timestamp,
    /// The message's own time that an answer must repeat, as it is written there.
    pub(super) echo: Option<&'a str>,
}

/// What a matcher found at the beginning of a text: how long it is, and what is written for it.
type Found = Option<(usize, String)>;

const ITEM: &str = "item";

impl Names {
    /// Another loan begins. Two libraries may have given the same barcode: it means an item of this loan only.
    pub(super) fn another_loan(&mut self) {
        self.seen.remove(ITEM);
    }

    /// The text with what is random told by its name.
    pub(super) fn of(&mut self, text: &str, times: Times<'_>) -> String {
        let mut out = String::new();
        let mut rest = text;
        let mut before = ' ';
        while let Some(next) = rest.chars().next() {
            let within = before.is_ascii_alphanumeric() && next.is_ascii_alphanumeric();
            let found = if within { None } else { self.at(rest, times) };
            let (length, written) = found.unwrap_or((next.len_utf8(), next.to_string()));
            out.push_str(&written);
            before = rest[..length].chars().next_back().unwrap_or(next);
            rest = &rest[length..];
        }
        out
    }

    fn at(&mut self, rest: &str, times: Times<'_>) -> Found {
        let number = |names: &mut Self, kind: &'static str, (length, _): (usize, ())| {
            let seen = names.seen.entry(kind).or_default();
            let next = seen.len() + 1;
            let number = *seen.entry(rest[..length].to_owned()).or_insert(next);
            (length, format!("{kind}-{number}"))
        };
        echoed(rest, times)
            .or_else(|| time(rest, times.now))
            .or_else(|| mail_date(rest, times.now))
            .or_else(|| day(rest))
            .or_else(|| port(rest))
            .or_else(|| took(rest))
            .or_else(|| key(rest).map(|found| number(self, "id", found)))
            .or_else(|| librarys_own(rest).map(|found| number(self, "own", found)))
            .or_else(|| item(rest).map(|found| number(self, ITEM, found)))
            .or_else(|| link(rest).map(|found| number(self, "link", found)))
            .or_else(|| bars(rest))
            .or_else(|| attached(rest))
    }
}

/// The header of an answer repeats the message's time to the letter.
fn echoed(rest: &str, times: Times<'_>) -> Found {
    let echo = times.echo?;
    rest.strip_prefix("timestamp>")?.starts_with(echo).then(|| {
        let length = "timestamp>".len() + echo.len();
        (length, "timestamp>ECHO".to_owned())
    })
}

/// A time: by so many days from the step's, in the form that it has.
fn time(rest: &str, now: Timestamp) -> Found {
    let date = shaped(rest, "dddd-dd-ddTdd:dd:dd")?;
    let tail = &rest[date..];
    let digits = tail.strip_prefix('.').map_or(0, |more| more.bytes().take_while(u8::is_ascii_digit).count());
    let fraction = match digits {
        0 => "",
        3 => ".mmm",
        _ => ".f",
    };
    let tail = &tail[if digits == 0 { 0 } else { digits + 1 }..];
    let zone = if tail.starts_with('Z') { 1 } else { shaped(tail, "+dd:dd").unwrap_or(0) };
    let length = rest.len() - tail.len() + zone;
    let written = &rest[..length];
    let parsed = if zone == 0 { format!("{written}Z").parse() } else { written.parse() };
    Some((length, format!("{}{fraction}{}", away(parsed.ok()?, now), &tail[..zone])))
}

/// A mail's date.
fn mail_date(rest: &str, now: Timestamp) -> Found {
    let length = shaped(rest, "aaa, d aaa dddd dd:dd:dd +dddd")
        .or_else(|| shaped(rest, "aaa, dd aaa dddd dd:dd:dd +dddd"))?;
    let at = rfc2822::parse(&rest[..length]).ok()?.timestamp();
    Some((length, format!("{} as mails have it", away(at, now))))
}

fn away(at: Timestamp, now: Timestamp) -> String {
    let half = SignedDuration::from_hours(12);
    let between = at.duration_since(now);
    let days = (between + half).as_hours().div_euclid(24);
    if days == 0 { "NOW".to_owned() } else { format!("NOW{days:+}d") }
}

/// A day, with or without the hour: it depends on when the day began.
fn day(rest: &str) -> Found {
    if let Some(length) = shaped(rest, "dddd-dd-dd dd:dd") {
        return Some((length, "DAY HOUR".to_owned()));
    }
    if let Some(length) = shaped(rest, "dddd-dd-dd") {
        return Some((length, "DAY".to_owned()));
    }
    let length = shaped(rest, "dd ").or_else(|| shaped(rest, "d "))?;
    let month = MONTHS.iter().find(|month| rest[length..].starts_with(**month))?;
    Some((length + month.len(), "DAY".to_owned()))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A port of loopback.
fn port(rest: &str) -> Found {
    let after = rest.strip_prefix("127.0.0.1:")?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| (rest.len() - after.len() + digits, "127.0.0.1:PORT".to_owned()))
}

/// How long the gateway took to answer again.
fn took(rest: &str) -> Found {
    let after = rest.strip_prefix("after ")?;
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && after[digits..].starts_with(" ms"))
        .then(|| (rest.len() - after.len() + digits, "after N".to_owned()))
}

/// A key of a request or message, without its prefix.
fn key(rest: &str) -> Option<(usize, ())> {
    let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let lower = rest[..length].bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
    (length == 26 && lower && rest.starts_with('0')).then_some((length, ()))
}

/// An id that a simulated library gave: its symbol, the instant of its start, and a number.
fn librarys_own(rest: &str) -> Option<(usize, ())> {
    let run = |at: usize, wanted: fn(&u8) -> bool| {
        let length = rest.as_bytes()[at..].iter().take_while(|byte| wanted(byte)).count();
        (length > 0).then_some(at + length)
    };
    let dash = |at: usize| rest[at..].starts_with('-').then_some(at + 1);
    let symbol = rest.starts_with("XX").then(|| run(0, u8::is_ascii_uppercase)).flatten()?;
    let began = run(dash(symbol)?, u8::is_ascii_digit)?;
    Some((run(dash(began)?, u8::is_ascii_digit)?, ()))
}

/// The barcode of an item that a simulated library made up: it counts them.
fn item(rest: &str) -> Option<(usize, ())> {
    let length = rest.bytes().take_while(u8::is_ascii_digit).count();
    (length == 14 && rest.starts_with("3000")).then_some((length, ()))
}

/// What is signed in a link of a mail.
fn link(rest: &str) -> Option<(usize, ())> {
    let after = rest.strip_prefix("/link/")?;
    let signed = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    Some((rest.len() - after.len() + after.bytes().take_while(signed).count(), ()))
}

/// The bars of a slip's barcode, which are drawn of an id.
fn bars(rest: &str) -> Found {
    rest.starts_with("d=3D\"M10 0h").then_some(())?;
    let end = rest.find("/>")?;
    Some((end, "d=BARS".to_owned()))
}

/// A slip in PDF, with the same bars.
fn attached(rest: &str) -> Found {
    let head = "base64\r\n\r\n";
    let end = rest.strip_prefix(head)?.find("\r\n--")?;
    let bytes = &rest[head.len()..head.len() + end];
    bytes.starts_with("JVBERi0").then(|| (head.len() + end, format!("{head}A PDF")))
}

/// How long the beginning is that has this shape: `d` is a digit, `a` a letter.
fn shaped(rest: &str, shape: &str) -> Option<usize> {
    let is = |(at, shape): (u8, u8)| match shape {
        b'd' => at.is_ascii_digit(),
        b'a' => at.is_ascii_alphabetic(),
        exact => at == exact,
    };
    (rest.len() >= shape.len() && rest.bytes().zip(shape.bytes()).all(is)).then_some(shape.len())
}

//! What a message may contain, edition by edition: the suite's own reading of the standard, kept as two small text tables, so that it
//! can tell a valid message from an invalid one without any schema file at hand.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::edition::{Edition, NAMESPACE};
use crate::tree::Element;

/// What is wrong with a message by the edition's own rules: one sentence each, with the path of the element. Empty when it is valid.
#[must_use]
pub fn faults(message: &Element, edition: Edition) -> Vec<String> {
    let grammar = grammar(edition);
    let mut faults = Vec::new();
    if message.name != "ISO18626Message" {
        faults.push(format!("the root is <{}>, not <ISO18626Message>", message.name));
        return faults;
    }
    match message.attribute("version") {
        Some(version) if version.namespace == NAMESPACE => {}
        Some(_) => faults.push("the version attribute is not in the message's namespace".to_owned()),
        None => faults.push("the root has no version attribute".to_owned()),
    }
    check(grammar, message, "", "", &mut faults);
    faults
}

/// Whether an element with that name may have this text.
#[must_use]
pub fn allows(name: &str, text: &str, edition: Edition) -> bool {
    match grammar(edition).get(name) {
        Some(Content::Text(kind)) => fits(kind, text),
        _ => true,
    }
}

/// The elements that may be in another, in order, each with how often it may; empty where it contains none.
#[must_use]
pub fn contents(parent: &str, name: &str, edition: Edition) -> Vec<(&'static str, usize)> {
    let grammar = grammar(edition);
    match grammar.get(format!("{parent}/{name}").as_str()).or_else(|| grammar.get(name)) {
        Some(Content::Sequence(particles)) => {
            let each = |particle: &Particle| {
                particle.names.iter().map(|name| (*name, particle.most)).collect::<Vec<_>>()
            };
            particles.iter().flat_map(each).collect()
        }
        _ => Vec::new(),
    }
}

/// The edition's elements and what each may contain.
type Grammar = HashMap<&'static str, Content>;

enum Content {
    Sequence(Vec<Particle>),
    Text(&'static str),
}

struct Particle {
    names: Vec<&'static str>,
    least: usize,
    most: usize,
}

fn grammar(edition: Edition) -> &'static Grammar {
    static OLD: OnceLock<Grammar> = OnceLock::new();
    static NEW: OnceLock<Grammar> = OnceLock::new();
    match edition {
        Edition::V1_2 => OLD.get_or_init(|| read(include_str!("1.2.txt"))),
        Edition::V2021_2 => NEW.get_or_init(|| read(include_str!("2021-2.txt"))),
    }
}

fn read(own: &'static str) -> Grammar {
    let lines = include_str!("common.txt").lines().chain(own.lines());
    lines.filter(|line| !line.starts_with('#')).filter_map(line).collect()
}

fn line(line: &'static str) -> Option<(&'static str, Content)> {
    if let Some((name, kind)) = line.split_once(" : ") {
        return Some((name, Content::Text(kind)));
    }
    let (name, content) = line.split_once(" = ")?;
    if content.contains('|') {
        let names = content.split(" | ").collect();
        return Some((name, Content::Sequence(vec![Particle { names, least: 1, most: 1 }])));
    }
    Some((name, Content::Sequence(content.split_whitespace().map(particle).collect())))
}

fn particle(word: &'static str) -> Particle {
    let (name, least, most) = match word.split_once(['?', '*', '{']) {
        None => (word, 1, 1),
        Some((name, rest)) if rest.ends_with('}') => {
            (name, 0, rest.trim_end_matches('}').parse().unwrap_or(usize::MAX))
        }
        Some((name, _)) => (name, 0, if word.ends_with('*') { usize::MAX } else { 1 }),
    };
    Particle { names: vec![name], least, most }
}

fn check(grammar: &Grammar, element: &Element, parent: &str, above: &str, faults: &mut Vec<String>) {
    let path = format!("{above}/{}", element.name);
    if element.namespace != NAMESPACE {
        faults.push(format!("{path} is in the namespace {:?}", element.namespace));
    }
    let here = format!("{parent}/{}", element.name);
    let content = grammar.get(here.as_str()).or_else(|| grammar.get(element.name.as_str()));
    let scheme_allowed = matches!(content, Some(Content::Text("code")));
    for attribute in &element.attributes {
        let known = (attribute.name == "scheme" && scheme_allowed)
            || (attribute.name == "version" && element.name == "ISO18626Message");
        if known && attribute.namespace != NAMESPACE {
            faults.push(format!("{path}/@{} is not in the message's namespace", attribute.name));
        } else if !known && !attribute.namespace.contains("XMLSchema-instance") {
            faults.push(format!("{path}/@{} is not allowed there", attribute.name));
        }
    }
    match content {
        Some(Content::Sequence(particles)) => check_order(particles, element, &path, faults),
        other => {
            if let Some(child) = element.children.first() {
                faults.push(format!("{path} has text only, and here contains <{}>", child.name));
            }
            if let Some(Content::Text(kind)) = other
                && !fits(kind, &element.text)
            {
                faults.push(format!("{path} is {:?}, which is not a valid {kind}", element.text));
            }
        }
    }
    for child in &element.children {
        check(grammar, child, &element.name, &path, faults);
    }
}

fn check_order(particles: &[Particle], element: &Element, path: &str, faults: &mut Vec<String>) {
    let mut rest = element.children.iter().map(|child| child.name.as_str()).peekable();
    for particle in particles {
        let mut count = 0;
        while count < particle.most && rest.next_if(|name| particle.names.contains(name)).is_some() {
            count += 1;
        }
        if count < particle.least {
            let found = rest.peek().map_or_else(|| "the end".to_owned(), |name| format!("<{name}>"));
            faults.push(format!("{path}: expected <{}>, found {found}", particle.names.join("> or <")));
            return;
        }
    }
    if let Some(name) = rest.next() {
        faults.push(format!("{path} has <{name}> where this edition does not allow it"));
    }
    if !element.text.trim().is_empty() {
        faults.push(format!("{path} contains text between its elements"));
    }
}

fn fits(kind: &str, text: &str) -> bool {
    let trimmed = text.trim();
    match kind {
        "code" => true,
        "dateTime" => is_date_time(trimmed),
        "decimal" => {
            let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
            digits.chars().any(|c| c.is_ascii_digit())
                && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
                && digits.matches('.').count() <= 1
        }
        "integer" => trimmed.parse::<i128>().is_ok(),
        "natural" => trimmed.parse::<i128>().is_ok_and(|number| number >= 0),
        "boolean" => matches!(trimmed, "true" | "false" | "1" | "0"),
        codes => codes.split(' ').any(|code| code == text),
    }
}

/// Whether it is an XML Schema dateTime: `2026-03-01T12:00:00`, with optional fraction and zone.
#[must_use]
pub fn is_date_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits =
        |from: usize, to: usize| bytes.get(from..to).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let at = |place: usize, byte: u8| bytes.get(place) == Some(&byte);
    let shape = digits(0, 4)
        && at(4, b'-')
        && digits(5, 7)
        && at(7, b'-')
        && digits(8, 10)
        && at(10, b'T')
        && digits(11, 13)
        && at(13, b':')
        && digits(14, 16)
        && at(16, b':')
        && digits(17, 19);
    let Some(rest) = text.get(19..).filter(|_| shape) else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() {
                return false;
            }
            zone
        }
        None => rest,
    };
    let zone_fits = zone.is_empty()
        || zone == "Z"
        || (zone.len() == 6 && zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':');
    zone_fits && text.get(..19).is_some_and(|civil| civil.parse::<jiff::civil::DateTime>().is_ok())
}

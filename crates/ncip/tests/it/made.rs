//! Messages made up from the tables: whatever a version can say, said at random.

use ncip::{Body, Version, schemes};
use xml::schema::{Content, Lexical, Place, RuleKind, TextType};
use xml::{Element, Slot};

/// A small generator of numbers: the same seed makes the same message.
pub(crate) struct TestRng(u64);

impl TestRng {
    pub(crate) fn new(seed: u64) -> TestRng {
        TestRng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % bound
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// Texts that may stand wherever any text may.
const FREE: [&str; 9] =
    ["a word", "<&>\"'", "Žluťoučký kůň", "two  spaces", "  around  ", "]]>", "\u{1F4DA}", "0", "line\nline"];

/// The rows of the envelope that a version has.
pub(crate) fn rows(version: Version) -> Vec<usize> {
    let schema = Body::default().schema();
    // Messages about versions are the same whatever the version.
    let known = |row: &usize| {
        let place = schema.rows[*row].cells[column(version)].place();
        place.is_some_and(|place| version == Version::V1_0 || !place.name.starts_with("LookupVersion"))
    };
    (0..schema.rows.len()).filter(known).collect()
}

/// A message of one row.
pub(crate) fn body(row: usize, version: Version, seed: u64) -> Body {
    let mut body = Body::default();
    let schema = body.schema();
    let place = schema.rows[row].cells[column(version)].place().expect("the version has it");
    let mut rng = TestRng::new(seed);
    value(&mut body, (row, place, place.content(&schema.rows[row])), column(version), 0, &mut rng);
    body
}

fn column(version: Version) -> usize {
    Version::ALL.iter().position(|known| *known == version).expect("it is one of them")
}

fn element(element: &mut dyn Element, column: usize, depth: usize, rng: &mut TestRng) {
    let schema = element.schema();
    let mut excluded = vec![false; schema.rows.len()];
    let mut forced = vec![false; schema.rows.len()];
    for rule in schema.rules.iter().filter(|rule| rule.editions.contains(&column)) {
        match rule.kind {
            RuleKind::Sides(sides) => {
                let chosen = rng.below(sides.len());
                for row in sides.iter().copied().flatten() {
                    excluded[*row] |= !sides[chosen].contains(row);
                }
            }
            RuleKind::Any(rows) => forced[rows[rng.below(rows.len())]] = true,
        }
    }
    for (row, description, place) in schema.places(column) {
        if excluded[row] {
            continue;
        }
        let least = usize::from(place.is_mandatory() || forced[row]);
        let wanted = match rng.below(2 + depth) {
            0 => least.max(1),
            1 if depth < 4 => least + rng.below(3),
            _ => least,
        };
        let count = wanted.min(place.max.map_or(3, usize::from));
        for _ in element.count(row).min(count)..count {
            value(element, (row, place, place.content(description)), column, depth, rng);
        }
        if count > 0 && element.count(row) == 1 {
            revalue(element, (row, place, place.content(description)), column, depth, rng);
        }
    }
}

/// One more value of a row.
fn value(
    element: &mut dyn Element,
    (row, place, content): (usize, &Place, Content),
    column: usize,
    depth: usize,
    rng: &mut TestRng,
) {
    let inside = inside(element, row, place, column, rng);
    match (element.open(row), content) {
        (Slot::Element(child), _) => self::element(child, inside, depth + 1, rng),
        (Slot::Leaf(leaf), Content::Text(text)) => self::text(leaf, text, place, column, rng),
        (Slot::Secret(secret), _) => *secret = rng.pick(&FREE).into(),
        (Slot::Leaf(leaf), _) => {
            leaf.set(rng.pick(&["", "<Title>A title</Title>", "<Title>1 &lt; 2</Title>"]), None)
        }
    }
}

/// The value of a row that is there already, because it always is.
fn revalue(
    element: &mut dyn Element,
    (row, place, content): (usize, &Place, Content),
    column: usize,
    depth: usize,
    rng: &mut TestRng,
) {
    match (element.get_mut(row, 0), content) {
        (Slot::Leaf(leaf), Content::Text(text)) if leaf.text().is_empty() => {
            self::text(leaf, text, place, column, rng);
        }
        (Slot::Secret(secret), _) if secret.expose().is_empty() => *secret = rng.pick(&FREE).into(),
        (Slot::Element(child), _) if is_blank(child) => {
            self::element(child, place.inside.unwrap_or(column), depth + 1, rng);
        }
        _ => {}
    }
}

fn is_blank(element: &dyn Element) -> bool {
    (0..element.schema().rows.len()).all(|row| match element.count(row) {
        0 => true,
        1 => match element.get(row, 0) {
            xml::View::Leaf(leaf) => leaf.text().is_empty(),
            xml::View::Secret(secret) => secret.expose().is_empty(),
            xml::View::Element(child) => is_blank(child),
        },
        _ => false,
    })
}

/// How a value is made inside. All values of a row go by the same name.
fn inside(element: &dyn Element, row: usize, place: &Place, column: usize, rng: &mut TestRng) -> usize {
    let first = match element.count(row) {
        0 => None,
        _ => match element.get(row, 0) {
            xml::View::Element(child) => Some(child.is_twin()),
            xml::View::Leaf(_) | xml::View::Secret(_) => None,
        },
    };
    match place.twin {
        Some((_, twin)) if first.unwrap_or_else(|| rng.below(2) == 0) => twin,
        _ => place.inside.unwrap_or(column),
    }
}

fn text(leaf: &mut dyn xml::Leaf, text: TextType, place: &Place, column: usize, rng: &mut TestRng) {
    let value = match text.lexical {
        Lexical::String if place.nests => rng.pick(&["CheckInItem", "LookupUser/UserId", "A/B/C"]),
        Lexical::String => rng.pick(&FREE),
        Lexical::DateTime => {
            rng.pick(&["2026-11-25T10:00:00Z", "2020-02-29T23:59:59.5+01:00", "1999-12-31T00:00:00"])
        }
        Lexical::Integer => rng.pick(&["-5", "0", "1250"]),
        Lexical::NonNegativeInteger => rng.pick(&["0", "7"]),
        Lexical::PositiveInteger => rng.pick(&["1", "31"]),
        _ => "",
    };
    let scheme = match place.name {
        "MessagingErrorType" => Some(schemes::MESSAGING_ERRORS),
        "ProcessingErrorType" => Some(schemes::GENERAL_PROCESSING_ERRORS),
        _ if text.apart_in(column).is_some() => {
            Some(rng.pick(&["http://agencies.example/scheme", "local", "no uri: %"]))
        }
        _ if rng.below(2) == 0 => Some(rng.pick(&["http://agencies.example/scheme?a=1&b=2", "urn:a:b", ""])),
        _ => None,
    };
    leaf.set(value, scheme.filter(|_| text.attribute.is_some()));
}

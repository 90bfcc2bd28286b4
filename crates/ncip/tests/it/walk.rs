//! Messages with a value in every place that the tables have, filled by walking the schema: a new element cannot be forgotten.

use ncip::{Body, SchemeValue};
use xml::schema::{Content, Row, RuleKind, Schema};
use xml::{Element, Secret, Slot, View};

/// A secret as the walk fills it in.
pub(crate) const SECRET: &str = "SECRET-1234";

/// How deep elements are filled that are in elements of their own kind.
const DEPTH: usize = 12;

/// A message of each service and direction, for each way to choose between elements that exclude one another, in an element and in the
/// two around it: whatever a version can hold is in one of them.
pub(crate) fn every_message(text: &str) -> Vec<Body> {
    let schema = Body::default().schema();
    let message = |row: usize, sides: [usize; 3]| {
        let mut body = Body::default();
        if let Slot::Element(child) = body.open(row) {
            fill(child, (text, sides), 0);
        }
        body
    };
    let rows = (0..schema.rows.len()).filter(|row| schema.rows[*row].field != "Ext");
    rows.flat_map(|row| (0..8).map(move |bits| message(row, [bits & 1, bits >> 1 & 1, bits >> 2]))).collect()
}

fn fill(element: &mut dyn Element, (text, sides): (&str, [usize; 3]), depth: usize) {
    let schema = element.schema();
    for row in 0..schema.rows.len() {
        if depth == DEPTH || excluded(schema, row, sides[depth % 3]) {
            continue;
        }
        let slot = if element.count(row) == 0 { element.open(row) } else { element.get_mut(row, 0) };
        match slot {
            Slot::Leaf(leaf) => leaf.set(text, None),
            Slot::Secret(secret) => *secret = Secret::new(SECRET),
            Slot::Element(child) => fill(child, (text, sides), depth + 1),
        }
    }
}

/// Whether a row is on another side than the one that is filled.
fn excluded(schema: &Schema, row: usize, side: usize) -> bool {
    schema.rules.iter().any(|rule| match rule.kind {
        RuleKind::Sides(sides) => {
            let on = sides.iter().position(|rows| rows.contains(&row));
            on.is_some_and(|on| on != side.min(sides.len() - 1))
        }
        RuleKind::Any(_) => false,
    })
}

/// Looks at every value of a message, with its row and its path.
pub(crate) fn each<'a>(element: &'a dyn Element, path: &str, look: &mut dyn FnMut(&str, &Row, View<'a>)) {
    for (number, row) in element.schema().rows.iter().enumerate() {
        for index in 0..element.count(number) {
            let path = format!("{path}/{}", row.field);
            match element.get(number, index) {
                View::Element(child) => each(child, &path, look),
                view => look(&path, row, view),
            }
        }
    }
}

/// Every text of a message, secrets and attributes included.
pub(crate) fn texts(body: &Body) -> Vec<String> {
    let mut texts = Vec::new();
    each(body, "", &mut |_, _, view| match view {
        View::Leaf(leaf) => {
            texts.push(leaf.text().to_owned());
            texts.extend(leaf.attribute().map(str::to_owned));
        }
        View::Secret(secret) => texts.push(secret.expose().to_owned()),
        View::Element(_) => {}
    });
    if let Body::Other(other) = body {
        texts.push(other.raw.clone());
    }
    texts
}

/// Whether a row is an agency's id in some version, by the element's name on the wire.
pub(crate) fn names_agency(row: &Row) -> bool {
    row.cells.iter().filter_map(|cell| cell.place()).any(|place| place.name.ends_with("AgencyId"))
}

/// Whether a row proves who somebody is, by the element's name on the wire.
pub(crate) fn proves(row: &Row) -> bool {
    let proof = |name: &str| name.ends_with("Authentication") || name.ends_with("AuthenticationInputData");
    row.cells.iter().filter_map(|cell| cell.place()).any(|place| proof(place.name))
}

/// Whether it can be what an agency's id is.
pub(crate) fn is_term(content: Content) -> bool {
    let term = <SchemeValue as xml::Single>::CONTENT;
    matches!((content, term), (Content::Text(one), Content::Text(other)) if one.attribute == other.attribute)
}

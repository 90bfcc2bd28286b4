//! An element as deterministic bytes, by which two messages that say the same are recognised. Must never be kept or shown: secrets are in it.

use std::fmt::Write as _;

use crate::{Element, View};

/// Appends an element's fields in the model's order, secrets included: the same for two documents that say the same. Hash it, do not keep it.
pub fn canonical(element: &dyn Element, into: &mut String) {
    for (number, row) in element.schema().rows.iter().enumerate() {
        for index in 0..element.count(number) {
            into.push_str(row.field);
            match element.get(number, index) {
                View::Leaf(leaf) => {
                    text(leaf.text(), into);
                    if let Some(attribute) = leaf.attribute() {
                        into.push('@');
                        text(attribute, into);
                    }
                }
                View::Secret(secret) => text(secret.expose(), into),
                View::Element(child) => {
                    into.push('(');
                    canonical(child, into);
                    into.push(')');
                }
            }
        }
    }
}

/// A text with its length before it, so that no text can be taken for another field.
fn text(text: &str, into: &mut String) {
    // Writing to a String does not fail.
    let _ = write!(into, "={}:{text}", text.len());
}

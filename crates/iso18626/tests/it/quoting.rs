//! What a value that does not fit held is told to its sender alone: in every element of every message.

use std::collections::BTreeSet;

use iso18626::{Edition, ReadOptions, read};
use xml::schema::{Content, Lexical, Schema, TextType};

/// Fits nowhere but where any text does, and is not what an element could be called.
const MARKER: &str = "Q4711Q";

/// The elements from the message to one that holds text, and what text.
type Place = (Vec<&'static str>, TextType);

#[test]
fn no_value_that_does_not_fit_is_in_what_is_logged_and_kept() {
    for edition in Edition::ALL {
        let places = places(edition);
        assert!(places.len() > 90, "{edition}: {}", places.len());
        for (path, text) in places {
            let attribute = format!(" scheme=\"{MARKER} %\"");
            for (attribute, content) in [
                ("", MARKER.to_owned()),
                (attribute.as_str(), "x".to_owned()),
                ("", format!("<{MARKER}>x</{MARKER}>")),
                ("", format!("12<{MARKER}>34")),
                ("", format!("12</{MARKER}>34")),
                ("", format!("12&{MARKER};34")),
            ] {
                let document = document(&path, edition, attribute, &content);
                let (kept, told) = said(document.as_bytes());
                assert!(!kept.contains(MARKER), "{document}\n{kept}");
                let free = matches!(text.lexical, Lexical::String);
                if content == MARKER && !free {
                    assert!(told.contains(MARKER), "{document}\n{told}");
                }
            }
        }
    }
}

#[test]
fn what_is_told_of_a_value_is_cut_short() {
    let path = ["request", "header", "timestamp"];
    let (_, told) = said(document(&path, Edition::V1_2, "", &"x".repeat(1000)).as_bytes());
    assert!(told.contains(&format!("not a valid date and time: `{}…`", "x".repeat(40))), "{told}");
}

/// All that is said of a document: as it is kept, whatever way it is written, and as its sender is told.
fn said(document: &[u8]) -> (String, String) {
    match read(document, &ReadOptions::default()) {
        Ok(reading) => {
            let kept = reading.diagnostics.iter().map(|found| format!("{found}\n{found:?}\n"));
            let json = serde_json::to_string(&reading.diagnostics).expect("it is JSON");
            let extras: Vec<_> = reading.extras.iter().map(|extra| &extra.path).collect();
            let version = reading.known_version();
            let kept = format!("{}{json}{extras:?}{version:?}", kept.collect::<String>());
            (kept, reading.diagnostics.iter().map(|found| found.for_sender() + "\n").collect())
        }
        Err(unreadable) => (format!("{unreadable}\n{unreadable:?}"), String::new()),
    }
}

fn document(path: &[&str], edition: Edition, attribute: &str, content: &str) -> String {
    let (last, parents) = path.split_last().expect("an element is in the message");
    let mut document = format!("<{last}{attribute}>{content}</{last}>");
    for parent in parents.iter().rev() {
        document = format!("<{parent}>{document}</{parent}>");
    }
    format!(
        "<ISO18626Message xmlns=\"http://illtransactions.org/2013/iso18626\" version=\"{edition} {MARKER}\">{document}</ISO18626Message>"
    )
}

/// Every element that holds text, each kind of parent once.
fn places(edition: Edition) -> Vec<Place> {
    let column = Edition::ALL.iter().position(|known| *known == edition).expect("it is one of them");
    let mut walk = Walk { column, seen: BTreeSet::new(), places: Vec::new() };
    walk.elements(iso18626::messages(), &mut Vec::new());
    walk.places
}

struct Walk {
    column: usize,
    seen: BTreeSet<&'static str>,
    places: Vec<Place>,
}

impl Walk {
    fn elements(&mut self, schema: &'static Schema, path: &mut Vec<&'static str>) {
        if !self.seen.insert(schema.name) {
            return;
        }
        for row in schema.rows {
            let Some(place) = row.cells[self.column].place() else { continue };
            path.push(place.name);
            match place.content(row) {
                Content::Elements(inner) => self.elements(inner, path),
                Content::Text(text) => self.places.push((path.clone(), text)),
                Content::Secret | Content::Raw => self.places.push((path.clone(), TextType::PLAIN)),
            }
            path.pop();
        }
    }
}

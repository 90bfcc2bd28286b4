//! What a value that does not fit held is told to its sender alone: in every element of every message.

use std::collections::BTreeSet;

use ncip::{Body, ReadOptions, Version, read};
use xml::Element;
use xml::schema::{Content, Lexical, Schema, TextType};

/// Fits nowhere but where any text does, and is not what an element could be called.
const MARKER: &str = "Q4711Q";

/// The elements from the message to one that holds text, and what text.
type Place = (Vec<&'static str>, TextType);

#[test]
fn no_value_that_does_not_fit_is_in_what_is_logged_and_kept() {
    for edition in Version::ALL {
        let places = places(edition);
        assert!(places.len() > 100, "{edition}: {}", places.len());
        for (path, text) in places {
            let attribute = format!(" Scheme=\"{MARKER} %\"");
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
                let free = matches!(text.lexical, Lexical::String | Lexical::Empty);
                if content == MARKER && !free {
                    assert!(told.contains(MARKER), "{document}\n{told}");
                }
            }
        }
    }
}

#[test]
fn what_is_told_of_a_value_is_cut_short() {
    let path = ["CheckOutItem", "DesiredDateDue"];
    let (_, told) = said(document(&path, Version::V2_02, "", &"x".repeat(1000)).as_bytes());
    assert!(told.contains(&format!("not a valid date and time: `{}…`", "x".repeat(40))), "{told}");
}

/// All that is said of a document: as it is kept, whatever way it is written, and as its sender is told.
fn said(document: &[u8]) -> (String, String) {
    match read(document, &ReadOptions::default()) {
        Ok(reading) => {
            let kept = reading.diagnostics.iter().map(|found| format!("{found}\n{found:?}\n"));
            let json = serde_json::to_string(&reading.diagnostics).expect("it is JSON");
            let extras: Vec<_> = reading.extras.iter().map(|extra| &extra.path).collect();
            let kept = format!("{}{json}{extras:?}", kept.collect::<String>());
            (kept, reading.diagnostics.iter().map(|found| found.for_sender() + "\n").collect())
        }
        Err(unreadable) => (format!("{unreadable}\n{unreadable:?}"), String::new()),
    }
}

fn document(path: &[&str], edition: Version, attribute: &str, content: &str) -> String {
    let (last, parents) = path.split_last().expect("an element is in the message");
    let mut document = format!("<{last}{attribute}>{content}</{last}>");
    for parent in parents.iter().rev() {
        document = format!("<{parent}>{document}</{parent}>");
    }
    let namespace = edition.namespace().map(|uri| format!(" xmlns=\"{uri}\"")).unwrap_or_default();
    format!("<NCIPMessage{namespace} version=\"{}\">{document}</NCIPMessage>", edition.attribute())
}

/// Every element that holds text, each kind of parent once.
fn places(edition: Version) -> Vec<Place> {
    let column = Version::ALL.iter().position(|known| *known == edition).expect("it is one of them");
    let mut walk = Walk { seen: BTreeSet::new(), places: Vec::new() };
    walk.elements(Body::default().schema(), column, &mut Vec::new());
    walk.places
}

struct Walk {
    seen: BTreeSet<(&'static str, usize)>,
    places: Vec<Place>,
}

impl Walk {
    fn elements(&mut self, schema: &'static Schema, column: usize, path: &mut Vec<&'static str>) {
        if !self.seen.insert((schema.name, column)) {
            return;
        }
        for row in schema.rows {
            let Some(place) = row.cells[column].place() else { continue };
            path.extend(place.wrapper);
            let twin = place.twin.map(|(name, inside)| (name, Some(inside)));
            for (name, inside) in [Some((place.name, place.inside)), twin].into_iter().flatten() {
                path.push(name);
                match place.content(row) {
                    Content::Elements(inner) => self.elements(inner, inside.unwrap_or(column), path),
                    Content::Text(text) => self.places.push((path.clone(), text)),
                    Content::Secret | Content::Raw => self.places.push((path.clone(), TextType::PLAIN)),
                }
                path.pop();
            }
            path.truncate(path.len() - usize::from(place.wrapper.is_some()));
        }
    }
}

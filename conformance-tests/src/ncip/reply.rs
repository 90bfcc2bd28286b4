//! Reading NCIP: what a message says, whichever version it is in.

use super::wire::Version;
use crate::tree::Element;

/// A message that was read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The whole of it.
    pub tree: Element,
    /// The version it is in, by its namespace.
    pub version: Version,
}

/// A problem that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name: `Unknown User`.
    pub kind: String,
    /// The scheme of its name.
    pub scheme: String,
    /// Which element is at fault.
    pub element: String,
    /// What else it says.
    pub text: String,
}

impl Read {
    /// Reads a message: an `NCIPMessage` or `NCIPVersionMessage`.
    ///
    /// # Errors
    /// A sentence: not XML, or not NCIP.
    pub fn parse(bytes: &[u8]) -> Result<Read, String> {
        let tree = Element::parse(bytes)?;
        if !matches!(tree.name.as_str(), "NCIPMessage" | "NCIPVersionMessage") {
            return Err(format!("the root is <{}>, not <NCIPMessage>", tree.name));
        }
        let version = if tree.namespace == Version::NAMESPACE { Version::V2 } else { Version::V1 };
        Ok(Read { tree, version })
    }

    /// The name of the service's element: `LookupUserResponse`.
    #[must_use]
    pub fn service(&self) -> &str {
        self.body().map(|body| body.name.as_str()).unwrap_or_default()
    }

    /// The service's element.
    #[must_use]
    pub fn body(&self) -> Option<&Element> {
        self.tree.children.first()
    }

    /// The agency at a place in the header: `FromAgencyId`, `ToAgencyId`.
    #[must_use]
    pub fn agency(&self, place: &str) -> Option<&str> {
        let body = self.body()?;
        let header = body.child("InitiationHeader").or_else(|| body.child("ResponseHeader")).unwrap_or(body);
        let place = header.child(place)?;
        place.text_at("UniqueAgencyId/Value").or_else(|| place.text_at("AgencyId"))
    }

    /// The first text of an element of that name, anywhere.
    #[must_use]
    pub fn anywhere(&self, name: &str) -> Option<&str> {
        fn find<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
            if element.name == name {
                return Some(element.text.as_str());
            }
            element.children.iter().find_map(|child| find(child, name))
        }
        find(&self.tree, name)
    }

    /// The value of a code, whichever way the version writes it.
    #[must_use]
    pub fn code(&self, name: &str) -> Option<&str> {
        fn find<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
            if element.name == name {
                return Some(element);
            }
            element.children.iter().find_map(|child| find(child, name))
        }
        let code = find(&self.tree, name)?;
        Some(code.text_at("Value").unwrap_or(&code.text).trim())
    }

    /// Every problem in it.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        collect(&self.tree, &mut found);
        found
    }
}

fn collect(element: &Element, found: &mut Vec<Problem>) {
    match element.name.as_str() {
        "Problem" if element.child("ProblemType").is_some() => found.push(Problem {
            kind: element.text_at("ProblemType").unwrap_or_default().trim().to_owned(),
            scheme: element
                .child("ProblemType")
                .and_then(|kind| kind.attribute("Scheme"))
                .map(|scheme| scheme.value.clone())
                .unwrap_or_default(),
            element: element.text_at("ProblemElement").unwrap_or_default().to_owned(),
            text: [element.text_at("ProblemDetail"), element.text_at("ProblemValue")]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join("; "),
        }),
        "ProcessingError" | "MessagingError" => {
            let name = &element.name;
            let at = |path: String| element.text_at(&path).unwrap_or_default().trim().to_owned();
            found.push(Problem {
                kind: at(format!("{name}Type/Value")),
                scheme: at(format!("{name}Type/Scheme")),
                element: at(format!("{name}Element/ElementName")),
                text: at(format!("{name}Element/{name}Value")),
            });
        }
        _ => {
            for child in &element.children {
                collect(child, found);
            }
        }
    }
}

//! Values that keep the form in which they came.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use xml::Leaf;
use xml::schema::Lexical;

/// An `xs:dateTime` in its lexical form, so that a confirmation can echo it to the letter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DateTime(String);

impl DateTime {
    /// Keeps `text` as it is. Whether it is a date is asked with [`DateTime::instant`].
    pub fn from_lexical(text: impl Into<String>) -> Self {
        DateTime(text.into())
    }

    /// The instant written in UTC with milliseconds, as we write it.
    pub fn from_instant(instant: Timestamp) -> Self {
        DateTime(format!("{instant:.3}"))
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the text is an `xs:dateTime`.
    pub fn is_valid(&self) -> bool {
        xml::lexical::is_date_time(&self.0)
    }

    /// The instant meant, or `None` if the text is no `xs:dateTime`, or one before year 0 or after 9999. One without
    /// a zone is taken as UTC.
    pub fn instant(&self) -> Option<Timestamp> {
        let text = self.0.as_str();
        if !self.is_valid() {
            return None;
        }
        if let Some(midnight) = text.find("T24:00:00") {
            let day_before = format!("{}T00{}", &text[..midnight], &text[midnight + 3..]);
            let start = DateTime(day_before).instant()?;
            return start.checked_add(jiff::SignedDuration::from_hours(24)).ok();
        }
        text.parse::<Timestamp>().ok().or_else(|| {
            let local: jiff::civil::DateTime = text.parse().ok()?;
            local.in_tz("UTC").ok().map(|zoned| zoned.timestamp())
        })
    }
}

impl std::fmt::Display for DateTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// An `xs:decimal` in its lexical form: money is never turned into a float.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Decimal(String);

impl Decimal {
    /// Keeps `text` as it is.
    pub fn from_lexical(text: impl Into<String>) -> Self {
        Decimal(text.into())
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl Leaf for DateTime {
    fn set(&mut self, text: &str, _attribute: Option<&str>) {
        text.clone_into(&mut self.0);
    }

    fn text(&self) -> &str {
        &self.0
    }

    fn attribute(&self) -> Option<&str> {
        None
    }
}

impl Leaf for Decimal {
    fn set(&mut self, text: &str, _attribute: Option<&str>) {
        text.clone_into(&mut self.0);
    }

    fn text(&self) -> &str {
        &self.0
    }

    fn attribute(&self) -> Option<&str> {
        None
    }
}

xml::leaf!(DateTime, Lexical::DateTime, None);
xml::leaf!(Decimal, Lexical::Decimal, None);

//! Values that are written as text: terms of schemes, agencies, dates, numbers, flags, and what nobody knows.

use std::fmt;

use jiff::Timestamp;
use xml::schema::{Apart, Content, Lexical, TextType};
use xml::{Field, Leaf, Schemes, Single, Slot, View};

use crate::{column::TWIN, schemes};

/// Declares a term and the scheme that it is one of.
macro_rules! term {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name {
            /// The scheme's URI.
            pub scheme: Option<String>,
            /// The term.
            pub value: String,
        }

        impl $name {
            /// A term of a scheme.
            pub fn new(scheme: impl Into<String>, value: impl Into<String>) -> Self {
                $name { scheme: Some(scheme.into()), value: value.into() }
            }

            /// A term of no named scheme.
            pub fn bare(value: impl Into<String>) -> Self {
                $name { scheme: None, value: value.into() }
            }

            /// Whether it is the same term, however its letters are cased; a scheme is not looked at.
            pub fn is(&self, value: &str) -> bool {
                self.value.trim().eq_ignore_ascii_case(value)
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                $name::bare(value)
            }
        }

        impl From<String> for $name {
            fn from(value: String) -> Self {
                $name::bare(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.value)
            }
        }

        impl Leaf for $name {
            fn set(&mut self, text: &str, attribute: Option<&str>) {
                text.clone_into(&mut self.value);
                self.scheme = attribute.map(str::to_owned);
            }

            fn text(&self) -> &str {
                &self.value
            }

            fn attribute(&self) -> Option<&str> {
                self.scheme.as_deref()
            }

            fn drop_attribute(&mut self) {
                self.scheme = None;
            }

            fn written_attribute(&self, element: &str, _edition: usize, written: Schemes) -> Option<&str> {
                let said = self.scheme.as_deref().filter(|scheme| !scheme.trim().is_empty());
                match written {
                    Schemes::Written => said.or(schemes::of_term(element, &self.value)).or(self.scheme.as_deref()),
                    Schemes::LeftOut => said.filter(|scheme| !schemes::is_of(element, &self.value, scheme)),
                }
            }
        }

        impl Single for $name {
            const CONTENT: Content = Content::Text(TextType {
                lexical: Lexical::String,
                attribute: Some("Scheme"),
                apart: Some(&Apart { editions: &[0, 1, TWIN], attribute: "Scheme", text: "Value" }),
            });

            fn slot(&mut self) -> Slot<'_> {
                Slot::Leaf(self)
            }

            fn view(&self) -> View<'_> {
                View::Leaf(self)
            }
        }
    };
}

term! {
    /// A term, and the scheme that it is one of. Version 1 has them as two elements, version 2 as a text and its
    /// attribute.
    SchemeValue
}

term! {
    /// An agency: a library, or a system that acts for several. It is on the wire what every other term is, and a type of its
    /// own because two systems may name the same agency differently: see [`VisitAgencies`](crate::VisitAgencies).
    AgencyId
}

/// An element that says all by standing there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Flag {
    /// It does not.
    #[default]
    Unset,
    /// It does.
    Set,
}

impl Flag {
    /// Whether it is set.
    pub fn is_set(self) -> bool {
        self == Flag::Set
    }
}

impl From<bool> for Flag {
    fn from(set: bool) -> Self {
        if set { Flag::Set } else { Flag::Unset }
    }
}

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag.is_set()
    }
}

impl Leaf for Flag {
    fn set(&mut self, _text: &str, _attribute: Option<&str>) {
        *self = Flag::Set;
    }

    fn text(&self) -> &str {
        ""
    }

    fn attribute(&self) -> Option<&str> {
        None
    }
}

impl Field for Flag {
    const CONTENT: Content =
        Content::Text(TextType { lexical: Lexical::Empty, attribute: None, apart: None });
    const REPEATABLE: bool = false;

    fn open(&mut self) -> Slot<'_> {
        *self = Flag::Set;
        Slot::Leaf(self)
    }

    fn count(&self) -> usize {
        usize::from(self.is_set())
    }

    fn get(&self, _index: usize) -> View<'_> {
        View::Leaf(self)
    }

    fn get_mut(&mut self, _index: usize) -> Slot<'_> {
        Slot::Leaf(self)
    }

    fn truncate(&mut self, len: usize) {
        if len == 0 {
            *self = Flag::Unset;
        }
    }
}

/// What somebody put into an `Ext`, as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ext {
    /// What is in it: XML.
    pub raw: String,
    /// The namespaces that it uses, as declarations: ` xmlns:a="..."`.
    pub namespaces: Option<String>,
}

impl Leaf for Ext {
    fn set(&mut self, text: &str, attribute: Option<&str>) {
        text.clone_into(&mut self.raw);
        self.namespaces = attribute.map(str::to_owned);
    }

    fn text(&self) -> &str {
        &self.raw
    }

    fn attribute(&self) -> Option<&str> {
        self.namespaces.as_deref()
    }
}

impl Single for Ext {
    const CONTENT: Content = Content::Raw;

    fn slot(&mut self) -> Slot<'_> {
        Slot::Leaf(self)
    }

    fn view(&self) -> View<'_> {
        View::Leaf(self)
    }
}

/// Declares a value that keeps its lexical form.
macro_rules! lexical {
    ($(#[$meta:meta])* $name:ident $lexical:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// Keeps `text` as it is.
            pub fn from_lexical(text: impl Into<String>) -> Self {
                $name(text.into())
            }

            /// The text as it came.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether its type allows the text.
            pub fn is_valid(&self) -> bool {
                xml::lexical::allows(Lexical::$lexical, 0, &self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Leaf for $name {
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

        xml::leaf!($name, Lexical::$lexical, None);
    };
}

lexical! {
    /// A date and time.
    DateTime DateTime
}

lexical! {
    /// A whole number: an amount in the smallest unit of its currency.
    Integer Integer
}

lexical! {
    /// A whole number from 0.
    NonNegative NonNegativeInteger
}

lexical! {
    /// A whole number from 1.
    Positive PositiveInteger
}

impl DateTime {
    /// The instant written in UTC with seconds, as we write it.
    pub fn from_instant(instant: Timestamp) -> Self {
        DateTime(format!("{instant:.0}"))
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

impl From<Timestamp> for DateTime {
    fn from(instant: Timestamp) -> Self {
        DateTime::from_instant(instant)
    }
}

impl From<u32> for NonNegative {
    fn from(number: u32) -> Self {
        NonNegative(number.to_string())
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Integer(number.to_string())
    }
}

impl From<std::num::NonZeroU32> for Positive {
    fn from(number: std::num::NonZeroU32) -> Self {
        Positive(number.to_string())
    }
}

impl NonNegative {
    /// The number, if it is one that fits.
    pub fn number(&self) -> Option<u32> {
        self.0.trim().parse().ok()
    }
}

impl Positive {
    /// The number, if it is one that fits.
    pub fn number(&self) -> Option<u32> {
        self.0.trim().parse().ok().filter(|number| *number > 0)
    }
}

impl Integer {
    /// The number, if it is one that fits.
    pub fn number(&self) -> Option<i64> {
        self.0.trim().parse().ok()
    }
}

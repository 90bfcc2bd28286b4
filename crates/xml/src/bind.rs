//! How reader and writer reach a model's values: by row number, without knowing their types.

use crate::schema::{Content, Lexical, Schema};
use crate::{Schemes, Secret};

/// A struct or enum of the model that is written as an element with elements in it.
pub trait Element {
    /// Its description.
    fn schema(&self) -> &'static Schema;
    /// The place for one more value of a row.
    fn open(&mut self, row: usize) -> Slot<'_>;
    /// How many values a row has.
    fn count(&self, row: usize) -> usize;
    /// One value of a row; `index` is less than its count.
    fn get(&self, row: usize, index: usize) -> View<'_>;
    /// One value of a row, to change; `index` is less than its count.
    fn get_mut(&mut self, row: usize, index: usize) -> Slot<'_>;
    /// Leaves a row its first values only. A mandatory field always keeps one.
    fn truncate(&mut self, row: usize, len: usize);
    /// Whether it goes by the other name, where its place has two.
    fn is_twin(&self) -> bool {
        false
    }
}

/// A value of the model that is written as text.
pub trait Leaf {
    /// Takes a text that its type allows, or that nobody allows and that is kept as it came.
    fn set(&mut self, text: &str, attribute: Option<&str>);
    /// The text.
    fn text(&self) -> &str;
    /// The attribute.
    fn attribute(&self) -> Option<&str>;
    /// Forgets the attribute.
    fn drop_attribute(&mut self) {}
    /// The attribute as it is written in an element of an edition: as it is, unless the value's own list says it.
    fn written_attribute(&self, _element: &str, _edition: usize, _schemes: Schemes) -> Option<&str> {
        self.attribute()
    }
}

/// Where a value goes.
pub enum Slot<'m> {
    /// Text.
    Leaf(&'m mut dyn Leaf),
    /// A secret.
    Secret(&'m mut Secret),
    /// Elements.
    Element(&'m mut dyn Element),
}

/// A value.
pub enum View<'m> {
    /// Text.
    Leaf(&'m dyn Leaf),
    /// A secret: who wants its text has to say so.
    Secret(&'m Secret),
    /// Elements.
    Element(&'m dyn Element),
}

/// One value: a leaf or an element.
pub trait Single: Default {
    /// What it holds.
    const CONTENT: Content;
    /// As a place.
    fn slot(&mut self) -> Slot<'_>;
    /// As a value.
    fn view(&self) -> View<'_>;
}

/// What a field can be: one value, perhaps one, or several.
pub trait Field {
    /// What each value holds.
    const CONTENT: Content;
    /// Whether it can hold several.
    const REPEATABLE: bool;
    /// See [`Element::open`].
    fn open(&mut self) -> Slot<'_>;
    /// See [`Element::count`].
    fn count(&self) -> usize;
    /// See [`Element::get`].
    fn get(&self, index: usize) -> View<'_>;
    /// See [`Element::get_mut`].
    fn get_mut(&mut self, index: usize) -> Slot<'_>;
    /// See [`Element::truncate`].
    fn truncate(&mut self, len: usize);
}

impl<T: Single> Field for T {
    const CONTENT: Content = T::CONTENT;
    const REPEATABLE: bool = false;

    fn open(&mut self) -> Slot<'_> {
        self.slot()
    }

    fn count(&self) -> usize {
        1
    }

    fn get(&self, _index: usize) -> View<'_> {
        self.view()
    }

    fn get_mut(&mut self, _index: usize) -> Slot<'_> {
        self.slot()
    }

    fn truncate(&mut self, len: usize) {
        if len == 0 {
            *self = T::default();
        }
    }
}

impl<T: Single> Single for Box<T> {
    const CONTENT: Content = T::CONTENT;

    fn slot(&mut self) -> Slot<'_> {
        (**self).slot()
    }

    fn view(&self) -> View<'_> {
        (**self).view()
    }
}

impl<T: Single> Field for Option<T> {
    const CONTENT: Content = T::CONTENT;
    const REPEATABLE: bool = false;

    fn open(&mut self) -> Slot<'_> {
        self.insert(T::default()).slot()
    }

    fn count(&self) -> usize {
        usize::from(self.is_some())
    }

    fn get(&self, _index: usize) -> View<'_> {
        self.as_ref().expect("the index is below the count").view()
    }

    fn get_mut(&mut self, _index: usize) -> Slot<'_> {
        self.as_mut().expect("the index is below the count").slot()
    }

    fn truncate(&mut self, len: usize) {
        if len == 0 {
            *self = None;
        }
    }
}

impl<T: Single> Field for Vec<T> {
    const CONTENT: Content = T::CONTENT;
    const REPEATABLE: bool = true;

    fn open(&mut self) -> Slot<'_> {
        self.push(T::default());
        self.last_mut().expect("one was just pushed").slot()
    }

    fn count(&self) -> usize {
        self.len()
    }

    fn get(&self, index: usize) -> View<'_> {
        self[index].view()
    }

    fn get_mut(&mut self, index: usize) -> Slot<'_> {
        self[index].slot()
    }

    fn truncate(&mut self, len: usize) {
        Vec::truncate(self, len);
    }
}

/// Makes a leaf type a [`Single`] of a text type.
#[macro_export]
macro_rules! leaf {
    ($type:ty, $lexical:expr, $attribute:expr $(, $($generics:tt)*)?) => {
        impl $($($generics)*)? $crate::Single for $type {
            const CONTENT: $crate::schema::Content =
                $crate::schema::Content::Text($crate::schema::TextType {
                    lexical: $lexical,
                    attribute: $attribute,
                    apart: None,
                });

            fn slot(&mut self) -> $crate::Slot<'_> {
                $crate::Slot::Leaf(self)
            }

            fn view(&self) -> $crate::View<'_> {
                $crate::View::Leaf(self)
            }
        }
    };
}

impl Leaf for String {
    fn set(&mut self, text: &str, _attribute: Option<&str>) {
        text.clone_into(self);
    }

    fn text(&self) -> &str {
        self
    }

    fn attribute(&self) -> Option<&str> {
        None
    }
}

impl Leaf for bool {
    fn set(&mut self, text: &str, _attribute: Option<&str>) {
        *self = matches!(text, "true" | "1");
    }

    fn text(&self) -> &str {
        if *self { "true" } else { "false" }
    }

    fn attribute(&self) -> Option<&str> {
        None
    }
}

leaf!(String, Lexical::String, None);
leaf!(bool, Lexical::Boolean, None);

//! The declarations from which the codec is made: `element!`, `choice!`, `codes!`.
//!
//! A table has one row a field and two columns: 1.2 and 2021-2. A cell says position, name and cardinality there:
//! `one`, `opt`, `many`, `many 3`, `empty` (mandatory but may be empty), `forgiven` (mandatory, but a message
//! without it is understood); then, where it matters, `join` (several values become one), `plain` (no scheme),
//! `integer`, `integer0` (from 0), `new` (not in 1.1, where the value is dropped). Where the edition has no such
//! element it says what becomes of the value: `note "Label"`, `drop`, or `moved` (a conversion takes it to another
//! parent). From the table come the struct, its schema for the reader, the writer, the XSD and the loss report,
//! and the way from row to field.

use xml::schema::{Cell, Fate, Lexical, Need};

/// A cell of the 1.2 column, which also says what 1.1 has; the 2021-2 column uses `now` alone.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    pub(crate) first: Cell,
    pub(crate) now: Cell,
}

impl Column {
    pub(crate) const fn here(position: u8, name: &'static str) -> Column {
        Column::both(Cell::here(position, name))
    }

    pub(crate) const fn absent(fate: Fate) -> Column {
        Column::both(Cell::Absent(fate))
    }

    const fn both(cell: Cell) -> Column {
        Column { first: cell, now: cell }
    }

    pub(crate) const fn one(self) -> Column {
        self
    }

    pub(crate) const fn opt(self) -> Column {
        Column::both(self.now.need(Need::Optional))
    }

    pub(crate) const fn many(self) -> Column {
        Column::both(self.now.need(Need::Optional).max(None))
    }

    pub(crate) const fn at_most(self, max: u16) -> Column {
        Column::both(self.now.max(Some(max)))
    }

    pub(crate) const fn empty(self) -> Column {
        Column::both(self.now.need(Need::MayBeEmpty))
    }

    pub(crate) const fn forgiven(self) -> Column {
        Column::both(self.now.need(Need::Forgiven))
    }

    pub(crate) const fn join(self) -> Column {
        Column::both(self.now.join())
    }

    pub(crate) const fn plain(self) -> Column {
        Column::both(self.now.text(Lexical::String))
    }

    pub(crate) const fn integer(self) -> Column {
        Column::both(self.now.text(Lexical::Integer))
    }

    pub(crate) const fn integer0(self) -> Column {
        Column::both(self.now.text(Lexical::NonNegativeInteger))
    }

    #[allow(clippy::wrong_self_convention, reason = "a word of the tables")]
    pub(crate) const fn new(self) -> Column {
        Column { first: Cell::Absent(Fate::Drop), now: self.now }
    }
}

/// Reads one cell.
macro_rules! cell {
    (note $label:literal) => { $crate::declare::Column::absent(::xml::schema::Fate::Note($label)) };
    (drop) => { $crate::declare::Column::absent(::xml::schema::Fate::Drop) };
    (moved) => { $crate::declare::Column::absent(::xml::schema::Fate::Moved) };
    ($position:literal $name:ident many $max:literal $($word:ident)*) => {
        $crate::declare::Column::here($position, stringify!($name)).many().at_most($max)$(.$word())*
    };
    ($position:literal $name:ident $($word:ident)+) => {
        $crate::declare::Column::here($position, stringify!($name))$(.$word())+
    };
}

/// The schema and the dispatch of a struct or choice. Each row's number is a constant named after its field.
macro_rules! bind {
    ($group:ident $name:ident {
        $( $(#[doc = $doc:literal])* $field:ident : $type:ty => ($($v12:tt)*) ($($v21:tt)*); )*
    }) => {
        enum Number { $( $field, )* }
        $(
            const $field: usize = Number::$field as usize;
        )*

        static ROWS: &[::xml::schema::Row] = &[ $(
            ::xml::schema::Row {
                field: stringify!($field),
                doc: concat!($($doc),*),
                content: <$type as ::xml::Field>::CONTENT,
                repeatable: <$type as ::xml::Field>::REPEATABLE,
                cells: &[cell!($($v12)*).first, cell!($($v12)*).now, cell!($($v21)*).now],
            },
        )* ];

        static SCHEMA: ::xml::schema::Schema = ::xml::schema::Schema {
            name: stringify!($name),
            group: ::xml::schema::Group::$group,
            rows: ROWS,
            editions: &[
                ::xml::schema::Order::of(ROWS, 0),
                ::xml::schema::Order::of(ROWS, 1),
                ::xml::schema::Order::of(ROWS, 2),
            ],
            rules: &[],
        };

        impl ::xml::Single for $name {
            const CONTENT: ::xml::schema::Content = ::xml::schema::Content::Elements(&SCHEMA);

            fn slot(&mut self) -> ::xml::Slot<'_> {
                ::xml::Slot::Element(self)
            }

            fn view(&self) -> ::xml::View<'_> {
                ::xml::View::Element(self)
            }
        }
    };
}

/// Declares an element once.
macro_rules! element {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[doc = $doc:literal])*
                $(#[serde($($serde:tt)+)])?
                $field:ident : $type:ty => ($($v12:tt)*) ($($v21:tt)*);
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(default)]
        $vis struct $name {
            $( $(#[doc = $doc])* $(#[serde($($serde)+)])? pub $field: $type, )*
        }

        #[allow(non_camel_case_types, non_upper_case_globals, reason = "the rows' numbers are named after the fields")]
        const _: () = {
            bind! { Sequence $name { $( $(#[doc = $doc])* $field: $type => ($($v12)*) ($($v21)*); )* } }

            impl ::xml::Element for $name {
                fn schema(&self) -> &'static ::xml::schema::Schema {
                    &SCHEMA
                }

                fn open(&mut self, row: usize) -> ::xml::Slot<'_> {
                    match row {
                        $( $field => ::xml::Field::open(&mut self.$field), )*
                        _ => panic!("no such row"),
                    }
                }

                fn count(&self, row: usize) -> usize {
                    match row {
                        $( $field => ::xml::Field::count(&self.$field), )*
                        _ => 0,
                    }
                }

                fn get(&self, row: usize, index: usize) -> ::xml::View<'_> {
                    match row {
                        $( $field => ::xml::Field::get(&self.$field, index), )*
                        _ => panic!("no such row"),
                    }
                }

                fn get_mut(&mut self, row: usize, index: usize) -> ::xml::Slot<'_> {
                    match row {
                        $( $field => ::xml::Field::get_mut(&mut self.$field, index), )*
                        _ => panic!("no such row"),
                    }
                }

                fn truncate(&mut self, row: usize, len: usize) {
                    match row {
                        $( $field => ::xml::Field::truncate(&mut self.$field, len), )*
                        _ => {}
                    }
                }
            }
        };
    };
}

/// Declares an element that holds one of several, as an enum. Its default is said beside it.
macro_rules! choice {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[doc = $doc:literal])* $variant:ident ( $type:ty ) => ($($v12:tt)*) ($($v21:tt)*); )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        $vis enum $name {
            $( $(#[doc = $doc])* $variant($type), )*
        }

        #[allow(non_camel_case_types, non_upper_case_globals, reason = "the rows' numbers are named after the fields")]
        const _: () = {
            bind! { Choice $name { $( $(#[doc = $doc])* $variant: $type => ($($v12)*) ($($v21)*); )* } }

            impl ::xml::Element for $name {
                fn schema(&self) -> &'static ::xml::schema::Schema {
                    &SCHEMA
                }

                fn open(&mut self, row: usize) -> ::xml::Slot<'_> {
                    match row {
                        $( $variant => *self = $name::$variant(Default::default()), )*
                        _ => panic!("no such row"),
                    }
                    self.get_mut(row, 0)
                }

                fn count(&self, row: usize) -> usize {
                    match self {
                        $( $name::$variant(_) => usize::from(row == $variant), )*
                    }
                }

                fn get(&self, _row: usize, _index: usize) -> ::xml::View<'_> {
                    match self {
                        $( $name::$variant(value) => ::xml::Single::view(value), )*
                    }
                }

                fn get_mut(&mut self, _row: usize, _index: usize) -> ::xml::Slot<'_> {
                    match self {
                        $( $name::$variant(value) => ::xml::Single::slot(value), )*
                    }
                }

                fn truncate(&mut self, _row: usize, _len: usize) {}
            }
        };
    };
}

/// Declares a closed code list: the wire values, and one variant that keeps what is not among them. A cell says
/// `known`, or what becomes of a value that the edition does not know.
macro_rules! codes {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$vmeta:meta])* $variant:ident => ($v12:ident) ($v21:ident); )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )*
            /// A value that no edition lists, kept as it came.
            Unknown(String),
        }

        impl $name {
            /// Every listed value, in the standard's order.
            pub const ALL: &[$name] = &[$( $name::$variant, )*];

            /// The list, with what each edition knows of it.
            pub const LIST: &::xml::schema::CodeList = &::xml::schema::CodeList {
                name: stringify!($name),
                codes: &[$(
                    ::xml::schema::Code {
                        value: stringify!($variant),
                        cells: &[code_cell!($v12), code_cell!($v12), code_cell!($v21)],
                    },
                )*],
            };

            /// Whether some edition lists it.
            pub fn is_listed(&self) -> bool {
                !matches!(self, $name::Unknown(_))
            }

            /// Whether an edition lists it.
            pub fn is_known_in(&self, edition: $crate::Edition) -> bool {
                Self::LIST.knows(edition.column(), self.as_str())
            }

            /// The value as it is written.
            pub fn as_str(&self) -> &str {
                match self {
                    $( $name::$variant => stringify!($variant), )*
                    $name::Unknown(value) => value,
                }
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $( stringify!($variant) => $name::$variant, )*
                    other => $name::Unknown(other.to_owned()),
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                $name::Unknown(String::new())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(value.as_ref()))
            }
        }

        impl ::xml::Leaf for $name {
            fn set(&mut self, text: &str, _attribute: Option<&str>) {
                *self = Self::from(text);
            }

            fn text(&self) -> &str {
                self.as_str()
            }

            fn attribute(&self) -> Option<&str> {
                None
            }
        }

        ::xml::leaf!($name, ::xml::schema::Lexical::Code($name::LIST), None);
    };
}

macro_rules! code_cell {
    (known) => {
        ::xml::schema::CodeCell::Known
    };
    ($word:ident) => {
        ::xml::schema::CodeCell::Becomes(stringify!($word))
    };
}

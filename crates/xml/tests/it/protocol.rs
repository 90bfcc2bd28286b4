//! A protocol with two editions, declared by hand as a codec's macros would.

use xml::schema::{Cell, Content, Fate, Group, Lexical, Need, Order, Row, Schema};
use xml::{Element, Field, Single, Slot, View};

/// A parcel: in the first edition its weight stands first, in the second last, and several items fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) item: Vec<String>,
    pub(crate) weight: String,
    pub(crate) inner: Option<Box2>,
}

/// A parcel in a parcel: a static schema may speak of itself.
pub(crate) type Box2 = Boxed;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Boxed(pub(crate) Box<Parcel>);

static ROWS: &[Row] = &[
    Row {
        field: "item",
        doc: " What is in it.",
        content: <Vec<String> as Field>::CONTENT,
        repeatable: true,
        cells: &[
            Cell::here(2, "item").need(Need::Optional),
            Cell::here(1, "thing").need(Need::Optional).max(None),
        ],
    },
    Row {
        field: "weight",
        doc: " In grams & <whole>.",
        content: <String as Field>::CONTENT,
        repeatable: false,
        cells: &[
            Cell::here(1, "weight").text(Lexical::Integer),
            Cell::here(2, "weight").text(Lexical::Integer),
        ],
    },
    Row {
        field: "inner",
        doc: "",
        content: Content::Elements(&PARCEL),
        repeatable: false,
        cells: &[Cell::Absent(Fate::Drop), Cell::here(3, "inner").need(Need::Optional)],
    },
];

pub(crate) static PARCEL: Schema = Schema {
    name: "Parcel",
    group: Group::Sequence,
    rows: ROWS,
    editions: &[Order::of(ROWS, 0), Order::of(ROWS, 1)],
    rules: &[],
};

impl Element for Parcel {
    fn schema(&self) -> &'static Schema {
        &PARCEL
    }

    fn open(&mut self, row: usize) -> Slot<'_> {
        match row {
            0 => Field::open(&mut self.item),
            1 => Field::open(&mut self.weight),
            _ => Field::open(&mut self.inner),
        }
    }

    fn count(&self, row: usize) -> usize {
        match row {
            0 => Field::count(&self.item),
            1 => Field::count(&self.weight),
            _ => Field::count(&self.inner),
        }
    }

    fn get(&self, row: usize, index: usize) -> View<'_> {
        match row {
            0 => Field::get(&self.item, index),
            1 => Field::get(&self.weight, index),
            _ => Field::get(&self.inner, index),
        }
    }

    fn get_mut(&mut self, row: usize, index: usize) -> Slot<'_> {
        match row {
            0 => Field::get_mut(&mut self.item, index),
            1 => Field::get_mut(&mut self.weight, index),
            _ => Field::get_mut(&mut self.inner, index),
        }
    }

    fn truncate(&mut self, row: usize, len: usize) {
        match row {
            0 => Field::truncate(&mut self.item, len),
            1 => Field::truncate(&mut self.weight, len),
            _ => Field::truncate(&mut self.inner, len),
        }
    }
}

impl Single for Boxed {
    const CONTENT: Content = Content::Elements(&PARCEL);

    fn slot(&mut self) -> Slot<'_> {
        Slot::Element(&mut *self.0)
    }

    fn view(&self) -> View<'_> {
        View::Element(&*self.0)
    }
}

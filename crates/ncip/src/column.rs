//! A column of the tables that `element!` and `body!` read: what each version of its kind has in a cell. Must never know a particular
//! element.

use xml::schema::{Cell, Fate, Lexical, Need};

/// The columns of the schemas: 1.0, 1.01, 2.0, 2.01, 2.02, and version 1's other form of ids and errors.
pub(crate) const TWIN: usize = 5;

pub(crate) const ALL: &[usize] = &[0, 1, 2, 3, 4, 5];
pub(crate) const SINCE_2_01: &[usize] = &[3, 4];
pub(crate) const BEFORE_2_01: &[usize] = &[0, 1, 2];

/// One column of a table: what each version of its kind has. There are three of version 2 and two of version 1, of
/// which the last is there twice.
#[derive(Clone, Copy)]
pub(crate) struct Column(pub(crate) [Cell; 3]);

impl Column {
    pub(crate) const fn here(position: usize, name: &'static str) -> Column {
        Column::of(Cell::here(position as u8, name))
    }

    pub(crate) const fn absent() -> Column {
        Column::of(Cell::Absent(Fate::Drop))
    }

    const fn of(cell: Cell) -> Column {
        Column([cell, cell, cell])
    }

    pub(crate) const fn one(self) -> Column {
        self
    }

    pub(crate) const fn opt(self) -> Column {
        Column::of(self.0[2].need(Need::Optional))
    }

    pub(crate) const fn many(self) -> Column {
        Column::of(self.0[2].need(Need::Optional).max(None))
    }

    pub(crate) const fn some(self) -> Column {
        Column::of(self.0[2].max(None))
    }

    pub(crate) const fn at(self, position: u8) -> Column {
        match self.0[2] {
            Cell::Here(mut place) => {
                place.position = position;
                Column::of(Cell::Here(place))
            }
            Cell::Absent(_) => self,
        }
    }

    pub(crate) const fn wrapped(self, name: &'static str) -> Column {
        Column::of(self.0[2].wrapper(name))
    }

    pub(crate) const fn nests(self) -> Column {
        Column::of(self.0[2].nests())
    }

    pub(crate) const fn twin(self, name: &'static str) -> Column {
        Column::of(self.0[2].twin(name, TWIN))
    }

    pub(crate) const fn inside(self) -> Column {
        Column::of(self.0[2].inside(TWIN))
    }

    pub(crate) const fn v101(self) -> Column {
        Column([Cell::Absent(Fate::Drop), self.0[1], self.0[2]])
    }

    #[allow(clippy::wrong_self_convention, reason = "a word of the tables")]
    pub(crate) const fn new201(self) -> Column {
        self.v101()
    }

    #[allow(clippy::wrong_self_convention, reason = "a word of the tables")]
    pub(crate) const fn new202(self) -> Column {
        Column([Cell::Absent(Fate::Drop), Cell::Absent(Fate::Drop), self.0[2]])
    }

    pub(crate) const fn some10(self) -> Column {
        Column([self.0[0].need(Need::Mandatory), self.0[1], self.0[2]])
    }

    pub(crate) const fn one20(self) -> Column {
        Column([self.0[0].need(Need::Mandatory), self.0[1].need(Need::Mandatory), self.0[2]])
    }

    pub(crate) const fn positive(self) -> Column {
        Column::of(self.0[2].text(Lexical::PositiveInteger))
    }

    pub(crate) const fn positive20(self) -> Column {
        let positive = Lexical::PositiveInteger;
        Column([self.0[0].text(positive), self.0[1].text(positive), self.0[2]])
    }

    pub(crate) const fn single20(self) -> Column {
        Column([self.0[0].max(Some(1)), self.0[1], self.0[2]])
    }

    pub(crate) const fn sole20(self) -> Column {
        Column([self.0[0].need(Need::Mandatory).max(Some(1)), self.0[1], self.0[2]])
    }

    pub(crate) const fn many20(self) -> Column {
        Column([self.0[0].max(None), self.0[1], self.0[2]])
    }
}

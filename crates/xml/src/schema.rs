//! The static description of a protocol's elements: one row a field, one cell an edition.
//!
//! It is built at compile time from the codec's tables. The reader, the writer, the schema generator and the
//! conversions walk it; none of them knows a protocol.

/// The most rows an element can have.
pub const MAX_ROWS: usize = 128;

/// An element with elements in it.
#[derive(Debug)]
pub struct Schema {
    /// The type's name.
    pub name: &'static str,
    /// Whether its elements follow one another or exclude one another.
    pub group: Group,
    /// Its fields, as the model has them.
    pub rows: &'static [Row],
    /// For each edition, which rows are in it, in the order of the wire.
    pub editions: &'static [Order],
    /// Which of its fields exclude or need one another.
    pub rules: &'static [Rule],
}

/// What holds between the fields of a sequence.
#[derive(Debug)]
pub struct Rule {
    /// In which editions it holds.
    pub editions: &'static [usize],
    /// What holds.
    pub kind: RuleKind,
}

/// The kinds of rules. Rows are named by their numbers.
#[derive(Debug)]
pub enum RuleKind {
    /// The rows belong to sides, of which one is present. Only the rows of that side may occur, and only they are
    /// mandatory if they say so. Where no side is present, it is the first.
    Sides(&'static [&'static [usize]]),
    /// At least one of them is present.
    Any(&'static [usize]),
}

/// How the elements of a group are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// One after the other.
    Sequence,
    /// One of them.
    Choice,
}

/// One field.
#[derive(Debug)]
pub struct Row {
    /// The field's name in the model.
    pub field: &'static str,
    /// What it is, in words.
    pub doc: &'static str,
    /// What it holds.
    pub content: Content,
    /// Whether the model can hold several.
    pub repeatable: bool,
    /// Its place in each edition.
    pub cells: &'static [Cell],
}

/// What an element holds.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// Text of some type.
    Text(TextType),
    /// Text that is never shown.
    Secret,
    /// Elements.
    Elements(&'static Schema),
    /// Whatever somebody put there: kept as text, with the namespaces that it uses.
    Raw,
}

/// The type of a text.
#[derive(Clone, Copy, Debug)]
pub struct TextType {
    /// Which texts are allowed.
    pub lexical: Lexical,
    /// The one attribute it may carry (an `anyURI`).
    pub attribute: Option<&'static str>,
    /// Where the text and its attribute are two elements instead.
    pub apart: Option<&'static Apart>,
}

/// A text and its attribute as two elements inside of the element.
#[derive(Debug)]
pub struct Apart {
    /// In which editions.
    pub editions: &'static [usize],
    /// The element with what is an attribute elsewhere. It comes first.
    pub attribute: &'static str,
    /// The element with the text.
    pub text: &'static str,
}

impl TextType {
    /// Any text, without an attribute.
    pub const PLAIN: TextType = TextType { lexical: Lexical::String, attribute: None, apart: None };

    /// The two elements, if an edition has them.
    pub fn apart_in(&self, edition: usize) -> Option<&'static Apart> {
        self.apart.filter(|apart| apart.editions.contains(&edition))
    }
}

/// Which texts are allowed.
#[derive(Clone, Copy, Debug)]
pub enum Lexical {
    /// Any.
    String,
    /// `xs:dateTime`.
    DateTime,
    /// `xs:decimal`.
    Decimal,
    /// `xs:boolean`.
    Boolean,
    /// `xs:integer`.
    Integer,
    /// `xs:integer` from 0.
    NonNegativeInteger,
    /// `xs:integer` from 1.
    PositiveInteger,
    /// None: the presence of the element is the value.
    Empty,
    /// One of a closed list.
    Code(&'static CodeList),
}

impl Lexical {
    /// The closed list's name, if it is one.
    pub const fn code_list(&self) -> Option<&'static str> {
        match self {
            Lexical::Code(list) => Some(list.name),
            _ => None,
        }
    }
}

/// A closed code list.
#[derive(Debug)]
pub struct CodeList {
    /// Its name.
    pub name: &'static str,
    /// Its values in the order of the standard.
    pub codes: &'static [Code],
}

/// One value of a closed list.
#[derive(Debug)]
pub struct Code {
    /// As it is written.
    pub value: &'static str,
    /// For each edition, whether it knows the value or what becomes of it.
    pub cells: &'static [CodeCell],
}

/// A closed value in one edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeCell {
    /// The edition has it.
    Known,
    /// It has not: another value replaces it, and the note says so. The word means something to the codec.
    Becomes(&'static str),
}

impl CodeList {
    /// Whether an edition knows a value.
    pub fn knows(&self, edition: usize, value: &str) -> bool {
        self.codes
            .iter()
            .any(|code| code.value == value && matches!(code.cells.get(edition), Some(CodeCell::Known)))
    }
}

/// A field's place in one edition.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// It is present.
    Here(Place),
    /// It does not; this becomes of its value.
    Absent(Fate),
}

/// Where a field is written, and how.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its position among the others.
    pub position: u8,
    /// The element's name.
    pub name: &'static str,
    /// Whether it must be there.
    pub need: Need,
    /// How often it may occur.
    pub max: Option<u16>,
    /// What becomes of values for which there is no room.
    pub overflow: Overflow,
    /// The type of its text, where the edition has another than the model.
    pub text: Option<TextType>,
    /// The element around it, which it shares with the neighbours that name the same.
    pub wrapper: Option<&'static str>,
    /// Whether it is a path: the wrapper is nested once more for each further part of the text, which `/`
    /// parts.
    pub nests: bool,
    /// Another name it may have, under which it is made as this edition has it.
    pub twin: Option<(&'static str, usize)>,
    /// The edition whose table says how it is made inside, if it is not this one.
    pub inside: Option<usize>,
}

/// Whether an element must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It may be left out.
    Optional,
    /// It must be there.
    Mandatory,
    /// It must be there, but a message without it is understood.
    Forgiven,
    /// It must be there, but may be empty, which means that there is none.
    MayBeEmpty,
}

/// What becomes of values for which an edition has no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The first stays, the others go to the note.
    Note,
    /// They are joined into one.
    Join,
}

/// What becomes of a value that an edition has no element for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A labelled line in the message's note.
    Note(&'static str),
    /// It is gone.
    Drop,
    /// A conversion takes it to another parent.
    Moved,
}

impl Cell {
    /// A cell with a place, mandatory and single until said otherwise.
    pub const fn here(position: u8, name: &'static str) -> Cell {
        Cell::Here(Place {
            position,
            name,
            need: Need::Mandatory,
            max: Some(1),
            overflow: Overflow::Note,
            text: None,
            wrapper: None,
            nests: false,
            twin: None,
            inside: None,
        })
    }

    /// The place, if there is one.
    pub const fn place(&self) -> Option<&Place> {
        match self {
            Cell::Here(place) => Some(place),
            Cell::Absent(_) => None,
        }
    }

    /// The same cell with another need.
    pub const fn need(mut self, need: Need) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.need = need;
        }
        self
    }

    /// The same cell with another bound.
    pub const fn max(mut self, max: Option<u16>) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.max = max;
        }
        self
    }

    /// The same cell, surplus values being joined.
    pub const fn join(mut self) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.overflow = Overflow::Join;
        }
        self
    }

    /// The same cell inside of another element.
    pub const fn wrapper(mut self, name: &'static str) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.wrapper = Some(name);
        }
        self
    }

    /// The same cell as a path of names, a wrapper each.
    pub const fn nests(mut self) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.nests = true;
        }
        self
    }

    /// The same cell with another name for some of its values.
    pub const fn twin(mut self, name: &'static str, edition: usize) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.twin = Some((name, edition));
        }
        self
    }

    /// The same cell, made inside as another edition has it.
    pub const fn inside(mut self, edition: usize) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.inside = Some(edition);
        }
        self
    }

    /// The same cell with a text type of its own.
    pub const fn text(mut self, lexical: Lexical) -> Cell {
        if let Cell::Here(place) = &mut self {
            place.text = Some(TextType { lexical, attribute: None, apart: None });
        }
        self
    }
}

impl Place {
    /// Whether the element must be in a valid document.
    pub const fn is_mandatory(&self) -> bool {
        !matches!(self.need, Need::Optional)
    }

    /// What the element holds in this edition.
    pub const fn content(&self, row: &Row) -> Content {
        match self.text {
            Some(text) => Content::Text(text),
            None => row.content,
        }
    }
}

/// The rows of one edition in the order of the wire.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    rows: [u8; MAX_ROWS],
    len: usize,
}

impl Order {
    /// Sorts an element's rows by their position in `edition`. Two rows in one position stop the build.
    pub const fn of(rows: &[Row], edition: usize) -> Order {
        assert!(rows.len() <= MAX_ROWS, "an element has too many rows");
        let mut order = Order { rows: [0; MAX_ROWS], len: 0 };
        let mut position = 0;
        while position < MAX_ROWS {
            let mut row = 0;
            let mut found = false;
            while row < rows.len() {
                if let Cell::Here(place) = &rows[row].cells[edition]
                    && place.position as usize == position
                {
                    assert!(!found, "two rows have one position");
                    found = true;
                    order.rows[order.len] = row as u8;
                    order.len += 1;
                }
                row += 1;
            }
            position += 1;
        }
        order
    }

    /// The indices of the rows.
    #[inline]
    pub fn rows(&self) -> &[u8] {
        &self.rows[..self.len]
    }
}

impl Schema {
    /// The rows of an edition with their places, in the order of the wire.
    pub fn places(&self, edition: usize) -> impl Iterator<Item = (usize, &Row, &Place)> {
        self.editions[edition].rows().iter().filter_map(move |index| {
            let row = &self.rows[usize::from(*index)];
            row.cells[edition].place().map(|place| (usize::from(*index), row, place))
        })
    }
}

/// What the rules of an element ask of its rows, given which of them have values.
pub struct Demands {
    /// Rows that must be absent, and are therefore not mandatory.
    excluded: [bool; MAX_ROWS],
}

impl Schema {
    /// What the rules ask, where `count` says how many values a row has.
    pub fn demands(&self, edition: usize, count: impl Fn(usize) -> usize) -> Demands {
        let mut excluded = [false; MAX_ROWS];
        for rule in self.rules.iter().filter(|rule| rule.editions.contains(&edition)) {
            let RuleKind::Sides(sides) = rule.kind else { continue };
            let chosen = sides.iter().position(|side| side.iter().any(|row| count(*row) > 0)).unwrap_or(0);
            for row in sides.iter().copied().flatten() {
                excluded[*row] |= !sides[chosen].contains(row);
            }
        }
        Demands { excluded }
    }

    /// The rows of which one must be present and none is.
    pub fn unmet<'s>(
        &'s self,
        edition: usize,
        demands: &'s Demands,
        count: impl Fn(usize) -> usize + 's,
    ) -> impl Iterator<Item = &'static [usize]> + 's {
        self.rules.iter().filter(move |rule| rule.editions.contains(&edition)).filter_map(move |rule| {
            let RuleKind::Any(rows) = rule.kind else { return None };
            let asked =
                rows.iter().any(|row| !demands.excludes(*row)) && rows.iter().all(|row| count(*row) == 0);
            asked.then_some(rows)
        })
    }
}

impl Demands {
    /// Whether a row must be absent.
    pub fn excludes(&self, row: usize) -> bool {
        self.excluded[row]
    }
}

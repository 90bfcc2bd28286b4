//! Slips: what is printed and goes along with an item. Values in, self-contained HTML or PDF out. Pure: must never read a clock, and never
//! name a patron: a slip travels on the outside of a book.
//!
//! ```
//! use slips::{RequestCode, Slip, SlipKind, Stop};
//!
//! let request = RequestCode::new("req_01ktn1y5gc0000000000000000");
//! let mut slip = Slip::new(SlipKind::Routing, request, "0000000042");
//! slip.item.title = Some("The book of tides".to_owned());
//! slip.to = Stop { name: "Hill Library".to_owned(), ..Stop::default() };
//! assert!(slip.html().contains("The book of tides"));
//! assert!(slip.pdf().starts_with(b"%PDF-1."));
//! ```

mod barcode;
mod facts;
mod html;
mod lines;
mod pdf;
mod text;

use jiff::civil::{Date, DateTime};

pub use self::{
    facts::{Courier, ItemFacts, PatronToken, RequestCode, SlipVolume, Stop},
    html::{Heading, escaped, section},
};

/// A slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// What it is for.
    pub kind: SlipKind,
    /// The request. Its barcode is the slip's.
    pub request: RequestCode,
    /// The id under which the other side knows the request, for people.
    pub reference: String,
    /// What is asked for.
    pub item: ItemFacts,
    /// Its pieces. None where it is not known yet how many there are.
    pub volumes: Vec<SlipVolume>,
    /// Where it comes from.
    pub from: Stop,
    /// Where it goes.
    pub to: Stop,
    /// The patron, as a token that means something to the broker alone.
    pub patron: Option<PatronToken>,
    /// When it is due back.
    pub due: Option<Date>,
    /// Until when it is of use.
    pub needed_by: Option<Date>,
    /// What else people should know.
    pub notes: Vec<String>,
}

/// What a slip is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipKind {
    /// To find it on the shelf.
    Pull,
    /// To send it to the library that borrows it.
    Routing,
    /// To send it home.
    Return,
}

/// All that a library is to pull today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullList {
    /// The library.
    pub library: String,
    /// When the list was made, by the library's own clock.
    pub made: DateTime,
    /// What is to be pulled, in the order of the shelves: see [`PullList::new`].
    slips: Vec<Slip>,
}

impl Slip {
    /// A slip that names its request and nothing else yet.
    pub fn new(kind: SlipKind, request: RequestCode, reference: impl Into<String>) -> Self {
        Self {
            kind,
            request,
            reference: reference.into(),
            item: ItemFacts::default(),
            volumes: Vec::new(),
            from: Stop::default(),
            to: Stop::default(),
            patron: None,
            due: None,
            needed_by: None,
            notes: Vec::new(),
        }
    }

    /// A page to print, with all that it needs in it.
    pub fn html(&self) -> String {
        html::page(self.kind.title(), None, std::slice::from_ref(self))
    }

    /// A PDF file of one page, or more where there is much to say.
    pub fn pdf(&self) -> Vec<u8> {
        pdf::file(self.kind.title(), None, std::slice::from_ref(self))
    }

    /// What it says, line by line, each with its name: for a mail's text.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let (from, to) = lines::sides(self.kind);
        let mut all = Vec::new();
        for (name, stop) in [(to, &self.to), (from, &self.from)] {
            let mut words = lines::stop(stop);
            if let Some(courier) = &stop.courier {
                let (code, through) = lines::courier(courier);
                words.push(format!("courier {code}"));
                words.extend(through);
            }
            if !words.is_empty() {
                all.push((name, words.join(", ")));
            }
        }
        let named = lines::item(self).into_iter().chain(lines::request(self));
        all.extend(named.map(|line| (line.name, line.says)));
        all
    }

    /// What its barcode says: the request's id without the prefix, which is what a scanner finds it by.
    pub fn barcode(&self) -> String {
        let id = self.request.as_str();
        id.strip_prefix("req_").unwrap_or(id).to_owned()
    }
}

impl SlipKind {
    /// Every one.
    pub const ALL: &[SlipKind] = &[SlipKind::Pull, SlipKind::Routing, SlipKind::Return];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            SlipKind::Pull => "pull",
            SlipKind::Routing => "routing",
            SlipKind::Return => "return",
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            SlipKind::Pull => "Pull slip",
            SlipKind::Routing => "Routing slip",
            SlipKind::Return => "Return slip",
        }
    }
}

impl PullList {
    /// A list, put into the order of the shelves: by location, call number and title.
    pub fn new(library: impl Into<String>, made: DateTime, mut slips: Vec<Slip>) -> Self {
        slips.sort_by(|a, b| a.shelf_order().cmp(&b.shelf_order()));
        Self { library: library.into(), made, slips }
    }

    /// What is on it.
    pub fn slips(&self) -> &[Slip] {
        &self.slips
    }

    /// A page to print: the list, then each slip on its own sheet.
    pub fn html(&self) -> String {
        html::page("Pull list", Some(self), &self.slips)
    }

    /// A PDF file: the list, then each slip on its own page.
    pub fn pdf(&self) -> Vec<u8> {
        pdf::file("Pull list", Some(self), &self.slips)
    }
}

impl Slip {
    fn shelf_order(&self) -> (Option<&String>, Option<&String>, Option<&String>, &RequestCode) {
        (self.item.location.as_ref(), self.item.call_number.as_ref(), self.item.title.as_ref(), &self.request)
    }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

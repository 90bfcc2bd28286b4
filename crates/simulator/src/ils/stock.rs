//! The file that says who has a card and what items a simulated ILS has.

use serde::Deserialize;

use super::circulation::{Item, Lending, Patron, PatronKind, Standing, Whereabouts};

/// Patrons and items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Who has a card.
    pub patrons: Vec<Patron>,
    /// The items.
    pub items: Vec<Item>,
}

/// The file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StockProblem {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// The same twice.
    #[error("{what} {barcode} is listed twice")]
    Twice {
        /// A patron or an item.
        what: &'static str,
        /// Which.
        barcode: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(default)]
    patron: Vec<PatronEntry>,
    #[serde(default)]
    item: Vec<ItemEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PatronEntry {
    barcode: String,
    surname: String,
    given_name: Option<String>,
    pin: Option<String>,
    #[serde(default)]
    kind: PatronKind,
    #[serde(default)]
    standing: Standing,
    expires: Option<jiff::Timestamp>,
    most_loans: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct ItemEntry {
    barcode: String,
    title: String,
    record: Option<String>,
    author: Option<String>,
    call_number: Option<String>,
    #[serde(default)]
    location: String,
    #[serde(default)]
    lending: Lending,
    #[serde(default)]
    whereabouts: Whereabouts,
}

impl Stock {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is no TOML, has a key that is not known, or the same barcode twice.
    pub fn parse(text: &str) -> Result<Stock, StockProblem> {
        let file: File = toml::from_str(text).map_err(|why| StockProblem::Unreadable(why.to_string()))?;
        let stock = Stock {
            patrons: file.patron.into_iter().map(PatronEntry::patron).collect(),
            items: file.item.into_iter().map(ItemEntry::item).collect(),
        };
        once("patron", stock.patrons.iter().map(|patron| &patron.barcode))?;
        once("item", stock.items.iter().map(|item| &item.barcode))?;
        Ok(stock)
    }

    /// A few patrons and items, for a first try.
    pub fn example() -> Stock {
        Stock::parse(EXAMPLE).expect("the example is tested")
    }
}

/// A file that shows every key.
pub(super) const EXAMPLE: &str = "\
[[patron]]
barcode = \"P-1001\"
given-name = \"Jo\"
surname = \"Reader\"
pin = \"1234\"                        # left out: has none
expires = \"2035-01-01T00:00:00Z\"    # left out: never

[[patron]]
barcode = \"P-1002\"
surname = \"Owing\"
standing = \"blocked\"                # or good

[[patron]]
barcode = \"ILL-LIB\"
surname = \"Other libraries\"
kind = \"library\"                    # or person
most-loans = 500                    # left out: as many as they like

[[item]]
barcode = \"B-2001\"
record = \"1000001\"                  # the title's id; left out: the barcode
title = \"Alpine flowers\"
author = \"Ames\"
call-number = \"QK 139\"
location = \"Main\"

[[item]]
barcode = \"B-2002\"
record = \"1000002\"
title = \"Atlas of the county\"
lending = \"stays-in\"                # or lends
whereabouts = \"in-place\"            # or missing, lost
";

impl PatronEntry {
    fn patron(self) -> Patron {
        Patron {
            internal_id: String::new(),
            barcode: self.barcode,
            pin: self.pin,
            given_name: self.given_name,
            surname: self.surname,
            kind: self.kind,
            standing: self.standing,
            expires: self.expires,
            most_loans: self.most_loans,
        }
    }
}

impl ItemEntry {
    fn item(self) -> Item {
        Item {
            author: self.author,
            call_number: self.call_number,
            location: self.location,
            lending: self.lending,
            whereabouts: self.whereabouts,
            ..Item::new(&self.barcode, self.record.as_ref().unwrap_or(&self.barcode), &self.title)
        }
    }
}

fn once<'a>(what: &'static str, barcodes: impl Iterator<Item = &'a String>) -> Result<(), StockProblem> {
    let mut seen = std::collections::BTreeSet::new();
    for barcode in barcodes {
        if !seen.insert(barcode) {
            return Err(StockProblem::Twice { what, barcode: barcode.clone() });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_reads() {
        let stock = Stock::example();
        assert_eq!((stock.patrons.len(), stock.items.len()), (3, 2));
        assert_eq!(stock.patrons[2].kind, PatronKind::Library);
        assert_eq!(stock.items[1].lending, Lending::StaysIn);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, part) in [
            ("[[patron]]\nbarcode = \"1\"\nsurname = \"A\"\ncolour = \"red\"", "colour"),
            ("[[patron]]\nbarcode = \"1\"", "surname"),
            (
                "[[item]]\nbarcode = \"1\"\ntitle = \"A\"\n[[item]]\nbarcode = \"1\"\ntitle = \"B\"",
                "item 1 is listed twice",
            ),
        ] {
            let problem = Stock::parse(text).unwrap_err().to_string();
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }
}

//! What a slip says of the item, its pieces, the libraries and the patron. Plain values: must never hold a patron's name.

/// The id of a request as it is written: `req_` and the part that a barcode carries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestCode(String);

impl RequestCode {
    /// From an id's text.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemFacts {
    /// Its title; of an article, the journal's.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The edition.
    pub edition: Option<String>,
    /// Publisher and year.
    pub published: Option<String>,
    /// Of a part: what it is called.
    pub part: Option<String>,
    /// Volume, issue, pages.
    pub extent: Option<String>,
    /// ISBN, ISSN and the like: the list's name and the number.
    pub numbers: Vec<(String, String)>,
    /// Where it is shelved.
    pub call_number: Option<String>,
    /// In which collection or building.
    pub location: Option<String>,
    /// What is wanted of it: a loan, a copy.
    pub service: Option<String>,
}

/// One piece.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SlipVolume {
    /// What it is called: `vol. 2`.
    pub name: String,
    /// Its barcode.
    pub barcode: Option<String>,
}

/// A library that an item leaves or comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Its name.
    pub name: String,
    /// Its symbol.
    pub symbol: Option<String>,
    /// Its address, line by line.
    pub address: Vec<String>,
    /// How the courier knows it.
    pub courier: Option<Courier>,
}

/// A courier's stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Courier {
    /// The courier, where there are several.
    pub name: Option<String>,
    /// The stop's code, which drivers sort by.
    pub code: String,
    /// The stop of another library, through which this one is reached.
    pub through: Option<String>,
}

/// A patron as a slip may name one: a token that means something to the broker alone. It has no spaces, so no name passes for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatronToken(String);

impl PatronToken {
    /// The token; nothing, if it could be a name: tokens have digits, and neither spaces nor commas.
    pub fn new(text: &str) -> Option<Self> {
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
            && text.bytes().any(|byte| byte.is_ascii_digit());
        good.then(|| Self(text.to_owned()))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

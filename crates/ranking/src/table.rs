//! What becomes of the candidates: every one, with its place and scores or with why it was passed over. Kept with the request.

use iso18626::SupplierInfo;
use loan_model::{PeerId, Symbol};
use serde::{Deserialize, Serialize};

use crate::Score;

/// Every candidate, in the order in which they are asked; those passed over come last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RotaTable {
    /// The candidates.
    pub entries: Vec<RotaEntry>,
    /// Why there are none, where there are none.
    pub nobody: Option<Nobody>,
}

/// Why there is no candidate at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Nobody {
    /// The requester is in no group.
    NoGroup,
    /// No other library lends to its groups.
    NoLender,
}

impl Nobody {
    /// The reason, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            Nobody::NoGroup => "the requester is in no group, and the request names no library",
            Nobody::NoLender => "no other library is in the requester's groups, and the request names none",
        }
    }
}

/// One candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RotaEntry {
    /// Which library.
    pub peer: PeerId,
    /// Its symbol.
    pub symbol: Symbol,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// What was made of it.
    pub verdict: Verdict,
    /// The record's id in its catalogue.
    #[serde(default)]
    pub record_id: Option<String>,
    /// Its holding.
    #[serde(default)]
    pub holding: Option<SupplierInfo>,
}

/// What was made of a candidate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "verdict")]
pub enum Verdict {
    /// It will be asked, in this place.
    Chosen {
        /// The place, 1 first.
        place: u32,
        /// What it scored by each criterion; less is better.
        scores: Vec<Score>,
    },
    /// It will not be asked.
    PassedOver {
        /// Why not.
        why: PassedOver,
    },
}

/// Why a candidate is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PassedOver {
    /// It is invited, testing, paused or retired.
    NotActive,
    /// It does not lend.
    DoesNotLend,
    /// It was tried before.
    AlreadyTried,
    /// It is the requester itself.
    LocalSupply,
    /// It is the broker that the request came from, or is reached through it.
    CameFromThere,
    /// It is in a closure that lasts longer than the consortium waits.
    #[serde(alias = "closed")]
    ClosedTooLong,
    /// It cannot be open before the item is needed.
    TooLate,
    /// It is in the table already.
    Twice,
    /// No library here has its symbol.
    Unknown,
}

impl PassedOver {
    /// The reason, for people.
    pub fn sentence(self) -> &'static str {
        match self {
            PassedOver::NotActive => "it does not take requests now",
            PassedOver::DoesNotLend => "it does not lend",
            PassedOver::AlreadyTried => "it was tried before",
            PassedOver::LocalSupply => "it is the requester itself",
            PassedOver::CameFromThere => "the request came from there",
            PassedOver::ClosedTooLong => "it is closed for longer than is waited for",
            PassedOver::TooLate => "it does not open before the item is needed",
            PassedOver::Twice => "it stands in the rota already",
            PassedOver::Unknown => "no library here has this symbol",
        }
    }
}

impl RotaTable {
    /// Why nobody is asked, for people: of each library where there are any, the first few by name.
    pub fn why_nobody(&self) -> Option<String> {
        const NAMED: usize = 5;
        let passed = |entry: &RotaEntry| match &entry.verdict {
            Verdict::PassedOver { why } => Some(format!("{}: {}", entry.symbol, why.sentence())),
            Verdict::Chosen { .. } => None,
        };
        let mut said: Vec<String> = self.entries.iter().filter_map(passed).collect();
        if let Some(more) = said.len().checked_sub(NAMED).filter(|more| *more > 0) {
            said.truncate(NAMED);
            said.push(format!("{more} more"));
        }
        said.extend(self.nobody.map(|nobody| nobody.sentence().to_owned()));
        (!said.is_empty()).then(|| format!("No library could be asked: {}", said.join("; ")))
    }

    /// Those that will be asked, in order.
    pub fn chosen(&self) -> impl Iterator<Item = &RotaEntry> {
        self.entries.iter().filter(|entry| matches!(entry.verdict, Verdict::Chosen { .. }))
    }
}

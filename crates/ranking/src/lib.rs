//! Who is asked, and in which order. Every candidate stays in the table: with its rank and scores, or with why it was passed over.
//! Must never drop a candidate silently.

use std::cmp::Ordering;

use iso18626::SupplierInfo;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use loan_model::{
    PeerId, Symbol,
    facts::{Lends, LocalSupply, PeerFacts, PeerStanding},
};

/// A library that might supply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// What is known of it.
    pub facts: PeerFacts,
    /// Why it is a candidate.
    pub basis: Basis,
    /// The record's id in its catalogue; becomes the downstream `supplierUniqueRecordId`.
    #[serde(default)]
    pub record_id: Option<String>,
    /// Its holding; becomes the downstream `supplierInfo`.
    #[serde(default)]
    pub holding: Option<SupplierInfo>,
}

/// Why a library is a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "basis")]
pub enum Basis {
    /// The request is addressed to it.
    Addressed,
    /// The request names it, in this place.
    Named {
        /// The place, 0 first.
        order: u32,
    },
    /// The request names it, and no library here has its symbol.
    Unknown,
    /// It holds the item.
    Holding,
    /// It lends to the requester's group.
    Group {
        /// Its priority there; 1 comes first.
        priority: u32,
    },
}

/// What the order depends on besides the candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingFacts {
    /// Now.
    pub now: Timestamp,
    /// Who asks.
    pub requester: PeerId,
    /// The requester's symbols, as the registry and the request have them.
    pub requester_symbols: Vec<Symbol>,
    /// The broker that the request came from, if it came from one.
    pub came_from: Option<PeerId>,
    /// Already tried, or not wanted.
    pub exclude: Vec<PeerId>,
    /// They do not answer at present.
    pub resting: Vec<PeerId>,
    /// Of no use after this.
    pub need_before: Option<Timestamp>,
    /// What becomes of a supply by the requester itself.
    pub local_supply: LocalSupply,
    /// By what, in order. Ties go by symbol.
    pub criteria: Vec<Criterion>,
}

/// What candidates are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Those that do not answer at present come last of all.
    Resting,
    /// Lenders of last resort come last.
    LastResort,
    /// Addressed, named by the request (in its order), holding, group.
    Basis,
    /// The group's priority.
    GroupPriority,
    /// Those that answer sooner by their calendar come first.
    AnswerTime,
}

impl Criterion {
    /// The order where the consortium sets none.
    pub const DEFAULT: &[Criterion] =
        &[Criterion::Resting, Criterion::LastResort, Criterion::Basis, Criterion::GroupPriority];
}

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

/// What a candidate scored by one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// By what.
    pub criterion: Criterion,
    /// The value; less is better.
    pub value: i64,
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
    /// It is closed now, beyond its weekly days off.
    Closed,
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
            PassedOver::Closed => "it is closed these days",
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

/// Filters and orders the candidates.
pub fn rank(candidates: Vec<Candidate>, facts: &RoutingFacts) -> RotaTable {
    let mut kept: Vec<(Vec<Score>, Candidate)> = Vec::new();
    let mut passed = Vec::new();
    for candidate in candidates {
        match reason_to_pass(&candidate, &kept, facts) {
            Some(why) => passed.push(entry(candidate, Verdict::PassedOver { why })),
            None => kept.push((scores(&candidate, facts), candidate)),
        }
    }
    kept.sort_by(|(left, a), (right, b)| {
        compare(left, right).then_with(|| a.facts.symbol.cmp(&b.facts.symbol))
    });
    let mut entries: Vec<_> = kept
        .into_iter()
        .zip(1..)
        .map(|((scores, candidate), place)| entry(candidate, Verdict::Chosen { place, scores }))
        .collect();
    entries.append(&mut passed);
    RotaTable { entries, nobody: None }
}

fn entry(candidate: Candidate, verdict: Verdict) -> RotaEntry {
    RotaEntry {
        peer: candidate.facts.id,
        symbol: candidate.facts.symbol,
        name: candidate.facts.name,
        verdict,
        record_id: candidate.record_id,
        holding: candidate.holding,
    }
}

fn reason_to_pass(
    candidate: &Candidate,
    kept: &[(Vec<Score>, Candidate)],
    facts: &RoutingFacts,
) -> Option<PassedOver> {
    let peer = &candidate.facts;
    let is_requester =
        peer.id == facts.requester || facts.requester_symbols.iter().any(|s| peer.speaks_for(s));
    let from_there = |id: &PeerId| facts.came_from.as_ref() == Some(id);
    if candidate.basis == Basis::Unknown {
        Some(PassedOver::Unknown)
    } else if from_there(&peer.id) || peer.behind.as_ref().is_some_and(from_there) {
        Some(PassedOver::CameFromThere)
    } else if is_requester {
        Some(PassedOver::LocalSupply)
    } else if peer.standing != PeerStanding::Active {
        Some(PassedOver::NotActive)
    } else if peer.roles.lends == Lends::No {
        Some(PassedOver::DoesNotLend)
    } else if facts.exclude.contains(&peer.id) {
        Some(PassedOver::AlreadyTried)
    } else if peer.calendar.is_in_closure(facts.now) {
        Some(PassedOver::Closed)
    } else if facts.need_before.is_some_and(|by| !opens_before(peer, facts.now, by)) {
        Some(PassedOver::TooLate)
    } else if kept.iter().any(|(_, other)| other.facts.id == peer.id) {
        Some(PassedOver::Twice)
    } else {
        None
    }
}

/// Whether the library has a day open between now and then. A year is looked at; beyond it, it has.
fn opens_before(peer: &PeerFacts, now: Timestamp, by: Timestamp) -> bool {
    let mut at = now;
    for _ in 0..366 {
        if at >= by {
            return false;
        }
        if peer.calendar.is_open(at) {
            return true;
        }
        at = at.checked_add(jiff::SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX);
    }
    true
}

fn scores(candidate: &Candidate, facts: &RoutingFacts) -> Vec<Score> {
    facts
        .criteria
        .iter()
        .map(|&criterion| Score { criterion, value: value(candidate, criterion, facts) })
        .collect()
}

fn value(candidate: &Candidate, criterion: Criterion, facts: &RoutingFacts) -> i64 {
    let peer = &candidate.facts;
    match criterion {
        Criterion::Resting => i64::from(facts.resting.contains(&peer.id)),
        Criterion::LastResort => i64::from(peer.roles.lends == Lends::Last),
        Criterion::Basis => match candidate.basis {
            Basis::Addressed => 0,
            Basis::Named { order } => 1 + i64::from(order),
            Basis::Holding => 1 << 32,
            Basis::Group { .. } | Basis::Unknown => (1 << 32) + 1,
        },
        Criterion::GroupPriority => match candidate.basis {
            Basis::Group { priority } => i64::from(priority),
            _ => 0,
        },
        Criterion::AnswerTime => {
            peer.calendar.after(facts.now, peer.clocks.answer).as_second() - facts.now.as_second()
        }
    }
}

fn compare(left: &[Score], right: &[Score]) -> Ordering {
    left.iter().map(|score| score.value).cmp(right.iter().map(|score| score.value))
}

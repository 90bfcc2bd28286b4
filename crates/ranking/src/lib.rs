//! Who is asked, and in which order. Every candidate stays in the table: with its rank and scores, or with why it was passed over.
//! Must never drop a candidate silently.

mod criteria;
mod table;

use std::cmp::Ordering;

use iso18626::SupplierInfo;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use loan_model::{
    PeerId, Symbol,
    facts::{Lends, LocalSupply, PeerFacts, PeerStanding},
};

use criteria::Scoring;
pub use criteria::{Balance, Balances, Criterion, Score};
pub use table::{Nobody, PassedOver, RotaEntry, RotaTable, Verdict};

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
    /// The request's own name: by it, equals take turns.
    pub request: String,
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
    /// A closure of more working days than this is not waited for.
    pub skip_closed_days: u32,
    /// What the libraries lent and borrowed lately.
    pub balances: Balances,
    /// By what, in order. Ties go by symbol.
    pub criteria: Vec<Criterion>,
}

/// Filters and orders the candidates.
pub fn rank(candidates: Vec<Candidate>, facts: &RoutingFacts) -> RotaTable {
    let mut left: Vec<Candidate> = Vec::new();
    let mut passed = Vec::new();
    for candidate in candidates {
        match reason_to_pass(&candidate, &left, facts) {
            Some(why) => passed.push(entry(candidate, Verdict::PassedOver { why })),
            None => left.push(candidate),
        }
    }
    let scoring = Scoring::new(&left, facts);
    let mut kept: Vec<(Vec<Score>, Candidate)> =
        left.into_iter().map(|candidate| (scoring.scores(&candidate), candidate)).collect();
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

fn reason_to_pass(candidate: &Candidate, kept: &[Candidate], facts: &RoutingFacts) -> Option<PassedOver> {
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
    } else if peer.calendar.working_days_closed(facts.now) > facts.skip_closed_days {
        Some(PassedOver::ClosedTooLong)
    } else if facts.need_before.is_some_and(|by| !opens_before(peer, facts.now, by)) {
        Some(PassedOver::TooLate)
    } else if kept.iter().any(|other| other.facts.id == peer.id) {
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

fn compare(left: &[Score], right: &[Score]) -> Ordering {
    left.iter().map(|score| score.value).cmp(right.iter().map(|score| score.value))
}

//! What candidates are compared by. Each criterion is a number; less is better, and the first that sets two apart decides. Must never depend on
//! the order in which candidates are found.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use loan_model::{
    PeerId,
    facts::{Lends, PeerFacts},
};
use serde::{Deserialize, Serialize};

use crate::{Basis, Candidate, RoutingFacts};

/// What candidates are compared by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// Those that are closed come behind all others, the first to open again first.
    Closed,
    /// Those that do not answer at present come behind those that do.
    Resting,
    /// Lenders of last resort come last.
    LastResort,
    /// Addressed, named by the request (in its order), holding, group.
    Basis,
    /// The group's priority.
    GroupPriority,
    /// Those that lately supplied less than a tenth of what they were asked come behind the others.
    FillRate,
    /// Those that have lent least, measured by what they borrowed and by their goal, come first.
    Balance,
    /// Those that answer sooner by their calendar come first.
    AnswerTime,
    /// What nothing else sets apart takes turns, from request to request; for one request always the same.
    Turn,
}

impl Criterion {
    /// The order where the consortium sets none.
    pub const DEFAULT: &[Criterion] = &[
        Criterion::Closed,
        Criterion::Resting,
        Criterion::LastResort,
        Criterion::Basis,
        Criterion::GroupPriority,
        Criterion::FillRate,
        Criterion::Balance,
        Criterion::Turn,
    ];
}

/// What a candidate scored by one criterion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// By what.
    pub criterion: Criterion,
    /// The value; less is better.
    pub value: i64,
}

/// What a library lent and borrowed within the window that counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Items that it sent, copies among them.
    pub lent: u32,
    /// Requests that it has now and has not answered with an item or a no.
    pub open: u32,
    /// Requests that it had and did not supply.
    pub missed: u32,
    /// Items that were sent to it.
    pub borrowed: u32,
}

/// What all candidates have in common.
pub(crate) struct Scoring<'a> {
    facts: &'a RoutingFacts,
    /// What the candidates have lent or have to answer, on average. By it a library is measured that borrows nothing: by its own count it would
    /// come last for ever.
    usual: i64,
}

impl<'a> Scoring<'a> {
    pub(crate) fn new(candidates: &[Candidate], facts: &'a RoutingFacts) -> Self {
        let balances = candidates.iter().filter_map(|candidate| facts.balances.get(&candidate.facts.id));
        let sum: i64 = balances.map(Balance::lending).sum();
        Self { facts, usual: sum / i64::try_from(candidates.len().max(1)).unwrap_or(i64::MAX) }
    }

    pub(crate) fn scores(&self, candidate: &Candidate) -> Vec<Score> {
        let score = |&criterion| Score { criterion, value: self.value(candidate, criterion) };
        self.facts.criteria.iter().map(score).collect()
    }

    fn value(&self, candidate: &Candidate, criterion: Criterion) -> i64 {
        let (peer, facts) = (&candidate.facts, self.facts);
        match criterion {
            Criterion::Closed => {
                let (today, until) = (peer.calendar.date(facts.now), peer.calendar.closed_until(facts.now));
                until.map_or(0, |last| (last - today).get_days().into()) + i64::from(until.is_some())
            }
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
            Criterion::FillRate => i64::from(self.of(peer).misses_most()),
            Criterion::Balance => self.balance(peer),
            Criterion::AnswerTime => {
                peer.calendar.after_opening(facts.now, peer.clocks.answer).as_second() - facts.now.as_second()
            }
            Criterion::Turn => turn(&facts.request, &peer.id),
        }
    }

    /// What it lent beyond its goal, in hundredths of an item.
    fn balance(&self, peer: &PeerFacts) -> i64 {
        let balance = self.of(peer);
        match balance.borrowed {
            // It owes nothing; what it lends beyond the others counts.
            0 => 100 * (balance.lending() - self.usual).max(0),
            borrowed => 100 * balance.lending() - i64::from(peer.balance_goal) * i64::from(borrowed),
        }
    }

    fn of(&self, peer: &PeerFacts) -> Balance {
        self.facts.balances.get(&peer.id).copied().unwrap_or_default()
    }
}

impl Balance {
    /// What it lent, and may yet lend.
    fn lending(&self) -> i64 {
        i64::from(self.lent) + i64::from(self.open)
    }

    /// Whether it supplied less than a tenth of at least ten requests. By its balance alone, who borrows and never lends would be asked
    /// first for ever.
    fn misses_most(&self) -> bool {
        let ended = self.lent.saturating_add(self.missed);
        ended >= 10 && self.lent.saturating_mul(10) < ended
    }
}

/// What was lent and borrowed, by library.
pub type Balances = BTreeMap<PeerId, Balance>;

/// A number for a library that differs from request to request.
fn turn(request: &str, library: &PeerId) -> i64 {
    let mut hasher = DefaultHasher::new();
    (request, library.as_str()).hash(&mut hasher);
    i64::from(hasher.finish() as u32)
}

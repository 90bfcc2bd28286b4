//! Reciprocal borrowing in figures: per pair of libraries and day, how many different cards were checked, how many lookups that took, and
//! how many loans were told of. A lookup is no circulation, so loans are counted apart. And how many exchanges there were and how they
//! ended. Must never keep who the patron was: the store tells cards apart by a digest under the day's key.

use std::{collections::BTreeMap, ops::RangeInclusive};

use jiff::{Timestamp, civil::Date};
use loan_model::PeerId;
use persistence::{Store, StoreError};
use runtime::stored_time::unix_millis;

/// Where the names of these counters begin.
const CARDS: &str = "ncip-cards";
const LOOKUPS: &str = "ncip-lookups";
const LOANS: &str = "ncip-loans";
const EXCHANGES: &str = "ncip-exchanges";

/// Keeps the figures.
#[derive(Debug, Clone)]
pub struct Counts {
    store: Store,
}

/// The patrons of one library who visited another on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NcipVisits {
    /// The day.
    pub day: Date,
    /// Where they visited.
    pub at: String,
    /// Their home library.
    pub home: String,
    /// How many different cards were checked there.
    pub cards: i64,
    /// How many lookups that took.
    pub lookups: i64,
    /// How many loans were told of. A lookup is no loan.
    pub loans: i64,
}

/// Exchanges of one kind on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NcipExchanges {
    /// The day.
    pub day: Date,
    /// Who asked.
    pub from: String,
    /// Whom.
    pub to: String,
    /// Which service.
    pub service: String,
    /// How they ended: `answered`, `problem`, `failed`, `refused`.
    pub outcome: String,
    /// How many.
    pub count: i64,
}

/// Two libraries: the one that asks, or where the patron visits, and the patron's own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) at: &'a PeerId,
    pub(super) home: &'a PeerId,
}

impl Counts {
    /// Keeps the figures in this store.
    pub fn new(store: Store) -> Self {
        Self { store }
    }

    /// A visiting patron's card was checked.
    pub(super) async fn card(&self, pair: Pair<'_>, card: &str, at: Timestamp) -> Result<(), StoreError> {
        let day = unix_millis(at).day();
        let what = [pair.at.as_str(), pair.home.as_str(), card.trim()].join("\0").to_lowercase();
        let (cards, lookups) = (name(CARDS, at, &pair), name(LOOKUPS, at, &pair));
        self.store.count_once(day, what.as_bytes(), &[(cards, 1)], &[(lookups, 1)]).await.map(drop)
    }

    /// A visiting patron has borrowed something.
    pub(super) async fn loan(&self, pair: Pair<'_>, at: Timestamp) -> Result<(), StoreError> {
        self.store.count(&[(name(LOANS, at, &pair), 1)]).await
    }

    /// An exchange has ended.
    pub(super) async fn exchange(
        &self,
        (from, to): (&PeerId, &PeerId),
        service: &str,
        outcome: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let day = day(at);
        self.store.count(&[(format!("{EXCHANGES}/{day}/{from}/{to}/{service}/{outcome}"), 1)]).await
    }

    /// The visits of these days.
    pub async fn visits(&self, days: &RangeInclusive<Date>) -> Result<Vec<NcipVisits>, StoreError> {
        let mut lines: BTreeMap<(Date, [String; 2]), [i64; 3]> = BTreeMap::new();
        for (at, kind) in [CARDS, LOOKUPS, LOANS].into_iter().enumerate() {
            for (day, pair, count) in self.read(kind, days).await? {
                lines.entry((day, pair)).or_default()[at] += count;
            }
        }
        let lines = lines.into_iter().map(|((day, [at, home]), [cards, lookups, loans])| NcipVisits {
            day,
            at,
            home,
            cards,
            lookups,
            loans,
        });
        Ok(lines.collect())
    }

    /// The exchanges of these days.
    pub async fn exchanges(&self, days: &RangeInclusive<Date>) -> Result<Vec<NcipExchanges>, StoreError> {
        let found = self.read(EXCHANGES, days).await?;
        let lines = found.into_iter().map(|(day, [from, to, service, outcome], count)| NcipExchanges {
            day,
            from,
            to,
            service,
            outcome,
            count,
        });
        Ok(lines.collect())
    }

    /// The counters of a kind, with the day and the other parts of their names.
    async fn read<const N: usize>(
        &self,
        kind: &str,
        days: &RangeInclusive<Date>,
    ) -> Result<Vec<(Date, [String; N], i64)>, StoreError> {
        let counters = self.store.counters(&format!("{kind}/")).await?;
        let lines = counters.into_iter().filter_map(|(name, count)| {
            let mut parts = name.split('/').skip(1);
            let day: Date = parts.next()?.parse().ok()?;
            let parts: Vec<String> = parts.map(str::to_owned).collect();
            days.contains(&day).then_some((day, parts.try_into().ok()?, count))
        });
        Ok(lines.collect())
    }
}

/// Whether a counter is one of these, which are too many for a glance at the gateway.
pub fn is_ours(counter: &str) -> bool {
    counter.starts_with("ncip-")
}

fn name(kind: &str, at: Timestamp, pair: &Pair<'_>) -> String {
    format!("{kind}/{}/{}/{}", day(at), pair.at, pair.home)
}

fn day(at: Timestamp) -> String {
    at.strftime("%F").to_string()
}

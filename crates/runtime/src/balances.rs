//! What each library lent and borrowed lately, and what it has to answer now: by it, lending is spread. Kept in memory beside the store, from
//! which it is counted anew at each start. Must never count a request twice, and never hold up or fail a commit.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use iso18626::Status;
use jiff::{SignedDuration, Timestamp};
use loan_model::PeerId;
use persistence::{Lifecycle, Listing, RequestId, Store, StoreError};
use ranking::{Balance, Balances};
use state_machine::brokering::{LegState, State};

use crate::{requests::read_stored, stored_time::timestamp};

/// How many requests are read at once: few, so that what comes in is not kept waiting.
const PAGE: usize = 50;

/// The balances of all libraries.
#[derive(Default)]
pub struct LoanBalances(Mutex<Kept>);

struct Kept {
    /// What each request adds. They sort by when they came.
    requests: BTreeMap<RequestId, Part>,
    sums: Balances,
    /// What was committed until the store is counted: what is read of it is older.
    newer: Option<BTreeSet<RequestId>>,
}

impl Default for Kept {
    fn default() -> Self {
        Self { requests: BTreeMap::new(), sums: Balances::new(), newer: Some(BTreeSet::new()) }
    }
}

/// What one request adds.
#[derive(Clone, Default, PartialEq, Eq)]
struct Part {
    borrower: Option<PeerId>,
    lent: Vec<PeerId>,
    open: Vec<PeerId>,
    missed: Vec<PeerId>,
}

impl Part {
    fn of(state: &State) -> Self {
        let mut part = Part::default();
        for (peer, leg, said) in state.asked() {
            let list = if has_supplied(leg, said) {
                &mut part.lent
            } else if leg.is_engaged() {
                &mut part.open
            } else {
                &mut part.missed
            };
            list.push(peer.clone());
        }
        // One request is borrowed once, whoever supplied how often.
        part.borrower = (!part.lent.is_empty()).then(|| state.requester().clone());
        part.lent.dedup();
        part
    }

    fn is_empty(&self) -> bool {
        self.lent.is_empty() && self.open.is_empty() && self.missed.is_empty()
    }
}

/// Whether a library has sent the item, or a copy. Staff may have closed what was out: what it said last tells that.
fn has_supplied(leg: LegState, said: Option<&Status>) -> bool {
    match leg {
        LegState::Loaned
        | LegState::Overdue
        | LegState::Recalled
        | LegState::Returning
        | LegState::CopyCompleted
        | LegState::LoanCompleted
        | LegState::CompletedWithoutReturn => true,
        LegState::Closed => matches!(
            said,
            Some(
                Status::Loaned
                    | Status::Overdue
                    | Status::Recalled
                    | Status::LoanCompleted
                    | Status::CopyCompleted
            )
        ),
        LegState::Sending
        | LegState::Asked
        | LegState::Expecting
        | LegState::Promised
        | LegState::Conditional
        | LegState::RetryOffered
        | LegState::Cancelling
        | LegState::CancelPending
        | LegState::PassedOver
        | LegState::Unfilled
        | LegState::Cancelled => false,
    }
}

impl LoanBalances {
    /// Where a request stands now.
    pub(crate) fn update(&self, request: RequestId, state: &State) {
        self.lock().update(request, Part::of(state));
    }

    /// The balances of all libraries, from the requests that came within the window.
    pub(crate) fn within(&self, window: SignedDuration, now: Timestamp) -> Balances {
        let mut kept = self.lock();
        kept.forget(now.checked_sub(window).unwrap_or(Timestamp::MIN));
        kept.sums.clone()
    }

    /// Counts what is in the store, without what is over and came before `since`. What is committed meanwhile counts as it is then.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn count(&self, store: &Store, since: Timestamp) -> Result<(), StoreError> {
        let counted = self.count_pages(store, since).await;
        self.lock().newer = None;
        counted
    }

    async fn count_pages(&self, store: &Store, since: Timestamp) -> Result<(), StoreError> {
        let mut from = None;
        loop {
            let (page, next) = store.list(Listing::All, from, PAGE).await?;
            for row in page.into_iter().flatten() {
                if row.lifecycle != Lifecycle::Open && timestamp(row.request.made_at()) < since {
                    continue;
                }
                // What cannot be read is told wherever it is used; here it counts as nothing.
                let Ok(stored) = read_stored(&row) else { continue };
                if let Some(state) = stored.state.brokering() {
                    self.lock().counted(row.request, Part::of(state));
                }
            }
            if next.is_none() {
                return Ok(());
            }
            from = next;
            tokio::task::yield_now().await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn update(&mut self, request: RequestId, part: Part) {
        if let Some(newer) = &mut self.newer {
            newer.insert(request);
        }
        self.put(request, part);
    }

    fn counted(&mut self, request: RequestId, part: Part) {
        let is_older = self.newer.as_ref().is_some_and(|newer| newer.contains(&request));
        if !is_older {
            self.put(request, part);
        }
    }

    fn put(&mut self, request: RequestId, part: Part) {
        if let Some(old) = self.requests.remove(&request) {
            self.add(&old, |sum, by| *sum = sum.saturating_sub(by));
        }
        if !part.is_empty() {
            self.add(&part, |sum, by| *sum = sum.saturating_add(by));
            self.requests.insert(request, part);
        }
    }

    fn add(&mut self, part: &Part, by: fn(&mut u32, u32)) {
        let mut change = |library: &PeerId, of: fn(&mut Balance) -> &mut u32| {
            by(of(self.sums.entry(library.clone()).or_default()), 1);
        };
        part.lent.iter().for_each(|library| change(library, |sum| &mut sum.lent));
        part.open.iter().for_each(|library| change(library, |sum| &mut sum.open));
        part.missed.iter().for_each(|library| change(library, |sum| &mut sum.missed));
        part.borrower.iter().for_each(|library| change(library, |sum| &mut sum.borrowed));
    }

    /// What was lent on requests that came before this counts no more. What a library still has to answer does.
    fn forget(&mut self, before: Timestamp) {
        let is_old = |request: &RequestId| timestamp(request.made_at()) < before;
        let old: Vec<(RequestId, Part)> = self
            .requests
            .iter()
            .take_while(|(request, _)| is_old(request))
            .filter(|(_, part)| !part.lent.is_empty() || !part.missed.is_empty())
            .map(|(request, part)| (*request, Part { open: part.open.clone(), ..Part::default() }))
            .collect();
        for (request, part) in old {
            self.put(request, part);
        }
    }
}

impl std::fmt::Debug for LoanBalances {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LoanBalances")
    }
}

#[cfg(test)]
mod tests {
    use persistence::UnixMillis;

    use super::*;

    fn id(at: Timestamp, number: u128) -> RequestId {
        RequestId::new(UnixMillis::new(at.as_millisecond()), number)
    }

    fn part(lent: &[&str], open: &[&str], borrower: Option<&str>) -> Part {
        let peers = |names: &[&str]| names.iter().copied().map(PeerId::new).collect();
        Part { borrower: borrower.map(PeerId::new), lent: peers(lent), open: peers(open), missed: Vec::new() }
    }

    #[test]
    fn each_request_counts_as_it_stands_and_loans_for_the_window() {
        let balances = LoanBalances::default();
        let now: Timestamp = "2026-11-02T15:00:00Z".parse().unwrap();
        let (window, hour) = (SignedDuration::from_hours(24), SignedDuration::from_hours(1));
        let sums = |now| {
            let found = balances.within(window, now);
            let text =
                |(id, sum): (&PeerId, &Balance)| format!("{id} {} {} {}", sum.lent, sum.open, sum.borrowed);
            found.iter().map(text).collect::<Vec<_>>().join(", ")
        };
        let (one, two) = (id(now, 1), id(now + hour, 2));
        // What the store holds is older than what was committed since, though nothing is left of that.
        let three = id(now, 3);
        balances.lock().update(one, part(&[], &["a"], None));
        balances.lock().update(three, Part::default());
        for (id, lender) in [(three, "b"), (one, "b")] {
            balances.lock().counted(id, part(&[], &[lender], None));
        }
        balances.lock().counted(two, part(&["b"], &[], Some("c")));
        balances.lock().newer = None;
        assert_eq!(sums(now), "a 0 1 0, b 1 0 0, c 0 0 1");
        balances.lock().update(one, part(&["a"], &["b"], Some("c")));
        balances.lock().update(one, part(&["a"], &["b"], Some("c")));
        assert_eq!(sums(now), "a 1 0 0, b 1 1 0, c 0 0 2");
        assert_eq!(sums(now + window + hour), "a 0 0 0, b 1 1 0, c 0 0 1");
        // A step of an old loan, such as its return, does not make it new.
        balances.lock().put(one, part(&["a"], &[], Some("c")));
        assert_eq!(sums(now + window + hour), "a 0 0 0, b 1 0 0, c 0 0 1");
        assert_eq!(sums(now + window + hour + hour), "a 0 0 0, b 0 0 0, c 0 0 0");
    }
}

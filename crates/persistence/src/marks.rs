//! Counting without names: something is counted once a day, told apart by a hash under the day's own key. When the day is over its
//! key is destroyed, and what is left can't be traced back to anybody. Must never keep what was counted, only that it was.

use serde::{Deserialize, Serialize};

use crate::{
    Store,
    engine::{Assert, Batch, Direction, Outcome, Span},
    error::StoreError,
    frame,
    keyring::{Owner, SlotId},
    keys::{Key, MARK, Parts, corrupt},
    runner::Base,
    store::{counter_key, put, system},
};

/// How often a write is tried again when another was faster.
const TRIES: usize = 5;
/// For how many days before this one marks are kept: clocks and time zones differ.
const DAYS: u64 = 1;
/// How many marks go in one step.
const STEP: usize = 512;

/// Whether something was counted before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Not on this day.
    First,
    /// It was.
    Again,
}

#[derive(Serialize, Deserialize)]
struct DayKey {
    slot: SlotId,
}

impl Store {
    /// Adds to counters.
    ///
    /// # Errors
    /// When the store has stopped.
    pub async fn count(&self, counters: &[(String, i64)]) -> Result<(), StoreError> {
        let adds = counters.iter().map(|(name, more)| (counter_key(name), *more)).collect();
        self.runner().write(Batch { adds, ..Batch::default() }).await.map(drop)
    }

    /// Adds to `always`, and to `first` where `what` was not counted on this day (days since 1970). Durable when it resolves. Of `what`
    /// nothing is kept that could be traced back once the next day is over.
    ///
    /// # Errors
    /// `Corrupt` when the day's key is damaged; else when the store has stopped.
    pub async fn count_once(
        &self,
        day: u64,
        what: &[u8],
        first: &[(String, i64)],
        always: &[(String, i64)],
    ) -> Result<Seen, StoreError> {
        let adds = |more: &[&[(String, i64)]]| -> Vec<(Vec<u8>, i64)> {
            more.iter().copied().flatten().map(|(name, more)| (counter_key(name), *more)).collect()
        };
        for _ in 0..TRIES {
            let Some(slot) = self.mark_day(day).await? else { continue };
            let what = what.to_vec();
            let mark = self.runner().read(move |base| mark(base, slot, day, &what)).await?;
            let Some(key) = mark else {
                // Its key is gone: so long after the day repeats are no longer recognised.
                self.count(always).await?;
                return Ok(Seen::Again);
            };
            let mut batch = Batch { adds: adds(&[first, always]), ..Batch::default() };
            batch.asserts.push(Assert::Absent(key.clone()));
            put(&mut batch, key, 0, &[]);
            return match self.runner().write(batch).await? {
                Outcome::Done => Ok(Seen::First),
                Outcome::Skipped { .. } => {
                    self.count(always).await?;
                    Ok(Seen::Again)
                }
            };
        }
        Err(StoreError::Conflict { what: format!("the marks of day {day}") })
    }

    /// The day's key, made where there is none; `None` where another was faster.
    async fn mark_day(&self, day: u64) -> Result<Option<SlotId>, StoreError> {
        let key = day_key(day);
        let at = key.clone();
        let found = self
            .runner()
            .read(move |base| {
                let Some(value) = base.engine.get(&at)? else { return Ok(None) };
                let (day, _): (DayKey, _) = frame::unpack(&at, &frame::read(&at, &value)?.payload)?;
                Ok(Some(day.slot))
            })
            .await?;
        if found.is_some() {
            return Ok(found);
        }
        self.runner().alone(move |base| forget(base, day.saturating_sub(DAYS))).await?;
        let keyring = &self.runner().base().keyring;
        let slot = keyring.make(owner(day)).map_err(system("making the day's key"))?;
        let mut batch = Batch { asserts: vec![Assert::Absent(key.clone())], ..Batch::default() };
        put(&mut batch, key, 0, &frame::pack(&DayKey { slot }, &[]));
        if self.runner().write(batch).await? == Outcome::Done {
            return Ok(Some(slot));
        }
        keyring.release(slot, owner(day));
        Ok(None)
    }
}

/// The key of the mark; `None` where the day's key was destroyed.
fn mark(base: &Base, slot: SlotId, day: u64, what: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    let digest = base.keyring.digest(slot, owner(day), what).map_err(|why| corrupt(&day_key(day), &why))?;
    Ok(digest.map(|digest| Key::new(MARK).number(day).raw(&digest).done()))
}

/// Destroys the keys of the days before `until`, and forgets their marks.
fn forget(base: &Base, until: u64) -> Result<(), StoreError> {
    let span = Span { from: vec![MARK], to: day_key(until) };
    loop {
        let pairs = base.engine.scan(&span, STEP, Direction::Up)?;
        let mut batch = Batch::default();
        for (key, value) in &pairs {
            let day = Parts::new(key).number()?;
            if *key == day_key(day) {
                let (found, _): (DayKey, _) = frame::unpack(key, &frame::read(key, value)?.payload)?;
                let destroyed = base.keyring.destroy(found.slot, owner(day));
                destroyed
                    .map_err(|why| base.health.stop(&format!("the keyring cannot be written: {why}")))?;
            }
            batch.deletes.push(key.clone());
        }
        if pairs.is_empty() {
            return Ok(());
        }
        base.engine.write(&[batch]).map_err(|why| base.health.stop(&why.to_string()))?;
    }
}

fn day_key(day: u64) -> Vec<u8> {
    Key::new(MARK).number(day).done()
}

/// A day as the owner of a key; no request id begins so before the year 5400.
fn owner(day: u64) -> Owner {
    let mut owner = [0; 16];
    owner[..4].copy_from_slice(b"mark");
    owner[8..].copy_from_slice(&day.to_be_bytes());
    owner
}

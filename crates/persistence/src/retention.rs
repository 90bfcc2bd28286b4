//! Forgetting: erasing a request's patron data, and pruning by policy. Must never touch a request that is open or still has to send.

use std::time::Duration;

use crate::{
    Lifecycle, RequestId, Store, UnixMillis,
    engine::{Assert, Batch, Direction, Outcome, Span},
    error::StoreError,
    intake, keys,
    keys::{CLOSED, DEDUPE, Key, LANE, Parts, STRIPPED, TIMELINE},
    log, reads,
    runner::Base,
    store::{message_key, put, request_key, stripped_key, system},
};

/// How many requests, or entries, one step of pruning takes: commits go on between the steps.
const STEP: usize = 64;

/// How long things are kept. `None`: for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retention {
    /// The raw bytes of a request, after it closed.
    pub raw_after: Option<Duration>,
    /// The records of a request, after it closed. Its last state and its external ids stay.
    pub events_after: Option<Duration>,
    /// Intake that could not be attributed, after it came.
    pub intake_after: Option<Duration>,
}

/// What pruning took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Requests that lost their raw bytes.
    pub raw: u64,
    /// Requests that lost their records.
    pub events: u64,
    /// Intake entries that went.
    pub intake: u64,
}

/// What became of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// The data key is destroyed: no sealed byte of the request can be read again.
    Done,
    /// There is no such request.
    Unknown,
}

impl Store {
    /// Destroys a request's data key, for good; later commits of the request keep redacted forms only.
    ///
    /// # Errors
    /// `Corrupt` when the request's row is damaged; else when the store has stopped.
    pub async fn erase(&self, request: RequestId) -> Result<Erasure, StoreError> {
        self.runner()
            .alone(move |base| match reads::find_row(base, request)? {
                Some(stored) => destroy(base, &stored).map(|()| Erasure::Done),
                None => Ok(Erasure::Unknown),
            })
            .await
    }

    /// Forgets what the policy says, in small steps between commits.
    ///
    /// # Errors
    /// When the store has stopped, or a row it must read is damaged.
    pub async fn prune(&self, policy: Retention, now: UnixMillis) -> Result<Pruned, StoreError> {
        let mut pruned = Pruned::default();
        let raw_after = policy.raw_after.into_iter().chain(policy.events_after).min();
        if let Some(after) = raw_after {
            pruned.raw = self.prune_closed(CLOSED, now.saturating_sub(after), strip).await?;
        }
        if let Some(after) = policy.events_after {
            pruned.events = self.prune_closed(STRIPPED, now.saturating_sub(after), forget).await?;
        }
        if let Some(after) = policy.intake_after {
            let until = now.saturating_sub(after);
            loop {
                let gone = self.runner().alone(move |base| intake::prune(base, until, STEP)).await?;
                pruned.intake += gone;
                if gone < STEP as u64 {
                    break;
                }
            }
        }
        Ok(pruned)
    }

    /// How many bytes are free where the store lies.
    ///
    /// # Errors
    /// When the system does not tell.
    pub async fn free_space(&self) -> Result<u64, StoreError> {
        let dir = self.dir().to_owned();
        self.runner()
            .read(move |_| {
                if dir.as_os_str().is_empty() {
                    return Ok(u64::MAX);
                }
                let found = rustix::fs::statvfs(&dir).map_err(std::io::Error::from);
                let found = found.map_err(system("asking for free space"))?;
                Ok(found.f_bavail.saturating_mul(found.f_frsize))
            })
            .await
    }

    /// Walks an index of closed requests up to a time.
    async fn prune_closed(
        &self,
        table: u8,
        until: UnixMillis,
        act: fn(&Base, UnixMillis, RequestId) -> Result<bool, StoreError>,
    ) -> Result<u64, StoreError> {
        let to = Key::new(table).past(until).done();
        let (mut from, mut taken) = (vec![table], 0);
        loop {
            let span = Span { from: from.clone(), to: to.clone() };
            let (more, last) = self
                .runner()
                .alone(move |base| {
                    let pairs = base.engine.scan(&span, STEP, Direction::Up)?;
                    let mut taken = 0;
                    for (key, _) in &pairs {
                        let mut parts = Parts::new(key);
                        taken += u64::from(act(base, parts.time()?, parts.request()?)?);
                    }
                    Ok((taken, pairs.into_iter().nth(STEP - 1).map(|(key, _)| key)))
                })
                .await?;
            taken += more;
            match last {
                Some(key) => from = [key.as_slice(), &[0]].concat(),
                None => return Ok(taken),
            }
        }
    }
}

/// Takes a closed request's raw bytes; tells whether it did.
fn strip(base: &Base, closed: UnixMillis, request: RequestId) -> Result<bool, StoreError> {
    let index = crate::store::closed_key(closed, request);
    let mut batch = Batch { deletes: vec![index], ..Batch::default() };
    let stored = match reads::find_row(base, request)? {
        Some(stored) if stored.lifecycle == (Lifecycle::Closed { at: closed }) => stored,
        // It was opened again, or closed again at another time: that has its own entry.
        _ => return write(base, batch).map(|_| false),
    };
    let lanes = Span::prefix(Key::new(LANE).request(request).done());
    if !base.engine.scan(&lanes, 1, Direction::Up)?.is_empty() {
        return Ok(false);
    }
    for (key, value) in timeline(base, request)? {
        let at = reads::pointer(&key, &value)?;
        if let Some(logged) = log::read(base, at)? {
            batch.puts.extend(logged.stripped(&at.key()).map(|value| (at.key(), value)));
        }
    }
    batch.asserts.push(Assert::At(request_key(request), stored.version.number));
    put(&mut batch, stripped_key(closed, request), 0, &[]);
    // The key goes first: after a crash in between, the index still leads here.
    destroy(base, &stored)?;
    Ok(write(base, batch)? == Outcome::Done)
}

/// Takes a closed request's records; tells whether it did.
fn forget(base: &Base, closed: UnixMillis, request: RequestId) -> Result<bool, StoreError> {
    let index = stripped_key(closed, request);
    let mut batch = Batch { deletes: vec![index], ..Batch::default() };
    let stored = match reads::find_row(base, request)? {
        Some(stored) if stored.lifecycle == (Lifecycle::Closed { at: closed }) => stored,
        _ => return write(base, batch).map(|_| false),
    };
    batch.asserts.push(Assert::At(request_key(request), stored.version.number));
    for (key, value) in timeline(base, request)? {
        let at = reads::pointer(&key, &value)?;
        if let Some(logged) = log::read(base, at)? {
            batch.deletes.extend(logged.messages().map(message_key));
        }
        batch.deletes.extend([at.key(), key]);
    }
    let dedupe = Span::prefix(Key::new(DEDUPE).request(request).done());
    batch
        .deletes
        .extend(base.engine.scan(&dedupe, usize::MAX, Direction::Up)?.into_iter().map(|(key, _)| key));
    Ok(write(base, batch)? == Outcome::Done)
}

fn timeline(base: &Base, request: RequestId) -> Result<Vec<crate::engine::Pair>, StoreError> {
    let span = Span::prefix(Key::new(TIMELINE).request(request).done());
    Ok(base.engine.scan(&span, usize::MAX, Direction::Up)?)
}

fn destroy(base: &Base, stored: &crate::RequestRow) -> Result<(), StoreError> {
    let Some(slot) = stored.version.slot else {
        return Err(keys::corrupt(&request_key(stored.request), "it names no data key").into());
    };
    let destroyed = base.keyring.destroy(slot, stored.request.to_bytes());
    destroyed.map_err(|why| base.health.stop(&format!("the keyring cannot be written: {why}")))
}

fn write(base: &Base, batch: Batch) -> Result<Outcome, StoreError> {
    let outcomes = base.engine.write(&[batch]).map_err(|why| base.health.stop(&why.to_string()))?;
    Ok(outcomes[0])
}

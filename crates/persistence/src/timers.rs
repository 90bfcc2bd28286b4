//! Durable timers: each belongs to a request and has a name; an index sorts them by when they are due.
//! Must never read a clock.

use crate::{
    RequestId, Store, UnixMillis,
    corrupt::Corrupt,
    engine::{Batch, Span},
    error::StoreError,
    frame,
    keys::{DUE, Key, Parts, TIMER},
    runner::Base,
};

/// A change of a timer of the commit's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimerOp {
    /// The timer is due then, whatever it was before.
    Set {
        /// Its name.
        name: String,
        /// When.
        due: UnixMillis,
    },
    /// There is no such timer any more.
    Clear {
        /// Its name.
        name: String,
    },
}

impl TimerOp {
    fn name(&self) -> &str {
        match self {
            Self::Set { name, .. } | Self::Clear { name } => name,
        }
    }
}

/// A timer that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timer {
    /// The request.
    pub request: RequestId,
    /// Its name.
    pub name: String,
    /// When it is due.
    pub due: UnixMillis,
}

impl Store {
    /// Up to `limit` timers due at `until` or before, the earliest first.
    ///
    /// # Errors
    /// When the store has stopped; a damaged timer stops it.
    pub async fn timers_due(&self, until: UnixMillis, limit: usize) -> Result<Vec<Timer>, StoreError> {
        self.runner()
            .read(move |base| {
                let span = Span { from: vec![DUE], to: Key::new(DUE).past(until).done() };
                let pairs = base.vital_scan(&span, limit)?;
                Ok(pairs.iter().map(|(key, value)| read_due(key, value)).collect::<Result<_, _>>()?)
            })
            .await
    }

    /// The timer that is due next, if any is set.
    ///
    /// # Errors
    /// When the store has stopped; a damaged timer stops it.
    pub async fn next_timer(&self) -> Result<Option<Timer>, StoreError> {
        Ok(self.timers_due(UnixMillis::MAX, 1).await?.pop())
    }

    /// The timers of a request.
    ///
    /// # Errors
    /// When the store has stopped; a damaged timer stops it.
    pub async fn request_timers(&self, request: RequestId) -> Result<Vec<Timer>, StoreError> {
        self.runner().read(move |base| of_request(base, request)).await
    }
}

pub(crate) fn of_request(base: &Base, request: RequestId) -> Result<Vec<Timer>, StoreError> {
    let span = Span::prefix(Key::new(TIMER).request(request).done());
    let pairs = base.vital_scan(&span, usize::MAX)?;
    Ok(pairs.iter().map(|(key, value)| read_timer(key, value)).collect::<Result<_, _>>()?)
}

/// Adds changes to a batch, given the timers that are set now (the assert on the request guards them).
pub(crate) fn add(batch: &mut Batch, request: RequestId, now: &[Timer], ops: &[TimerOp]) {
    for (index, op) in ops.iter().enumerate() {
        if ops[index + 1..].iter().any(|later| later.name() == op.name()) {
            continue;
        }
        let key = Key::new(TIMER).request(request).raw(op.name().as_bytes()).done();
        if let Some(old) = now.iter().find(|timer| timer.name == op.name()) {
            batch.deletes.push(due_key(old));
            batch.deletes.push(key.clone());
        }
        if let TimerOp::Set { name, due } = op {
            let due_key = due_key(&Timer { request, name: name.clone(), due: *due });
            let value = frame::write(&key, 0, &due.unsigned().to_be_bytes());
            batch.puts.push((key, value));
            let value = frame::write(&due_key, 0, &[]);
            batch.puts.push((due_key, value));
        }
    }
}

pub(crate) fn timer_key(timer: &Timer) -> Vec<u8> {
    Key::new(TIMER).request(timer.request).raw(timer.name.as_bytes()).done()
}

pub(crate) fn due_key(timer: &Timer) -> Vec<u8> {
    Key::new(DUE).time(timer.due).request(timer.request).raw(timer.name.as_bytes()).done()
}

pub(crate) fn read_due(key: &[u8], value: &[u8]) -> Result<Timer, Corrupt> {
    frame::read(key, value)?;
    let mut parts = Parts::new(key);
    Ok(Timer { due: parts.time()?, request: parts.request()?, name: parts.rest() })
}

pub(crate) fn read_timer(key: &[u8], value: &[u8]) -> Result<Timer, Corrupt> {
    let payload = frame::read(key, value)?.payload;
    let due = payload.first_chunk().ok_or_else(|| crate::keys::corrupt(key, "it is cut short"))?;
    let mut parts = Parts::new(key);
    Ok(Timer {
        due: UnixMillis::new(i64::from_be_bytes(*due)),
        request: parts.request()?,
        name: parts.rest(),
    })
}

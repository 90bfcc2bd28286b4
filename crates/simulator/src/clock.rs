//! The date that a library writes into its messages: the caller's, so that an advanced clock holds everywhere.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

use crate::real_time;

/// Tells the date. Waiting is always real time; only the dates written come from here.
#[derive(Clone)]
pub struct SimClock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl SimClock {
    /// A clock that asks `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        SimClock(Arc::new(now))
    }

    /// The machine's clock.
    pub fn real() -> Self {
        SimClock::new(real_time::now)
    }

    /// The date.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl std::fmt::Debug for SimClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SimClock({})", self.now())
    }
}

/// Timestamps that strictly increase, at the resolution that is written (milliseconds).
#[derive(Debug)]
pub(crate) struct Stamps {
    clock: SimClock,
    last: Mutex<Timestamp>,
}

impl Stamps {
    pub(crate) fn new(clock: SimClock) -> Self {
        Stamps { clock, last: Mutex::new(Timestamp::MIN) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn next(&self) -> Timestamp {
        let now = self.clock.now();
        let now = Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now);
        let mut last = real_time::lock(&self.last);
        let least = last.checked_add(SignedDuration::from_millis(1)).unwrap_or(now);
        *last = now.max(least);
        *last
    }
}

//! A clock whose date can be advanced, for the demo and for tests. Must never change how long a sleep lasts.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

use super::{BoxFuture, Clock};

/// A clock that is advanced at will, and that either stands or runs between the steps. Clones are one clock.
#[derive(Clone)]
pub struct SteppedClock {
    base: Arc<dyn Clock>,
    hand: Arc<watch::Sender<Hand>>,
}

/// What the date is, given the base clock's.
#[derive(Clone, Copy)]
enum Hand {
    Standing(Timestamp),
    Ahead(SignedDuration),
}

impl Hand {
    fn date(self, base: Timestamp) -> Timestamp {
        match self {
            Self::Standing(at) => at,
            Self::Ahead(by) => later(base, by),
        }
    }
}

impl SteppedClock {
    /// A clock that shows `at` until it is advanced.
    pub fn standing(base: Arc<dyn Clock>, at: Timestamp) -> Self {
        Self { base, hand: Arc::new(watch::Sender::new(Hand::Standing(at))) }
    }

    /// A clock that runs as `base` does, ahead of it by what it was advanced.
    pub fn running(base: Arc<dyn Clock>) -> Self {
        Self { base, hand: Arc::new(watch::Sender::new(Hand::Ahead(SignedDuration::ZERO))) }
    }

    /// Moves the date on and wakes those that wait for it. Never moves it back: a negative step is none.
    pub fn advance(&self, by: SignedDuration) {
        let by = by.max(SignedDuration::ZERO);
        self.hand.send_modify(|hand| {
            *hand = match *hand {
                Hand::Standing(at) => Hand::Standing(later(at, by)),
                Hand::Ahead(sum) => Hand::Ahead(sum.saturating_add(by)),
            }
        });
    }
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

impl Clock for SteppedClock {
    fn now(&self) -> Timestamp {
        self.hand.borrow().date(self.base.now())
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let mut hand = self.hand.subscribe();
        let base = Arc::clone(&self.base);
        // The sender lives as long as the sleeper, so that the wait below ends by an advance only.
        let keep = Arc::clone(&self.hand);
        Box::pin(async move {
            loop {
                let seen = *hand.borrow_and_update();
                let now = base.now();
                let left = at.duration_since(seen.date(now));
                if !left.is_positive() {
                    break;
                }
                let elapsed: BoxFuture<'static, ()> = match seen {
                    Hand::Standing(_) => Box::pin(std::future::pending()),
                    Hand::Ahead(_) => base.sleep_until(later(now, left)),
                };
                tokio::select! {
                    _ = hand.changed() => {}
                    () = elapsed => {}
                }
            }
            drop(keep);
        })
    }

    fn monotonic(&self) -> Instant {
        self.base.monotonic()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        self.base.sleep(duration)
    }
}

impl std::fmt::Debug for SteppedClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SteppedClock").field("now", &self.now()).finish_non_exhaustive()
    }
}

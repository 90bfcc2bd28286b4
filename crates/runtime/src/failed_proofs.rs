//! How often something failed that could be a guess, by who tried it at what, and how long that one must wait: guessing gets slower with every
//! guess, and nobody else is held up. Must never grow with the number of those who try.

use std::{
    collections::HashMap,
    hash::Hash,
    net::IpAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// So many keys are remembered; then the one that waits no longer since the longest time is forgotten.
const MOST: usize = 4096;

/// How pauses grow.
#[derive(Debug, Clone, Copy)]
pub struct Pauses {
    /// With the failure of this number the first pause begins.
    pub free: u32,
    /// The first pause; each further failure doubles it.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// So long after the first failure, counting starts anew.
    pub remembered: Duration,
}

impl Pauses {
    /// Wrong proofs in a library's name from one place: a library that has mended its settings is heard again after five minutes.
    pub const OF_PROOFS: Self = Self {
        free: 5,
        first: Duration::from_secs(1),
        longest: Duration::from_secs(300),
        remembered: Duration::from_secs(3600),
    };

    fn after(self, count: u32) -> Duration {
        match count.checked_sub(self.free) {
            None => Duration::ZERO,
            Some(beyond) => self.first.saturating_mul(2_u32.saturating_pow(beyond.min(16))).min(self.longest),
        }
    }
}

/// What failed lately.
#[derive(Debug)]
pub struct FailedProofs<K> {
    pauses: Pauses,
    failed: Mutex<HashMap<K, Failures>>,
}

/// What failed of one key.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    /// When the first of them failed.
    since: Instant,
    /// Until when nothing more is looked at.
    until: Instant,
}

impl<K: Clone + Eq + Hash> FailedProofs<K> {
    /// Nothing has failed.
    pub fn new(pauses: Pauses) -> Self {
        Self { pauses, failed: Mutex::default() }
    }

    /// How long nothing more of this key is looked at.
    pub fn pause(&self, key: &K, now: Instant) -> Option<Duration> {
        left(&self.lock(), key, now)
    }

    /// One more failed.
    pub fn add(&self, key: &K, now: Instant) {
        self.count(&mut self.lock(), key, now);
    }

    /// Takes an attempt for failed before it is made, so that many at once are no way round the pauses; or says how long it must wait.
    pub fn attempt(&self, key: &K, now: Instant) -> Result<(), Duration> {
        let mut failed = self.lock();
        match left(&failed, key, now) {
            Some(wait) => Err(wait),
            None => {
                self.count(&mut failed, key, now);
                Ok(())
            }
        }
    }

    /// An attempt did not fail: it was none, and its pause is over. What failed before it still counts.
    pub fn take_back(&self, key: &K, now: Instant) {
        let mut failed = self.lock();
        if let Some(failures) = failed.get_mut(key) {
            failures.count = failures.count.saturating_sub(1);
            failures.until = now;
            if failures.count == 0 {
                failed.remove(key);
            }
        }
    }

    /// The right proof came.
    pub fn forget(&self, key: &K) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Failures>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, failed: &mut HashMap<K, Failures>, key: &K, now: Instant) {
        let counts = |failures: &Failures| {
            now.saturating_duration_since(failures.since) < self.pauses.remembered || failures.until > now
        };
        if failed.len() >= MOST && !failed.contains_key(key) {
            failed.retain(|_, failures| counts(failures));
            let oldest = failed.iter().min_by_key(|(_, failures)| failures.until).map(|(key, _)| key.clone());
            if let (true, Some(oldest)) = (failed.len() >= MOST, oldest) {
                failed.remove(&oldest);
            }
        }
        let none = Failures { count: 0, since: now, until: now };
        let before = failed.get(key).copied().filter(counts).unwrap_or(none);
        let count = before.count.saturating_add(1);
        let until = now + self.pauses.after(count);
        failed.insert(key.clone(), Failures { count, since: before.since, until });
    }
}

fn left<K: Eq + Hash>(failed: &HashMap<K, Failures>, key: &K, now: Instant) -> Option<Duration> {
    let left = failed.get(key)?.until.saturating_duration_since(now);
    (!left.is_zero()).then_some(left)
}

/// Whoever has an IPv6 address has all of its /64.
pub fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use net::{Clock, RealClock};

    use super::*;

    const PAUSES: Pauses = Pauses::OF_PROOFS;

    fn at(address: &str) -> IpAddr {
        place(address.parse().unwrap())
    }

    #[test]
    fn each_guess_makes_the_next_pause_longer_up_to_a_bound() {
        let (failed, start) = (FailedProofs::new(PAUSES), RealClock.monotonic());
        let mut pauses = Vec::new();
        for _ in 0..20 {
            failed.add(&"north", start);
            pauses.push(failed.pause(&"north", start).map_or(0, |pause| pause.as_secs()));
        }
        assert_eq!(&pauses[..8], [0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(pauses[19], 300);
        assert_eq!(failed.pause(&"north", start + PAUSES.longest), None);
        assert_eq!(failed.pause(&"south", start), None, "another");
        failed.forget(&"north");
        assert_eq!(failed.pause(&"north", start), None);
    }

    #[test]
    fn what_failed_long_ago_does_not_count() {
        let (failed, start) = (FailedProofs::new(PAUSES), RealClock.monotonic());
        for _ in 0..9 {
            failed.add(&"north", start);
        }
        let later = start + PAUSES.remembered;
        failed.add(&"north", later);
        assert_eq!(failed.pause(&"north", later), None);
    }

    #[test]
    fn an_attempt_counts_until_it_is_taken_back() {
        let (failed, start) = (FailedProofs::new(PAUSES), RealClock.monotonic());
        let second = Duration::from_secs(1);
        let attempt = |now| failed.attempt(&"north", now);
        // So many at once, of which none has been judged yet.
        for _ in 0..5 {
            assert_eq!(attempt(start), Ok(()));
        }
        for _ in 0..300 {
            assert_eq!(attempt(start), Err(second), "and waiting makes no pause longer");
        }
        assert_eq!(attempt(start + second), Ok(()));
        assert_eq!(attempt(start + second), Err(2 * second));
        // The sixth was right: it ends the pause, and what was wrong before it still counts.
        failed.take_back(&"north", start + second);
        assert_eq!(attempt(start + second), Ok(()));
        assert_eq!(attempt(start + second), Err(2 * second));
        assert_eq!(failed.attempt(&"south", start), Ok(()));
        failed.take_back(&"south", start);
        assert!(!failed.failed.lock().unwrap().contains_key("south"), "nothing failed, nothing is kept");
    }

    #[test]
    fn a_network_of_ipv6_is_one_place_and_places_are_bounded() {
        let (failed, start) = (FailedProofs::new(PAUSES), RealClock.monotonic());
        for n in 0..u16::try_from(2 * MOST).unwrap() {
            failed.add(&at(&format!("2001:db8::{n:x}")), start);
        }
        assert!(failed.pause(&at("2001:db8::ffff:1"), start).is_some());
        assert_eq!(failed.failed.lock().unwrap().len(), 1);
        for n in 0..u16::try_from(2 * MOST).unwrap() {
            failed.add(&at(&format!("2001:db8:{n:x}::1")), start + Duration::from_secs(1));
        }
        assert_eq!(failed.failed.lock().unwrap().len(), MOST);
        assert!(
            failed.pause(&at("2001:db8::1"), start).is_some(),
            "who must wait is not forgotten for another"
        );
    }
}

//! How often messages in a library's name came from a place without the right proof, and how long that place must wait: guessing gets slower
//! with every guess. The library itself, at another address, is not held up. Must never grow with the number of places.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use loan_model::PeerId;

/// So many may fail before the first pause.
const FREE: u32 = 5;
/// The first pause; each further failure doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause: a library that has mended its settings is heard again after this.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// What failed so long ago does not count.
const REMEMBERED: Duration = Duration::from_secs(3600);
/// So many places are remembered; then the one that failed longest ago is forgotten.
const MOST: usize = 4096;

/// What failed lately.
#[derive(Debug, Default)]
pub struct FailedProofs(Mutex<HashMap<(IpAddr, PeerId), Failures>>);

/// What failed at one place, in one library's name.
#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Instant,
}

impl Failures {
    /// How long nothing more is looked at, from the last failure on.
    fn pause(self) -> Duration {
        match self.count.checked_sub(FREE) {
            None => Duration::ZERO,
            Some(beyond) => {
                FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(beyond.min(16))).min(LONGEST_PAUSE)
            }
        }
    }
}

impl FailedProofs {
    /// How long this place must still wait before something in this library's name is looked at.
    pub fn pause(&self, address: IpAddr, library: &PeerId, now: Instant) -> Option<Duration> {
        let failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = failed.get(&(place(address), library.clone()))?;
        let left = failures.pause().saturating_sub(now.saturating_duration_since(failures.last));
        (!left.is_zero()).then_some(left)
    }

    /// One more failed.
    pub fn add(&self, address: IpAddr, library: &PeerId, now: Instant) {
        let mut failed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (place(address), library.clone());
        if failed.len() >= MOST && !failed.contains_key(&key) {
            failed.retain(|_, failures| now.saturating_duration_since(failures.last) < REMEMBERED);
            let oldest = failed.iter().min_by_key(|(_, failures)| failures.last).map(|(key, _)| key.clone());
            if let (true, Some(oldest)) = (failed.len() >= MOST, oldest) {
                failed.remove(&oldest);
            }
        }
        let failures = failed.entry(key).or_insert(Failures { count: 0, last: now });
        if now.saturating_duration_since(failures.last) >= REMEMBERED {
            failures.count = 0;
        }
        *failures = Failures { count: failures.count.saturating_add(1), last: now };
    }

    /// The right proof came.
    pub fn forget(&self, address: IpAddr, library: &PeerId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(place(address), library.clone()));
    }
}

/// Whoever has an IPv6 address has all of its /64.
fn place(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use net::{Clock, RealClock};

    use super::*;

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn each_guess_makes_the_next_pause_longer_up_to_a_bound() {
        let (failed, north, start) = (FailedProofs::default(), PeerId::new("north"), RealClock.monotonic());
        let here = at("192.0.2.7");
        let mut pauses = Vec::new();
        for _ in 0..20 {
            failed.add(here, &north, start);
            pauses.push(failed.pause(here, &north, start).map_or(0, |pause| pause.as_secs()));
        }
        assert_eq!(&pauses[..8], [0, 0, 0, 0, 1, 2, 4, 8]);
        assert_eq!(pauses[19], 300);
        assert_eq!(failed.pause(here, &north, start + LONGEST_PAUSE), None);
        assert_eq!(failed.pause(at("192.0.2.8"), &north, start), None, "another address");
        assert_eq!(failed.pause(here, &PeerId::new("south"), start), None, "another library");
        failed.forget(here, &north);
        assert_eq!(failed.pause(here, &north, start), None);
    }

    #[test]
    fn what_failed_long_ago_does_not_count() {
        let (failed, north, start) = (FailedProofs::default(), PeerId::new("north"), RealClock.monotonic());
        for _ in 0..9 {
            failed.add(at("192.0.2.7"), &north, start);
        }
        let later = start + REMEMBERED;
        failed.add(at("192.0.2.7"), &north, later);
        assert_eq!(failed.pause(at("192.0.2.7"), &north, later), None);
    }

    #[test]
    fn a_network_of_ipv6_is_one_place_and_places_are_bounded() {
        let (failed, north, start) = (FailedProofs::default(), PeerId::new("north"), RealClock.monotonic());
        for n in 0..u16::try_from(2 * MOST).unwrap() {
            failed.add(at(&format!("2001:db8::{n:x}")), &north, start);
        }
        assert!(failed.pause(at("2001:db8::ffff:1"), &north, start).is_some());
        assert_eq!(failed.0.lock().unwrap().len(), 1);
        for n in 0..u16::try_from(2 * MOST).unwrap() {
            failed.add(at(&format!("2001:db8:{n:x}::1")), &north, start + Duration::from_secs(1));
        }
        assert_eq!(failed.0.lock().unwrap().len(), MOST);
    }
}

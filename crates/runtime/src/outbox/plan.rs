//! When a message is tried again, and when no more. Pure: must never read a clock or make randomness.

use jiff::{SignedDuration, Timestamp};

/// How often and how long a message is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPlan {
    /// The pause after the first failure.
    pub first: SignedDuration,
    /// Each further pause is so many times as long as the one before.
    pub factor: u32,
    /// The longest pause.
    pub longest: SignedDuration,
    /// After so many attempts the plan ends.
    pub attempts: u32,
    /// After so many answers in a row that settle nothing the plan ends: the peer is well, so that waiting longer helps less than staff do. A
    /// request that the peer says it does not know, it may have booked by the next time.
    pub unusable: u32,
    /// The plan ends as well when the message has been first in its lane for so long, be it that the circuit was open all the time.
    pub give_up_after: SignedDuration,
}

impl Default for RetryPlan {
    /// Five seconds, doubling to a quarter of an hour, for three days; four answers that settle nothing.
    fn default() -> Self {
        Self {
            first: SignedDuration::from_secs(5),
            factor: 2,
            longest: SignedDuration::from_mins(15),
            attempts: 300,
            unusable: 4,
            give_up_after: SignedDuration::from_hours(72),
        }
    }
}

impl RetryPlan {
    /// When to try again after attempt number `attempts` failed: between half the pause and the whole, as `random` has it, so that
    /// messages which failed together do not come back together.
    pub fn next(&self, now: Timestamp, attempts: u32, random: u128) -> Timestamp {
        let growth = i128::from(self.factor).saturating_pow(attempts.saturating_sub(1));
        let millis = self.first.as_millis().saturating_mul(growth).min(self.longest.as_millis());
        later(now, jittered(millis, random))
    }

    /// Whether the plan has ended for a message that was tried so often and became its lane's head then.
    pub fn is_over(&self, now: Timestamp, attempts: u32, head_since: Timestamp) -> bool {
        attempts >= self.attempts || now.duration_since(head_since) >= self.give_up_after
    }
}

/// Between half of it and the whole.
pub(super) fn jittered(millis: i128, random: u128) -> SignedDuration {
    let half = millis.max(0) / 2;
    let more = (random % (half as u128 + 1)) as i128;
    SignedDuration::from_millis(i64::try_from(half + more).unwrap_or(i64::MAX))
}

pub(super) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: RetryPlan = RetryPlan {
        first: SignedDuration::from_secs(10),
        factor: 2,
        longest: SignedDuration::from_secs(100),
        attempts: 4,
        unusable: 2,
        give_up_after: SignedDuration::from_hours(1),
    };

    #[test]
    fn pauses_double_up_to_the_longest_and_never_leave_their_half() {
        let now = Timestamp::UNIX_EPOCH;
        for (attempts, whole) in [(1, 10), (2, 20), (3, 40), (4, 80), (5, 100), (60, 100), (u32::MAX, 100)] {
            for random in [0, 1, 4_999, u128::MAX, u128::MAX / 3] {
                let pause = PLAN.next(now, attempts, random).duration_since(now).as_millis();
                assert!((whole * 500..=whole * 1000).contains(&pause), "{attempts} {random}: {pause}");
            }
        }
    }

    #[test]
    fn pauses_grow_by_the_factor() {
        let now = Timestamp::UNIX_EPOCH;
        for (factor, whole) in [(1, [10, 10, 10, 10]), (2, [10, 20, 40, 80]), (3, [10, 30, 90, 100])] {
            let plan = RetryPlan { factor, ..PLAN };
            for (attempts, whole) in (1..).zip(whole) {
                // As much jitter as there is: the whole pause.
                let pause = plan.next(now, attempts, whole * 500).duration_since(now);
                assert_eq!(pause.as_millis(), i128::try_from(whole).unwrap() * 1000, "{factor} {attempts}");
            }
        }
    }

    #[test]
    fn jitter_reaches_both_ends() {
        assert_eq!(jittered(1000, 0), SignedDuration::from_millis(500));
        assert_eq!(jittered(1000, 500), SignedDuration::from_millis(1000));
        assert_eq!(jittered(0, 7), SignedDuration::ZERO);
    }

    #[test]
    fn a_plan_ends_by_attempts_or_by_time() {
        let since = Timestamp::UNIX_EPOCH;
        let at = |secs| since + SignedDuration::from_secs(secs);
        assert!(!PLAN.is_over(at(3599), 3, since));
        assert!(PLAN.is_over(at(0), 4, since));
        assert!(PLAN.is_over(at(3600), 0, since));
    }
}

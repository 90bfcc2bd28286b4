//! A peer's rate, as a bucket that fills with time. Pure: must never read a clock.

use jiff::{SignedDuration, Timestamp};

use super::{Rate, plan::later};

/// When the bucket would be full again: one date tells its whole state (the generic cell rate algorithm).
#[derive(Debug, Default)]
pub(super) struct Bucket {
    full_at: Option<Timestamp>,
}

impl Bucket {
    /// From when on a message may go out.
    pub(super) fn ready_at(&self, rate: Option<Rate>) -> Timestamp {
        match (rate, self.full_at) {
            (Some(rate), Some(full_at)) => {
                let slack =
                    share(rate).saturating_mul(i32::try_from(rate.burst.get() - 1).unwrap_or(i32::MAX));
                full_at.checked_sub(slack).unwrap_or(Timestamp::MIN)
            }
            _ => Timestamp::MIN,
        }
    }

    /// A message goes out.
    pub(super) fn take(&mut self, rate: Option<Rate>, now: Timestamp) {
        self.full_at = rate.map(|rate| later(self.full_at.map_or(now, |at| at.max(now)), share(rate)));
    }
}

/// The time that one message takes of a minute.
fn share(rate: Rate) -> SignedDuration {
    SignedDuration::from_mins(1) / i32::try_from(rate.per_minute.get()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(secs)
    }

    fn rate(per_minute: u32, burst: u32) -> Option<Rate> {
        Some(Rate { per_minute: NonZeroU32::new(per_minute)?, burst: NonZeroU32::new(burst)? })
    }

    #[test]
    fn a_burst_goes_out_at_once_and_then_one_by_one() {
        let (mut bucket, rate) = (Bucket::default(), rate(6, 3));
        for _ in 0..3 {
            assert!(bucket.ready_at(rate) <= at(0));
            bucket.take(rate, at(0));
        }
        assert_eq!(bucket.ready_at(rate), at(10));
        bucket.take(rate, at(10));
        assert_eq!(bucket.ready_at(rate), at(20));
        // After a long rest there is a burst again, and no more than that.
        for _ in 0..3 {
            assert!(bucket.ready_at(rate) <= at(600));
            bucket.take(rate, at(600));
        }
        assert_eq!(bucket.ready_at(rate), at(610));
    }

    #[test]
    fn without_a_rate_nothing_waits() {
        let mut bucket = Bucket::default();
        bucket.take(None, at(0));
        assert_eq!(bucket.ready_at(None), Timestamp::MIN);
    }
}

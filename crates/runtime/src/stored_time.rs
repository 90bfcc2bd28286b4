//! Moments of the store as the rest of the gateway has them, and back: the one place that converts them. Must never read a clock.

use jiff::Timestamp;
use persistence::UnixMillis;

/// A moment as the store keeps it: to the millisecond.
pub fn unix_millis(at: Timestamp) -> UnixMillis {
    UnixMillis::new(at.as_millisecond())
}

/// A moment of the store. One that is out of the calendar's range becomes its end.
pub fn timestamp(at: UnixMillis) -> Timestamp {
    let end = if at < UnixMillis::default() { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(at.get()).unwrap_or(end)
}

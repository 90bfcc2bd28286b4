//! Moments as they are stored. Must never read a clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A day in milliseconds.
const DAY: i64 = 86_400_000;

/// A moment: milliseconds since 1970-01-01T00:00:00Z, and stored as that number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(i64);

impl UnixMillis {
    /// Before every other moment.
    pub const MIN: Self = Self(i64::MIN);
    /// After every other moment.
    pub const MAX: Self = Self(i64::MAX);

    /// The moment so many milliseconds after the beginning of 1970.
    pub const fn new(millis: i64) -> Self {
        Self(millis)
    }

    /// Its milliseconds since the beginning of 1970.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The same, where a moment before 1970 counts as its beginning: as keys and identifiers hold it.
    pub(crate) const fn unsigned(self) -> u64 {
        if self.0 < 0 { 0 } else { self.0.unsigned_abs() }
    }

    /// The moment so much later, or the last.
    pub fn saturating_add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// The moment so much earlier, or the first.
    pub fn saturating_sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// The day it is in, in UTC: whole days since the beginning of 1970.
    pub const fn day(self) -> u64 {
        self.unsigned() / DAY.unsigned_abs()
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_stored_as_its_number_and_has_ends() {
        let moment = UnixMillis::new(1_790_000_000_000);
        assert_eq!(serde_json::to_string(&moment).ok().as_deref(), Some("1790000000000"));
        assert_eq!(serde_json::from_str(" 1790000000000").ok(), Some(moment));
        assert_eq!(UnixMillis::new(-2).saturating_sub(Duration::MAX), UnixMillis::MIN);
        assert_eq!(moment.saturating_add(Duration::MAX), UnixMillis::MAX);
        assert_eq!(
            (UnixMillis::MIN.day(), UnixMillis::new(DAY - 1).day(), UnixMillis::new(DAY).day()),
            (0, 0, 1)
        );
    }
}

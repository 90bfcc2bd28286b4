//! How often something may happen, such as `10/s`.

use std::{fmt, time::Duration};

use crate::binding::Text;

/// At most so many in a second, a minute or an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    count: u32,
    per: Per,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Per {
    Second,
    Minute,
    Hour,
}

impl Rate {
    /// So many in a second.
    pub const fn per_second(count: u32) -> Self {
        Rate { count, per: Per::Second }
    }

    /// How many.
    pub fn count(self) -> u32 {
        self.count
    }

    /// In how long a time.
    pub fn period(self) -> Duration {
        Duration::from_secs(match self.per {
            Per::Second => 1,
            Per::Minute => 60,
            Per::Hour => 3600,
        })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per {
            Per::Second => "s",
            Per::Minute => "min",
            Per::Hour => "h",
        };
        write!(f, "{}/{per}", self.count)
    }
}

impl Text for Rate {
    const WHAT: &'static str = "a rate, as in `10/s`, `60/min`, `1000/h`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["1/s", "60/min", "1000/h"];

    fn parse(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a rate: write a number above 0 and /s, /min or /h, as in 10/s");
        let (count, per) = text.split_once('/').ok_or_else(bad)?;
        let per = match per.trim() {
            "s" => Per::Second,
            "min" => Per::Minute,
            "h" => Per::Hour,
            _ => return Err(bad()),
        };
        match count.trim().parse() {
            Ok(count) if count > 0 => Ok(Rate { count, per }),
            _ => Err(bad()),
        }
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        Rate::per_second(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        let rate = Rate::parse("60 / min").unwrap();
        assert_eq!(
            (rate.count(), rate.period(), rate.to_string().as_str()),
            (60, Duration::from_secs(60), "60/min")
        );
        for bad in ["", "10", "0/s", "-1/s", "10/day", "1.5/s"] {
            assert!(Rate::parse(bad).is_err(), "{bad}");
        }
    }
}

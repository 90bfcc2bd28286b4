//! Lengths of time such as `30s` or `1h30m`.

use std::{fmt, time::Duration};

use crate::binding::Text;

/// A length of time, in whole milliseconds, at most a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Wait(u64);

const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
const YEAR: u64 = 366 * 86_400_000;

impl Wait {
    /// So many milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Wait(millis)
    }

    /// So many seconds.
    pub const fn from_secs(seconds: u64) -> Self {
        Wait(seconds * 1000)
    }

    /// So many minutes.
    pub const fn from_mins(minutes: u64) -> Self {
        Wait::from_secs(minutes * 60)
    }

    /// So many hours.
    pub const fn from_hours(hours: u64) -> Self {
        Wait::from_mins(hours * 60)
    }

    /// As the standard library has it.
    pub const fn duration(self) -> Duration {
        Duration::from_millis(self.0)
    }

    /// As jiff has it.
    pub fn signed(self) -> jiff::SignedDuration {
        jiff::SignedDuration::from_millis(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0;
        for (name, unit) in UNITS {
            if rest >= unit {
                write!(f, "{}{name}", rest / unit)?;
                rest %= unit;
            }
        }
        Ok(())
    }
}

impl Text for Wait {
    const WHAT: &'static str = "a length of time, as in `30s`, `1h30m`, `3d`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["1ms", "90s", "1h30m", "3d", "1d2h3m4s5ms"];

    fn parse(text: &str) -> Result<Self, String> {
        let bad = || {
            format!(
                "`{text}` is not a length of time: write a number and d, h, m, s or ms, as in 30s or 1h30m"
            )
        };
        let mut rest = text.trim();
        let mut millis: u64 = 0;
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let letters = rest[digits..].bytes().take_while(u8::is_ascii_lowercase).count();
            let number: u64 = rest[..digits].parse().map_err(|_| bad())?;
            let unit = &rest[digits..digits + letters];
            let (_, size) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(bad)?;
            millis = number.checked_mul(*size).and_then(|part| millis.checked_add(part)).ok_or_else(bad)?;
            rest = rest[digits + letters..].trim_start();
        }
        match millis {
            _ if text.trim().is_empty() => Err(bad()),
            millis if millis > YEAR => Err(format!("`{text}` is longer than a year")),
            millis => Ok(Wait(millis)),
        }
    }

    fn print(&self) -> String {
        self.to_string()
    }

    fn blank() -> Self {
        Wait(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        for (text, millis, printed) in [
            ("30s", 30_000, "30s"),
            ("90m", 5_400_000, "1h30m"),
            ("1h 30m", 5_400_000, "1h30m"),
            ("250ms", 250, "250ms"),
            ("0s", 0, "0s"),
        ] {
            let wait = Wait::parse(text).unwrap();
            assert_eq!((wait, wait.to_string().as_str()), (Wait(millis), printed));
        }
        for bad in ["", "30", "s", "-1s", "1.5h", "1y", "400d", "99999999999999999999s", "3é"] {
            assert!(Wait::parse(bad).is_err(), "{bad}");
        }
    }
}

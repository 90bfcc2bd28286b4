//! Names of time zones.

use jiff::tz::TimeZone;

use crate::binding::Text;

/// The name of a time zone that is known here, such as `America/Denver`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ZoneName(String);

impl ZoneName {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        ZoneName("UTC".to_owned())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Text for ZoneName {
    const WHAT: &'static str = "the IANA name of a time zone, as in `America/Denver`";

    #[cfg(test)]
    const SAMPLES: &[&str] = &["UTC", "America/Denver", "Asia/Kathmandu"];

    fn parse(text: &str) -> Result<Self, String> {
        let zone = TimeZone::get(text).map_err(|_| {
            format!("`{text}` is not a known time zone: use an IANA name, as in America/Denver")
        })?;
        Ok(ZoneName(zone.iana_name().unwrap_or(text).to_owned()))
    }

    fn print(&self) -> String {
        self.0.clone()
    }

    fn blank() -> Self {
        ZoneName::utc()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_and_unknown() {
        assert_eq!(ZoneName::parse("America/Denver").unwrap().as_str(), "America/Denver");
        for bad in ["", "Denver", "MST7", "+07:00", "America/Denver "] {
            assert!(ZoneName::parse(bad).is_err(), "{bad}");
        }
    }
}

//! Dates and times: written as the ILS likes them, and read however it writes them.

use jiff::{Timestamp, civil, tz::TimeZone};
use ncip::DateTime;

use super::settings::{DateStyle, IlsSettings};

/// An instant as the ILS likes it.
pub(crate) fn write(instant: Timestamp, settings: &IlsSettings) -> DateTime {
    let zoned = instant.to_zoned_datetime(zone(settings));
    match settings.dates {
        DateStyle::Utc => DateTime::from_instant(instant),
        DateStyle::Offset => DateTime::from_lexical(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        DateStyle::Local => DateTime::from_lexical(zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
    }
}

/// The instant until which something is due. A date alone, or midnight in the library's own time, means the whole of that day.
pub(crate) fn until(date: &DateTime, settings: &IlsSettings) -> Option<Timestamp> {
    let text = date.as_str().trim();
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let zone = zone(settings);
    let day = |day: civil::Date| zone.to_timestamp(day.at(23, 59, 59, 0)).ok();
    if let Ok(date) = text.parse::<civil::Date>()
        && text.len() <= 10
    {
        return day(date);
    }
    let local: civil::DateTime = text.parse().ok()?;
    if local.time() == civil::Time::midnight() { day(local.date()) } else { zone.to_timestamp(local).ok() }
}

fn zone(settings: &IlsSettings) -> TimeZone {
    // The registry knows the zone; that it is gone from the database would be the only reason.
    TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ncip::Preset;

    #[test]
    fn dates_are_read_in_the_librarys_zone_unless_they_say_their_own() {
        let mut settings = IlsSettings::of(Preset::Koha, "A", "B");
        settings.time_zone = "America/Denver".to_owned();
        for (text, instant) in [
            ("2026-12-24", Some("2026-12-25T06:59:59Z")),
            ("2026-12-24T00:00:00", Some("2026-12-25T06:59:59Z")),
            ("2026-12-24T18:00:00", Some("2026-12-25T01:00:00Z")),
            ("2026-07-01", Some("2026-07-02T05:59:59Z")),
            ("2026-12-24T00:00:00Z", Some("2026-12-24T00:00:00Z")),
            ("2026-12-24T12:00:00+01:00", Some("2026-12-24T11:00:00Z")),
            (" 2026-12-24T12:00:00.500-07:00 ", Some("2026-12-24T19:00:00.5Z")),
            ("24.12.2026", None),
            ("", None),
        ] {
            let read = until(&DateTime::from_lexical(text), &settings);
            assert_eq!(read, instant.map(|instant| instant.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn dates_are_written_as_the_ils_likes_them() {
        let mut settings = IlsSettings::of(Preset::Koha, "A", "B");
        settings.time_zone = "America/Denver".to_owned();
        let instant = "2026-12-25T06:59:59Z".parse().unwrap();
        for (style, text) in [
            (DateStyle::Utc, "2026-12-25T06:59:59Z"),
            (DateStyle::Offset, "2026-12-24T23:59:59-07:00"),
            (DateStyle::Local, "2026-12-24T23:59:59"),
        ] {
            settings.dates = style;
            let written = write(instant, &settings);
            assert_eq!(written.as_str(), text);
            assert!(written.is_valid());
            assert_eq!(until(&written, &settings), Some(instant));
        }
    }
}

//! When a library that is told once a day is told next. Pure.

use jiff::{SignedDuration, Timestamp, civil::Time, tz::TimeZone};
use loan_model::calendar::Calendar;

/// How many days ahead an opening day is looked for.
const HORIZON: i64 = 400;

/// The next time it is this hour of an opening day at the library, later than now. A library that never opens is told tomorrow at the latest:
/// a mail must not wait for ever.
pub fn next_mailing(now: Timestamp, hour: u8, calendar: &Calendar) -> Timestamp {
    let zone = TimeZone::get(&calendar.time_zone).unwrap_or(TimeZone::UTC);
    let time = Time::new(i8::try_from(hour.min(23)).unwrap_or(0), 0, 0, 0).unwrap_or(Time::MIN);
    let today = zone.to_datetime(now).date();
    (0..HORIZON)
        .filter_map(|days| today.checked_add(SignedDuration::from_hours(24 * days)).ok())
        .filter(|day| calendar.opens_on(*day))
        .filter_map(|day| zone.to_timestamp(day.to_datetime(time)).ok())
        .find(|at| *at > now)
        .unwrap_or_else(|| now.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use loan_model::calendar::{Closure, OpenDay};

    use super::*;

    fn calendar() -> Calendar {
        let mut calendar = Calendar { time_zone: "America/Denver".to_owned(), ..Calendar::default() };
        calendar.open = vec![OpenDay::Monday, OpenDay::Tuesday, OpenDay::Wednesday, OpenDay::Friday];
        calendar.closures =
            vec![Closure { from: date(2026, 11, 27), to: date(2026, 11, 29), what: "a feast".to_owned() }];
        calendar
    }

    #[test]
    fn it_is_told_at_its_own_hour_on_its_opening_days() {
        for (now, next) in [
            // Denver is seven hours behind in winter; Thursday it is shut, and on the Friday there is a feast.
            ("2026-11-24T13:59:59Z", "2026-11-24T14:00:00Z"),
            ("2026-11-24T14:00:00Z", "2026-11-25T14:00:00Z"),
            ("2026-11-25T14:00:01Z", "2026-11-30T14:00:00Z"),
            // Six in summer, and the change on 8 March 2026 is between two mailings.
            ("2026-03-06T15:00:00Z", "2026-03-09T13:00:00Z"),
        ] {
            let now: Timestamp = now.parse().unwrap();
            assert_eq!(next_mailing(now, 7, &calendar()), next.parse().unwrap(), "{now}");
        }
    }

    #[test]
    fn a_library_that_never_opens_is_told_all_the_same() {
        let shut = Calendar { open: Vec::new(), ..calendar() };
        let now: Timestamp = "2026-11-24T14:00:00Z".parse().unwrap();
        assert!(next_mailing(now, 7, &shut) > now);
        assert!(next_mailing(now, 7, &shut) <= now + SignedDuration::from_hours(24 * 2));
    }
}

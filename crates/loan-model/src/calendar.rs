//! Working days: when a library is open, and when so many of its days have passed. Must never ask what time it is now.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time, Weekday},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};

/// When a library is open: the days of its week, less its closures, in its own time zone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Calendar {
    /// An IANA name, such as `America/Denver`. One that is not known counts as UTC; the registry refuses it beforehand.
    pub time_zone: String,
    /// Open on these days of the week.
    pub open: Vec<OpenDay>,
    /// Closed on these dates all the same.
    pub closures: Vec<Closure>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum OpenDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Closed from a date to a date, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closure {
    /// The first day closed.
    pub from: Date,
    /// The last day closed.
    pub to: Date,
    /// Why, in words.
    #[serde(default)]
    pub what: String,
}

/// How long somebody may take: so many of its working days, and never more than so many days of everybody's calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkingTime {
    /// Days on which the library is open.
    pub working_days: u32,
    /// The hard limit, in days of the calendar.
    pub cap_calendar_days: u32,
}

impl WorkingTime {
    /// So many working days, at most so many days of the calendar.
    pub const fn new(working_days: u32, cap_calendar_days: u32) -> Self {
        WorkingTime { working_days, cap_calendar_days }
    }
}

impl Default for Calendar {
    /// Monday to Friday, in UTC, never closed.
    fn default() -> Self {
        use OpenDay::*;
        Calendar {
            time_zone: "UTC".to_owned(),
            open: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
            closures: Vec::new(),
        }
    }
}

impl Calendar {
    /// Whether the library is open on the day that `at` falls on there.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.opens_on(self.date(at))
    }

    /// Whether the library is open on that date.
    pub fn opens_on(&self, date: Date) -> bool {
        self.open.contains(&OpenDay::from(date.weekday())) && !self.closes_on(date)
    }

    /// The same, begun on the last day of the closure that `from` falls into there: for whom we turn to although it is closed.
    pub fn after_opening(&self, from: Timestamp, time: WorkingTime) -> Timestamp {
        let day = self.closed_until(from);
        let begun = day.and_then(|day| from.to_zoned_datetime(self.zone()).with().date(day).build().ok());
        self.after(begun.map_or(from, |begun| begun.timestamp()), time)
    }

    /// The last day of the closure that `at` falls into there, with what follows it without a day between. A year is looked at.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use loan_model::calendar::{Calendar, Closure};
    ///
    /// let recess = Closure { from: date(2026, 12, 21), to: date(2027, 1, 1), what: "recess".to_owned() };
    /// let calendar = Calendar { closures: vec![recess], ..Calendar::default() };
    /// assert_eq!(calendar.closed_until("2026-12-24T12:00:00Z".parse().unwrap()), Some(date(2027, 1, 1)));
    /// assert_eq!(calendar.closed_until("2026-12-20T12:00:00Z".parse().unwrap()), None);
    /// ```
    pub fn closed_until(&self, at: Timestamp) -> Option<Date> {
        let days = self.date(at).series(1.day()).take(366);
        days.take_while(|date| self.closes_on(*date)).last()
    }

    /// How many days of its week, `at`'s own among them, pass within the closure that `at` falls into there.
    pub fn working_days_closed(&self, at: Timestamp) -> u32 {
        let Some(last) = self.closed_until(at) else { return 0 };
        let days = self.date(at).series(1.day()).take_while(|date| *date <= last);
        days.filter(|date| self.open.contains(&OpenDay::from(date.weekday()))).map(|_| 1).sum()
    }

    fn closes_on(&self, date: Date) -> bool {
        self.closures.iter().any(|closure| closure.from <= date && date <= closure.to)
    }

    /// The instant when `time` has passed since `from`: the same time of day after that many open days, or the cap, whichever is first.
    /// A day counts when the library is open on it; the day of `from` itself does not count.
    pub fn after(&self, from: Timestamp, time: WorkingTime) -> Timestamp {
        let start = from.to_zoned_datetime(self.zone());
        let cap = i64::from(time.cap_calendar_days);
        let mut days = 0;
        let mut open = 0;
        while open < time.working_days && days < cap {
            days += 1;
            match start.date().checked_add(days.days()) {
                Ok(date) if self.opens_on(date) => open += 1,
                Ok(_) => {}
                Err(_) => return Timestamp::MAX,
            }
        }
        start.checked_add(days.days()).map_or(Timestamp::MAX, |end| end.timestamp())
    }

    /// The date that `at` falls on there.
    pub fn date(&self, at: Timestamp) -> Date {
        at.to_zoned_datetime(self.zone()).date()
    }

    /// The end of a day there.
    pub fn end_of(&self, day: Date) -> Timestamp {
        self.time_on(day, Time::constant(23, 59, 59, 0)).unwrap_or(Timestamp::MAX)
    }

    /// The beginning of a day there.
    pub fn start_of(&self, day: Date) -> Timestamp {
        self.time_on(day, Time::midnight()).unwrap_or(Timestamp::MAX)
    }

    fn time_on(&self, day: Date, time: Time) -> Option<Timestamp> {
        self.zone().to_timestamp(day.to_datetime(time)).ok()
    }

    fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }
}

impl From<Weekday> for OpenDay {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => OpenDay::Monday,
            Weekday::Tuesday => OpenDay::Tuesday,
            Weekday::Wednesday => OpenDay::Wednesday,
            Weekday::Thursday => OpenDay::Thursday,
            Weekday::Friday => OpenDay::Friday,
            Weekday::Saturday => OpenDay::Saturday,
            Weekday::Sunday => OpenDay::Sunday,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn denver() -> Calendar {
        Calendar { time_zone: "America/Denver".to_owned(), ..Calendar::default() }
    }

    #[test]
    fn weekends_do_not_count() {
        // A Friday noon in Denver; two working days later it is Tuesday noon.
        let due = denver().after(at("2026-01-16T19:00:00Z"), WorkingTime::new(2, 30));
        assert_eq!(due, at("2026-01-20T19:00:00Z"));
    }

    #[test]
    fn closures_do_not_count() {
        let mut calendar = denver();
        let day = jiff::civil::date(2026, 1, 19);
        calendar.closures.push(Closure { from: day, to: day, what: "holiday".to_owned() });
        let due = calendar.after(at("2026-01-16T19:00:00Z"), WorkingTime::new(1, 30));
        assert_eq!(due, at("2026-01-20T19:00:00Z"));
        assert!(!calendar.is_open(at("2026-01-19T19:00:00Z")));
    }

    #[test]
    fn the_cap_ends_a_long_closure() {
        let mut calendar = denver();
        calendar.closures.push(Closure {
            from: jiff::civil::date(2026, 6, 1),
            to: jiff::civil::date(2026, 9, 1),
            what: "summer".to_owned(),
        });
        let due = calendar.after(at("2026-05-29T18:00:00Z"), WorkingTime::new(3, 10));
        assert_eq!(due, at("2026-06-08T18:00:00Z"));
    }

    #[test]
    fn who_is_asked_in_a_closure_has_its_time_after_that() {
        let mut calendar = denver();
        for (from, to) in [((2026, 6, 1), (2026, 8, 31)), ((2026, 9, 1), (2026, 9, 4))] {
            let date = |(year, month, day)| jiff::civil::date(year, month, day);
            calendar.closures.push(Closure { from: date(from), to: date(to), what: "summer".to_owned() });
        }
        // The closures end on a Friday.
        assert_eq!(calendar.closed_until(at("2026-06-03T18:00:00Z")), Some(jiff::civil::date(2026, 9, 4)));
        let (closed, time) = (at("2026-06-03T18:00:00Z"), WorkingTime::new(3, 10));
        assert_eq!(calendar.after_opening(closed, time), at("2026-09-09T18:00:00Z"));
        assert_eq!(
            calendar.after(closed, time),
            at("2026-06-13T18:00:00Z"),
            "the cap holds for who is waited for anyway"
        );
        let open = at("2026-05-26T18:00:00Z");
        assert_eq!(calendar.after_opening(open, time), calendar.after(open, time));
        assert_eq!(calendar.working_days_closed(at("2026-09-01T18:00:00Z")), 4);
        assert_eq!(calendar.working_days_closed(at("2026-09-05T18:00:00Z")), 0);
    }

    #[test]
    fn a_library_that_never_opens_meets_its_cap() {
        let calendar = Calendar { open: Vec::new(), ..Calendar::default() };
        let due = calendar.after(at("2026-05-29T18:00:00Z"), WorkingTime::new(3, 7));
        assert_eq!(due, at("2026-06-05T18:00:00Z"));
    }

    #[test]
    fn the_time_of_day_stays_when_the_clocks_change() {
        // Friday 6 March 2026, noon in Denver (UTC-7); on Monday it is UTC-6.
        let due = denver().after(at("2026-03-06T19:00:00Z"), WorkingTime::new(1, 10));
        assert_eq!(due, at("2026-03-09T18:00:00Z"));
        // A time that the spring night skips moves on by the hour.
        let sunday = Calendar { open: vec![OpenDay::Sunday], ..denver() };
        let due = sunday.after(at("2026-03-07T09:30:00Z"), WorkingTime::new(1, 10));
        assert_eq!(due, at("2026-03-08T09:30:00Z"));
    }

    #[test]
    fn the_day_is_the_librarys_own() {
        // Saturday 01:00 in UTC is still Friday in Denver.
        assert!(denver().is_open(at("2026-01-17T01:00:00Z")));
        assert!(!Calendar::default().is_open(at("2026-01-17T01:00:00Z")));
    }
}

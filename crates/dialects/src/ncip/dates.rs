//! Dates and times: written as the ILS likes them, and read however it writes them. Must never take a date that it cannot read for one
//! that is not there.
//!
//! What is due on a day is due when that day is over. So a date alone is the last second of its day, and so is a time of midnight: systems
//! that know days only write `00:00:00`. It is that day in the zone that is written with it, else in the library's. `24:00:00` is the end of
//! its day as well. This is the one rule for every form.

use jiff::{Timestamp, civil, tz::Offset, tz::TimeZone};
use ncip::{Body, DateTime};

use super::settings::{DateForm, DateStyle, IlsSettings};

/// A date as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DateRead {
    /// There is none.
    NotThere,
    /// It is this instant: until then, where it is the end of something.
    Until(Timestamp),
    /// There is one, and it cannot be read.
    NotReadable(UnreadableDate),
}

/// A date that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnreadableDate {
    /// What kind of text it is: digits as `9`, letters as `a`. One system writes all its dates in a few forms.
    pub form: String,
    /// The text, where it looks like a date; else its form.
    pub text: String,
}

impl UnreadableDate {
    fn of(text: &str) -> Self {
        const MOST: usize = 40;
        let form: String = text.chars().take(MOST).map(shape).collect();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        // A longer number may be a card's.
        let mut numbers = text.split(|c: char| !c.is_ascii_digit());
        let in_parts = numbers.all(|number| number.len() <= 8);
        let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        // With other words it is no date, and may be anything.
        let is_short = text.chars().count() <= MOST && (4..=24).contains(&digits);
        let is_date = is_short && in_parts && words.all(is_word_of_dates);
        UnreadableDate { text: if is_date { text.to_owned() } else { form.clone() }, form }
    }
}

/// The names of months and weekdays, cut to three letters, and what stands by a time.
fn is_word_of_dates(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "mon", "tue",
        "wed", "thu", "fri", "sat", "sun", "t", "z", "am", "pm", "utc", "gmt",
    ];
    WORDS.contains(&word.to_ascii_lowercase().as_str())
}

fn shape(c: char) -> char {
    match c {
        c if c.is_numeric() => '9',
        c if c.is_alphabetic() => 'a',
        c if c.is_whitespace() => ' ',
        c if c.is_ascii_punctuation() => c,
        _ => '?',
    }
}

/// An instant as the ILS likes it.
pub(crate) fn write(instant: Timestamp, settings: &IlsSettings) -> DateTime {
    let zoned = instant.to_zoned_datetime(zone(settings));
    match settings.dates {
        DateStyle::Utc => DateTime::from_instant(instant),
        DateStyle::Offset => DateTime::from_lexical(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()),
        DateStyle::Local => DateTime::from_lexical(zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string()),
    }
}

/// Reads a date: in a form of the standard, else in the form that the library's settings name.
pub(crate) fn read(date: Option<&DateTime>, settings: &IlsSettings) -> DateRead {
    let text = date.map(|date| date.as_str().trim()).unwrap_or_default();
    if text.is_empty() {
        return DateRead::NotThere;
    }
    let standard = standard(text);
    let moment = standard.or_else(|| in_form(text, settings.date_form));
    match moment.and_then(|moment| moment.until(&zone(settings))) {
        Some(until) => DateRead::Until(until),
        None => DateRead::NotReadable(UnreadableDate::of(text)),
    }
}

/// The instant until which something is due, where it says one that can be read.
pub(crate) fn until(date: Option<&DateTime>, settings: &IlsSettings) -> Option<Timestamp> {
    match read(date, settings) {
        DateRead::Until(until) => Some(until),
        DateRead::NotThere | DateRead::NotReadable(_) => None,
    }
}

/// The dates of a message that cannot be read, each form once.
pub fn unreadable_dates(body: &Body, settings: &IlsSettings) -> Vec<UnreadableDate> {
    let mut found: Vec<UnreadableDate> = Vec::new();
    for date in body.dates() {
        if let DateRead::NotReadable(date) = read(Some(&DateTime::from_lexical(date)), settings)
            && found.iter().all(|known| known.form != date.form)
        {
            found.push(date);
        }
    }
    found
}

/// The library's day that an instant is of.
pub(crate) fn day(instant: Timestamp, settings: &IlsSettings) -> civil::Date {
    zone(settings).to_datetime(instant).date()
}

fn zone(settings: &IlsSettings) -> TimeZone {
    // The registry knows the zone; that it is gone from the database would be the only reason.
    TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC)
}

/// A day, a time of it if one is said, and a zone if one is said.
struct Moment {
    day: civil::Date,
    time: Option<civil::Time>,
    zone: Option<Offset>,
}

impl Moment {
    fn until(&self, library: &TimeZone) -> Option<Timestamp> {
        let time = self.time.filter(|time| *time != civil::Time::midnight());
        let local = self.day.to_datetime(time.unwrap_or(civil::time(23, 59, 59, 0)));
        match self.zone {
            Some(zone) => zone.to_timestamp(local).ok(),
            None => library.to_timestamp(local).ok(),
        }
    }
}

/// `xs:date` and `xs:dateTime`, with or without a zone; a blank for the `T` and missing seconds are forgiven.
fn standard(text: &str) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(10)?;
    let day = date_of(date, '-', [4, 2, 2], Order::YearMonthDay)?;
    let Some(clock) = rest.strip_prefix(['T', 't', ' ']) else {
        return Some(Moment { day, time: None, zone: offset(rest)? });
    };
    let end = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(end);
    Some(Moment { day, time: Some(time_of(clock.trim_end())?), zone: offset(zone)? })
}

/// The zone of a text that is nothing else; `Some(None)` where it is empty.
fn offset(text: &str) -> Option<Option<Offset>> {
    match text.trim() {
        "" => Some(None),
        "Z" | "z" => Some(Some(Offset::UTC)),
        zone => {
            let sign = match zone.chars().next()? {
                '+' => 1,
                '-' => -1,
                _ => return None,
            };
            let (hours, minutes) = match zone[1..].split_once(':') {
                Some(parts) => parts,
                None => zone[1..].split_at_checked(2)?,
            };
            let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
            let seconds = (hours * 60 + minutes) * 60;
            (minutes < 60 && seconds <= 14 * 3600)
                .then(|| Offset::from_seconds(sign * i32::try_from(seconds).ok()?).ok())
                .flatten()
                .map(Some)
        }
    }
}

/// `18:00`, `18:00:00`, `18:00:00.5`; `24:00:00` is midnight, which is the end of the day anyway.
fn time_of(text: &str) -> Option<civil::Time> {
    let mut parts = text.split(':');
    let (hour, minute) = (parts.next()?, parts.next()?);
    let (second, fraction) = match parts.next() {
        None => ("00", ""),
        Some(seconds) => seconds.split_once('.').unwrap_or((seconds, "0")),
    };
    let digits = fraction.bytes().all(|byte| byte.is_ascii_digit());
    let whole = (number(hour, 2)?, number(minute, 2)?, number(second, 2)?);
    if parts.next().is_some() || !digits || (text.contains('.') && fraction.is_empty()) {
        return None;
    }
    if whole == (24, 0, 0) && fraction.bytes().all(|byte| byte == b'0') {
        return Some(civil::Time::midnight());
    }
    let nanoseconds = format!("{fraction:0<9}")[..9].parse().ok()?;
    let small = |number: u32| i8::try_from(number).ok();
    civil::Time::new(small(whole.0)?, small(whole.1)?, small(whole.2)?, nanoseconds).ok()
}

/// The order of the parts of a date.
#[derive(Clone, Copy)]
enum Order {
    YearMonthDay,
    MonthDayYear,
    DayMonthYear,
}

/// A date of three numbers, each of so many digits; of one or two where that is 0.
fn date_of(text: &str, between: char, digits: [usize; 3], order: Order) -> Option<civil::Date> {
    let mut parts = text.split(between);
    let parts = [parts.next()?, parts.next()?, parts.next().filter(|_| parts.next().is_none())?];
    let mut numbers = [0; 3];
    for (at, part) in parts.iter().enumerate() {
        numbers[at] = number(part, digits[at])?;
    }
    let [first, second, third] = numbers;
    let (year, month, day) = match order {
        Order::YearMonthDay => (first, second, third),
        Order::MonthDayYear => (third, first, second),
        Order::DayMonthYear => (third, second, first),
    };
    civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A number of exactly so many digits; of one or two where `digits` is 0.
fn number(text: &str, digits: usize) -> Option<u32> {
    let sound = match digits {
        0 => (1..=2).contains(&text.len()),
        _ => text.len() == digits,
    };
    (sound && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// A date in a form that is no standard's.
fn in_form(text: &str, form: DateForm) -> Option<Moment> {
    match form {
        DateForm::Standard => None,
        DateForm::Sip => sip(text),
        DateForm::Unpadded => numbers(text, &['-', '/'], [4, 0, 0], Order::YearMonthDay),
        DateForm::MonthFirst => numbers(text, &['/', '-'], [0, 0, 4], Order::MonthDayYear),
        DateForm::DayFirst => numbers(text, &['.', '/', '-'], [0, 0, 4], Order::DayMonthYear),
    }
}

/// `20261224    235900`: SIP's `YYYYMMDDZZZZHHMMSS`, the zone four blanks or `   Z`. The day may stand alone.
fn sip(text: &str) -> Option<Moment> {
    let (date, rest) = text.split_at_checked(8)?;
    let (year, month_and_day) = date.split_at_checked(4)?;
    let (month, day) = month_and_day.split_at_checked(2)?;
    let day = civil::Date::new(
        i16::try_from(number(year, 4)?).ok()?,
        i8::try_from(number(month, 2)?).ok()?,
        i8::try_from(number(day, 2)?).ok()?,
    )
    .ok()?;
    if rest.trim().is_empty() {
        return Some(Moment { day, time: None, zone: None });
    }
    let (zone, clock) = rest.split_at_checked(4)?;
    let zone = match zone {
        "    " => None,
        "   Z" | "   z" => Some(Offset::UTC),
        _ => return None,
    };
    let (hour, rest) = clock.split_at_checked(2)?;
    let (minute, second) = rest.split_at_checked(2)?;
    let time = time_of(&format!("{hour}:{minute}:{second}"))?;
    Some(Moment { day, time: Some(time), zone })
}

/// `12/24/2026`, `1/5/2026 6:30 PM`: numbers with something between them, then perhaps a time.
fn numbers(text: &str, between: &[char], digits: [usize; 3], order: Order) -> Option<Moment> {
    let (date, clock) = match text.split_once(['T', ' ']) {
        Some((date, clock)) => (date, clock.trim()),
        None => (text, ""),
    };
    let day = between.iter().find_map(|between| date_of(date, *between, digits, order))?;
    if clock.is_empty() {
        return Some(Moment { day, time: None, zone: None });
    }
    let lower = clock.to_ascii_lowercase();
    let (clock, afternoon) = match (lower.strip_suffix("pm"), lower.strip_suffix("am")) {
        (Some(clock), _) => (clock.trim_end(), Some(12)),
        (_, Some(clock)) => (clock.trim_end(), Some(0)),
        _ => (lower.as_str(), None),
    };
    let (hour, rest) = clock.split_once(':')?;
    let hour = number(hour, 0)?;
    let hour = match afternoon {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(later) => hour % 12 + later,
    };
    Some(Moment { day, time: Some(time_of(&format!("{hour:02}:{rest}"))?), zone: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ncip::Preset;

    fn settings(form: DateForm) -> IlsSettings {
        let mut settings = IlsSettings::of(Preset::Koha, "A", "B");
        settings.time_zone = "America/Denver".to_owned();
        settings.date_form = form;
        settings
    }

    fn read_as(text: &str, form: DateForm) -> DateRead {
        read(Some(&DateTime::from_lexical(text)), &settings(form))
    }

    #[test]
    fn the_forms_of_the_standard_are_read_whatever_the_settings_say() {
        for &form in DateForm::ALL {
            for (text, until) in [
                ("2026-12-24", "2026-12-25T06:59:59Z"),
                ("2026-12-24Z", "2026-12-24T23:59:59Z"),
                ("2026-12-14-07:00", "2026-12-15T06:59:59Z"),
                ("2026-12-24+14:00", "2026-12-24T09:59:59Z"),
                ("2026-07-01", "2026-07-02T05:59:59Z"),
                ("2026-12-24T00:00:00", "2026-12-25T06:59:59Z"),
                ("2026-12-24T00:00:00.000", "2026-12-25T06:59:59Z"),
                ("2026-12-24T00:00:00Z", "2026-12-24T23:59:59Z"),
                ("2026-12-24T00:00:00-05:00", "2026-12-25T04:59:59Z"),
                ("2026-12-24T24:00:00", "2026-12-25T06:59:59Z"),
                ("2026-12-24T24:00:00.0Z", "2026-12-24T23:59:59Z"),
                ("2026-12-24T18:00:00", "2026-12-25T01:00:00Z"),
                ("2026-12-24T00:00:01", "2026-12-24T07:00:01Z"),
                ("2026-12-24T12:00:00+01:00", "2026-12-24T11:00:00Z"),
                (" 2026-12-24T12:00:00.500-07:00 ", "2026-12-24T19:00:00.5Z"),
                ("2026-12-24T12:00:00.123456789123Z", "2026-12-24T12:00:00.123456789Z"),
                ("2026-12-24 12:00:00", "2026-12-24T19:00:00Z"),
                ("2026-12-24T12:00+01:00", "2026-12-24T11:00:00Z"),
                ("2026-12-24T12:00:00+0100", "2026-12-24T11:00:00Z"),
                ("2028-02-29", "2028-03-01T06:59:59Z"),
            ] {
                let until = DateRead::Until(until.parse().unwrap());
                assert_eq!(read_as(text, form), until, "{text} as {form}");
            }
        }
    }

    #[test]
    fn the_librarys_own_form_is_read_where_it_is_said() {
        use DateForm::{DayFirst, MonthFirst, Sip, Unpadded};
        for (form, text, until) in [
            (Sip, "20261224", "2026-12-25T06:59:59Z"),
            (Sip, "20261224    000000", "2026-12-25T06:59:59Z"),
            (Sip, "20261224    180000", "2026-12-25T01:00:00Z"),
            (Sip, "20261224   Z180000", "2026-12-24T18:00:00Z"),
            (Unpadded, "2026-1-5", "2026-01-06T06:59:59Z"),
            (Unpadded, "2026/1/5", "2026-01-06T06:59:59Z"),
            (Unpadded, "2026-1-5T8:05:00", "2026-01-05T15:05:00Z"),
            (MonthFirst, "12/24/2026", "2026-12-25T06:59:59Z"),
            (MonthFirst, "1/5/2026", "2026-01-06T06:59:59Z"),
            (MonthFirst, "01-05-2026", "2026-01-06T06:59:59Z"),
            (MonthFirst, "1/5/2026 6:30 PM", "2026-01-06T01:30:00Z"),
            (MonthFirst, "1/5/2026 12:00:00 AM", "2026-01-06T06:59:59Z"),
            (MonthFirst, "1/5/2026 12:15am", "2026-01-05T07:15:00Z"),
            (MonthFirst, "1/5/2026 18:30", "2026-01-06T01:30:00Z"),
            (DayFirst, "24.12.2026", "2026-12-25T06:59:59Z"),
            (DayFirst, "5/1/2026", "2026-01-06T06:59:59Z"),
        ] {
            assert_eq!(read_as(text, form), DateRead::Until(until.parse().unwrap()), "{text}");
            assert!(matches!(read_as(text, DateForm::Standard), DateRead::NotReadable(_)), "{text}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_what_cannot_be_read() {
        let settings = settings(DateForm::Standard);
        assert_eq!(read(None, &settings), DateRead::NotThere);
        for blank in ["", "  ", "\n"] {
            assert_eq!(read_as(blank, DateForm::Standard), DateRead::NotThere);
        }
        for (text, form, told) in [
            ("24.12.2026", "99.99.9999", "24.12.2026"),
            ("2026-02-30", "9999-99-99", "2026-02-30"),
            ("2026-12-24T25:00:00", "9999-99-99a99:99:99", "2026-12-24T25:00:00"),
            ("2026-12-24T24:00:01", "9999-99-99a99:99:99", "2026-12-24T24:00:01"),
            ("2026-12-24T12:00:00+15:00", "9999-99-99a99:99:99+99:99", "2026-12-24T12:00:00+15:00"),
            ("Thu Dec 24 2026", "aaa aaa 99 9999", "Thu Dec 24 2026"),
            // What is no date may be anything, and is not shown.
            ("never", "aaaaa", "aaaaa"),
            ("21234000567890", "99999999999999", "99999999999999"),
            ("Ada Quill, card 31234", "aaa aaaaa, aaaa 99999", "aaa aaaaa, aaaa 99999"),
            (
                "Ada Quill of 12 Elm Street, 31234",
                "aaa aaaaa aa 99 aaa aaaaaa, 99999",
                "aaa aaaaa aa 99 aaa aaaaaa, 99999",
            ),
        ] {
            let DateRead::NotReadable(read) = read_as(text, DateForm::Standard) else { panic!("{text}") };
            assert_eq!((read.form.as_str(), read.text.as_str()), (form, told));
        }
    }

    #[test]
    fn when_somebody_was_born_is_never_told() {
        let answer = ncip::LookupUserResponse {
            user_optional_fields: Some(ncip::UserOptionalFields {
                date_of_birth: Some(DateTime::from_lexical("1.4.1961")),
                ..Default::default()
            }),
            ..Default::default()
        };
        assert_eq!(unreadable_dates(&Body::from(answer), &settings(DateForm::Standard)), []);
    }

    #[test]
    fn dates_are_written_as_the_ils_likes_them() {
        let mut settings = settings(DateForm::Standard);
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
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again_unless_it_is_midnight(seconds in 0_i64..4_000_000_000, style in 0..3_usize) {
            let mut settings = settings(DateForm::Standard);
            settings.dates = DateStyle::ALL[style];
            let instant = Timestamp::from_second(seconds).unwrap();
            let written = write(instant, &settings);
            let read = until(Some(&written), &settings).unwrap();
            if written.as_str().contains("T00:00:00") {
                prop_assert!(read > instant && read.duration_since(instant).as_hours() < 25);
            } else if style == 2 {
                // A local time without its zone is one of two in the hour that autumn has twice.
                prop_assert!(read.duration_since(instant).abs().as_secs() <= 3600);
            } else {
                prop_assert_eq!(read, instant);
            }
        }

        #[test]
        fn no_text_is_lost_in_silence(text in "\\PC{0,40}") {
            for &form in DateForm::ALL {
                let read = read_as(&text, form);
                prop_assert_eq!(read == DateRead::NotThere, text.trim().is_empty());
            }
        }
    }
}

//! The values that fields of acts take. Each is valid once it is made.

use std::fmt;

use iso18626::{LoanCondition, OpenList, ReasonRetry, ReasonUnfilled};
use jiff::{Timestamp, civil::Date};
use loan_model::{calendar::Calendar, ils::StepId, names::VolumeNo};

use super::{fields::Takes, reader::Value};

/// A volume, as staff name it: the machine knows which it is. As text the number `vol-1`, or else a barcode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VolumeRef {
    /// By its number in the request.
    Number(VolumeNo),
    /// By the lender's barcode, or the borrower's own for the temporary item.
    Barcode(Barcode),
}

/// The barcode of a piece, as it stands on it: 1 to 64 printable characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Barcode(String);

/// A text that is not a barcode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a barcode has 1 to 64 printable characters")]
pub struct BadBarcode;

/// A day, or a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayOrTime {
    /// The day, by the library's own clock.
    Day(Date),
    /// The point in time.
    Time(Timestamp),
}

/// An amount of money in the currency's own units: `12.50`. Never a float.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Amount(String);

/// A currency, by ISO 4217: `USD`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Currency(String);

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
}

impl VolumeRef {
    /// Whether the volume is meant that has this number and these barcodes.
    pub fn means<'b>(&self, number: VolumeNo, barcodes: impl IntoIterator<Item = &'b str>) -> bool {
        match self {
            VolumeRef::Number(meant) => *meant == number,
            VolumeRef::Barcode(meant) => barcodes.into_iter().any(|barcode| barcode == meant.as_str()),
        }
    }
}

impl fmt::Display for VolumeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VolumeRef::Number(number) => number.fmt(f),
            VolumeRef::Barcode(barcode) => f.write_str(&barcode.0),
        }
    }
}

impl From<VolumeNo> for VolumeRef {
    fn from(number: VolumeNo) -> Self {
        VolumeRef::Number(number)
    }
}

impl From<Barcode> for VolumeRef {
    fn from(barcode: Barcode) -> Self {
        VolumeRef::Barcode(barcode)
    }
}

impl Barcode {
    /// The barcode, without space around it.
    ///
    /// # Errors
    /// When it is empty, too long, or has characters that cannot be printed.
    pub fn new(text: &str) -> Result<Self, BadBarcode> {
        let text = text.trim();
        let good = (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if good { Ok(Barcode(text.to_owned())) } else { Err(BadBarcode) }
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DayOrTime {
    /// The point in time; of a day its end where the library is.
    pub fn end(self, calendar: &Calendar) -> Timestamp {
        match self {
            DayOrTime::Day(day) => calendar.end_of(day),
            DayOrTime::Time(time) => time,
        }
    }

    /// The point in time; of a day its beginning where the library is.
    pub fn start(self, calendar: &Calendar) -> Timestamp {
        match self {
            DayOrTime::Day(day) => calendar.start_of(day),
            DayOrTime::Time(time) => time,
        }
    }
}

impl From<Timestamp> for DayOrTime {
    fn from(time: Timestamp) -> Self {
        DayOrTime::Time(time)
    }
}

impl Amount {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Currency {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for VolumeRef {
    const TAKES: Takes = Takes::Volume;

    fn from_text(text: &str) -> Option<Self> {
        let number = text.parse::<VolumeNo>().map(VolumeRef::Number);
        number.ok().or_else(|| Barcode::new(text).ok().map(VolumeRef::Barcode))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for DayOrTime {
    const TAKES: Takes = Takes::DayOrTime;

    fn from_text(text: &str) -> Option<Self> {
        // A time without its offset would be read as a day.
        let day = || text.parse::<Date>().ok().filter(|_| text.len() == "2026-12-20".len());
        let day = day().map(DayOrTime::Day);
        day.or_else(|| text.parse::<Timestamp>().ok().map(DayOrTime::Time))
    }

    fn text(&self) -> String {
        match self {
            DayOrTime::Day(day) => day.to_string(),
            DayOrTime::Time(time) => time.to_string(),
        }
    }
}

impl Value for Amount {
    const TAKES: Takes = Takes::Amount;

    fn from_text(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        (digits(whole, 9) && digits(part, 4)).then(|| Amount(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl Value for Currency {
    const TAKES: Takes = Takes::Currency;

    fn from_text(text: &str) -> Option<Self> {
        let good = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        good.then(|| Currency(text.to_ascii_uppercase()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl Value for Answer {
    const TAKES: Takes = Takes::Code(&["yes", "no"]);

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "yes" => Some(Answer::Yes),
            "no" => Some(Answer::No),
            _ => None,
        }
    }

    fn text(&self) -> String {
        match self {
            Answer::Yes => "yes".to_owned(),
            Answer::No => "no".to_owned(),
        }
    }
}

impl Value for String {
    const TAKES: Takes = Takes::Text;

    fn from_text(text: &str) -> Option<Self> {
        let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        (!text.is_empty() && !text.chars().any(bad)).then(|| text.to_owned())
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl Value for StepId {
    const TAKES: Takes = Takes::Step;

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

/// The standard's codes, as values.
macro_rules! codes {
    ($($list:ident)+) => {$(
        impl Value for $list {
            const TAKES: Takes = Takes::Code(<$list as OpenList>::CODES);

            fn from_text(text: &str) -> Option<Self> {
                // A code that is on no list is understood where others say it, and never said here.
                let listed = |code: &$list| <$list as OpenList>::CODES.contains(&code.as_str());
                <$list as OpenList>::from_wire(text).filter(listed)
            }

            fn text(&self) -> String {
                <$list as OpenList>::as_str(*self).to_owned()
            }
        }
    )+};
}

codes! { LoanCondition ReasonRetry ReasonUnfilled }

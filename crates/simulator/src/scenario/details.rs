//! The details that may follow a step: dates, costs, conditions, and what is to go wrong with the message.

use std::time::Duration;

use iso18626::{Costs, CurrencyCode, DateTime, Decimal, Open, ReasonForMessage, Status};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use super::parse::{Args, ScenarioError};

words! {
    /// The details of a step.
    pub enum Detail {
        Due = "due" ("DATE") "when the item is due back", for example "will-supply, loaned due +14d";
        Expected = "expected" ("DATE") "when delivery is expected", for example "will-supply expected +3d";
        Before = "before" ("DATE") "until when a retry is taken", for example "retry cost 12.50 USD before +7d";
        From = "from" ("DATE") "from when a retry is taken", for example "retry OnLoan from +10d";
        Cost = "cost" ("AMOUNT CURRENCY") "what it costs", for example "conditional cost 8.00 EUR";
        Condition = "condition" ("CONDITION") "a condition of the loan; may be repeated", for example "loaned condition LibraryUseOnly condition SignatureRequired";
        Note = "note" ("\"TEXT\"") "words of your own", for example "will-supply note \"on the next van\"";
        Reason = "reason" ("REASON") "a reason for the message other than the right one", for example "will-supply reason StatusChange";
        Telling = "telling" ("STATUS") "a status other than the right one", for example "cancel no telling Cancelled";
        Url = "url" ("URL") "where the copy is", for example "copy-completed url https://copies.example/1.pdf";
        Item = "item" ("BARCODE") "the item's number; may be repeated", for example "loaned item 31001 item 31002";
        Via = "via" ("METHOD") "how it travels", for example "loaned via Courier";
        Times = "times" ("N|always") "how often an `answer` goes wrong", for example "answer http 503 times 2";
        To = "to" ("broker|supplier") "whom a requester's message is addressed to", for example "";
        SameId = "same-id" ("") "a retry keeps the request's id", for example "";
        Twice = "twice" ("") "sends the message twice, byte for byte the same", for example "will-supply twice";
        Restamped = "restamped" ("") "sends it twice, the second with a new timestamp", for example "will-supply restamped";
        NoNamespace = "no-namespace" ("") "sends it without its namespace", for example "will-supply no-namespace";
        WrongId = "wrong-id" ("") "sends it under an id that nobody knows", for example "will-supply wrong-id";
        WrongParty = "wrong-party" ("") "sends it in the name of a library that is no party", for example "will-supply wrong-party";
        Broken = "broken" ("") "sends it cut off in the middle", for example "will-supply broken";
        Backdated = "backdated" ("DURATION") "stamps it earlier than it is", for example "will-supply, loaned backdated 2h";
    }
}

/// A day, told from today or by the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So long from now (or ago).
    In(SignedDuration),
    /// That day, at its end in UTC.
    On(Date),
}

impl When {
    /// The instant meant, seen from `now`.
    pub fn from(self, now: Timestamp) -> DateTime {
        let instant = match self {
            When::In(span) => now.checked_add(span).ok(),
            When::On(date) => TimeZone::UTC.to_timestamp(date.at(23, 59, 59, 0)).ok(),
        };
        DateTime::from_instant(instant.unwrap_or(now))
    }
}

/// Whether a message is sent once more than it should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repeat {
    /// Once, as it should be.
    #[default]
    Once,
    /// Twice, byte for byte the same.
    Twice,
    /// Twice, the second with a new timestamp.
    Restamped,
}

/// What is wrong with a message that is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has no namespace.
    NoNamespace,
    /// It names a request that nobody knows.
    WrongId,
    /// It comes in the name of a library that is no party.
    WrongParty,
    /// It breaks off in the middle.
    Broken,
}

/// The details of one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    /// When the item is due back.
    pub due: Option<When>,
    /// When delivery is expected.
    pub expected: Option<When>,
    /// Until when a retry is taken.
    pub before: Option<When>,
    /// From when a retry is taken.
    pub from: Option<When>,
    /// What it costs.
    pub cost: Option<Costs>,
    /// Conditions of the loan.
    pub conditions: Vec<String>,
    /// Words of one's own.
    pub note: Option<String>,
    /// Another reason for the message than the right one.
    pub reason: Option<ReasonForMessage>,
    /// Another status than the right one.
    pub telling: Option<Status>,
    /// Where the copy is.
    pub url: Option<String>,
    /// The items' numbers.
    pub items: Vec<String>,
    /// How it travels.
    pub via: Option<String>,
    /// How often an answer goes wrong.
    pub times: Option<u32>,
    /// To whom a requester's message is addressed.
    pub addressed: Option<Addressed>,
    /// Whether a retry keeps the request's id.
    pub id: RetryId,
    /// Whether the message is sent more than once.
    pub repeat: Repeat,
    /// What is wrong with the message.
    pub fault: Option<Fault>,
    /// How much earlier than now it is stamped.
    pub backdated: Option<Duration>,
}

/// To whom a requester's message is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressed {
    /// The broker's own symbol.
    Broker,
    /// The supplier's symbol, as last heard.
    Supplier,
}

/// Under which id a retry is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetryId {
    /// A new one.
    #[default]
    New,
    /// The same as before.
    Same,
}

impl Details {
    /// Reads what follows `detail` into its place.
    pub(super) fn take(&mut self, detail: Detail, args: &mut Args<'_>) -> Result<(), ScenarioError> {
        match detail {
            Detail::Due => self.due = Some(args.date()?),
            Detail::Expected => self.expected = Some(args.date()?),
            Detail::Before => self.before = Some(args.date()?),
            Detail::From => self.from = Some(args.date()?),
            Detail::Cost => {
                let amount = args.checked("an amount such as `12.50`", |text| {
                    let digits = text.strip_prefix('-').unwrap_or(text);
                    let number = digits.chars().all(|c| c.is_ascii_digit() || c == '.')
                        && digits.matches('.').count() <= 1
                        && digits.chars().any(|c| c.is_ascii_digit());
                    number.then(|| Decimal::from_lexical(text))
                })?;
                let currency = args.checked("a currency such as `USD`", |text| {
                    let letters = text.len() == 3 && text.chars().all(|c| c.is_ascii_alphabetic());
                    letters.then(|| Open::<CurrencyCode>::new(text.to_ascii_uppercase()))
                })?;
                self.cost = Some(Costs { currency_code: currency, monetary_value: amount });
            }
            Detail::Condition => self.conditions.push(args.text("a condition such as `LibraryUseOnly`")?),
            Detail::Note => self.note = Some(args.text("a text in double quotes")?),
            Detail::Reason => {
                self.reason = Some(args.checked("a reason such as `StatusChange`", |text| {
                    ReasonForMessage::ALL
                        .iter()
                        .find(|r| super::declare::same_word(r.as_str(), text))
                        .cloned()
                })?);
            }
            Detail::Telling => {
                self.telling = Some(args.checked("a status such as `Loaned`", |text| {
                    Status::ALL.iter().find(|s| super::declare::same_word(s.as_str(), text)).cloned()
                })?);
            }
            Detail::Url => self.url = Some(args.text("a URL")?),
            Detail::Item => self.items.push(args.text("an item's number")?),
            Detail::Via => self.via = Some(args.text("a method such as `Courier`")?),
            Detail::Times => {
                self.times = Some(args.checked("a number or `always`", |text| match text {
                    "always" => Some(u32::MAX),
                    number => number.parse().ok(),
                })?);
            }
            Detail::To => {
                self.addressed = Some(args.checked("`broker` or `supplier`", |text| match text {
                    "broker" => Some(Addressed::Broker),
                    "supplier" => Some(Addressed::Supplier),
                    _ => None,
                })?);
            }
            Detail::SameId => self.id = RetryId::Same,
            Detail::Twice => self.repeat = Repeat::Twice,
            Detail::Restamped => self.repeat = Repeat::Restamped,
            Detail::NoNamespace => self.fault = Some(Fault::NoNamespace),
            Detail::WrongId => self.fault = Some(Fault::WrongId),
            Detail::WrongParty => self.fault = Some(Fault::WrongParty),
            Detail::Broken => self.fault = Some(Fault::Broken),
            Detail::Backdated => self.backdated = Some(args.duration()?),
        }
        Ok(())
    }
}

/// The details a message of any kind may have.
pub(super) const ANY_MESSAGE: &[Detail] = &[
    Detail::Note,
    Detail::Twice,
    Detail::Restamped,
    Detail::NoNamespace,
    Detail::WrongId,
    Detail::WrongParty,
    Detail::Broken,
    Detail::Backdated,
];

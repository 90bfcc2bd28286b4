//! Failure on demand: what goes wrong at which service, and how often.

use std::{fmt, str::FromStr, time::Duration};

use serde::Serialize;

use super::{refusal::Refusal, service::Service};

/// How it goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// It is refused with this problem; nothing is done.
    Refuse(Refusal),
    /// It is answered with this HTTP status; nothing is done. Over a bare connection, the connection is closed.
    Http(u16),
    /// Something that is no message is answered; nothing is done.
    Garbage,
    /// It is done, and answered so much later.
    Late(Duration),
    /// Nothing is answered and nothing is done; the connection stays open.
    Hang,
    /// The connection is closed; nothing is done.
    DropBefore,
    /// It is done, and the connection is closed without an answer.
    DropAfter,
    /// It waits, not yet done, until it is released; then it is done and answered.
    HoldBefore,
    /// It is done, and its answer waits until it is released.
    HoldAfter,
    /// It is done, and its answer breaks off in its middle.
    Cut,
    /// It is done, and its answer has a byte that is no UTF-8 and a control character, and begins with a blank line.
    MisEncode,
    /// It is refused with this problem; the answer says it where no version has it, beside data that looks as if it were done.
    Misplace(Refusal),
    /// It is done, and its answer is given twice, one after the other.
    Repeat,
    /// It is done, and what was answered last is answered again.
    Stale,
}

/// Something that is to go wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// At which service; at any where none is named.
    pub service: Option<Service>,
    /// How.
    pub fault: Fault,
    /// How often; for ever where nothing is said.
    pub times: Option<u32>,
}

impl Failure {
    /// It goes wrong once.
    pub fn once(service: Service, fault: Fault) -> Self {
        Failure { service: Some(service), fault, times: Some(1) }
    }

    /// It goes wrong until told otherwise.
    pub fn always(service: Service, fault: Fault) -> Self {
        Failure { service: Some(service), fault, times: None }
    }

    /// It goes wrong so many times.
    pub fn times(self, times: u32) -> Self {
        Failure { times: Some(times), ..self }
    }
}

/// The failures that are still to come, in the order they were asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Failures(Vec<Failure>);

impl Failures {
    pub(crate) fn add(&mut self, failure: Failure) {
        self.0.push(failure);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn all(&self) -> &[Failure] {
        &self.0
    }

    /// What goes wrong with this one; counts it.
    pub(crate) fn take(&mut self, service: Service) -> Option<Fault> {
        let is_meant = |failure: &Failure| failure.service.is_none_or(|named| named == service);
        let place = self.0.iter().position(is_meant)?;
        let failure = &mut self.0[place];
        let fault = failure.fault.clone();
        match &mut failure.times {
            None => {}
            Some(times) if *times > 1 => *times -= 1,
            Some(_) => drop(self.0.remove(place)),
        }
        Some(fault)
    }
}

/// The text describes no failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` describes no failure: {why}; write for example `CheckOutItem=drop-after*2` or `any=http:503`"
)]
pub struct NoFailure {
    text: String,
    why: String,
}

impl FromStr for Failure {
    type Err = NoFailure;

    /// `SERVICE=FAULT` or `SERVICE=FAULT*TIMES`; the service may be `any`.
    fn from_str(text: &str) -> Result<Self, NoFailure> {
        let wrong = |why: String| NoFailure { text: text.to_owned(), why };
        let (service, fault) = text.split_once('=').ok_or_else(|| wrong("it has no `=`".to_owned()))?;
        let service = match service.trim() {
            "any" => None,
            name => Some(name.parse::<Service>().map_err(|why| wrong(why.to_string()))?),
        };
        let (fault, times) = match fault.rsplit_once('*') {
            None => (fault, None),
            Some((fault, times)) => {
                let times = times.trim().parse().ok().filter(|&times| times > 0);
                (
                    fault,
                    Some(times.ok_or_else(|| wrong("after `*` there should be a number from 1".to_owned()))?),
                )
            }
        };
        Ok(Failure { service, fault: fault.trim().parse().map_err(wrong)?, times })
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (word, detail) =
            text.split_once(':').map_or((text, None), |(word, detail)| (word, Some(detail.trim())));
        match (word, detail) {
            ("refuse", Some(name)) => {
                let known = Refusal::named(name);
                Ok(Fault::Refuse(known.ok_or_else(|| format!("`{name}` is no problem that an ILS knows"))?))
            }
            ("http", Some(status)) => {
                let status = status.parse().ok().filter(|status| (100..=599).contains(status));
                Ok(Fault::Http(status.ok_or("after `http:` there should be an HTTP status")?))
            }
            ("late", Some(duration)) => {
                Ok(Fault::Late(duration_of(duration).ok_or("after `late:` there should be a duration such as 200ms or 5s")?))
            }
            ("garbage", None) => Ok(Fault::Garbage),
            ("hang", None) => Ok(Fault::Hang),
            ("drop-before", None) => Ok(Fault::DropBefore),
            ("drop-after", None) => Ok(Fault::DropAfter),
            ("hold-before", None) => Ok(Fault::HoldBefore),
            ("hold-after", None) => Ok(Fault::HoldAfter),
            ("misplace", Some(name)) => {
                let known = Refusal::named(name);
                Ok(Fault::Misplace(known.ok_or_else(|| format!("`{name}` is no problem that an ILS knows"))?))
            }
            ("cut", None) => Ok(Fault::Cut),
            ("mis-encode", None) => Ok(Fault::MisEncode),
            ("repeat", None) => Ok(Fault::Repeat),
            ("stale", None) => Ok(Fault::Stale),
            _ => Err("after `=` there should be one of refuse:PROBLEM, http:STATUS, garbage, late:DURATION, hang, drop-before, \
                      drop-after, hold-before, hold-after, cut, mis-encode, misplace:PROBLEM, repeat, stale"
                .to_owned()),
        }
    }
}

fn duration_of(text: &str) -> Option<Duration> {
    let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().ok()?;
    match &text[digits..] {
        "ms" => Some(Duration::from_millis(number)),
        "s" => Some(Duration::from_secs(number)),
        "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
        _ => None,
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Refuse(refusal) => write!(f, "refuse:{refusal}"),
            Fault::Http(status) => write!(f, "http:{status}"),
            Fault::Garbage => f.write_str("garbage"),
            Fault::Late(by) => write!(f, "late:{}ms", by.as_millis()),
            Fault::Hang => f.write_str("hang"),
            Fault::DropBefore => f.write_str("drop-before"),
            Fault::DropAfter => f.write_str("drop-after"),
            Fault::HoldBefore => f.write_str("hold-before"),
            Fault::HoldAfter => f.write_str("hold-after"),
            Fault::Cut => f.write_str("cut"),
            Fault::MisEncode => f.write_str("mis-encode"),
            Fault::Misplace(refusal) => write!(f, "misplace:{refusal}"),
            Fault::Repeat => f.write_str("repeat"),
            Fault::Stale => f.write_str("stale"),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.service.map_or("any", Service::as_str), self.fault)?;
        self.times.map_or(Ok(()), |times| write!(f, "*{times}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_reads_as_it_prints() {
        let faults = [
            Fault::Refuse(Refusal::ItemNotCheckedOut),
            Fault::Http(503),
            Fault::Garbage,
            Fault::Late(Duration::from_millis(250)),
            Fault::Hang,
            Fault::DropBefore,
            Fault::DropAfter,
            Fault::HoldBefore,
            Fault::HoldAfter,
            Fault::Cut,
            Fault::MisEncode,
            Fault::Misplace(Refusal::UserBlocked),
            Fault::Repeat,
            Fault::Stale,
        ];
        for fault in faults {
            for service in Service::ALL.iter().copied().map(Some).chain([None]) {
                for times in [None, Some(3)] {
                    let failure = Failure { service, fault: fault.clone(), times };
                    assert_eq!(failure.to_string().parse(), Ok(failure));
                }
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_failure_is_said() {
        for (text, part) in [
            ("CheckOutItem", "no `=`"),
            ("CheckItOut=hang", "no service"),
            ("any=sulk", "one of refuse:PROBLEM"),
            ("any=http:99", "an HTTP status"),
            ("any=refuse:Bad Mood", "no problem"),
            ("any=late:soon", "a duration"),
            ("any=hang*0", "a number from 1"),
        ] {
            let problem = text.parse::<Failure>().unwrap_err().to_string();
            assert!(problem.contains(part), "{text}: {problem}");
        }
    }

    #[test]
    fn failures_are_used_up_in_order() {
        let mut failures = Failures::default();
        failures.add(Failure::once(Service::AcceptItem, Fault::Hang).times(2));
        failures.add(Failure { service: None, fault: Fault::Garbage, times: Some(1) });
        assert_eq!(failures.take(Service::CheckInItem), Some(Fault::Garbage));
        assert_eq!(failures.take(Service::CheckInItem), None);
        assert_eq!(failures.take(Service::AcceptItem), Some(Fault::Hang));
        assert_eq!(failures.take(Service::AcceptItem), Some(Fault::Hang));
        assert_eq!(failures.take(Service::AcceptItem), None);
    }
}

//! What an answer means. A confirmation of the message that was sent is an answer whatever the status it came with; anything else is none,
//! and the message is tried again. Pure: must never read a clock.

use dialects::confirmation::{does_not_know, has_the_request};
use iso18626::{
    ConfirmationHeader, ErrorData, ErrorType, Message, MessageKind, MessageStatus, NamespaceRule, ReadOptions,
};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use loan_model::MayHaveArrived;
use net::http::Answer;
use runtime::outbox::{AtLast, Blames, Outcome, Rest};

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judged {
    /// The peer read the message, and says so.
    Answered(Outcome, Time),
    /// The peer read the message and does not know its request: it may not have booked it yet.
    NotKnown(Vec<ErrorData>, Time),
    /// This is no answer to the message.
    NoAnswer {
        /// Why, for an operator.
        why: String,
        /// When the peer asked to be tried again.
        rest: Option<Rest>,
        /// Whose trouble it seems to be.
        blames: Blames,
    },
}

/// Whether a confirmation can be of the time at which its message was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// It can, or nobody knows.
    Possible,
    /// It is older than the message.
    Before,
}

/// The message that was sent, as far as its confirmation must be of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sent {
    kind: MessageKind,
    request: Option<String>,
    at: Option<Timestamp>,
}

impl Sent {
    /// Reads it of what was sent. Nothing where that cannot be read: then any confirmation will do.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        let options = ReadOptions { namespace: NamespaceRule::MayBeMissing, ..ReadOptions::default() };
        let message = iso18626::read(bytes, &options).ok()?.message;
        Some(Self {
            kind: message.kind(),
            request: message.requesting_agency_request_id().map(str::to_owned),
            at: message.timestamp().instant(),
        })
    }

    /// Whether errors say that the request of this message is not known.
    fn is_not_known(&self, errors: &[ErrorData]) -> bool {
        self.kind != MessageKind::Request
            && does_not_know(errors, self.request.as_deref().unwrap_or_default())
    }

    /// Why a confirmation is not of this message.
    fn contradicts(&self, kind: MessageKind, header: &ConfirmationHeader) -> Option<String> {
        if kind != self.kind {
            return Some(format!("it confirms a {kind}, but a {} was sent", self.kind));
        }
        let confirmed = header.requesting_agency_request_id.as_deref().map(str::trim);
        let confirmed = confirmed.filter(|id| !id.is_empty());
        match (&self.request, confirmed) {
            (Some(sent), Some(confirmed)) if sent.trim() != confirmed => {
                Some("it confirms a message about another request".to_owned())
            }
            _ => None,
        }
    }

    /// When the message was received is its own time or a later one; who does not say so says when it was confirmed. Some have no fractions of a
    /// second.
    fn time(&self, header: &ConfirmationHeader) -> Time {
        let told = header.timestamp_received.instant().or_else(|| header.timestamp.instant());
        match (self.at, told) {
            (Some(sent), Some(told)) if told.as_second() < sent.as_second() => Time::Before,
            _ => Time::Possible,
        }
    }
}

/// Judges an answer to what was sent.
pub(super) fn judge(
    answer: &Answer,
    sent: Option<&Sent>,
    options: &ReadOptions,
    earlier: MayHaveArrived,
) -> Judged {
    if answer.status.is_redirection() {
        let to = answer.location.as_deref().unwrap_or("nowhere");
        let status = answer.status.as_u16();
        return Judged::NoAnswer {
            why: format!(
                "it redirects ({status}) to {to}, which is not followed: set the address in the registry"
            ),
            rest: None,
            blames: Blames::Door { status },
        };
    }
    let (kind, header, errors) = match confirmation(answer, options) {
        Ok(confirmation) => confirmation,
        Err(why) => {
            return Judged::NoAnswer {
                why: format!("it answered {} without a confirmation: {why}", answer.status),
                rest: answer.retry_after.as_deref().and_then(retry_after),
                blames: blames(answer),
            };
        }
    };
    if let Some(why) = sent.and_then(|sent| sent.contradicts(kind, &header)) {
        return no_answer(format!("its confirmation is not of the message that was sent: {why}"));
    }
    let time = sent.map_or(Time::Possible, |sent| sent.time(&header));
    match header.message_status {
        MessageStatus::OK => Judged::Answered(Outcome::Confirmed, time),
        MessageStatus::ERROR if kind == MessageKind::Request && has_the_request(&errors, earlier) => {
            Judged::Answered(Outcome::AlreadyThere(errors), time)
        }
        MessageStatus::ERROR if sent.is_some_and(|sent| sent.is_not_known(&errors)) => {
            Judged::NotKnown(errors, time)
        }
        MessageStatus::ERROR => Judged::Answered(Outcome::Refused(errors), time),
        MessageStatus::Unknown(_) => {
            no_answer("its confirmation has a messageStatus that is neither OK nor ERROR".to_owned())
        }
    }
}

fn no_answer(why: String) -> Judged {
    Judged::NoAnswer { why, rest: None, blames: Blames::Answering { status: None } }
}

/// Whose trouble a status without a confirmation seems to be.
fn blames(answer: &Answer) -> Blames {
    let status = answer.status.as_u16();
    match status {
        400 | 422 => Blames::Message { status, at_last: AtLast::Refused(vec![complaint(answer)]) },
        401 | 403 | 404 | 405 | 407 | 410 | 415 | 421 | 429 => Blames::Door { status },
        408 | 425 | 502..=504 => Blames::Answering { status: Some(status) },
        400..=599 => Blames::Message { status, at_last: AtLast::Undeliverable },
        _ => Blames::Answering { status: None },
    }
}

/// What a peer says in plain words instead of a confirmation.
fn complaint(answer: &Answer) -> ErrorData {
    const LONGEST: usize = 200;
    let mut text = String::new();
    let mut in_tag = false;
    for letter in String::from_utf8_lossy(&answer.body).chars() {
        match letter {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                text.push(' ');
            }
            letter if !in_tag => text.push(if letter.is_control() { ' ' } else { letter }),
            _ => {}
        }
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let said: String = words.join(" ").chars().take(LONGEST).collect();
    let value =
        if said.is_empty() { answer.status.to_string() } else { format!("{}: {said}", answer.status) };
    ErrorData { error_type: ErrorType::BadlyFormedMessage, error_value: Some(value) }
}

/// A confirmation, with the kind of message that it is of.
fn confirmation(
    answer: &Answer,
    options: &ReadOptions,
) -> Result<(MessageKind, ConfirmationHeader, Vec<ErrorData>), String> {
    if answer.body.is_empty() {
        return Err("the body is empty".to_owned());
    }
    let reading = iso18626::read(&answer.body, options).map_err(|why| {
        let media = answer.content_type.as_deref().unwrap_or("no content type");
        format!("the body ({media}) cannot be read, {why}")
    })?;
    if let Some(missing) = reading.errors().find(|error| error.element() == "messageStatus") {
        return Err(missing.to_string());
    }
    match reading.message {
        Message::RequestConfirmation(it) => Ok((MessageKind::Request, it.confirmation_header, it.error_data)),
        Message::SupplyingAgencyMessageConfirmation(it) => {
            Ok((MessageKind::SupplyingAgencyMessage, it.confirmation_header, it.error_data))
        }
        Message::RequestingAgencyMessageConfirmation(it) => {
            Ok((MessageKind::RequestingAgencyMessage, it.confirmation_header, it.error_data))
        }
        Message::Request(_) | Message::SupplyingAgencyMessage(_) | Message::RequestingAgencyMessage(_) => {
            Err("the body is a message, not a confirmation".to_owned())
        }
    }
}

/// Seconds from now, or a date.
fn retry_after(text: &str) -> Option<Rest> {
    match text.trim().parse::<u32>() {
        Ok(secs) => Some(Rest::For(SignedDuration::from_secs(secs.into()))),
        Err(_) => rfc2822::parse(text.trim()).ok().map(|date| Rest::Until(date.timestamp())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "2026-11-24T20:05:00.250Z";

    fn message(kind: &str, header: &str) -> String {
        format!(
            "<ISO18626Message xmlns=\"http://illtransactions.org/2013/iso18626\" version=\"1.2\"><{kind}>{header}</{kind}></ISO18626Message>"
        )
    }

    fn sent(kind: &str) -> Sent {
        let header = format!(
            "<header><timestamp>{SENT}</timestamp><requestingAgencyRequestId>R-1</requestingAgencyRequestId></header>"
        );
        Sent::of(message(kind, &header).as_bytes()).expect("it can be read")
    }

    fn judged(sent: &Sent, kind: &str, time: &str, id: &str, status: &str) -> Judged {
        judged_at(sent, kind, (time, time), id, status)
    }

    /// The same of a confirmation with these times: its own, and that of the message.
    fn judged_at(sent: &Sent, kind: &str, (own, received): (&str, &str), id: &str, status: &str) -> Judged {
        let id = if id.is_empty() {
            String::new()
        } else {
            format!("<requestingAgencyRequestId>{id}</requestingAgencyRequestId>")
        };
        let header = format!(
            "<confirmationHeader><timestamp>{own}</timestamp>{id}<timestampReceived>{received}</timestampReceived>\
             <messageStatus>{status}</messageStatus></confirmationHeader>"
        );
        let answer = Answer {
            status: hyper::StatusCode::OK,
            content_type: None,
            retry_after: None,
            location: None,
            body: message(kind, &header).into(),
        };
        let options = ReadOptions { namespace: NamespaceRule::Required, ..ReadOptions::default() };
        judge(&answer, Some(sent), &options, MayHaveArrived::No)
    }

    #[test]
    fn a_confirmation_is_of_the_message_that_was_sent() {
        let kinds = ["request", "supplyingAgencyMessage", "requestingAgencyMessage"];
        for kind in kinds {
            let sent = sent(kind);
            for confirmed in kinds {
                for status in ["OK", "ERROR"] {
                    for id in ["R-1", " R-1 ", "", "R-2", "R-1-1"] {
                        let found = judged(&sent, &format!("{confirmed}Confirmation"), SENT, id, status);
                        let of_it = confirmed == kind && ["R-1", "", " R-1 "].contains(&id);
                        let is_answer = matches!(found, Judged::Answered(_, Time::Possible));
                        assert_eq!(is_answer, of_it, "{kind} {confirmed} {id} {status}: {found:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_confirmation_from_before_the_message_is_taken_and_said() {
        let sent = sent("request");
        for (time, expected) in [
            (SENT, Time::Possible),
            ("2026-11-24T20:05:00Z", Time::Possible),
            ("2026-11-24T20:09:00Z", Time::Possible),
            ("2026-11-24T20:04:59Z", Time::Before),
            ("2025-01-01T00:00:00Z", Time::Before),
            ("yesterday", Time::Possible),
        ] {
            let found = judged(&sent, "requestConfirmation", time, "R-1", "OK");
            assert_eq!(found, Judged::Answered(Outcome::Confirmed, expected), "{time}");
        }
        // It is confirmed now, and was another that was received: the time of the message tells.
        for (own, received, expected) in [
            ("2026-11-24T20:09:00Z", "2026-11-24T19:00:00Z", Time::Before),
            ("2026-11-24T19:00:00Z", SENT, Time::Possible),
            ("2026-11-24T19:00:00Z", "", Time::Before),
        ] {
            let found = judged_at(&sent, "requestConfirmation", (own, received), "R-1", "OK");
            assert_eq!(found, Judged::Answered(Outcome::Confirmed, expected), "{own} {received}");
        }
    }

    #[test]
    fn every_status_without_a_confirmation_is_somebodys_trouble() {
        let answer = |status: u16, body: &'static str| Answer {
            status: hyper::StatusCode::from_u16(status).unwrap(),
            content_type: Some("text/html".to_owned()),
            retry_after: None,
            location: None,
            body: body.into(),
        };
        let judged = |status, body| {
            let options = ReadOptions { namespace: NamespaceRule::Required, ..ReadOptions::default() };
            match judge(&answer(status, body), None, &options, MayHaveArrived::No) {
                Judged::NoAnswer { blames, .. } => blames,
                other => panic!("{status}: {other:?}"),
            }
        };
        for status in [301, 302, 307, 308, 401, 403, 404, 405, 410, 415, 429] {
            assert_eq!(judged(status, "no"), Blames::Door { status });
        }
        for status in [200, 204] {
            assert_eq!(judged(status, ""), Blames::Answering { status: None }, "{status}");
        }
        for status in [408, 425, 502, 503, 504] {
            assert_eq!(judged(status, ""), Blames::Answering { status: Some(status) });
        }
        for status in [409, 413, 418, 500, 501] {
            assert_eq!(judged(status, "no"), Blames::Message { status, at_last: AtLast::Undeliverable });
        }
        for (status, body, said) in [
            (400, "<html><body>\n<h1>Bad</h1> no  title</body></html>", "400 Bad Request: Bad no title"),
            (422, "", "422 Unprocessable Entity"),
        ] {
            let Blames::Message { at_last: AtLast::Refused(errors), .. } = judged(status, body) else {
                panic!("{status}")
            };
            assert_eq!(errors[0].error_value.as_deref(), Some(said));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after("90"), Some(Rest::For(SignedDuration::from_secs(90))));
        let date = "2026-11-24T20:05:00Z".parse().unwrap();
        assert_eq!(retry_after("Tue, 24 Nov 2026 20:05:00 GMT"), Some(Rest::Until(date)));
        for nonsense in ["", "-4", "soon", "99999999999999"] {
            assert_eq!(retry_after(nonsense), None, "{nonsense}");
        }
    }
}

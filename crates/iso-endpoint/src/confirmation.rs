//! What an answer means. A confirmation is an answer whatever the status it came with; anything else is none, and the message is tried
//! again. Pure: must never read a clock.

use dialects::confirmation::has_the_request;
use iso18626::{ConfirmationHeader, ErrorData, Message, MessageStatus, ReadOptions};
use jiff::{SignedDuration, fmt::rfc2822};
use loan_model::MayHaveArrived;
use net::http::Answer;
use runtime::outbox::{Outcome, Rest};

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judged {
    /// The peer read the message, and says so.
    Answered(Outcome),
    /// This is no answer to the message.
    NoAnswer {
        /// Why, for an operator.
        why: String,
        /// When the peer asked to be tried again.
        rest: Option<Rest>,
    },
}

/// Judges an answer.
pub(super) fn judge(answer: &Answer, options: &ReadOptions, earlier: MayHaveArrived) -> Judged {
    if answer.status.is_redirection() {
        let to = answer.location.as_deref().unwrap_or("nowhere");
        return no_answer(format!(
            "it redirects ({}) to {to}, which is not followed: set the address in the registry",
            answer.status.as_u16()
        ));
    }
    match confirmation(answer, options) {
        Ok((kind, header, errors)) => match header.message_status {
            MessageStatus::OK => Judged::Answered(Outcome::Confirmed),
            MessageStatus::ERROR if kind == Kind::Request && has_the_request(&errors, earlier) => {
                Judged::Answered(Outcome::AlreadyThere(errors))
            }
            MessageStatus::ERROR => Judged::Answered(Outcome::Refused(errors)),
            MessageStatus::Unknown(_) => {
                no_answer("its confirmation has a messageStatus that is neither OK nor ERROR".to_owned())
            }
        },
        Err(why) => Judged::NoAnswer {
            why: format!("it answered {} without a confirmation: {why}", answer.status),
            rest: answer.retry_after.as_deref().and_then(retry_after),
        },
    }
}

fn no_answer(why: String) -> Judged {
    Judged::NoAnswer { why, rest: None }
}

#[derive(PartialEq, Eq)]
enum Kind {
    Request,
    Other,
}

fn confirmation(
    answer: &Answer,
    options: &ReadOptions,
) -> Result<(Kind, ConfirmationHeader, Vec<ErrorData>), String> {
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
        Message::RequestConfirmation(it) => Ok((Kind::Request, it.confirmation_header, it.error_data)),
        Message::SupplyingAgencyMessageConfirmation(it) => {
            Ok((Kind::Other, it.confirmation_header, it.error_data))
        }
        Message::RequestingAgencyMessageConfirmation(it) => {
            Ok((Kind::Other, it.confirmation_header, it.error_data))
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

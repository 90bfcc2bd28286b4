//! Rules for every confirmation that the subject writes, looked at when the run is over.

use super::observed::Faults;
use crate::case::CaseEnd;
use crate::grammar::{allows, faults, is_date_time};
use crate::tree::Element;
use crate::watch::{Seen, Sent};

pub(super) fn valid_confirmations(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let faulty = seen.some_confirmations()?.into_iter().filter_map(|sent| {
        let first = faults(sent.tree.as_ref().ok()?, seen.edition).into_iter().next()?;
        Some((first, sent))
    });
    seen.none("valid confirmations", &faulty.collect::<Faults<'_, '_>>())
}

/// The message that a confirmation answers, where it could be read. Of an envelope with two messages, which a subject may refuse or answer
/// for either, it cannot be told.
pub(super) fn asked(sent: &Sent<'_>) -> Option<Element> {
    let mut messages = Element::parse(&sent.exchange.sent).ok()?.children.into_iter();
    messages.next().filter(|_| messages.next().is_none())
}

pub(super) fn echo(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in seen.some_confirmations()? {
        let Some(message) = asked(sent) else { continue };
        let wanted = format!("{}Confirmation", message.name);
        if message.child("header").is_some() && sent.kind() != wanted {
            found.push((format!("a {} answers a {}", sent.kind(), message.name), sent));
        }
        let id = message.text_at("header/requestingAgencyRequestId").unwrap_or_default();
        let got = sent.text("confirmationHeader/requestingAgencyRequestId");
        if got.is_empty() && !id.is_empty() {
            seen.fact("confirmations without the request id", sent.kind());
        } else if got != id {
            found.push((format!("it names the request {got:?}, the message {id:?}"), sent));
        }
    }
    seen.none("the message's own request id and kind", &found)
}

pub(super) fn echo_word(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut found: Faults<'_, '_> = Vec::new();
    let mut missing = false;
    for sent in seen.some_confirmations()? {
        let Some(message) = asked(sent) else { continue };
        let (name, said) = match message.name.as_str() {
            "supplyingAgencyMessage" => ("reasonForMessage", message.text_at("messageInfo/reasonForMessage")),
            "requestingAgencyMessage" => ("action", message.text_at("action")),
            _ => continue,
        };
        let got = sent.text(name);
        missing |= got.is_empty() && said.is_some_and(|said| allows(name, said, seen.edition));
        if !got.is_empty() && said.is_some_and(|said| said != got) {
            found.push((format!("{name} {got:?} where the message said {said:?}"), sent));
        }
    }
    if missing {
        seen.note("some confirmations do not repeat the action or reasonForMessage");
    }
    seen.none("the same action or reason", &found)
}

pub(super) fn stamps(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in seen.some_confirmations()? {
        let (one, two) =
            (sent.text("confirmationHeader/timestamp"), sent.text("confirmationHeader/timestampReceived"));
        if !is_date_time(one.trim()) || !is_date_time(two.trim()) {
            found.push((format!("timestamp {one:?}, timestampReceived {two:?}"), sent));
            continue;
        }
        let Some(message) = asked(sent) else { continue };
        let original = message.text_at("header/timestamp").unwrap_or_default();
        let which = match (one == original, two == original) {
            (true, true) => "both",
            (true, false) => "timestamp",
            (false, true) => "timestampReceived",
            (false, false) => "neither",
        };
        if is_date_time(original) {
            seen.fact("the message's timestamp is repeated in", which);
        }
    }
    seen.none("two dateTimes", &found)
}

pub(super) fn error_types(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    let mut found: Faults<'_, '_> = Vec::new();
    let mut some = false;
    for sent in seen.confirmations() {
        if sent.text("confirmationHeader/messageStatus") != "ERROR" {
            continue;
        }
        some = true;
        let kind = sent.text("errorData/errorType");
        let known = [
            "UnsupportedActionType",
            "UnsupportedReasonForMessageType",
            "UnrecognisedDataElement",
            "UnrecognisedDataValue",
            "BadlyFormedMessage",
        ];
        seen.fact("error types", kind);
        if !known.contains(&kind) {
            found.push((format!("errorType {kind:?}"), sent));
        }
    }
    if !some {
        return Err(CaseEnd::NotApplicable("there was no ERROR in this run".to_owned()));
    }
    seen.none("one of the five error types", &found)
}

pub(super) fn http_statuses(seen: &Seen<'_>) -> Result<(), CaseEnd> {
    seen.some(&seen.answers)?;
    let mut found: Faults<'_, '_> = Vec::new();
    for sent in &seen.answers {
        let Some(status) = sent.exchange.status else { continue };
        let ok = sent.text("confirmationHeader/messageStatus") == "OK";
        seen.fact("HTTP status of an OK", if ok { status.to_string() } else { continue });
        if ok && !(200..300).contains(&status) {
            found.push((format!("an OK under HTTP {status}"), sent));
        }
    }
    seen.none("2xx for what is OK", &found)
}

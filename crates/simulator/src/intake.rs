//! A message arrives: what it is, whether it is a repeat, and how it is confirmed.

use std::sync::Arc;

use hyper::{body::Bytes, header};
use iso18626::{Confirm, ErrorData, ErrorType, Message, NamespaceRule, ReadOptions};

use crate::{
    core::Core,
    flow::{Direction, FlowEntry, Outcome, says},
    http_server::{self, Answer, Site},
    lane::errors_in_words,
    page,
    real_time::{lock, sleep},
    requesting,
    scenario::AnswerFault,
    supplying,
    symbol::symbol,
    wording,
};

/// How a message is to be confirmed.
pub(crate) struct Verdict {
    pub(crate) confirm: Confirm,
    pub(crate) fault: Option<AnswerFault>,
}

impl Verdict {
    pub(crate) fn ok() -> Self {
        Verdict { confirm: Confirm::Ok, fault: None }
    }

    pub(crate) fn error(error_type: ErrorType, sentence: impl Into<String>) -> Self {
        let error = ErrorData { error_type, error_value: Some(sentence.into()) };
        Verdict { confirm: Confirm::Error(vec![error]), fault: None }
    }
}

impl Site for Core {
    fn show(&self, path: &str) -> Answer {
        match path {
            "/" => Answer::body(200, "text/html; charset=utf-8", page::page(&self.shown(), &self.flow)),
            "/log" => Answer::body(200, "application/json", self.flow.json()),
            copy if copy.starts_with("/copies/") => {
                Answer::text(200, format!("This stands for the copy that {} delivered.\n", self.config.name))
            }
            _ => http_server::nothing_there(),
        }
    }

    async fn receive(self: Arc<Self>, bytes: Bytes) -> Answer {
        receive(&self, &bytes).await
    }
}

/// Takes what was posted.
async fn receive(core: &Arc<Core>, bytes: &[u8]) -> Answer {
    let options = ReadOptions { namespace: NamespaceRule::Required, ..ReadOptions::default() };
    let reading = match iso18626::read(bytes, &options) {
        Ok(reading) => reading,
        Err(unreadable) => {
            let sentence = unreadable.to_string();
            log(core, bytes, None, Outcome::Failed(sentence.clone()), &[]);
            return Answer::text(400, format!("{sentence}\n"));
        }
    };
    let message = &reading.message;
    if let Some(confirmation) = lock(&core.answered).get(bytes) {
        log(core, bytes, Some(message), Outcome::Repeated, &confirmation);
        return Answer::body(200, "application/xml; charset=utf-8", confirmation);
    }
    let verdict = if reading.is_acceptable() {
        match message {
            Message::Request(request) => supplying::requested(core, request),
            Message::RequestingAgencyMessage(told) => supplying::told(core, told),
            Message::SupplyingAgencyMessage(told) => requesting::told(core, told),
            _ => {
                let sentence = "a confirmation belongs into an HTTP answer";
                log(core, bytes, Some(message), Outcome::Failed(sentence.to_owned()), &[]);
                return Answer::text(400, format!("{sentence}\n"));
            }
        }
    } else {
        let errors = reading.errors().map(|found| ErrorData {
            error_type: found.error_type.clone(),
            error_value: Some(format!("{}: {}", found.path, found.for_sender())),
        });
        Verdict { confirm: Confirm::Error(errors.collect()), fault: None }
    };
    answer(core, bytes, message, verdict).await
}

async fn answer(core: &Arc<Core>, bytes: &[u8], message: &Message, verdict: Verdict) -> Answer {
    let Verdict { confirm, fault } = verdict;
    let errors = match &confirm {
        Confirm::Ok => None,
        Confirm::Error(errors) => Some(errors_in_words(errors)),
    };
    let confirm = match &fault {
        Some(AnswerFault::Error(error_type, value)) => {
            Confirm::Error(vec![ErrorData { error_type: error_type.clone(), error_value: value.clone() }])
        }
        _ => confirm,
    };
    let confirmation = iso18626::confirm(message, core.stamps.now(), confirm, core.config.echo);
    let written = match core.write(&confirmation, None) {
        Ok(written) => written,
        Err(problem) => {
            let sentence = format!("the confirmation cannot be written: {problem}");
            log(core, bytes, Some(message), Outcome::Failed(sentence.clone()), &[]);
            return Answer::text(400, format!("{sentence}\n"));
        }
    };
    let taken = fault.as_ref().is_none_or(AnswerFault::taken);
    // What was refused is looked at anew when it comes again: the request may be known by then.
    if taken && errors.is_none() {
        lock(&core.answered).keep(bytes, written.clone());
    }
    let xml = |body: Vec<u8>| Answer::body(200, "application/xml; charset=utf-8", body);
    let (outcome, answer, sent) = match fault {
        None => {
            let outcome = errors.map_or(Outcome::Confirmed, Outcome::Refused);
            (outcome, xml(written.clone()), written)
        }
        Some(fault) => {
            let named = Outcome::Faulted(format!("{fault:?}"));
            let answer = match fault {
                AnswerFault::Http(status) => Answer::text(status, "as the scenario says\n"),
                AnswerFault::Reset | AnswerFault::Lost => Answer::Close,
                AnswerFault::Hang => Answer::Hang,
                AnswerFault::Html => Answer::body(
                    200,
                    "text/html; charset=utf-8",
                    "<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>Please sign in.</p></body></html>",
                ),
                AnswerFault::Empty => Answer::body(200, "application/xml; charset=utf-8", Vec::new()),
                AnswerFault::Redirect(to) => Answer::Body {
                    status: 302,
                    content_type: "text/plain; charset=utf-8",
                    headers: vec![(header::LOCATION, to)],
                    body: Vec::new(),
                },
                AnswerFault::Error(..) => xml(written.clone()),
                AnswerFault::Late(late) => {
                    sleep(late).await;
                    xml(written.clone())
                }
                AnswerFault::WrongEcho => {
                    let wrong = wording::wrong_echo(confirmation, core.stamps.now());
                    xml(core.write(&wrong, None).unwrap_or_else(|_| written.clone()))
                }
                AnswerFault::Bare => xml(wording::spoil(&written, crate::scenario::Fault::NoNamespace)),
            };
            (named, answer, written)
        }
    };
    log(core, bytes, Some(message), outcome, &sent);
    answer
}

fn log(core: &Core, bytes: &[u8], message: Option<&Message>, outcome: Outcome, answer: &[u8]) {
    let named = message.and_then(|message| match message {
        Message::SupplyingAgencyMessage(_) => message.supplying_agency(),
        _ => message.requesting_agency(),
    });
    core.flow.push(FlowEntry {
        number: 0,
        at: core.stamps.now(),
        library: core.symbol(),
        direction: Direction::In,
        peer: named.map_or_else(|| "somebody".to_owned(), symbol),
        kind: message.map_or_else(|| "unreadable".to_owned(), |message| message.kind().to_string()),
        request: message.and_then(|m| m.requesting_agency_request_id()).map(str::to_owned),
        says: message.map_or_else(String::new, says),
        attempt: 1,
        outcome,
        xml: message.map_or_else(String::new, |message| wording::shown(core, message)),
        message: message.cloned(),
        bytes: bytes.into(),
        answer: answer.into(),
    });
}

#[cfg(test)]
mod tests {
    use iso18626::{Edition, SupplyingAgencyMessage, WriteOptions};

    use super::*;
    use crate::{Books, FarSide, Library, LibraryConfig, NewRequest, SimClock, agency_id};

    #[tokio::test]
    async fn what_a_late_booker_refuses_it_takes_when_it_comes_again() {
        let nowhere = FarSide::new("http://127.0.0.1:9/", "ISIL:SUP");
        let config = LibraryConfig::new("ISIL:SUP", "Supplier", nowhere.clone()).scenario("silent").unwrap();
        let supplier = Library::start(config, SimClock::real()).await.unwrap();
        let config = LibraryConfig {
            books: Books::Late(std::time::Duration::from_millis(1)),
            ..LibraryConfig::new("ISIL:REQ", "Requester", FarSide::new(supplier.url(), "ISIL:SUP"))
        };
        let requester = Library::start(config, SimClock::real()).await.unwrap();
        let mut told = SupplyingAgencyMessage::default();
        told.header.supplying_agency_id = agency_id("ISIL:SUP");
        told.header.requesting_agency_id = agency_id("ISIL:REQ");
        told.header.requesting_agency_request_id = "late-1".to_owned();
        told.header.timestamp = iso18626::DateTime::from_lexical("2026-03-02T10:00:00Z");
        told.message_info.reason_for_message = iso18626::ReasonForMessage::RequestResponse;
        told.status_info.status = iso18626::Status::WillSupply;
        told.status_info.last_change = told.header.timestamp.clone();
        let message = Message::SupplyingAgencyMessage(told);
        let bytes = iso18626::write(&message, &WriteOptions::new(Edition::V1_2)).unwrap().bytes;
        let outcome = async || {
            receive(requester.core(), &bytes).await;
            requester.flow().entries().into_iter().rfind(|it| it.direction == Direction::In).unwrap().outcome
        };
        assert!(matches!(outcome().await, Outcome::Refused(_)), "it is not booked yet");
        requester.send_request(NewRequest::loan("Lichens").id("late-1")).await.unwrap();
        assert_eq!(outcome().await, Outcome::Confirmed);
        assert_eq!(outcome().await, Outcome::Repeated);
    }
}

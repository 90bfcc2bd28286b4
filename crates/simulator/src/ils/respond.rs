//! From the bytes of a message to the bytes of its reply: reading, failing on demand, doing, answering. No I/O.

use std::time::Duration;

use jiff::Timestamp;

use super::{
    agreement::Agreement,
    circulation::Circulation,
    dialect::Dialect,
    fault::{Failures, Fault},
    perform::{admit, perform},
    quirk::Quirk,
    refusal::Refusal,
    service::Service,
    wire::{Done, Namespaced, ParsedMessage, Prefixed, Version, Writer, misplaced, read, reply, text_reply},
};

/// An ILS apart from its sockets.
#[derive(Clone, Debug)]
pub(crate) struct System {
    pub(crate) dialect: Dialect,
    /// Its own agency.
    pub(crate) agency: String,
    pub(crate) agreement: Agreement,
    pub(crate) circulation: Circulation,
    pub(crate) failures: Failures,
    /// What it answered last.
    pub(crate) last: Vec<u8>,
}

/// What is answered, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    /// The service that was asked for, where that could be told.
    pub(crate) service: Option<String>,
    /// What became of it, in few words.
    pub(crate) outcome: String,
    /// What is done with the connection.
    pub(crate) action: ConnectionAction,
}

/// What is done with the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConnectionAction {
    /// This is answered.
    Answer { status: u16, body: Vec<u8>, after: Duration },
    /// It is closed.
    Close,
    /// Nothing is answered.
    Hang,
    /// It waits to be released; then this is done with it.
    Held(Held),
}

/// What waits to be released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// The message, of which nothing is done yet.
    Message,
    /// What is answered.
    Answer(Box<ConnectionAction>),
}

impl ConnectionAction {
    fn at_once(status: u16, body: impl Into<Vec<u8>>) -> Self {
        ConnectionAction::Answer { status, body: body.into(), after: Duration::ZERO }
    }
}

impl System {
    /// Takes a message.
    pub(crate) fn respond(&mut self, bytes: &[u8], now: Timestamp) -> Response {
        let bytes = if self.dialect.has(Quirk::StripsControlD) { stripped(bytes) } else { bytes };
        let asked = match read(bytes) {
            Ok(asked) => asked,
            Err(unread) => {
                let action = self.not_understood(None, &unread.to_string(), Refusal::InvalidMessage, now);
                return Response { service: None, outcome: unread.to_string(), action };
            }
        };
        let (outcome, action) = self.answer(&asked, now);
        if let ConnectionAction::Answer { body, .. } = &action {
            self.last.clone_from(body);
        }
        Response { service: Some(asked.name), outcome, action }
    }

    fn answer(&mut self, asked: &ParsedMessage, now: Timestamp) -> (String, ConnectionAction) {
        if self.dialect.has(Quirk::RefusesPrefix) && asked.prefixed == Prefixed::Yes {
            let why = "a namespace prefix".to_owned();
            let action = self.not_understood(Some(asked), &why, Refusal::InvalidMessage, now);
            return (why, action);
        }
        if self.dialect.has(Quirk::RefusesNamespace) && asked.namespaced == Namespaced::Yes {
            let why = "a namespace".to_owned();
            let action = self.not_understood(Some(asked), &why, Refusal::InvalidMessage, now);
            return (why, action);
        }
        if self.dialect.has(Quirk::SettingsByFromAgency) && !self.agreement.knows(asked.from.as_deref()) {
            let why = "no settings for this FromAgencyId".to_owned();
            let action = self.not_understood(Some(asked), &why, Refusal::UnknownAgency, now);
            return (why, action);
        }
        let service = match admit(self.dialect, &self.agreement, asked) {
            Ok(service) => service,
            Err(refusal @ (Refusal::UnsupportedService | Refusal::ProtocolError)) => {
                let action = self.not_understood(Some(asked), refusal.name(), refusal, now);
                return (refusal.name().to_owned(), action);
            }
            Err(refusal) => return self.told(asked, Err(refusal), now),
        };
        match self.failures.take(service) {
            Some(fault) => self.fail(fault, service, asked, now),
            None => {
                let outcome = perform(self.dialect, &mut self.circulation, service, asked, now);
                self.told(asked, outcome, now)
            }
        }
    }

    fn fail(
        &mut self,
        fault: Fault,
        service: Service,
        asked: &ParsedMessage,
        now: Timestamp,
    ) -> (String, ConnectionAction) {
        let said = format!("failed as told to: {fault}");
        let action = match fault {
            Fault::Refuse(refusal) => self.told(asked, Err(refusal), now).1,
            Fault::Http(status) => ConnectionAction::at_once(status, "the ILS is out of order\n"),
            Fault::Garbage => ConnectionAction::at_once(200, "<html><body>It is lunch time.</body></html>"),
            Fault::Hang => ConnectionAction::Hang,
            Fault::DropBefore => ConnectionAction::Close,
            Fault::HoldBefore => ConnectionAction::Held(Held::Message),
            Fault::Misplace(refusal) => {
                // As if it were done, by a copy of what it holds.
                let outcome = perform(self.dialect, &mut self.circulation.clone(), service, asked, now);
                let body = misplaced(&self.writer(asked), asked, &outcome, (refusal, now));
                ConnectionAction::at_once(200, body)
            }
            Fault::DropAfter
            | Fault::Late(_)
            | Fault::HoldAfter
            | Fault::Cut
            | Fault::MisEncode
            | Fault::Repeat
            | Fault::Stale => {
                let outcome = perform(self.dialect, &mut self.circulation, service, asked, now);
                let (what, action) = self.told(asked, outcome, now);
                let action = match (fault, action) {
                    (Fault::Late(by), ConnectionAction::Answer { status, body, .. }) => {
                        ConnectionAction::Answer { status, body, after: by }
                    }
                    (Fault::HoldAfter, action) => ConnectionAction::Held(Held::Answer(Box::new(action))),
                    (Fault::Cut, ConnectionAction::Answer { status, body, after }) => {
                        let body = body[..body.len() * 2 / 3].to_vec();
                        ConnectionAction::Answer { status, body, after }
                    }
                    (Fault::MisEncode, ConnectionAction::Answer { status, body, after }) => {
                        ConnectionAction::Answer { status, body: mis_encoded(&body), after }
                    }
                    (Fault::Repeat, ConnectionAction::Answer { status, body, after }) => {
                        ConnectionAction::Answer { status, body: body.repeat(2), after }
                    }
                    (Fault::Stale, ConnectionAction::Answer { status, after, .. }) => {
                        ConnectionAction::Answer { status, body: self.last.clone(), after }
                    }
                    (_, _) => ConnectionAction::Close,
                };
                return (format!("{said}; {what}"), action);
            }
        };
        (said, action)
    }

    fn told(
        &self,
        asked: &ParsedMessage,
        outcome: Result<Done, Refusal>,
        now: Timestamp,
    ) -> (String, ConnectionAction) {
        let said = match &outcome {
            Ok(_) => "done".to_owned(),
            Err(refusal) => format!("refused: {refusal}"),
        };
        (said, ConnectionAction::at_once(200, reply(&self.writer(asked), asked, &outcome, now)))
    }

    /// What is answered to something that this ILS cannot take for a message.
    fn not_understood(
        &self,
        asked: Option<&ParsedMessage>,
        why: &str,
        refusal: Refusal,
        now: Timestamp,
    ) -> ConnectionAction {
        if self.dialect.has(Quirk::ItWorks) {
            return ConnectionAction::at_once(200, text_reply("It works!"));
        }
        if self.dialect.has(Quirk::BareProblem500) {
            let body = format!(
                "<Problem><message>problem processing NCIP request</message><exception>{why}</exception></Problem>"
            );
            return ConnectionAction::at_once(500, body);
        }
        match asked {
            Some(asked) => {
                ConnectionAction::at_once(200, reply(&self.writer(asked), asked, &Err(refusal), now))
            }
            None => ConnectionAction::at_once(400, format!("{why}\n")),
        }
    }

    fn writer(&self, asked: &ParsedMessage) -> Writer<'_> {
        let spoken = self.dialect.versions();
        let confused =
            asked.service == Some(Service::LookupVersion) && self.dialect.has(Quirk::UnqualifiedVersion);
        let version = if confused {
            Version::V2
        } else if spoken.contains(&asked.version) {
            asked.version
        } else {
            self.dialect.own_version()
        };
        Writer { dialect: self.dialect, version, agency: &self.agency }
    }
}

/// An answer that says UTF-8 and is not, with a control character, after a blank line.
fn mis_encoded(body: &[u8]) -> Vec<u8> {
    let end = body.windows(2).rposition(|part| part == b"</").unwrap_or(body.len());
    [b"\n".as_slice(), &body[..end], b"<!-- caf\xE9 \x01 -->", &body[end..]].concat()
}

fn stripped(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != 4 && !byte.is_ascii_whitespace());
    &bytes[..end.map_or(0, |last| last + 1)]
}

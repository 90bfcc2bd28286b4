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
    wire::{Asked, Done, Namespaced, Prefixed, Version, Voice, read, reply, text_reply},
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
}

/// What is answered, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Response {
    /// The service that was asked for, where that could be told.
    pub(crate) service: Option<String>,
    /// What became of it, in few words.
    pub(crate) outcome: String,
    /// What is done with the connection.
    pub(crate) way: Way,
}

/// What is done with the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Way {
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
    Answer(Box<Way>),
}

impl Way {
    fn at_once(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Way::Answer { status, body: body.into(), after: Duration::ZERO }
    }
}

impl System {
    /// Takes a message.
    pub(crate) fn respond(&mut self, bytes: &[u8], now: Timestamp) -> Response {
        let bytes = if self.dialect.has(Quirk::StripsControlD) { stripped(bytes) } else { bytes };
        let asked = match read(bytes) {
            Ok(asked) => asked,
            Err(unread) => {
                let way = self.not_understood(None, &unread.to_string(), Refusal::InvalidMessage, now);
                return Response { service: None, outcome: unread.to_string(), way };
            }
        };
        let (outcome, way) = self.answer(&asked, now);
        Response { service: Some(asked.name), outcome, way }
    }

    fn answer(&mut self, asked: &Asked, now: Timestamp) -> (String, Way) {
        if self.dialect.has(Quirk::RefusesPrefix) && asked.prefixed == Prefixed::Yes {
            let why = "a namespace prefix".to_owned();
            let way = self.not_understood(Some(asked), &why, Refusal::InvalidMessage, now);
            return (why, way);
        }
        if self.dialect.has(Quirk::RefusesNamespace) && asked.namespaced == Namespaced::Yes {
            let why = "a namespace".to_owned();
            let way = self.not_understood(Some(asked), &why, Refusal::InvalidMessage, now);
            return (why, way);
        }
        if self.dialect.has(Quirk::SettingsByFromAgency) && !self.agreement.knows(asked.from.as_deref()) {
            let why = "no settings for this FromAgencyId".to_owned();
            let way = self.not_understood(Some(asked), &why, Refusal::UnknownAgency, now);
            return (why, way);
        }
        let service = match admit(self.dialect, &self.agreement, asked) {
            Ok(service) => service,
            Err(refusal @ (Refusal::UnsupportedService | Refusal::ProtocolError)) => {
                let way = self.not_understood(Some(asked), refusal.name(), refusal, now);
                return (refusal.name().to_owned(), way);
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

    fn fail(&mut self, fault: Fault, service: Service, asked: &Asked, now: Timestamp) -> (String, Way) {
        let said = format!("failed as told to: {fault}");
        let way = match fault {
            Fault::Refuse(refusal) => self.told(asked, Err(refusal), now).1,
            Fault::Http(status) => Way::at_once(status, "the ILS is out of order\n"),
            Fault::Garbage => Way::at_once(200, "<html><body>It is lunch time.</body></html>"),
            Fault::Hang => Way::Hang,
            Fault::DropBefore => Way::Close,
            Fault::HoldBefore => Way::Held(Held::Message),
            Fault::DropAfter | Fault::Late(_) | Fault::HoldAfter => {
                let outcome = perform(self.dialect, &mut self.circulation, service, asked, now);
                let (what, way) = self.told(asked, outcome, now);
                let way = match (fault, way) {
                    (Fault::Late(by), Way::Answer { status, body, .. }) => {
                        Way::Answer { status, body, after: by }
                    }
                    (Fault::HoldAfter, way) => Way::Held(Held::Answer(Box::new(way))),
                    (_, _) => Way::Close,
                };
                return (format!("{said}; {what}"), way);
            }
        };
        (said, way)
    }

    fn told(&self, asked: &Asked, outcome: Result<Done, Refusal>, now: Timestamp) -> (String, Way) {
        let said = match &outcome {
            Ok(_) => "done".to_owned(),
            Err(refusal) => format!("refused: {refusal}"),
        };
        (said, Way::at_once(200, reply(&self.voice(asked), asked, &outcome, now)))
    }

    /// What is answered to something that this ILS cannot take for a message.
    fn not_understood(&self, asked: Option<&Asked>, why: &str, refusal: Refusal, now: Timestamp) -> Way {
        if self.dialect.has(Quirk::ItWorks) {
            return Way::at_once(200, text_reply("It works!"));
        }
        if self.dialect.has(Quirk::BareProblem500) {
            let body = format!(
                "<Problem><message>problem processing NCIP request</message><exception>{why}</exception></Problem>"
            );
            return Way::at_once(500, body);
        }
        match asked {
            Some(asked) => Way::at_once(200, reply(&self.voice(asked), asked, &Err(refusal), now)),
            None => Way::at_once(400, format!("{why}\n")),
        }
    }

    fn voice(&self, asked: &Asked) -> Voice<'_> {
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
        Voice { dialect: self.dialect, version, agency: &self.agency }
    }
}

fn stripped(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != 4 && !byte.is_ascii_whitespace());
    &bytes[..end.map_or(0, |last| last + 1)]
}

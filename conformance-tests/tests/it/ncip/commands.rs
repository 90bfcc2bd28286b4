//! How the small ILL system gives a command: it asks until there is an answer, and looks before it gives one again whose answer was lost.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use conformance_tests::http::Client;
use conformance_tests::ncip::messages as write;
use conformance_tests::ncip::reply::{Problem, Read};
use conformance_tests::ncip::{Transport, Version};

use super::initiator::{Initiator, Loan, Not};
use super::judging;
use super::server;
use super::wrongs::{Gone, Wrong};
use crate::reference::outside;

/// What asking first came to.
#[derive(PartialEq, Eq)]
enum Seen {
    Done,
    NotDone,
    Unserved,
}

/// An answer that is none.
struct Lost {
    how: Gone,
    bytes: Vec<u8>,
}

/// What is to be done about an answer.
enum Next {
    Done,
    Again,
    Refused,
}

/// How long an ILS may take.
const LIMIT: Duration = Duration::from_millis(1500);
/// The same for who takes whatever comes.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a command is given.
const ROUNDS: usize = 8;

impl Initiator {
    /// Gives a command, until there is an answer. None: it had been done before.
    pub(super) async fn command(
        &self,
        loan: &mut Loan,
        member: usize,
        service: &'static str,
        content: &str,
        item: &str,
    ) -> Result<Option<Read>, Not> {
        let message = self.message(member, service, content);
        let killed = is_seen(service) && std::mem::take(&mut loan.killed);
        let mut afresh = killed && self.is(Wrong::AfreshAfterAKill(service));
        if killed && !afresh && self.look(loan, member, service, item).await == Seen::Done {
            return Ok(None);
        }
        for round in usize::from(killed)..ROUNDS {
            let bytes = match afresh {
                true => message.replace(&self.id(item), &format!("{}-{round}", self.id(item))),
                false => message.clone(),
            };
            let read = self.exchange(loan, member, service, &bytes).await;
            if self.is(Wrong::SendsTwice) && service == "CheckInItem" && round == 0 {
                let _ = self.exchange(loan, member, service, &bytes).await;
            }
            let read = read.and_then(|read| {
                let overlooks = judging::overlooks(self.wrong, service);
                let is_one = !judging::problems(&read, overlooks).is_empty()
                    || judging::is_answer(self.wrong, service, &read, &self.id(item));
                if is_one { Ok(read) } else { Err(Lost { how: Gone::Another, bytes: Vec::new() }) }
            });
            match read {
                Err(Lost { bytes, how }) => {
                    if self.is(Wrong::CutIsFound)
                        && String::from_utf8_lossy(&bytes).contains("<UserIdentifierValue>")
                    {
                        return Ok(None);
                    }
                    if self.is(Wrong::Afresh(service, how))
                        || self.is(Wrong::FirstPieceIsAll)
                            && how == Gone::Unreadable
                            && service == "AcceptItem"
                    {
                        afresh = true;
                    } else if how == Gone::Text && self.is(Wrong::RestsAfterNonsense) {
                        self.rest().insert(loan.title.clone());
                    } else if service == "RenewItem" && !self.is(Wrong::RenewsAgain) {
                        // A second renewal is never refused: staff look.
                        return Err(Not::Lost);
                    } else if is_seen(service) {
                        match self.look(loan, member, service, item).await {
                            Seen::Done if self.is(Wrong::DoneAgain(service, how)) => afresh = true,
                            Seen::Done => return Ok(None),
                            Seen::NotDone if self.is(Wrong::GivesUpWhatIsNotDone) => return Err(Not::Lost),
                            Seen::NotDone => {}
                            Seen::Unserved => afresh = self.is(Wrong::RefusedProbeIsNotDone),
                        }
                    }
                }
                Ok(read) => match self.judge(loan, service, &read, round) {
                    Ok(()) => return Ok(Some(read)),
                    Err(Next::Done) => return Ok(None),
                    Err(Next::Again) => {}
                    Err(Next::Refused) => {
                        loan.refused.push((member, service, item.to_owned()));
                        return Err(Not::Refused);
                    }
                },
            }
            outside::pause(Duration::from_millis(50)).await;
        }
        loan.refused.push((member, service, item.to_owned()));
        Err(Not::Lost)
    }

    /// Whether an answer is a yes, and else what becomes of the command.
    fn judge(&self, loan: &Loan, service: &'static str, read: &Read, round: usize) -> Result<(), Next> {
        let mut problems = judging::problems(read, judging::overlooks(self.wrong, service));
        if self.is(Wrong::FirstProblemOnly) {
            problems.truncate(1);
            if service == "LookupUser" && names(&problems, "Element Rule Violated") {
                return Ok(());
            }
        }
        let welcome = match (self.wrong, problems.as_slice()) {
            (Some(Wrong::UnknownIsWelcome), [only]) => only.kind == "Unknown User",
            (Some(Wrong::BlockedIsWelcome), [only]) => only.kind == "User Blocked",
            (Some(Wrong::OwnWordsAreAYes), [only]) => only.kind.contains("cellar"),
            _ => false,
        };
        if (problems.is_empty() && judging::may_borrow(self.wrong, read)) || welcome {
            return Ok(());
        }
        let known = ["Duplicate Request", "Duplicate Item", "Item Already Checked Out"];
        if round > 0 && known.iter().any(|known| names(&problems, known)) {
            return Err(Next::Done);
        }
        if service == "CheckInItem" && names(&problems, "Item Not Checked Out") {
            let again =
                self.is(Wrong::UnlentIsAFailure) || self.is(Wrong::UnlentAgainIsAFailure) && round > 0;
            return Err(if again { Next::Again } else { Next::Done });
        }
        let gone = ["Unknown Request", "Unknown Item"].iter().any(|gone| names(&problems, gone));
        if matches!(service, "CancelRequestItem" | "DeleteItem") && gone && round > 0 {
            let again = self.is(Wrong::WhatIsGoneIsAFailure(service));
            return Err(if again { Next::Again } else { Next::Done });
        }
        let later = names(&problems, "Temporary Processing Failure") && !self.is(Wrong::GivesUpAtOnce);
        if later && self.is(Wrong::RestsForAll) {
            self.rest().insert(loan.title.clone());
        }
        let hammers =
            self.is(Wrong::Hammers) && service == "AcceptItem" && names(&problems, "Element Rule Violated")
                || self.is(Wrong::TriesATakenIdAgain) && names(&problems, "Duplicate Item");
        Err(if later || hammers { Next::Again } else { Next::Refused })
    }

    fn rest(&self) -> MutexGuard<'_, HashSet<String>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the ILS shows that it was done.
    async fn look(&self, loan: &Loan, member: usize, service: &str, item: &str) -> Seen {
        let v = self.version(member);
        let id = write::item(v, &self.members.member[member].agency, item);
        let content = format!("{id}{}", self.code(v, "ItemElementType", "Circulation Status"));
        let message = self.message(member, "LookupItem", &content);
        match self.exchange(loan, member, "LookupItem", &message).await {
            Ok(read) if names(&read.problems(), "Unsupported Service") => Seen::Unserved,
            Ok(read)
                if read.problems().is_empty()
                    && (service == "AcceptItem" || read.code("CirculationStatus") == Some("On Loan")) =>
            {
                Seen::Done
            }
            _ => Seen::NotDone,
        }
    }

    fn message(&self, member: usize, service: &str, content: &str) -> String {
        let to = &self.members.member[member];
        let v = self.version(member);
        let secret = match (&to.password, self.is(Wrong::PasswordForAll)) {
            (Some(secret), _) => write::element("FromAgencyAuthentication", secret),
            (None, true) => write::element("FromAgencyAuthentication", "secret-of-somebody"),
            (None, false) => String::new(),
        };
        let (from, other) = if self.is(Wrong::SwappedHeader) {
            (&to.agency, &self.members.agency)
        } else {
            (&self.members.agency, &to.agency)
        };
        let header = write::header_with(v, from, &secret, other);
        let content = match self.is(Wrong::NamelessIds) {
            true => content.replace(&write::agency(v, &to.agency), ""),
            false => content.to_owned(),
        };
        write::envelope(v, &write::element(service, &format!("{header}{content}")))
    }

    /// Sends it; an answer to it, or none.
    async fn exchange(&self, loan: &Loan, member: usize, service: &str, message: &str) -> Result<Read, Lost> {
        let lost = |how: Gone| Lost { how, bytes: Vec::new() };
        if self.dead.load(Ordering::Relaxed) || self.rest().iter().any(|title| loan.title.starts_with(title))
        {
            return Err(lost(Gone::Silent));
        }
        let (status, bytes) = self.said(member, message).await.map_err(lost)?;
        if let Some(Wrong::DiesOf(monster)) = self.wrong
            && monster.is_in(&bytes)
        {
            self.dead.store(true, Ordering::Relaxed);
        }
        if bytes.is_empty() {
            return Err(lost(Gone::Empty));
        }
        if bytes.len() > 8 << 20 {
            return Err(lost(Gone::Closed));
        }
        let text = decoded(&bytes).and_then(|text| Read::parse(text.as_bytes()).map_err(|_| ()));
        let read = match text {
            Ok(_) | Err(()) if status >= 400 && (text.is_err() || self.is(Wrong::ErrorStatusIsNoAnswer)) => {
                return Err(lost(Gone::Page));
            }
            Ok(read) => read,
            Err(()) if bytes.trim_ascii_start().first() != Some(&b'<') => return Err(lost(Gone::Text)),
            Err(()) => return Err(Lost { how: Gone::Unreadable, bytes }),
        };
        if let Some(Wrong::StumblesOver(oddity)) = self.wrong
            && oddity.is_in(&bytes)
        {
            let refusal = write::problem(read.version, "lookupuser", "Unknown Element", "NCIPMessage", "");
            let refusal = write::envelope(read.version, &write::element("LookupUserResponse", &refusal));
            return Read::parse(refusal.as_bytes()).map_err(|_| lost(Gone::Text));
        }
        if read.service() != format!("{service}Response") {
            return Err(lost(Gone::Another));
        }
        let is_other = read.version != self.version(member);
        if is_other && self.is(Wrong::Afresh("AcceptItem", Gone::OtherVersion)) {
            return Err(lost(Gone::OtherVersion));
        }
        Ok(read)
    }

    /// What an ILS says to it: the HTTP status, and the bytes.
    async fn said(&self, member: usize, message: &str) -> Result<(u16, Vec<u8>), Gone> {
        let to = &self.members.member[member];
        let how = |why: String| {
            if why.contains(" time") || why.contains("within") { Gone::Silent } else { Gone::Closed }
        };
        if self.is(Wrong::FirstPieceIsAll) {
            return server::ask_hastily(to, message, LIMIT).await.map_err(how);
        }
        let limit = if matches!(self.wrong, Some(Wrong::DiesOf(_))) { PATIENCE } else { LIMIT };
        if to.transport == Transport::Tcp {
            let numbered = format!("{}\n{message}", message.len());
            let message = if self.is(Wrong::NumbersLines) { &numbered } else { message };
            return Ok((200, server::ask(&to.url, true, message, limit).await.map_err(how)?));
        }
        let client = Client::new(&to.url, BTreeMap::new(), limit).map_err(how)?;
        let kind = match self.is(Wrong::PostsPlainText) {
            true => "text/plain",
            false => "application/xml; charset=\"utf-8\"",
        };
        let none = BTreeMap::new();
        let sent = client.send("POST", Some(kind), &none, message.as_bytes().to_vec()).await.map_err(how)?;
        Ok((sent.status, sent.body))
    }

    pub(super) fn version(&self, member: usize) -> Version {
        if self.is(Wrong::AnyVersion) { Version::V2 } else { self.members.member[member].version }
    }

    pub(super) fn id(&self, id: &str) -> String {
        if self.is(Wrong::IdsInSmallLetters) { id.to_lowercase() } else { id.to_owned() }
    }

    pub(super) fn code(&self, version: Version, name: &str, value: &str) -> String {
        let version = if self.is(Wrong::PlainCodes) { Version::V2 } else { version };
        let code = write::code(version, name, &name.to_lowercase(), value);
        match (self.is(Wrong::BareTerms), version) {
            (true, Version::V2) => write::element(name, value),
            _ => code,
        }
    }
}

/// Whether an ILS shows that a command of this service was done.
fn is_seen(service: &str) -> bool {
    matches!(service, "AcceptItem" | "CheckOutItem")
}

fn names(problems: &[Problem], kind: &str) -> bool {
    problems.iter().any(|problem| problem.kind == kind)
}

/// The text of an answer, without a DOCTYPE that declares nothing.
fn decoded(bytes: &[u8]) -> Result<String, ()> {
    let latin = bytes.windows(10).take(80).any(|window| window == b"ISO-8859-1");
    let text = match latin {
        true => bytes.iter().map(|&byte| char::from(byte)).collect::<String>().replace("ISO-8859-1", "UTF-8"),
        false => String::from_utf8(bytes.to_vec()).map_err(|_| ())?,
    };
    let Some(start) = text.find("<!DOCTYPE") else { return Ok(text) };
    let end = text[start..].find('>').ok_or(())? + start;
    if text[start..end].contains('[') {
        return Err(());
    }
    Ok(format!("{}{}", &text[..start], &text[end + 1..]))
}

//! A small ILL system that asks ILSs right, or wrong in one way.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use conformance_tests::Hook;
use conformance_tests::http::Client;
use conformance_tests::ncip::messages as write;
use conformance_tests::ncip::reply::Read;
use conformance_tests::ncip::{Members, Transport, Version};
use serde_json::Value;

use super::judging::{self, Wrong};
use super::server;
use crate::reference::outside;

/// The system.
pub(crate) struct Initiator {
    members: Members,
    wrong: Option<Wrong>,
    loans: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Loan>>>>,
    all: tokio::sync::Mutex<()>,
    /// The titles whose ILSs are left alone.
    resting: Mutex<HashSet<String>>,
}

#[derive(Clone, Default)]
struct Loan {
    patron: String,
    title: String,
    wanted: String,
    borrower: usize,
    lender: usize,
    /// Whether the lender has been asked.
    placed: bool,
    due: String,
    hold: String,
    /// The borrower's ids of what is here.
    here: Vec<String>,
    /// What an ILS refused.
    refused: Vec<(usize, &'static str, String)>,
}

/// Why a command was not done.
enum Not {
    Refused,
    Lost,
}

/// Why there is no answer.
enum Gone {
    Lost,
    Unreadable(Vec<u8>),
}

/// What asking first came to.
#[derive(PartialEq, Eq)]
enum Seen {
    Done,
    NotDone,
    Unserved,
}

impl Initiator {
    pub(crate) fn new(members: Members, wrong: Option<Wrong>) -> Arc<Initiator> {
        Arc::new(Initiator {
            members,
            wrong,
            loans: Mutex::default(),
            all: tokio::sync::Mutex::default(),
            resting: Mutex::default(),
        })
    }

    pub(crate) fn staff(self: &Arc<Self>) -> Hook {
        let own = Arc::clone(self);
        Hook::Call(Arc::new(move |order| {
            let own = Arc::clone(&own);
            Box::pin(async move { own.obey(order).await })
        }))
    }

    fn is(&self, wrong: Wrong) -> bool {
        self.wrong == Some(wrong)
    }

    /// Waits for what this loan was about before, and goes on in the background.
    async fn obey(self: Arc<Self>, order: Value) -> Result<(), String> {
        let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        let at = |agency: String| self.members.member.iter().position(|member| member.agency == agency);
        let loan = {
            let mut loans = self.loans.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(loans.entry(text("patron")).or_default())
        };
        let mut loan = loan.lock_owned().await;
        if text("do") == "ask" {
            let (borrower, lender) = (at(text("library")), at(text("lender")));
            let (borrower, lender) = borrower.zip(lender).ok_or("an unknown library")?;
            let (patron, title, wanted) = (text("patron"), text("title"), text("item"));
            *loan = Loan { patron, title, wanted, borrower, lender, ..Loan::default() };
        }
        let act = if text("do") == "ask" { "ask".to_owned() } else { text("act") };
        let items: Vec<String> = order["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect();
        if act == "ask-again" && loan.refused.is_empty() {
            return Err("nothing was refused".to_owned());
        }
        let own = Arc::clone(&self);
        tokio::spawn(async move {
            let _alone = if own.is(Wrong::OneAtATime) { Some(own.all.lock().await) } else { None };
            own.act(&mut loan, &act, &items).await;
        });
        Ok(())
    }

    async fn act(&self, loan: &mut Loan, act: &str, items: &[String]) {
        let (lender, borrower) = (loan.lender, loan.borrower);
        match act {
            "ask" => self.ask_both(loan).await,
            "ship" if loan.placed => {
                for item in items {
                    let _ = self.check_out(loan, lender, item, "ILL-OTHERS").await;
                }
            }
            "receive" => {
                for item in items {
                    self.accept(loan, item).await;
                }
            }
            "hand-out" => {
                for id in loan.here.clone() {
                    let patron = loan.patron.clone();
                    let _ = self.check_out(loan, borrower, &id, &patron).await;
                }
            }
            "take-back" | "send-back" => {
                for id in std::mem::take(&mut loan.here) {
                    if self.is(Wrong::DeletesFirst) {
                        self.delete(loan, &id).await;
                    }
                    let item =
                        write::item(self.version(borrower), &self.members.member[borrower].agency, &id);
                    let _ = self.command(loan, borrower, "CheckInItem", &item, &id).await;
                    self.delete(loan, &id).await;
                }
            }
            "returned" => {
                for id in items {
                    let item = write::item(self.version(lender), &self.members.member[lender].agency, id);
                    let _ = self.command(loan, lender, "CheckInItem", &item, id).await;
                }
            }
            "cancel" if !loan.hold.is_empty() => {
                let v = self.version(lender);
                let agency = &self.members.member[lender].agency;
                let content = format!(
                    "{}{}{}",
                    write::user(v, agency, "ILL-OTHERS"),
                    write::request(v, agency, &loan.hold),
                    self.code(v, "RequestType", "Hold")
                );
                let item = loan.wanted.clone();
                let _ = self.command(loan, lender, "CancelRequestItem", &content, &item).await;
            }
            "ask-again" => {
                if let Some((member, service, item)) = loan.refused.pop() {
                    match service {
                        "AcceptItem" => self.accept(loan, &item).await,
                        _ => drop(self.check_out(loan, member, &item, "ILL-OTHERS").await),
                    }
                }
            }
            "by-hand" => {
                if let Some((_, _, item)) = loan.refused.pop() {
                    loan.here.push(item);
                }
            }
            _ => {}
        }
    }

    async fn ask_both(&self, loan: &mut Loan) {
        let (lender, borrower) = (loan.lender, loan.borrower);
        let v = self.version(borrower);
        let agency = &self.members.member[borrower].agency;
        let id = self.id(&loan.patron);
        let mut user = write::user(v, agency, &id);
        if self.is(Wrong::SendsPins) {
            user = format!("{}{}", write::typed_in(v, "Barcode Id", &id), write::typed_in(v, "PIN", "1234"));
        }
        let content = format!("{user}{}", self.code(v, "UserElementType", "User Privilege"));
        if !self.is(Wrong::NoLookup) {
            let patron = loan.patron.clone();
            if self.command(loan, borrower, "LookupUser", &content, &patron).await.is_err() {
                return;
            }
        }
        loan.placed = true;
        let v = self.version(lender);
        let agency = &self.members.member[lender].agency;
        let content = format!(
            "{}{}{}{}{}",
            write::user(v, agency, "ILL-OTHERS"),
            write::item(v, agency, &self.id(&loan.wanted)),
            write::request(v, &self.members.agency, &format!("h-{}", loan.patron)),
            self.code(v, "RequestType", if self.is(Wrong::OwnWords) { "Reservation" } else { "Hold" }),
            self.code(v, "RequestScopeType", "Item")
        );
        let wanted = loan.wanted.clone();
        if let Ok(Some(read)) = self.command(loan, lender, "RequestItem", &content, &wanted).await {
            loan.hold = read.anywhere("RequestIdentifierValue").unwrap_or_default().to_owned();
        }
    }

    async fn check_out(&self, loan: &mut Loan, member: usize, item: &str, user: &str) -> Result<(), Not> {
        let v = self.version(member);
        let agency = &self.members.member[member].agency;
        let due = match (&loan.due, member == loan.borrower) {
            (due, true) if !due.is_empty() => write::element("DesiredDateDue", due),
            _ => String::new(),
        };
        let (user, id) = (write::user(v, agency, &self.id(user)), write::item(v, agency, &self.id(item)));
        let content =
            if self.is(Wrong::OutOfOrder) { format!("{id}{user}{due}") } else { format!("{user}{id}{due}") };
        let done = self.command(loan, member, "CheckOutItem", &content, item).await?;
        if member == loan.lender {
            let own = self.is(Wrong::OwnDate).then(|| "2026-12-24T10:00:00Z".to_owned());
            let said = || Some(judging::date(self.wrong, done?.anywhere("DateDue")?));
            loan.due = own.or_else(said).unwrap_or_default();
        }
        Ok(())
    }

    async fn accept(&self, loan: &mut Loan, item: &str) {
        let member = loan.borrower;
        let v = self.version(member);
        let agency = &self.members.member[member].agency;
        let due =
            if loan.due.is_empty() { String::new() } else { write::element("DateForReturn", &loan.due) };
        let title = write::text(&loan.title);
        let title = if self.is(Wrong::EscapesTwice) { write::text(&title) } else { title };
        let title = write::element("BibliographicDescription", &write::element("Title", &title));
        let content = format!(
            "{}{}{}{}{due}{}",
            write::request(v, &self.members.agency, &format!("r-{}", loan.patron)),
            self.code(v, "RequestedActionType", "Hold For Pickup"),
            write::user(v, agency, &self.id(&loan.patron)),
            write::item(v, agency, &self.id(item)),
            write::element("ItemOptionalFields", &title)
        );
        if let Ok(read) = self.command(loan, member, "AcceptItem", &content, item).await {
            let chosen = read.as_ref().and_then(|read| read.anywhere("ItemIdentifierValue")).unwrap_or(item);
            let is_odd = read.as_ref().is_some_and(|read| read.version != v);
            let id = if self.is(Wrong::ForgetsTheChosenId) || is_odd { item } else { chosen };
            loan.here.push(id.to_owned());
        }
    }

    async fn delete(&self, loan: &mut Loan, id: &str) {
        let member = loan.borrower;
        if self.version(member) == Version::V2 {
            let item = write::item(Version::V2, &self.members.member[member].agency, id);
            let _ = self.command(loan, member, "DeleteItem", &item, id).await;
        }
    }

    /// Gives a command, until there is an answer. None: it had been done before.
    async fn command(
        &self,
        loan: &mut Loan,
        member: usize,
        service: &'static str,
        content: &str,
        item: &str,
    ) -> Result<Option<Read>, Not> {
        let message = self.message(member, service, content);
        let mut afresh = false;
        for round in 0..8 {
            let bytes = match (round, self.wrong) {
                (1.., Some(Wrong::BlindRepeat)) => message.replace("r-", &format!("r{round}-")),
                (1.., Some(Wrong::NewItemOnRepeat)) if service == "AcceptItem" => {
                    message.replace(&self.id(item), &format!("{}-{round}", self.id(item)))
                }
                _ if afresh => message.replace(&self.id(item), &format!("{}-{round}", self.id(item))),
                _ => message.clone(),
            };
            let read = self.exchange(loan, member, service, &bytes).await;
            if self.is(Wrong::SendsTwice) && service == "CheckInItem" && round == 0 {
                let _ = self.exchange(loan, member, service, &bytes).await;
            }
            let read = read.and_then(|read| {
                let overlooks = judging::overlooks(self.wrong);
                let is_one = !judging::problems(&read, overlooks).is_empty()
                    || judging::is_answer(self.wrong, service, &read, &self.id(item));
                if is_one { Ok(read) } else { Err(Gone::Lost) }
            });
            match read {
                Err(_) if self.is(Wrong::LossIsSuccess) => return Ok(None),
                Err(Gone::Unreadable(bytes))
                    if self.is(Wrong::CutIsFound)
                        && String::from_utf8_lossy(&bytes).contains("<UserIdentifierValue>") =>
                {
                    return Ok(None);
                }
                Err(Gone::Unreadable(_)) if self.is(Wrong::RedoesTheUnreadable) => afresh = true,
                Err(_) => {
                    let careless = matches!(self.wrong, Some(Wrong::BlindRepeat | Wrong::NewItemOnRepeat));
                    match if careless { Seen::NotDone } else { self.look(loan, member, service, item).await }
                    {
                        Seen::Done => return Ok(None),
                        Seen::NotDone => {}
                        Seen::Unserved => afresh = self.is(Wrong::RefusedProbeIsNotDone),
                    }
                }
                Ok(read) => {
                    let mut problems = judging::problems(&read, judging::overlooks(self.wrong));
                    if self.is(Wrong::FirstProblemOnly) {
                        problems.truncate(1);
                        if problems.first().is_some_and(|problem| problem.kind.contains("Rule"))
                            && service == "LookupUser"
                        {
                            return Ok(Some(read));
                        }
                    }
                    let names = |kind: &str| problems.iter().any(|problem| problem.kind == kind);
                    let welcome = self.is(Wrong::UnknownIsWelcome) && service == "LookupUser";
                    if (problems.is_empty() && judging::may_borrow(self.wrong, &read)) || welcome {
                        return Ok(Some(read));
                    }
                    let unlent = service == "CheckInItem" && names("Item Not Checked Out");
                    let known = round > 0
                        && ["Duplicate Request", "Duplicate Item", "Item Already Checked Out"]
                            .map(names)
                            .contains(&true);
                    if (unlent && !self.is(Wrong::UnlentIsAFailure)) || known {
                        return Ok(None);
                    }
                    let later = names("Temporary Processing Failure") && !self.is(Wrong::GivesUpAtOnce);
                    if later && self.is(Wrong::RestsForAll) {
                        self.rest().insert(loan.title.clone());
                    }
                    if !(later || self.is(Wrong::Hammers) || unlent) {
                        loan.refused.push((member, service, item.to_owned()));
                        return Err(Not::Refused);
                    }
                }
            }
            outside::pause(Duration::from_millis(50)).await;
        }
        Err(Not::Lost)
    }

    fn rest(&self) -> MutexGuard<'_, HashSet<String>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the ILS shows that it was done.
    async fn look(&self, loan: &Loan, member: usize, service: &str, item: &str) -> Seen {
        if !matches!(service, "AcceptItem" | "CheckOutItem") {
            return Seen::NotDone;
        }
        let v = self.version(member);
        let id = write::item(v, &self.members.member[member].agency, item);
        let content = format!("{id}{}", self.code(v, "ItemElementType", "Circulation Status"));
        let message = self.message(member, "LookupItem", &content);
        match self.exchange(loan, member, "LookupItem", &message).await {
            Ok(read) if read.problems().iter().any(|problem| problem.kind == "Unsupported Service") => {
                Seen::Unserved
            }
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
        let (from, to) = if self.is(Wrong::SwappedHeader) {
            (&to.agency, &self.members.agency)
        } else {
            (&self.members.agency, &to.agency)
        };
        let header = write::header_with(v, from, &secret, to);
        write::envelope(v, &write::element(service, &format!("{header}{content}")))
    }

    /// Sends it; an answer to it, or none.
    async fn exchange(&self, loan: &Loan, member: usize, service: &str, message: &str) -> Result<Read, Gone> {
        if self.rest().contains(&loan.title) {
            return Err(Gone::Lost);
        }
        let to = &self.members.member[member];
        let limit = Duration::from_millis(700);
        let lost = |_| Gone::Lost;
        let bytes = if to.transport == Transport::Tcp {
            server::ask(&to.url, true, message, limit).await.map_err(lost)?
        } else {
            let client = Client::new(&to.url, BTreeMap::new(), limit).map_err(lost)?;
            let kind = if self.is(Wrong::PostsPlainText) {
                "text/plain"
            } else {
                "application/xml; charset=\"utf-8\""
            };
            let none = BTreeMap::new();
            let sent = client.send("POST", Some(kind), &none, message.as_bytes().to_vec());
            sent.await.map_err(lost)?.body
        };
        if bytes.len() > 8 << 20 {
            return Err(Gone::Lost);
        }
        let read = decoded(&bytes).and_then(|text| Read::parse(text.as_bytes()).map_err(|_| ()));
        let read = read.map_err(|()| Gone::Unreadable(bytes))?;
        if read.service() == format!("{service}Response") { Ok(read) } else { Err(Gone::Lost) }
    }

    fn version(&self, member: usize) -> Version {
        if self.is(Wrong::AnyVersion) { Version::V2 } else { self.members.member[member].version }
    }

    fn id(&self, id: &str) -> String {
        if self.is(Wrong::IdsInSmallLetters) { id.to_lowercase() } else { id.to_owned() }
    }

    fn code(&self, version: Version, name: &str, value: &str) -> String {
        let version = if self.is(Wrong::PlainCodes) { Version::V2 } else { version };
        let code = write::code(version, name, &name.to_lowercase(), value);
        match (self.is(Wrong::BareTerms), version) {
            (true, Version::V2) => write::element(name, value),
            _ => code,
        }
    }
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

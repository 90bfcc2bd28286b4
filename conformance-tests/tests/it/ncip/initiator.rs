//! A small ILL system that asks ILSs right, or wrong in one way: what its staff do, and which commands that takes.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use conformance_tests::Hook;
use conformance_tests::ncip::messages as write;
use conformance_tests::ncip::{Members, Version};
use serde_json::Value;
use tokio::sync::OwnedMutexGuard;
use tokio::task::AbortHandle;

use super::judging;
use super::wrongs::Wrong;

/// The system.
pub(crate) struct Initiator {
    pub(super) members: Members,
    pub(super) wrong: Option<Wrong>,
    loans: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Loan>>>>,
    all: tokio::sync::Mutex<()>,
    /// The titles whose ILSs are left alone.
    pub(super) resting: Mutex<HashSet<String>>,
    /// Whether an answer was too much for it.
    pub(super) dead: AtomicBool,
    /// What is being done, to be done again after a kill.
    running: Mutex<Vec<Running>>,
}

#[derive(Clone, Default)]
pub(super) struct Loan {
    patron: String,
    pub(super) title: String,
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
    pub(super) refused: Vec<(usize, &'static str, String)>,
    /// Whether the command that is given may have been given before a kill.
    pub(super) killed: bool,
}

/// An act of staff.
#[derive(Clone)]
struct Act {
    word: String,
    items: Vec<String>,
}

/// An act that is carried out.
struct Running {
    task: AbortHandle,
    loan: Arc<tokio::sync::Mutex<Loan>>,
    act: Act,
}

/// Why a command was not done.
pub(super) enum Not {
    Refused,
    Lost,
}

impl Initiator {
    pub(crate) fn new(members: Members, wrong: Option<Wrong>) -> Arc<Initiator> {
        Arc::new(Initiator {
            members,
            wrong,
            loans: Mutex::default(),
            all: tokio::sync::Mutex::default(),
            resting: Mutex::default(),
            dead: AtomicBool::new(false),
            running: Mutex::default(),
        })
    }

    pub(crate) fn staff(self: &Arc<Self>) -> Hook {
        let own = Arc::clone(self);
        Hook::Call(Arc::new(move |order| {
            let own = Arc::clone(&own);
            Box::pin(async move { own.obey(order).await })
        }))
    }

    /// Kills it: what is under way is broken off, and taken up again from what was written down.
    pub(crate) fn restart(self: &Arc<Self>) -> Hook {
        let own = Arc::clone(self);
        Hook::Call(Arc::new(move |_| {
            let own = Arc::clone(&own);
            Box::pin(async move {
                let running = std::mem::take(&mut *own.running());
                for Running { task, loan, act } in running.into_iter().filter(|it| !it.task.is_finished()) {
                    task.abort();
                    let mut state = Arc::clone(&loan).lock_owned().await;
                    state.killed = true;
                    own.carry_out(loan, state, act);
                }
                Ok(())
            })
        }))
    }

    pub(super) fn is(&self, wrong: Wrong) -> bool {
        self.wrong == Some(wrong)
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Vec<Running>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for what this loan was about before, and goes on in the background.
    async fn obey(self: Arc<Self>, order: Value) -> Result<(), String> {
        let text = |name: &str| order[name].as_str().unwrap_or_default().to_owned();
        let at = |agency: String| self.members.member.iter().position(|member| member.agency == agency);
        let loan = {
            let mut loans = self.loans.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(loans.entry(text("patron")).or_default())
        };
        let mut state = Arc::clone(&loan).lock_owned().await;
        if text("do") == "ask" {
            let (borrower, lender) = (at(text("library")), at(text("lender")));
            let (borrower, lender) = borrower.zip(lender).ok_or("an unknown library")?;
            let (patron, title, wanted) = (text("patron"), text("title"), text("item"));
            *state = Loan { patron, title, wanted, borrower, lender, ..Loan::default() };
        }
        let word = if text("do") == "ask" { "ask".to_owned() } else { text("act") };
        let items = order["items"].as_array().into_iter().flatten();
        let mut items: Vec<String> = items.filter_map(|item| item.as_str().map(str::to_owned)).collect();
        if self.is(Wrong::FirstVolumeOnly) {
            items.truncate(1);
        }
        if word == "ask-again" && state.refused.is_empty() {
            return Err("nothing was refused".to_owned());
        }
        self.carry_out(loan, state, Act { word, items });
        Ok(())
    }

    fn carry_out(
        self: &Arc<Self>,
        loan: Arc<tokio::sync::Mutex<Loan>>,
        mut state: OwnedMutexGuard<Loan>,
        act: Act,
    ) {
        let (own, doing) = (Arc::clone(self), act.clone());
        let task = tokio::spawn(async move {
            let _alone = if own.is(Wrong::OneAtATime) { Some(own.all.lock().await) } else { None };
            own.act(&mut state, &doing).await;
            state.killed = false;
        });
        let mut running = self.running();
        // What this loan was about before is over.
        running.retain(|other| !Arc::ptr_eq(&other.loan, &loan));
        running.push(Running { task: task.abort_handle(), loan, act });
    }

    async fn act(&self, loan: &mut Loan, act: &Act) {
        let (lender, borrower) = (loan.lender, loan.borrower);
        match act.word.as_str() {
            "ask" => self.ask_both(loan).await,
            "ship" if loan.placed => {
                for item in &act.items {
                    let _ = self.check_out(loan, lender, item, "ILL-OTHERS").await;
                    if self.is(Wrong::AcceptsEarly) {
                        self.accept(loan, item).await;
                    }
                }
            }
            "receive" => {
                for item in &act.items {
                    self.accept(loan, item).await;
                }
            }
            "hand-out" => {
                for id in loan.here.clone() {
                    let patron = match self.is(Wrong::LendsToTheLibrary) {
                        true => "ILL-OTHERS".to_owned(),
                        false => loan.patron.clone(),
                    };
                    let _ = self.check_out(loan, borrower, &id, &patron).await;
                }
            }
            "take-back" | "send-back" => {
                for id in std::mem::take(&mut loan.here) {
                    if self.is(Wrong::DeletesFirst) {
                        self.delete(loan, &id).await;
                    }
                    if !self.is(Wrong::ForgetsTheCheckIn) {
                        self.check_in(loan, borrower, &id).await;
                    }
                    self.delete(loan, &id).await;
                }
                if act.word == "send-back" && self.is(Wrong::ChecksInTooSoon) {
                    let wanted = loan.wanted.clone();
                    self.check_in(loan, lender, &wanted).await;
                }
            }
            "returned" => {
                for id in &act.items {
                    self.check_in(loan, lender, id).await;
                }
            }
            "grant" => {
                let another = format!("{}-other", loan.wanted);
                let item = if self.is(Wrong::RenewsAnother) { another } else { loan.wanted.clone() };
                self.renew(loan, lender, &item, "ILL-OTHERS").await;
                for id in loan.here.clone() {
                    let patron = loan.patron.clone();
                    self.renew(loan, borrower, &id, &patron).await;
                }
            }
            "cancel" if !loan.hold.is_empty() => self.give_up_hold(loan).await,
            "ask-again" => {
                if let Some((member, service, item)) = loan.refused.pop() {
                    match service {
                        "AcceptItem" if self.is(Wrong::DeafToAskAgain) => {}
                        "AcceptItem" => self.accept(loan, &item).await,
                        "CheckOutItem" => drop(self.check_out(loan, member, &item, "ILL-OTHERS").await),
                        _ if matches!(self.wrong, Some(Wrong::StumblesOver(_))) => {}
                        _ => self.ask_both(loan).await,
                    }
                }
            }
            "by-hand" => {
                if let Some((_, _, item)) = loan.refused.pop() {
                    if self.is(Wrong::AsksWhatWasDoneByHand) {
                        self.accept(loan, &item).await;
                    }
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
        let wanted = match self.is(Wrong::HoldsAnother) {
            true => format!("{}-other", loan.wanted),
            false => loan.wanted.clone(),
        };
        let content = format!(
            "{}{}{}{}{}",
            write::user(v, agency, "ILL-OTHERS"),
            write::item(v, agency, &self.id(&wanted)),
            write::request(v, &self.members.agency, &format!("h-{}", loan.patron)),
            self.code(v, "RequestType", if self.is(Wrong::OwnWords) { "Reservation" } else { "Hold" }),
            self.code(v, "RequestScopeType", "Item")
        );
        match self.command(loan, lender, "RequestItem", &content, &wanted).await {
            Ok(Some(read)) => {
                loan.hold = read.anywhere("RequestIdentifierValue").unwrap_or_default().to_owned();
            }
            Err(Not::Refused) => {
                // Staff see to it without a hold.
                loan.refused.clear();
                loan.placed = !self.is(Wrong::NoHoldNoLoan);
            }
            Ok(None) | Err(Not::Lost) => {}
        }
        if self.is(Wrong::ChecksOutEarly) {
            let _ = self.check_out(loan, lender, &wanted, "ILL-OTHERS").await;
        }
    }

    async fn give_up_hold(&self, loan: &mut Loan) {
        let lender = loan.lender;
        let v = self.version(lender);
        let agency = &self.members.member[lender].agency;
        let own = format!("h-{}", loan.patron);
        let hold = if self.is(Wrong::CancelsByItsOwnId) { &own } else { &loan.hold };
        let content = format!(
            "{}{}{}",
            write::user(v, agency, "ILL-OTHERS"),
            write::request(v, agency, hold),
            self.code(v, "RequestType", "Hold")
        );
        let item = loan.wanted.clone();
        let _ = self.command(loan, lender, "CancelRequestItem", &content, &item).await;
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

    async fn renew(&self, loan: &mut Loan, member: usize, id: &str, user: &str) {
        let v = self.version(member);
        let agency = &self.members.member[member].agency;
        let content = format!("{}{}", write::user(v, agency, user), write::item(v, agency, id));
        let _ = self.command(loan, member, "RenewItem", &content, id).await;
    }

    async fn check_in(&self, loan: &mut Loan, member: usize, id: &str) {
        let item = write::item(self.version(member), &self.members.member[member].agency, id);
        let _ = self.command(loan, member, "CheckInItem", &item, id).await;
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
            let id = if self.is(Wrong::DeletesAnother) { format!("{id}-other") } else { id.to_owned() };
            let item = write::item(Version::V2, &self.members.member[member].agency, &id);
            let _ = self.command(loan, member, "DeleteItem", &item, &id).await;
        }
    }
}

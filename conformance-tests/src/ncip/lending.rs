//! A loan as an initiator's cases play it: the subject's staff are moved step by step, and what the ILSs on both sides are asked is looked at.

use std::sync::PoisonError;
use std::time::Duration;

use serde_json::{Value, json};

use super::form;
use super::ils::Received;
use super::members::Trait;
use super::reply::Read;
use super::script::Script;
use super::shelves::{IlsFault, Operation, Shelves};
use super::wire::Wire;
use crate::case::CaseEnd;
use crate::real_time;

/// A loan between two libraries that the subject speaks for.
#[derive(Clone)]
pub struct Lending {
    /// The case's hands.
    pub s: Script,
    /// The borrowing library.
    pub borrower: usize,
    /// The lending library.
    pub lender: usize,
    /// The patron's barcode at the borrower.
    pub patron: String,
    /// The item's barcode at the lender.
    pub item: String,
    /// What it is called.
    pub title: String,
}

/// What an ILS was asked.
#[derive(Clone, Debug)]
pub struct Got {
    /// What it says.
    pub read: Read,
    /// As it came.
    pub received: Received,
}

impl Script {
    /// A loan between the borrower and the lender of this version and transport.
    ///
    /// # Errors
    /// Not applicable without them, or without the staff hook.
    pub fn lending(&self) -> Result<Lending, CaseEnd> {
        self.between(self.wire)
    }

    /// The same of another version or transport.
    ///
    /// # Errors
    /// As [`Self::lending`].
    pub fn between(&self, wire: Wire) -> Result<Lending, CaseEnd> {
        if self.subject.staff.is_none() {
            return Err(CaseEnd::NotApplicable("the subject has no staff hook".to_owned()));
        }
        // The cases take turns: where several trouble the same ILS at once, a subject may well let it rest for a while.
        let member = |what: Trait| {
            let fits = |member: &super::Member| member.traits.contains(&what) && member.wire() == wire;
            let all = self.floor.members.member.iter().enumerate().filter(|(_, member)| fits(member));
            let all: Vec<usize> = all.map(|(place, _)| place).collect();
            all.get(self.turn % all.len().max(1)).copied().ok_or_else(|| {
                CaseEnd::NotApplicable(format!("the peers file has no member that {what:?} over {wire}"))
            })
        };
        // Another loan of the same case is one of other ids.
        let more = if wire == self.wire { "" } else { "2" };
        Ok(Lending {
            s: self.clone(),
            borrower: member(Trait::Borrows)?,
            lender: member(Trait::Lends)?,
            // Zeros before it and letters of both cases: ids are texts.
            patron: format!("00{}aB{more}", self.token),
            item: format!("00{}xY{more}", self.token),
            title: format!("Title {}", self.token),
        })
    }
}

impl Lending {
    /// Another loan between the same libraries.
    #[must_use]
    pub fn another(&self, more: &str) -> Lending {
        let and = |id: &String| format!("{id}{more}");
        Lending { patron: and(&self.patron), item: and(&self.item), title: and(&self.title), ..self.clone() }
    }

    /// Moves staff; see the README for what there is.
    ///
    /// # Errors
    /// Cannot be told, if the hook fails.
    pub async fn order(&self, order: Value) -> Result<(), CaseEnd> {
        let hook = self.s.subject.staff.as_ref();
        let hook = hook.ok_or_else(|| CaseEnd::NotApplicable("the subject has no staff hook".to_owned()))?;
        hook.call(order.clone())
            .await
            .map_err(|why| CaseEnd::Inconclusive(format!("the staff hook: {order}: {why}")))
    }

    /// The patron asks.
    ///
    /// # Errors
    /// As [`Self::order`].
    pub async fn ask(&self) -> Result<(), CaseEnd> {
        self.order(json!({
            "do": "ask", "library": self.s.agency(self.borrower), "patron": self.patron, "title": self.title,
            "lender": self.s.agency(self.lender), "item": self.item,
        }))
        .await
    }

    /// Staff of a library do something about this loan.
    ///
    /// # Errors
    /// As [`Self::order`].
    pub async fn act(&self, member: usize, act: &str, items: &[&str]) -> Result<(), CaseEnd> {
        self.order(json!({
            "do": "act", "act": act, "library": self.s.agency(member), "patron": self.patron, "items": items,
        }))
        .await
    }

    /// What the ILSs hold.
    pub fn shelves<T>(&self, look: impl FnOnce(&mut Shelves) -> T) -> T {
        look(&mut self.s.place.shelves.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A member's ILS goes wrong so at its next message of this service.
    pub fn trouble(&self, member: usize, service: &'static str, trouble: IlsFault) {
        self.shelves(|shelves| shelves.plan(member, service, trouble, 1));
    }

    /// The same, for as long as it is not mended.
    pub fn keep_troubling(&self, member: usize, service: &'static str, trouble: IlsFault) {
        self.shelves(|shelves| shelves.plan(member, service, trouble, u32::MAX));
    }

    /// What was done.
    #[must_use]
    pub fn operations(&self) -> Vec<Operation> {
        self.shelves(|shelves| shelves.operations.clone())
    }

    /// What came to a member's ILS of a service so far.
    #[must_use]
    pub fn heard(&self, member: usize, service: &str) -> Vec<Received> {
        let of = |received: &Received| received.read.as_ref().is_ok_and(|read| read.service() == service);
        self.s.received().into_iter().filter(|it| it.member == member && of(it)).collect()
    }

    /// Waits for the first message of a service at a member's ILS.
    ///
    /// # Errors
    /// Fails if none comes in time, or it is no message of the ILS's version.
    pub async fn gets(&self, member: usize, service: &str) -> Result<Got, CaseEnd> {
        self.gets_again(member, service, 1).await
    }

    /// Waits for the message of a service with this number, from 1.
    ///
    /// # Errors
    /// Fails if it does not come in time.
    pub async fn gets_again(&self, member: usize, service: &str, number: usize) -> Result<Got, CaseEnd> {
        match self.seek(member, service, number, self.s.timeout).await {
            Some(received) => self.taken(received),
            None => {
                let all = self.s.received();
                let got: Vec<String> = all
                    .iter()
                    .map(|it| {
                        let service = it.read.as_ref().map_or("what is no NCIP", |read| read.service());
                        format!("{service} at {}", self.s.agency(it.member))
                    })
                    .collect();
                let wanted = format!("{service} at the ILS of {}, number {number}", self.s.agency(member));
                Err(CaseEnd::fail(wanted, got.join(", "), &[]))
            }
        }
    }

    /// Waits for the message of a service with this number, for so long.
    pub async fn seek(
        &self,
        member: usize,
        service: &str,
        number: usize,
        limit: Duration,
    ) -> Option<Received> {
        self.sought(limit, || self.heard(member, service).into_iter().nth(number - 1)).await
    }

    /// Waits for the first message of a service at a member's ILS that names this patron exactly.
    ///
    /// # Errors
    /// Fails if none comes in time.
    pub async fn gets_about(&self, member: usize, service: &str, patron: &str) -> Result<Got, CaseEnd> {
        let is_it = |received: &Received| {
            let read = received.read.as_ref().ok();
            read.and_then(|read| read.anywhere("UserIdentifierValue")).map(str::trim) == Some(patron)
        };
        let found = self.sought(self.s.timeout, || self.heard(member, service).into_iter().find(is_it)).await;
        let wanted = format!("{service} for {patron} at the ILS of {}", self.s.agency(member));
        self.taken(found.ok_or_else(|| CaseEnd::fail(wanted, "none", &[]))?)
    }

    /// Waits for what is looked for among the messages, for so long.
    pub async fn sought(&self, limit: Duration, look: impl Fn() -> Option<Received>) -> Option<Received> {
        let look = async {
            loop {
                let mut news = std::pin::pin!(self.s.place.news.notified());
                news.as_mut().enable();
                if let Some(received) = look() {
                    return received;
                }
                news.await;
            }
        };
        real_time::within(limit, look).await
    }

    fn taken(&self, received: Received) -> Result<Got, CaseEnd> {
        let version = self.s.of(received.member).version;
        let read = received.read.clone().map_err(|why| CaseEnd::fail("NCIP", why, &received.bytes))?;
        match form::envelope(&read, version) {
            Some(wrong) => Err(CaseEnd::fail(format!("a message in NCIP {version}"), wrong, &received.bytes)),
            None => Ok(Got { read, received }),
        }
    }

    /// Nothing (more) of this service comes to the member's ILS than so many.
    ///
    /// # Errors
    /// Fails if more comes.
    pub async fn stays_at(&self, member: usize, service: &str, most: usize) -> Result<(), CaseEnd> {
        match self.seek(member, service, most + 1, self.s.quiet * 3).await {
            None => Ok(()),
            Some(more) => {
                let wanted = format!("no more than {most} {service} at the ILS of {}", self.s.agency(member));
                Err(CaseEnd::fail(wanted, "one more", &more.bytes))
            }
        }
    }

    /// No ILS did anything twice, nor made more temporary items than there are volumes.
    ///
    /// # Errors
    /// Fails if one did.
    pub fn nothing_twice(&self, volumes: usize) -> Result<(), CaseEnd> {
        let operations = self.operations();
        for (place, operation) in operations.iter().enumerate() {
            if operations[..place].contains(operation) {
                let got = format!(
                    "{} of {} twice at {}",
                    operation.service,
                    operation.item,
                    self.s.agency(operation.member)
                );
                return Err(CaseEnd::fail("nothing done twice", got, &[]));
            }
        }
        let made = self.shelves(|shelves| shelves.temporary(self.borrower));
        let ever = operations.iter().filter(|operation| operation.service == "AcceptItem").count();
        if made > volumes || ever > volumes {
            let got = format!("{} temporary items", made.max(ever));
            return Err(CaseEnd::fail(format!("{volumes} temporary items"), got, &[]));
        }
        Ok(())
    }

    /// A command whose answer was lost was not simply given again: the ILS was asked first, or the same bytes were sent.
    ///
    /// # Errors
    /// Fails if it was.
    pub fn no_blind_repeat(&self, member: usize, service: &str) -> Result<(), CaseEnd> {
        let mut last: Option<Vec<u8>> = None;
        for received in self.s.received().into_iter().filter(|it| it.member == member) {
            let Ok(read) = &received.read else { continue };
            match (read.service(), &last) {
                ("LookupItem" | "LookupRequest" | "LookupUser" | "LookupItemSet", _) => last = None,
                (other, Some(before)) if other == service && *before != received.bytes => {
                    let wanted = "a question first, or the same message byte for byte";
                    return Err(CaseEnd::fail(wanted, format!("another {service}"), &received.bytes));
                }
                (other, _) if other == service => last = Some(received.bytes),
                _ => {}
            }
        }
        Ok(())
    }

    /// The patron asks, and the ILS is asked about the patron.
    ///
    /// # Errors
    /// Fails if it is not.
    pub async fn asked(&self) -> Result<Got, CaseEnd> {
        self.ask().await?;
        self.gets(self.borrower, "LookupUser").await
    }

    /// As before, and the lender ships it.
    ///
    /// # Errors
    /// Fails if its ILS is not told.
    pub async fn shipped(&self) -> Result<Got, CaseEnd> {
        self.asked().await?;
        self.act(self.lender, "ship", &[&self.item]).await?;
        self.gets(self.lender, "CheckOutItem").await
    }

    /// As before, and the borrower receives it.
    ///
    /// # Errors
    /// Fails if its ILS is not told.
    pub async fn received(&self) -> Result<Got, CaseEnd> {
        self.shipped().await?;
        self.act(self.borrower, "receive", &[&self.item]).await?;
        self.gets(self.borrower, "AcceptItem").await
    }

    /// As before, and the patron takes it.
    ///
    /// # Errors
    /// Fails if the ILS is not told.
    pub async fn handed_out(&self) -> Result<Got, CaseEnd> {
        self.received().await?;
        self.hand_out().await
    }

    /// The patron takes it.
    ///
    /// # Errors
    /// Fails if the ILS is not told.
    pub async fn hand_out(&self) -> Result<Got, CaseEnd> {
        self.act(self.borrower, "hand-out", &[]).await?;
        self.gets(self.borrower, "CheckOutItem").await
    }

    /// The patron wants to keep it longer; where the lender's ILS is not asked at once, its staff grant it. What the ILS is told, if anything.
    ///
    /// # Errors
    /// As [`Self::order`].
    pub async fn renew(&self) -> Result<Option<Received>, CaseEnd> {
        self.act(self.borrower, "renew", &[]).await?;
        let at_once = self.seek(self.lender, "RenewItem", 1, self.s.quiet * 10).await;
        if at_once.is_some() {
            return Ok(at_once);
        }
        self.act(self.lender, "grant", &[]).await?;
        Ok(self.seek(self.lender, "RenewItem", 1, self.s.timeout).await)
    }

    /// The patron brings it back.
    ///
    /// # Errors
    /// Fails if the ILS is not told.
    pub async fn take_back(&self) -> Result<Got, CaseEnd> {
        self.act(self.borrower, "take-back", &[]).await?;
        self.gets(self.borrower, "CheckInItem").await
    }

    /// It goes back, and is there.
    ///
    /// # Errors
    /// Fails if the lender's ILS is not told.
    pub async fn bring_home(&self) -> Result<Got, CaseEnd> {
        self.act(self.borrower, "send-back", &[]).await?;
        self.act(self.lender, "returned", &[&self.item]).await?;
        self.gets(self.lender, "CheckInItem").await
    }

    /// Everything from the hold shelf on.
    ///
    /// # Errors
    /// Fails where a step is missing.
    pub async fn to_the_end(&self) -> Result<(), CaseEnd> {
        self.hand_out().await?;
        self.take_back().await?;
        self.bring_home().await?;
        Ok(())
    }
}

impl Got {
    /// The text of an element, wherever it is.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.read.anywhere(name).unwrap_or_default().trim()
    }

    /// An element says this.
    ///
    /// # Errors
    /// Fails if it says something else.
    pub fn says(&self, name: &str, wanted: &str) -> Result<(), CaseEnd> {
        let got = self.text(name);
        if got == wanted {
            return Ok(());
        }
        Err(CaseEnd::fail(format!("{name} {wanted:?}"), format!("{got:?}"), &self.received.bytes))
    }
}
